"""From the outbox to the tasks. Read this second: SUBSCRIBERS is the whole asynchronous behaviour of the shop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from shop.core import log, outbox
from worker.tasks import catalog, discovery, email, jobs, payments, pictures, restock

Task = Callable[..., None]

SUBSCRIBERS: dict[str, tuple[Task, ...]] = {
    "asset.received": (pictures.derive,),
    "asset.retried": (pictures.derive,),
    "catalogue.changed": (catalog.reindex,),
    "job.queued": (jobs.run,),
    "order.paid": (email.order_confirmation,),
    "order.needs_attention": (email.staff_attention,),
    "payment.sent_back": (email.payment_sent_back,),
    "products.changed": (discovery.announce,),
    "refund.requested": (payments.send_refund,),
    "restock.due": (email.back_in_stock,),
    "variant.restocked": (restock.call,),
    "webhook.received": (payments.handle_webhook,),
}

REST_S = 2.0  # how often a process looks without being told


def name_of(task: Task) -> str:
    """As it is called in the outbox and in Celery: email.order_confirmation."""
    return f"{task.__module__.rsplit('.', 1)[-1]}.{task.__name__}"


TASKS = {name_of(task): task for tasks in SUBSCRIBERS.values() for task in tasks}
_NAMES = {topic: [name_of(task) for task in tasks] for topic, tasks in SUBSCRIBERS.items()}


def relay(publish: Callable[[str, int], None]) -> int:
    """Hands everything that is due to `publish(task name, delivery id)`. Returns how much that was.

    No lock is held while publishing. What cannot be handed on is given back, and the next round tries again.
    """
    outbox.expand(_NAMES)
    sent = 0
    while claimed := outbox.claim():
        for position, (delivery_id, name) in enumerate(claimed):
            try:
                publish(name, delivery_id)
            except Exception as error:
                log.get().warning("relay.broker_away", error=f"{type(error).__name__}: {error}"[:200])
                for left_id, _name in claimed[position:]:
                    outbox.release(left_id)
                return sent
            sent += 1
    return sent


def deliver(delivery_id: int, name: str) -> None:
    """Runs a delivery's task, unless it is done. A failure is kept with the delivery, which comes again later."""
    payload = outbox.undone(delivery_id)
    if payload is None:
        return
    try:
        TASKS[name](**payload)
    except Exception as error:
        log.get().warning(
            "task.failed", task=name, delivery=delivery_id, error=f"{type(error).__name__}: {error}"[:500]
        )
        outbox.postpone(delivery_id, error=f"{type(error).__name__}: {error}")
        return
    outbox.finish(delivery_id)


class Relay(threading.Thread):
    """Relays at once after a commit of this process, and every few seconds whatever happens."""

    def __init__(self, app: Flask, publish: Callable[[str, int], None]) -> None:
        super().__init__(name="relay", daemon=True)
        self._app = app
        self._publish = publish
        self._woken = threading.Event()
        outbox.committed.connect(self._wake)

    def _wake(self, _sender: object = None) -> None:
        self._woken.set()

    def run(self) -> None:
        while True:
            self._woken.wait(REST_S)
            self._woken.clear()
            try:
                with self._app.app_context():
                    relay(self._publish)
            except Exception as error:
                log.get().warning("relay.failed", error=f"{type(error).__name__}: {error}"[:300])
