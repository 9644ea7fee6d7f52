"""What a refund is for, to the cent and by tax rate. Needs an order with its lines; reads and writes no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from shop.core.errors import Invalid
from shop.core.i18n import _, _n, format_money
from shop.core.money import Money
from shop.orders.models import Order, OrderLine
from shop.payments.models import RefundPart

LINE, DELIVERY, AMOUNT = "line", "delivery", "amount"


def of_lines(order: Order, given: Sequence[RefundPart], pieces: Mapping[int, int]) -> list[RefundPart]:
    """Pieces at what they cost; the last piece of a line takes the rest, so that all of them add up to it.

    Raises Invalid for pieces that were refunded or are not of the order.
    """
    lines = {line.id: line for line in order.lines}
    found = []
    for line_id, count in pieces.items():
        if not count:
            continue
        line = lines.get(line_id)
        if line is None or count < 0:
            raise Invalid(_("That is not a part of this order."))
        if count > line.quantity - line.refunded:
            left = line.quantity - line.refunded
            raise Invalid(
                _n(
                    "Only %(num)s of %(what)s is left to refund.",
                    "Only %(num)s of %(what)s are left to refund.",
                    left,
                    what=line.sku,
                )
            )
        found.append(_of_line(line, given, count))
    return found


def of_delivery(order: Order, given: Sequence[RefundPart], minor: int) -> list[RefundPart]:
    """Raises Invalid above what is left of what delivery cost."""
    left = order.delivery_minor - _sum(given, DELIVERY)
    if minor > left:
        most = format_money(Money(left, order.currency))
        raise Invalid(_("At most %(left)s of the delivery can be refunded.", left=most))
    rate = order.delivery_tax_rate
    return [_part(DELIVERY, rate, minor, order.currency)] if minor > 0 else []


def of_amount(order: Order, given: Sequence[RefundPart], minor: int) -> list[RefundPart]:
    """An amount spread over the rates of what is left of the order. What is more than that is no part of it."""
    left = left_by_rate(order, given)
    whole = sum(left.values())
    if whole <= 0 or minor <= 0:
        return []
    shares = Money(min(minor, whole), order.currency).split(list(left.values()))
    return [_part(AMOUNT, rate, share.minor, order.currency) for rate, share in zip(left, shares, strict=True) if share]


def of_all(order: Order, given: Sequence[RefundPart], minor: int) -> list[RefundPart]:
    """Everything that was not refunded, so that it comes to `minor`, or to less when more than the total was taken."""
    wanted = [
        _of_line(line, given, line.quantity - line.refunded) for line in order.lines if line.quantity > line.refunded
    ]
    wanted += of_delivery(order, given, order.delivery_minor - _sum(given, DELIVERY))
    whole = sum(part.amount_minor for part in wanted)
    if whole > minor:
        for part, share in zip(
            wanted, Money(minor, order.currency).split([p.amount_minor for p in wanted]), strict=True
        ):
            part.amount_minor, part.tax_minor = share.minor, share.tax_contained(part.tax_rate).minor
    elif whole < minor:
        wanted += of_amount(order, [*given, *wanted], minor - whole)
    return wanted


def left_by_rate(order: Order, given: Iterable[RefundPart]) -> dict[Decimal, int]:
    """What of the order's total was not refunded, in minor units by tax rate."""
    left: dict[Decimal, int] = {}
    amounts = [(line.tax_rate, line.amount_minor) for line in order.lines]
    amounts.append((order.delivery_tax_rate, order.delivery_minor))
    amounts += [(part.tax_rate, -part.amount_minor) for part in given]
    for rate, minor in amounts:
        left[rate] = left.get(rate, 0) + minor
    return {rate: max(minor, 0) for rate, minor in sorted(left.items())}


def count(order: Order, parts: Iterable[RefundPart], sign: int) -> None:
    """Counts the pieces of a refund as refunded (1), or as not (-1)."""
    lines = {line.id: line for line in order.lines}
    for part in parts:
        if part.line_id is not None:
            lines[part.line_id].refunded += sign * part.quantity


def _of_line(line: OrderLine, given: Iterable[RefundPart], count: int) -> RefundPart:
    own = [part for part in given if part.line_id == line.id]
    if count == line.quantity - line.refunded:
        amount = line.amount_minor - sum(part.amount_minor for part in own)
        tax = line.tax_minor - sum(part.tax_minor for part in own)
    else:
        amount, tax = (minor * count // line.quantity for minor in (line.amount_minor, line.tax_minor))
    return RefundPart(
        kind=LINE, line_id=line.id, quantity=count, tax_rate=line.tax_rate, amount_minor=amount, tax_minor=tax
    )


def _part(kind: str, rate: Decimal, minor: int, currency: str) -> RefundPart:
    tax = Money(minor, currency).tax_contained(rate).minor
    return RefundPart(kind=kind, quantity=0, tax_rate=rate, amount_minor=minor, tax_minor=tax)


def _sum(parts: Iterable[RefundPart], kind: str) -> int:
    return sum(part.amount_minor for part in parts if part.kind == kind)
