"""What filters leave of a list, and what each value of each filter would: counted one offer after the other. Pure.

An offer is a variant that can be bought now. One that misses no filter is shown; one that misses only one counts for
the values of that filter. So a count says what choosing the value would show with the other filters kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shop.catalog.filters import Facet, Sort, Value, Wanted
from shop.core.money import Money


class Offer(NamedTuple):
    product_id: int
    variant_id: int
    terms: frozenset[str]  # the product's and the variant's
    amount: Money
    available: int


class Standing(NamedTuple):
    """What a product is sorted by."""

    loved: int
    pieces: int  # sold
    published_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class Tally:
    fitting: dict[int, list[Offer]]  # what is shown, by product
    counts: dict[tuple[str, str], int]  # by facet and value; without a value, with that facet left out


def has(offer: Offer, value: Value) -> bool:
    if value.band is not None:
        return value.band.holds(offer.amount)
    return not value.terms.isdisjoint(offer.terms) if value.terms else offer.available > 0


def tally(offers: Iterable[Offer], facets: Sequence[Facet], wanted: Wanted) -> Tally:
    chosen = {
        facet.slug: [value for value in facet.values if wanted.has(facet.slug, value.slug)]
        for facet in facets
        if facet.slug in wanted.chosen
    }
    by_term = {term: (facet.slug, value.slug) for facet in facets for value in facet.values for term in value.terms}
    others = [(facet.slug, value) for facet in facets for value in facet.values if not value.terms]
    fitting: dict[int, list[Offer]] = {}
    counted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for offer in offers:
        missed = [slug for slug, values in chosen.items() if not any(has(offer, value) for value in values)]
        if len(missed) > 1:
            continue
        if not missed:
            fitting.setdefault(offer.product_id, []).append(offer)
        keys = [by_term[term] for term in offer.terms if term in by_term]
        keys += [(slug, value.slug) for slug, value in others if has(offer, value)]
        for key in keys:
            if not missed or key[0] == missed[0]:
                counted[key].add(offer.product_id)
        for slug in missed or chosen:
            counted[slug, ""].add(offer.product_id)
    return Tally(fitting, {key: len(products) for key, products in counted.items()})


def ordered(
    fitting: Mapping[int, Sequence[Offer]],
    standing: Mapping[int, Standing],
    in_stock: frozenset[int],
    sort: Sort,
    places: Mapping[int, int],
) -> list[int]:
    """Products as `sort` says, whatever is sold out at the end. `places` are of an order that is not the goods' own;
    that of relevance has minded what is sold out."""

    def key(product_id: int) -> tuple[object, ...]:
        own = standing[product_id]
        sold_out = sort is not Sort.RELEVANCE and product_id not in in_stock
        return (sold_out, *first(product_id, own), own.position, product_id)

    def first(product_id: int, own: Standing) -> tuple[float, ...]:
        amounts = [offer.amount.minor for offer in fitting[product_id]]
        match sort:
            case Sort.LOVED:
                return (-own.loved,)
            case Sort.SELLING:
                return (-own.pieces, -own.loved)
            case Sort.NEWEST:
                return (-own.published_at.timestamp(),)
            case Sort.CHEAPEST:
                return min(amounts), max(amounts)
            case Sort.DEAREST:
                return -min(amounts), -max(amounts)
            case Sort.RELEVANCE | Sort.CHOSEN:
                return (places.get(product_id, len(places)),)

    return sorted(fitting, key=key)
