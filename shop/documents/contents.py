"""What invoices, credit notes and corrections say, frozen: whatever changes later, they can be drawn again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from shop.core.money import Money
from shop.core.store import Store
from shop.orders.addresses import lines as lines_of
from shop.orders.models import Order, OrderLine
from shop.payments import refund_parts
from shop.payments.models import RefundPart

GOODS, DELIVERY, AMOUNT = "goods", "delivery", "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row: goods, their delivery, or a mere amount. Amounts are in minor units and include the tax."""

    kind: str = GOODS
    name: str = ""
    variant: str = ""
    sku: str = ""
    quantity: int = 1
    unit_minor: int | None = None
    tax_rate: str  # 0.20000 is 20 %
    amount_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSum:
    rate: str
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """Taken off the whole order, or put on it."""

    label: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    lines: Sequence[str]  # name and address, as on a letter
    vat_id: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """The invoice that a credit note takes back, in whole or in part; or the credit note that a correction does."""

    name: str
    issued_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Moments are in ISO 8601."""

    language: str
    currency: str
    timezone: str
    seller: Party
    buyer: Party
    delivered_to: Sequence[str]  # empty where it is the buyer's own address, or nothing was delivered
    order_number: str
    ordered_at: str
    paid_at: str
    items: Sequence[Item]
    reductions: Sequence[Reduction] = ()
    taxes: Sequence[TaxSum]
    total_minor: int
    tax_minor: int
    credited: Credited | None = None
    corrected: Credited | None = None

    def frozen(self) -> dict[str, Any]:
        return asdict(self)

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def thaw(data: Mapping[str, Any]) -> Contents:
    """What `frozen` gave."""
    credited, corrected = data["credited"], data.get("corrected")
    return Contents(
        **{
            **data,
            "seller": Party(**data["seller"]),
            "buyer": Party(**data["buyer"]),
            "items": [Item(**item) for item in data["items"]],
            "reductions": [Reduction(**each) for each in data["reductions"]],
            "taxes": [TaxSum(**each) for each in data["taxes"]],
            "credited": Credited(**credited) if credited else None,
            "corrected": Credited(**corrected) if corrected else None,
        }
    )


def of_sale(order: Order, store: Store) -> Contents:
    """Needs an order that was paid, with its lines, adjustments and addresses."""
    items = [_goods(line, line.quantity, line.amount_minor, line.tax_minor) for line in order.lines]
    if order.delivery_minor:
        items.append(_delivery(order, order.delivery_minor, order.delivery_tax_minor))
    reductions = [
        Reduction(label=each.label, amount_minor=each.amount_minor)
        for each in order.adjustments
        if each.line_id is None and each.amount_minor
    ]
    return _contents(order, store, items, reductions=reductions, total_minor=order.total_minor)


def of_refund(
    order: Order, store: Store, parts: Sequence[RefundPart], *, invoice: str, issued_at: datetime
) -> Contents:
    """What `parts` give back, of the invoice of that name and moment."""
    lines = {line.id: line for line in order.lines}
    items = []
    for part in parts:
        if part.line_id is not None:
            items.append(_goods(lines[part.line_id], part.quantity, part.amount_minor, part.tax_minor))
        elif part.kind == refund_parts.DELIVERY:
            items.append(_delivery(order, part.amount_minor, part.tax_minor))
        else:
            items.append(
                Item(
                    kind=AMOUNT,
                    tax_rate=str(part.tax_rate),
                    amount_minor=part.amount_minor,
                    tax_minor=part.tax_minor,
                )
            )
    total = sum(part.amount_minor for part in parts)
    credited = Credited(name=invoice, issued_at=issued_at.isoformat())
    return _contents(order, store, items, total_minor=total, credited=credited)


def of_correction(said: Contents, *, note: str, issued_at: datetime) -> Contents:
    """What takes the credit note of that name and moment back, which says `said`: the same sums, owed again."""
    return replace(said, corrected=Credited(name=note, issued_at=issued_at.isoformat()))


def _contents(
    order: Order,
    store: Store,
    items: Sequence[Item],
    *,
    total_minor: int,
    reductions: Sequence[Reduction] = (),
    credited: Credited | None = None,
) -> Contents:
    assert order.paid_at is not None
    delivery = order.delivery_address
    buyer = next((each for each in order.addresses if each.kind == "billing"), delivery)
    sent_elsewhere = buyer is not delivery and lines_of(buyer) != lines_of(delivery)
    return Contents(
        language=order.language,
        currency=order.currency,
        timezone=store.timezone,
        seller=Party(lines=[store.name, *_own_address(store)], vat_id=store.vat_id, email=store.email),
        buyer=Party(lines=lines_of(buyer), vat_id=buyer.vat_id, email=order.email),
        delivered_to=lines_of(delivery) if sent_elsewhere else [],
        order_number=order.number,
        ordered_at=order.placed_at.isoformat(),
        paid_at=order.paid_at.isoformat(),
        items=items,
        reductions=reductions,
        taxes=_by_rate(items),
        total_minor=total_minor,
        tax_minor=sum(item.tax_minor for item in items),
        credited=credited,
    )


def _by_rate(items: Iterable[Item]) -> list[TaxSum]:
    """The highest rate first."""
    sums: dict[Decimal, tuple[int, int]] = {}
    for item in items:
        amount, tax = sums.get(Decimal(item.tax_rate), (0, 0))
        sums[Decimal(item.tax_rate)] = amount + item.amount_minor, tax + item.tax_minor
    return [
        TaxSum(rate=str(rate), net_minor=amount - tax, tax_minor=tax)
        for rate, (amount, tax) in sorted(sums.items(), reverse=True)
    ]


def _goods(line: OrderLine, quantity: int, amount_minor: int, tax_minor: int) -> Item:
    """Pieces of a line; without their price where that is not what they came to."""
    return Item(
        name=line.product_name,
        variant=line.variant_name,
        sku=line.sku,
        quantity=quantity,
        unit_minor=line.unit_price_minor if line.unit_price_minor * quantity == amount_minor else None,
        tax_rate=str(line.tax_rate),
        amount_minor=amount_minor,
        tax_minor=tax_minor,
    )


def _delivery(order: Order, amount_minor: int, tax_minor: int) -> Item:
    return Item(
        kind=DELIVERY,
        name=order.delivery_name,
        tax_rate=str(order.delivery_tax_rate),
        amount_minor=amount_minor,
        tax_minor=tax_minor,
    )


def _own_address(store: Store) -> list[str]:
    """Without the name that it may begin with."""
    lines = store.address.removeprefix(store.name).split("\n")
    return [line.strip(" ,") for line in lines if line.strip(" ,")]
