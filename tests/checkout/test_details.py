"""The checkout's first step: who, where to, and how."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from shop.catalog.models import Product, Variant
from shop.checkout.models import CheckoutDraft
from shop.core.db import db, transaction
from shop.delivery.models import Method, Rate, Zone, ZoneCountry
from tests.world import Shopper, Typed, World, change, hidden, make_variant

pytestmark = pytest.mark.both

BRISTOL = Typed()
BERLIN = Typed(country="DE", street="Unter den Linden 1", city="Berlin", postal_code="10117")
BOSTON = Typed(country="US", street="1 Main Street", city="Boston", region="MA", postal_code="02108")


@pytest.fixture
def alice(world: World) -> Shopper:
    alice = world.shopper()
    alice.add(world.mug)
    return alice


def send(shopper: Shopper, typed: Typed, **more: str) -> TestResponse:
    token = hidden(shopper.get("/checkout"), "csrf_token")
    form = {**vars(typed), "delivery": str(shopper.world.parcel_id), "go": "on", "csrf_token": token, **more}
    return shopper.browser.post("/checkout", data=form)


def errors(page: str) -> dict[str, str]:
    """Field to the sentence beside it."""
    found = re.findall(r'<p class="field-error" id="([\w-]+)-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    return {name: unescape(sentence) for name, sentence in found}


def fields(page: str) -> dict[str, str]:
    """What stands in the fields of the page."""
    typed = {
        unescape(name): unescape(value)
        for value, name in re.findall(r'<input class="input" type="\w+" value="([^"]*)" id="\w+" name="(\w+)"', page)
    }
    for name, options in re.findall(r'<select class="input" id="\w+" name="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        typed[name] = chosen[1] if chosen else ""
    return typed


def draft() -> CheckoutDraft | None:
    db.session.rollback()
    return db.session.scalar(select(CheckoutDraft))


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (BRISTOL, {}),
        (replace(BRISTOL, postal_code="bs1 4dj"), {}),
        (replace(BRISTOL, postal_code="BS14DJ"), {}),
        (replace(BRISTOL, postal_code="12345"), {"postal_code": "Enter a full postcode, like EC1Y 8SY."}),
        (replace(BRISTOL, postal_code=""), {"postal_code": "Enter the postcode."}),
        (replace(BRISTOL, city="", street=" "), {"city": "Enter the town or city.", "street": "Enter the address."}),
        (replace(BRISTOL, region="Avon"), {}),
        (replace(BRISTOL, email=""), {"email": "Enter your email address"}),
        (replace(BRISTOL, email="alice.example.com"), {"email": "An email address has an @ in it"}),
        (replace(BRISTOL, email="alice@example"), {"email": "The part after the @ is not complete."}),
        (replace(BRISTOL, email="a b@example.com"), {"email": "It should look like name@example.com."}),
        (replace(BRISTOL, email="a" * 250 + "@example.com"), {"email": "too long"}),
        (replace(BRISTOL, name=" \t "), {"name": "Enter your full name."}),
        (replace(BRISTOL, name="A" * 121), {"name": "This name is too long."}),
        (replace(BRISTOL, phone="call me"), {"phone": "Enter digits only"}),
        (replace(BRISTOL, phone="+44 (0)20 7946-0018"), {}),
        (replace(BRISTOL, country="FR"), {"country": "We do not deliver there yet."}),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    alice: Shopper, typed: Typed, wrong: dict[str, str]
) -> None:
    answer = send(alice, typed)
    if not wrong:
        assert answer.location == "/checkout/payment"
        return
    assert answer.status_code == 422
    said = errors(answer.text)
    assert set(said) == set(wrong)
    for name, sentence in wrong.items():
        assert sentence in said[name]
        assert f'href="#{name}"' in answer.text  # and in the summary above the form
    shown = fields(answer.text)
    for name in ("name", "street", "city", "postal_code", "phone"):
        assert shown[name] == getattr(typed, name).strip()
    assert shown["email"] == typed.email
    assert f"Check {'one thing' if len(wrong) == 1 else f'{len(wrong)} things'}" in answer.text
    assert draft() is None


def test_everything_missing_is_said_at_once(alice: Shopper) -> None:
    answer = send(alice, Typed("", "", "GB", "", "", ""), delivery="")
    assert set(errors(answer.text)) == {"email", "name", "street", "city", "postal_code", "delivery"}


def test_addresses_are_kept_as_the_post_writes_them(alice: Shopper) -> None:
    send(alice, replace(BRISTOL, postal_code=" bs1  4dj ", name="  Alice   Archer ", email=" Alice@Example.COM "))
    kept = draft()
    assert kept is not None
    assert (kept.postal_code, kept.name, kept.email) == ("BS1 4DJ", "Alice Archer", "alice@example.com")
    page = alice.get("/checkout/payment")
    address = re.search(r"<dt>Deliver to</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    assert address is not None
    lines = [line.strip() for line in address[1].split("<br>")]
    assert lines == ["Alice Archer", "1 High Street", "BRISTOL", "BS1 4DJ", "UNITED KINGDOM"]


def test_america_asks_for_a_state_and_a_zip_code(world: World, alice: Shopper) -> None:
    abroad = {"delivery": str(world.parcel_abroad_id)}
    answer = send(alice, replace(BOSTON, region=""), **abroad)
    assert errors(answer.text) == {"region": "Enter the state."}
    assert '<option value="MA">Massachusetts</option>' in answer.text
    assert "ZIP code" in answer.text
    answer = send(alice, replace(BOSTON, region="Atlantis"), **abroad)
    assert set(errors(answer.text)) == {"region"}
    answer = send(alice, replace(BOSTON, postal_code="10117"), **abroad)
    assert errors(answer.text) == {"postal_code": "This ZIP code is not in Massachusetts. Check both."}
    answer = send(alice, replace(BOSTON, postal_code="021"), **abroad)
    assert errors(answer.text) == {"postal_code": "Enter a full ZIP code, like 95014."}
    answer = send(alice, BOSTON, **abroad)
    assert answer.location == "/checkout/payment"
    assert "BOSTON, MA 02108" in alice.get("/checkout/payment")


def test_germany_writes_the_postcode_first(world: World, alice: Shopper) -> None:
    answer = send(alice, replace(BERLIN, postal_code="1011"), delivery=str(world.parcel_abroad_id))
    assert set(errors(answer.text)) == {"postal_code"}
    assert answer.text.index('id="postal_code"') < answer.text.index('id="city"')
    answer = send(alice, BERLIN, delivery=str(world.parcel_abroad_id))
    assert answer.location == "/checkout/payment"
    assert "10117 BERLIN" in alice.get("/checkout/payment")
    page = alice.get("/checkout/payment")
    assert "£25.50" in page  # 16 and 9.50 for the parcel
    assert "£4.07" in page  # German tax, 19 % of it


def test_a_country_without_postcodes_does_not_ask_for_one(world: World, alice: Shopper) -> None:
    with transaction():
        zone_id = db.session.scalars(select(Zone.id).where(Zone.name == "Abroad")).one()
        db.session.add(ZoneCountry(country="AE", zone_id=zone_id))
    token = hidden(alice.get("/checkout"), "csrf_token")
    dubai = Typed(country="AE", street="1 Palm Road", city="", postal_code="", region="")
    page = alice.browser.post("/checkout", data=vars(dubai) | {"go": "country", "csrf_token": token}).text
    assert 'name="postal_code"' not in page
    assert 'name="city"' not in page
    assert "Emirate" in page
    typed = replace(dubai, region="Dubai", postal_code="BS1 4DJ", city="Bristol")  # left from before
    assert send(alice, typed, delivery=str(world.parcel_abroad_id)).location == "/checkout/payment"
    kept = draft()
    assert kept is not None
    assert (kept.postal_code, kept.city) == ("", "")


def test_changing_the_country_changes_the_form_and_loses_nothing(world: World, alice: Shopper) -> None:
    token = hidden(alice.get("/checkout"), "csrf_token")
    typed = vars(replace(BOSTON, region="", email="not yet complete"))
    answer = alice.browser.post("/checkout", data=typed | {"go": "country", "csrf_token": token})
    assert answer.status_code == 200
    assert errors(answer.text) == {}
    assert "State" in answer.text
    assert "Parcel abroad" in answer.text
    shown = fields(answer.text)
    for name in ("email", "name", "street", "city", "postal_code", "country"):
        assert shown[name] == typed[name], name
    assert draft() is None


def test_coming_back_shows_what_was_typed(world: World, alice: Shopper) -> None:
    send(alice, replace(BRISTOL, extra="Flat 2", phone="020 7946 0018"), delivery=str(world.pick_up_id))
    page = alice.get("/checkout")
    shown = fields(page)
    for name in ("email", "name", "street", "extra", "city", "postal_code", "phone", "country"):
        assert shown[name] == getattr(replace(BRISTOL, extra="Flat 2", phone="020 7946 0018"), name), name
    assert re.search(rf'name="delivery" value="{world.pick_up_id}" checked', page)


def test_every_bag_has_its_own_details(world: World, alice: Shopper) -> None:
    send(alice, BRISTOL)
    bob = world.shopper()
    bob.add(world.mug)
    assert "alice@example.com" not in bob.get("/checkout")
    assert bob.browser.get("/checkout/payment").location == "/checkout"


def methods(page: str) -> dict[str, str]:
    """Names of the ways of delivery that are offered, with their prices."""
    found = re.findall(r'<span class="meta">([^<]+)</span>\s*</span>\s*<span class="num">([^<]+)</span>', page)
    return {name.strip(): price.strip() for name, price in found}


def test_the_ways_of_delivery_are_those_of_the_country(world: World, alice: Shopper) -> None:
    token = hidden(alice.get("/checkout"), "csrf_token")
    assert methods(alice.get("/checkout")) == {"Parcel": "£3.90", "Collect": "Free"}
    page = alice.browser.post("/checkout", data=vars(BERLIN) | {"go": "country", "csrf_token": token}).text
    assert methods(page) == {"Parcel abroad": "£9.50"}


@pytest.mark.parametrize("delivery", ["", "0", "x", "999999999", "abroad"])
def test_a_way_of_delivery_that_does_not_go_there_is_refused(world: World, alice: Shopper, delivery: str) -> None:
    chosen = str(world.parcel_abroad_id) if delivery == "abroad" else delivery
    answer = send(alice, BRISTOL, delivery=chosen)
    assert answer.status_code == 422
    assert errors(answer.text) == {"delivery": "Choose how it should reach you."}


def test_a_country_nobody_delivers_to_is_not_offered(world: World, alice: Shopper) -> None:
    page = alice.get("/checkout")
    countries = re.findall(r'<option value="([A-Z]{2})"', page)
    assert countries == ["DE", "JE", "GB", "US"]  # by name: Germany, Jersey, United Kingdom, United States


def test_what_weighs_too_much_or_costs_enough_goes_otherwise(world: World) -> None:
    with transaction():
        db.session.execute(delete(Rate).where(Rate.method_id == world.parcel_id))
        for price, value, least, most in [(390, 0, 0, 2000), (790, 0, 2000, 10_000), (0, 4500, 0, 2000)]:
            db.session.add(
                Rate(
                    method_id=world.parcel_id,
                    currency="GBP",
                    from_value_minor=value,
                    from_weight_g=least,
                    up_to_weight_g=most,
                    price_minor=price,
                )
            )
    anvil = make_variant(world.shelf_id, "Anvil", price=1000, stock=9, weight_g=4000)
    for goods, price in [
        ([(world.mug, 1)], "£3.90"),
        ([(world.mug, 3)], "Free"),
        ([(anvil, 1)], "£7.90"),
        ([(anvil, 1), (world.mug, 3)], "£7.90"),  # too heavy to go free
        ([(anvil, 3)], None),
    ]:
        shopper = world.shopper()
        for variant_id, pieces in goods:
            shopper.add(variant_id, pieces)
        offered = methods(shopper.get("/checkout"))
        assert offered.get("Parcel") == price, goods
        assert offered["Collect"] == "Free"


def test_goods_that_cannot_be_sent_there_say_so(world: World, alice: Shopper) -> None:
    with transaction():
        db.session.execute(update(Method).values(active=False))
    page = alice.get("/checkout")
    assert "We cannot send these goods to this country." in page
    answer = send(alice, BRISTOL)
    assert answer.status_code == 422
    assert draft() is None


def test_a_way_of_delivery_that_ends_meanwhile_is_chosen_anew(world: World, alice: Shopper) -> None:
    send(alice, BRISTOL)
    with transaction():
        db.session.execute(update(Method).where(Method.id == world.parcel_id).values(active=False))
    answer = alice.browser.get("/checkout/payment")
    assert answer.location == "/checkout"
    assert "This way of delivery is not offered for your bag any more." in alice.get("/checkout")


def test_collecting_costs_nothing_and_is_said_so(world: World, alice: Shopper) -> None:
    assert send(alice, BRISTOL, delivery=str(world.pick_up_id)).location == "/checkout/payment"
    page = alice.get("/checkout/payment")
    assert "Ready to collect from" in page
    assert "£16.00" in page


def test_what_is_not_sent_asks_for_no_delivery(world: World) -> None:
    voucher = make_variant(world.shelf_id, "Voucher", price=2500, stock=0, requires_shipping=False)
    alice = world.shopper()
    alice.add(voucher)
    page = alice.get("/checkout")
    assert 'name="delivery"' not in page
    assert send(alice, BRISTOL).location == "/checkout/payment"
    assert "£25.00" in alice.get("/checkout/payment")


def test_an_empty_bag_has_no_checkout(world: World) -> None:
    alice = world.shopper()
    for url in ("/checkout", "/checkout/payment"):
        assert alice.browser.get(url).location == "/cart"
    alice.add(world.mug)
    with transaction():
        change(Product, status="draft")
    assert alice.browser.get("/checkout").location == "/cart"
    assert db.session.scalars(select(Variant.id)).all()


def test_an_address_may_be_in_any_script(world: World, alice: Shopper) -> None:
    typed = replace(BERLIN, name="Jürgen Großmann", street="Straße des 17. Juni 135", extra="Hinterhaus, 2. OG")
    assert send(alice, typed, delivery=str(world.parcel_abroad_id)).location == "/checkout/payment"
    page = alice.get("/checkout/payment")
    assert "Straße des 17. Juni 135" in page
    send(alice, replace(BERLIN, name="愛麗絲 Алиса"), delivery=str(world.parcel_abroad_id))
    assert "愛麗絲 Алиса" in alice.get("/checkout/payment")


def test_a_british_postcode_typed_without_its_space_gets_it(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in(Typed(postal_code="bs14dj"))
    assert "BS1 4DJ" in alice.get("/checkout/payment")
