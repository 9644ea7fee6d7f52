"""More about a variant, and what is shown below a product."""

from __future__ import annotations

from io import BytesIO

import pytest

from shop.catalog import stock
from shop.catalog.models import RelatedProduct, Variant
from shop.core.db import db
from shop.downloads.models import DigitalFile
from tests.admin.conftest import Desk
from tests.admin.goods.test_editor import error, url_of, value
from tests.admin.goods.test_listing import ids
from tests.world import World, make_variant

pytestmark = pytest.mark.both


def test_a_unit_price_is_told(world: World, desk: Desk) -> None:
    url = f"/admin/variants/{world.mug}"
    page = desk.after(desk.post(url, posted="parcel", told="g:100g", content="250"))
    assert 'value="g:100g" selected' in page
    assert value(page, "content") == "250"
    assert "£6.40" in world.shopper().get("/products/mug")
    desk.after(desk.post(url, posted="parcel", told="piece:piece", content="5", piece="cup"))
    assert "£3.20" in world.shopper().get("/products/mug")
    desk.after(desk.post(url, posted="parcel", told=""))
    assert db.session.get_one(Variant, world.mug, populate_existing=True).content is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"told": "g:kg"}, "content"),
        ({"told": "g:kg", "content": "0"}, "content"),
        ({"told": "g:kg", "content": "much"}, "content"),
        ({"told": "nonsense", "content": "5"}, "told"),
        ({"told": "piece:piece", "content": "5"}, "piece"),
    ],
)
def test_what_is_no_content_is_said(world: World, desk: Desk, typed: dict[str, str], field: str) -> None:
    response = desk.post(f"/admin/variants/{world.mug}", posted="parcel", **typed)
    assert response.status_code == 422
    assert error(response.text, field)


def test_what_lies_on_the_shelf_is_no_download(world: World, desk: Desk) -> None:
    response = desk.post(f"/admin/variants/{world.mug}", posted="file", told="")
    assert response.status_code == 409
    assert "Bring its stock" in error(response.text, "posted")


def test_a_download_gets_its_file_and_a_new_edition(world: World, desk: Desk) -> None:
    book = make_variant(world.shelf_id, "Book", price=500, stock=0, requires_shipping=False)
    url = f"/admin/variants/{book}/file"
    for name in ("first.pdf", "second.pdf"):
        page = desk.after(desk.post(url, file=(BytesIO(b"words"), name)))
        assert f"{name} is what buyers download." in page
    assert world.count(DigitalFile, variant_id=book) == 1
    assert desk.post(url, file=(BytesIO(b""), "empty.pdf")).status_code == 422
    assert desk.post(url).status_code == 422
    refused = desk.post(f"/admin/variants/{world.mug}/file", file=(BytesIO(b"words"), "mug.pdf"))
    assert refused.status_code == 409
    assert desk.post("/admin/variants/999999/file").status_code == 404


def test_every_movement_of_the_stock_is_told(world: World, desk: Desk) -> None:
    stock.receive(world.mug, 5, by="staff:1 Carol", note="monday")
    page = desk.get(f"/admin/variants/{world.mug}")
    assert "monday" in page
    assert "+5" in page
    assert "Carol" in page


def test_products_are_picked_put_first_and_taken_off(world: World, desk: Desk) -> None:
    url = f"{url_of(world.mug)}/related"
    cap, print_id = ids("Cap", "Print")
    for typed in ("cap", "PRINT-A4"):
        desk.after(desk.post(url, q=typed))
    page = desk.after(desk.post(url, first=print_id))
    assert page.index(">Print</a>") < page.index(">Cap</a>")
    desk.after(desk.post(url, remove=cap))
    assert world.count(RelatedProduct) == 1


@pytest.mark.parametrize(("typed", "sentence"), [("nothing", "No product matches"), ("mug", "No product matches")])
def test_what_cannot_be_picked_is_said(world: World, desk: Desk, typed: str, sentence: str) -> None:
    assert sentence in desk.after(desk.post(f"{url_of(world.mug)}/related", q=typed))
    assert world.count(RelatedProduct) == 0


def test_words_that_several_products_have_pick_none(world: World, desk: Desk) -> None:
    for n in range(2):
        make_variant(world.shelf_id, f"Thing {n}", price=100, stock=1)
    page = desk.after(desk.post(f"{url_of(world.mug)}/related", q="thing"))
    assert "Thing 0 and Thing 1" in page
    assert world.count(RelatedProduct) == 0
