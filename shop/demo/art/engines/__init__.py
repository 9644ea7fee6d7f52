"""Sixteen programs that draw, one to a file. A good names its engine, its seed and its inks (shop/demo/goods.py).

An engine takes a sheet and the inks in the order they are printed, and gives the drawing separated into plates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shop.demo.art.engines.arches import arches
from shop.demo.art.engines.bauhaus import bauhaus
from shop.demo.art.engines.botanical import botanical
from shop.demo.art.engines.contour import contour
from shop.demo.art.engines.dots import dots
from shop.demo.art.engines.flow import flow
from shop.demo.art.engines.moire import moire
from shop.demo.art.engines.orbit import orbit
from shop.demo.art.engines.papercut import papercut
from shop.demo.art.engines.phyllo import phyllo
from shop.demo.art.engines.ridges import ridges
from shop.demo.art.engines.scallop import scallop
from shop.demo.art.engines.terrazzo import terrazzo
from shop.demo.art.engines.truchet import truchet
from shop.demo.art.engines.vases import vases
from shop.demo.art.engines.weave import weave
from shop.demo.art.press import Artwork
from shop.demo.art.sheet import Sheet

ENGINES: Mapping[str, Callable[[Sheet, Sequence[str]], Artwork]] = {
    "arches": arches,
    "bauhaus": bauhaus,
    "botanical": botanical,
    "contour": contour,
    "dots": dots,
    "flow": flow,
    "moire": moire,
    "orbit": orbit,
    "papercut": papercut,
    "phyllo": phyllo,
    "ridges": ridges,
    "scallop": scallop,
    "terrazzo": terrazzo,
    "truchet": truchet,
    "vases": vases,
    "weave": weave,
}


def draw(art: str, *, seed: int, inks: Sequence[str], size: tuple[int, int] = (1500, 2000)) -> Artwork:
    """As a print, with the bare margin the drawing asks for; `size` is width and height in pixels.

    The same drawing at every size of one shape. Raises KeyError for an engine nobody wrote.
    """
    return ENGINES[art](Sheet(art, seed, size), inks)


def bleed(art: str, *, seed: int, inks: Sequence[str], size: tuple[int, int] = (1500, 2000)) -> Artwork:
    """Over the edges, without a margin: for covers, mugs and wrapping paper."""
    return ENGINES[art](Sheet(art, seed, size, bleeds=True), inks)
