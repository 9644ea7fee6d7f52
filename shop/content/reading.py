"""A text with the goods and pictures that are set into it, as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from shop.catalog.cards import Card, cards
from shop.catalog.models import Product
from shop.catalog.queries import on_sale
from shop.catalog.redirects import SlugRedirect
from shop.content.blocks import Block, Picture, Products, Words, parse
from shop.core.db import db
from shop.media import queries as media
from shop.media.models import Asset

MOST = 100  # goods, and pictures, in one text


@dataclass(frozen=True, slots=True)
class Text:
    kind: ClassVar[str] = "text"
    words: Words


@dataclass(frozen=True, slots=True)
class Goods:
    kind: ClassVar[str] = "goods"
    cards: list[Card]
    level: int


@dataclass(frozen=True, slots=True)
class Figure:
    kind: ClassVar[str] = "figure"
    asset: Asset
    alt: str
    caption: str


Part = Text | Goods | Figure


@dataclass(frozen=True, slots=True)
class Contents:
    parts: list[Part]
    missing: list[str]  # what the text names and nobody is shown: goods that are not on sale, pictures not kept


def contents(text: str, *, currency: str, site: str, root: str = "") -> Contents:
    """The number of statements does not depend on the text."""
    blocks = parse(text, site=site, root=root)
    slugs = list(dict.fromkeys(slug for block in blocks if isinstance(block, Products) for slug in block.slugs))
    names = list(dict.fromkeys(block.name for block in blocks if isinstance(block, Picture)))
    goods = _cards(slugs[:MOST], currency)
    assets = media.assets(names[:MOST])
    return Contents(
        parts=[part for block in blocks for part in _parts(block, goods, assets)],
        missing=[name for name in slugs if name not in goods] + [name for name in names if name not in assets],
    )


def _parts(block: Block, goods: dict[str, Card], assets: dict[str, Asset]) -> Iterator[Part]:
    match block:
        case Products(slugs, level):
            found = [goods[slug] for slug in slugs if slug in goods]
            if found:
                yield Goods(found, level)
        case Picture(name, alt, caption):
            if name in assets:
                yield Figure(assets[name], alt, caption)
        case Words():
            yield Text(block)


def _cards(slugs: list[str], currency: str) -> dict[str, Card]:
    """By the slugs they are named with, which may be those they had before."""
    if not slugs:
        return {}
    before = (
        select(SlugRedirect.slug, Product.id, Product.slug)
        .join(Product, Product.id == SlugRedirect.product_id)
        .where(SlugRedirect.kind == "product", SlugRedirect.slug.in_(slugs), on_sale())
    )
    today = select(Product.slug, Product.id, Product.slug).where(Product.slug.in_(slugs), on_sale())
    named = {
        name: (product_id, slug) for query in (before, today) for name, product_id, slug in db.session.execute(query)
    }
    found = {card.slug: card for card in cards([product_id for product_id, _slug in named.values()], currency)}
    return {name: found[slug] for name, (_id, slug) in named.items() if slug in found}


def spreads(parts: list[Part]) -> list[tuple[Figure | None, list[Part]]]:
    """A lookbook's pictures, each with what follows it up to the next one."""
    found: list[tuple[Figure | None, list[Part]]] = []
    for part in parts:
        if isinstance(part, Figure):
            found.append((part, []))
        elif found:
            found[-1][1].append(part)
        else:
            found.append((None, [part]))
    return found
