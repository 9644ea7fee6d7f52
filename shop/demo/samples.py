"""What the style guide shows: bags, products, orders and forms that are nowhere but in the page. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional

from shop.aftersale.again import Again
from shop.aftersale.forms import LinkForm
from shop.aftersale.return_forms import Asked, AuthorForm, OpinionForm, ReturnForm, WithdrawalForm, with_lines
from shop.aftersale.returning import Returning
from shop.aftersale.timeline import MESSAGE, timeline
from shop.aftersale.withdrawal import Right
from shop.cart.pricing import Delivery, Item, Totals, price
from shop.cart.queries import Review as Bag
from shop.cart.queries import ReviewedLine
from shop.catalog.cards import Card
from shop.catalog.filters import Sort, Wanted
from shop.catalog.listing import Applied, Choice, Hint, Listing, Page, ShownFacet
from shop.catalog.models import Category, Picture, Place, Product, Variant
from shop.catalog.picker import Offer, OptionText, ValueText, pick, questions
from shop.catalog.queries import Shelf
from shop.catalog.room import Size, room
from shop.catalog.stock import Availability
from shop.catalog.units import UnitPrice
from shop.checkout import addresses
from shop.checkout.forms import DetailsForm
from shop.checkout.models import CheckoutDraft
from shop.content.blocks import Words, parse
from shop.core.db import db
from shop.core.money import Money
from shop.delivery.queries import Quote
from shop.documents.models import Document
from shop.jobs.models import Job
from shop.jobs.models import State as Work
from shop.orders.addresses import lines as lines_of
from shop.orders.models import (
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
)
from shop.orders.services import Address
from shop.orders.states import ReturnState, Status, fulfilment, return_state
from shop.payments.models import Refund, RefundPart, RefundStatus
from shop.payments.queries import PaymentState
from shop.payments.refund_parts import AMOUNT, LINE
from shop.restock.models import RestockRequest
from shop.reviews import queries as reviewing
from shop.reviews.models import Review
from shop.reviews.stars import Stars

Sample = dict[str, Any]

TODAY = datetime(2026, 11, 23, 9, 12, 4, 468789, UTC)
SOON, LATER = date(2026, 11, 25), date(2026, 11, 26)
SEND_BACK_UNTIL, WITHDRAW_UNTIL = date(2027, 1, 25), date(2026, 12, 10)
UNDER_WAY = (Status.PAID, Status.SHIPPED)
RESTOCKED = datetime(2026, 12, 4, tzinfo=UTC)
TAX = Decimal("0.2")
ADDRESS = {"name": "Maya Lindqvist", "street": "12 Harbour Row", "city": "Bristol", "postal_code": "BS1 4DJ"}
TYPED = {**ADDRESS, "email": "maya@example.com", "country": "GB", "delivery": "1"}
UNDO = {"variant_id": 2, "quantity": 1, "name": "Seigaiha notebook, Dotted, A5"}
CODE_PROBLEMS = {
    "unknown": "We do not know the code SPRING. Check its letters and digits.",
    "expired": "The code SPRING ended on 30 April.",
    "too_little": "The code SPRING is for bags from £40. Yours comes to £24.",
}
LONG_NAME = "The night the harbour froze and everybody walked across, drawn from memory in four inks"


def pounds(amount: str) -> Money:
    return Money.of(amount, "GBP")


def pictures(slug: str) -> list[Picture]:
    """Those of one of the demo's goods; none in a shop without them, where the mark stands instead."""
    if "sample_pictures" not in g:
        rows = db.session.execute(
            select(Product.slug, Picture)
            .join(Picture, Picture.product_id == Product.id)
            .join(Picture.asset)
            .where(Picture.place == Place.GALLERY)
            .order_by(Picture.position, Picture.id)
            .options(contains_eager(Picture.asset))
        )
        g.sample_pictures = {}
        for name, picture in rows:
            g.sample_pictures.setdefault(name, []).append(picture)
    found: list[Picture] = g.sample_pictures.get(slug, [])
    return found


def picture(slug: str) -> Picture | None:
    return next(iter(pictures(slug)), None)


# Delivery


def quotes() -> list[Quote]:
    return [
        quote(),
        quote("Tracked 24, next day", "6.50", method_id=2, last=SOON),
        quote("Our studio, 4 Printworks Yard", "0", method_id=3, kind="pick_up"),
    ]


def quote(
    name: str = "Tracked 48", cost: str = "3.20", *, method_id: int = 1, kind: str = "parcel", last: date = LATER
) -> Quote:
    return Quote(method_id, name, kind, pounds(cost), "standard", SOON, last, pounds("45"), 2, 3)


# The bag


def line(
    name: str = "Seven Ridges",
    variant: str = "A2, oak",
    cost: str = "84",
    *,
    slug: str = "seven-ridges",
    quantity: int = 1,
    wanted: int | None = None,
    line_id: int = 1,
) -> ReviewedLine:
    return ReviewedLine(
        line_id=line_id,
        variant_id=line_id,
        product_slug=slug,
        product_name=name,
        variant_name=variant,
        sku=f"SAMPLE-{line_id}",
        choices={},
        picture=picture(slug),
        unit_price=pounds(cost),
        quantity=quantity,
        wanted=quantity if wanted is None else wanted,
        most=min(9, quantity) if wanted else 9,
        tax_class="standard",
        requires_shipping=True,
        weight_g=900,
    )


def lines(count: int) -> list[ReviewedLine]:
    kinds = [
        ("Seven Ridges", "A2, oak", "84", "seven-ridges"),
        ("Seigaiha notebook", "Dotted, A5", "14", "seigaiha-notebook"),
        (LONG_NAME, "A4, none", "24", "nowhere"),
        ("Lattice mug", "Pine", "16", "lattice-mug"),
        ("Terrazzo wrap", "10 sheets", "16", "terrazzo-wrap"),
    ]
    return [
        line(name, variant, cost, slug=slug, quantity=number % 3 + 1, line_id=number + 1)
        for number, (name, variant, cost, slug) in enumerate(kinds * 2)
    ][:count]


def bag(content: Iterable[ReviewedLine] = (), *notices: str, said: tuple[str, str] | None = None) -> Sample:
    """`said` is what the shopper's last click came to."""
    review = Bag(None, "GBP", list(content), list(notices))
    goods = review.goods.subtotal
    free = goods >= pounds("45")
    delivery = quote(cost="0" if free else "3.20") if review.buyable else None
    return {
        "review": review,
        "delivery": delivery,
        "to_free": None if free or not delivery else pounds("45") - goods,
        "total": goods + delivery.price if delivery else goods,
        "undo": None,
        "suggestions": [],
        "get_flashed_messages": lambda **_options: [said] if said else [],
    }


# The product

SIZES = (("a4", "A4", 210, 297), ("a3", "A3", 297, 420), ("a2", "A2", 420, 594))
COSTS = {("a4", "none"): "24", ("a3", "none"): "34", ("a2", "none"): "48", ("a3", "oak"): "62", ("a2", "oak"): "84"}


def product(
    *,
    name: str = "Seven Ridges",
    slug: str = "seven-ridges",
    stock: Mapping[str, int] | None = None,
    limit: int = 0,
    wanted: Mapping[str, str] | None = None,
    was: str | None = None,
    restock_at: datetime | None = None,
    for_sale: bool = True,
    reviewed: bool = True,
    preview: bool = False,
    in_room: bool = False,
) -> Sample:
    """A print in three sizes and with two frames, but for A4 in oak. `stock` says how many there are of a size."""
    left = {"a4": 40, "a3": 40, "a2": 40, **(stock or {})}
    offers = [
        Offer(number, {"size": size, "frame": frame}, pounds(cost), left[size], limit)
        for number, ((size, frame), cost) in enumerate(COSTS.items(), 1)
    ]
    sizes = [ValueText(size, label, f"{width} × {height} mm") for size, label, width, height in SIZES]
    frames = [ValueText("none", "No frame", colour="#ffffff"), ValueText("oak", "Oak", colour="#c9a070")]
    options = [OptionText("size", "Size", sizes), OptionText("frame", "Frame", frames)]
    offer = pick(offers, wanted or {"size": "a2", "frame": "oak"}) if for_sale else None
    shown = pictures(slug)
    category = Category(slug="art-prints", name="Art prints")
    return {
        "product": Product(
            id=1,
            slug=slug,
            name=name,
            category=category,
            summary="Seven lines of hills in the last fog of the morning, in four inks.",
            description="Every ridge is the same line of noise, stretched and shifted.\n\nThe fog is the paper.",
            facts=[("Paper", "Recycled cotton, 280 g"), ("Inks", "Navy, teal, coral and sun, soy based")],
            restock_at=restock_at,
        ),
        "trail": [category],
        "address": partial(url_for, "catalog.product", slug=slug),
        "preview": preview,
        "pictures": shown,
        "current_picture": None if in_room else picture(slug),
        "room": room("size", [Size(size, label, "", width, height) for size, label, width, height in SIZES]),
        "in_room": in_room,
        "views": len(shown) + 1,
        "image_number": len(shown) + 1 if in_room else 1,
        "chosen": offer.choices if offer else {},
        "questions": questions(options, offers, offer) if offer else [],
        "tags": {},
        "methods": [],
        "offer": offer,
        "compare_at": pounds(was) if was else None,
        "lowest": pounds(was) if was else None,
        "unit_price": None,
        "most": min(offer.buyable, 20) if offer else 0,
        "availability": Availability.BACKORDER if offer and offer.available <= 0 < offer.buyable else None,
        "expected": restock_at,
        "quotes": quotes() if offer else [],
        "home_quote": quote(cost="0") if offer else None,
        "order_by": "14:00",
        "making": None,
        "rating": rating() if reviewed else Stars(),
        "reviews": reviews() if reviewed else [],
        "beside": [],
    }


def waiting(count: int = 2) -> Sample:
    variants = [Variant(name=name, product=Product(name="Seven Ridges")) for name in ("A2, oak", "A2, walnut")]
    return {
        "token": "sample",
        "email": "maya@example.com",
        "waiting": [RestockRequest(variant=variant) for variant in variants[:count]],
    }


# Its reviews


def rating() -> Stars:
    return Stars((3, 0, 9, 41, 160))


def reviews() -> list[Review]:
    """One that praises, and one that does not and was answered."""
    return [
        Review(
            stars=5,
            title="Better on the wall than on the screen",
            text="The overprint is real: where the navy meets the coral there is a third ink.\n\nWell packed, too.",
            author="Maya L.",
            place="Bristol",
            variant_name="A2, oak",
            verified=True,
            language="en-GB",
            written_at=TODAY,
            reply="",
        ),
        Review(
            stars=3,
            title="",
            text="Lovely print, but the frame came with a scratch.",
            author="Tom",
            place="",
            variant_name="",
            verified=False,
            language="en-GB",
            written_at=TODAY,
            reply="We are sorry, and a new frame is on its way to you.",
            replied_at=TODAY,
        ),
    ]


def reviews_page(*, stars: int | None = None, reviewed: bool = True) -> Sample:
    shown = [each for each in reviews() if reviewed and stars in (None, each.stars)]
    found = rating() if reviewed else Stars()
    total = found.count if stars is None else found.given(stars)
    shown_of = product()
    return {
        "product": shown_of["product"],
        "trail": shown_of["trail"],
        "page": reviewing.Page(found, stars, shown, 1, total),
    }


def text() -> Words:
    """All that Markdown makes of a text without goods and pictures."""
    (words,) = parse(
        "## A heading\n\nWords with *stress*, some of them **strong**, and [a link](#text).\n\n### One below it\n\n"
        "- Paper\n- Ink\n\n1. Print\n2. Dry\n\n> Somebody said so.\n\n| Size | Price |\n|---|---|\n| A4 | £24 |\n"
        "| A3 | £34 |\n\n---\n\nAfter a line.",
        site="",
    )
    assert isinstance(words, Words)
    return words


# The checkout


def checkout(*, typed: Mapping[str, str] | None = None, send: bool = True) -> Sample:
    """`typed` is what was sent and found wanting; `send` is False for a country nothing can be sent to."""
    offered = quotes() if send else []
    form = DetailsForm(MultiDict(typed) if typed is not None else None, data={**ADDRESS, "country": "GB"})
    form.offer(countries=["DE", "GB", "JE"], method_ids=[each.method_id for each in offered])
    shape = addresses.shape("GB")
    for name in ("street", "city", "region", "postal_code"):
        form[name].flags.required = name in shape.required
    if typed is not None:
        form.validate()
    chosen = offered[0] if offered else None
    return {
        "form": form,
        "country": "GB",
        "labels": addresses.labels("GB"),
        "fields": shape.fields,
        "regions": shape.regions,
        "quotes": offered,
        "quote": chosen,
        **summary(chosen),
    }


def payment(obstacle: str | None = None, *, free: bool = False) -> Sample:
    return {
        "draft": CheckoutDraft(email="maya@example.com", phone="", country="GB", **ADDRESS),
        "address_lines": address_lines(),
        "quote": quote(cost="0"),
        "obstacle": obstacle,
        "form_token": "sample",
        **summary(quote(cost="0"), free=free),
    }


def summary(chosen: Quote | None, *, free: bool = False) -> Sample:
    content = [line(cost="0")] if free else lines(2)
    items = [Item(each.quantity, each.unit_price, TAX) for each in content]
    delivery = Delivery(chosen.price, TAX) if chosen else None
    totals: Totals | None = price(items, currency="GBP", delivery=delivery) if chosen else None
    return {"review": Bag(None, "GBP", content, []), "totals": totals}


# The order


def order(status: Status = Status.PENDING, **more: Any) -> Order:
    sent = status == Status.SHIPPED
    content = [
        OrderLine(
            id=number,
            variant_id=each.variant_id,
            product_name=each.product_name,
            variant_name=each.variant_name,
            sku=each.sku,
            quantity=each.quantity,
            currency="GBP",
            unit_price_minor=each.unit_price.minor,
            amount_minor=each.amount.minor,
            requires_shipping=True,
            shipped=each.quantity if sent else 0,
            cancelled=each.quantity if status == Status.CANCELLED else 0,
            refunded=0,
            returned=0,
            restocked=0,
        )
        for number, each in enumerate(lines(2), start=1)
    ]
    goods = sum(each.amount_minor for each in content)
    paid = status in (Status.PAID, Status.SHIPPED) or None
    values = {
        "number": "FF-2611-7K3M",
        "token": "sample",
        "status": status,
        "email": "maya@example.com",
        "language": "en_GB",
        "currency": "GBP",
        "subtotal_minor": goods,
        "delivery_minor": 0,
        "adjustment_minor": 0,
        "total_minor": goods,
        "tax_minor": goods // 6,
        "delivery_name": "Tracked 48",
        "delivery_kind": "parcel",
        "arrives_from": datetime(2026, 11, 25, 12, tzinfo=UTC),
        "arrives_to": datetime(2026, 11, 26, 12, tzinfo=UTC),
        "placed_at": TODAY,
        "paid_at": paid and TODAY,
        "shipped_at": TODAY if sent else None,
        "cancelled_at": TODAY if status == Status.CANCELLED else None,
        "lines": content,
        "shipments": [parcel(content)] if sent else [],
        "returns": [],
        "events": [],
        "addresses": [OrderAddress(kind="delivery", country="GB", **ADDRESS)],
    }
    return Order(**{**values, **more})


def orders() -> list[Order]:
    """One in each status, and one that is held back."""
    held = order(Status.PAID, number="FF-2611-2Q9X", held_at=TODAY)
    return [held, *(order(status) for status in Status)]


def jobs() -> list[Job]:
    """One in each state."""
    steps = {Work.QUEUED: 0, Work.RUNNING: 620, Work.FAILED: 620, Work.CANCELLED: 620}
    return [
        Job(
            kind="reindex",
            state=state,
            done=steps.get(state, 1000),
            total=1000,
            errors=0 if state in (Work.QUEUED, Work.DONE) else 2,
            started_at=None if state is Work.QUEUED else TODAY,
        )
        for state in Work
    ]


def address_lines() -> list[str]:
    return lines_of(Address(country="GB", **ADDRESS))


def parcel(content: Iterable[OrderLine], *, tracked: bool = True, delivered_at: datetime | None = None) -> Shipment:
    """All that is left of these lines."""
    return Shipment(
        carrier="Royal Mail" if tracked else "",
        tracking_number="RM 4417 2093 5GB" if tracked else "",
        tracking_url="https://parcels.example/RM441720935GB" if tracked else "",
        shipped_at=TODAY + timedelta(hours=5),
        delivered_at=delivered_at,
        lines=[ShipmentLine(line_id=each.id, quantity=each.quantity) for each in content],
    )


def partly_sent() -> Order:
    """The print has gone, the notebooks are to come."""
    of = order(Status.PAID)
    of.lines[0].shipped = 1
    of.shipments = [parcel(of.lines[:1])]
    return of


def delivered() -> Order:
    """In two parcels, both of which are there."""
    of = order(Status.SHIPPED)
    there = TODAY + timedelta(days=2)
    of.shipments = [parcel([each], delivered_at=there, tracked=each is of.lines[0]) for each in of.lines]
    return of


def written_to() -> Order:
    words = "The oak frame has a small knot at its lower left.\n\nWe like it. Tell us by Thursday if you do not."
    event = OrderEvent(kind=MESSAGE, public=True, note=words, at=TODAY + timedelta(hours=2))
    return order(Status.PAID, events=[event])


def returning(state: ReturnState) -> Order:
    """One of the notebooks goes back."""
    of = order(Status.SHIPPED)
    of.returns = [
        Return(
            kind="return",
            status=state,
            reason="",
            answer="",
            requested_at=TODAY + timedelta(days=3),
            lines=[ReturnLine(line_id=of.lines[1].id, quantity=1)],
        )
    ]
    return of


def refund(back: str, status: RefundStatus, *, line_id: int | None = None, pieces: int = 0) -> Refund:
    minor = pounds(back).minor
    kind = LINE if line_id else AMOUNT
    part = RefundPart(kind=kind, line_id=line_id, quantity=pieces, tax_rate=TAX, amount_minor=minor, tax_minor=0)
    at = TODAY + timedelta(days=1)
    return Refund(status=status, currency="GBP", amount_minor=minor, created_at=at, parts=[part])


def order_page(of: Order, money: str, *, refunds: Iterable[Refund] = (), may_cancel: bool = False) -> Sample:
    """`money` is how it stands with it."""
    kept_until = datetime(2026, 11, 23, 14, 35, tzinfo=UTC) if money in ("open", "declined", "unfinished") else None
    given = list(refunds)
    back = Money.sum((each.amount for each in given), "GBP")
    can_return = of.status == Status.SHIPPED and not given
    right = Right({}, WITHDRAW_UNTIL if of.shipped_at else None) if of.status in UNDER_WAY and not given else None
    return {
        "order": of,
        "pictures": {each.variant_id: each.picture for each in lines(2)},
        "address_lines": address_lines(),
        "payment": PaymentState(money, kept_until, back or None, given, of.total - back),
        "fulfilment": fulfilment(of.lines, of.shipments),
        "returning": return_state(of.returns),
        "timeline": timeline(of, given),
        "may_cancel": may_cancel,
        "going_back": lambda _order: Returning(list(of.returns), can_return, SEND_BACK_UNTIL, right),
        "papers_of_refunds": [Document(series="CN", number=7, kind="credit_note", refund_id=1)] if given else [],
    }


def order_again(*, gone: bool = False) -> Sample:
    """`gone` is when nothing of it can be had any more."""
    bought = lines(4)
    found = [2, 1, 0, 0]
    prices = [None if gone or number == 3 else each.unit_price for number, each in enumerate(bought)]
    prices[0] = None if gone else pounds("88")
    wanted = [
        Again(
            variant_id=each.variant_id,
            name=each.full_name,
            wanted=each.quantity,
            quantity=0 if gone else min(each.quantity, count),
            price=price,
            was=each.unit_price,
            largest=20,
        )
        for each, count, price in zip(bought, found, prices, strict=True)
    ]
    return {
        "order": order(Status.SHIPPED),
        "wanted": wanted,
        "pictures": {each.variant_id: each.picture for each in bought},
    }


def find_order(*, typed: Mapping[str, str] | None = None, asked: bool = False) -> Sample:
    form = LinkForm(MultiDict(typed) if typed is not None else None)
    if typed is not None:
        form.validate()
    return {"form": form, "asked": asked}


def return_page(*, typed: Mapping[str, str] | None = None, possible: bool = True) -> Sample:
    """Sending something back; `typed` is a form that was sent."""
    of = sent_order()
    most = {line.id: line.quantity for line in of.lines}
    form = with_lines(ReturnForm, of.lines, most)(MultiDict(typed or {}))
    if typed is not None:
        form.validate()
    return {
        **_going_back(of, form),
        "returning": Returning([], possible, SEND_BACK_UNTIL, None),
        "sent": possible,
        "too_late": False,
    }


def withdrawal_page(*, typed: Mapping[str, str] | None = None, possible: bool = True) -> Sample:
    of = sent_order()
    most = {line.id: line.quantity for line in of.lines}
    own = {"name": ADDRESS["name"], "email": of.email, **{f"line_{key}": count for key, count in most.items()}}
    form = with_lines(WithdrawalForm, of.lines, most)(MultiDict(typed or {}), data=own)
    if typed is not None:
        form.validate()
    right = Right(most, WITHDRAW_UNTIL) if possible else None
    chosen = [(line, line.quantity) for line in of.lines]
    return {**_going_back(of, form), "right": right, "chosen": chosen}


def _going_back(of: Order, form: ReturnForm | WithdrawalForm) -> Sample:
    return {
        "order": of,
        "form": form,
        "form_token": "sample",
        "problems": [],
        "pictures": {each.variant_id: each.picture for each in lines(2)},
    }


def review_page(*, typed: Mapping[str, str] | None = None, left: bool = True) -> Sample:
    """What an invitation leads to; nothing is `left` once all has been said."""
    of = sent_order()
    sent = MultiDict(typed or {})
    asked = [Asked(line, OpinionForm(sent, prefix=f"line-{line.id}-")) for line in of.lines] if left else []
    author = AuthorForm(sent, data={"author": "Maya L."})
    if typed is not None:
        author.validate()
        for each in asked:
            each.form.validate()
    return {
        "token": "sample",
        "order": of,
        "asked": asked,
        "author": author,
        "fields": [*(field for each in asked for field in each.form), *author],
        "pictures": {each.variant_id: each.picture for each in lines(2)},
    }


def sent_order() -> Order:
    """With lines that forms can name."""
    of = order(Status.SHIPPED)
    for number, each in enumerate(of.lines, 1):
        each.id = number
    return of


# Lists


def card(name: str = "Seven Ridges", cost: str = "24", *, slug: str = "seven-ridges", **more: Any) -> Card:
    own = [*pictures(slug), None, None]
    values = {
        "fact": "A4 to A1",
        "highest": pounds(cost),
        "unit_price": None,
        "was": None,
        "available": 40,
        "ahead": False,
        "restock_at": None,
        "new": False,
        "picture": own[0],
        "other_picture": own[1],
        "colours": (),
        "colours_are": "",
    }
    return Card(slug=slug, name=name, lowest=pounds(cost), **{**values, **more})


def cards() -> dict[str, Card]:
    return {
        "As it is": card(highest=pounds("124"), colours=("#c9a070", "#6b4630"), colours_are="frames"),
        "On sale": card("Tidewater", "19.20", slug="tidewater", was=pounds("24")),
        "New": card("Crosswind", slug="crosswind", new=True),
        "Low stock": card("Weimar Blocks", slug="weimar-blocks", available=6),
        "Sold out": card("Lattice", slug="lattice", available=0),
        "Sold out, with a date": card("Hedgerow", slug="hedgerow", available=0, restock_at=RESTOCKED),
        "To order ahead": card("Hedgerow", slug="hedgerow", available=0, ahead=True, restock_at=RESTOCKED),
        "Without a picture": card("Two Hums", slug="nowhere"),
        "A long name": card(LONG_NAME, slug="seedhead"),
        "By the sheet": card("Dots wrap", "6", slug="dots-wrap", unit_price=UnitPrice(pounds("2"), "sheet")),
        "For nothing": card("Catalogue", "0", slug="seigaiha", fact="24 pages"),
    }


def listing(found: int, chosen: Mapping[str, tuple[str, ...]], *, words: str = "") -> Listing:
    sizes = tuple(Choice(f"a{n}", f"A{n}", "", min(found, n), f"a{n}" in chosen.get("size", ())) for n in (4, 3, 2, 1))
    frames = tuple(
        Choice(slug, label, colour, min(found, 3), slug in chosen.get("frame", ()))
        for slug, label, colour in (
            ("none", "No frame", ""),
            ("oak", "Oak", "#c9a070"),
            ("walnut", "Walnut", "#6b4630"),
        )
    )
    inks = tuple(
        Choice(label.lower(), label, colour, count, False)
        for label, colour, count in (("Navy", "#1d2a57", 4), ("Coral", "#ff7a5c", 2), ("Pink", "#ff8fa8", 0))
    )
    facets = (
        ShownFacet("size", "Size", False, sizes),
        ShownFacet("frame", "Frame", False, frames),
        ShownFacet("ink", "Ink", True, inks),
    )
    wanted = Wanted(chosen, words=words)
    applied = tuple(
        Applied(choice.label, wanted.without(facet.slug, choice.value).query())
        for facet in facets
        for choice in facet.values
        if choice.selected
    )
    return Listing(
        page=Page([*cards().values()][: min(found, 8)], 1, 1, found),
        facets=facets,
        wanted=wanted,
        applied=applied,
        choices="",
        hint=Hint(applied[0].label, applied[0].query, 9) if applied and not found else None,
        sorts=((Sort.LOVED, "Most loved"), (Sort.CHEAPEST, "Price, low to high")),
    )


def shelf(found: int = 41, **chosen: tuple[str, ...]) -> Sample:
    return {
        "category": Category(
            slug="art-prints", name="Art prints", intro="Drawn by code, printed by people.", one="print", many="prints"
        ),
        "trail": [],
        "below": [Shelf("abstract-prints", "Abstract", None, 8), Shelf("still-life-prints", "Still life", None, 1)],
        "current_shelf": "art-prints",
        "listing": listing(found, chosen),
    }


def search(words: str, found: int = 2) -> Sample:
    result = listing(found, {}, words=words) if words else None
    loved = [] if result and not result.empty else [*cards().values()][:4]
    return {"q": words, "listing": result, "loved": loved}


# Fields by themselves


def fields() -> BaseForm:
    """One field in each state, and those of what is not built yet."""
    form = BaseForm(
        {
            "empty": StringField("Full name", [InputRequired()]),
            "filled": StringField("Town or city", [InputRequired()]),
            "optional": StringField("Phone", [Optional()]),
            "fixed": StringField("Order number", [InputRequired()]),
            "wrong": StringField("Email", [InputRequired()]),
            "choice": SelectField("Country", choices=[("GB", "United Kingdom"), ("JE", "Jersey")]),
            "newsletter": StringField("Email", [InputRequired()]),
            "code": StringField("Discount code", [InputRequired()]),
            **{name: StringField("Discount code", [InputRequired()]) for name in CODE_PROBLEMS},
        },
        prefix="guide-",
    )
    form.process(
        data={"filled": "Bristol", "fixed": "FF-2611-7K3M", "wrong": "maya@", **dict.fromkeys(CODE_PROBLEMS, "SPRING")}
    )
    form["wrong"].errors = ["This email address is not complete. It should look like name@example.com."]
    for name, sentence in CODE_PROBLEMS.items():
        form[name].errors = [sentence]
    return form
