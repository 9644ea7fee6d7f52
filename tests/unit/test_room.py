"""Sizes above a sofa: to scale, side by side, within the wall."""

from __future__ import annotations

from itertools import pairwise

from shop.catalog.room import HANG, UNITS_A_METRE, WIDEST, Size, room

A_SIZES = [Size("a4", "A4", "", 210, 297), Size("a3", "A3", "", 297, 420), Size("a1", "A1", "", 594, 841)]


def test_sizes_hang_to_scale_on_one_line_without_touching() -> None:
    drawn = room("size", A_SIZES)
    assert drawn
    for size, hung in zip(A_SIZES, drawn.hung, strict=True):
        assert hung.width == round(size.width_mm / 1000 * UNITS_A_METRE)
        assert hung.y + hung.height == HANG
    ends = [(hung.x, hung.x + hung.width) for hung in drawn.hung]
    assert all(end < begin for (_, end), (begin, _) in pairwise(ends))
    assert abs((ends[0][0] + ends[-1][1]) / 2 - 400) <= 1


def test_one_size_alone_needs_no_drawing() -> None:
    assert room("size", A_SIZES[:1]) is None
    assert room("size", []) is None


def test_what_does_not_fit_the_wall_is_not_drawn() -> None:
    wide = Size("b", "Banner", "", WIDEST * 1000, 300)
    tall = Size("t", "Tall", "", 300, 3000)
    assert room("size", [*A_SIZES, wide]) is None
    assert room("size", [*A_SIZES, tall]) is None
