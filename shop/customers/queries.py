from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from shop.accounts.models import Consent
from shop.catalog.models import Product
from shop.catalog.words import words
from shop.core.db import db, is_sqlite
from shop.core.lists import Piece, piece
from shop.core.money import Money
from shop.customers.models import Buyer, BuyerNote, BuyerSum, BuyerWord
from shop.orders.models import Order, OrderAddress, OrderLine
from shop.payments.models import Payment
from shop.reviews.models import Review

FOUND = 50  # by a search, the newest of them
LOOKED_AT = 500  # that begin as was typed
ORDERS = 20
ADDRESSES_OF = 50  # orders, the newest
SHOWN = 50  # consents, reviews, notes
BATCH = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """What the paid orders of one address come to."""

    name: str
    orders: int
    first_at: datetime
    last_at: datetime
    spent: tuple[Money, ...]  # by currency

    def facts(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in ("name", "orders", "first_at", "last_at")}

    def sums(self, buyer_id: int) -> list[dict[str, object]]:
        return [{"buyer_id": buyer_id, "currency": sum_.currency, "spent_minor": sum_.minor} for sum_ in self.spent]


@dataclass(frozen=True, slots=True)
class Where:
    """A place that orders were sent or billed to, and the newest of them."""

    address: OrderAddress
    kinds: frozenset[str]
    last_at: datetime


def counted(emails: Sequence[str]) -> dict[str, Counted]:
    """From the orders themselves, of those of `emails` that have paid for one."""
    bought = (Order.email.in_(emails), Order.paid_at.is_not(None))
    facts = db.session.execute(
        select(Order.email, func.count(), func.min(Order.placed_at), func.max(Order.placed_at))
        .where(*bought)
        .group_by(Order.email)
    ).all()
    money: dict[str, dict[str, int]] = defaultdict(dict)
    for email, currency in db.session.execute(select(Order.email, Order.currency).where(*bought).distinct()):
        money[email][currency] = 0
    moved = func.sum(Payment.captured_minor - Payment.refunded_minor)
    paid = select(Order.email, Payment.currency, moved).join(Order, Order.id == Payment.order_id)
    for email, currency, minor in db.session.execute(
        paid.where(*bought, Payment.captured_minor > 0).group_by(Order.email, Payment.currency)
    ):
        money[email][currency] = int(minor)
    place = func.row_number().over(partition_by=Order.email, order_by=(Order.placed_at.desc(), Order.id.desc()))
    newest = select(Order.id, Order.email, place.label("place")).where(*bought).subquery()
    names = db.session.execute(
        select(newest.c.email, OrderAddress.name)
        .join(OrderAddress, OrderAddress.order_id == newest.c.id)
        .where(newest.c.place == 1, OrderAddress.kind == "delivery")
    ).all()
    named = {email: name for email, name in names}
    return {
        email: Counted(
            named.get(email, ""),
            orders,
            first_at,
            last_at,
            tuple(Money(minor, currency) for currency, minor in sorted(money[email].items())),
        )
        for email, orders, first_at, last_at in facts
    }


def latest(*, after: int | None = None, before: int | None = None) -> Piece[Buyer]:
    """Who bought last, first."""
    return piece(_with_sums(), Buyer.last_at, Buyer.id, after=after, before=before)


def best(currency: str, *, after: int | None = None, before: int | None = None) -> Piece[BuyerSum]:
    """Who has paid most in `currency` first, with their buyers and all their sums."""
    found = (
        select(BuyerSum)
        .where(BuyerSum.currency == currency)
        .options(joinedload(BuyerSum.buyer).selectinload(Buyer.sums))
    )
    return piece(found, BuyerSum.spent_minor, BuyerSum.id, after=after, before=before)


def find(text: str) -> Sequence[Buyer]:
    """Whose address, or the words of whose name, begin as the words of `text` do; one more than FOUND at most."""
    typed = text.strip().lower()
    said = [typed] if "@" in typed else words(typed)
    if not said:
        return []
    first, *more = sorted(said, key=len, reverse=True)
    some = select(BuyerWord.buyer_id).where(_begins(first)).limit(LOOKED_AT).subquery()
    found = _with_sums().where(Buyer.id.in_(select(some.c.buyer_id)))
    for word in more:
        found = found.where(exists().where(BuyerWord.buyer_id == Buyer.id, _begins(word)))
    return db.session.scalars(found.order_by(Buyer.last_at.desc(), Buyer.id.desc()).limit(FOUND + 1)).all()


def _begins(word: str) -> ColumnElement[bool]:
    """By the index of words, which each database reads in its own way."""
    if is_sqlite():
        return and_(BuyerWord.word >= word, BuyerWord.word < word + "\U0010ffff")
    pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return BuyerWord.word.like(pattern, escape="\\")


def buyer(buyer_id: int) -> Buyer | None:
    found = select(Buyer).where(Buyer.id == buyer_id).options(joinedload(Buyer.sums))
    return db.session.scalars(found).unique().one_or_none()


def id_of(email: str) -> int | None:
    return db.session.scalar(select(Buyer.id).where(Buyer.email == email.lower()))


def orders(email: str, *, after: int | None = None, before: int | None = None) -> Piece[Order]:
    """Paid or not, the newest first, with their addresses."""
    found = select(Order).where(Order.email == email).options(selectinload(Order.addresses))
    return piece(found, Order.id, Order.id, after=after, before=before, size=ORDERS)


def addresses(email: str) -> list[Where]:
    """Those of the newest orders, each once, the latest used first."""
    newest = select(Order.id).where(Order.email == email).order_by(Order.id.desc()).limit(ADDRESSES_OF).subquery()
    rows = db.session.execute(
        select(OrderAddress, Order.placed_at)
        .join(Order, Order.id == OrderAddress.order_id)
        .where(OrderAddress.order_id.in_(select(newest.c.id)))
        .order_by(Order.id.desc(), OrderAddress.kind.desc())
    ).all()
    found: dict[tuple[str, ...], Where] = {}
    for address, placed_at in rows:
        lines = (address.name, address.street, address.extra, address.postal_code, address.city, address.country)
        key = tuple(line.casefold() for line in lines)
        known = found.get(key)
        if known is None:
            found[key] = Where(address, frozenset([address.kind]), placed_at)
        else:
            found[key] = Where(known.address, known.kinds | {address.kind}, known.last_at)
    return list(found.values())


def notes(email: str) -> Sequence[BuyerNote]:
    """The newest first, without those that were removed."""
    return db.session.scalars(
        select(BuyerNote)
        .where(BuyerNote.email == email, BuyerNote.removed_at.is_(None))
        .order_by(BuyerNote.id.desc())
        .limit(SHOWN)
    ).all()


def note(note_id: int) -> BuyerNote | None:
    return db.session.get(BuyerNote, note_id)


def consents(email: str) -> Sequence[Consent]:
    """What they agreed to and took back, the newest first."""
    return db.session.scalars(
        select(Consent).where(Consent.email == email).order_by(Consent.id.desc()).limit(SHOWN)
    ).all()


def reviews(email: str) -> Sequence[Any]:
    """Each with the name of its product, as (Review, str)."""
    return db.session.execute(
        select(Review, Product.name)
        .join(OrderLine, OrderLine.id == Review.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == Review.product_id)
        .where(Order.email == email)
        .order_by(Review.id.desc())
        .limit(SHOWN)
    ).all()


def mistaken() -> Iterator[tuple[str, str]]:
    """Buyers that are not what their orders are, and how; for the audit, which reads everything."""
    emails = select(Order.email).where(Order.paid_at.is_not(None)).union(select(Buyer.email))
    everybody = db.session.scalars(emails.order_by("email")).all()
    for start in range(0, len(everybody), BATCH):
        some = everybody[start : start + BATCH]
        kept = {row.email: row for row in db.session.scalars(_with_sums().where(Buyer.email.in_(some)))}
        are = counted(some)
        for email in some:
            row = kept.get(email)
            says = None
            if row is not None:
                spent = tuple(each.spent for each in row.sums)
                says = Counted(row.name, row.orders, row.first_at, row.last_at, spent)
            if says != are.get(email):
                what = f"buyer {row.id}" if row else "a buyer"
                yield what, f"it says {_told(says)}, the orders say {_told(are.get(email))}"


def _told(counted: Counted | None) -> str:
    """Without anybody's name."""
    if counted is None:
        return "nothing"
    return f"{counted.orders} orders and {', '.join(map(_sum, counted.spent))}, the last {counted.last_at.isoformat()}"


def _sum(amount: Money) -> str:
    return f"{amount.decimal} {amount.currency}"


def _with_sums() -> Select[Buyer]:
    return select(Buyer).options(selectinload(Buyer.sums))
