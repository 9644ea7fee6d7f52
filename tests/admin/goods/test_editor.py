"""A product edited as a whole: texts, state, attributes, and every variant in the grid."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.admin.forms import money_typed
from shop.catalog import queries, variants
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Picture,
    Product,
    ProductAttribute,
    Status,
    StockMovement,
    Variant,
)
from shop.catalog.variants import Asked
from shop.core.db import db, transaction
from shop.core.money import Money
from tests.admin.conftest import Desk
from tests.conftest import browser
from tests.guards.test_budgets import statements
from tests.world import World, change

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


class Fields(HTMLParser):
    """What a browser would send of a form if nothing were typed."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.textarea, self.select = action, False, "", ""
        self.found: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("action") == self.action
        if not self.inside:
            return
        if tag == "textarea":
            self.textarea = given["name"]
            self.found[self.textarea] = [""]
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.found[self.select] = [given["value"]]
        elif tag == "input" and given.get("name"):
            self._sent(given)

    def _sent(self, given: dict[str, str]) -> None:
        if given.get("type") not in ("checkbox", "radio") or "checked" in given:
            self.found.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.inside and self.textarea:
            self.found[self.textarea][0] += data.removeprefix("\n")


def form(page: str, url: str) -> dict[str, list[str]]:
    found = Fields(page, url).found
    assert "version" in found
    return found


def save(desk: Desk, url: str, **typed: object) -> str:
    """Opens the product, types and saves; the page that leads to."""
    return desk.after(desk.post(url, **(form(desk.get(url), url) | typed)))


def refused(desk: Desk, url: str, **typed: object) -> str:
    response = desk.post(url, **(form(desk.get(url), url) | typed))
    assert response.status_code == 422, response.status_code
    return response.text


def value(page: str, field_id: str) -> str:
    found = re.search(rf'id="{field_id}" name="[a-z_0-9-]+" value="([^"]*)"', page)
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
    assert found[1] <= 14


# Words and place


def test_saving_what_is_shown_changes_nothing_but_the_version(world: World, desk: Desk) -> None:
    before = product_of(world.a4).version
    save(desk, url_of(world.a4))
    product = product_of(world.a4)
    assert (product.name, product.status) == ("Print", Status.LIVE)
    assert product.version > before
    assert price_of(world.a4) == (Money(2400, "GBP"), None)
    assert world.stock(world.a4) == (5, 0)


def test_a_text_is_changed(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    page = save(
        desk, url, name=" Big  mug ", summary="Big.", description="One.\r\n\r\nTwo.\r\n", facts="Paper: cotton\nInk : 2"
    )
    assert "Saved: Big mug." in page
    product = product_of(world.mug)
    assert (product.name, product.summary, product.description) == ("Big mug", "Big.", "One.\n\nTwo.")
    assert product.facts == [["Paper", "cotton"], ["Ink", "2"]]


def test_a_new_address_is_reached_from_the_old_one(world: World, desk: Desk) -> None:
    save(desk, url_of(world.mug), slug="big-mug")
    assert world.shopper().browser.get("/products/mug").location == "/products/big-mug"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": "  "}, "name", "Enter the product’s name."),
        ({"name": "x" * 256}, "name", "Keep it to 255 characters."),
        ({"summary": "x" * 1001}, "summary", "Keep it to 1000 characters."),
        ({"description": "x" * 20_001}, "description", "Keep it to 20000 characters."),
        ({"slug": "Big Mug"}, "slug", "Use small letters"),
        ({"slug": "print"}, "slug", "Another product has this address."),
        ({"facts": "no colon"}, "facts", "“no colon” is not a fact."),
        ({"category": "99"}, "category", "Choose a category."),
        ({"showing": "nonsense"}, "showing", "Choose a status."),
        ({"showing": "scheduled", "since": ""}, "since", "Say from when on"),
        ({"showing": "scheduled", "since": "nonsense"}, "since", "Say from when on"),
        ({"restock_on": "soon"}, "restock_on", "“soon” is not a date."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_all_that_was_typed_is_still_there(
    world: World, desk: Desk, typed: dict[str, str], field: str, sentence: str
) -> None:
    url, mug = url_of(world.mug), world.mug
    page = refused(desk, url, **({f"v{mug}-amount": "18.50", f"v{mug}-weight_g": "444"} | typed))
    assert sentence in error(page, field)
    assert f'<a href="#{field}">' in page
    assert value(page, f"v{mug}-amount") == "18.50"
    assert value(page, f"v{mug}-weight_g") == "444"
    assert price_of(mug) == (Money(1600, "GBP"), None)
    assert product_of(mug).name == "Mug"


def test_a_text_is_shown_as_text(world: World, desk: Desk) -> None:
    page = save(
        desk, url_of(world.mug), name="<b>Mug</b>", description="</textarea><script>alert(1)</script>", facts="a: <i>"
    )
    assert "<script>" not in page
    assert "<b>Mug</b>" not in page


def test_attributes_are_ticked_and_unticked(world: World, desk: Desk) -> None:
    with transaction():
        mood = Attribute(slug="mood", name="Mood", values=[AttributeValue(slug=each, label=each) for each in "ab"])
        db.session.add(mood)
        db.session.flush()
        a, b = (each.id for each in mood.values)
    for wanted in ([a, b], [b], []):
        page = save(desk, url_of(world.mug), values=wanted)
        assert page.count('name="values" value=') == 2
        db.session.rollback()
        assert list(db.session.scalars(select(ProductAttribute.value_id).order_by("value_id"))) == wanted


# State


def test_a_product_is_scheduled_in_the_shops_own_time(world: World, desk: Desk) -> None:
    world.store_with(timezone="Europe/Berlin")
    page = save(desk, url_of(world.mug), showing="scheduled", since="2031-07-01T09:00")
    assert "Scheduled" in page
    assert "Time of Europe/Berlin." in page
    assert 'value="2031-07-01T09:00"' in page
    product = product_of(world.mug)
    assert product.published_at is not None
    assert product.published_at.isoformat() == "2031-07-01T07:00:00+00:00"
    assert world.shopper().browser.get("/products/mug").status_code == 404


def test_a_product_is_archived_and_comes_back(world: World, desk: Desk) -> None:
    save(desk, url_of(world.mug), showing="archived")
    assert world.shopper().browser.get("/products/mug").status_code == 410
    save(desk, url_of(world.mug), showing="live")
    assert "Mug" in world.shopper().get("/products/mug")


def test_what_lacks_a_price_or_words_for_a_picture_cannot_be_live(world: World, desk: Desk) -> None:
    change(Product, showing_ok := Product.name == "Print", status=Status.DRAFT)
    change(Picture, alt="")
    page = refused(desk, url_of(world.a4), showing="live", name="New name")
    assert "Say what each of its pictures shows first." in error(page, "showing")
    assert 'value="New name"' in page
    change(Picture, alt="A print")
    change(Variant, Variant.sku.startswith("PRINT"), withdrawn_at=product_of(world.a4).created_at)
    assert "It needs a variant with a price." in error(refused(desk, url_of(world.a4), showing="live"), "showing")
    assert db.session.scalars(select(Product.status).where(showing_ok)).one() == Status.DRAFT


# The grid


@pytest.mark.parametrize(
    ("typed", "minor"), [("24", 2400), ("24.5", 2450), ("24.50", 2450), ("24,50", 2450), (" 7 ", 700), ("0", 0)]
)
def test_a_price_is_changed(world: World, desk: Desk, typed: str, minor: int) -> None:
    save(desk, url_of(world.mug), **{f"v{world.mug}-amount": typed})
    assert price_of(world.mug) == (Money(minor, "GBP"), None)


def test_a_price_with_one_before_it(world: World, desk: Desk) -> None:
    names = {f"v{world.mug}-amount": "12", f"v{world.mug}-compare_at": "16"}
    save(desk, url_of(world.mug), **names)
    assert price_of(world.mug) == (Money(1200, "GBP"), Money(1600, "GBP"))
    save(desk, url_of(world.mug), **{f"v{world.mug}-compare_at": ""})
    assert price_of(world.mug) == (Money(1200, "GBP"), None)


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "-1", "24.505", "1,234", "1,234.50", "1.234,50", "1e3", "£24", "２４", "NaN", "9" * 13, "9" * 12],
)
def test_what_is_not_a_price_is_kept_and_said(world: World, desk: Desk, typed: str) -> None:
    field = f"v{world.a3}-amount"
    page = refused(desk, url_of(world.a3), **{field: typed})
    assert value(page, field) == typed
    assert error(page, field)
    assert f'<a href="#{field}">' in page
    assert f'id="v{world.a4}-amount-error"' not in page
    assert price_of(world.a3) == (Money(3400, "GBP"), None)


def test_the_price_before_must_be_higher(world: World, desk: Desk) -> None:
    field = f"v{world.mug}-compare_at"
    page = refused(desk, url_of(world.mug), **{field: "12"})
    assert "must be higher" in error(page, field)
    assert value(page, field) == "12"


@pytest.mark.parametrize(
    ("typed", "currency", "minor"), [("500", "JPY", 500), ("1,234", "KWD", 1234), ("1.5", "KWD", 1500)]
)
def test_a_price_has_the_decimals_of_its_currency(typed: str, currency: str, minor: int) -> None:
    assert money_typed(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(("typed", "currency"), [("500.5", "JPY"), ("500,0", "JPY"), ("1.2345", "KWD"), ("1.", "GBP")])
def test_decimals_that_a_currency_does_not_have_are_no_price(typed: str, currency: str) -> None:
    with pytest.raises(ValueError, match=re.escape(typed)):
        money_typed(typed, currency)


def test_the_stock_is_corrected_with_a_reason(world: World, desk: Desk) -> None:
    save(desk, url_of(world.mug), reason="counted", **{f"v{world.mug}-on_hand": "7"})
    assert world.stock(world.mug) == (7, 0)
    movement = db.session.scalars(select(StockMovement).order_by(StockMovement.id.desc())).first()
    assert movement is not None
    assert (movement.quantity, movement.reason, movement.note) == (-3, "corrected", "counted")
    assert movement.by.endswith("Sam the owner")
    world.prove()


def test_a_change_of_stock_wants_a_reason(world: World, desk: Desk) -> None:
    page = refused(desk, url_of(world.mug), **{f"v{world.mug}-on_hand": "7"})
    assert "Say why" in error(page, "reason")
    assert value(page, f"v{world.mug}-on_hand") == "7"
    assert world.stock(world.mug) == (10, 0)


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1.5", "1000001", "9" * 30, "１", "²"])
@pytest.mark.parametrize("field", ["on_hand", "weight_g", "ahead"])
def test_what_is_not_a_whole_number_is_kept_and_said(world: World, desk: Desk, typed: str, field: str) -> None:
    page = refused(desk, url_of(world.mug), reason="counted", **{f"v{world.mug}-{field}": typed})
    assert value(page, f"v{world.mug}-{field}") == typed
    assert error(page, f"v{world.mug}-{field}")
    assert world.stock(world.mug) == (10, 0)


def test_pieces_promised_to_unpaid_orders_cannot_be_counted_away(world: World, desk: Desk) -> None:
    world.shopper().check_out(world.mug)
    page = refused(desk, url_of(world.mug), reason="counted", **{f"v{world.mug}-on_hand": "0"})
    assert "promised to an order" in error(page, f"v{world.mug}-on_hand")
    assert world.stock(world.mug) == (10, 1)


def test_a_sale_since_the_page_was_opened_is_not_undone(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    opened = form(desk.get(url), url)
    world.shopper().buy(world.mug)
    names = {f"v{world.mug}-on_hand": ["12"], "reason": ["counted"], "name": ["Other"]}
    response = desk.post(url, **(opened | names))
    assert response.status_code == 422
    assert "changed from 10 to 9" in error(response.text, f"v{world.mug}-on_hand")
    assert world.stock(world.mug) == (9, 0)
    assert product_of(world.mug).name == "Mug"
    desk.after(desk.post(url, **(opened | {"name": ["Other"]})))  # who did not touch the stock is not bothered
    assert world.stock(world.mug) == (9, 0)
    assert product_of(world.mug).name == "Other"


def test_who_has_seen_what_the_stock_is_by_now_can_save_again(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    opened = form(desk.get(url), url)
    world.shopper().buy(world.mug)
    response = desk.post(url, **(opened | {f"v{world.mug}-on_hand": ["12"], "reason": ["counted"]}))
    assert response.status_code == 422
    desk.after(desk.post(url, **form(response.text, url)))
    assert world.stock(world.mug) == (12, 0)


def test_a_variant_is_withdrawn_and_sold_again(world: World, desk: Desk) -> None:
    url = url_of(world.a3)
    save(desk, url, **{f"v{world.a3}-sold": []})
    assert world.shopper().browser.get("/products/print?size=a3").text.count('value="a3"') == 0
    save(desk, url, **{f"v{world.a3}-sold": "y"})
    assert db.session.get_one(Variant, world.a3, populate_existing=True).withdrawn_at is None


def test_weight_sku_and_what_may_be_ordered_ahead_are_changed(world: World, desk: Desk) -> None:
    names = {f"v{world.mug}-sku": "M1", f"v{world.mug}-weight_g": "450", f"v{world.mug}-ahead": "20"}
    save(desk, url_of(world.mug), **names)
    db.session.rollback()
    variant = db.session.get_one(Variant, world.mug)
    assert (variant.sku, variant.weight_g, variant.back_order_limit) == ("M1", 450, 20)


def test_a_sku_is_written_in_capitals(world: World, desk: Desk) -> None:
    save(desk, url_of(world.mug), **{f"v{world.mug}-sku": "m1-blue"})
    db.session.rollback()
    assert db.session.get_one(Variant, world.mug).sku == "M1-BLUE"


def test_two_variants_do_not_swap_their_skus_in_one_go(world: World, desk: Desk) -> None:
    swapped = {f"v{world.a4}-sku": "PRINT-A3", f"v{world.a3}-sku": "PRINT-A4"}
    page = refused(desk, url_of(world.a4), **swapped)
    assert "PRINT-A3 still belongs to another variant" in error(page, f"v{world.a4}-sku")
    page = refused(desk, url_of(world.a4), **(swapped | {f"v{world.a3}-sku": "PRINT-A5"}))
    assert "save first" in error(page, f"v{world.a4}-sku")
    save(desk, url_of(world.a4), **{f"v{world.a3}-sku": "PRINT-A5"})
    save(desk, url_of(world.a4), **{f"v{world.a4}-sku": "PRINT-A3"})
    db.session.rollback()
    assert db.session.get_one(Variant, world.a4).sku == "PRINT-A3"


def test_a_sku_belongs_to_one_variant(world: World, desk: Desk) -> None:
    for sku, sentence in (("MUG", "Another variant has"), ("PRINT-A4", "Two variants cannot have")):
        page = refused(desk, url_of(world.a3), **{f"v{world.a3}-sku": sku})
        assert sentence in error(page, f"v{world.a3}-sku")


def test_a_product_of_very_many_variants_is_saved(world: World, desk: Desk) -> None:
    product_id = product_of(world.mug).id
    sizes = Asked("Size", tuple(f"No. {n}" for n in range(30)))
    variants.generate(product_id, [sizes], price=Money(1600, "GBP"), stem="", by="test")
    assert "Saved: Cup." in save(desk, url_of(world.mug), name="Cup")


# Two at once


@pytest.fixture
def manager(desk_of: Callable[[Role], Desk]) -> Desk:
    return desk_of(Role.MANAGER)


def test_the_second_of_two_sees_both_values_of_each_field_and_chooses(world: World, desk: Desk, manager: Desk) -> None:
    url, price = url_of(world.mug), f"v{world.mug}-amount"
    hers, his = (form(person.get(url), url) for person in (desk, manager))
    desk.after(desk.post(url, **(hers | {"name": "Hers", "summary": "Her words.", "reason": ""})))
    response = manager.post(url, **(his | {"name": "His", "description": "His words.", price: "18"}))
    assert response.status_code == 409
    page = response.text
    assert "Sam the owner saved this" in page
    assert product_of(world.mug).name == "Hers"
    again = form(page, url)
    chosen = {name: each for name, each in again.items() if name.startswith("take-")}
    assert chosen == {
        "take-name": ["mine"],
        "take-summary": ["theirs"],
        "take-description": ["mine"],
        f"take-{price}": ["mine"],
    }
    manager.after(manager.post(url, **(again | {"take-name": "theirs"})))
    product = product_of(world.mug)
    assert (product.name, product.summary, product.description) == ("Hers", "Her words.", "His words.")
    assert price_of(world.mug)[0] == Money(1800, "GBP")


def test_a_third_who_saves_between_is_not_overwritten_either(world: World, desk: Desk, manager: Desk) -> None:
    url = url_of(world.mug)
    his = form(manager.get(url), url)
    save(desk, url, name="Hers")
    again = form(manager.post(url, **(his | {"name": "His"})).text, url)
    save(desk, url, name="Hers again")
    response = manager.post(url, **again)
    assert response.status_code == 409
    assert "Hers again" in response.text


def test_what_was_sold_meanwhile_is_no_difference(world: World, desk: Desk, manager: Desk) -> None:
    url = url_of(world.mug)
    his = form(manager.get(url), url)
    world.shopper().buy(world.mug)
    save(desk, url, name="Hers")
    again = form(manager.post(url, **(his | {"summary": "His."})).text, url)
    assert f"take-v{world.mug}-on_hand" not in again
    manager.after(manager.post(url, **again))
    assert world.stock(world.mug) == (9, 0)
    assert (product_of(world.mug).name, product_of(world.mug).summary) == ("Hers", "His.")


@pytest.mark.parametrize("version", ["", "nonsense", "0", "-1", "9" * 30])
@pytest.mark.parametrize("seen", ["", "nonsense", "[]", '{"name": 1}'])
def test_a_version_that_never_was_changes_nothing(world: World, desk: Desk, version: str, seen: str) -> None:
    url = url_of(world.mug)
    sent = form(desk.get(url), url) | {"version": version, "seen": seen, "name": "Other"}
    assert desk.post(url, **sent).status_code == 409
    assert product_of(world.mug).name == "Mug"


# Variants made of options


def make(desk: Desk, url: str, **typed: str) -> str:
    return desk.after(desk.post(f"{url}/variants", **typed))


def variants_of(url: str) -> dict[str, str]:
    db.session.rollback()
    rows = select(Variant.sku, Variant.name).where(Variant.product_id == int(url.rsplit("/", 1)[1]))
    return {sku: name for sku, name in db.session.execute(rows.order_by(Variant.position, Variant.id))}


@pytest.fixture
def bowl(world: World, desk: Desk) -> str:
    """A draft without a variant; its address."""
    location = desk.post("/admin/products", name="Bowl", category=world.shelf_id).location
    return str(location)


def test_three_sizes_and_four_colours_are_twelve(world: World, desk: Desk, bowl: str) -> None:
    page = make(
        desk,
        bowl,
        name_1="Size",
        values_1="S, M, L",
        name_2="Colour",
        values_2="Red, Blue, Sea green,White, Red",
        price="12.50",
        stem="B",
    )
    assert "12 variants are made." in page
    found = variants_of(bowl)
    assert len(found) == 12
    assert found["B-S-SEA-GREEN"] == "S, Sea green"
    assert page.count('value="12.50"') == 12
    save(desk, bowl, showing="live")
    assert "Sea green" in world.shopper().get("/products/bowl")


def test_without_options_there_is_one(desk: Desk, bowl: str) -> None:
    make(desk, bowl, price="8")
    assert variants_of(bowl) == {"BOWL": ""}
    assert "All of these variants were there already." in make(desk, bowl)


def test_a_new_value_adds_what_is_missing_and_a_new_option_keeps_what_is_there(world: World, desk: Desk) -> None:
    url = url_of(world.a4)
    assert "1 variant is made." in make(desk, url, name_1="Size", values_1="A4, A3, A2", price="48")
    page = make(desk, url, name_1="Size", values_1="A4, A3, A2", name_2="Frame", values_2="None, Oak", price="60")
    assert "3 variants are made." in page
    assert variants_of(url) == {
        "PRINT-A4": "A4, None",
        "PRINT-A3": "A3, None",
        "PRINT-A2": "A2, None",
        "PRINT-A4-OAK": "A4, Oak",
        "PRINT-A3-OAK": "A3, Oak",
        "PRINT-A2-OAK": "A2, Oak",
    }
    assert price_of(world.a4)[0] == Money(2400, "GBP")


def test_what_was_withdrawn_is_sold_again(world: World, desk: Desk) -> None:
    url = url_of(world.a4)
    save(desk, url, **{f"v{world.a3}-sold": []})
    make(desk, url, name_1="Size", values_1="A4, A3")
    assert db.session.get_one(Variant, world.a3, populate_existing=True).withdrawn_at is None


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name_1": "Size"}, "values_1", "Name its values"),
        ({"values_2": "Red"}, "name_2", "Say what these values are"),
        ({"name_1": "N", "values_1": ",".join(map(str, range(101)))}, "values_1", "100 variants at most"),
        ({"price": "dear"}, "price", "is not a price"),
        ({"name_1": "Size", "values_1": "x" * 61}, "values_1", "60 characters"),
    ],
)
def test_wrong_options_are_kept_and_said(
    desk: Desk, bowl: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    response = desk.post(f"{bowl}/variants", stem="KEPT", **typed)
    assert response.status_code == 422
    assert sentence in error(response.text, field)
    assert 'value="KEPT"' in response.text
    assert variants_of(bowl) == {}


def test_an_option_that_is_there_cannot_be_left_out(world: World, desk: Desk) -> None:
    response = desk.post(f"{url_of(world.a4)}/variants", name_1="Frame", values_1="Oak")
    assert response.status_code == 422
    assert "Name the values of Size too." in response.text


# Who may


def test_a_packer_sees_goods_and_changes_none(world: World, desk_of: Callable[[Role], Desk]) -> None:
    packer = desk_of(Role.PACKER)
    url = url_of(world.mug)
    page = packer.get(url)
    assert "£16.00" in page
    assert "Save" not in page
    for path in (url, f"{url}/variants"):
        assert packer.post(path, name="x", version="1").status_code == 403
    assert world.stock(world.mug) == (10, 0)


def test_strangers_see_and_change_nothing(world: World) -> None:
    stranger = browser(world.app)
    url = url_of(world.mug)
    assert stranger.get(url).location.startswith("/admin/sign-in")
    assert stranger.post(url, data={"name": "x"}).status_code == 403


def test_goods_that_are_not_there_are_a_404(world: World, desk: Desk) -> None:
    for url in ("/admin/products/999999", "/admin/products/0", "/admin/products/99999999999999999999"):
        assert desk.browser.get(url).status_code == 404
    for url in ("/admin/products/999999", "/admin/products/999999/variants"):
        assert desk.post(url, name="x", version="1").status_code == 404


def test_a_draft_can_be_looked_at_before_it_is_on_sale(desk: Desk, world: World) -> None:
    with transaction():
        product_of(world.a3).status = Status.DRAFT
    url = url_of(world.a3)
    page = desk.get(f"{url}/preview?size=a3")
    assert "only staff see this page" in page
    assert f'href="{url}/preview?size=a4"' in page
    assert "/products/print?" not in page
    assert browser(world.app).get("/products/print").status_code == 404
