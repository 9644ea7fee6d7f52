"""Celery for the shop: the outbox's tasks and the clock's, in a process of its own or inside the serving one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.schedules import crontab
from flask import Flask

from shop.core.outbox import CLAIM
from shop.settings import Settings
from worker.relay import TASKS, Relay, deliver
from worker.tasks import catalog, jobs, payments, together, upkeep

THREADS = 4
CLOCK = "celery.beat:Scheduler"  # keeps no file: everything it does may be done again after a restart


def create_worker(app: Flask) -> Celery:
    """The settings that survive a broker that hangs, dies or forgets; the outbox covers what they cannot."""
    settings: Settings = app.extensions["settings"]
    celery = Celery("vitrine", broker=settings.redis_url or "memory://", set_as_current=True)
    celery.set_default()  # or a thread of the pool would look for another broker
    celery.conf.update(
        broker_transport_options=_over_redis() if settings.redis_url else {"polling_interval": 0.01},
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=5,
        task_ignore_result=True,
        task_acks_late=True,
        task_publish_retry=False,  # the relay tries again by itself
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=10,
        worker_hijack_root_logger=False,
        beat_schedule={
            "sweep": _every(settings.sweep_seconds, "payments.sweep"),
            "turn_prices": _every(60, "catalog.turn_prices"),
            "expire_carts": _every(3600, "upkeep.expire_carts"),
            "forget_messages": _every(24 * 3600, "upkeep.forget_messages"),
            "forget_misses": _every(24 * 3600, "upkeep.forget_misses"),
            "learn": _nightly(3, "together.learn"),
            "resume_jobs": _every(20, "jobs.resume"),
            "forget_jobs": _every(24 * 3600, "upkeep.forget_jobs"),
            "forget_restock_requests": _every(24 * 3600, "upkeep.forget_restock_requests"),
        },
    )
    for name in TASKS:
        celery.task(name=name)(_in_app(app, lambda delivery_id, name=name: deliver(delivery_id, name)))
    for name, act in {
        "payments.sweep": payments.sweep,
        "catalog.turn_prices": catalog.turn_prices,
        "upkeep.expire_carts": upkeep.expire_carts,
        "upkeep.forget_messages": upkeep.forget_messages,
        "upkeep.forget_misses": upkeep.forget_misses,
        "together.learn": together.learn,
        "jobs.resume": jobs.resume,
        "upkeep.forget_jobs": upkeep.forget_jobs,
        "upkeep.forget_restock_requests": upkeep.forget_restock_requests,
    }.items():
        celery.task(name=name)(_in_app(app, act))
    return celery


def publisher(celery: Celery) -> Callable[[str, int], None]:
    def publish(name: str, delivery_id: int) -> None:
        celery.send_task(name, args=[delivery_id], expires=CLAIM.total_seconds())  # then it is sent again

    return publish


def start_relay(app: Flask, celery: Celery) -> None:
    Relay(app, publisher(celery)).start()


def start_embedded(celery: Celery) -> None:
    """Worker and clock in threads of this process, for a shop without Redis. There must be one such process only.

    What it has queued dies with it; the outbox and the sweeper bring it back at the next start.
    """
    worker = celery.WorkController(
        app=celery,
        pool_cls="threads",
        concurrency=THREADS,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    threading.Thread(target=worker.start, name="celery", daemon=True).start()
    EmbeddedService(celery, thread=True, scheduler_cls=CLOCK).start()


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
    return {"task": task, "schedule": float(seconds), "options": {"expires": seconds}}


def _nightly(hour: int, task: str) -> dict[str, Any]:
    """At that hour by UTC, however often the shop is started."""
    return {"task": task, "schedule": crontab(hour=hour, minute=17), "options": {"expires": 3600}}


def _in_app(app: Flask, act: Callable[..., None]) -> Callable[..., None]:
    def task(*args: Any) -> None:
        with app.app_context():
            act(*args)

    return task
