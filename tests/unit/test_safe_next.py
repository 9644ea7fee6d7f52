"""Nobody is sent elsewhere by a link they trusted."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.web import network_of, positive, safe_next


@pytest.mark.parametrize("target", ["/", "/cart", "/admin/orders?page=2&q=a%20b", "/orders/x#top", "/a:b", "/ü"])
def test_our_own_paths_are_fine(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "cart",
        "https://elsewhere.example",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "/\r\nX-Bad: yes",
        "\t//elsewhere.example",
        " //elsewhere.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "http:/elsewhere.example",
    ],
)
def test_anything_else_is_not_followed(target: str | None) -> None:
    assert safe_next(target) is None


@given(st.text(st.sampled_from("/\\:.@?#ab \t\n\r\0%2F"), max_size=12))
def test_what_is_followed_stays_here(target: str) -> None:
    followed = safe_next(target)
    if followed is not None:
        as_browsers_read = followed.replace("\\", "/")
        assert urlsplit(urljoin("https://shop.example/x", as_browsers_read)).netloc == "shop.example"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1", 1),
        ("007", 7),
        ("2147483647", 2147483647),
        *((wrong, None) for wrong in ("0", "-1", "2147483648", "1.0", "1e3", "１", "²", " 1", "+1", "", "0x1", "1_0")),
        *((wrong, None) for wrong in ("9" * 5000, "0" * 20 + "1" + "9" * 9, None)),
    ],
)
def test_whole_numbers_are_digits_and_nothing_else(typed: str | None, number: int | None) -> None:
    assert positive(typed) == number


@given(st.text(max_size=30))
def test_no_typing_is_too_odd(typed: str) -> None:
    found = positive(typed, default=1, most=50)
    assert found is not None
    assert 1 <= found <= 50


SUBSCRIBERS = [
    ("198.51.100.7", "198.51.100.200"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::1"),
    ("2001:db8::1", "2001:db8:0:0::2"),
    ("::ffff:203.0.113.7", "203.0.113.9"),
]


@pytest.mark.parametrize(("one", "other"), SUBSCRIBERS)
def test_a_network_is_what_one_subscriber_has(one: str, other: str) -> None:
    assert network_of(one) == network_of(other) != ""


def test_networks_of_strangers_differ() -> None:
    networks = {network_of(one) for one, _other in SUBSCRIBERS}
    assert len(networks) == len(SUBSCRIBERS)
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")


@pytest.mark.parametrize("address", [None, "", "unix:", "not an address"])
def test_who_has_no_address_is_still_somebody(address: str | None) -> None:
    assert isinstance(network_of(address), str)
