"""What documents look like: by their words, by their picture, and the same bytes each time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageChops, ImageStat

from shop.documents import drawing
from shop.documents.contents import Credited, thaw
from shop.documents.models import Document
from tests.documents.papers import (
    LONG_NAME,
    NOTEBOOK,
    PARCEL,
    PART,
    RIDGES,
    WELCOME,
    document,
    picture,
    read,
    sheets,
)

INVOICE = Path(__file__).with_name("invoice.png")  # written anew by `python -m tests.documents.test_drawing`
FAINT = 1.0  # of 255: how much two pictures of the same sheet may differ, on average
FAR = 96
FEW = 0.002  # of all pixels may differ by more than FAR, as edges of letters do with another rasteriser

pytestmark = pytest.mark.usefixtures("whole_app")


def draw(app: Flask, what: Document) -> bytes:
    with app.app_context():
        return drawing.draw(what)


def the_invoice() -> Document:
    return document(RIDGES, NOTEBOOK, PARCEL, reductions=[WELCOME], total_minor=23040)


def test_an_invoice_says_all_that_the_law_asks_for(whole_app: Flask) -> None:
    said = read(draw(whole_app, the_invoice()))
    for words in (
        "Invoice INV-00042",
        "26 Nov 2026",
        "4 Chandlery Yard",
        "VAT number GB 123 4567 82",
        "Ελένη Παπαδοπούλου Łódź Типография ООО 12 Queen Square",
        "VAT number GB 999 8888 77",
        "Seven Ridges, giclée print A2, oak, RIDGES-A2-OAK 2 £112.00 20% £224.00",
        "Delivery Tracked parcel 20% £3.90",
        "Subtotal £240.40 Welcome back -£10.00 Total £230.40 VAT included £37.98",
        "20% £189.92 £37.98 £227.90 0% £12.50 £0.00 £12.50",
        "All prices include VAT.",
        "Page 1 of 1",
    ):
        assert words in said


def test_a_credit_note_names_the_invoice_it_credits(whole_app: Flask) -> None:
    credited = Credited(name="INV-00007", issued_at="2026-11-25T10:04:00+00:00")
    said = read(draw(whole_app, document(RIDGES, PARCEL, PART, credited=credited)))
    assert "Credit note CN-00042" in said
    assert "Credits invoice INV-00007 Invoice date 25 Nov 2026" in said
    assert "Refunded amount 20% £6.00" in said
    assert "Total credited £233.90" in said
    assert "This invoice is paid" not in said


def test_a_long_name_goes_on_below_itself(whole_app: Flask) -> None:
    assert LONG_NAME in read(draw(whole_app, document(NOTEBOOK)))


def test_many_lines_fill_many_sheets_each_with_the_head_of_the_table(whole_app: Flask) -> None:
    pdf = draw(whole_app, document(*[RIDGES] * 60, PARCEL))
    said = read(pdf)
    assert sheets(pdf) > 2
    assert said.count("Description Quantity Price VAT Amount") == sheets(pdf)
    assert said.count("RIDGES-A2-OAK") == 60
    assert re.findall(r"Page (\d) of (\d)", said) == [(str(n + 1), str(sheets(pdf))) for n in range(sheets(pdf))]


@pytest.mark.parametrize("rows", range(9, 17))
def test_nothing_is_written_below_the_foot_wherever_the_sums_fall(whole_app: Flask, rows: int) -> None:
    pdf = draw(whole_app, document(*[RIDGES] * rows, PARCEL))
    for sheet in range(sheets(pdf)):
        seen = picture(pdf, sheet)
        assert seen.crop((0, 806, *seen.size)).getextrema() == (255, 255)
        assert seen.crop((0, 776, seen.width, 786)).getextrema() == (255, 255)


def test_the_same_document_is_the_same_bytes(whole_app: Flask) -> None:
    assert draw(whole_app, the_invoice()) == draw(whole_app, the_invoice())


def test_what_is_frozen_comes_back_as_it_was() -> None:
    said = thaw(the_invoice().data)
    assert said.items[0] == RIDGES
    assert thaw(said.frozen()) == said


def test_an_invoice_looks_as_it_did(whole_app: Flask) -> None:
    seen, known = picture(draw(whole_app, the_invoice())), Image.open(INVOICE)
    assert seen.size == known.size
    differs = ImageChops.difference(seen, known)
    assert ImageStat.Stat(differs).mean[0] < FAINT
    far = sum(differs.histogram()[FAR:])
    assert far < FEW * seen.width * seen.height


if __name__ == "__main__":
    from shop.app import create_app

    picture(draw(create_app(), the_invoice())).save(INVOICE, optimize=True)
