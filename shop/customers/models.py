from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Id, Line, Minor, Model, money
from shop.core.money import Money


class Buyer(Model):
    """What the paid orders of an address come to. Reckoned anew from them whenever one changes; nothing else knows."""

    __tablename__ = "buyers"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("orders > 0", name="has_bought"),
        Index("ix_buyers_latest", "last_at", "id"),
    )

    id: Mapped[Id]
    email: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line]  # on the newest of them
    orders: Mapped[int]
    first_at: Mapped[datetime]  # when they were placed
    last_at: Mapped[datetime]

    sums: Mapped[list[BuyerSum]] = relationship(
        lazy="raise_on_sql", order_by="BuyerSum.currency", back_populates="buyer"
    )


class BuyerSum(Model):
    """What somebody has paid in one currency, without what went back."""

    __tablename__ = "buyer_sums"
    __table_args__ = (
        UniqueConstraint("buyer_id", "currency"),
        Index("ix_buyer_sums_most", "currency", "spent_minor", "id"),
    )

    id: Mapped[Id]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    spent_minor: Mapped[Minor]

    spent: Money = money("spent_minor")

    buyer: Mapped[Buyer] = relationship(lazy="raise_on_sql", back_populates="sums")


class BuyerWord(Model):
    """What somebody is found by: their address, and the words of their name as `catalog.words` reads them."""

    __tablename__ = "buyer_words"
    __table_args__ = (Index("ix_buyer_words_begin", "word", "buyer_id", postgresql_ops={"word": "text_pattern_ops"}),)

    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[Line] = mapped_column(primary_key=True)


class BuyerNote(Model):
    """What the staff tell one another about somebody. It hangs on the address, which outlasts their orders."""

    __tablename__ = "buyer_notes"

    id: Mapped[Id]
    email: Mapped[Line] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[Line]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
