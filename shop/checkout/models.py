from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Line, Model


class CheckoutDraft(Model):
    """What a shopper has typed so far, so that coming back never loses it. Goes with the cart."""

    __tablename__ = "checkout_drafts"

    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[Line] = mapped_column(default="")
    name: Mapped[Line] = mapped_column(default="")
    company: Mapped[Line] = mapped_column(default="")
    street: Mapped[Line] = mapped_column(default="")
    extra: Mapped[Line] = mapped_column(default="")
    city: Mapped[Line] = mapped_column(default="")
    region: Mapped[Line] = mapped_column(default="")
    postal_code: Mapped[Code] = mapped_column(default="")
    country: Mapped[str] = mapped_column(String(2))
    phone: Mapped[Code] = mapped_column(default="")
    delivery_method_id: Mapped[int | None] = mapped_column(ForeignKey("delivery_methods.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]
