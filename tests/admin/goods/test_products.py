"""What staff see of goods, and how they change words, prices and stock."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.admin.forms import money_typed
from shop.catalog import queries
from shop.catalog.models import Product, Status, StockMovement, Variant
from shop.core.db import db, transaction
from shop.core.money import Money
from tests.admin.conftest import Desk
from tests.conftest import browser
from tests.guards.test_budgets import statements
from tests.world import World, hidden

pytestmark = pytest.mark.both


def product_of(variant_id: int) -> Product:
    db.session.rollback()
    return db.session.scalars(select(Product).join(Product.variants).where(Variant.id == variant_id)).one()


def url_of(variant_id: int) -> str:
    return f"/admin/products/{product_of(variant_id).id}"


def price_of(variant_id: int) -> tuple[Money, Money | None]:
    db.session.rollback()
    tag = queries.price_tags([variant_id], "GBP")[variant_id]
    return tag.amount, tag.compare_at


def value(page: str, field_id: str) -> str:
    found = re.search(rf'id="{field_id}" name="[a-z_]+" value="([^"]*)"', page)
    assert found, field_id
    return found[1]


def error(page: str, field_id: str) -> str:
    found = re.search(rf'id="{field_id}-error">([^<]*)<', page)
    assert found, field_id
    return found[1]


def test_a_products_page_costs_the_same_with_one_variant_and_with_two(world: World, desk: Desk) -> None:
    found = []
    for variant_id in (world.mug, world.a4):
        url = url_of(variant_id)
        with statements() as asked:
            desk.get(url)
        found.append(len(asked))
    assert found[0] == found[1]
    assert found[0] <= 6


# Words


def test_a_text_is_changed(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    version = hidden(desk.get(url), "version")
    page = desk.after(
        desk.post(f"{url}/text", version=version, name=" Big  mug ", summary="Big.", description="One.\r\n\r\nTwo.\r\n")
    )
    assert "Saved: Big mug." in page
    product = product_of(world.mug)
    assert (product.name, product.summary, product.description) == ("Big mug", "Big.", "One.\n\nTwo.")


def test_the_second_of_two_who_edit_at_once_sees_both_texts(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    version = hidden(desk.get(url), "version")
    desk.post(f"{url}/text", version=version, name="Hers", summary="Her words.", description="")
    response = desk.post(f"{url}/text", version=version, name="His", summary="His words.", description="")
    assert response.status_code == 409
    assert "Somebody else has saved this product meanwhile." in response.text
    assert value(response.text, "name") == "His"
    assert "His words.</textarea>" in response.text
    assert "<dd>Hers</dd>" in response.text
    assert "Her words.</dd>" in response.text
    assert product_of(world.mug).name == "Hers"
    again = hidden(response.text, "version")
    desk.after(desk.post(f"{url}/text", version=again, name="His", summary="His words.", description=""))
    assert product_of(world.mug).name == "His"


@pytest.mark.parametrize("version", ["", "nonsense", "0", "-1", "9" * 30])
def test_a_version_that_never_was_changes_nothing(world: World, desk: Desk, version: str) -> None:
    url = url_of(world.mug)
    assert desk.post(f"{url}/text", version=version, name="Other").status_code == 409
    assert product_of(world.mug).name == "Mug"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": "  "}, "name", "Enter the product’s name."),
        ({"name": "x" * 256}, "name", "Keep it to 255 characters."),
        ({"name": "Mug", "summary": "x" * 1001}, "summary", "Keep it to 1000 characters."),
        ({"name": "Mug", "description": "x" * 20_001}, "description", "Keep it to 20000 characters."),
    ],
)
def test_a_wrong_text_says_what_is_wrong_beside_the_field(
    world: World, desk: Desk, typed: dict[str, str], field: str, sentence: str
) -> None:
    url = url_of(world.mug)
    response = desk.post(f"{url}/text", version=hidden(desk.get(url), "version"), **typed)
    assert response.status_code == 422
    assert sentence in error(response.text, field)
    assert f'<a href="#{field}">' in response.text
    assert typed[field].strip() in response.text
    assert (product_of(world.mug).name, product_of(world.mug).summary) == ("Mug", "A fine mug.")


def test_a_text_is_shown_as_text(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    version = hidden(desk.get(url), "version")
    page = desk.after(
        desk.post(f"{url}/text", version=version, name="<b>Mug</b>", description="</textarea><script>alert(1)</script>")
    )
    assert "<script>" not in page
    assert "<b>Mug</b>" not in page


# Prices


@pytest.mark.parametrize(
    ("typed", "minor"), [("24", 2400), ("24.5", 2450), ("24.50", 2450), ("24,50", 2450), (" 7 ", 700), ("0", 0)]
)
def test_a_price_is_changed_and_both_are_named(world: World, desk: Desk, typed: str, minor: int) -> None:
    page = desk.after(desk.post(f"/admin/variants/{world.mug}/price", amount=typed))
    assert price_of(world.mug) == (Money(minor, "GBP"), None)
    assert f"MUG: the price was £16.00 and is now £{minor // 100}.{minor % 100:02}." in page


def test_a_price_with_one_before_it(world: World, desk: Desk) -> None:
    page = desk.after(desk.post(f"/admin/variants/{world.mug}/price", amount="12", compare_at="16"))
    assert "MUG: the price was £16.00 and is now £12.00 (before: £16.00)." in page
    assert price_of(world.mug) == (Money(1200, "GBP"), Money(1600, "GBP"))
    desk.after(desk.post(f"/admin/variants/{world.mug}/price", amount="12", compare_at=""))
    assert price_of(world.mug) == (Money(1200, "GBP"), None)


def test_the_same_price_again_changes_nothing(world: World, desk: Desk) -> None:
    assert "nothing has changed" in desk.after(desk.post(f"/admin/variants/{world.mug}/price", amount="16.00"))


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "-1", "24.505", "1,234", "1,234.50", "1.234,50", "1e3", "£24", "２４", "NaN", "9" * 13, "9" * 12],
)
def test_what_is_not_a_price_is_kept_and_said(world: World, desk: Desk, typed: str) -> None:
    response = desk.post(f"/admin/variants/{world.mug}/price", amount=typed)
    assert response.status_code == 422
    assert value(response.text, f"amount-{world.mug}") == typed
    assert error(response.text, f"amount-{world.mug}")
    assert f'<a href="#amount-{world.mug}">' in response.text
    assert price_of(world.mug) == (Money(1600, "GBP"), None)


def test_what_is_wrong_with_one_variant_is_said_at_that_variant(world: World, desk: Desk) -> None:
    page = desk.post(f"/admin/variants/{world.a3}/price", amount="dear").text
    assert "“dear” is not a price. Write it like 24 or 24.50." in error(page, f"amount-{world.a3}")
    assert f'id="amount-{world.a4}-error"' not in page
    assert value(page, f"amount-{world.a4}") == "24.00"


def test_the_price_before_must_be_higher(world: World, desk: Desk) -> None:
    response = desk.post(f"/admin/variants/{world.mug}/price", amount="16", compare_at="12")
    assert response.status_code == 422
    assert "must be higher" in error(response.text, f"compare-at-{world.mug}")
    assert value(response.text, f"compare-at-{world.mug}") == "12"


@pytest.mark.parametrize(
    ("typed", "currency", "minor"), [("500", "JPY", 500), ("1,234", "KWD", 1234), ("1.5", "KWD", 1500)]
)
def test_a_price_has_the_decimals_of_its_currency(typed: str, currency: str, minor: int) -> None:
    assert money_typed(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(("typed", "currency"), [("500.5", "JPY"), ("500,0", "JPY"), ("1.2345", "KWD"), ("1.", "GBP")])
def test_decimals_that_a_currency_does_not_have_are_no_price(typed: str, currency: str) -> None:
    with pytest.raises(ValueError, match=re.escape(typed)):
        money_typed(typed, currency)


# Stock


def test_the_stock_is_corrected_and_both_are_named(world: World, desk: Desk) -> None:
    page = desk.after(desk.post(f"/admin/variants/{world.mug}/stock", on_hand="7", seen="10", note="counted"))
    assert "MUG: the stock was 10 and is now 7." in page
    assert world.stock(world.mug) == (7, 0)
    movement = db.session.scalars(select(StockMovement).order_by(StockMovement.id.desc())).first()
    assert movement is not None
    assert (movement.quantity, movement.reason, movement.note) == (-3, "corrected", "counted")
    assert movement.by.endswith("Sam the owner")
    world.prove()


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1.5", "1000001", "9" * 30, "１", "²"])
def test_what_is_not_a_number_of_pieces_is_kept_and_said(world: World, desk: Desk, typed: str) -> None:
    response = desk.post(f"/admin/variants/{world.mug}/stock", on_hand=typed, seen="10")
    assert response.status_code == 422
    assert value(response.text, f"on-hand-{world.mug}") == typed
    assert error(response.text, f"on-hand-{world.mug}")
    assert world.stock(world.mug) == (10, 0)


def test_pieces_promised_to_unpaid_orders_cannot_be_counted_away(world: World, desk: Desk) -> None:
    world.shopper().check_out(world.mug)
    response = desk.post(f"/admin/variants/{world.mug}/stock", on_hand="0", seen="10")
    assert response.status_code == 409
    assert "promised to an order" in error(response.text, f"on-hand-{world.mug}")
    assert value(response.text, f"on-hand-{world.mug}") == "0"
    assert world.stock(world.mug) == (10, 1)


def test_a_sale_since_the_page_was_opened_is_not_undone(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    response = desk.post(f"/admin/variants/{world.mug}/stock", on_hand="12", seen="10")
    assert response.status_code == 409
    assert "changed from 10 to 9" in error(response.text, f"on-hand-{world.mug}")
    assert world.stock(world.mug) == (9, 0)
    page = desk.after(desk.post(f"/admin/variants/{world.mug}/stock", on_hand="12", seen="9"))
    assert "MUG: the stock was 9 and is now 12." in page


# Who may


def test_a_packer_sees_goods_and_changes_none(world: World, desk_of: Callable[[Role], Desk]) -> None:
    packer = desk_of(Role.PACKER)
    url = url_of(world.mug)
    page = packer.get(url)
    assert "£16.00" in page
    assert "Save" not in page
    for path in (f"{url}/text", f"/admin/variants/{world.mug}/price", f"/admin/variants/{world.mug}/stock"):
        assert packer.post(path, name="x", amount="1", on_hand="1", version="1").status_code == 403
    assert world.stock(world.mug) == (10, 0)


def test_strangers_see_and_change_nothing(world: World) -> None:
    stranger = browser(world.app)
    url = url_of(world.mug)
    assert stranger.get(url).location.startswith("/admin/sign-in")
    assert stranger.post(f"/admin/variants/{world.mug}/price", data={"amount": "1"}).status_code == 403


def test_goods_that_are_not_there_are_a_404(world: World, desk: Desk) -> None:
    for url in ("/admin/products/999999", "/admin/products/0", "/admin/products/99999999999999999999"):
        assert desk.browser.get(url).status_code == 404
    assert desk.post("/admin/products/999999/text", name="x", version="1").status_code == 404
    assert desk.post("/admin/variants/999999/price", amount="1").status_code == 404
    assert desk.post("/admin/variants/999999/stock", on_hand="1").status_code == 404


def test_a_draft_can_be_looked_at_before_it_is_on_sale(desk: Desk, world: World) -> None:
    with transaction():
        product_of(world.a3).status = Status.DRAFT
    url = url_of(world.a3)
    page = desk.get(f"{url}/preview?size=a3")
    assert "only staff see this page" in page
    assert f'href="{url}/preview?size=a4"' in page
    assert "/products/print?" not in page
    assert browser(world.app).get("/products/print").status_code == 404
