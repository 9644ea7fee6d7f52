from __future__ import annotations

from datetime import timedelta

from flask import current_app

from shop.aftersale import invitations
from shop.backups import services as backups
from shop.cart import services as carts
from shop.catalog import search
from shop.core import mail, outbox
from shop.core.clock import now
from shop.core.errors import Invalid, Unavailable
from shop.core.outbox import Later
from shop.jobs import services as jobs
from shop.payments import inbox
from shop.restock import services as restock
from shop.settings import Settings

KEEP_MESSAGES = timedelta(days=30)
KEEP_MISSES = timedelta(days=90)
KEEP_JOBS = timedelta(days=30)
KEEP_EVENTS = timedelta(days=180)  # of Stripe's, which tells them again for 30 days at most
KEEP_MAILS = timedelta(days=365)  # about no order; the others stay with theirs
AT_WORK = timedelta(seconds=30)
KEEP_TOLD = timedelta(days=90)  # those who were told that something is back, for the link in their mail
KEEP_ASKED = timedelta(days=365)


def expire_carts() -> None:
    while carts.forget_expired():
        pass


def forget_misses() -> None:
    search.forget_misses(before=now() - KEEP_MISSES)


def forget_messages() -> None:
    while outbox.forget(before=now() - KEEP_MESSAGES):
        pass


def forget_events() -> None:
    while inbox.forget(before=now() - KEEP_EVENTS):
        pass


def forget_mails() -> None:
    while mail.forget(before=now() - KEEP_MAILS):
        pass


def forget_jobs() -> None:
    while jobs.forget(before=now() - KEEP_JOBS):
        pass


def forget_restock_requests() -> None:
    restock.forget(told_before=now() - KEEP_TOLD, asked_before=now() - KEEP_ASKED)


def invite_to_review() -> None:
    while invitations.invite_due():
        pass


def back_up() -> None:
    settings: Settings = current_app.extensions["settings"]
    backups.make_due(settings)


def back_up_now(staff_id: int) -> None:
    """What is told twice, or while another is made, waits until that is done. What goes wrong is noted and logged."""
    settings: Settings = current_app.extensions["settings"]
    try:
        backups.make(settings, by=f"staff:{staff_id}")
    except backups.AtWork as error:
        raise Later(now() + AT_WORK, error.message) from error
    except (Invalid, Unavailable):
        return
