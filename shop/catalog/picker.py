"""Which variant a shopper means, and which choices they have from there. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shop.core.money import Money


class State(StrEnum):
    FREE = "free"
    AHEAD = "ahead"  # not there yet, but may be ordered
    SOLD_OUT = "sold_out"
    NOT_MADE = "not_made"


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant as far as choosing goes: its choices as option slug to value slug."""

    variant_id: int
    choices: Mapping[str, str]
    price: Money
    available: int
    limit: int = 0  # pieces that may be ordered before they are there
    posted: bool = True  # or it is downloaded

    @property
    def buyable(self) -> int:
        return self.available + self.limit

    @property
    def state(self) -> State:
        if self.available > 0:
            return State.FREE
        return State.AHEAD if self.buyable > 0 else State.SOLD_OUT


@dataclass(frozen=True, slots=True)
class Choice:
    slug: str
    label: str
    hint: str
    colour: str  # #c9a070, or nothing
    selected: bool
    state: State
    query: Mapping[str, str]  # for a link to this choice, the others kept


@dataclass(frozen=True, slots=True)
class Question:
    slug: str
    name: str
    choices: tuple[Choice, ...]

    @property
    def answer(self) -> str:
        return next((choice.label for choice in self.choices if choice.selected), "")


@dataclass(frozen=True, slots=True)
class ValueText:
    slug: str
    label: str
    hint: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class OptionText:
    slug: str
    name: str
    values: Sequence[ValueText]


def pick(offers: Sequence[Offer], wanted: Mapping[str, str]) -> Offer | None:
    """The offer that fits most of what is wanted; among equals one in stock, then one that may be ordered ahead, then
    the cheapest, then the first."""

    def rank(offer: Offer) -> tuple[int, int, int]:
        fits = sum(offer.choices.get(option) == value for option, value in wanted.items())
        return (-fits, list(State).index(offer.state), offer.price.minor)

    return min(offers, key=rank, default=None)


def questions(options: Sequence[OptionText], offers: Sequence[Offer], chosen: Offer) -> list[Question]:
    """Every option with its values, each saying what choosing it would mean with the other choices kept."""
    by_choices = {frozenset(offer.choices.items()): offer for offer in offers}

    def choice(option: OptionText, value: ValueText) -> Choice:
        query = {**chosen.choices, option.slug: value.slug}
        offer = by_choices.get(frozenset(query.items()))
        state = State.NOT_MADE if offer is None else offer.state
        selected = chosen.choices.get(option.slug) == value.slug
        return Choice(value.slug, value.label, value.hint, value.colour, selected, state, query)

    return [
        Question(option.slug, option.name, tuple(choice(option, value) for value in option.values))
        for option in options
    ]
