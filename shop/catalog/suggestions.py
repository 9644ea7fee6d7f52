"""What the words typed so far may become."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from shop.catalog import search
from shop.catalog.cards import Card, cards
from shop.catalog.found import Base
from shop.catalog.models import Category
from shop.catalog.queries import containing
from shop.core.db import db

SHORTEST = 2  # letters
MOST_PRODUCTS = 5
MOST_SHELVES = 3
LOOKED_AT = 200  # products, of those that are found


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a name, and whether it is what was typed."""

    text: str
    typed: bool


@dataclass(frozen=True, slots=True)
class Suggestions:
    products: list[tuple[Card, list[Part]]]
    shelves: list[tuple[str, list[Part]]]  # slugs with names

    def __bool__(self) -> bool:
        return bool(self.products or self.shelves)


def suggest(typed: str, *, currency: str) -> Suggestions:
    """A few products and shelves. Where nothing has the words, what they may have been meant to be."""
    if len(typed) < SHORTEST:
        return Suggestions([], [])
    query = search.understand(typed)
    if not query.said:
        return Suggestions([], [])
    ids = search.best(Base(words=query.groups), typed, count=LOOKED_AT)
    if not ids and (mended := search.correct(query)):
        query, typed = mended, mended.corrected
        ids = search.best(Base(words=query.groups), typed, count=LOOKED_AT)
    named = (Category.name.ilike(containing(word), escape="\\") for word in query.said)
    shelves = db.session.execute(
        select(Category.slug, Category.name)
        .where(Category.hidden_at.is_(None), *named)
        .order_by(Category.position, Category.id)
        .limit(MOST_SHELVES)
    )
    return Suggestions(
        products=[(card, parts(card.name, query.said)) for card in cards(ids[:MOST_PRODUCTS], currency)],
        shelves=[(shelf.slug, parts(shelf.name, query.said)) for shelf in shelves],
    )


def parts(name: str, words: Sequence[str]) -> list[Part]:
    """`name` cut at the words, wherever they stand in it."""
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", name, flags=re.IGNORECASE)
    return [Part(text, number % 2 == 1) for number, text in enumerate(pieces) if text]
