"""Where the lines of a drawing go. Pure: numbers in, points out; the template draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)  # round numbers of an axis, times a power of ten
LINES = 4  # of an axis, at most, above zero


@dataclass(frozen=True, slots=True)
class Tick:
    at: float  # x or y
    value: int  # minor units, or the place of a step
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Coordinates of an SVG of this size. A line breaks off where its values are still to come."""

    width: int
    height: int
    line: str
    area: str
    before: str
    rows: Sequence[Tick]
    columns: Sequence[Tick]
    left: float
    right: float
    end: tuple[float, float] | None  # of the line


def draw(
    values: Sequence[int | None],
    before: Sequence[int],
    *,
    width: int,
    height: int,
    left: int,
    unit: int,
    columns: int,
) -> Drawing:
    """`values` and `before` step by step, None for what is still to come; `left` is room for the words of the axis,
    `unit` what a whole of the currency is in its minor units, `columns` how many steps are named at most."""
    top, bottom, right = 10.0, height - 26.0, width - 8.0
    known = [value for value in values if value is not None]
    low, high = min([0, *known, *before]), max([unit, *known, *before])
    step = _step((high - low) / LINES, unit)
    floor, ceiling = low // step * step, -(-high // step) * step

    def x(place: int) -> float:
        return left + (right - left) * place / max(1, len(values) - 1)

    def y(value: int) -> float:
        return bottom - (bottom - top) * (value - floor) / (ceiling - floor)

    points = [(x(place), y(value)) for place, value in enumerate(values) if value is not None]
    line = _written(points)
    area = f"{points[0][0]:.1f},{y(0):.1f} {line} {points[-1][0]:.1f},{y(0):.1f}" if points else ""
    return Drawing(
        width,
        height,
        line=line,
        area=area,
        before=_written([(x(place), y(value)) for place, value in enumerate(before)]),
        rows=[Tick(y(value), value) for value in range(floor, ceiling + 1, step)],
        columns=_columns(len(values), columns, x),
        left=left,
        right=right,
        end=points[-1] if points else None,
    )


def spark(values: Sequence[float], *, width: int, height: int) -> str:
    """The points of a small line without an axis."""
    low, high = min(values, default=0), max(values, default=0)
    spread = (high - low) or 1
    return _written(
        [
            (2 + (width - 4) * place / max(1, len(values) - 1), height - 3 - (height - 6) * (value - low) / spread)
            for place, value in enumerate(values)
        ]
    )


def _step(least: float, unit: int) -> int:
    """The least round number of whole units that is not below `least`."""
    power = unit
    while True:
        for factor in STEPS:
            step = int(power * factor)
            if step >= least and step % unit == 0:
                return step
        power *= 10


def _columns(steps: int, most: int, x: Callable[[int], float]) -> list[Tick]:
    every = -(-steps // most)
    places = list(range((steps - 1) % every, steps, every))
    return [
        Tick(x(place), place, "start" if place == 0 else "end" if place == steps - 1 else "middle") for place in places
    ]


def _written(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
