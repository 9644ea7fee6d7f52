from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Code, Id, Line, Minor, Model, TaxRateValue, money
from shop.core.money import Money
from shop.orders.states import Fulfilment, Status, Stock


class Order(Model):
    """What was agreed, frozen: later changes of goods, prices and rates do not reach it."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total_minor = subtotal_minor + delivery_minor + adjustment_minor", name="total_adds_up"),
        CheckConstraint("total_minor >= 0", name="total_is_not_negative"),
        CheckConstraint("tax_minor >= 0", name="tax_is_not_negative"),
        CheckConstraint(
            "status IN ('pending', 'review', 'paid', 'shipped', 'cancelled')",
            name="status_is_known",
        ),
        CheckConstraint("stock IN ('held', 'sold', 'none')", name="stock_is_known"),
        Index(
            "uq_orders_one_unpaid_per_cart",
            "cart_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        # What lists of the staff are read by, each in its order.
        Index("ix_orders_status", "status", "placed_at", "id"),
        Index("ix_orders_placed_at", "placed_at", "id"),
        Index("ix_orders_country", "country", "placed_at", "id"),
        Index("ix_orders_delivery_method_id", "delivery_method_id", "placed_at", "id"),
        Index("ix_orders_fulfilment", "fulfilment", "placed_at", "id"),
        Index(
            "ix_orders_held",
            "placed_at",
            "id",
            postgresql_where=text("held_at IS NOT NULL"),
            sqlite_where=text("held_at IS NOT NULL"),
        ),
        Index("ix_orders_paid_at", "paid_at"),
    )

    id: Mapped[Id]
    number: Mapped[Code] = mapped_column(unique=True)  # to read aloud
    token: Mapped[Code] = mapped_column(unique=True)  # 192 bits: whoever knows it may see the order
    cart_id: Mapped[int | None] = mapped_column(ForeignKey("carts.id", ondelete="SET NULL"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    status: Mapped[Code] = mapped_column(default=Status.PENDING)
    stock: Mapped[Code] = mapped_column(default=Stock.HELD)  # what has become of the goods on the shelf
    language: Mapped[str] = mapped_column(String(16))
    email: Mapped[Line] = mapped_column(index=True)
    network: Mapped[Code] = mapped_column(default="")  # where it was placed from, to cap unpaid holds
    fingerprint: Mapped[Code]  # of what was agreed: the same again is the same order

    currency: Mapped[str] = mapped_column(String(3))
    subtotal_minor: Mapped[Minor]
    delivery_minor: Mapped[Minor]
    adjustment_minor: Mapped[Minor] = mapped_column(default=0)
    total_minor: Mapped[Minor]
    tax_minor: Mapped[Minor]  # contained in the total

    delivery_method_id: Mapped[int | None] = mapped_column(ForeignKey("delivery_methods.id", ondelete="SET NULL"))
    delivery_name: Mapped[Line] = mapped_column(default="")
    delivery_kind: Mapped[Code] = mapped_column(default="parcel")
    delivery_tax_rate: Mapped[Decimal] = mapped_column(TaxRateValue, default=Decimal(0))
    delivery_tax_minor: Mapped[Minor] = mapped_column(default=0)
    arrives_from: Mapped[datetime | None]
    arrives_to: Mapped[datetime | None]
    country: Mapped[str] = mapped_column(String(2), default="")  # where it goes, which never changes: taxes hang on it
    # What the lines and the shipments say, kept here for lists; `services.see_parcels` writes it.
    fulfilment: Mapped[Code] = mapped_column(default=Fulfilment.UNSENT)

    terms_version: Mapped[Code]
    terms_accepted_at: Mapped[datetime]
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]  # nothing is sent while a dispute or a question is open

    subtotal: Money = money("subtotal_minor")
    delivery: Money = money("delivery_minor")
    adjustment: Money = money("adjustment_minor")
    total: Money = money("total_minor")
    tax: Money = money("tax_minor")

    lines: Mapped[list[OrderLine]] = relationship(lazy="raise_on_sql", order_by="OrderLine.position")
    adjustments: Mapped[list[OrderAdjustment]] = relationship(lazy="raise_on_sql", order_by="OrderAdjustment.id")
    addresses: Mapped[list[OrderAddress]] = relationship(lazy="raise_on_sql")
    events: Mapped[list[OrderEvent]] = relationship(lazy="raise_on_sql", order_by="OrderEvent.id")
    shipments: Mapped[list[Shipment]] = relationship(lazy="raise_on_sql", order_by="Shipment.id")
    returns: Mapped[list[Return]] = relationship(lazy="raise_on_sql", order_by="Return.id")

    @property
    def delivery_address(self) -> OrderAddress:
        return next(address for address in self.addresses if address.kind == "delivery")


class OrderLine(Model):
    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint("unit_price_minor >= 0 AND amount_minor >= 0", name="amounts_are_not_negative"),
        CheckConstraint("shipped >= 0 AND cancelled >= 0 AND shipped + cancelled <= quantity", name="is_sent_once"),
        CheckConstraint("refunded >= 0 AND refunded <= quantity", name="is_refunded_once"),
        CheckConstraint("returned >= 0 AND returned <= shipped", name="only_what_was_sent_returns"),
        CheckConstraint("restocked >= 0 AND restocked <= quantity", name="is_restocked_once"),
        CheckConstraint("ahead >= 0 AND ahead <= quantity", name="ahead_is_a_part_of_it"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int]
    product_name: Mapped[Line]
    variant_name: Mapped[Line]
    sku: Mapped[Code]
    quantity: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    unit_price_minor: Mapped[Minor]
    amount_minor: Mapped[Minor]  # after the line's own adjustments
    tax_class: Mapped[Code]
    tax_rate: Mapped[Decimal] = mapped_column(TaxRateValue)
    tax_minor: Mapped[Minor]
    requires_shipping: Mapped[bool]
    weight_g: Mapped[int]
    ahead: Mapped[int] = mapped_column(default=0)  # pieces that were not on the shelf, as the shopper was told
    promised_at: Mapped[datetime | None]  # when these were expected, if a day was told
    # Pieces of `quantity`, counted as things happen to them.
    shipped: Mapped[int] = mapped_column(default=0)  # in shipments that stand
    cancelled: Mapped[int] = mapped_column(default=0)  # never to be sent
    refunded: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)  # in returns that were not declined
    restocked: Mapped[int] = mapped_column(default=0)  # back on the shelf

    @property
    def to_ship(self) -> int:
        return self.quantity - self.shipped - self.cancelled if self.requires_shipping else 0

    @property
    def waiting(self) -> int:
        """Pieces that the shopper was told would come later, as long as nothing says that they have come."""
        return min(self.ahead, self.to_ship) if self.ahead else 0

    @property
    def withdrawable(self) -> int:
        """Pieces that have not been given up yet. What needs no parcel is handed over at once, which ends the right."""
        return self.quantity - self.cancelled - self.returned if self.requires_shipping else 0

    @property
    def returnable(self) -> int:
        return self.shipped - self.returned

    unit_price: Money = money("unit_price_minor")
    amount: Money = money("amount_minor")
    tax: Money = money("tax_minor")


class OrderAdjustment(Model):
    """What was taken off, or put on, and why: on one line, or on the whole order."""

    __tablename__ = "order_adjustments"

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id", ondelete="CASCADE"))
    kind: Mapped[Code]
    label: Mapped[Line]
    code: Mapped[Code] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[Minor]

    amount: Money = money("amount_minor")


class OrderAddress(Model):
    __tablename__ = "order_addresses"
    __table_args__ = (
        UniqueConstraint("order_id", "kind"),
        CheckConstraint("kind IN ('delivery', 'billing')", name="kind_is_known"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    kind: Mapped[Code]
    name: Mapped[Line]
    company: Mapped[Line] = mapped_column(default="")
    vat_id: Mapped[Code] = mapped_column(default="")
    street: Mapped[Line]
    extra: Mapped[Line] = mapped_column(default="")
    city: Mapped[Line] = mapped_column(default="")
    region: Mapped[Line] = mapped_column(default="")
    postal_code: Mapped[Code] = mapped_column(default="")
    country: Mapped[str] = mapped_column(String(2))
    phone: Mapped[Code] = mapped_column(default="")


class OrderWord(Model):
    """What an order is found by, each word by its beginning: its number's parts, the email, and of the name each."""

    __tablename__ = "order_words"
    __table_args__ = (Index("ix_order_words_word", "word", "order_id"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(
        # By bytes on both databases, so that an index finds what a word begins with.
        String(255).with_variant(String(255, collation="C"), "postgresql"),
        primary_key=True,
    )


class OrderEvent(Model):
    """One line of an order's history. Never changed."""

    __tablename__ = "order_events"

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[Line]  # shopper, stripe, shop, or staff:7
    kind: Mapped[Code]
    from_status: Mapped[Code] = mapped_column(default="")
    to_status: Mapped[Code] = mapped_column(default="")
    note: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)  # the shopper may read its note
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what it is about: {"shipment_id": 3}


class Shipment(Model):
    """A parcel that was handed over, or goods that were collected. One entered by mistake is undone, never deleted."""

    __tablename__ = "shipments"
    __table_args__ = (
        Index(
            "ix_shipments_to_invite",
            "delivered_at",
            postgresql_where=text("invited_at IS NULL"),
            sqlite_where=text("invited_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    form_token: Mapped[Code] = mapped_column(unique=True)  # the same form sent twice is one shipment
    carrier: Mapped[Line] = mapped_column(default="")
    tracking_number: Mapped[Line] = mapped_column(default="")
    tracking_url: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[Line]
    shipped_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]  # when its shopper was asked what they think of the goods

    lines: Mapped[list[ShipmentLine]] = relationship(lazy="raise_on_sql", order_by="ShipmentLine.line_id")


class ShipmentLine(Model):
    __tablename__ = "shipment_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_is_positive"),)

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"), primary_key=True)
    line_id: Mapped[int] = mapped_column(
        ForeignKey("order_lines.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    quantity: Mapped[int]


class Return(Model):
    """Goods that the shopper sends back, from the request to the shelf."""

    __tablename__ = "returns"
    __table_args__ = (
        CheckConstraint("kind IN ('return', 'withdrawal')", name="kind_is_known"),
        CheckConstraint("status IN ('requested', 'approved', 'declined', 'received')", name="status_is_known"),
        Index("ix_returns_status", "status", "requested_at", "id"),
        Index("ix_returns_requested_at", "requested_at", "id"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    form_token: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code]
    status: Mapped[Code]
    reason: Mapped[Line]
    note: Mapped[str] = mapped_column(Text, default="")  # the shopper's
    answer: Mapped[str] = mapped_column(Text, default="")  # the shop's
    by: Mapped[Line]
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]

    lines: Mapped[list[ReturnLine]] = relationship(lazy="raise_on_sql", order_by="ReturnLine.line_id")


class ReturnLine(Model):
    __tablename__ = "return_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint(
            "restocked >= 0 AND written_off >= 0 AND restocked + written_off <= quantity", name="is_received_once"
        ),
    )

    return_id: Mapped[int] = mapped_column(ForeignKey("returns.id", ondelete="CASCADE"), primary_key=True)
    line_id: Mapped[int] = mapped_column(
        ForeignKey("order_lines.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    quantity: Mapped[int]
    restocked: Mapped[int] = mapped_column(default=0)
    written_off: Mapped[int] = mapped_column(default=0)

    @property
    def received(self) -> int:
        return self.restocked + self.written_off


class PlacedForm(Model):
    """A checkout form that has become an order. Sent again, it is the same order."""

    __tablename__ = "placed_forms"

    token: Mapped[Code] = mapped_column(primary_key=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    at: Mapped[datetime]
