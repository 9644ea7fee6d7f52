"""The demo's last sixty days: a shop that was busy, and whose books agree with Stripe's twin to the penny."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.books import audit
from shop.core import mail
from shop.core.clock import now
from shop.core.db import db
from shop.demo import seed
from shop.demo.sixty.live import live
from shop.demo.sixty.plan import Fate, lives
from shop.demo.stripe_twin import create_twin
from shop.orders.models import Order, Return
from shop.orders.states import ReturnStatus, Status
from shop.payments import gateway
from shop.payments.models import Refund, RefundStatus
from shop.reviews.models import Review
from shop.reviews.models import Status as ReviewStatus
from tests.stripe_wire import TwinHTTPClient


def kinds_of(column: object) -> set[str]:
    return set(db.session.scalars(select(column).distinct()))  # type: ignore[call-overload]


@pytest.mark.both
def test_the_demo_has_lived_through_everything_that_can_happen_to_an_order_and_its_books_agree(
    app: Flask, tmp_path: Path
) -> None:
    books = tmp_path / "shop.stripe.db"
    seed.fill()
    assert live(books, public_url="http://twin.test") > 250
    twin = create_twin(books)
    gateway.init(app, app.extensions["settings"], TwinHTTPClient(twin))
    report = audit.run(ask_stripe=True)
    assert report.findings == ()
    assert report.sessions == report.orders
    assert twin.outgoing() == []
    twin.close()
    assert kinds_of(Order.status) == set(Status)
    assert kinds_of(Return.status) == set(ReturnStatus)
    assert kinds_of(Refund.status) == {RefundStatus.SUCCEEDED, RefundStatus.PENDING, RefundStatus.FAILED}
    assert ReviewStatus.WAITING in kinds_of(Review.status)
    assert mail.dead_count() == 2
    often = select(Order.email).group_by(Order.email).having(func.count() > 2)
    assert len(db.session.scalars(often).all()) > 10
    assert live(books, public_url="http://twin.test") == 0


def test_the_same_day_has_the_same_past() -> None:
    moment = now()
    since = moment - timedelta(days=9)
    told = lives(moment, sale_since=since)
    assert lives(moment, sale_since=since) == told
    assert {life.fate for life in told} == set(Fate)
    assert max(life.placed_at for life in told) < moment
