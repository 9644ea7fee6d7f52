"""Order numbers are read aloud, typed from paper, and tell nobody how much is sold."""

from __future__ import annotations

import re

import pytest

from shop.orders.numbers import ALPHABET, new_number, tidy


def test_numbers_have_no_words_in_them_and_no_order() -> None:
    numbers = [new_number() for _ in range(500)]
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", number) for number in numbers)
    assert len(set(numbers)) == 500
    assert numbers != sorted(numbers)
    assert not set(ALPHABET) & set("AEIOU01258BSZGLQNPVDUY")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("K7MC-4WRX", "K7MC-4WRX"),
        (" k7mc 4wrx ", "K7MC-4WRX"),
        ("k7mc4wrx", "K7MC-4WRX"),
        ("#K7MC–4WRX", "K7MC-4WRX"),
        ("alice@example.com", "alice@example.com"),
        ("", ""),
    ],
)
def test_numbers_are_found_as_people_type_them(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
