"""Celery for the shop: the outbox's tasks and the clock's, in a process of its own or inside the serving one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.schedules import crontab
from celery.worker import state
from celery.worker.consumer import Consumer
from celery.worker.loops import synloop
from flask import Flask

from shop.core import log
from shop.core.outbox import CLAIM, Queue
from shop.settings import Settings
from worker.relay import TASKS, Relay, deliver, queue_of
from worker.tasks import books, catalog, email, figures, jobs, payments, restock, together, upkeep

# Who reads which queues, with threads of their own: whatever hangs or lasts in one crew keeps no other waiting.
CREWS = ((Queue.ORDERS,), (Queue.MAILS,), (Queue.REST, Queue.BULK))
THREADS = 2  # of each crew
LOOK_S = 0.05  # how soon a thread that has become free is given the next task
CLOCK = "celery.beat:Scheduler"  # keeps no file: everything it does may be done again after a restart


def create_worker(app: Flask) -> Celery:
    """The settings that survive a broker that hangs, dies or forgets; the outbox covers what they cannot."""
    settings: Settings = app.extensions["settings"]
    celery = Celery("vitrine", broker=settings.redis_url or "memory://", set_as_current=True)
    celery.set_default()  # or a thread of the pool would look for another broker
    celery.conf.update(
        broker_transport_options=_over_redis() if settings.redis_url else {"polling_interval": 0.02},
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=5,
        task_default_queue=Queue.REST.value,
        task_ignore_result=True,
        task_acks_late=True,
        task_publish_retry=False,  # the relay tries again by itself
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        beat_schedule={
            "sweep": _every(settings.sweep_seconds, "payments.sweep"),
            "scout": _every(60, "email.scout"),
            "turn_prices": _every(60, "catalog.turn_prices"),
            "figures": _every(30, "figures.catch_up"),
            "expire_carts": _every(3600, "upkeep.expire_carts"),
            "forget_messages": _every(24 * 3600, "upkeep.forget_messages"),
            "forget_misses": _every(24 * 3600, "upkeep.forget_misses"),
            "forget_events": _every(24 * 3600, "upkeep.forget_events"),
            "forget_mails": _every(24 * 3600, "upkeep.forget_mails"),
            "reconcile": _nightly(1, "books.reconcile"),
            "audit": _nightly(2, "books.audit"),
            "back_up": _every(1800, "upkeep.back_up"),
            "invite_to_review": _every(3600, "upkeep.invite_to_review"),
            "learn": _nightly(3, "together.learn"),
            "tell_scarce": _nightly(5, "restock.tell_staff"),
            "resume_jobs": _every(20, "jobs.resume"),
            "forget_jobs": _every(24 * 3600, "upkeep.forget_jobs"),
            "forget_restock_requests": _every(24 * 3600, "upkeep.forget_restock_requests"),
        },
    )
    for name in TASKS:
        celery.task(name=name, shared=False)(_in_app(app, lambda delivery_id, name=name: deliver(delivery_id, name)))
    for name, act in {
        "payments.sweep": payments.sweep,
        "email.scout": email.scout,
        "catalog.turn_prices": catalog.turn_prices,
        "figures.catch_up": figures.catch_up,
        "upkeep.expire_carts": upkeep.expire_carts,
        "upkeep.forget_messages": upkeep.forget_messages,
        "upkeep.forget_misses": upkeep.forget_misses,
        "upkeep.forget_events": upkeep.forget_events,
        "upkeep.forget_mails": upkeep.forget_mails,
        "books.reconcile": books.reconcile,
        "books.audit": books.audit,
        "upkeep.back_up": upkeep.back_up,
        "upkeep.invite_to_review": upkeep.invite_to_review,
        "together.learn": together.learn,
        "restock.tell_staff": restock.tell_staff,
        "jobs.resume": jobs.resume,
        "upkeep.forget_jobs": upkeep.forget_jobs,
        "upkeep.forget_restock_requests": upkeep.forget_restock_requests,
    }.items():
        celery.task(name=name, shared=False)(_in_app(app, act))
    return celery


def publisher(celery: Celery) -> Callable[[str, int], None]:
    def publish(name: str, delivery_id: int) -> None:
        expires = CLAIM.total_seconds()  # then it is sent again
        celery.send_task(name, args=[delivery_id], queue=queue_of(name).value, expires=expires)

    return publish


def unread(celery: Celery) -> Callable[[Queue], int]:
    """How much lies in a queue of the broker's that no worker has taken."""

    def queued(queue: Queue) -> int:
        with celery.pool.acquire(block=True) as connection:
            count: int = connection.default_channel.queue_declare(queue.value).message_count
            return count

    return queued


def start_relay(app: Flask, celery: Celery) -> None:
    Relay(app, publisher(celery), unread(celery)).start()


def start_crews(app: Flask, *, threads: int = THREADS) -> list[threading.Thread]:
    """Starts a worker for each crew in threads of this process. They end when `end_crews` is called, or broken."""
    crews = []
    for queues in CREWS:
        name = "-".join(queues)
        worker = create_worker(app).WorkController(  # of its own: an app knows only one choice of queues
            hostname=name,
            queues=list(queues),
            pool_cls="threads",
            consumer_cls=_Consumer,
            concurrency=threads,
            use_eventloop=False,  # there is one for each process, and here are several workers
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        crew = threading.Thread(target=_work, args=(worker, name), name=f"crew-{name}", daemon=True)
        crew.start()
        crews.append(crew)
    return crews


class _Consumer(Consumer):  # type: ignore[misc]  # Celery has no types
    @staticmethod
    def loop(consumer: Any, connection: Any, *rest: Any) -> None:
        synloop(consumer, _Looking(connection), *rest)


class _Looking:
    """Celery's own loop without events, and Kombu's for Redis in it, look only every one or two seconds for whether a
    thread has become free, which would be one task a second; here they look often.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def drain_events(self, *, timeout: float) -> None:
        self._connection.drain_events(timeout=min(timeout, LOOK_S))


def end_crews(crews: Iterable[threading.Thread], *, within: float) -> None:
    """Tells them to finish what they are at and take no more, and waits for that."""
    state.should_stop = os.EX_OK
    until = monotonic() + within
    for crew in crews:
        crew.join(max(0.0, until - monotonic()))


def _work(worker: Any, name: str) -> None:
    try:
        worker.start()
    finally:
        log.get().warning("worker.ended", crew=name)


def start_clock(celery: Celery) -> None:
    EmbeddedService(celery, thread=True, scheduler_cls=CLOCK).start()


def start_embedded(app: Flask, celery: Celery) -> list[threading.Thread]:
    """Worker and clock in threads of this process, for a shop without Redis. There must be one such process only.

    What it has queued dies with it; the outbox and the sweeper bring it back at the next start. Returns the crews.
    """
    crews = start_crews(app)
    start_clock(celery)
    return crews


def at_work(crews: Iterable[threading.Thread]) -> list[str]:
    """The queues that are being read here."""
    return [crew.name.removeprefix("crew-") for crew in crews if crew.is_alive()]


def _over_redis() -> dict[str, Any]:
    return {
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    }


def _every(seconds: int, task: str) -> dict[str, Any]:
    return _timed(task, float(seconds), expires=seconds)


def _nightly(hour: int, task: str) -> dict[str, Any]:
    """At that hour by UTC, however often the shop is started."""
    return _timed(task, crontab(hour=hour, minute=17), expires=3600)


def _timed(task: str, schedule: Any, *, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": schedule, "options": {"queue": queue_of(task).value, "expires": expires}}


def _in_app(app: Flask, act: Callable[..., None]) -> Callable[..., None]:
    def task(*args: Any) -> None:
        with app.app_context():
            act(*args)

    return task
