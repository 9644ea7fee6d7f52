"""The catalogue as lists and searches read it, written by index.py out of products, variants and prices.

Beside these tables there is `listed_words`, one row for each listed product, in which words are looked up: a virtual
table of SQLite's FTS5, or a table with a tsvector on PostgreSQL. Migrations make it; engine.py writes and asks it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.catalog.models import Colour
from shop.core.db import BigId, Code, Id, Line, Minor, Model


class Term(Model):
    """A value that lists can be filtered by, once for the whole shop: size A2, ink coral.

    Options belong to products, so several may call their values differently; the one indexed last is believed.
    """

    __tablename__ = "filter_terms"
    __table_args__ = (
        UniqueConstraint("source", "facet", "slug"),
        CheckConstraint("source IN ('option', 'attribute')", name="source_is_known"),
    )

    id: Mapped[Id]
    source: Mapped[Code]
    facet: Mapped[Code]  # the slug of the option or attribute
    name: Mapped[Line]  # what the facet is called
    place: Mapped[int]  # of the facet among others
    kind: Mapped[Code]
    unit: Mapped[str] = mapped_column(String(16), default="")
    slug: Mapped[Code]
    label: Mapped[Line]
    colour: Mapped[Colour] = mapped_column(default="")
    number: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    position: Mapped[int]


class ListedProduct(Model):
    """A product that is on sale or will be, by what lists are sorted by.

    `lowest`, `highest` and `in_stock` hold until `changes_at`, when the next price begins or ends.
    """

    __tablename__ = "listed_products"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(index=True)
    changes_at: Mapped[datetime | None] = mapped_column(index=True)
    published_at: Mapped[datetime] = mapped_column(index=True)
    lowest: Mapped[Minor]
    highest: Mapped[Minor]
    in_stock: Mapped[bool]
    position: Mapped[int]
    terms: Mapped[str] = mapped_column(Text)  # ids of its attributes' terms: " 3 14 "


class ListedOffer(Model):
    """What a variant costs from one moment to another. Of one variant no two overlap."""

    __tablename__ = "listed_offers"
    __table_args__ = (Index("ix_listed_offers_product_id", "product_id", "begins_at"),)

    # No key of variants: it would wait for whoever sells another variant, who waits for the product.
    variant_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime | None]
    product_id: Mapped[int] = mapped_column(ForeignKey("listed_products.product_id", ondelete="CASCADE"))
    amount_minor: Mapped[Minor]
    compare_at_minor: Mapped[Minor | None]
    terms: Mapped[str] = mapped_column(Text)  # ids of its choices' terms: " 2 7 "


class ListedVersion(Model):
    """One row, raised by whatever changes what is listed: what was counted under a number is right while it stands."""

    __tablename__ = "listed_version"
    __table_args__ = (CheckConstraint("id = 1", name="is_one_row"),)

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigId)


class SearchWord(Model):
    """A word that stands, or stood, in what is for sale: what a misspelt one may have meant."""

    __tablename__ = "search_words"

    id: Mapped[Id]
    word: Mapped[Code] = mapped_column(unique=True)


class SearchGram(Model):
    """Three letters in a row of a word, a blank before its first and after its last."""

    __tablename__ = "search_grams"

    gram: Mapped[str] = mapped_column(String(3), primary_key=True)
    word_id: Mapped[int] = mapped_column(
        ForeignKey("search_words.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Synonym(Model):
    """Whoever searches for `phrase` also finds what has all words of `means`. Both are roots, as words.py has them."""

    __tablename__ = "search_synonyms"
    __table_args__ = (UniqueConstraint("phrase", "means"),)

    id: Mapped[Id]
    phrase: Mapped[Line]
    means: Mapped[Line]


class SearchMiss(Model):
    """What was searched for and not found, for the owner."""

    __tablename__ = "search_misses"
    __table_args__ = (Index("ix_search_misses_count", "count"),)

    words: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime] = mapped_column(index=True)
