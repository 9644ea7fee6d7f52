"""What an order is found by: the words of its number, its email address and the name it goes to. Pure."""

from __future__ import annotations

from shop.catalog import words

LONGEST = 255
MOST = 6  # words of a search; what is typed beyond them is left aside


def kept(*, number: str, email: str, name: str, company: str) -> set[str]:
    """The words that are kept of an order."""
    spoken = {*words.words(number), *words.words(number.replace("-", "")), *words.words(name), *words.words(company)}
    return {*spoken, email.lower()[:LONGEST]}


def asked(text: str) -> list[str]:
    """The beginnings of words that were typed, those that tell the most first. An address is one word."""
    parts = [[part.lower()[:LONGEST]] if "@" in part else words.words(part) for part in text.split()]
    every = dict.fromkeys(word for some in parts for word in some)
    return sorted(every, key=len, reverse=True)[:MOST]
