"""What staff read for the codes that rows keep. Each word comes with a tone, so that its badge has a colour."""

from __future__ import annotations

import re
from datetime import datetime

from shop.accounts.models import Role
from shop.catalog.models import Status as Sale
from shop.content.models import Kind, Place
from shop.content.models import Status as Written
from shop.core.clock import now
from shop.core.i18n import _, _l, _n, format_money, format_number
from shop.core.money import Money
from shop.jobs.models import Job
from shop.jobs.models import State as Work
from shop.media.models import State as Made
from shop.orders.models import OrderEvent
from shop.orders.states import Status
from shop.payments.models import PaymentStatus, RefundStatus
from shop.reviews.models import Status as Opinion

Word = tuple[str, str]  # the word and its tone: ok, warn, bad, info, plain

# In the order of the tabs: what waits for somebody comes first.
ORDER: dict[str, Word] = {
    Status.PAID: (_l("To pack"), "warn"),
    Status.REVIEW: (_l("In review"), "bad"),
    Status.PENDING: (_l("Unpaid"), "plain"),
    Status.SHIPPED: (_l("Posted"), "ok"),
    Status.CANCELLED: (_l("Cancelled"), "plain"),
}

PAYMENT: dict[str, Word] = {
    PaymentStatus.NEW: (_l("Not begun"), "plain"),
    PaymentStatus.OPEN: (_l("Open"), "warn"),
    PaymentStatus.PROCESSING: (_l("On its way"), "info"),
    PaymentStatus.PAID: (_l("Paid"), "ok"),
    PaymentStatus.EXPIRED: (_l("Expired"), "plain"),
    PaymentStatus.FAILED: (_l("Failed"), "bad"),
}

REFUND: dict[str, Word] = {
    RefundStatus.REQUESTED: (_l("Asked for"), "warn"),
    RefundStatus.PENDING: (_l("On its way"), "info"),
    RefundStatus.SUCCEEDED: (_l("Refunded"), "ok"),
    RefundStatus.FAILED: (_l("Failed"), "bad"),
    RefundStatus.CANCELED: (_l("Cancelled"), "bad"),
}

ROLE: dict[str, str] = {
    Role.OWNER: _l("Owner"),
    Role.MANAGER: _l("Manager"),
    Role.SUPPORT: _l("Support"),
    Role.PACKER: _l("Packer"),
    Role.VIEWER: _l("Viewer"),
}

PICTURE: dict[str, Word] = {
    Made.WAITING: (_l("Being made smaller"), "info"),
    Made.READY: (_l("Ready"), "ok"),
    Made.FAILED: (_l("Could not be made"), "bad"),
}

JOB: dict[str, Word] = {
    Work.QUEUED: (_l("Queued"), "plain"),
    Work.RUNNING: (_l("Running"), "info"),
    Work.DONE: (_l("Done"), "ok"),
    Work.DONE_WITH_ERRORS: (_l("Done with errors"), "warn"),
    Work.FAILED: (_l("Failed"), "bad"),
    Work.CANCELLED: (_l("Cancelled"), "plain"),
}

REVIEW: dict[str, Word] = {
    Opinion.WAITING: (_l("Waiting"), "warn"),
    Opinion.SHOWN: (_l("Published"), "ok"),
    Opinion.HIDDEN: (_l("Refused"), "plain"),
}

MOVEMENT: dict[str, str] = {
    "received": _l("Received"),
    "sold": _l("Sold"),
    "cancelled": _l("Cancelled"),
    "returned": _l("Came back"),
    "corrected": _l("Corrected"),
    "damaged": _l("Written off"),
}

TEXT: dict[str, Word] = {
    Written.DRAFT: (_l("Draft"), "plain"),
    Written.PUBLISHED: (_l("Published"), "ok"),
    Written.WITHDRAWN: (_l("Withdrawn"), "plain"),
}

TEXT_KIND: dict[str, str] = {
    Kind.PAGE: _l("Pages"),
    Kind.JOURNAL: _l("Journal"),
    Kind.LOOKBOOK: _l("Lookbooks"),
    Kind.LEGAL: _l("Legal texts"),
}

COLUMN: dict[str, str] = {
    Place.SHOP: _l("Shop"),
    Place.HELP: _l("Help"),
    Place.STUDIO: _l("Studio"),
    Place.LEGAL: _l("Legal"),
}

# What each kind of job does.
JOB_KIND: dict[str, str] = {
    "audit": _l("Audit of the books"),
    "documents": _l("Papers of orders"),
    "post_orders": _l("Orders marked as posted"),
    "undo_posting": _l("Posting undone"),
    "reconcile": _l("Comparison with Stripe"),
    "reindex": _l("Search index"),
    "reprice": _l("Change of prices"),
    "retry_mails": _l("Mails tried again"),
}

EVENT: dict[str, str] = {
    "placed": _l("Order placed"),
    Status.PAID: _l("Paid"),
    Status.REVIEW: _l("Put in review"),
    Status.SHIPPED: _l("Sent"),
    Status.CANCELLED: _l("Cancelled"),
    "cancel_asked": _l("Cancellation asked for"),
    "problem": _l("A problem with the payment"),
    "paid_twice": _l("Paid a second time"),
    "paid_late": _l("Paid after it was cancelled"),
    "held": _l("Put on hold"),
    "released": _l("No longer on hold"),
    "refund_requested": _l("Refund asked for"),
    "refund_pending": _l("Refund on its way"),
    "refund_succeeded": _l("Refunded"),
    "refund_failed": _l("Refund failed"),
    "refund_canceled": _l("Refund cancelled"),
    "shipment": _l("Parcel sent"),
    "shipment_undone": _l("Parcel undone"),
    "delivered": _l("Parcel delivered"),
    "edited": _l("Address changed"),
    "message": _l("Written to the shopper"),
    "downloads_given": _l("Ready to download"),
    "return_requested": _l("Return asked for"),
    "return_approved": _l("Return approved"),
    "return_declined": _l("Return declined"),
    "return_received": _l("Return received"),
    "return_reopened": _l("Return to be decided again"),
    "withdrawn": _l("Withdrawn by the shopper"),
    "noted": _l("Note"),
    "evidence": _l("Note on the dispute"),
    "processing": _l("Payment on its way"),
    "webhook_replayed": _l("A message of Stripe’s dealt with again"),
    "mail_sent": _l("Mail sent"),
    "mail_dead": _l("Mail could not be sent"),
}

# Events that somebody should look at.
BAD_EVENTS = (Status.REVIEW, "problem", "paid_twice", "paid_late", "held", "refund_failed", "refund_canceled")

MAIL: dict[str, str] = {
    "back_in_stock": _l("Back in stock"),
    "download_ready": _l("Download"),
    "late_payment_refunded": _l("Late or double payment sent back"),
    "low_stock": _l("Running out"),
    "message_from_shop": _l("A word from the shop"),
    "order_cancelled": _l("Order cancelled"),
    "order_confirmation": _l("Order confirmed"),
    "order_ended_unpaid": _l("Order ended unpaid"),
    "order_link": _l("Link to the order"),
    "refund_started": _l("Refund started"),
    "shipment_delivered": _l("Parcel delivered"),
    "shipment_sent": _l("Parcel sent"),
    "return_approved": _l("Return approved"),
    "return_declined": _l("Return declined"),
    "return_received": _l("Return received"),
    "return_requested": _l("Return asked for"),
    "review_invitation": _l("Asked for a review"),
    "staff_attention": _l("Somebody must look"),
    "staff_invitation": _l("Invitation to join the staff"),
    "withdrawal_confirmed": _l("Withdrawal confirmed"),
}

_SUM = re.compile(r"(\d{1,15}) ([A-Z]{3})(?::\s*(.*))?", re.DOTALL)


def sale(status: str, published_at: datetime | None) -> Word:
    """Whether shoppers see a product."""
    if status == Sale.DRAFT:
        return _("Draft"), "plain"
    if status == Sale.DISCONTINUED:
        return _("Archived"), "plain"
    if published_at is None or published_at > now():
        return _("Scheduled"), "info"
    return _("Live"), "ok"


def job(kind: str) -> str:
    return str(JOB_KIND.get(kind, kind))


def progress(job: Job) -> str:
    """How far a job has come: 620 of 1,000 rows, 2 errors."""
    if job.total is None:
        rows = _n("%(num)s row", "%(num)s rows", job.done)
    else:
        rows = _n("%(done)s of %(num)s row", "%(done)s of %(num)s rows", job.total, done=format_number(job.done))
    if not job.errors:
        return rows
    return _("%(rows)s, %(errors)s", rows=rows, errors=_n("%(num)s error", "%(num)s errors", job.errors))


def happened(event: OrderEvent) -> str:
    return str(EVENT.get(event.kind, event.kind.replace("_", " ").capitalize()))


def by(signature: str) -> str:
    """Who did it: `staff:7 Robin` is Robin."""
    if signature.startswith("staff:"):
        return signature.partition(" ")[2] or signature
    known = {
        "shopper": _("the shopper"),
        "stripe": "Stripe",
        "shop": _("the shop itself"),
        "terminal": _("somebody at a terminal"),
    }
    return known.get(signature, signature)


def note(event: OrderEvent) -> str:
    """An event's note; amounts, which refunds note in minor units, and kinds of mails, as people write them."""
    if event.kind.startswith("mail_"):
        kind, colon, why = event.note.partition(":")
        return f"{MAIL.get(kind, kind)}{colon}{why}"
    found = _SUM.fullmatch(event.note) if event.kind.startswith("refund_") else None
    if found is None:
        return event.note
    amount = format_money(Money(int(found[1]), found[2]))
    return f"{amount}: {found[3]}" if found[3] else amount


def spoken(code: str) -> str:
    """A code of Stripe's, readable: needs_response is “needs response”."""
    return code.replace("_", " ")
