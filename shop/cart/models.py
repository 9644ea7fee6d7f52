from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Code, Id, Line, Minor, Model, money
from shop.core.money import Money


class Cart(Model):
    """A visitor's, found by the secret in their cookie, of which only a hash is kept."""

    __tablename__ = "carts"

    id: Mapped[Id]
    secret_hash: Mapped[Code] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    lines: Mapped[list[CartLine]] = relationship(
        lazy="raise_on_sql", order_by="CartLine.id", cascade="all, delete-orphan"
    )


class CartLine(Model):
    """`unit_price` is what the shopper last saw; a different one today is said, never slipped in."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )

    id: Mapped[Id]
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), index=True)
    quantity: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    unit_price_minor: Mapped[Minor]
    product_name: Mapped[Line]  # to say what has gone when it has gone

    unit_price: Money = money("unit_price_minor")
