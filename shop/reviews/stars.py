"""What a number of reviews comes to. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MOST = 5


@dataclass(frozen=True, slots=True)
class Stars:
    """How many gave one star, two, three, four and five."""

    counts: tuple[int, ...] = (0,) * MOST

    @property
    def count(self) -> int:
        return sum(self.counts)

    @property
    def average(self) -> Decimal:
        """To the tenth, as it is shown; 0 when there are none."""
        total = sum(stars * count for stars, count in enumerate(self.counts, 1))
        return (Decimal(total) / (self.count or 1)).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def given(self, stars: int) -> int:
        return self.counts[stars - 1]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """(stars, how many gave them), the best first."""
        return ((stars, self.given(stars)) for stars in range(MOST, 0, -1))
