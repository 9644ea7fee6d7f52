"""The feed of goods that merchants' centres read, and the one for readers of news."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree
from sqlalchemy import update

from shop.catalog import sales, stock
from shop.catalog.models import Picture, Product, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.discovery import views
from tests.conftest import browser
from tests.discovery.heads import ATOM, GOOGLE, document, path
from tests.world import World, change, make_asset, make_variant

pytestmark = pytest.mark.both


@pytest.fixture
def pictured(world: World) -> World:
    """The cast with a picture of the mug, too."""
    picture(world.mug, "mug")
    return world


def picture(variant_id: int, name: str, *, own: bool = False, position: int = 0) -> None:
    with transaction():
        product_id = db.session.scalar(db.select(Variant.product_id).where(Variant.id == variant_id))
        of = variant_id if own else None
        db.session.add(
            Picture(product_id=product_id, variant_id=of, asset=make_asset(name), alt=name, position=position)
        )


def items(world: World) -> dict[str, etree._Element]:
    """By their ids."""
    return {item.findtext(f"{GOOGLE}id"): item for item in document(world.app, "/feeds/products.xml").iter("item")}


def said(item: etree._Element) -> dict[str, str]:
    return {etree.QName(each).localname: each.text or "" for each in item if not len(each)}


def test_every_variant_that_has_a_picture_is_an_item(pictured: World) -> None:
    assert list(items(pictured)) == ["MUG", "PRINT-A4", "PRINT-A3"]  # of the cap there is none


def test_what_can_be_ordered_ahead_is_named_with_the_day_it_comes(pictured: World) -> None:
    soon = (now() + timedelta(days=20)).replace(microsecond=0)
    with transaction():
        db.session.execute(update(Variant).where(Variant.id == pictured.mug).values(back_order_limit=5))
    stock.correct(pictured.mug, 0, by="test")
    assert said(items(pictured)["MUG"])["availability"] == "out_of_stock"  # Google refuses it without a day
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "mug").values(restock_at=soon))
    item = said(items(pictured)["MUG"])
    assert item["availability"] == "backorder"
    assert datetime.fromisoformat(item["availability_date"]) == soon
    picture(make_variant(pictured.shelf_id, "Jar", price=900, stock=0, back_order_limit=5), "jar")
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "jar").values(restock_at=soon))
    assert said(items(pictured)["JAR"])["availability"] == "preorder"


def test_an_item_says_what_is_sold_for_how_much_and_where(pictured: World) -> None:
    assert said(items(pictured)["PRINT-A3"]) == {
        "id": "PRINT-A3",
        "item_group_id": str(db.session.scalar(db.select(Variant.product_id).where(Variant.id == pictured.a3))),
        "title": "Print, A3",
        "description": "A fine print.\n\nFirst paragraph.\n\nSecond paragraph.",
        "link": "http://localhost/products/print?size=a3",
        "canonical_link": "http://localhost/products/print",
        "image_link": "http://localhost/media/print-800.webp",
        "availability": "in_stock",
        "price": "34.00 GBP",
        "condition": "new",
        "identifier_exists": "no",
        "product_type": "Things",
        "size": "A3",
        "shipping_weight": "100 g",
    }
    assert "item_group_id" not in said(items(pictured)["MUG"])


def test_the_page_at_the_link_offers_the_same_for_the_same(pictured: World) -> None:
    for item in items(pictured).values():
        price = said(item)["price"].removesuffix(" GBP").removesuffix(".00")
        assert f"Add to bag £{price}" in pictured.shopper().get(path(said(item)["link"]))


def test_delivery_is_that_to_the_shops_own_country(pictured: World) -> None:
    (shipping,) = items(pictured)["MUG"].iter(f"{GOOGLE}shipping")
    assert said(shipping) == {"country": "GB", "service": "Parcel", "price": "3.90 GBP"}
    stock.correct(pictured.mug, 0, by="carol")
    change(Variant, Variant.id == pictured.mug, requires_shipping=False)
    assert list(items(pictured)["MUG"].iter(f"{GOOGLE}shipping")) == []
    assert said(items(pictured)["MUG"])["availability"] == "in_stock"


def test_what_has_sold_out_is_out_of_stock(pictured: World) -> None:
    stock.correct(pictured.a3, 0, by="carol")
    assert said(items(pictured)["PRINT-A3"])["availability"] == "out_of_stock"


def test_a_sale_has_both_prices_and_the_time_it_holds(pictured: World) -> None:
    ends = (now() + timedelta(days=3)).replace(microsecond=0)
    sales.put_on_sale([pictured.mug], Decimal("0.5"), ends=ends, by="carol")
    told = said(items(pictured)["MUG"])
    assert (told["price"], told["sale_price"]) == ("16.00 GBP", "8.00 GBP")
    begins, until = map(datetime.fromisoformat, told["sale_price_effective_date"].split("/"))
    assert begins <= now() < until == ends
    sales.end_sale([pictured.mug], by="carol")
    assert "sale_price" not in said(items(pictured)["MUG"])


def test_a_variants_own_picture_is_the_one_shown(pictured: World) -> None:
    picture(pictured.a3, "large", own=True, position=1)
    large, common = "http://localhost/media/large-800.webp", "http://localhost/media/print-800.webp"
    told = said(items(pictured)["PRINT-A3"])
    assert (told["image_link"], told["additional_image_link"]) == (large, common)
    told = said(items(pictured)["PRINT-A4"])
    assert told["image_link"] == common
    assert "additional_image_link" not in told


@pytest.mark.parametrize(
    ("content", "unit", "per", "told"),
    [
        ("250", "g", "100g", ("250 g", "100 g")),
        ("1.5", "kg", "kg", ("1.5 kg", "1 kg")),
        ("0.75", "l", "l", ("0.75 l", "1 l")),
        ("2", "m2", "m2", ("2 sqm", "1 sqm")),
        ("10", "piece", "piece", ("10 ct", "1 ct")),
    ],
)
def test_what_a_unit_costs_can_be_reckoned(
    pictured: World, content: str, unit: str, per: str, told: tuple[str, str]
) -> None:
    with transaction():
        piece = "sheet" if unit == "piece" else ""
        values = {"content": Decimal(content), "unit": unit, "per": per, "piece": piece}
        db.session.execute(update(Variant).where(Variant.id == pictured.mug).values(values))
    mug = said(items(pictured)["MUG"])
    assert (mug["unit_pricing_measure"], mug["unit_pricing_base_measure"]) == told


def test_what_is_withdrawn_or_not_on_sale_is_not_in_it(pictured: World) -> None:
    with transaction():
        db.session.execute(update(Variant).where(Variant.id == pictured.a3).values(withdrawn_at=now()))
        later = now() + timedelta(days=1)
        db.session.execute(update(Product).where(Product.slug == "mug").values(published_at=later))
    assert list(items(pictured)) == ["PRINT-A4"]


def test_a_number_that_is_too_long_for_google_is_not_used(pictured: World) -> None:
    with transaction():
        db.session.execute(update(Variant).where(Variant.id == pictured.mug).values(sku="M" * 51))
    assert str(pictured.mug) in items(pictured)


def test_it_is_read_in_parts_that_leave_nothing_out(pictured: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(7):
        picture(make_variant(pictured.shelf_id, f"Thing {n}", price=100, stock=1), f"thing-{n}")
    whole = list(items(pictured))
    monkeypatch.setattr(views, "GOODS_AT_ONCE", 3)
    assert list(items(pictured)) == whole
    assert len(whole) == 10


def test_it_comes_packed_to_who_can_unpack_it(pictured: World) -> None:
    plain = browser(pictured.app).get("/feeds/products.xml")
    packed = browser(pictured.app).get("/feeds/products.xml", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "public" in packed.headers["Cache-Control"]
    assert "Set-Cookie" not in packed.headers


HOSTILE = "]]></item> & <b> \x0b\x1f\ufffe \ud7ff 🎁 \u2028"


def test_no_text_can_break_a_document(pictured: World) -> None:
    with transaction():
        db.session.execute(update(Product).values(name=HOSTILE, summary=HOSTILE))
    (mug, *_others) = items(pictured).values()
    assert said(mug)["title"] == "]]></item> & <b>  \ud7ff 🎁 \u2028"
    entry = document(pictured.app, "/feeds/new.atom").find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == said(mug)["title"]


def test_new_products_come_newest_first_and_keep_their_ids(world: World) -> None:
    with transaction():
        for days, slug in enumerate(["print", "mug", "cap"]):
            moment = now() - timedelta(days=days)
            db.session.execute(update(Product).where(Product.slug == slug).values(published_at=moment))
    feed = document(world.app, "/feeds/new.atom")
    assert feed.findtext(f"{ATOM}title") == "New at Vitrine Test"
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Print", "Mug", "Cap"]
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"tag:localhost,\d{4}-\d\d-\d\d:products/\d+", each or "") for each in ids)
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "mug").values(slug="cup", name="Cup"))
    feed = document(world.app, "/feeds/new.atom")
    assert [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")] == ids


def test_every_page_names_the_feed_of_new_products(world: World) -> None:
    assert 'type="application/atom+xml"' in world.shopper().get("/products/mug")


def test_a_shop_without_goods_has_feeds_too(world: World) -> None:
    with transaction():
        db.session.execute(update(Product).values(status="draft"))
    assert items(world) == {}
    assert document(world.app, "/feeds/new.atom").findtext(f"{ATOM}updated")
