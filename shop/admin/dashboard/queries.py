"""What waits for somebody, in one statement: each part of it is served by an index and counted up to a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from shop.books.queries import newest_of_each
from shop.catalog.listed import SearchMiss
from shop.catalog.models import Product
from shop.catalog.stocked import Stock, Stocked
from shop.core.clock import now
from shop.core.db import db
from shop.core.lists import capped
from shop.core.mail import MailLog
from shop.core.mail import Status as MailStatus
from shop.core.outbox import OutboxDelivery
from shop.jobs.models import Job, State
from shop.orders.models import Order, Return
from shop.orders.states import ReturnStatus, Status
from shop.payments.models import Dispute, WebhookEvent
from shop.reviews.models import Review
from shop.reviews.models import Status as ReviewStatus

STUCK = timedelta(minutes=10)  # a message of Stripe's that nobody has acted upon for so long
LATELY = timedelta(days=7)  # failed work that is older was seen
OLD_CHECK = timedelta(hours=36)  # the books are checked every night
MISSES = 6


@dataclass(frozen=True, slots=True)
class Needs:
    """Counts go up to one more than `lists.MOST`."""

    to_pack: int
    oldest: datetime | None  # when the order was paid that has waited longest to be packed
    in_review: int
    disputes: int
    reply_by: datetime | None  # for the first of them
    returns: int  # to be decided
    coming: int  # returns that were approved
    reviews: int
    scarce: int  # products
    sold_out: int
    dead_mails: int
    failed_jobs: int
    stuck_webhooks: int
    dead_deliveries: int
    has_orders: bool
    has_products: bool
    has_live_products: bool


def needs() -> Needs:
    paid = select(Order.id).where(Order.status == Status.PAID, Order.held_at.is_(None))
    open_disputes = select(Dispute.id).where(Dispute.closed_at.is_(None))
    live = Stocked.status == "live"
    row: Any = db.session.execute(
        select(
            capped(paid),
            select(func.min(Order.placed_at))
            .where(Order.status == Status.PAID, Order.held_at.is_(None))
            .scalar_subquery(),
            capped(select(Order.id).where(Order.status == Status.REVIEW)),
            capped(open_disputes),
            select(func.min(Dispute.due_at)).where(Dispute.closed_at.is_(None)).scalar_subquery(),
            capped(select(Return.id).where(Return.status == ReturnStatus.REQUESTED)),
            capped(select(Return.id).where(Return.status == ReturnStatus.APPROVED)),
            capped(select(Review.id).where(Review.status == ReviewStatus.WAITING)),
            capped(select(Stocked.product_id).where(live, Stocked.stock == Stock.LOW)),
            capped(select(Stocked.product_id).where(live, Stocked.stock == Stock.OUT)),
            capped(select(MailLog.id).where(MailLog.status == MailStatus.DEAD)),
            capped(select(Job.id).where(Job.state == State.FAILED, Job.finished_at > now() - LATELY)),
            capped(
                select(WebhookEvent.id)
                .where(WebhookEvent.handled_at.is_(None))
                .where(WebhookEvent.received_at < now() - STUCK)
            ),
            capped(select(OutboxDelivery.id).where(OutboxDelivery.dead_at.is_not(None))),
            exists(select(Order.id)),
            exists(select(Product.id)),
            exists(select(Stocked.product_id).where(live)),
        )
    ).one()
    return Needs(*row[:14], *map(bool, row[14:]))


@dataclass(frozen=True, slots=True)
class Books:
    """How the last checks of the books have ended."""

    wrong: int  # things that do not agree and that nobody has mended
    checked_at: datetime | None

    @property
    def old(self) -> bool:
        """They are checked every night, so something is wrong with the worker."""
        return self.checked_at is not None and self.checked_at < now() - OLD_CHECK


def books() -> Books:
    checks = newest_of_each().values()
    wrong = sum(len(check.findings) - check.mended for check in checks)
    return Books(wrong, max((check.started_at for check in checks), default=None))


def misses() -> Sequence[SearchMiss]:
    """What was searched for most often and never found."""
    return db.session.scalars(
        select(SearchMiss).order_by(SearchMiss.count.desc(), SearchMiss.last_at.desc()).limit(MISSES)
    ).all()
