"""What the pages tell search engines in the words of schema.org is what they tell people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from shop.catalog import sales, services, stock
from shop.catalog.models import Picture, Price, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.delivery.models import Method
from tests.discovery.heads import head, path
from tests.reviews.writers import show
from tests.world import World, make_asset

pytestmark = pytest.mark.both

SCHEMA = "https://schema.org"


def variants(world: World) -> dict[str, dict[str, object]]:
    """Of Print, by their SKU."""
    return {each["sku"]: each for each in head(world.app, "/products/print").told("ProductGroup")["hasVariant"]}


def offer(world: World) -> dict[str, object]:
    """Of Mug, which comes in one way."""
    return head(world.app, "/products/mug").told("Product")["offers"]


def test_a_product_that_comes_in_one_way_has_one_offer(world: World) -> None:
    told = head(world.app, "/products/mug").told("Product")
    assert (told["name"], told["sku"], told["category"]) == ("Mug", "MUG", "Things")
    assert told["description"].startswith("A fine mug.\n\nFirst paragraph.")
    assert "image" not in told
    assert told["offers"]["@type"] == "Offer"
    assert told["offers"]["url"] == told["url"] == "http://localhost/products/mug"
    assert (told["offers"]["price"], told["offers"]["priceCurrency"]) == ("16.00", "GBP")
    assert told["offers"]["availability"] == f"{SCHEMA}/InStock"
    assert told["offers"]["itemCondition"] == f"{SCHEMA}/NewCondition"


def test_a_product_with_options_is_a_group_whose_members_have_their_own_addresses(world: World) -> None:
    group = head(world.app, "/products/print").told("ProductGroup")
    assert group["variesBy"] == [f"{SCHEMA}/size"]
    assert group["image"] == ["http://localhost/media/print-800.webp"]
    told = variants(world)
    assert [(each["size"], each["offers"]["price"]) for each in told.values()] == [("A4", "24.00"), ("A3", "34.00")]
    for each in told.values():
        page = world.shopper().get(path(each["offers"]["url"]))
        assert f"Add to bag £{each['offers']['price'].removesuffix('.00')}" in page


def test_what_has_sold_out_is_not_offered_as_if_it_were_there(world: World) -> None:
    assert head(world.app, "/products/cap").told("Product")["offers"]["availability"] == f"{SCHEMA}/OutOfStock"
    stock.correct(world.a3, 0, by="carol")
    there = {sku: each["offers"]["availability"] for sku, each in variants(world).items()}
    assert there == {"PRINT-A4": f"{SCHEMA}/InStock", "PRINT-A3": f"{SCHEMA}/OutOfStock"}


def test_delivery_costs_what_the_shop_asks_for_each_variant(world: World) -> None:
    details = offer(world)["shippingDetails"]
    assert details["shippingRate"] == {"@type": "MonetaryAmount", "value": "3.90", "currency": "GBP"}
    assert details["shippingDestination"]["addressCountry"] == "GB"
    days = details["deliveryTime"]["transitTime"]
    assert (days["minValue"], days["maxValue"], days["unitCode"]) == (2, 3, "DAY")
    with transaction():
        db.session.execute(update(Price).where(Price.variant_id == world.a3).values(amount_minor=4500))
    costs = [each["offers"]["shippingDetails"]["shippingRate"]["value"] for each in variants(world).values()]
    assert costs == ["3.90", "0.00"]


def test_where_nothing_is_delivered_nothing_is_said_of_it(world: World) -> None:
    with transaction():
        db.session.execute(update(Method).where(Method.kind == "parcel").values(active=False))
    assert "shippingDetails" not in offer(world)  # it can be collected, which is no delivery


def test_returns_are_said_when_the_shop_says_them(world: World) -> None:
    assert "hasMerchantReturnPolicy" not in offer(world)
    world.store_with(returns_days=60, returns_paid=True)
    policy = offer(world)["hasMerchantReturnPolicy"]
    assert (policy["merchantReturnDays"], policy["applicableCountry"]) == (60, "GB")
    assert policy["returnFees"] == f"{SCHEMA}/FreeReturn"
    assert head(world.app, "/").told("OnlineStore")["hasMerchantReturnPolicy"] == policy


def test_ratings_and_a_few_reviews_are_those_on_the_page(world: World) -> None:
    assert "aggregateRating" not in head(world.app, "/products/mug").told("Product")
    for stars in (5, 5, 4, 2, 5):
        show("mug", stars, title="Good", author="Bob B.")
    told = head(world.app, "/products/mug").told("Product")
    rating = told["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"], rating["bestRating"]) == ("4.2", 5, 5)
    assert len(told["review"]) == 3
    assert told["review"][0]["author"] == {"@type": "Person", "name": "Bob B."}


def test_a_sale_says_what_it_was_and_until_when(world: World) -> None:
    ends = now() + timedelta(days=7)
    sales.put_on_sale([world.mug], Decimal("0.25"), ends=ends, by="carol")
    told = offer(world)
    assert told["price"] == "12.00"
    assert told["priceSpecification"]["price"] == "16.00"
    assert told["priceSpecification"]["priceType"] == f"{SCHEMA}/StrikethroughPrice"
    assert told["priceValidUntil"] == ends.date().isoformat()


def test_a_variants_own_picture_goes_before_the_products(world: World) -> None:
    with transaction():
        product_id = db.session.scalar(db.select(Variant.product_id).where(Variant.id == world.a3))
        asset = make_asset("large")
        db.session.add(Picture(product_id=product_id, variant_id=world.a3, asset=asset, alt="A large one", position=1))
    told = variants(world)
    assert told["PRINT-A4"]["image"] == ["http://localhost/media/print-800.webp"]
    assert told["PRINT-A3"]["image"] == ["http://localhost/media/large-800.webp"]


def test_without_a_price_nothing_is_offered(world: World) -> None:
    with transaction():
        db.session.execute(update(Price).values(valid_to=now()))
    kinds = {each["@type"] for url in ("/products/mug", "/products/print") for each in head(world.app, url).data}
    assert kinds == {"BreadcrumbList"}
    show("mug", 5)
    assert "offers" not in head(world.app, "/products/mug").told("Product")


def test_the_way_from_the_first_page_is_the_one_shown(world: World) -> None:
    steps = head(world.app, "/products/print").told("BreadcrumbList")["itemListElement"]
    assert [(each["position"], each["name"], each["item"]) for each in steps] == [
        (1, "Home", "http://localhost/"),
        (2, "Things", "http://localhost/categories/things"),
        (3, "Print", "http://localhost/products/print"),
    ]


def test_the_first_page_says_whose_shop_it_is_and_how_it_is_searched(world: World) -> None:
    world.store_with(address="Vitrine Test\n1 High Street\nBristol", vat_id="GB 1", returns_days=0)
    shop = head(world.app, "/").told("OnlineStore")
    assert (shop["name"], shop["email"], shop["vatID"]) == ("Vitrine Test", "shop@example.com", "GB 1")
    assert shop["address"] == "Vitrine Test 1 High Street Bristol"
    assert world.app.test_client().get(path(shop["logo"])).mimetype == "image/png"
    search = head(world.app, "/").told("WebSite")["potentialAction"]
    found = world.shopper().get(path(search["target"]["urlTemplate"].replace("{words}", "mug")))
    assert "Results for “mug”" in found


def test_money_has_the_decimals_of_its_currency(world: World) -> None:
    world.store_with(currency="JPY")
    services.set_price(world.mug, Money.of("1500", "JPY"))
    assert (offer(world)["price"], offer(world)["priceCurrency"]) == ("1500", "JPY")
