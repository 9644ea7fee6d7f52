"""The budgets of a page: bytes, nodes, requests, and how far things jump while it loads."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import Visit
from tests.browser.places import REAL

pytestmark = pytest.mark.browser

KB = 1024
RENDERED = (
    "Document",
    "Stylesheet",
    "Font",
    "Image",
)  # scripts come after it, and an icon of a tab is none of the page
PAGES = ["home", "category", "product", "search, found", "bag", "checkout"]

WATCH = """
    window.seen = { shift: 0, largest: 0 };
    const watch = (type, note) =>
        new PerformanceObserver(list => list.getEntries().forEach(note)).observe({ type, buffered: true });
    watch("layout-shift", each => { if (!each.hadRecentInput) seen.shift += each.value; });
    watch("largest-contentful-paint", each => { seen.largest = each.startTime; });
"""
BEGAN = "Object.fromEntries(performance.getEntriesByType('resource').map(each => [each.name, each.startTime]))"


@dataclass
class Loaded:
    """What one visit has fetched, and what came of it."""

    kinds: dict[str, dict[str, bytes]] = field(default_factory=dict)
    urgent: set[str] = field(default_factory=set)
    began: dict[str, float] = field(default_factory=dict)
    shift: float = 0
    largest: float = 0
    nodes: int = 0

    def bodies(self, kind: str) -> list[bytes]:
        return list(self.kinds.get(kind, {}).values())

    def packed(self, kind: str) -> int:
        return sum(len(gzip.compress(body, 9)) for body in self.bodies(kind))

    def plain(self, kind: str) -> int:
        return sum(map(len, self.bodies(kind)))

    @property
    def before_the_largest(self) -> list[str]:
        """What the browser hurried to fetch before the largest thing on the page was there, the page itself first."""
        return [url for url in self.urgent if self.began.get(url, 0) < self.largest]


@pytest.fixture(scope="module", params=PAGES)
def loaded(request: pytest.FixtureRequest, visit: Visit) -> Loaded:
    """A page as a phone gets it that has never been here, and has nothing cached."""
    place = REAL[request.param]
    options = {"device_scale_factor": 2, "is_mobile": True, "has_touch": True}
    with visit.anew().window(place, **options) as page:
        return load(page, visit.path(place))


def load(page: Page, path: str) -> Loaded:
    found = Loaded()
    page.add_init_script(WATCH)
    wire = page.context.new_cdp_session(page)

    def note(event: dict[str, Any]) -> None:
        if event["request"]["initialPriority"] in ("High", "VeryHigh") and event["type"] in RENDERED:
            found.urgent.add(event["request"]["url"])

    wire.on("Network.requestWillBeSent", note)
    wire.send("Network.enable")
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    page.goto(path, wait_until="networkidle")
    for answer in answers:
        found.kinds.setdefault(answer.request.resource_type, {})[answer.url] = answer.body()
    found.began = page.evaluate(BEGAN)
    found.shift, found.largest = page.evaluate("[seen.shift, seen.largest]")
    found.nodes = page.evaluate("document.querySelectorAll('*').length")
    return found


def test_the_page_itself(loaded: Loaded) -> None:
    assert loaded.packed("document") <= 14 * KB


def test_one_style_sheet(loaded: Loaded) -> None:
    assert len(loaded.bodies("stylesheet")) == 1
    assert loaded.packed("stylesheet") <= 10 * KB


def test_scripts(loaded: Loaded) -> None:
    assert loaded.packed("script") <= 8 * KB


def test_two_fonts(loaded: Loaded) -> None:
    assert len(loaded.bodies("font")) <= 2
    assert loaded.plain("font") <= 65 * KB


def test_pictures(loaded: Loaded) -> None:
    sizes = {urlsplit(url).path: len(body) for url, body in loaded.kinds.get("image", {}).items()}
    assert sum(sizes.values()) <= 150 * KB, sizes


def test_nodes(loaded: Loaded) -> None:
    assert loaded.nodes <= 900


def test_nothing_jumps_while_it_loads(loaded: Loaded) -> None:
    assert loaded.shift <= 0.02


def test_little_is_fetched_before_the_largest_thing_is_there(loaded: Loaded) -> None:
    assert loaded.largest > 0
    assert len(loaded.before_the_largest) <= 5, loaded.before_the_largest
