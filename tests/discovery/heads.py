"""What stands in the heads of pages, and in files for machines."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from lxml import etree, html

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
GOOGLE = "{http://base.google.com/ns/1.0}"


class Head:
    def __init__(self, page: str) -> None:
        self.tree = html.document_fromstring(page)

    @property
    def titles(self) -> list[str]:
        return [str(each) for each in self.tree.xpath("//head/title/text()")]

    @property
    def canonicals(self) -> list[str]:
        return [str(each) for each in self.tree.xpath("//link[@rel='canonical']/@href")]

    @property
    def hidden(self) -> bool:
        """Whether search engines are asked to leave it out."""
        return "noindex" in "".join(self.tree.xpath("//meta[@name='robots']/@content"))

    def said(self, name: str) -> list[str]:
        """By a meta element of that name, or property."""
        return [str(each) for each in self.tree.xpath(f"//meta[@name='{name}' or @property='{name}']/@content")]

    @property
    def data(self) -> list[dict[str, Any]]:
        found = []
        for block in self.tree.xpath("//script[@type='application/ld+json']/text()"):
            told = json.loads(block)
            found += told if isinstance(told, list) else [told]
        return found

    def told(self, kind: str) -> dict[str, Any]:
        """The one of its data that is of this type."""
        (found,) = (each for each in self.data if each["@type"] == kind)
        return found


def head(app: Flask, url: str) -> Head:
    answer = app.test_client().get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return Head(answer.text)


def document(app: Flask, url: str) -> etree._Element:
    """A file for machines, unpacked."""
    answer = app.test_client().get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    content = gzip.decompress(answer.data) if answer.mimetype == "application/gzip" else answer.data
    return etree.fromstring(content)


def path(address: str) -> str:
    """Without the name of the shop, which it must begin with."""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("http", "localhost"), address
    return parts._replace(scheme="", netloc="").geturl() or "/"


def sitemap(app: Flask) -> list[str]:
    """Every address of it."""
    files = [path(each.text) for each in document(app, "/sitemap.xml").iter(f"{SITEMAP}loc")]
    return [each.text for file in files for each in document(app, file).iter(f"{SITEMAP}loc")]
