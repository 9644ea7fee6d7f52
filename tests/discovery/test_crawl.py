"""A robot that follows every link of the demo, as those of search engines do: what it must and must not find."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from lxml import html

from tests.discovery.heads import ATOM, Head, document, sitemap

HOME = "http://localhost/"
LINKS = "//a/@href | //area/@href"
FILES = "//link[@rel!='canonical']/@href | //script/@src | //img/@src"
PICTURES_LOOKED_AT = 10  # of each page's srcsets, in turn
VIEWS_LOOKED_AT = 4  # of a page with other choices made; the feed names all there are, and is looked at too


@dataclass
class Seen:
    status: int
    kind: str
    hops: list[str] = field(default_factory=list)  # where it sent the robot before
    head: Head | None = None


class Robot:
    """Looks at every address that a page names. From pages that say they are another one it goes no further."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.seen: dict[str, Seen] = {}
        self.found_on: dict[str, str] = {}
        self.to_do: list[str] = []

    def go(self) -> None:
        self.find(HOME, "the beginning")
        while self.to_do:
            address = self.to_do.pop(0)
            seen = self.seen[address] = self.look(address)
            if seen.head is not None and seen.status == 200:
                own = seen.head.hidden or seen.head.canonicals == [address]
                for named in self.named(address, seen.head) if own else seen.head.canonicals:
                    self.find(named, address)

    def find(self, address: str, on: str) -> None:
        address = address.partition("#")[0]
        if urlsplit(address).netloc == "localhost" and address not in self.found_on:
            self.found_on[address] = on
            self.to_do.append(address)

    def look(self, address: str) -> Seen:
        hops: list[str] = []
        while True:
            parts = urlsplit(address)
            answer = self.client.get(parts._replace(scheme="", netloc="").geturl() or "/")
            if answer.status_code // 100 != 3 or len(hops) > 5:
                break
            address = urljoin(address, answer.location)
            hops.append(address)
        head = Head(answer.text) if answer.mimetype == "text/html" and answer.data else None
        return Seen(answer.status_code, answer.mimetype, hops, head)

    def named(self, address: str, head: Head) -> list[str]:
        tree = head.tree
        found = [*tree.xpath(LINKS), *tree.xpath(FILES)]
        sets = [part.split()[0] for each in tree.xpath("//@srcset") for part in each.split(",")]
        found += sets[:: max(1, len(sets) // PICTURES_LOOKED_AT)]
        found += tree.xpath("//meta[@property='og:image' or @property='og:url']/@content")
        found += [self.sent(form) for form in tree.forms if (form.method or "GET") == "GET" and form.action]
        named = [urljoin(address, each) for each in found if not each.startswith(("mailto:", "#"))]
        views = [each for each in named if each.partition("?")[0] == address.partition("?")[0]]
        return [each for each in named if each not in views[VIEWS_LOOKED_AT:] or "page=" in each]

    def sent(self, form: html.FormElement) -> str:
        """What a form asks for that is sent as it stands, with a word where one is asked for."""
        values = [(name, value or "terrazzo") for name, value in form.form_values()]
        return f"{form.action}?{urlencode(values)}" if values else str(form.action)


@pytest.fixture(scope="module")
def robot(demo: Flask) -> Robot:
    robot = Robot(demo)
    robot.go()
    return robot


@pytest.fixture(scope="module")
def pages(robot: Robot) -> dict[str, Head]:
    """Those that search engines may show, by their addresses."""
    return {
        address: seen.head
        for address, seen in robot.seen.items()
        if seen.head is not None and not seen.head.hidden and seen.head.canonicals == [address]
    }


def test_no_link_is_broken(robot: Robot) -> None:
    assert len(robot.seen) > 500
    broken = {
        address: (seen.status, robot.found_on[address]) for address, seen in robot.seen.items() if seen.status != 200
    }
    assert broken == {}


def test_no_link_of_ours_leads_to_a_redirect(robot: Robot) -> None:
    assert {address: seen.hops for address, seen in robot.seen.items() if seen.hops} == {}


def test_every_page_says_which_address_is_its_own_or_asks_to_be_left_out(robot: Robot) -> None:
    heads = {address: seen.head for address, seen in robot.seen.items() if seen.head is not None}
    unclear = [address for address, head in heads.items() if head.hidden == (len(head.canonicals) == 1)]
    assert unclear == []


def test_a_page_that_is_another_one_names_one_that_is_itself(robot: Robot, pages: dict[str, Head]) -> None:
    others = {head.canonicals[0] for seen in robot.seen.values() if (head := seen.head) is not None and head.canonicals}
    assert others - pages.keys() == set()


def test_no_two_pages_have_the_same_title_or_description(pages: dict[str, Head]) -> None:
    assert len(pages) > 50
    for what in ("titles", "description"):
        said = Counter(
            text for head in pages.values() for text in (head.titles if what == "titles" else head.said(what))
        )
        assert [text for text, count in said.items() if count > 1] == []
        assert sum(said.values()) == len(pages)


def test_every_address_of_the_sitemap_is_a_page_that_is_itself(demo: Flask, pages: dict[str, Head]) -> None:
    listed = sitemap(demo)
    assert len(listed) == len(set(listed)) > 40
    assert set(listed) - pages.keys() == set()


def test_what_the_sitemap_leaves_out_is_only_what_hangs_on_something_in_it(demo: Flask, pages: dict[str, Head]) -> None:
    """Further pages of a list, and reviews."""
    left_out = pages.keys() - set(sitemap(demo))
    assert [address for address in left_out if not re.search(r"\?page=\d+$|/reviews$", address)] == []


def test_every_address_of_the_feeds_is_there(demo: Flask, robot: Robot, pages: dict[str, Head]) -> None:
    feed, atom = document(demo, "/feeds/products.xml"), document(demo, "/feeds/new.atom")
    goods = {each.text for each in feed.iter("link") if each.getparent().tag == "item"}
    files = {each.text for each in feed.iter("{*}image_link", "{*}additional_image_link")}
    new = {each.get("href") for each in atom.iter(f"{ATOM}link") if each.get("rel") == "alternate"}
    assert len(goods) > 100
    assert len(files) > 40
    assert new - pages.keys() == set()
    for address in sorted(goods | files):
        seen = robot.seen.get(address) or robot.look(address)
        assert (seen.status, seen.hops) == (200, []), address
        assert seen.head is None or seen.head.canonicals == [address.partition("?")[0]]


def test_a_robot_that_keeps_to_the_rules_finds_every_page_and_nothing_that_is_not_for_it(
    demo: Flask, robot: Robot, pages: dict[str, Head]
) -> None:
    rules = RobotFileParser()
    rules.parse(demo.test_client().get("/robots.txt").text.splitlines())
    assert [address for address in pages if not rules.can_fetch("*", address)] == []
    for closed in ("/cart", "/checkout", "/orders/secret", "/admin", "/search?q=mug"):
        assert not rules.can_fetch("*", urljoin(HOME, closed))
