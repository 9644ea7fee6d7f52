"""The audit as a job, for whoever asks for it meanwhile: step by step, without Stripe, which the comparison asks."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from shop.books import audit
from shop.books.audit import Finding
from shop.books.services import Found, add, begin, describe
from shop.core.db import db
from shop.jobs.services import Outward, Progress, RowError, Work
from shop.orders.models import Order

JOB = "audit"
AT_ONCE = 200  # orders in a step


@dataclass(frozen=True, slots=True)
class _Looked:
    findings: list[Finding]
    orders: int
    total: int | None
    following: dict[str, int] | None  # where the next step begins


def _ask(work: Work) -> _Looked:
    """Reads outside of any transaction, so that nobody waits for it."""
    total = db.session.scalar(select(func.count()).select_from(Order)) if work.total is None else work.total
    stage = work.cursor.get("stage")
    if stage is None:
        findings, seen, last = audit.of_orders(work.cursor.get("after", 0), AT_ONCE)
        return _Looked(findings, seen, total, {"stage": 0} if last is None else {"after": last})
    findings = list(audit.WHOLE[stage]())
    following = stage + 1
    return _Looked(findings, 0, total, {"stage": following} if following < len(audit.WHOLE) else None)


def _note(work: Work, looked: _Looked) -> Progress:
    check_id = work.cursor.get("check_id") or begin(JOB, {"job_id": work.job_id})
    if looked.following is None:
        describe(check_id, orders=work.done, variants=audit.variants(), sessions=None)
    found = [Found(finding.what, finding.wrong) for finding in looked.findings]
    add(check_id, found, finished=looked.following is None)
    return Progress(
        cursor=None if looked.following is None else {"check_id": check_id, **looked.following},
        done=looked.orders,
        total=looked.total,
        errors=[RowError(each.wrong, value=each.what) for each in found],
    )


AUDIT = Outward(_ask, _note)
