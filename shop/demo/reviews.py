"""What customers wrote about each of the demo's goods, the same each time it is filled on the same day. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from shop.demo import said
from shop.demo.goods import GOODS, Good, Item, item_name, items
from shop.demo.said import Said

OLDEST = 420  # days, about fourteen months
SINCE_AUTUMN = 75  # days that next year's calendars have been on sale


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A review as the shop shows it; its fields are those of the shop's own."""

    stars: int
    title: str
    text: str
    author: str
    place: str
    variant_name: str
    verified: bool
    language: str
    written_at: datetime
    reply: str
    replied_at: datetime | None


def written(until: datetime) -> dict[str, list[Written]]:
    """By slug, the newest first, none of them later than the day before `until`."""
    used: set[str] = set()
    return {good.slug: list(_of(good, until, used)) for good in GOODS if good.slug in said.TALLIES}


def _of(good: Good, until: datetime, used: set[str]) -> Iterator[Written]:
    dice = Random(f"reviews of {good.slug}")
    texts = _texts(good, dice, used)
    ages = _ages(good, len(texts), dice)
    authors = _authors({text.author for text, _ in texts}, dice)
    for (text, item), age in zip(texts, ages, strict=True):
        written_at = until - timedelta(days=age)
        yield Written(
            stars=text.stars,
            title=text.title,
            text=text.text,
            author=text.author or next(authors),
            place=dice.choice(said.PLACES) if dice.random() < 0.55 else "",
            variant_name=item_name(good, item),
            verified=bool(text.author) or dice.random() < 0.93,
            language="en-GB",
            written_at=written_at,
            reply=text.reply,
            replied_at=written_at + timedelta(days=min(2, 0.8 * age)) if text.reply else None,
        )


def _texts(good: Good, dice: Random, used: set[str]) -> list[tuple[Said, Item]]:
    """As many with each number of stars as its tally says: first what was said of it, then of its shelf, then made
    from pieces. In the order in which they are shown, what was said of it near the top."""
    placed: list[tuple[float, Said, Item]] = []
    pieces = _Pieces(good, dice, used)
    for stars, wanted in enumerate(said.TALLIES[good.slug], 1):
        own = [text for text in said.OWN[good.slug] if text.stars == stars]
        shared = _share(good, stars)[: wanted - len(own)]
        placed += [(0.6 * said.OWN[good.slug].index(text), text, dice.choice(_bought(good, text))) for text in own]
        placed += [(dice.uniform(1, 14), text, dice.choice(_bought(good, text))) for text in shared]
        for _ in range(wanted - len(own) - len(shared)):
            item = dice.choice(items(good))
            placed.append((dice.uniform(2, sum(said.TALLIES[good.slug])), pieces.put_together(stars, item), item))
    return [(text, item) for _, text, item in sorted(placed, key=lambda each: each[0])]


def _share(good: Good, stars: int) -> list[Said]:
    """What was said of its shelf is dealt to those goods on it that have more stars than words of their own."""
    fellows = [each.slug for each in GOODS if each.shelf == good.shelf and _is_open(each, stars)]
    if good.slug not in fellows:
        return []
    texts = [text for text in said.SHELF[good.shelf] if text.stars == stars]
    return [text for text in texts[fellows.index(good.slug) :: len(fellows)] if _bought(good, text)]


def _is_open(good: Good, stars: int) -> bool:
    own = sum(text.stars == stars for text in said.OWN.get(good.slug, ()))
    return good.slug in said.TALLIES and said.TALLIES[good.slug][stars - 1] > own


def _bought(good: Good, text: Said) -> list[Item]:
    wanted = set(text.bought.split())
    return [item for item in items(good) if wanted <= {*item.choices.values(), *(["framed"] if _framed(item) else [])}]


def _framed(item: Item) -> bool:
    return item.choices.get("frame", "none") != "none"


def _ages(good: Good, many: int, dice: Random) -> list[float]:
    """In days, the youngest first. There are more of late than of old."""
    newest = 1.0 if said.OWN[good.slug][0].author else dice.uniform(3, 16)
    oldest = SINCE_AUTUMN if "2027" in good.slug else OLDEST
    return [newest, *sorted(newest + (oldest - newest) * dice.random() ** 1.3 for _ in range(many - 1))]


def _authors(taken: set[str], dice: Random) -> Iterator[str]:
    for _ in count():
        name = f"{dice.choice(said.FIRST_NAMES)} {dice.choice(said.INITIALS)}."
        if name not in taken:
            taken.add(name)
            yield name


class _Pieces:
    """Makes texts of sentences; none comes again in the reviews of a good before all others of its kind have."""

    def __init__(self, good: Good, dice: Random, used: set[str]) -> None:
        self.good, self.dice, self.used = good, dice, used
        self.decks: dict[Sequence[str], list[str]] = {}

    def put_together(self, stars: int, item: Item) -> Said:
        """A text that nobody has used yet."""
        while True:
            text = " ".join(self._sentences(stars, item))
            if text not in self.used:
                self.used.add(text)
                title = self._draw(said.TITLES[stars]) if self.dice.random() < 0.45 else ""
                return Said(stars, title, text)

    def _sentences(self, stars: int, item: Item) -> list[str]:
        shelf = self.good.shelf
        kind = ("framed" if _framed(item) else "bare") if shelf == "art-prints" else shelf
        kinds = [said.LOOKS[shelf], said.MADE[kind], said.USES[shelf]]
        if stars == 5 and self.dice.random() < 0.4:
            kinds.append(said.ARRIVED)
        many = self.dice.choices([1, 2, 3], weights=[2, 5, 3])[0] if stars == 5 else 1 + self.dice.randrange(stars - 2)
        chosen = sorted(self.dice.sample(range(len(kinds)), many))
        sentences = [self._draw(kinds[place]) for place in chosen]
        if stars < 5:
            sentences.append(self._draw(said.NIGGLES[kind] + said.NIGGLES_OF_ALL))
        if stars < 4:
            sentences.insert(0, self._draw(said.LUKEWARM))
        return sentences

    def _draw(self, bank: Sequence[str]) -> str:
        deck = self.decks.setdefault(bank, [])
        if not deck:
            deck += self.dice.sample(bank, len(bank))
        return self._fill(deck.pop())

    def _fill(self, sentence: str) -> str:
        ink, other_ink = (said.INKS.get(each, each) for each in self.dice.sample(self.good.inks, 2))
        return sentence.format(
            things=said.THINGS[self.good.art],
            ink=ink,
            other_ink=other_ink,
            room=self.dice.choice(said.ROOMS),
            who=self.dice.choice(said.PEOPLE),
        )
