"""Long lists are read piece by piece, forwards and back, and nothing is missed or shown twice."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from shop.catalog.models import Attribute
from shop.core import lists
from shop.core.db import db, transaction

NAMES = ("c", "a", "b", "b", "b", "d", "a")


@pytest.fixture
def rows(app: Flask) -> list[tuple[str, int]]:
    with transaction():
        db.session.add_all(
            [Attribute(slug=f"code-{number}", name=name, position=number) for number, name in enumerate(NAMES)]
        )
    return [(row.name, row.id) for row in db.session.scalars(select(Attribute))]


def read(**place: int | None) -> lists.Piece[Attribute]:
    return lists.piece(select(Attribute), Attribute.name, Attribute.id, size=2, **place)  # type: ignore[arg-type]


@pytest.mark.parametrize("descending", [True, False])
def test_a_list_is_read_whole_forwards_and_back(rows: list[tuple[str, int]], descending: bool) -> None:
    def step(**place: int | None) -> lists.Piece[Attribute]:
        return lists.piece(select(Attribute), Attribute.name, Attribute.id, size=2, descending=descending, **place)

    pieces = [step()]
    while pieces[-1].after:
        pieces.append(step(after=pieces[-1].after))
    wanted = sorted(rows, reverse=descending)
    assert [(row.name, row.id) for piece in pieces for row in piece.rows] == wanted
    back = [step(before=pieces[-1].before)]
    while back[-1].before:
        back.append(step(before=back[-1].before))
    assert [[row.id for row in piece.rows] for piece in back] == [
        [row.id for row in piece.rows] for piece in pieces[-2::-1]
    ]
    assert pieces[0].before is None
    assert back[-1].after == pieces[0].after


def test_where_a_row_is_gone_the_place_is_lost(rows: list[tuple[str, int]]) -> None:
    assert read(after=99999).lost
    assert not read().lost
    assert not lists.piece(select(Attribute).where(Attribute.name == "z"), Attribute.name, Attribute.id).lost


def test_a_long_list_is_counted_no_further_than_it_is_said(rows: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lists.count(select(Attribute)) == len(NAMES)
    monkeypatch.setattr(lists, "MOST", 3)
    assert lists.count(select(Attribute).order_by(Attribute.name)) == 4
