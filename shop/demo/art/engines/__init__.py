"""Sixteen programs that draw, one to a file. A good names its engine, its seed and its inks (shop/demo/goods.py).

An engine takes a sheet and the inks in the order they are printed, and gives the drawing separated into plates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shop.demo.art.engines.arches import arches
from shop.demo.art.engines.ridges import ridges
from shop.demo.art.press import Artwork
from shop.demo.art.sheet import Sheet

ENGINES: Mapping[str, Callable[[Sheet, Sequence[str]], Artwork]] = {
    "ridges": ridges,
    "arches": arches,
}


def draw(art: str, *, seed: int, inks: Sequence[str], size: tuple[int, int] = (1500, 2000)) -> Artwork:
    """As a print, with the bare margin the drawing asks for; `size` is width and height in pixels.

    The same drawing at every size of one shape. Raises KeyError for an engine nobody wrote.
    """
    return ENGINES[art](Sheet(art, seed, size), inks)


def bleed(art: str, *, seed: int, inks: Sequence[str], size: tuple[int, int] = (1500, 2000)) -> Artwork:
    """Over the edges, without a margin: for covers, mugs and wrapping paper."""
    return ENGINES[art](Sheet(art, seed, size, bleeds=True), inks)
