"""From the outbox to the tasks. Read this second: SUBSCRIBERS is the whole asynchronous behaviour of the shop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import groupby

from flask import Flask

from shop.core import log, outbox
from shop.core.outbox import Later, Queue
from worker.tasks import (
    catalog,
    discovery,
    documents,
    downloads,
    email,
    figures,
    jobs,
    payments,
    pictures,
    restock,
    upkeep,
)

Task = Callable[..., None]

SUBSCRIBERS: dict[str, tuple[Task, ...]] = {
    "asset.received": (pictures.derive,),
    "asset.retried": (pictures.derive,),
    "backup.asked": (upkeep.back_up_now,),
    "catalogue.changed": (catalog.reindex,),
    "downloads.given": (email.download_ready,),
    "job.queued": (jobs.run,),
    "mail.dead": (email.note,),
    "mail.queued": (email.send,),
    "mail.queued_in_bulk": (email.send_in_bulk,),
    "mail.refused": (email.tell_staff,),
    "mail.sent": (email.note, restock.told),
    "order.cancelled": (email.order_cancelled,),
    "order.ended_unpaid": (email.order_ended_unpaid,),
    "order.link_asked": (email.order_link,),
    "order.message_written": (email.message_from_shop,),
    "order.needs_attention": (email.staff_attention,),
    "order.paid": (email.order_confirmation, downloads.give, documents.invoice, figures.hear),
    "order.withdrawn": (email.withdrawal_confirmed,),
    "payment.sent_back": (email.payment_sent_back,),
    "products.changed": (discovery.announce,),
    "refund.failed": (documents.correction,),
    "refund.found": (email.refund_started,),
    "refund.requested": (payments.send_refund, email.refund_started),
    "refund.settled": (documents.credit_note, figures.hear),
    "restock.due": (email.back_in_stock,),
    "shipment.delivered": (email.shipment_delivered,),
    "shipment.sent": (email.shipment_sent,),
    "stock.low": (restock.scarce_since,),
    "stock.sold_out": (restock.scarce_since,),
    "variant.restocked": (restock.call,),
    "return.approved": (email.return_approved,),
    "return.declined": (email.return_declined,),
    "return.received": (email.return_received,),
    "return.requested": (email.return_requested,),
    "review.invited": (email.review_invitation,),
    "webhook.received": (payments.handle_webhook,),
}

# By the module of a task, or by its own name; the rest waits in REST.
QUEUES = {
    "payments": Queue.ORDERS,
    "downloads": Queue.ORDERS,
    "email": Queue.MAILS,
    "email.back_in_stock": Queue.BULK,
    "email.note": Queue.REST,
    "email.scout": Queue.REST,
    "email.send_in_bulk": Queue.BULK,
    "jobs": Queue.BULK,
    "pictures": Queue.BULK,
    "discovery": Queue.BULK,
    "together": Queue.BULK,
    "upkeep": Queue.BULK,
    "jobs.resume": Queue.REST,
}

REST_S = 2.0  # how often a process looks without being told
SOON_S = 0.25  # and while there is more than may be claimed at a time


def name_of(task: Task) -> str:
    """As it is called in the outbox and in Celery: email.order_confirmation."""
    return f"{task.__module__.rsplit('.', 1)[-1]}.{task.__name__}"


def queue_of(name: str) -> Queue:
    return QUEUES.get(name) or QUEUES.get(name.partition(".")[0], Queue.REST)


TASKS = {name_of(task): task for tasks in SUBSCRIBERS.values() for task in tasks}
_NAMES = {topic: [(name, queue_of(name)) for name in map(name_of, tasks)] for topic, tasks in SUBSCRIBERS.items()}


def _first(topic: str) -> int:
    """How soon a topic's turn comes: with the first queue that its deliveries wait in."""
    return min(list(Queue).index(queue) for _name, queue in _NAMES[topic])


_TURNS = [{topic: _NAMES[topic] for topic in topics} for _turn, topics in groupby(sorted(_NAMES, key=_first), _first)]


def relay(publish: Callable[[str, int], None], *, queued: Callable[[Queue], int] = lambda _queue: 0) -> int:
    """Hands on what is due, in the order of the queues, to `publish(task name, delivery id)`. Returns how much it was.

    `queued` says how much of a queue the broker has and nobody has taken: what lies there unread is not added to. No
    lock is held while publishing. What cannot be handed on is given back, and the next round tries again.
    """
    for topics in _TURNS:
        outbox.expand(topics)
    sent = 0
    for queue in outbox.due():
        try:
            unread = queued(queue)
        except Exception as error:
            _say_away(error)
            return sent
        claimed = outbox.claim(queue, most=outbox.MOST_CLAIMED[queue] - unread)
        for position, (delivery_id, name) in enumerate(claimed):
            try:
                (publish if name in TASKS else _refuse)(name, delivery_id)
            except Exception as error:
                _say_away(error)
                for left_id, _name in claimed[position:]:
                    outbox.release(left_id)
                return sent
            sent += 1
    return sent


def _say_away(error: Exception) -> None:
    log.get().warning("relay.broker_away", error=f"{type(error).__name__}: {error}"[:200])


def _refuse(name: str, delivery_id: int) -> None:
    """A task of another version: tried again like one that fails, since that version may serve beside this one."""
    deliver(delivery_id, name)


def deliver(delivery_id: int, name: str) -> None:
    """Runs a delivery's task, unless it is done. A failure is kept with the delivery, which comes again later."""
    payload = outbox.begin(delivery_id)
    if payload is None:
        return
    try:
        if name not in TASKS:
            raise LookupError("this version of the shop does not know the task")
        TASKS[name](**payload)
    except Later as early:
        outbox.put_off(delivery_id, until=early.at, why=str(early), waits_for=early.waits_for)
    except Exception as error:
        log.get().warning(
            "task.failed", task=name, delivery=delivery_id, error=f"{type(error).__name__}: {error}"[:500]
        )
        said, waits_for = f"{type(error).__name__}: {error}", getattr(error, "waits_for", None)
        outbox.postpone(delivery_id, error=said, waits_for=waits_for)
    else:
        outbox.finish(delivery_id)


class Relay(threading.Thread):
    """Relays at once after a commit of this process, and every few seconds whatever happens."""

    def __init__(self, app: Flask, publish: Callable[[str, int], None], queued: Callable[[Queue], int]) -> None:
        super().__init__(name="relay", daemon=True)
        self._app = app
        self._publish = publish
        self._queued = queued
        self._woken = threading.Event()
        outbox.committed.connect(self._wake)

    def _wake(self, _sender: object = None) -> None:
        self._woken.set()

    def run(self) -> None:
        rest = REST_S
        while True:
            self._woken.wait(rest)
            self._woken.clear()
            rest = REST_S
            try:
                with self._app.app_context():
                    if relay(self._publish, queued=self._queued):
                        rest = SOON_S
            except Exception as error:
                log.get().warning("relay.failed", error=f"{type(error).__name__}: {error}"[:300])
