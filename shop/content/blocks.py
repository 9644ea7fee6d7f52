"""A text as its owner writes it, made into what its page shows. Pure.

Markdown, and lines of their own in braces that set goods and pictures into it:

    {product: seven-ridges}
    {products: seven-ridges, tidewater, crosswind}
    {picture: 3f2a… | What is seen in it | What is said beneath it}

HTML is shown as it is typed; what comes out is sanitised all the same. Headings are counted anew, from the second
level on (the first is the page's title) and without gaps, so that the outline is right whatever was typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markupsafe import Markup

from shop.core.i18n import below

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "rel", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
REMEMBERED = 128  # texts

_SET_IN = re.compile(r"\{\s*(products?|picture)\s*:([^{}]*)\}\s*", re.IGNORECASE)
_LOWEST_HEADING = 6


@dataclass(frozen=True, slots=True)
class Words:
    html: Markup


@dataclass(frozen=True, slots=True)
class Products:
    slugs: tuple[str, ...]
    level: int  # of their names, as headings


@dataclass(frozen=True, slots=True)
class Picture:
    name: str  # of its asset
    alt: str
    caption: str


Block = Words | Products | Picture


@lru_cache(REMEMBERED)
def parse(text: str, *, site: str, root: str = "") -> tuple[Block, ...]:
    """`site` is the shop's own address; links elsewhere say so. `root` goes before paths: /de, in German."""
    tokens = _markdown.parse(text)
    level = 1
    outline: list[int] = []
    blocks: list[Block] = []
    for set_in, run in groupby(tokens, key=lambda token: token.type == "set_in"):
        part = list(run)
        if set_in:
            blocks += [_insertion(token, level) for token in part]
        else:
            level = _count_headings(part, outline) or level
            _lead_on(part, site, root)
            html = _clean(_markdown.renderer.render(part, _markdown.options, {}))
            blocks += [Words(html)] if html else []
    return tuple(blocks)


def _insertion(token: Token, level: int) -> Block:
    parts = [part.strip() for part in token.content.split("|")]
    if token.info == "picture":
        name, alt, caption, *_more = *parts, "", ""
        return Picture(name, alt, caption)
    slugs = dict.fromkeys(slug.strip() for slug in token.content.split(",") if slug.strip())
    return Products(tuple(slugs), min(level + 1, _LOWEST_HEADING))


def _count_headings(tokens: Sequence[Token], outline: list[int]) -> int:
    """Gives headings their levels; `outline` is the way down to the last one, in the levels it was typed with."""
    level = 0
    for token in tokens:
        if token.type == "heading_open":
            typed = int(token.tag[1:])
            while outline and outline[-1] >= typed:
                outline.pop()
            outline.append(typed)
            level = min(len(outline) + 1, _LOWEST_HEADING)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
    return level


def _lead_on(tokens: Sequence[Token], site: str, root: str) -> None:
    """Links stay in the reader's language, and say so where they leave the shop."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                href = str(child.attrs["href"])
                child.attrs["href"] = below(root, href)
                host = urlsplit(href).netloc
                if host and host != urlsplit(site).netloc:
                    child.attrs["rel"] = "external noopener"


def _clean(html: str) -> Markup:
    safe = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return Markup(safe)  # noqa: S704 (sanitised in the line above)


def _set_in(state: StateBlock, line: int, _last: int, silent: bool) -> bool:
    """A rule of the Markdown reader: a line in braces, which also ends the paragraph above it."""
    found = _SET_IN.fullmatch(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
    if state.level or found is None:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("set_in", "", 0)
        token.info, token.content = found[1].lower(), found[2]
    return True


def _reader() -> MarkdownIt:
    """CommonMark and tables, without what would look odd by accident (a paragraph that is indented) or is set in
    otherwise (pictures)."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.disable(["code", "fence", "html_block", "html_inline", "image"])
    reader.block.ruler.before("blockquote", "set_in", _set_in, {"alt": ["paragraph", "reference", "blockquote"]})
    return reader


_markdown = _reader()
