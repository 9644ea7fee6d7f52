from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    case,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Code, Id, Line, Minor, Model, money
from shop.core.money import Money
from shop.media.models import Asset

ENDLESS = 1_000_000  # pieces of what is not counted: more than anybody may buy
Colour = Annotated[str, mapped_column(String(7))]  # #1f3fbf, or nothing


class Status(StrEnum):
    DRAFT = "draft"
    LIVE = "live"  # shown from `published_at` on
    DISCONTINUED = "discontinued"


class Category(Model):
    __tablename__ = "categories"
    __table_args__ = (CheckConstraint("parent_id <> id", name="is_not_below_itself"),)

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    slug: Mapped[Code] = mapped_column(unique=True, active_history=True)
    name: Mapped[Line]
    one: Mapped[Line] = mapped_column(default="")  # what one thing on it is called, and several: print, prints
    many: Mapped[Line] = mapped_column(default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id", ondelete="RESTRICT"))
    position: Mapped[int] = mapped_column(default=0)
    hidden_at: Mapped[datetime | None]  # in no menu or list, and its page is not found

    asset: Mapped[Asset | None] = relationship(lazy="raise_on_sql")


class Product(Model):
    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'live', 'discontinued')", name="status_is_known"),
        Index("ix_products_shelf", "category_id", "status", "position", "id"),
        Index("ix_products_newest", "status", "published_at"),
    )

    id: Mapped[Id]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"))
    slug: Mapped[Code] = mapped_column(unique=True, active_history=True)
    name: Mapped[Line]
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")  # paragraphs parted by an empty line
    status: Mapped[Code] = mapped_column(default=Status.DRAFT)
    published_at: Mapped[datetime | None]
    restock_at: Mapped[datetime | None]  # when a sold-out product is expected back
    tax_class: Mapped[Code] = mapped_column(default="standard")
    facts: Mapped[list[list[str]]] = mapped_column(JSON, default=list)  # label and text, as the page lists them
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)  # two people editing at once: the second is told
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it from the class)

    category: Mapped[Category] = relationship(lazy="raise_on_sql")
    options: Mapped[list[Option]] = relationship(lazy="raise_on_sql", order_by="Option.position")
    variants: Mapped[list[Variant]] = relationship(
        lazy="raise_on_sql", order_by="Variant.position", back_populates="product"
    )
    pictures: Mapped[list[Picture]] = relationship(lazy="raise_on_sql", order_by="Picture.position")


class RelatedProduct(Model):
    """What is shown under a product, picked by hand."""

    __tablename__ = "related_products"
    __table_args__ = (CheckConstraint("product_id <> related_id", name="is_another"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    related_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


class Option(Model):
    """What a shopper chooses: Size, Frame."""

    __tablename__ = "options"
    __table_args__ = (UniqueConstraint("product_id", "slug"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    slug: Mapped[Code]
    name: Mapped[Line]
    many: Mapped[Line] = mapped_column(default="")  # what its values are called in a count: 4 frames
    position: Mapped[int] = mapped_column(default=0)

    values: Mapped[list[OptionValue]] = relationship(lazy="raise_on_sql", order_by="OptionValue.position")


class OptionValue(Model):
    """One choice: A2, Oak."""

    __tablename__ = "option_values"
    __table_args__ = (
        UniqueConstraint("option_id", "slug"),
        UniqueConstraint("id", "option_id"),
        CheckConstraint(
            "(width_mm IS NULL AND height_mm IS NULL) OR (width_mm > 0 AND height_mm > 0)",
            name="has_both_measures_or_none",
        ),
    )

    id: Mapped[Id]
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id", ondelete="CASCADE"))
    slug: Mapped[Code]
    label: Mapped[Line]
    hint: Mapped[Line] = mapped_column(default="")
    colour: Mapped[Colour] = mapped_column(default="")
    width_mm: Mapped[int | None]  # of a size: what it is drawn from
    height_mm: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)


class Variant(Model):
    """What is sold. `on_hand` lies on the shelf; `reserved` of it is promised to orders.

    What needs no parcel is endless: it is not counted, so both are 0, and there is always more of it.
    """

    __tablename__ = "variants"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand_is_not_negative"),
        CheckConstraint("reserved >= 0", name="reserved_is_not_negative"),
        CheckConstraint("reserved <= on_hand + back_order_limit", name="reserved_is_covered"),
        CheckConstraint("back_order_limit >= 0", name="back_order_limit_is_not_negative"),
        CheckConstraint(
            "requires_shipping OR (on_hand = 0 AND reserved = 0 AND back_order_limit = 0)",
            name="what_is_endless_is_not_counted",
        ),
        CheckConstraint("weight_g >= 0", name="weight_is_not_negative"),
        CheckConstraint(
            "(content IS NULL AND unit = '' AND per = '') OR (content IS NOT NULL AND content > 0 AND ("
            "(unit IN ('g', 'kg') AND per IN ('100g', 'kg')) OR (unit IN ('ml', 'l') AND per IN ('100ml', 'l')) "
            "OR (unit IN ('m', 'm2', 'piece') AND per = unit)))",
            name="content_fits_what_it_is_told_per",
        ),
        CheckConstraint("(unit = 'piece') = (piece <> '')", name="pieces_have_a_name"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    sku: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Line] = mapped_column(default="")  # its choices in words: "A2, oak"
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    back_order_limit: Mapped[int] = mapped_column(default=0)  # pieces that may be sold before they are there
    requires_shipping: Mapped[bool] = mapped_column(default=True)
    weight_g: Mapped[int] = mapped_column(default=0)
    content: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))  # what is in it, for the unit price: see units.py
    unit: Mapped[Code] = mapped_column(default="")
    per: Mapped[Code] = mapped_column(default="")
    piece: Mapped[Line] = mapped_column(default="")  # what one of several is called: sheet
    position: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[datetime | None]  # no longer sold; kept because orders name it

    product: Mapped[Product] = relationship(lazy="raise_on_sql", back_populates="variants")
    choices: Mapped[list[VariantChoice]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")
    prices: Mapped[list[Price]] = relationship(lazy="raise_on_sql")

    @hybrid_property
    def available(self) -> int:
        """Lies on the shelf and is promised to nobody; below 0, so many are owed."""
        return self.on_hand - self.reserved if self.requires_shipping else ENDLESS

    @available.inplace.expression
    @classmethod
    def _available(cls) -> ColumnElement[int]:
        return case((cls.requires_shipping, cls.on_hand - cls.reserved), else_=ENDLESS)

    @hybrid_property
    def buyable(self) -> int:
        """What may be sold now: what is available, and what may be ordered ahead."""
        return self.available + self.back_order_limit

    @buyable.inplace.expression
    @classmethod
    def _buyable(cls) -> ColumnElement[int]:
        return case((cls.requires_shipping, cls.on_hand - cls.reserved + cls.back_order_limit), else_=ENDLESS)


class VariantChoice(Model):
    """A variant has at most one value of each option."""

    __tablename__ = "variant_choices"
    __table_args__ = (
        ForeignKeyConstraint(
            ["value_id", "option_id"], ["option_values.id", "option_values.option_id"], ondelete="RESTRICT"
        ),
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id", ondelete="CASCADE"), primary_key=True)
    value_id: Mapped[int]


class Price(Model):
    """What a variant costs, tax included, from one moment to another. The latest begun of those in force counts."""

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="amount_is_not_negative"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_after_it_begins"),
        UniqueConstraint("variant_id", "currency", "valid_from"),
        Index(
            "ix_prices_reduced",
            "valid_to",
            "id",
            sqlite_where=text("compare_at_minor IS NOT NULL"),
            postgresql_where=text("compare_at_minor IS NOT NULL"),
        ),
        Index(
            "ix_prices_endless",
            "id",
            sqlite_where=text("compare_at_minor IS NOT NULL AND valid_to IS NULL"),
            postgresql_where=text("compare_at_minor IS NOT NULL AND valid_to IS NULL"),
        ),
    )

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[Minor]
    compare_at_minor: Mapped[Minor | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    amount: Money = money("amount_minor")
    compare_at: Money | None = money("compare_at_minor")


class Kind(StrEnum):
    CHOICE = "choice"
    COLOUR = "colour"  # its values are shown as swatches with their names
    NUMBER = "number"  # its values are numbers, with the attribute's unit
    BOOLEAN = "boolean"  # yes or no


class Attribute(Model):
    """What products are told apart by, and lists filtered by, without being chosen when buying: Mood, Ink."""

    __tablename__ = "attributes"
    __table_args__ = (CheckConstraint("kind IN ('choice', 'colour', 'number', 'boolean')", name="kind_is_known"),)

    id: Mapped[Id]
    slug: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Line]
    kind: Mapped[Code] = mapped_column(default=Kind.CHOICE)
    unit: Mapped[str] = mapped_column(String(16), default="")  # g, pages
    position: Mapped[int] = mapped_column(default=0)

    values: Mapped[list[AttributeValue]] = relationship(lazy="raise_on_sql", order_by="AttributeValue.position")


class AttributeValue(Model):
    """One of them: Botanical, Coral."""

    __tablename__ = "attribute_values"
    __table_args__ = (UniqueConstraint("attribute_id", "slug"),)

    id: Mapped[Id]
    attribute_id: Mapped[int] = mapped_column(ForeignKey("attributes.id", ondelete="CASCADE"))
    slug: Mapped[Code]
    label: Mapped[Line]
    colour: Mapped[Colour] = mapped_column(default="")
    number: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    position: Mapped[int] = mapped_column(default=0)


class ProductAttribute(Model):
    __tablename__ = "product_attributes"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    value_id: Mapped[int] = mapped_column(
        ForeignKey("attribute_values.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class StockMovement(Model):
    """Why `on_hand` is what it is: it is the sum of its movements. Never changed, never deleted."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="something_moved"),
        CheckConstraint(
            "reason IN ('received', 'sold', 'cancelled', 'returned', 'corrected', 'damaged')", name="reason_is_known"
        ),
        Index("ix_stock_movements_order", "order_id"),
        Index("ix_stock_movements_variant", "variant_id", "id"),
    )

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="RESTRICT"))
    quantity: Mapped[int]
    reason: Mapped[Code]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    by: Mapped[Line]
    note: Mapped[Line] = mapped_column(default="")
    at: Mapped[datetime]


class Hold(Model):
    """Pieces promised to an order: to an unpaid one, or owed to a paid one. A variant's `reserved` is their sum."""

    __tablename__ = "stock_holds"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint("ahead >= 0 AND ahead <= quantity", name="ahead_is_a_part_of_it"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("variants.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    cart_id: Mapped[int | None] = mapped_column(ForeignKey("carts.id", ondelete="SET NULL"), index=True)
    quantity: Mapped[int]
    ahead: Mapped[int] = mapped_column(default=0)  # of them, those that were not there when they were promised
    owed_since: Mapped[datetime | None]  # the order is paid, and waits for goods that are not there yet


class Place(StrEnum):
    GALLERY = "gallery"
    MAKING = "making"  # below the gallery, with a caption: the inks of a print, the steps of a making


class Picture(Model):
    """A picture of a product, in one of two places on its page."""

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("place IN ('gallery', 'making')", name="place_is_known"),
        Index("ix_pictures_shown", "product_id", "place", "position", "id"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="SET NULL"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="RESTRICT"), index=True)
    place: Mapped[Code] = mapped_column(default=Place.GALLERY)
    alt: Mapped[str] = mapped_column(Text)
    caption: Mapped[Line] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)

    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")


class ProductSales(Model):
    """How much of a product was bought in the last 90 days, counted every night. Without a row: nothing."""

    __tablename__ = "product_sales"
    __table_args__ = (CheckConstraint("pieces >= orders AND orders > 0", name="something_was_sold"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    pieces: Mapped[int]
    orders: Mapped[int]
    counted_at: Mapped[datetime]
