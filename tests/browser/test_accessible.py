"""Nobody is kept out: axe finds nothing on any page of the shop, and all of them have room.

`test_wide_words.py` asks the same of every state of the style guide.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import DESKTOP, PHONE, Visit, resize
from tests.browser.places import REAL

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 320, "height": 640}
TWICE_AS_LARGE: ViewportSize = {"width": 640, "height": 450}  # what 1280 by 900 has room for at 200 %

AXE = Axe().axe_script
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN = """async options => (await axe.run(options)).violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${each.help}: ${node.html.slice(0, 200)}`))"""

# What reaches beyond the right edge, if that makes the page scroll.
TOO_WIDE = """() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return [];
    return ["the page", ...[...document.body.querySelectorAll("*")]
        .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > most + 1)
        .map(each => each.outerHTML.slice(0, 120))];
}"""


@pytest.fixture(scope="module", params=REAL)
def opened(request: pytest.FixtureRequest, visit: Visit) -> Iterator[Page]:
    with visit(REAL[request.param]) as page:
        page.evaluate(AXE)
        yield page


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(opened: Page, size: ViewportSize) -> None:
    resize(opened, size)
    assert opened.evaluate(RUN, OPTIONS) == []


@pytest.mark.parametrize("size", [NARROW, TWICE_AS_LARGE], ids=["320 pixels", "200 percent"])
def test_nothing_scrolls_sideways(opened: Page, size: ViewportSize) -> None:
    resize(opened, size)
    assert opened.evaluate(TOO_WIDE) == []
