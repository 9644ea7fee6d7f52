from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from shop.cart import services as cart
from shop.cart.pricing import Totals
from shop.catalog import stock
from shop.core import log, outbox
from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Conflict, Invalid, NotFound, TooMany
from shop.core.i18n import _
from shop.core.money import Money
from shop.orders import bookings, found
from shop.orders.models import (
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    OrderWord,
    PlacedForm,
    Return,
    Shipment,
)
from shop.orders.numbers import new_number
from shop.orders.states import Fulfilment, Status, Stock, can_move, fulfilment

NUMBER_TRIES = 5

Part = TypeVar("Part", Shipment, Return)
REPLACED = "the cart has changed"  # why an unpaid order gives way to the next one of its cart
CANCEL_ASKED = "cancel_asked"  # the event of somebody's wish, until Stripe says that no money can come any more
BY_ITSELF = ("shop", "stripe")  # nobody cancelled it: its time was up, or its payment failed


class WrongState(Conflict):
    code = "wrong_state"


class TooManyUnpaid(TooMany):
    code = "too_many_unpaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    name: str
    street: str
    country: str
    company: str = ""
    vat_id: str = ""
    extra: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    variant_id: int
    product_name: str
    variant_name: str
    sku: str
    quantity: int
    unit_price: Money
    tax_class: str
    tax_rate: Decimal
    requires_shipping: bool
    weight_g: int
    ahead: int = 0  # pieces that the shopper was told are not on the shelf
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    method_id: int
    name: str
    kind: str
    tax_rate: Decimal
    arrives_from: datetime | None  # None where nobody knows when the goods come in
    arrives_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """All that is agreed. `totals.items` goes with `lines`, one for one."""

    cart_id: int | None
    email: str
    language: str
    network: str
    fingerprint: str
    terms_version: str
    lines: Sequence[NewLine]
    totals: Totals
    address: Address
    delivery: NewDelivery | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidLimits:
    by_email: int
    by_network: int
    pieces: int  # held for one network in all


def claim_form(token: str) -> int | None:
    """Takes a checkout form's token for the open transaction, as its first statement.

    Returns None when it is ours to place the order with, or the id of the order that the same form has become: on
    PostgreSQL the second of two waits here until the first is committed, on SQLite at the transaction's beginning.
    """
    try:
        with db.session.begin_nested():
            db.session.add(PlacedForm(token=token, at=now()))
        return None
    except IntegrityError:
        return db.session.scalars(select(PlacedForm.order_id).where(PlacedForm.token == token)).one()


def place(new: NewOrder, *, form_token: str, limits: UnpaidLimits, by: str = "shopper") -> Order:
    """Writes the order and holds its stock, or leaves no trace. Raises OutOfStock, TooManyUnpaid."""
    with transaction():
        _cap_unpaid(new, limits)
        order = _write(new)
        stock.hold(quantities(new.lines), order_id=order.id, cart_id=new.cart_id, ahead=_ahead(new.lines))
        db.session.execute(update(PlacedForm).where(PlacedForm.token == form_token).values(order_id=order.id))
        _note(order, "placed", by=by)
        log.get().info("order.placed", order=order.number, total=order.total_minor, currency=order.currency)
        return order


def mark_paid(order_id: int, *, by: str, note: str = "") -> bool:
    """The order's money is in: what it held is sold, and what was bought leaves the cart.

    Returns False, with nothing changed, when it is paid already, or when it was cancelled and its goods have gone to
    others meanwhile.
    """
    with transaction():
        order = lock(order_id)
        if order.paid_at is not None:
            return False
        if order.cart_id is not None:
            cart.lock(order.cart_id)  # before the goods, as placing an order does
        if order.stock == Stock.NONE and not _hold_again(order):
            return False
        stock.sell(order_id, by=by)
        order.stock = Stock.SOLD
        order.paid_at = now()
        order.cancelled_at = None
        _move(order, Status.PAID, by=by, note=note)
        bookings.sold(order)
        _empty_cart(order)
        outbox.emit("order.paid", order_id=order.id)
        settle(order, by="shop")
        return True


def await_money(order_id: int) -> None:
    """The shopper has done their part and the money takes days: what they ordered leaves their cart now."""
    with transaction():
        order = lock(order_id)
        if order.status == Status.PENDING and order.cart_id is not None:
            _empty_cart(order)
            _note(order, "processing", by="stripe")


def cancel(order_id: int, *, by: str, reason: str) -> bool:
    """An unpaid order ends and its stock is free again. Returns False when it had ended before.

    Whoever calls this knows that no money can come of its payments any more.
    """
    with transaction():
        order = lock(order_id)
        if order.status == Status.CANCELLED:
            return False
        if order.paid_at is not None:
            raise WrongState(_("This order is paid. It can be refunded, not cancelled."))
        stock.let_go(order_id)
        order.stock = Stock.NONE
        order.cancelled_at = now()
        by, reason = _who_asked(order_id) or (by, reason)
        event = _move(order, Status.CANCELLED, by=by, note=reason)
        db.session.flush()
        if by in BY_ITSELF:
            outbox.emit("order.ended_unpaid", order_id=order.id, about=event.id)
        elif reason != REPLACED:
            outbox.emit("order.cancelled", order_id=order.id, about=event.id)
        return True


def _who_asked(order_id: int) -> tuple[str, str] | None:
    """(by, why) of the last wish to cancel it, if there was one."""
    asked = (
        select(OrderEvent.by, OrderEvent.note)
        .where(OrderEvent.order_id == order_id, OrderEvent.kind == CANCEL_ASKED)
        .order_by(OrderEvent.id.desc())
        .limit(1)
    )
    row = db.session.execute(asked).one_or_none()
    return (row.by, row.note) if row is not None else None


def cancel_pieces(order: Order, pieces: Mapping[int, int], *, by: str, restock: bool) -> None:
    """Takes pieces out of a locked paid order, by line, that were not sent; they are never to be sent any more."""
    stock.lock(line.variant_id for line in order.lines)
    for line in order.lines:
        count = pieces.get(line.id, 0)
        if count:
            line.cancelled += count
            if line.requires_shipping:
                put_back(line, count, "cancelled", by=by, restock=restock)
    settle(order, by=by)


def put_back(line: OrderLine, pieces: int, reason: str, *, by: str, restock: bool = True) -> None:
    """Pieces of a locked order's line are the shop's again, as `stock.give_back` has it: but for those that were put
    back before, with a refund that came to nothing, and come by the post now.
    """
    back = min(pieces, line.quantity - line.restocked)
    line.restocked += stock.give_back(line.order_id, line.variant_id, back, reason, by=by, restock=restock)


def settle(order: Order, *, by: str, note: str = "") -> None:
    """Moves a locked order on when its lines say so: all is sent, nothing is left to send, or something is again."""
    left = sum(line.to_ship for line in order.lines)
    if order.status == Status.SHIPPED and left:
        order.shipped_at = None
        _move(order, Status.PAID, by=by, note="")
    elif order.status == Status.PAID and all(line.cancelled == line.quantity for line in order.lines):
        order.cancelled_at = now()
        event = _move(order, Status.CANCELLED, by=by, note="")
        db.session.flush()
        outbox.emit("order.cancelled", order_id=order.id, about=event.id)
    elif order.status == Status.PAID and not left:
        order.shipped_at = now()
        _move(order, Status.SHIPPED, by=by, note=note)
    see_parcels(order)


def see_parcels(order: Order) -> None:
    """Keeps how far a locked order's goods have come, for lists."""
    parcels = db.session.scalars(select(Shipment).where(Shipment.order_id == order.id)).all()
    order.fulfilment = fulfilment(order.lines, parcels)


def send_to_review(order_id: int, *, by: str, reason: str) -> None:
    """Money came that does not fit what was agreed: a person must look. Its stock stays as it is."""
    with transaction():
        order = lock(order_id)
        if order.status != Status.REVIEW and can_move(order.status, Status.REVIEW):
            event = _move(order, Status.REVIEW, by=by, note=reason)
        else:
            event = _note(order, "problem", by=by, note=reason)
        _empty_cart(order)
        db.session.flush()
        outbox.emit("order.needs_attention", order_id=order.id, reason="review", about=event.id)


def hold_back(order_id: int, *, by: str, reason: str) -> None:
    with transaction():
        order = lock(order_id)
        if order.held_at is None:
            order.held_at = now()
            _note(order, "held", by=by, note=reason)


def release(order_id: int, *, by: str, reason: str) -> None:
    with transaction():
        order = lock(order_id)
        if order.held_at is not None:
            order.held_at = None
            _note(order, "released", by=by, note=reason)


def accept_review(order_id: int, *, by: str, note: str) -> None:
    """A person has looked: the order goes on with the money that came. Raises WrongState when its goods are gone."""
    with transaction():
        if lock(order_id).status != Status.REVIEW:
            raise WrongState(_("This order is not in review."))
        if not mark_paid(order_id, by=by, note=note):
            raise WrongState(_("The goods of this order are gone. Send the money back instead."))


def edit(order_id: int, *, email: str, address: Address, by: str) -> None:
    """Another email address or delivery address, as long as nothing was sent. The country stays: taxes hang on it."""
    with transaction():
        order = lock(order_id)
        if order.status not in (Status.PENDING, Status.PAID, Status.REVIEW) or any(
            line.shipped for line in order.lines
        ):
            raise WrongState(_("This order has been sent or cancelled, so its address cannot change any more."))
        row = db.session.scalars(select(OrderAddress).filter_by(order_id=order_id, kind="delivery")).one()
        if address.country != row.country:
            raise Invalid(_("Prices and taxes hang on the country. For another one, cancel and order again."))
        wanted = asdict(address)
        before = {name: getattr(row, name) for name in wanted if getattr(row, name) != wanted[name]}
        if email != order.email:
            before["email"] = order.email
        if not before:
            return
        for name, value in wanted.items():
            setattr(row, name, value)
        order.email = email
        _write_words(order, row)
        _note(order, "edited", by=by, data={"before": before})


def note(order_id: int, kind: str, *, by: str, note: str = "", public: bool = False, **data: object) -> int:
    """Adds a line to the order's history; of a public one the shopper reads the note. `data` is what it is about.

    Returns the line's id.
    """
    with transaction():
        event = _note(lock(order_id), kind, by=by, note=note, public=public, data=data)
        db.session.flush()
        return event.id


def lock(order_id: int) -> Order:
    """The order with its lines, nobody else's to change until the open transaction ends. Raises NotFound."""
    order = db.session.scalar(
        select(Order)
        .where(Order.id == order_id)
        .options(selectinload(Order.lines))
        .with_for_update(of=Order)
        .execution_options(populate_existing=True)
    )
    if order is None:
        raise NotFound(_("There is no such order."))
    return order


def lock_with(part: type[Part], part_id: int, *, missing: str) -> tuple[Part, Order]:
    """A shipment or a return with its lines, and its order, which is locked. Raises NotFound with this sentence."""
    order_id = db.session.scalar(select(part.order_id).where(part.id == part_id))
    if order_id is None:
        raise NotFound(missing)
    order = lock(order_id)
    whole = select(part).where(part.id == part_id).options(selectinload(part.lines))
    return db.session.scalars(whole.execution_options(populate_existing=True)).one(), order


def _empty_cart(order: Order) -> None:
    """What was ordered leaves the cart, and the two have nothing more to do with each other."""
    if order.cart_id is not None:
        cart.take_out(order.cart_id, quantities(order.lines))
        stock.keep_apart(order.id)
        order.cart_id = None


def _move(order: Order, target: Status, *, by: str, note: str) -> OrderEvent:
    """The only place that changes an order's status."""
    if not can_move(order.status, target):
        raise WrongState(_("An order that is %(source)s cannot become %(target)s.", source=order.status, target=target))
    event = _note(order, target, by=by, note=note, source=order.status, target=target)
    order.status = target
    log.get().info(f"order.{target}", order=order.number, by=by)
    return event


def _note(
    order: Order,
    kind: str,
    *,
    by: str,
    note: str = "",
    source: str = "",
    target: str = "",
    public: bool = False,
    data: Mapping[str, object] | None = None,
) -> OrderEvent:
    event = OrderEvent(
        order_id=order.id,
        at=now(),
        by=by,
        kind=kind,
        from_status=source,
        to_status=target,
        note=note,
        public=public,
        data=dict(data or {}),
    )
    db.session.add(event)
    return event


def _hold_again(order: Order) -> bool:
    """Late money for a cancelled order: its goods, if they are still there, all or none."""
    try:
        with db.session.begin_nested():
            stock.hold_now(quantities(order.lines), order_id=order.id, cart_id=order.cart_id, ahead=_ahead(order.lines))
    except stock.OutOfStock:
        return False
    return True


def _write(new: NewOrder) -> Order:
    delivery = new.delivery
    order = Order(
        number="",
        token=secrets.token_urlsafe(24),
        cart_id=new.cart_id,
        language=new.language,
        email=new.email,
        network=new.network,
        fingerprint=new.fingerprint,
        currency=new.totals.total.currency,
        delivery_method_id=delivery.method_id if delivery else None,
        delivery_name=delivery.name if delivery else "",
        delivery_kind=delivery.kind if delivery else "none",
        delivery_tax_rate=delivery.tax_rate if delivery else Decimal(0),
        arrives_from=delivery.arrives_from if delivery else None,
        arrives_to=delivery.arrives_to if delivery else None,
        country=new.address.country,
        fulfilment=Fulfilment.UNSENT if any(line.requires_shipping for line in new.lines) else Fulfilment.NOTHING,
        terms_version=new.terms_version,
        terms_accepted_at=now(),
        placed_at=now(),
    )
    order.subtotal = new.totals.subtotal
    order.delivery = new.totals.delivery
    order.delivery_tax_minor = new.totals.delivery_tax.minor
    order.adjustment = new.totals.adjustment
    order.total = new.totals.total
    order.tax = new.totals.tax
    _insert_with_number(order)
    for position, (line, sums) in enumerate(zip(new.lines, new.totals.items, strict=True)):
        db.session.add(
            OrderLine(
                order_id=order.id,
                position=position,
                variant_id=line.variant_id,
                product_name=line.product_name,
                variant_name=line.variant_name,
                sku=line.sku,
                quantity=line.quantity,
                currency=order.currency,
                unit_price_minor=line.unit_price.minor,
                amount_minor=sums.amount.minor,
                tax_class=line.tax_class,
                tax_rate=line.tax_rate,
                tax_minor=sums.tax.minor,
                requires_shipping=line.requires_shipping,
                weight_g=line.weight_g,
                ahead=line.ahead,
                promised_at=line.promised_at,
            )
        )
    address = OrderAddress(order_id=order.id, kind="delivery", **asdict(new.address))
    db.session.add(address)
    _write_words(order, address)
    db.session.flush()
    return order


def _write_words(order: Order, address: OrderAddress) -> None:
    """What the order is found by, from now on."""
    db.session.execute(delete(OrderWord).where(OrderWord.order_id == order.id))
    words = found.kept(number=order.number, email=order.email, name=address.name, company=address.company)
    db.session.add_all(OrderWord(order_id=order.id, word=word) for word in sorted(words))


def _insert_with_number(order: Order) -> None:
    """Two orders may draw the same number, once in a blue moon; the unique key decides and we draw again."""
    for attempt in range(NUMBER_TRIES):
        order.number = new_number()
        try:
            with db.session.begin_nested():
                db.session.add(order)
            return
        except IntegrityError as error:
            if "number" not in str(error.orig) or attempt == NUMBER_TRIES - 1:
                raise


def _cap_unpaid(new: NewOrder, limits: UnpaidLimits) -> None:
    """Stock held by unpaid orders is capped by email address and by network, so that nobody empties the shop."""
    by_email = _(
        "Unpaid orders under this email address still hold their goods. Pay or cancel one; unpaid ones end by "
        "themselves within 35 minutes."
    )
    by_network = _("Many unpaid orders hold goods at the moment, so we cannot take another. Try again in 35 minutes.")
    for column, value, most, sentence in (
        (Order.email, new.email, limits.by_email, by_email),
        (Order.network, new.network, limits.by_network, by_network),
    ):
        if not value:
            continue
        take_turns(f"unpaid:{column.key}:{value}")
        unpaid = db.session.scalar(select(func.count()).where(column == value, Order.status == Status.PENDING))
        if (unpaid or 0) >= most:
            raise TooManyUnpaid(sentence)
    if new.network and _held_by(new.network) + sum(line.quantity for line in new.lines) > limits.pieces:
        raise TooManyUnpaid(
            _(
                "%(most)s pieces are the most we keep for you before they are paid. Write to us for more.",
                most=limits.pieces,
            )
        )


def _held_by(network: str) -> int:
    """Pieces that unpaid orders from a network hold."""
    held = select(func.coalesce(func.sum(OrderLine.quantity), 0)).join(Order, Order.id == OrderLine.order_id)
    return int(db.session.scalar(held.where(Order.network == network, Order.status == Status.PENDING)) or 0)


def quantities(lines: Sequence[NewLine] | Sequence[OrderLine]) -> dict[int, int]:
    quantities: dict[int, int] = {}
    for line in lines:
        quantities[line.variant_id] = quantities.get(line.variant_id, 0) + line.quantity
    return quantities


def _ahead(lines: Sequence[NewLine] | Sequence[OrderLine]) -> dict[int, int]:
    pieces: dict[int, int] = {}
    for line in lines:
        pieces[line.variant_id] = pieces.get(line.variant_id, 0) + line.ahead
    return pieces
