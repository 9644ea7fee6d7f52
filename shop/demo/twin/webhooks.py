"""Telling the shop: events signed as Stripe signs them, and sent again until the shop answers 2xx."""

import hashlib
import hmac
import http.client
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from shop.demo.twin.books import DAY, Books
from shop.demo.twin.faults import Faults
from shop.demo.twin.till import Till

Post = Callable[[bytes, dict[str, str]], int]

log = logging.getLogger("stripe_twin")


class Letter(NamedTuple):
    event_id: str
    tries: int
    headers: dict[str, str]
    body: bytes


def signature(body: bytes, secret: str, stamp: int) -> str:
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


def back_off(tries: int) -> float | None:
    """Half a second, one, two ... up to half a minute, for three days; then never again."""
    return min(0.5 * 2 ** min(tries, 6), 30.0) if tries < 3 * DAY / 30 else None


def at_once(tries: int) -> float | None:
    return 0.0


class Webhooks:
    def __init__(self, books: Books, faults: Faults, *, secret: str) -> None:
        self.books, self.faults, self.secret = books, faults, secret

    def outgoing(self) -> Iterator[Letter]:
        """What is to be posted now, misbehaviour included; signed at the last moment, the body always the same."""
        rows = self.books.unsent(time.time())
        if len(rows) > 1 and self.faults.take("reverse"):
            rows.reverse()
        for event_id, tries, body in rows:
            if self.faults.take("drop"):
                self.books.not_delivered(event_id, next_at=None)
            elif late := self.faults.take("delay"):
                self.books.not_delivered(event_id, next_at=time.time() + late.seconds)
            else:
                letter = Letter(event_id, tries, self._headers(body), body)
                yield from [letter] * (2 if self.faults.take("duplicate") else 1)

    def _headers(self, body: bytes) -> dict[str, str]:
        stamp, secret = int(time.time()), self.secret
        if self.faults.take("old"):
            stamp -= 3600
        if self.faults.take("future"):
            stamp += 3600
        if self.faults.take("forge"):
            secret = "whsec_somebody_else"  # noqa: S105 - a wrong one, on purpose
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(body, secret, stamp),
        }

    def deliver(self, post: Post, wait: Callable[[int], float | None] = at_once) -> list[int]:
        """Posts what is outgoing, once; the statuses answered. What was not 2xx is due again after `wait(tries)`."""
        statuses = []
        for letter in self.outgoing():
            statuses.append(status := post(letter.body, letter.headers))
            if 200 <= status < 300:
                self.books.delivered(letter.event_id)
            else:
                pause = wait(letter.tries)
                self.books.not_delivered(letter.event_id, next_at=None if pause is None else time.time() + pause)
        return statuses


def poster(url: str, timeout: float = 10.0) -> Post:
    """Posts as Stripe does: no redirect is followed, no proxy asked. A server that is not there is status 0."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def post(body: bytes, headers: dict[str, str]) -> int:
        connection = kind(parts.hostname or "", parts.port, timeout=timeout)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    return post


class Sender(threading.Thread):
    """The background of the twin's own process: time passes, letters go out."""

    def __init__(self, till: Till, webhooks: Webhooks, url: str | None) -> None:
        super().__init__(name="sender", daemon=True)
        self.till, self.webhooks = till, webhooks
        self.post = poster(url) if url else None
        self.stopped = threading.Event()

    def run(self) -> None:
        news = self.till.books.news
        while not self.stopped.is_set():
            news.clear()
            try:
                self.till.tick()
                if self.post:
                    self.webhooks.deliver(self.post, back_off)
            except Exception:
                if not self.stopped.is_set():
                    log.exception("The Stripe twin could not send its webhooks; it tries again.")
            news.wait(0.25)

    def stop(self) -> None:
        self.stopped.set()
        self.till.books.news.set()
        self.join(timeout=0.5)
