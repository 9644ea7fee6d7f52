"""What people can wait for: KINDS is all the long work of the shop, as the steps that it is done in.

`shop/jobs` does them one after the other, keeps their progress and goes on after a crash.
"""

from __future__ import annotations

from shop.aftersale import posting
from shop.books import proof
from shop.books.reconcile import RECONCILE
from shop.catalog import index, repricing
from shop.core import mail
from shop.documents import bulk
from shop.jobs.services import Outward, Progress, Step, Work

REINDEXED = 200  # products in a step
RETRIED = 100  # mails


def reindex(work: Work) -> Progress:
    """Writes what lists and searches read anew, product by product."""
    total = index.rebuild_total() if work.total is None else work.total
    after, done = index.rebuild_step(work.cursor.get("after", 0), REINDEXED)
    return Progress(cursor=None if after is None else {"after": after}, done=done, total=total)


def retry_mails(work: Work) -> Progress:
    """Has mails that were given up tried again, some at a time."""
    tried = mail.retry_some(after=work.cursor.get("after", 0), most=RETRIED)
    return Progress(cursor={"after": tried[-1]} if len(tried) == RETRIED else None, done=len(tried))


KINDS: dict[str, Step | Outward] = {
    proof.JOB: proof.AUDIT,
    bulk.JOB: bulk.STEPS,
    posting.POST: posting.POSTS,
    posting.UNDO: posting.UNDOES,
    "reconcile": RECONCILE,
    "reindex": reindex,
    repricing.JOB: repricing.step,
    "retry_mails": retry_mails,
}
