"""What else has kept the shop busy: messages of Stripe's, work in the background, checks of the books, searches that
found nothing, reviews that wait, people who ask when something is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from shop.books.models import BookCheck
from shop.catalog.listed import SearchMiss
from shop.catalog.models import Product, Variant
from shop.core.db import db
from shop.core.i18n import DEFAULT_LANGUAGE
from shop.core.mail import MailLog, Status
from shop.core.outbox import MOST_TRIES, OutboxDelivery, OutboxMessage, Queue
from shop.demo.large.fill import PACKER
from shop.demo.twin.books import Books
from shop.jobs.models import Job, JobError, State
from shop.orders.models import Order, OrderEvent, OrderLine, Shipment
from shop.payments.gateway import EVENT_TYPES
from shop.payments.models import Payment, WebhookEvent
from shop.restock.models import RestockRequest
from shop.reviews.models import Review

MISSES = {
    "lampshade": (23, 1),
    "frame a1 gold": (17, 2),
    "gift card": (14, 1),
    "jigsaw": (11, 4),
    "tote bag": (9, 3),
    "postcards": (8, 6),
    "map of bristol": (7, 9),
    "tea towel": (6, 5),
    "advent calendar": (6, 2),
    "sketchbook": (4, 12),
    "a0 poster": (3, 8),
    "stickers": (3, 21),
    "wedding": (2, 17),
    "cushion": (2, 30),
}  # fmt: skip  (how often, and how many days ago last)
WAITING = (
    (5, "Even better on the wall", "The paper has a tooth to it that no photo shows. Hung it opposite the window."),
    (5, "", "Second one from here, and it will not be the last. Packed so well that I kept the tube."),
    (4, "Lovely, a little darker", "The ink is a touch darker than on my screen. I have come to like it."),
    (3, "Good, late", "The print is lovely. It came two days after I was told, so it missed the birthday."),
    (2, "Corner was bent", "One corner had a crease. They sent a new one, but I had to ask twice."),
    (5, "For a friend", "She cried, in the good way."),
    (1, "BUY CHEAP WATCHES", "Visit my page for best prices on watches and bags, click now."),
)
REFUSED = "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table"


def hear(books: Books) -> None:
    """Everything the twin has told was heard and acted upon, but for one message that is given up."""
    events = [event for event in reversed(books.find("event"))]
    for event in events:
        books.delivered(event["id"])
    ours = _payments()
    told = [event for event in sorted(events, key=lambda each: each["created"]) if event["type"] in EVENT_TYPES]
    db.session.execute(insert(WebhookEvent), [_heard(event, ours) for event in told])


def fill(now: datetime) -> None:
    _give_up_messages(now)
    _give_up_mail()
    _work(now)
    _check_books(now)
    db.session.execute(
        insert(SearchMiss),
        [
            {"words": words, "count": count, "last_at": now - timedelta(days=ago, minutes=17 * count)}
            for words, (count, ago) in MISSES.items()
        ],
    )
    _review(now)
    _wait(now)


def _payments() -> dict[str | None, tuple[int, int | None]]:
    """By what Stripe calls them: the payment, and the event by which its order was paid."""
    paid = select(OrderEvent.order_id, func.min(OrderEvent.id).label("id")).where(OrderEvent.kind == "paid")
    paid_by = paid.group_by(OrderEvent.order_id).subquery()
    rows = db.session.execute(
        select(Payment.id, Payment.session_id, Payment.payment_intent_id, paid_by.c.id.label("paid")).outerjoin(
            paid_by, paid_by.c.order_id == Payment.order_id
        )
    ).all()
    return {name: (row.id, row.paid) for row in rows for name in (row.session_id, row.payment_intent_id)}


def _heard(event: dict[str, Any], ours: dict[str | None, tuple[int, int | None]]) -> dict[str, Any]:
    about = event["data"]["object"]
    payment_id, paid = ours.get(about["id"]) or ours.get(about.get("payment_intent")) or (None, None)
    came = [paid] if paid and event["type"] == "checkout.session.completed" else []
    at = datetime.fromtimestamp(event["created"], UTC) + timedelta(seconds=1)
    return {
        "gateway_id": event["id"],
        "type": event["type"],
        "payload": event,
        "received_at": at,
        "handled_at": at + timedelta(seconds=1),
        "payment_id": payment_id,
        "did": {"events": came},
    }


def _give_up_messages(now: datetime) -> None:
    newest = (
        select(WebhookEvent).where(WebhookEvent.type == "charge.refunded").order_by(WebhookEvent.id.desc()).limit(1)
    )
    event = db.session.scalars(newest).one()
    why = "GatewayAway: We cannot take payments for a moment. Your order is kept; nothing has been charged."
    event.handled_at, event.did, event.error, event.failed_at = None, None, why, now - timedelta(hours=7)
    _dead(
        "webhook.received",
        {"event_id": event.id},
        "payments.handle_webhook",
        Queue.ORDERS,
        why,
        at=now - timedelta(hours=7),
    )
    product_id = db.session.scalar(select(Product.id).where(Product.slug == "tidewater"))
    _dead(
        "products.changed",
        {"product_ids": [product_id]},
        "discovery.announce",
        Queue.BULK,
        "URLError: <urlopen error timed out>",
        at=now - timedelta(days=2, hours=3),
    )


def _dead(topic: str, payload: dict[str, Any], subscriber: str, queue: Queue, error: str, *, at: datetime) -> None:
    begun = at - timedelta(hours=23)
    message = OutboxMessage(topic=topic, payload=payload, created_at=begun, expanded_at=begun)
    db.session.add(message)
    db.session.flush()
    db.session.add(
        OutboxDelivery(
            message_id=message.id,
            subscriber=subscriber,
            queue=queue,
            due_at=at,
            tries=MOST_TRIES,
            dead_at=at,
            last_error=error,
        )
    )


def _give_up_mail() -> None:
    """Two shoppers have mistyped their addresses."""
    sent = select(MailLog).where(MailLog.kind == "order_confirmation").order_by(MailLog.id.desc())
    for mail in db.session.scalars(sent.offset(11).limit(40)).all()[::35]:
        mail.status, mail.noted, mail.sent_at = Status.DEAD, Status.DEAD, None
        mail.last_error = REFUSED.format(to=mail.to_address)


def _work(now: datetime) -> None:
    newest = db.session.scalars(select(Order.id).where(Order.paid_at.is_not(None)).order_by(Order.id.desc())).all()
    db.session.add_all(
        [
            _job("reindex", now - timedelta(days=31), {}, 41, by="terminal"),
            _job("documents", now - timedelta(days=6), {"kind": "packing-slips", "orders": newest[40:58]}, 18),
            _job(
                "documents",
                now - timedelta(days=3, hours=2),
                {"kind": "invoices", "orders": newest[20:44]},
                24,
                state=State.DONE_WITH_ERRORS,
                errors=1,
            ),
            _job(
                "reconcile",
                now - timedelta(days=2, hours=5),
                {"since": "2026-01-01T00:00:00+00:00", "until": "2026-01-02T00:00:00+00:00", "dry_run": True},
                0,
                state=State.FAILED,
                message="Stripe did not answer.",
            ),
            _job("documents", now - timedelta(days=1, hours=1), {"kind": "packing-slips", "orders": newest[8:17]}, 9),
        ]
    )
    db.session.flush()
    with_errors = db.session.scalars(select(Job).where(Job.state == State.DONE_WITH_ERRORS)).one()
    said = "Order 7TMC-W3RK was never paid, so it has no invoice."
    db.session.add(JobError(job_id=with_errors.id, row=12, column="", value="7TMC-W3RK", message=said))


def _job(
    kind: str,
    at: datetime,
    params: dict[str, Any],
    total: int,
    *,
    by: str = PACKER,
    state: State = State.DONE,
    errors: int = 0,
    message: str = "",
) -> Job:
    return Job(
        kind=kind,
        params=params,
        state=state,
        done=total,
        total=total,
        errors=errors,
        message=message,
        by=by,
        created_at=at,
        started_at=at + timedelta(seconds=1),
        finished_at=at + timedelta(seconds=5 + total),
    )


def _check_books(now: datetime) -> None:
    """Each night, as the clock has it."""
    for ago in range(21, 0, -1):
        night = (now - timedelta(days=ago - 1)).replace(minute=17)
        for kind, hour in (("reconcile", 1), ("audit", 2)):
            at = night.replace(hour=hour)
            if at < now:
                db.session.add(
                    BookCheck(
                        kind=kind,
                        about=_checked(kind, at),
                        findings=[],
                        started_at=at,
                        finished_at=at + timedelta(seconds=4),
                    )
                )


def _checked(kind: str, at: datetime) -> dict[str, object]:
    """What a check says that it was about."""
    if kind == "audit":
        return {}
    return {"since": (at - timedelta(days=3)).isoformat(), "until": at.isoformat(), "dry_run": False}


def _review(now: datetime) -> None:
    arrived = (
        select(OrderLine, Variant.product_id, Shipment.delivered_at)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Shipment, Shipment.order_id == Order.id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(Shipment.delivered_at < now - timedelta(days=4), OrderLine.returned == 0)
        .order_by(Order.id.desc(), OrderLine.id)
        .limit(len(WAITING) * 3)
    )
    dice = Random("reviews that wait")
    for (stars, title, text), (line, product_id, at) in zip(
        WAITING, db.session.execute(arrived).all()[::3], strict=True
    ):
        db.session.add(
            Review(
                product_id=product_id,
                order_line_id=line.id,
                stars=stars,
                title=title,
                text=text,
                author=dice.choice(("Isla M.", "Noah P.", "Zara K.", "Ewan T.", "Priya S.", "Holly B.", "Theo W.")),
                variant_name=line.variant_name,
                verified=True,
                language="en-GB",
                written_at=min((at or now) + timedelta(days=3 + dice.random()), now - timedelta(hours=2)),
            )
        )


def _wait(now: datetime) -> None:
    """People who want to hear when something is back."""
    gone = db.session.scalars(
        select(Variant.id)
        .join(Variant.product)
        .where(Variant.available <= 0, Product.status == "live")
        .order_by(Variant.id)
    ).all()
    dice = Random("restock")
    for number in range(14):
        db.session.add(
            RestockRequest(
                variant_id=gone[int(len(gone) * dice.random() ** 2)],
                email=f"waits.{number}@example.com",
                language=DEFAULT_LANGUAGE,
                token=f"{dice.getrandbits(192):048x}",
                created_at=now - timedelta(days=20 * dice.random(), hours=1),
            )
        )
