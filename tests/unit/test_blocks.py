"""A text as its owner writes it becomes blocks: safe words, goods and pictures."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.content.blocks import Block, Picture, Products, Words, parse
from shop.content.models import LONGEST_BODY


def read(text: str, *, root: str = "") -> tuple[Block, ...]:
    return parse(text, site="https://shop.example", root=root)


def html(text: str, *, root: str = "") -> str:
    """Of a text without goods and pictures."""
    return "".join(str(block.html) for block in read(text, root=root) if isinstance(block, Words))


def test_goods_and_pictures_stand_between_the_words() -> None:
    blocks = read(
        "First.\n\n{product: mug}\n\nSecond.\n{products: mug, print,cap}\n{picture: a1 | A mug | On a table}\nThird."
    )
    assert blocks == (
        Words(blocks[0].html),  # type: ignore[union-attr]
        Products(("mug",), 2),
        Words(blocks[2].html),  # type: ignore[union-attr]
        Products(("mug", "print", "cap"), 2),
        Picture("a1", "A mug", "On a table"),
        Words(blocks[5].html),  # type: ignore[union-attr]
    )
    assert html("First.\n{product: mug}\nSecond.") == "<p>First.</p>\n<p>Second.</p>\n"


@pytest.mark.parametrize("line", ["{ Product :mug }", "{PRODUCTS: mug, mug,, }", "  {product: mug}  "])
def test_the_line_may_be_typed_in_a_hurry(line: str) -> None:
    assert read(line) == (Products(("mug",), 2),)


@pytest.mark.parametrize(
    ("line", "picture"),
    [
        ("{picture: a1}", Picture("a1", "", "")),
        ("{picture: a1 | A mug}", Picture("a1", "A mug", "")),
        ("{picture: a1 | | On a table | and more}", Picture("a1", "", "On a table")),
    ],
)
def test_a_picture_may_say_less(line: str, picture: Picture) -> None:
    assert read(line) == (picture,)


@pytest.mark.parametrize(
    "text",
    [
        "So {product: mug} in a sentence.",
        "- {product: mug}",
        "> {product: mug}",
        "{prodct: mug}",
        "{product: {mug}}",
        "{product}",
    ],
)
def test_anything_else_in_braces_is_words(text: str) -> None:
    (words,) = read(text)
    assert isinstance(words, Words)
    assert "{prod" in words.html


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# A\n## B\n# C", [2, 3, 2]),
        ("## A\n### B\n## C", [2, 3, 2]),
        ("### A\n# B\n#### C\n## D", [2, 2, 3, 3]),
        ("A\n===\nB\n---", [2, 3]),
        ("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", [2, 3, 4, 5, 6, 6]),
        ("# A\n{product: mug}\n## B", [2, 3]),
    ],
)
def test_headings_begin_below_the_title_and_leave_no_level_out(text: str, levels: list[int]) -> None:
    assert [int(level) for level in re.findall(r"<h(\d)>", html(text))] == levels
    assert html(text).count("</h2>") == levels.count(2)


def test_goods_are_one_level_below_the_heading_they_stand_under() -> None:
    blocks = read("{product: a}\n## One\n{product: b}\n### Two\ntext\n{product: c}\n## Three\n{product: d}")
    assert [block.level for block in blocks if isinstance(block, Products)] == [2, 3, 4, 3]


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("[x](https://elsewhere.example/a)", '<a href="https://elsewhere.example/a" rel="external noopener">'),
        ("[x](//elsewhere.example)", '<a href="//elsewhere.example" rel="external noopener">'),
        ("<https://elsewhere.example>", '<a href="https://elsewhere.example" rel="external noopener">'),
        ("[x](https://shop.example/pages/a)", '<a href="https://shop.example/pages/a">'),
        ("[x](/pages/a#b)", '<a href="/de/pages/a#b">'),
        ("[x](/media/a.png)", '<a href="/media/a.png">'),
        ("[x](mailto:a@shop.example)", '<a href="mailto:a@shop.example">'),
        ("[x][1]\n\n{product: mug}\n\n[1]: /pages/a 'T'", '<a href="/de/pages/a" title="T">'),
    ],
)
def test_links_say_where_they_leave_the_shop_and_stay_in_its_language(typed: str, made: str) -> None:
    assert made in html(typed, root="/de")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/png;base64,AAAA)",
    "![x](https://elsewhere.example/track.gif)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '[x](/a "\\" onclick=\\"alert(1)")',
    '[x](/a" onclick="alert(1))',
    "<style>*{}</style>",
    "<svg onload=alert(1)>",
    "{picture: x | <script>alert(1)</script> | <b onclick=x>}",
    "| a |\n|:-:|\n| <i onclick=x> |",
    "`<script>`",
    "<!-- --><iframe srcdoc='<script>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
ALLOWED = re.compile(r'</?[a-z0-9]+(?: (?:href|title|rel|start)="[^"<>]*")*>')


def assert_harmless(text: str) -> None:
    made = html(text)
    for tag in re.findall(r"<[^>]*>", made):
        assert ALLOWED.fullmatch(tag), tag
        assert not re.match(r"</?(script|style|img|svg|iframe|object|form|input)", tag), tag
    for address in re.findall(r'href="([^"]*)"', made):
        assert not re.match(r"\s*(javascript|data|vbscript|file):", address, re.IGNORECASE), address


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_does_anything_but_stand_there(text: str) -> None:
    assert_harmless(text)
    assert_harmless(f"> - {text}\n\n# {text}\n\n**{text}**")


@given(
    st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "[", "](", ")", "<", ">", '"', "`", "|", "{", "}"]))
)
def test_nor_does_any_mixture_of_them(pieces: list[str]) -> None:
    assert_harmless("".join(pieces))


@pytest.mark.parametrize(
    "piece",
    ["[", "![[[", "*a_ ", "> ", "- ", "`", "[a](", "|a", "<", "a|b\n-|-\n", "{product: a}\n", "{", "# a\n", "&#"],
)
def test_the_longest_text_is_read_in_reasonable_time(piece: str) -> None:
    begun = perf_counter()
    read((piece * LONGEST_BODY)[:LONGEST_BODY])
    assert perf_counter() - begun < 10  # a second on a slow machine


def test_markdown_does_what_shops_need() -> None:
    made = html(
        "**Bold**, *soft*.\n\n1. One\n2. Two\n\n- x\n\n> Said.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n---\n\n3. Three"
    )
    for tag in ("strong", "em", "ol", "li", "ul", "blockquote", "table", "th", "td", "hr"):
        assert f"<{tag}>" in made
    assert '<ol start="3">' in made
    assert "style=" not in made
    assert html("    not code") == "<p>not code</p>\n"
