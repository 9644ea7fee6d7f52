"""Looking words up, by SQLite's FTS5 or PostgreSQL's tsvector: the only file that knows how they differ.

What is looked up is a row of groups: a product is found when every group has an atom of which it has all words. Words
are those of words.py; `#t7` is a term lists filter by, `#c7` a category, with all that is below it. Nobody can type
either, as words have no `#`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Cast,
    ColumnClause,
    ColumnElement,
    Float,
    SQLColumnExpression,
    String,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from shop.catalog.words import root
from shop.core.db import db, is_sqlite

MOST_WORDS = 4000  # of a field that are looked up; nobody's description is longer


@dataclass(frozen=True, slots=True)
class Atom:
    words: tuple[str, ...]
    begins: bool = False  # the last of them is the beginning of a word


Group = Sequence[Atom]
Groups = Sequence[Group]


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a product, by how much they say about it, and its terms. Words are looked up by their roots too."""

    product_id: int
    name: Sequence[str]
    shelf: Sequence[str]  # where it stands, what it is made of, how it can be had
    body: Sequence[str]
    terms: Sequence[str]

    def fields(self) -> tuple[list[str], list[str], list[str], list[str]]:
        return _tokens(self.name), _tokens(self.shelf), _tokens(self.body), list(self.terms)


def _tokens(said: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(token for word in said[:MOST_WORDS] for token in (word, root(word))))


TERM, CATEGORY = "#t", "#c"


class Where(Enum):
    """In which fields words are looked for."""

    NAME = auto()
    TOLD = auto()  # in the name, or in what the product is told by: its shelf, its attributes, its options
    ANYWHERE = auto()


def _needed(group: Group) -> Iterator[Atom]:
    """Without words that are found as a beginning too."""
    begun = {atom.words for atom in group if atom.begins}
    return (atom for atom in group if atom.begins or atom.words not in begun)


class _Sqlite:
    table = table("listed_words", column("rowid", BigInteger), column("listed_words"))
    product_id: ColumnClause[int] = table.c.rowid
    rank: ColumnElement[float] = -func.bm25(literal_column("listed_words"), 10.0, 4.0, 1.0, 0.0, type_=Float())

    def written(self, said: Groups, tokens: Groups, where: Where) -> str:
        """What is said is looked for there."""
        fields = {Where.NAME: "{name} : ", Where.TOLD: "{name shelf} : ", Where.ANYWHERE: ""}[where]
        groups = [*((group, fields) for group in said), *((group, "") for group in tokens)]
        return " AND ".join(f"({field}({' OR '.join(map(self._atom, _needed(group)))}))" for group, field in groups)

    def _atom(self, atom: Atom) -> str:
        quoted = [f'"{word}"' for word in atom.words]
        if atom.begins:
            quoted[-1] += "*"
        return f"({' AND '.join(quoted)})" if quoted[1:] else quoted[0]

    def and_token(self, written: str, token: str, number: SQLColumnExpression[int]) -> ColumnElement[str]:
        """`written` and a token whose number is a column's."""
        return literal(f'{written} AND "{token}' if written else f'"{token}').concat(cast(number, String)).concat('"')

    def match(self, written: str | ColumnElement[str]) -> ColumnElement[bool]:
        return self.table.c.listed_words.op("MATCH", is_comparison=True)(written)

    def ranked(self, written: str) -> ColumnElement[float]:
        return self.rank

    def write(self, documents: Iterable[Document]) -> None:
        rows = [
            dict(
                zip(
                    ("id", "name", "shelf", "body", "terms"),
                    (each.product_id, *map(" ".join, each.fields())),
                    strict=True,
                )
            )
            for each in documents
        ]
        db.session.execute(
            text(
                "INSERT INTO listed_words (rowid, name, shelf, body, terms) VALUES (:id, :name, :shelf, :body, :terms)"
            ),
            rows,
        )


class _Postgres:
    table = table("listed_words", column("product_id", BigInteger), column("words", TSVECTOR()))
    product_id: ColumnClause[int] = table.c.product_id

    def written(self, said: Groups, tokens: Groups, where: Where) -> str:
        fields = {Where.NAME: "@", Where.TOLD: "~", Where.ANYWHERE: ""}[where]
        groups = [*((group, fields) for group in said), *((group, "") for group in tokens)]
        return " & ".join(
            f"({' | '.join(self._atom(atom, field) for atom in _needed(group))})" for group, field in groups
        )

    def _atom(self, atom: Atom, field: str) -> str:
        quoted = [f"'{field}{word}'" for word in atom.words]
        if atom.begins:
            quoted[-1] += ":*"
        return f"({' & '.join(quoted)})" if quoted[1:] else quoted[0]

    def and_token(self, written: str, token: str, number: SQLColumnExpression[int]) -> ColumnElement[str]:
        return literal(f"{written} & '{token}" if written else f"'{token}").concat(cast(number, String)).concat("'")

    def match(self, written: str | ColumnElement[str]) -> ColumnElement[bool]:
        return self.table.c.words.op("@@", is_comparison=True)(self._query(written))

    def ranked(self, written: str) -> ColumnElement[float]:
        weights: ColumnElement[Any] = literal_column("'{0, 0.1, 0.4, 1.0}'::float4[]")  # terms, body, shelf, name
        return func.ts_rank(weights, self.table.c.words, self._query(written), type_=Float())

    def _query(self, written: str | ColumnElement[str]) -> Cast[Any]:
        return cast(literal(written, String) if isinstance(written, str) else written, TSQUERY())

    def write(self, documents: Iterable[Document]) -> None:
        rows = [{"product_id": each.product_id, "words": self._vector(each)} for each in documents]
        db.session.execute(
            text("INSERT INTO listed_words (product_id, words) VALUES (:product_id, CAST(:words AS tsvector))"), rows
        )

    def _vector(self, document: Document) -> str:
        """Each with a place, without which PostgreSQL keeps no weight.

        An index knows no weights, and to ask for one it would look at every row that has the word at all: so the words
        of a name stand there once more with an @, and those a product is told by with a ~.
        """
        name, shelf, body, terms = document.fields()
        again = [f"@{word}" for word in name], [f"~{word}" for word in dict.fromkeys([*name, *shelf])]
        fields = (("A", [*name, *again[0]]), ("B", [*shelf, *again[1]]), ("C", body), ("D", terms))
        placed = ((word, weight) for weight, field in fields for word in field)
        return " ".join(f"'{word}':{place}{weight}" for place, (word, weight) in enumerate(placed, 1))


@cache
def _engines() -> tuple[_Sqlite, _Postgres]:
    return _Sqlite(), _Postgres()


def engine() -> _Sqlite | _Postgres:
    return _engines()[0 if is_sqlite() else 1]


def erase(product_ids: Collection[int]) -> None:
    here = engine()
    db.session.execute(delete(here.table).where(here.product_id.in_(product_ids)))
