"""What the words typed so far may become."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, select

from shop.catalog.cards import Card, cards
from shop.catalog.models import Category, Product
from shop.catalog.queries import MOST_WORDS, containing, matching, starting
from shop.core.db import db

SHORTEST = 2  # letters
MOST_PRODUCTS = 5
MOST_SHELVES = 3


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
    """A few products and shelves, those that begin with what was typed before those that have it somewhere."""
    if len(typed) < SHORTEST:
        return Suggestions([], [])
    words = typed.split()[:MOST_WORDS]
    begins = case((Product.name.ilike(starting(typed), escape="\\"), 0), else_=1)
    ids = db.session.scalars(matching(typed).order_by(begins, Product.position, Product.id).limit(MOST_PRODUCTS)).all()
    shelves = db.session.execute(
        select(Category.slug, Category.name)
        .where(and_(*(Category.name.ilike(containing(word), escape="\\") for word in words)))
        .order_by(Category.position, Category.id)
        .limit(MOST_SHELVES)
    )
    return Suggestions(
        products=[(card, parts(card.name, words)) for card in cards(ids, currency)],
        shelves=[(shelf.slug, parts(shelf.name, words)) for shelf in shelves],
    )


def parts(name: str, words: Sequence[str]) -> list[Part]:
    """`name` cut at the words, wherever they stand in it."""
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", name, flags=re.IGNORECASE)
    return [Part(text, number % 2 == 1) for number, text in enumerate(pieces) if text]
