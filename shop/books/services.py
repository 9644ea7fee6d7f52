"""Keeping what the checks of the books have found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from shop.books import audit
from shop.books.models import BookCheck
from shop.core import log
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.payments.gateway import GatewayAway

KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Found:
    what: str  # an order's number, or an id of Stripe's
    wrong: str
    mended: bool = False


def begin(kind: str, about: dict[str, Any]) -> int:
    """Returns the check's id. Old ones are forgotten meanwhile."""
    with transaction():
        db.session.execute(delete(BookCheck).where(BookCheck.kind == kind, BookCheck.started_at < now() - KEPT))
        check = BookCheck(kind=kind, about=about, started_at=now())
        db.session.add(check)
        db.session.flush()
        return check.id


def add(check_id: int, found: Sequence[Found], *, finished: bool) -> None:
    with transaction():
        check = db.session.get_one(BookCheck, check_id, with_for_update=True)
        check.findings = [*check.findings, *map(asdict, found)]
        check.mended += sum(each.mended for each in found)
        if finished:
            check.finished_at = now()
            left = len(check.findings) - check.mended
            tell = log.get().error if left else log.get().info
            tell("books.checked", check=check_id, kind=check.kind, findings=len(check.findings), left=left)


def describe(check_id: int, **about: int | None) -> None:
    """Adds to what a check was about. In a transaction."""
    check = db.session.get_one(BookCheck, check_id)
    check.about = check.about | about


def audit_and_keep() -> None:
    """The audit, with its result kept. A Stripe that does not answer is a finding."""
    found: list[Found] = []
    check_id = begin("audit", {})
    try:
        report = audit.run(ask_stripe=True)
    except GatewayAway:
        report = audit.run(ask_stripe=False)
        found = [Found("Stripe", "it did not answer")]
    found += [Found(finding.what, finding.wrong) for finding in report.findings]
    with transaction():
        describe(check_id, orders=report.orders, variants=report.variants, sessions=report.sessions)
        add(check_id, found, finished=True)
