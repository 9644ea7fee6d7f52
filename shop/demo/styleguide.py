"""Every component in every state, at /dev/styleguide: what developers look at, and what the tests do.

The states are the shop's own templates filled with sample data (`samples.py`), so they cannot look otherwise than the
shop does. Nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from shop.admin import words
from shop.core.errors import Forbidden, Unavailable
from shop.core.i18n import _
from shop.core.web import not_found, private
from shop.demo import mail_samples, samples
from shop.demo.mailbox import as_mail
from shop.demo.samples import Sample
from shop.orders.states import ReturnState, Status
from shop.payments.models import RefundStatus
from shop.settings import ROOT

bp = Blueprint("styleguide", __name__, url_prefix="/dev/styleguide")

Answer = Callable[[], ResponseReturnValue]


@bp.get("")
@private
def index() -> ResponseReturnValue:
    return render_template(
        "dev/styleguide/index.html",
        groups=GROUPS,
        tokens=tokens(),
        pairs=[(*pair, contrast(*(tokens()[name] for name in pair[:2]))) for pair in PAIRS],
        icons=icons(),
        form=samples.fields(),
        cards=samples.cards(),
        rating=samples.rating(),
        review=samples.reviews()[0],
        text=samples.text(),
        mails={kind: mail_samples.mail(kind) for kind in mail_samples.SAMPLES},
    )


@bp.get("/<name>")
@private
def show(name: str) -> ResponseReturnValue:
    if name not in PAGES:
        not_found()
    _words, answer = PAGES[name]
    return answer()


@bp.after_request
def not_for_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# Colours, icons, sizes: read from where they are kept.

# A colour and what it stands on, with the contrast that WCAG 2.2 asks for: 4.5 of words, 3 of what has to be seen.
PAIRS = [
    ("ink", "paper", 4.5),
    ("ink-2", "paper", 4.5),
    ("ink-3", "paper", 4.5),
    ("ink-3", "sunk", 4.5),
    ("line-2", "paper", 3),
    ("surface", "blue", 4.5),
    ("blue", "paper", 4.5),
    ("blue-2", "wash", 4.5),
    ("on-blue", "blue", 4.5),
    ("sale", "surface", 4.5),
    ("sale", "sale-wash", 4.5),
    ("ok", "surface", 4.5),
    ("ok", "ok-wash", 4.5),
    ("warn", "surface", 4.5),
    ("warn", "warn-wash", 4.5),
]


def tokens() -> dict[str, str]:
    style = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+): ([^;]+);", style))


def icons() -> list[str]:
    return re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text(encoding="utf-8"))


def contrast(one: str, other: str) -> float:
    """Of two colours written #rgb or #rrggbb, as WCAG reckons it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) > 4 else "".join(digit * 2 for digit in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# The states that are pages.


def _page(template: str) -> Callable[[Callable[[], Sample]], Answer]:
    return lambda sample: lambda: render_template(template, **sample())


def _raising(error: Callable[[], Exception]) -> Answer:
    """The page that comes of an error, made by failing."""

    def answer() -> ResponseReturnValue:
        raise error()

    return answer


def _status(code: int) -> Answer:
    return lambda: abort(code)


def _mail(kind: str) -> Answer:
    return lambda: as_mail(mail_samples.mail(kind).html or "")


_bag, _drawer = _page("cart/cart.html"), _page("dev/styleguide/drawer.html")
_product, _reviews = _page("catalog/product.html"), _page("catalog/reviews.html")
_gone, _waiting = _page("catalog/gone.html"), _page("restock/show.html")
_shelf, _search = _page("catalog/category.html"), _page("catalog/search.html")
_details, _payment = _page("checkout/details.html"), _page("checkout/payment.html")
_cancellation, _again, _find = _page("orders/cancel.html"), _page("orders/again.html"), _page("orders/find.html")
_order, _staff = _page("orders/show.html"), _page("dev/styleguide/staff.html")

_return, _review = _page("orders/return.html"), _page("orders/review.html")
_withdrawal, _withdrawal_check = _page("orders/withdrawal.html"), _page("orders/withdrawal_check.html")

BAGS: dict[str, Callable[[], Sample]] = {
    "empty": samples.bag,
    "one": lambda: samples.bag([samples.line()], said=("success", "Seven Ridges, A2, oak is in your bag.")),
    "many": lambda: samples.bag(samples.lines(8)) | {"suggestions": list(samples.cards().values())[:4]},
    "below-free-delivery": lambda: samples.bag([samples.line("Lattice mug", "Pine", "16", slug="lattice-mug")]),
    "price-changed": lambda: samples.bag([samples.line(cost="79")], "Seven Ridges, A2, oak is now £79, was £84."),
    "stock-dropped": lambda: samples.bag(
        [samples.line(quantity=2, wanted=3)],
        "Only 2 of Seven Ridges, A2, oak are left, so we changed the quantity from 3.",
    ),
    "line-gone": lambda: samples.bag(
        [samples.line(quantity=0, wanted=1), *samples.lines(2)[1:]],
        "Seven Ridges, A2, oak is not sold any more, so it is not counted.",
    ),
    "all-gone": lambda: samples.bag(
        [samples.line(quantity=0, wanted=1)], "Seven Ridges, A2, oak has sold out, so it is not counted."
    ),
    "line-error": lambda: samples.bag(
        samples.lines(2), said=("error", "Enter a whole number, 1 or more. To take it out, use Remove.")
    ),
    "removed": lambda: samples.bag(samples.lines(1)) | {"undo": samples.UNDO},
    "order-waiting": lambda: samples.bag(samples.lines(1)) | {"unpaid_order": lambda _cart_id: samples.order()},
}
IN_THE_DRAWER = ("empty", "one", "many", "price-changed", "line-gone", "line-error")

GROUPS: dict[str, dict[str, tuple[str, Answer]]] = {
    "The bag": {f"bag-{name}": (name.replace("-", " "), _bag(sample)) for name, sample in BAGS.items()},
    "The bag’s drawer": {f"drawer-{name}": (name.replace("-", " "), _drawer(BAGS[name])) for name in IN_THE_DRAWER},
    "A product": {
        "product": ("in stock", _product(samples.product)),
        "product-low": ("low stock", _product(lambda: samples.product(stock={"a2": 6}))),
        "product-sale": ("on sale", _product(lambda: samples.product(was="105"))),
        "product-variant-sold-out": ("one size sold out", _product(lambda: samples.product(stock={"a2": 0}))),
        "product-sold-out": (
            "sold out, with a date",
            _product(lambda: samples.product(stock=dict.fromkeys(("a4", "a3", "a2"), 0), restock_at=samples.RESTOCKED)),
        ),
        "product-ahead": (
            "ordered ahead, with a date",
            _product(lambda: samples.product(stock={"a2": 0}, limit=20, restock_at=samples.RESTOCKED)),
        ),
        "product-not-made": (
            "a frame not made in this size",
            _product(lambda: samples.product(wanted={"size": "a4", "frame": "none"})),
        ),
        "product-not-sold": ("without a price", _product(lambda: samples.product(for_sale=False))),
        "product-plain": (
            "long name, no picture, no reviews",
            _product(lambda: samples.product(name=samples.LONG_NAME, slug="nowhere", reviewed=False)),
        ),
        "product-sizes": ("its sizes, drawn to scale", _product(lambda: samples.product(in_room=True))),
        "product-preview": ("as staff see it beforehand", _product(lambda: samples.product(preview=True))),
        "waiting": ("what somebody waits for", _waiting(samples.waiting)),
        "waiting-for-nothing": ("nothing is waited for any more", _waiting(lambda: samples.waiting(0))),
        "product-gone": ("not made any more", _gone(samples.product)),
        "reviews": ("its reviews", _reviews(samples.reviews_page)),
        "reviews-filtered": ("its reviews, one star", _reviews(lambda: samples.reviews_page(stars=1))),
        "reviews-none-of-these": ("its reviews, none of two stars", _reviews(lambda: samples.reviews_page(stars=2))),
        "reviews-none": ("no reviews yet", _reviews(lambda: samples.reviews_page(reviewed=False))),
    },
    "A list": {
        "list": ("filled", _shelf(samples.shelf)),
        "list-filtered": ("filtered", _shelf(lambda: samples.shelf(size=("a3",), frame=("oak",)))),
        "list-one": ("one result", _shelf(lambda: samples.shelf(found=1, size=("a1",)))),
        "list-no-match": ("no match", _shelf(lambda: samples.shelf(found=0, size=("a1",), frame=("oak",)))),
        "list-empty": ("an empty shelf", _shelf(lambda: samples.shelf(found=0))),
        "search": ("nothing asked yet", _search(lambda: samples.search(""))),
        "search-found": ("found", _search(lambda: samples.search("ridges"))),
        "search-not-found": ("nothing found", _search(lambda: samples.search("a typewriter", found=0))),
    },
    "The checkout": {
        "checkout": ("delivery", _details(samples.checkout)),
        "checkout-mistakes": (
            "delivery, with mistakes",
            _details(lambda: samples.checkout(typed={"email": "maya@", "country": "GB", "postal_code": "?"})),
        ),
        "checkout-one-mistake": (
            "delivery, with one mistake",
            _details(lambda: samples.checkout(typed={**samples.TYPED, "email": ""})),
        ),
        "checkout-nowhere": ("nothing can be sent there", _details(lambda: samples.checkout(send=False))),
        "payment": ("payment", _payment(samples.payment)),
        "payment-total-changed": (
            "the total has changed",
            _payment(
                lambda: samples.payment(
                    "Your total changed from £79.20 to £82.15 because delivery to Jersey costs more."
                )
            ),
        ),
        "payment-free": ("nothing to pay", _payment(lambda: samples.payment(free=True))),
    },
    "An order": {
        f"order-{name}": (name.replace("-", " "), _order(sample))
        for name, sample in {
            "unpaid": lambda: samples.order_page(samples.order(), "open"),
            "declined": lambda: samples.order_page(samples.order(), "declined"),
            "bank-check-unfinished": lambda: samples.order_page(samples.order(), "unfinished"),
            "payments-unreachable": lambda: samples.order_page(samples.order(), "unreachable"),
            "confirming": lambda: samples.order_page(samples.order(), "confirming"),
            "bank-is-slow": lambda: samples.order_page(samples.order(), "processing"),
            "in-review": lambda: samples.order_page(samples.order(Status.REVIEW), "none"),
            "paid": lambda: samples.order_page(samples.order(Status.PAID), "paid"),
            "sent": lambda: samples.order_page(samples.order(Status.SHIPPED), "paid"),
            "to-collect": lambda: samples.order_page(
                samples.order(Status.SHIPPED, delivery_kind="pick_up", delivery_name="Our studio"), "paid"
            ),
            "cancellable": lambda: samples.order_page(samples.order(Status.PAID), "paid", may_cancel=True),
            "partly-sent": lambda: samples.order_page(samples.partly_sent(), "paid"),
            "delivered": lambda: samples.order_page(samples.delivered(), "paid"),
            "written-to": lambda: samples.order_page(samples.written_to(), "paid", may_cancel=True),
            "return-asked-for": lambda: samples.order_page(samples.returning(ReturnState.REQUESTED), "paid"),
            "part-refunded": lambda: samples.order_page(
                samples.order(Status.SHIPPED),
                "part_refunded",
                refunds=[samples.refund("14", RefundStatus.SUCCEEDED, line_id=2, pieces=1)],
            ),
            "refund-on-its-way": lambda: samples.order_page(
                samples.order(Status.PAID), "refunded", refunds=[samples.refund("112", RefundStatus.PENDING)]
            ),
            "payment-failed": lambda: samples.order_page(samples.order(Status.CANCELLED), "failed"),
            "cancelled": lambda: samples.order_page(samples.order(Status.CANCELLED), "none"),
            "cancelled-and-refunded": lambda: samples.order_page(
                samples.order(Status.CANCELLED, paid_at=samples.TODAY),
                "refunded",
                refunds=[samples.refund("112", RefundStatus.SUCCEEDED)],
            ),
        }.items()
    }
    | {
        "cancellation": (
            "before it is cancelled",
            _cancellation(lambda: {"order": samples.order(Status.PAID), "back": samples.pounds("112")}),
        ),
        "again": ("ordering it again, with differences", _again(samples.order_again)),
        "again-gone": ("ordering it again, all gone", _again(lambda: samples.order_again(gone=True))),
        "find-order": ("finding it", _find(samples.find_order)),
        "find-order-mistakes": (
            "finding it, with mistakes",
            _find(lambda: samples.find_order(typed={"number": "", "email": "maya@"})),
        ),
        "find-order-asked": ("its link is on the way", _find(lambda: samples.find_order(asked=True))),
    },
    "After the sale": {
        "return": ("sending something back", _return(samples.return_page)),
        "return-mistakes": (
            "sending back, with mistakes",
            _return(lambda: samples.return_page(typed={"line_1": "0", "note": "The glass has a crack."})),
        ),
        "return-not-possible": ("nothing can be sent back", _return(lambda: samples.return_page(possible=False))),
        "withdrawal": ("withdrawing", _withdrawal(samples.withdrawal_page)),
        "withdrawal-mistakes": (
            "withdrawing, with mistakes",
            _withdrawal(lambda: samples.withdrawal_page(typed={"line_1": "9", "name": "", "email": "maya@"})),
        ),
        "withdrawal-check": ("confirming the withdrawal", _withdrawal_check(samples.withdrawal_page)),
        "withdrawal-over": ("too late to withdraw", _withdrawal(lambda: samples.withdrawal_page(possible=False))),
        "review": ("invited to review", _review(samples.review_page)),
        "review-mistakes": (
            "reviewing, with mistakes",
            _review(lambda: samples.review_page(typed={"line-1-title": "Lovely", "author": ""})),
        ),
        "review-done": ("all is said", _review(lambda: samples.review_page(left=False))),
    },
    "What goes wrong": {
        "error-403": (
            "forbidden",
            _raising(lambda: Forbidden(_("Your role does not include this. Ask the shop’s owner."))),
        ),
        "error-404": ("nothing there", not_found),
        "error-413": ("too large", _status(413)),
        "error-429": ("too many tries", _status(429)),
        "error-500": ("a crash", _raising(lambda: AssertionError("the style guide shows what a crash looks like"))),
        "error-503": (
            "not set up",
            _raising(lambda: Unavailable(_("This shop is not set up yet. Its owner runs “manage.py init” once."))),
        ),
        "stale-form": (
            "a page open too long",
            lambda: (render_template("layout/stale.html", typed=[("email", "maya@example.com")], retry=True), 400),
        ),
    },
    "Mails": {f"mail-{kind.replace('_', '-')}": (kind.replace("_", " "), _mail(kind)) for kind in mail_samples.SAMPLES},
    "The back office": {
        "staff": (
            "tables, badges and progress",
            _staff(lambda: {"words": words, "orders": samples.orders(), "jobs": samples.jobs()}),
        ),
    },
}

PAGES = {name: state for group in GROUPS.values() for name, state in group.items()}
STATES = ["/dev/styleguide", *(f"/dev/styleguide/{name}" for name in PAGES)]
