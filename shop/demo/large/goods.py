"""The goods of the large shop: each follows from the seed and its number alone, and is made anew when asked for. Pure.

Ids follow from the number too, with gaps, so that nothing has to be remembered or read back.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, product
from random import Random
from typing import Any

from shop.catalog.models import Kind, Status
from shop.demo.goods import CURRENCY
from shop.demo.large.words import (
    ADJECTIVES,
    AXES,
    CARES,
    COLOURS,
    COUNTRIES,
    ENDS,
    FIRST_NAMES,
    LAST_NAMES,
    LEAVES,
    LINES,
    MATERIALS,
    MIDDLES,
    NATURE,
    OPINIONS,
    ROOMS,
    SENTENCES,
    SERIES,
    STARTS,
    STYLES,
    SUMMARIES,
    TOWNS,
    Leaf,
    Value,
)
from shop.reviews.models import Status as ReviewStatus

MOST_VARIANTS = 12
MOST_OPTIONS = 2
MOST_VALUES = 16
MOST_PICTURES = 3
DEARER_BY_STEP = {"sheet": 0.55, "bed": 0.25, "width": 0.4, "volume": 0.3, "pieces": 0.35}
WEIGHTS = (100, 200, 400, 800, 1500, 3000, 10_000, 100_000)
ENDINGS = (0, 0, 50, 95, 99)  # pence
LONGEST_SLUG = 64

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trait:
    """An attribute of the large shop."""

    slug: str
    name: str
    kind: Kind
    values: tuple[Value, ...]
    unit: str = ""


def _values(labels: Sequence[str]) -> tuple[Value, ...]:
    return tuple(Value(label.lower().replace(" ", "-"), label) for label in labels)


TRAITS = (
    Trait("style", "Style", Kind.CHOICE, _values(STYLES)),
    Trait("room", "Room", Kind.CHOICE, _values(ROOMS)),
    Trait("made-in", "Made in", Kind.CHOICE, _values(COUNTRIES)),
    Trait("tone", "Tone", Kind.COLOUR, tuple(COLOURS)),
    Trait("weighs", "Weighs up to", Kind.NUMBER, tuple(Value(str(g), f"{g:,} g", number=g) for g in WEIGHTS), "g"),
    Trait("recycled", "Recycled", Kind.BOOLEAN, _values(("Yes", "No"))),
    Trait("dishwasher", "Safe in the dishwasher", Kind.BOOLEAN, _values(("Yes", "No"))),
)
_COUNTS = [len(trait.values) for trait in TRAITS]
FIRST_VALUE = {trait.slug: 1 + sum(_COUNTS[:number]) for number, trait in enumerate(TRAITS)}  # their ids follow


@dataclass(slots=True)
class Made:
    """One product as rows, without the categories, assets and attributes that it shares with others."""

    product: Row
    options: list[Row]
    values: list[Row]
    variants: list[Row]
    choices: list[Row]
    prices: list[Row]
    attributes: list[Row]
    pictures: list[Row]
    leaf: int


class Zipf:
    """The n-th of `count` things comes up about 1/n as often as the first."""

    def __init__(self, count: int, flat: float = 1.0) -> None:
        self._sums = list(accumulate(1 / (rank + flat) for rank in range(count)))

    def draw(self, dice: Random) -> int:
        return bisect(self._sums, dice.random() * self._sums[-1])


_LEAVES, _LINES = Zipf(len(LEAVES), 2), Zipf(len(LINES), 0.3)
_ADJECTIVES, _NATURE, _SERIES = Zipf(len(ADJECTIVES)), Zipf(len(NATURE), 2), Zipf(SERIES, 4)


def first_variant(product_id: int) -> int:
    return product_id * MOST_VARIANTS


def make(seed: int, product_id: int, today: datetime, asset_ids: Sequence[int]) -> Made:
    """`today` is the midnight that all times hang on."""
    dice = Random(f"{seed}:product:{product_id}")
    number = _LEAVES.draw(dice)
    leaf = LEAVES[number]
    noun = leaf.nouns[int(len(leaf.nouns) * dice.random() ** 1.5)]
    materials = MATERIALS[leaf.material]
    material = materials[int(len(materials) * dice.random() ** 1.6)]
    adjective, nature = ADJECTIVES[_ADJECTIVES.draw(dice)], NATURE[_NATURE.draw(dice)]
    name = _name(dice, adjective, material, noun, nature)
    country = COUNTRIES[int(len(COUNTRIES) * dice.random() ** 1.4)]
    words = {"noun": noun.lower(), "material": material, "adjective": adjective.lower(), "nature": nature.lower()}
    status, published_at = _life(dice, today)
    row = {
        "id": product_id,
        "category_id": 0,
        "slug": f"{_slug(name)[: LONGEST_SLUG - 9]}-{product_id}",
        "name": name,
        "summary": _sentence(dice.choice(SUMMARIES), words, country),
        "description": "\n\n".join(_sentence(each, words, country) for each in dice.sample(SENTENCES, 3)),
        "status": status,
        "published_at": published_at,
        "facts": [["Material", material], ["Made in", country], ["Care", dice.choice(CARES)]],
        "position": int(dice.random() * 1_000_000),
        "version": 1,
        "created_at": today - timedelta(days=1600),
        "updated_at": today - timedelta(days=1),
    }
    made = Made(row, [], [], [], [], [], [], [], number)
    axes = _axes(dice, leaf)
    _offer(made, dice, leaf, axes, today)
    tone = axes[0][1][0].slug if axes and axes[0][0] == "colour" else dice.choice(COLOURS).slug
    _tell_apart(made, dice, country, tone)
    for position in range(int(MOST_PICTURES * dice.random() ** 0.7) + 1):
        made.pictures.append(
            {
                "id": product_id * MOST_PICTURES + position,
                "product_id": product_id,
                "asset_id": dice.choice(asset_ids),
                "alt": f"{name}, picture {position + 1}",
                "position": position,
            }
        )
    return made


def _name(dice: Random, adjective: str, material: str, noun: str, nature: str) -> str:
    words = [material, noun] if dice.random() < 0.75 else [noun]
    if dice.random() < 0.5:
        words.insert(0, adjective)
    if dice.random() < 0.55:
        words.insert(0, LINES[_LINES.draw(dice)])
    words.append(nature if dice.random() < 0.3 else _series(_SERIES.draw(dice)))
    return " ".join(words)


def _series(rank: int) -> str:
    """A made-up name, another one for each rank."""
    shuffled = rank * 7919 % (len(STARTS) * len(MIDDLES) * len(ENDS))
    rest, end = divmod(shuffled, len(ENDS))
    start, middle = divmod(rest, len(MIDDLES))
    return STARTS[start] + MIDDLES[middle] + ENDS[end]


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-").replace("é", "e")


def _sentence(text: str, words: dict[str, str], country: str) -> str:
    said = text.format(country=country, **words)
    return said[0].upper() + said[1:]


def _life(dice: Random, today: datetime) -> tuple[Status, datetime | None]:
    days = 30 + int(1400 * dice.random() ** 1.5) if dice.random() > 0.04 else int(30 * dice.random())
    fate = dice.random()
    if fate < 0.02:
        return Status.DRAFT, None
    if fate < 0.03:
        return Status.LIVE, today + timedelta(days=1 + days % 60)
    return Status.DISCONTINUED if fate < 0.05 else Status.LIVE, today - timedelta(days=days)


def _axes(dice: Random, leaf: Leaf) -> list[tuple[str, list[Value]]]:
    """What can be chosen of one product: some colours in any order, sizes that follow one another."""
    found: list[tuple[str, list[Value]]] = []
    for slug in leaf.axes:
        values = AXES[slug][2] if slug in AXES else []
        count = 1 + int(min(len(values), 7) * dice.random() ** (3 if slug == "colour" else 1.2)) if values else 0
        if slug in ("colour", "scent", "wood"):
            chosen = sorted({int(len(values) * dice.random() ** 1.5) for _each in range(count)})
            picked = [values[index] for index in chosen]
        else:
            first = int((len(values) - count + 1) * dice.random())
            picked = values[first : first + count]
        if len(picked) > 1:
            found.append((slug, picked))
    return found[:MOST_OPTIONS]


def _offer(made: Made, dice: Random, leaf: Leaf, axes: list[tuple[str, list[Value]]], today: datetime) -> None:
    product_id = made.product["id"]
    for place, (slug, values) in enumerate(axes):
        option_id = product_id * MOST_OPTIONS + place
        name, many, _values_of_axis = AXES[slug]
        made.options.append(
            {"id": option_id, "product_id": product_id, "slug": slug, "name": name, "many": many, "position": place}
        )
        for position, value in enumerate(values):
            made.values.append(
                {
                    "id": option_id * MOST_VALUES + position,
                    "option_id": option_id,
                    "slug": value.slug,
                    "label": value.label,
                    "colour": value.colour,
                    "width_mm": value.measures[0] if value.measures else None,
                    "height_mm": value.measures[1] if value.measures else None,
                    "position": position,
                }
            )
    combinations = list(product(*(range(len(values)) for _slug, values in axes)))
    if len(combinations) > 2:
        combinations = [each for each in combinations if dice.random() > 0.08] or combinations[:1]
    base = leaf.cheapest * (leaf.dearest / leaf.cheapest) ** (dice.random() ** 1.5)
    ending = dice.choice(ENDINGS)
    sale = _sale(dice, made.product["published_at"] or today, today)
    never_in_stock = dice.random() < 0.03
    for position, chosen in enumerate(combinations[:MOST_VARIANTS]):
        variant_id = first_variant(product_id) + position
        picked = [values[index] for (_slug, values), index in zip(axes, chosen, strict=True)]
        larger = 1.0
        for (slug, _values_of_axis), index in zip(axes, chosen, strict=True):
            larger *= 1 + DEARER_BY_STEP.get(slug, 0.0) * index
        made.variants.append(
            {
                "id": variant_id,
                "product_id": product_id,
                "sku": f"{leaf.one[:3].upper()}-{product_id}-{position + 1}",
                "name": ", ".join(value.label for value in picked),
                "on_hand": 0 if never_in_stock else _left(dice),
                "weight_g": int(leaf.weight_g * larger * (0.8 + 0.4 * dice.random())),
                "position": position,
            }
        )
        made.choices += [
            {
                "variant_id": variant_id,
                "option_id": product_id * MOST_OPTIONS + place,
                "value_id": (product_id * MOST_OPTIONS + place) * MOST_VALUES + index,
            }
            for place, index in enumerate(chosen)
        ]
        _price(made, variant_id, max(1, int(base * larger)) * 100 + ending, sale, today)


def _left(dice: Random) -> int:
    """Pieces on the shelf: some sold out, some few, most enough."""
    luck = dice.random()
    if luck < 0.07:
        return 0
    return 1 + int(5 * dice.random()) if luck < 0.17 else 6 + int(150 * dice.random() ** 2)


def _sale(dice: Random, published_at: datetime, today: datetime) -> tuple[int, datetime, datetime] | None:
    """Per cent off, from when to when: one in twelve is on sale, one in twenty was."""
    luck, off = dice.random(), dice.choice((10, 15, 20, 25, 30, 40))
    began = today - timedelta(days=1 + int(14 * dice.random()))
    if luck < 0.05:
        began -= timedelta(days=45)
    elif luck > 0.13:
        return None
    return (off, began, began + timedelta(days=21)) if began > published_at else None


def _price(
    made: Made, variant_id: int, amount: int, sale: tuple[int, datetime, datetime] | None, today: datetime
) -> None:
    lasting = {
        "id": variant_id * 2,
        "variant_id": variant_id,
        "currency": CURRENCY,
        "amount_minor": amount,
        "compare_at_minor": None,
        "valid_from": today - timedelta(days=1600),
        "valid_to": None,
    }
    made.prices.append(lasting)
    if sale is not None:
        off, begins, ends = sale
        reduced = {"amount_minor": amount * (100 - off) // 100, "compare_at_minor": amount}
        made.prices.append(lasting | reduced | {"id": variant_id * 2 + 1, "valid_from": begins, "valid_to": ends})


def _tell_apart(made: Made, dice: Random, country: str, tone: str) -> None:
    picked = {
        "style": STYLES[int(len(STYLES) * dice.random() ** 1.3)].lower(),
        "made-in": country.lower(),
        "tone": tone,
    }
    first, second, _third = LEAVES[made.leaf].path
    if first in ("Household", "Light"):
        picked["room"] = dice.choice(ROOMS).lower().replace(" ", "-")
    if second == "Kitchen":
        picked["dishwasher"] = "yes" if dice.random() < 0.7 else "no"
    picked["recycled"] = "yes" if dice.random() < 0.2 else "no"
    heaviest = max(variant["weight_g"] for variant in made.variants)
    picked["weighs"] = str(next(grams for grams in WEIGHTS if grams >= heaviest))
    for trait in TRAITS:
        for index, value in enumerate(trait.values):
            if picked.get(trait.slug) == value.slug:
                made.attributes.append({"product_id": made.product["id"], "value_id": FIRST_VALUE[trait.slug] + index})


def opinions(seed: int, made: Made, today: datetime) -> list[Row]:
    """What people think of it: of one product in fifty anything at all."""
    dice = Random(f"{seed}:reviews:{made.product['id']}")
    if dice.random() > 0.02 or made.product["published_at"] is None:
        return []
    taste = dice.choice(((1, 1, 2, 6, 14), (0, 0, 1, 3, 20), (3, 3, 4, 6, 6)))
    found = []
    for _review in range(1 + int(40 * dice.random() ** 2.5)):
        stars = dice.choices(range(1, 6), taste)[0]
        title, words = dice.choice(OPINIONS[stars])
        found.append(
            {
                "product_id": made.product["id"],
                "stars": stars,
                "title": title,
                "text": words,
                "author": f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)[0]}.",
                "place": dice.choice(TOWNS)[0],
                "variant_name": dice.choice(made.variants)["name"],
                "verified": dice.random() < 0.9,
                "language": "en-GB",
                "status": ReviewStatus.SHOWN,
                "written_at": today - timedelta(days=1 + int(700 * dice.random())),
                "reply": "",
                "replied_at": None,
            }
        )
    return found
