"""Buyers are kept as their paid orders are, in the transaction that changes one.

Two transactions of the same address take turns at their very end, and the second counts what the first has committed:
nothing is added up in place, so nothing can drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, event, insert, inspect, select, update
from sqlalchemy.orm import Session

from shop.catalog.words import words
from shop.core.clock import now
from shop.core.db import before_commit, db, take_turns, transaction
from shop.core.errors import NotFound
from shop.core.i18n import _
from shop.customers import queries
from shop.customers.models import Buyer, BuyerNote, BuyerSum, BuyerWord
from shop.orders.models import Order, OrderAddress
from shop.payments.models import Payment

LONGEST_NOTE = 2_000
AT_ONCE = 500

_MATTERS: dict[type, frozenset[str]] = {
    Order: frozenset(["email", "paid_at", "currency"]),
    OrderAddress: frozenset(["name"]),
    Payment: frozenset(["captured_minor", "refunded_minor", "currency"]),
}


@dataclass
class _Moved:
    """Whose orders the open transaction has changed."""

    order_ids: set[int] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)

    def __call__(self) -> None:
        changed = select(Order.email).where(Order.id.in_(self.order_ids), Order.paid_at.is_not(None))
        recount(self.emails | set(db.session.scalars(changed)))


@event.listens_for(Session, "after_flush")
def _watch(session: Session, _context: object) -> None:
    if "transaction" not in session.info:
        return
    for row in (*session.new, *session.dirty):
        matters = _MATTERS.get(type(row))
        if matters is None:
            continue
        changed = {each.key: each.history for each in inspect(row).attrs if each.key in matters}
        if any(history.has_changes() for history in changed.values()):
            moved = before_commit("customers", _Moved())
            moved.order_ids.add(row.id if isinstance(row, Order) else row.order_id)
            if isinstance(row, Order) and row.paid_at is not None:
                moved.emails.update(changed["email"].deleted or ())


def recount(emails: Iterable[str]) -> None:
    """Makes what is kept of these addresses what their paid orders are; who has none left is forgotten."""
    wanted = sorted({email.lower() for email in emails})
    with transaction():
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for email in some:
                take_turns(f"buyer {email}")
            known = db.session.execute(select(Buyer.id, Buyer.email, Buyer.name).where(Buyer.email.in_(some))).all()
            are = queries.counted(some)
            for row in known:
                _keep(row.id, row.name, row.email, are.pop(row.email, None))
            _add(are)


def recount_all() -> None:
    """After orders were written past the shop, as the large sample shop's are."""
    with transaction():
        db.session.execute(delete(Buyer))
    after = ""
    while True:
        some = select(Order.email).where(Order.email > after, Order.paid_at.is_not(None))
        emails = db.session.scalars(some.group_by(Order.email).order_by(Order.email).limit(AT_ONCE)).all()
        if not emails:
            return
        after = emails[-1]
        with transaction():
            _add(queries.counted(emails))


def _keep(buyer_id: int, name: str, email: str, counted: queries.Counted | None) -> None:
    if counted is None:
        db.session.execute(delete(Buyer).where(Buyer.id == buyer_id))
        return
    db.session.execute(update(Buyer).where(Buyer.id == buyer_id).values(counted.facts()))
    db.session.execute(delete(BuyerSum).where(BuyerSum.buyer_id == buyer_id))
    _insert(BuyerSum, counted.sums(buyer_id))
    if name != counted.name:
        db.session.execute(delete(BuyerWord).where(BuyerWord.buyer_id == buyer_id))
        _insert(BuyerWord, _words(buyer_id, email, counted.name))


def _add(counted: dict[str, queries.Counted]) -> None:
    if not counted:
        return
    made = insert(Buyer).returning(Buyer.id, Buyer.email)
    rows = [{"email": email, **each.facts()} for email, each in sorted(counted.items())]
    ids = {row.email: row.id for row in db.session.execute(made, rows)}
    _insert(BuyerSum, [row for email, each in counted.items() for row in each.sums(ids[email])])
    _insert(BuyerWord, [row for email, each in counted.items() for row in _words(ids[email], email, each.name)])


def _insert(model: type[BuyerSum | BuyerWord], rows: Sequence[dict[str, object]]) -> None:
    if rows:
        db.session.execute(insert(model), rows)


def _words(buyer_id: int, email: str, name: str) -> list[dict[str, object]]:
    return [{"buyer_id": buyer_id, "word": word} for word in sorted({email, *words(name)})]


def write_note(email: str, text: str, *, by: str) -> None:
    with transaction():
        db.session.add(BuyerNote(email=email.lower(), text=text, by=by, at=now()))


def remove_note(note_id: int) -> str:
    """Out of sight; `restore_note` brings it back. Returns whom it is about."""
    return _mark_note(note_id, removed=True)


def restore_note(note_id: int) -> str:
    return _mark_note(note_id, removed=False)


def _mark_note(note_id: int, *, removed: bool) -> str:
    with transaction():
        note = db.session.get(BuyerNote, note_id, with_for_update=True)
        if note is None:
            raise NotFound(_("This note is not there any more."))
        note.removed_at = now() if removed else None
        return note.email
