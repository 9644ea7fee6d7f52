"""Nobody is kept out: axe finds nothing on any page of the shop, nor in any state of the style guide."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.places import EVERYWHERE

pytestmark = pytest.mark.browser

AXE = Axe().axe_script
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN = """async options => (await axe.run(options)).violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${each.help}: ${node.html.slice(0, 200)}`))"""


@pytest.mark.parametrize("name", EVERYWHERE)
def test_axe_finds_nothing_on_a_phone_and_on_a_desk(visit: Visit, name: str) -> None:
    with visit(EVERYWHERE[name]) as page:
        page.evaluate(AXE)
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            assert page.evaluate(RUN, OPTIONS) == []
