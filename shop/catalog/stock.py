"""Stock, moved by conditional updates: what is not there cannot be taken, however many try at once.

Rows are always touched in ascending id, so that two orders for the same goods wait for each other instead of locking
each other out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, delete, func, select, update

from shop.catalog import index
from shop.catalog.models import Hold, Product, StockMovement, Variant
from shop.core import outbox, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _, _n

Quantities = Mapping[int, int]  # variant id to pieces


class OutOfStock(Conflict):
    code = "out_of_stock"


class ChangedMeanwhile(Conflict):
    """The stock is not what it was when somebody looked: `on_hand` is what it is now."""

    code = "stock_changed"

    def __init__(self, on_hand: int) -> None:
        super().__init__(_("The stock has changed to %(now)s meanwhile.", now=on_hand))
        self.on_hand = on_hand


class Availability(StrEnum):
    """In the words of Google's feeds."""

    IN_STOCK = "in_stock"
    BACKORDER = "backorder"
    PREORDER = "preorder"
    OUT_OF_STOCK = "out_of_stock"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a stock-take found of a variant, and what its sheet said when it began."""

    expected: int
    pieces: int


def hold(quantities: Quantities, *, order_id: int, cart_id: int | None, ahead: Quantities | None = None) -> None:
    """Promises pieces to an unpaid order. All or none; raises OutOfStock naming what is short.

    `ahead` is how many of them the shopper was told are not there yet: no more than that may be missing. What is
    endless is promised without a row.
    """
    with transaction():
        hold_now(quantities, order_id=order_id, cart_id=cart_id, ahead=ahead)


def hold_now(quantities: Quantities, *, order_id: int, cart_id: int | None, ahead: Quantities | None = None) -> None:
    """`hold` for a caller that mends OutOfStock itself, in a savepoint of the open transaction."""
    endless = _endless(quantities)
    for variant_id, pieces in sorted(quantities.items()):
        if variant_id in endless:
            continue
        at_once = pieces - (ahead or {}).get(variant_id, 0)
        lies_there = (Variant.available >= at_once,) if at_once > 0 else ()
        available = _change(
            variant_id, *lies_there, Variant.buyable >= pieces, Variant.withdrawn_at.is_(None), reserved=pieces
        )
        if available is None:
            raise _short(variant_id)
        missing = min(pieces, max(0, -available))
        db.session.add(Hold(order_id=order_id, variant_id=variant_id, cart_id=cart_id, quantity=pieces, ahead=missing))


def keep_apart(order_id: int) -> None:
    """An order's hold no longer counts as its cart's own: the cart may become another order."""
    with transaction():
        db.session.execute(update(Hold).where(Hold.order_id == order_id).values(cart_id=None))


def let_go(order_id: int) -> None:
    """Ends an order's hold without a sale. What it kept on the shelf goes to the paid orders that wait for it."""
    with transaction():
        for variant_id, pieces in _held(order_id).items():
            _on_hand(variant_id)
            _shrink_hold(order_id, variant_id, by=pieces)
            _must(_change(variant_id, reserved=-pieces), variant_id)
            allocate(variant_id, by="shop")


def sell(order_id: int, *, by: str) -> None:
    """Turns an order's hold into a sale: the pieces leave the shelf. What is not there yet stays held: it is owed."""
    with transaction():
        db.session.execute(update(Hold).where(Hold.order_id == order_id).values(owed_since=now()))
        for variant_id in _held(order_id):
            _hand_over(order_id, variant_id, by=by)


def availabilities(variants: Iterable[Variant]) -> dict[int, Availability]:
    """How each can be bought now. What may be ordered ahead and was never there yet is a pre-order."""
    found, ahead = {}, []
    for variant in variants:
        found[variant.id] = Availability.IN_STOCK if variant.available > 0 else Availability.OUT_OF_STOCK
        if variant.available <= 0 < variant.buyable:
            found[variant.id] = Availability.PREORDER
            ahead.append(variant.id)
    if ahead:
        known = select(StockMovement.variant_id).where(StockMovement.variant_id.in_(ahead)).distinct()
        found.update(dict.fromkeys(db.session.scalars(known), Availability.BACKORDER))
    return found


def expected(restock_at: datetime | None) -> datetime | None:
    """When more of a product comes, as far as that can still be promised."""
    return restock_at if restock_at is not None and restock_at > now() else None


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


def lock(variant_ids: Iterable[int]) -> None:
    """Whoever is to move several of these one by one has them all first, in the order in which everybody takes them."""
    rows = select(Variant.id).where(Variant.id.in_(set(variant_ids))).order_by(Variant.id)
    db.session.execute(rows.with_for_update())


def give_back(order_id: int, variant_id: int, pieces: int, reason: str, *, by: str, restock: bool) -> int:
    """Pieces that an order does not take after all, or that came back; `reason` is 'cancelled' or 'returned'.

    What it was owed is let go; the rest goes on to the shelf, unless it is not fit for that or is endless by now.
    Returns how many are the shop's again.
    """
    with transaction():
        if not _locked(variant_id).requires_shipping:
            return 0
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
    """Goods came in. Raises NotFound, Conflict for what is endless."""
    with transaction():
        _check_counted(_locked(variant_id))
        _must(_change(variant_id, on_hand=pieces), variant_id)
        _note(variant_id, pieces, "received", by=by, note=note)
        allocate(variant_id, by=by)


def write_off(variant_id: int, pieces: int, *, by: str, note: str = "") -> None:
    """Goods on the shelf are broken or lost. Raises Conflict when so many are not there, or are promised."""
    with transaction():
        if _change(variant_id, Variant.on_hand >= pieces, Variant.buyable >= pieces, on_hand=-pieces) is None:
            sku = db.session.scalar(select(Variant.sku).where(Variant.id == variant_id))
            raise Conflict(_("There are not so many of %(sku)s on the shelf that are promised to nobody.", sku=sku))
        _note(variant_id, -pieces, "damaged", by=by, note=note)


def move(pieces: Quantities, *, came_in: bool, by: str, note: str) -> None:
    """Goods of several variants came in, or are broken or lost: all of it, or nothing. Raises as `receive` and
    `write_off` do.
    """
    with transaction():
        for variant_id, count in sorted(pieces.items()):
            (receive if came_in else write_off)(variant_id, count, by=by, note=note)


def correct(variant_id: int, on_hand: int, *, by: str, note: str = "", seen: int | None = None) -> None:
    """Somebody counted: there are `on_hand`. `seen` is what they were shown before.

    Raises ChangedMeanwhile when it is not that any more, Conflict when more than `on_hand` is promised, and for what is
    endless.
    """
    with transaction():
        variant = _locked(variant_id)
        if seen is not None and seen != variant.on_hand:
            raise ChangedMeanwhile(variant.on_hand)
        _correct(variant, on_hand - variant.on_hand, by=by, note=note)


def count(counted: Mapping[int, Counted], *, since: int, by: str, note: str = "") -> dict[int, int]:
    """A stock-take of several variants, all or nothing. Returns by how many pieces each was wrong.

    What was sold or came in since the counting began stays so: the difference is what is corrected. `since` is the last
    movement that its sheet knew of; where one was corrected after that, perhaps by this very count, it is a Conflict.
    Raises NotFound.
    """
    with transaction():
        lock(counted)
        corrected = StockMovement.reason == "corrected", StockMovement.id > since
        later = select(Variant.sku).join(StockMovement).where(Variant.id.in_(list(counted)), *corrected)
        if sku := db.session.scalar(later.order_by(Variant.id).limit(1)):
            raise Conflict(
                _("%(sku)s was corrected after this sheet was opened. Leave it empty, or open the sheet anew.", sku=sku)
            )
        wrong = {variant_id: each.pieces - each.expected for variant_id, each in sorted(counted.items())}
        for variant_id, change in wrong.items():
            each = counted[variant_id]
            said = f"counted {each.pieces}, expected {each.expected}"
            _correct(_locked(variant_id), change, by=by, note=f"{said}: {note}" if note else said)
        return {variant_id: change for variant_id, change in wrong.items() if change}


def _locked(variant_id: int) -> Variant:
    variant = db.session.get(Variant, variant_id, with_for_update=True, populate_existing=True)
    if variant is None:
        raise NotFound(_("This variant is not there any more."))
    return variant


def _endless(variant_ids: Iterable[int]) -> set[int]:
    """Those of them that are sold and never run out."""
    sold = Variant.id.in_(set(variant_ids)), Variant.withdrawn_at.is_(None)
    return set(db.session.scalars(select(Variant.id).where(*sold, ~Variant.requires_shipping)))


def _check_counted(variant: Variant) -> None:
    if not variant.requires_shipping:
        raise Conflict(_("%(sku)s needs no parcel, so there is no stock of it to count.", sku=variant.sku))


def _correct(variant: Variant, change: int, *, by: str, note: str) -> None:
    """Of a locked variant."""
    _check_counted(variant)
    on_hand = variant.on_hand + change
    if on_hand < 0:
        raise Conflict(_("There cannot be less than nothing of %(sku)s.", sku=variant.sku))
    if on_hand + variant.back_order_limit < variant.reserved:
        raise Conflict(
            _n(
                "%(num)s piece of %(sku)s is promised to an order; the stock cannot be less. Cancel the order first.",
                "%(num)s pieces of %(sku)s are promised to orders; the stock cannot be less. Cancel orders first.",
                variant.reserved,
                sku=variant.sku,
            )
        )
    if change:
        variant.on_hand = on_hand
        db.session.flush()
        _tell(variant.id, variant.available - change, variant.available)
        _note(variant.id, change, "corrected", by=by, note=note)
        allocate(variant.id, by=by)


def _held(order_id: int) -> dict[int, int]:
    """In the order in which variants are touched."""
    held = db.session.execute(
        select(Hold.variant_id, Hold.quantity).where(Hold.order_id == order_id).order_by(Hold.variant_id)
    ).all()
    return {row.variant_id: row.quantity for row in held}


def _shrink_hold(order_id: int, variant_id: int, *, by: int) -> None:
    of_order = (Hold.order_id == order_id, Hold.variant_id == variant_id)
    db.session.execute(delete(Hold).where(*of_order, Hold.quantity == by))
    left = Hold.quantity - by
    db.session.execute(
        update(Hold)
        .where(*of_order, Hold.quantity > by)
        .values(quantity=left, ahead=case((Hold.ahead > left, left), else_=Hold.ahead))
    )


def _on_hand(variant_id: int) -> int:
    """Under a lock: what is held of it is nobody else's to hand over until the open transaction ends."""
    return db.session.scalars(select(Variant.on_hand).where(Variant.id == variant_id).with_for_update()).one()


def _kept_for_others(order_id: int, variant_id: int) -> int:
    """What lies on the shelf for unpaid orders that were told so: whoever ordered ahead does not take it from them."""
    kept = select(func.coalesce(func.sum(Hold.quantity - Hold.ahead), 0)).where(
        Hold.variant_id == variant_id, Hold.order_id != order_id, Hold.owed_since.is_(None)
    )
    return db.session.scalars(kept).one()


def _hand_over(order_id: int, variant_id: int, *, by: str) -> bool:
    """As much of what an order holds as lies on the shelf becomes its own. Returns whether that was all of it."""
    on_hand = _on_hand(variant_id)
    held = _held(order_id).get(variant_id, 0)
    pieces = max(0, min(held, on_hand - _kept_for_others(order_id, variant_id)))
    if pieces:
        _shrink_hold(order_id, variant_id, by=pieces)
        _must(_change(variant_id, Variant.on_hand >= pieces, reserved=-pieces, on_hand=-pieces), variant_id)
        _note(variant_id, -pieces, "sold", order_id=order_id, by=by)
    return pieces == held


def _change(variant_id: int, *conditions: object, on_hand: int = 0, reserved: int = 0) -> int | None:
    """What is available afterwards, or None when the conditions do not hold."""
    available = db.session.scalar(
        update(Variant)
        .where(Variant.id == variant_id, *conditions)  # type: ignore[arg-type]
        .values(on_hand=Variant.on_hand + on_hand, reserved=Variant.reserved + reserved)
        .returning(Variant.available)
        .execution_options(synchronize_session=False)
    )
    if available is not None:
        index.stock_moved(variant_id)
        _tell(variant_id, available - on_hand + reserved, available)
    return available


def _tell(variant_id: int, before: int, after: int) -> None:
    """What is available has changed: says so where it is there again, has sold out, or is nearly gone."""
    if before <= 0 < after:
        outbox.emit("variant.restocked", variant_id=variant_id)
    elif after <= 0 < before:
        outbox.emit("stock.sold_out", variant_id=variant_id)
    elif 0 < after < before and after <= store.get().low_stock < before:
        outbox.emit("stock.low", variant_id=variant_id)


def _must(available: int | None, variant_id: int) -> None:
    if available is None:
        raise AssertionError(f"the stock of variant {variant_id} does not bear what its orders say: run the audit")


def _note(variant_id: int, quantity: int, reason: str, *, by: str, order_id: int | None = None, note: str = "") -> None:
    db.session.add(
        StockMovement(
            variant_id=variant_id, quantity=quantity, reason=reason, order_id=order_id, by=by, note=note, at=now()
        )
    )


def _short(variant_id: int) -> OutOfStock:
    row = db.session.execute(
        select(Product.name, Variant.name, Variant.available, Variant.buyable, Variant.withdrawn_at)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == variant_id)
    ).one_or_none()
    if row is None or row.withdrawn_at is not None:
        return OutOfStock(_("Something in your bag is not sold any more."))
    name = full_name(row[0], row[1])
    if row.buyable > max(0, row.available):
        return OutOfStock(
            _("%(name)s is not on the shelf any more. Look when it would come, and order again.", name=name)
        )
    return short_of(name, row.available)


def short_of(name: str, left: int) -> OutOfStock:
    if left <= 0:
        return OutOfStock(_("%(name)s has just sold out.", name=name))
    return OutOfStock(_n("Only %(num)s of %(name)s is left.", "Only %(num)s of %(name)s are left.", left, name=name))


def full_name(product: str, variant: str) -> str:
    return f"{product}, {variant}" if variant else product
