"""Text as it is searched: words without case and accents, their roots, and how far apart two of them are. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import snowballstemmer

LONGEST = 40  # letters of a word; what is longer is cut
_WORD = re.compile(r"[^\W_]+")
_stemmer = snowballstemmer.stemmer("english")


def words(text: str) -> list[str]:
    """In order: "Café-Set, A4" gives cafe, set, a4. An apostrophe within a word is nothing: maker's, makers."""
    plain = unicodedata.normalize("NFKD", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("'", ""))
    if not plain.isascii():
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [found[:LONGEST] for found in _WORD.findall(plain.casefold())]


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """What a word and its plural share: prints and print, berries and berry."""
    stem: str = _stemmer.stemWord(word)
    return stem


def roots(text: str) -> str:
    return " ".join(map(root, words(text)))


def grams(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def typos_forgiven(word: str) -> int:
    """None in short words and in those with figures, where another figure is another thing."""
    if any(letter.isdigit() for letter in word):
        return 0
    return (len(word) >= 5) + (len(word) >= 8)  # noqa: PLR2004


def distance(one: str, other: str, *, most: int) -> int:
    """Letters to change, add, leave out or swap with their neighbour; `most` + 1 for anything farther."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, sought in enumerate(other, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != sought))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == sought:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return min(last[-1], most + 1)


def nearest(word: str, candidates: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Candidates that may have been meant, with how far each is from `word`."""
    most = typos_forgiven(word)
    for candidate in candidates:
        far = distance(word, candidate, most=most)
        if far <= most:
            yield far, candidate
