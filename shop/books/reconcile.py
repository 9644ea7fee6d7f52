"""A time of ours against the same time at Stripe: what it has and we have not, or otherwise; mended where one mend is
right, which is to read the payment again, or to take in what never arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from shop.books.services import Found, add, begin
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.jobs import services as jobs
from shop.jobs.services import Outward, Progress, RowError, Work
from shop.ledger.queries import is_posted
from shop.payments import bookings, gateway, inbox
from shop.payments.gateway import (
    BalanceSeen,
    ChargeSeen,
    DisputeSeen,
    IntentSeen,
    Listed,
    RefundSeen,
    SessionSeen,
)
from shop.payments.models import COME_TO_NOTHING, Dispute, Payment, PaymentStatus, Refund, RefundStatus, WebhookEvent
from shop.payments.sync import UnknownAtStripe, sync

AT_ONCE = 10  # objects of Stripe's in a step: each may have to be read again, and the lease is short
NIGHTLY = timedelta(days=3)
SETTLED = timedelta(minutes=10)  # what is younger is being worked on
STUCK = timedelta(hours=1)  # an event that was not acted upon for so long is not under way any more


def start(since: datetime, until: datetime, *, dry_run: bool, by: str) -> int:
    """Queues a job that looks at what was made from `since` on and before `until`; returns its id."""
    params = {"since": since.isoformat(), "until": until.isoformat(), "dry_run": dry_run}
    return jobs.start("reconcile", params, by=by)


def start_nightly() -> None:
    start(now() - NIGHTLY, now() - SETTLED, dry_run=False, by="shop")


@dataclass(frozen=True, slots=True)
class _Time:
    since: datetime
    until: datetime
    mend: bool


@dataclass(frozen=True, slots=True)
class _Page:
    found: list[Found]
    looked_at: int
    after: str | None  # where the next one begins


def _ask(work: Work) -> _Page:
    since, until = (datetime.fromisoformat(work.params[name]) for name in ("since", "until"))
    stage = STAGES[work.cursor.get("stage", 0)]
    return stage(_Time(since, until, mend=not work.params["dry_run"]), work.cursor.get("after"))


def _note(work: Work, page: _Page) -> Progress:
    check_id = work.cursor.get("check_id") or begin("reconcile", {**work.params, "job_id": work.job_id})
    stage = work.cursor.get("stage", 0) + (page.after is None)
    finished = stage == len(STAGES)
    add(check_id, page.found, finished=finished)
    return Progress(
        cursor=None if finished else {"check_id": check_id, "stage": stage, "after": page.after},
        done=page.looked_at,
        errors=[RowError(each.wrong, value=each.what) for each in page.found if not each.mended],
    )


RECONCILE = Outward(_ask, _note)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of Stripe's objects: what is wrong with one, and whose it is by (payment intent, our key)."""

    listed: Listed
    wrong: Callable[[Any], str | None]
    whose: Callable[[Any], tuple[str | None, str]]

    def __call__(self, time: _Time, after: str | None) -> _Page:
        seen, following = gateway.list_page(self.listed, since=time.since, until=time.until, after=after, limit=AT_ONCE)
        found = []
        for each in seen:
            wrong = self.wrong(each)
            if wrong is not None:
                mended = time.mend and self._mend(each) and self.wrong(each) is None
                found.append(Found(each.id, wrong, mended))
        return _Page(found, len(seen), following)

    def _mend(self, seen: Any) -> bool:
        """Reads the payment again. Returns whether there is one, and Stripe knows it. Raises GatewayAway."""
        intent, key = self.whose(seen)
        payment = _payment(intent, key)
        if payment is None:
            return False
        payment_id, order_id, session_id = payment.id, payment.order_id, payment.session_id
        try:
            if session_id is None and intent is not None:
                session_id = gateway.session_of_intent(intent)
                if session_id is not None:
                    inbox.adopt(session_id, key)
            sync(payment_id)
        except UnknownAtStripe:
            return False
        if isinstance(seen, BalanceSeen) and not seen.category.startswith("dispute"):
            with transaction():
                bookings.charged_for(order_id, seen)
        return True


def _payment(intent: str | None, key: str = "") -> Payment | None:
    by_intent = select(Payment).where(Payment.payment_intent_id == intent)
    by_key = select(Payment).where(Payment.idempotency_key == key)
    found = db.session.scalar(by_intent) if intent else None
    return found or (db.session.scalar(by_key) if key else None)


def _session(seen: SessionSeen) -> str | None:
    payment = db.session.scalar(select(Payment).where(Payment.session_id == seen.id))
    if payment is None:  # money without an order is a charge's to tell
        return None
    if seen.paid and payment.status != PaymentStatus.PAID:
        return f"{payment.idempotency_key} is paid at Stripe, here it is {payment.status}"
    begun = payment.status in (PaymentStatus.NEW, PaymentStatus.OPEN)
    if (seen.status != "open" and begun) or (seen.failed and PaymentStatus(payment.status).live):
        return f"{payment.idempotency_key} is {seen.status} at Stripe, here it is {payment.status}"
    if (seen.captured, seen.refunded) != (payment.captured, payment.refunded) and payment.paid_at is not None:
        return (
            f"{payment.idempotency_key}: Stripe captured {_said(seen.captured)} and refunded {_said(seen.refunded)}, "
            f"here it is {_said(payment.captured)} and {_said(payment.refunded)}"
        )
    return None


def _intent(seen: IntentSeen) -> str | None:
    payment = _payment(seen.id, seen.idempotency_key)
    if payment is None:
        return None
    ours = {"succeeded": PaymentStatus.PAID, "processing": PaymentStatus.PROCESSING}.get(seen.status, payment.status)
    if payment.status != ours:
        return f"{payment.idempotency_key} is {seen.status} at Stripe, here it is {payment.status}"
    return None


def _charge(seen: ChargeSeen) -> str | None:
    payment = _payment(seen.payment_intent_id, seen.idempotency_key)
    if not seen.captured or (payment is None and not seen.idempotency_key):
        return None
    if payment is None:
        return f"Stripe charged {_said(seen.captured)} for {seen.idempotency_key}, and no order here knows of it"
    if payment.captured != seen.captured:
        return f"{payment.idempotency_key}: Stripe charged {_said(seen.captured)}, here it is {_said(payment.captured)}"
    return None


def _refund(seen: RefundSeen) -> str | None:
    payment = _payment(seen.payment_intent_id)
    if payment is None:
        return None
    row = db.session.scalar(select(Refund).where(Refund.gateway_id == seen.id))
    if row is None:
        return f"{payment.idempotency_key}: Stripe refunded {_said(seen.amount)}, and here it is not known"
    status = seen.status if seen.status in list(RefundStatus) else RefundStatus.PENDING
    if row.status != status or row.amount != seen.amount:
        return (
            f"refund {row.id}: Stripe says {_said(seen.amount)} {status}, here it is {_said(row.amount)} {row.status}"
        )
    return None


def _dispute(seen: DisputeSeen) -> str | None:
    payment = _payment(seen.payment_intent_id)
    if payment is None:
        return None
    status = db.session.scalar(select(Dispute.status).where(Dispute.gateway_id == seen.id))
    if status != seen.status:
        return f"{payment.idempotency_key}: the dispute is {seen.status} at Stripe, here it is {status or 'not known'}"
    return None


def _movement(seen: BalanceSeen) -> str | None:
    payment = _payment(seen.payment_intent_id)
    if payment is None:
        return None
    due = [f"fee:{seen.id}"] if seen.fee else []
    if seen.category == "charge":
        due.append(f"capture:{payment.id}")
    elif seen.category.startswith("dispute"):
        due = [f"dispute:{seen.id}"]
    elif seen.category in ("refund", "refund_failure"):
        due += _due_of_refund(seen)
    missing = [key for key in due if not is_posted(key)]
    if missing:
        return f"it moved our balance by {_said(seen.net)}, and {', '.join(missing)} is not posted"
    return None


def _due_of_refund(seen: BalanceSeen) -> list[str]:
    """One that had failed before it was heard of is posted neither as made nor as failed."""
    row = db.session.scalar(select(Refund).where(Refund.gateway_id == seen.source))
    if row is None:
        return []
    if row.status in COME_TO_NOTHING and not bookings.is_sent_back(row):
        return []
    return [f"refund:{row.id}" if seen.category == "refund" else f"refund-failed:{row.id}"]


def _events(time: _Time, _after: str | None) -> _Page:
    """What Stripe told nobody, and what we were told and did nothing about."""
    found = []
    events = gateway.undelivered_between(time.since, time.until)
    for event in events:
        if db.session.scalar(select(WebhookEvent.id).where(WebhookEvent.gateway_id == event.id)) is None:
            if time.mend:
                inbox.receive(event)
            found.append(Found(event.id, f"{event.type} never arrived", mended=time.mend))
    stuck = select(WebhookEvent.gateway_id, WebhookEvent.type).where(
        WebhookEvent.handled_at.is_(None),
        WebhookEvent.received_at >= time.since,
        WebhookEvent.received_at < min(time.until, now() - STUCK),
    )
    for gateway_id, kind in db.session.execute(stuck.order_by(WebhookEvent.id)):
        found.append(Found(gateway_id, f"{kind} arrived and was never acted upon"))
    return _Page(found, len(events), None)


def _said(amount: Money) -> str:
    return f"{amount.decimal} {amount.currency}"


def _of_intent(seen: RefundSeen | DisputeSeen | BalanceSeen) -> tuple[str | None, str]:
    return seen.payment_intent_id, ""


STAGES: tuple[Callable[[_Time, str | None], _Page], ...] = (
    _Kind(Listed.SESSIONS, _session, lambda seen: (seen.payment_intent_id, seen.idempotency_key)),
    _Kind(Listed.INTENTS, _intent, lambda seen: (seen.id, seen.idempotency_key)),
    _Kind(Listed.CHARGES, _charge, lambda seen: (seen.payment_intent_id, seen.idempotency_key)),
    _Kind(Listed.REFUNDS, _refund, _of_intent),
    _Kind(Listed.DISPUTES, _dispute, _of_intent),
    _Kind(Listed.MOVEMENTS, _movement, _of_intent),
    _events,
)
