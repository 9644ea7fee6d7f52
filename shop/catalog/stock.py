"""Stock, moved by conditional updates: what is not there cannot be taken, however many try at once.

Rows are always touched in ascending id, so that two orders for the same goods wait for each other instead of locking
each other out.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select, update

from shop.catalog import index
from shop.catalog.models import Hold, Product, StockMovement, Variant
from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _, _n

Quantities = Mapping[int, int]  # variant id to pieces


class OutOfStock(Conflict):
    code = "out_of_stock"


def hold(quantities: Quantities, *, order_id: int, cart_id: int | None) -> None:
    """Promises pieces to an unpaid order. All or none; raises OutOfStock naming what is short."""
    with transaction():
        hold_now(quantities, order_id=order_id, cart_id=cart_id)


def hold_now(quantities: Quantities, *, order_id: int, cart_id: int | None) -> None:
    """`hold` for a caller that mends OutOfStock itself, in a savepoint of the open transaction."""
    for variant_id, pieces in sorted(quantities.items()):
        free = Variant.on_hand - Variant.reserved + Variant.back_order_limit
        if not _change(variant_id, free >= pieces, Variant.withdrawn_at.is_(None), reserved=pieces):
            raise _short(variant_id)
        db.session.add(Hold(order_id=order_id, variant_id=variant_id, cart_id=cart_id, quantity=pieces))


def keep_apart(order_id: int) -> None:
    """An order's hold no longer counts as its cart's own: the cart may become another order."""
    with transaction():
        db.session.execute(update(Hold).where(Hold.order_id == order_id).values(cart_id=None))


def let_go(order_id: int) -> None:
    """Ends an order's hold without a sale."""
    with transaction():
        for variant_id, pieces in _held(order_id).items():
            _shrink_hold(order_id, variant_id, by=pieces)
            _must(_change(variant_id, reserved=-pieces), variant_id)


def sell(order_id: int, *, by: str) -> None:
    """Turns an order's hold into a sale: the pieces leave the shelf. What is not there yet stays held: it is owed."""
    with transaction():
        db.session.execute(update(Hold).where(Hold.order_id == order_id).values(owed_since=now()))
        for variant_id in _held(order_id):
            _hand_over(order_id, variant_id, by=by)


def owed(order_id: int) -> dict[int, int]:
    """Pieces of a paid order that are not there yet, by variant."""
    return _held(order_id)


def allocate(variant_id: int, *, by: str) -> None:
    """Gives what lies on the shelf to the paid orders that wait for it, the oldest first."""
    with transaction():
        waiting = db.session.scalars(
            select(Hold.order_id)
            .where(Hold.variant_id == variant_id, Hold.owed_since.is_not(None))
            .order_by(Hold.owed_since, Hold.order_id)
        ).all()
        for order_id in waiting:
            if not _hand_over(order_id, variant_id, by=by):
                return


def give_back(order_id: int, variant_id: int, pieces: int, reason: str, *, by: str, restock: bool) -> int:
    """Pieces that an order does not take after all, or that came back; `reason` is 'cancelled' or 'returned'.

    What it was owed is let go; the rest goes on to the shelf, unless it is not fit for that. Returns how many are the
    shop's again.
    """
    with transaction():
        _on_hand(variant_id)
        owing = min(_held(order_id).get(variant_id, 0), pieces)
        if owing:
            _shrink_hold(order_id, variant_id, by=owing)
            _must(_change(variant_id, reserved=-owing), variant_id)
        left = pieces - owing if restock else 0
        if left:
            _must(_change(variant_id, on_hand=left), variant_id)
            _note(variant_id, left, reason, order_id=order_id, by=by)
            allocate(variant_id, by=by)
        return owing + left


def receive(variant_id: int, pieces: int, *, by: str, note: str = "") -> None:
    """Goods came in. Raises NotFound."""
    with transaction():
        if not _change(variant_id, on_hand=pieces):
            raise NotFound(_("This variant is not there any more."))
        _note(variant_id, pieces, "received", by=by, note=note)
        allocate(variant_id, by=by)


def write_off(variant_id: int, pieces: int, *, by: str, note: str = "") -> None:
    """Goods on the shelf are broken or lost. Raises Conflict when so many are not there, or are promised."""
    with transaction():
        promised = Variant.reserved > Variant.on_hand - pieces + Variant.back_order_limit
        if not _change(variant_id, Variant.on_hand >= pieces, ~promised, on_hand=-pieces):
            raise Conflict(_("There are not so many on the shelf that are not promised to somebody."))
        _note(variant_id, -pieces, "damaged", by=by, note=note)


def correct(variant_id: int, on_hand: int, *, by: str, note: str = "") -> None:
    """Somebody counted: there are `on_hand`. Raises Conflict when more than that is promised to unpaid orders."""
    with transaction():
        variant = db.session.get(Variant, variant_id, with_for_update=True, populate_existing=True)
        if variant is None:
            raise NotFound(_("This variant is not there any more."))
        if on_hand + variant.back_order_limit < variant.reserved:
            raise Conflict(
                _n(
                    "%(num)s piece is promised to an unpaid order; the stock cannot be less. Cancel the order first.",
                    "%(num)s pieces are promised to unpaid orders; the stock cannot be less. Cancel orders first.",
                    variant.reserved,
                )
            )
        change = on_hand - variant.on_hand
        if change:
            variant.on_hand = on_hand
            db.session.flush()
            _tell_if_back(variant_id, variant.available - change, variant.available)
            _note(variant_id, change, "corrected", by=by, note=note)
            allocate(variant_id, by=by)


def _held(order_id: int) -> dict[int, int]:
    """In the order in which variants are touched."""
    held = db.session.execute(
        select(Hold.variant_id, Hold.quantity).where(Hold.order_id == order_id).order_by(Hold.variant_id)
    ).all()
    return {row.variant_id: row.quantity for row in held}


def _shrink_hold(order_id: int, variant_id: int, *, by: int) -> None:
    of_order = (Hold.order_id == order_id, Hold.variant_id == variant_id)
    db.session.execute(delete(Hold).where(*of_order, Hold.quantity == by))
    db.session.execute(update(Hold).where(*of_order, Hold.quantity > by).values(quantity=Hold.quantity - by))


def _on_hand(variant_id: int) -> int:
    """Under a lock: what is held of it is nobody else's to hand over until the open transaction ends."""
    return db.session.scalars(select(Variant.on_hand).where(Variant.id == variant_id).with_for_update()).one()


def _hand_over(order_id: int, variant_id: int, *, by: str) -> bool:
    """As much of what an order holds as lies on the shelf becomes its own. Returns whether that was all of it."""
    on_hand = _on_hand(variant_id)
    held = _held(order_id).get(variant_id, 0)
    pieces = min(held, on_hand)
    if pieces:
        _shrink_hold(order_id, variant_id, by=pieces)
        _must(_change(variant_id, Variant.on_hand >= pieces, reserved=-pieces, on_hand=-pieces), variant_id)
        _note(variant_id, -pieces, "sold", order_id=order_id, by=by)
    return pieces == held


def _change(variant_id: int, *conditions: object, on_hand: int = 0, reserved: int = 0) -> bool:
    available = db.session.scalar(
        update(Variant)
        .where(Variant.id == variant_id, *conditions)  # type: ignore[arg-type]
        .values(on_hand=Variant.on_hand + on_hand, reserved=Variant.reserved + reserved)
        .returning(Variant.on_hand - Variant.reserved)
        .execution_options(synchronize_session=False)
    )
    if available is None:
        return False
    index.stock_moved(variant_id)
    _tell_if_back(variant_id, available - on_hand + reserved, available)
    return True


def _tell_if_back(variant_id: int, before: int, after: int) -> None:
    if before <= 0 < after:
        outbox.emit("variant.restocked", variant_id=variant_id)


def _must(done: bool, variant_id: int) -> None:
    if not done:
        raise AssertionError(f"the stock of variant {variant_id} does not bear what its orders say: run the audit")


def _note(variant_id: int, quantity: int, reason: str, *, by: str, order_id: int | None = None, note: str = "") -> None:
    db.session.add(
        StockMovement(
            variant_id=variant_id, quantity=quantity, reason=reason, order_id=order_id, by=by, note=note, at=now()
        )
    )


def _short(variant_id: int) -> OutOfStock:
    row = db.session.execute(
        select(Product.name, Variant.name, Variant.on_hand - Variant.reserved)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == variant_id)
    ).one_or_none()
    if row is None:
        return OutOfStock(_("Something in your bag is not sold any more."))
    return short_of(full_name(row[0], row[1]), row[2])


def short_of(name: str, left: int) -> OutOfStock:
    if left <= 0:
        return OutOfStock(_("%(name)s has just sold out.", name=name))
    return OutOfStock(_n("Only %(num)s of %(name)s is left.", "Only %(num)s of %(name)s are left.", left, name=name))


def full_name(product: str, variant: str) -> str:
    return f"{product}, {variant}" if variant else product
