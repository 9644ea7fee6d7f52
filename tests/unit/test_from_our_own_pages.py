"""Whether a request comes from our own pages, by its headers alone. The whole matrix is in tests/core/test_forgery."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from shop.core.forgery import from_our_own_pages

OURS = "https://shop.example"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "SAME-ORIGIN"}, False),
        ({"Origin": OURS}, True),
        ({"Origin": OURS + ":443"}, False),
        ({"Origin": OURS + "/"}, False),
        ({"Origin": "null"}, False),
        ({"Referer": OURS + "/cart?x=1"}, True),
        ({"Referer": OURS}, True),
        ({"Referer": OURS + ".elsewhere.example/"}, False),
        ({"Referer": "https://shop.example@elsewhere.example/"}, False),
        ({"Referer": "http://shop.example/"}, False),
        ({"Referer": "http://[::1"}, False),
        ({"Referer": ""}, False),
    ],
)
def test_the_browser_knows(headers: dict[str, str], ours: bool) -> None:
    assert from_our_own_pages(Headers(headers), origins=[OURS]) is ours


@given(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])))
def test_no_header_is_too_odd(text: str) -> None:
    for name in ("Sec-Fetch-Site", "Origin", "Referer"):
        assert from_our_own_pages(Headers([(name, text)]), origins=[OURS]) in (True, False)
