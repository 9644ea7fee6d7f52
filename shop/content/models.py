from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.clock import now
from shop.core.db import Code, Id, Line, Model
from shop.media.models import Asset

LONGEST_BODY = 50_000  # characters; the most hostile Markdown of that length is read within a second


class Kind(StrEnum):
    PAGE = "page"
    LEGAL = "legal"
    JOURNAL = "journal"
    LOOKBOOK = "lookbook"


FOLDERS = {Kind.PAGE: "pages", Kind.LEGAL: "pages", Kind.JOURNAL: "journal", Kind.LOOKBOOK: "lookbooks"}


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"  # shown from `published_at` on
    WITHDRAWN = "withdrawn"  # it was shown once; its address says that it is gone


class Entry(Model):
    """A text of the shop's own, at /<folder>/<slug>: a page, something legal, a day in the journal, a lookbook."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("kind IN ('page', 'legal', 'journal', 'lookbook')", name="kind_is_known"),
        CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name="status_is_known"),
        CheckConstraint("status = 'draft' OR published_at IS NOT NULL", name="what_was_shown_has_its_time"),
        CheckConstraint(f"length(body) <= {LONGEST_BODY}", name="body_is_bounded"),
        UniqueConstraint("folder", "slug"),
        Index("ix_entries_newest", "kind", "status", "published_at", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    folder: Mapped[Code] = mapped_column(  # see FOLDERS; pages and legal texts share one, so a slug is one or the other
        String(64),
        Computed(
            "CASE kind WHEN 'journal' THEN 'journal' WHEN 'lookbook' THEN 'lookbooks' ELSE 'pages' END", persisted=True
        ),
    )
    slug: Mapped[Code]
    title: Mapped[Line]
    intro: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")  # see blocks.py
    description: Mapped[str] = mapped_column(Text, default="")  # for search engines; without one, the intro
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id", ondelete="RESTRICT"), index=True)
    alt: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[Code] = mapped_column(default=Status.DRAFT)
    published_at: Mapped[datetime | None]
    preview_token: Mapped[Code] = mapped_column(unique=True, default=lambda: secrets.token_urlsafe(24))
    version: Mapped[int] = mapped_column(default=1)  # two people editing at once: the second is told
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it from the class)

    asset: Mapped[Asset | None] = relationship(lazy="raise_on_sql")

    def is_shown(self, moment: datetime) -> bool:
        return self.status == Status.PUBLISHED and self.published_at is not None and self.published_at <= moment


class FormerSlug(Model):
    """Where an entry stood before: the address leads on to it, unless another entry has moved in."""

    __tablename__ = "former_slugs"

    folder: Mapped[Code] = mapped_column(primary_key=True)
    slug: Mapped[Code] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), index=True)


class Place(StrEnum):
    """A column of the footer."""

    SHOP = "shop"
    HELP = "help"
    STUDIO = "studio"
    LEGAL = "legal"


class MenuItem(Model):
    """A link in the footer: to an entry, to a category, or to an address of the shop or of another."""

    __tablename__ = "menu_items"
    __table_args__ = (
        CheckConstraint("place IN ('shop', 'help', 'studio', 'legal')", name="place_is_known"),
        CheckConstraint(
            "(entry_id IS NOT NULL AND category_id IS NULL AND address = '')"
            " OR (entry_id IS NULL AND category_id IS NOT NULL AND address = '')"
            " OR (entry_id IS NULL AND category_id IS NULL AND (address LIKE '/%' OR address LIKE 'https://%'))",
            name="leads_somewhere",
        ),
        Index("ix_menu_items_shown", "place", "position", "id"),
    )

    id: Mapped[Id]
    place: Mapped[Code]
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[Line]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"), index=True)
    address: Mapped[Line] = mapped_column(default="")
