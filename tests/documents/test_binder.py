"""Many PDFs become one, however few are bound at a time."""

from __future__ import annotations

import io

import pypdf
from flask import Flask

from shop.documents import drawing
from shop.documents.binder import Binder
from tests.documents.papers import NOTEBOOK, PARCEL, RIDGES, document, picture, read


def bound(papers: list[bytes], *, at_a_time: int) -> bytes:
    state, whole = {}, b""
    for first in range(0, len(papers), at_a_time):
        binder = Binder(state)
        for paper in papers[first : first + at_a_time]:
            binder.add(paper)
        if first + at_a_time >= len(papers):
            binder.finish()
        whole += binder.written
        state = binder.kept()
    return whole


def test_what_is_bound_reads_and_looks_as_it_did(whole_app: Flask) -> None:
    with whole_app.app_context():
        papers = [drawing.draw(document(*items)) for items in ([RIDGES, PARCEL], [NOTEBOOK], [RIDGES] * 40)]
    whole = bound(papers, at_a_time=1)
    assert bound(papers, at_a_time=2) == bound(papers, at_a_time=3) == whole
    assert read(whole) == " ".join(map(read, papers))
    assert len(pypdf.PdfReader(io.BytesIO(whole), strict=True).pages) == 5
    assert picture(whole, 1).tobytes() == picture(papers[1]).tobytes()


def test_a_file_of_nothing_is_a_pdf_of_no_sheets() -> None:
    binder = Binder({})
    binder.finish()
    assert len(pypdf.PdfReader(io.BytesIO(binder.written), strict=True).pages) == 0
