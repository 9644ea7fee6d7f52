"""What Stripe tells us: kept first, acted on by the worker. Only its ids are believed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _
from shop.core.outbox import Other
from shop.orders import services as orders
from shop.payments import gateway
from shop.payments.gateway import Event, GatewayRefused
from shop.payments.models import Payment, PaymentStatus, WebhookEvent
from shop.payments.queries import by_session
from shop.payments.sync import lock, synced


def receive(event: Event, *, swept: bool = False) -> None:
    """Keeps what Stripe told us, once, and leaves the work to the worker. `swept`: found by asking, not sent to us."""
    with transaction():
        try:
            with db.session.begin_nested():
                row = WebhookEvent(
                    gateway_id=event.id, type=event.type, payload=event.payload, swept=swept, received_at=now()
                )
                db.session.add(row)
        except IntegrityError:
            return
        outbox.emit("webhook.received", event_id=row.id)


def handle(event_id: int) -> None:
    """Acts on a kept event. Only its ids are believed; everything else is read from Stripe."""
    row = db.session.get_one(WebhookEvent, event_id)
    if row.handled_at is not None:
        return
    try:
        payment_id = _concerned(row.type, row.payload["data"]["object"])
        came = synced(payment_id)[1] if payment_id is not None else []
    except Exception as error:
        _note_failure(event_id, f"{type(error).__name__}: {error}")
        raise
    with transaction():
        row = db.session.get_one(WebhookEvent, event_id, with_for_update=True)
        row.handled_at, row.payment_id, row.error, row.failed_at = now(), payment_id, "", None
        row.did = {"events": [*(row.did or {}).get("events", []), *came]}
        if payment_id is not None:
            outbox.wake(Other.STRIPE)


def replay(event_id: int, *, by: str) -> None:
    """Acts on a kept event once more, or after all, in a moment. Raises NotFound, and Conflict for one that waits."""
    concerned = select(WebhookEvent.type, Payment.order_id).outerjoin(Payment, Payment.id == WebhookEvent.payment_id)
    found = db.session.execute(concerned.where(WebhookEvent.id == event_id)).one_or_none()
    if found is None:
        raise NotFound(_("There is no such message of Stripe’s."))
    with transaction():
        if found.order_id is not None:
            orders.note(found.order_id, "webhook_replayed", by=by, note=found.type)
        row = db.session.get_one(WebhookEvent, event_id, with_for_update=True, populate_existing=True)
        if row.handled_at is None and not row.error:
            raise Conflict(_("This message waits for its turn; it is dealt with by itself."))
        row.handled_at, row.error, row.failed_at = None, "", None
        outbox.emit("webhook.received", event_id=event_id)


def forget(*, before: datetime) -> int:
    """Deletes events that were acted upon and came before then, but for the last swept. Returns how many."""
    young = select(WebhookEvent.id).where(WebhookEvent.received_at >= before).order_by(WebhookEvent.id).limit(1)
    last = select(func.coalesce(func.max(WebhookEvent.id), 0)).where(WebhookEvent.swept)
    with transaction():
        first_kept = db.session.scalar(young)
        old = select(WebhookEvent.id).where(
            WebhookEvent.received_at < before,
            WebhookEvent.handled_at.is_not(None),
            WebhookEvent.id != last.scalar_subquery(),
        )
        if first_kept is not None:
            old = old.where(WebhookEvent.id < first_kept)
        ids = db.session.scalars(old.order_by(WebhookEvent.id).limit(1000)).all()
        db.session.execute(delete(WebhookEvent).where(WebhookEvent.id.in_(ids)))
    return len(ids)


def _note_failure(event_id: int, error: str) -> None:
    with transaction():
        unhandled = update(WebhookEvent).where(WebhookEvent.id == event_id, WebhookEvent.handled_at.is_(None))
        db.session.execute(unhandled.values(error=error[:2000], failed_at=now()))


def _concerned(kind: str, about: dict[str, object]) -> int | None:
    """The payment an event is about, or None when it is not ours."""
    if kind.startswith("checkout.session."):
        payment = by_session(str(about.get("id"))) or adopt(str(about.get("id")), _key(about))
    else:
        named = about.get("payment_intent")
        intent = named if isinstance(named, str) else None
        payment = db.session.scalar(select(Payment).where(Payment.payment_intent_id == intent)) if intent else None
        if payment is None and intent:
            session_id = gateway.session_of_intent(intent)
            payment = by_session(session_id) if session_id else None
    return payment.id if payment else None


def _key(about: dict[str, object]) -> str:
    metadata = about.get("metadata")
    return str(metadata.get("attempt", "")) if isinstance(metadata, dict) else ""


def adopt(session_id: str, key: str) -> Payment | None:
    """A session of ours whose answer was lost is known by the idempotency key in its metadata."""
    found = db.session.scalar(select(Payment.id).where(Payment.idempotency_key == key)) if key else None
    if found is None:
        return None
    try:
        seen = gateway.read_session(session_id)
    except GatewayRefused:
        return None
    with transaction():
        payment = lock(found)
        if payment.session_id is None and seen.idempotency_key == payment.idempotency_key:
            payment.session_id, payment.session_url = seen.id, seen.url
            if payment.status == PaymentStatus.NEW:
                payment.status = PaymentStatus.OPEN
    payment = db.session.get_one(Payment, found)
    return payment if payment.session_id == session_id else None
