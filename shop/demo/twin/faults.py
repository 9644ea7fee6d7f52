"""Misbehaviour to order: what networks, queues and Stripe itself do to a shop on a bad day."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

API_FAULTS = ("down", "error", "rate_limit", "hang", "lost_answer")
WEBHOOK_FAULTS = ("duplicate", "reverse", "delay", "drop", "forge", "old", "future")
MONEY_FAULTS = ("tamper", "pending_refund", "late_fee")
KINDS = API_FAULTS + WEBHOOK_FAULTS + MONEY_FAULTS


class Dropped(ConnectionError):
    """The connection ends without an answer; whether the work was done is for the client to find out."""


@dataclass
class Fault:
    kind: str
    times: int = 1
    path: str = ""  # API: how the path starts, "" for any
    method: str = ""
    seconds: float = 30.0  # hang, delay
    status: int = 500  # error; 500 is kept under the Idempotency-Key as Stripe's are, 503 is not
    amount_total: int | None = None  # tamper
    currency: str | None = None


class Faults:
    """Armed faults wait in order; each hits the next `times` calls, webhooks or payments it fits.

    API       down: no connection, no work. error: `status` before any work. rate_limit: 429. hang: works and answers
              after `seconds`. lost_answer: the work is done and kept, the connection drops.
    webhooks  duplicate. reverse: the newest first. delay: by `seconds`. drop: never sent, yet listed as undelivered.
              forge, old, future: wrongly signed or dated; they come again, well made, at the next try.
    money     tamper: the next payment takes another amount or currency. pending_refund: the next refund waits.
              late_fee: the fee of the next charge is known only after `settle_fee`.
    """

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def arm(self, kind: str, **details: object) -> None:
        if kind not in KINDS:
            raise ValueError(f"Unknown fault {kind}: one of {', '.join(KINDS)}")
        fault = Fault(kind, **details)  # type: ignore[arg-type]  # the dataclass names what it takes
        with self._lock:
            self._armed.append(fault)

    def take(self, *kinds: str, method: str = "", path: str = "") -> Fault | None:
        """The next fault of these kinds that fits, used up by one."""
        with self._lock:
            for fault in self._armed:
                fits = path.startswith(fault.path) and fault.method.upper() in {"", method}
                if fault.kind in kinds and fits:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._armed.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def left(self) -> int:
        """How many hits are still armed: a test that ends with some did not go where it thought."""
        with self._lock:
            return sum(fault.times for fault in self._armed)


class Wire:
    """The network before the API: where connections are refused, and answers get lost after the work was done."""

    def __init__(self, app: WSGIApplication, faults: Faults) -> None:
        self.app, self.faults = app, faults

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"]}
        to_api = call["path"].startswith("/v1/")
        if to_api and self.faults.take("down", **call):
            raise Dropped("Connection refused")
        answer = self.app(environ, start_response)
        if to_api and (self.faults.take("lost_answer", **call) or environ.get("twin.lost")):
            if hasattr(answer, "close"):
                answer.close()
            raise Dropped("Connection reset after the request was sent")
        return answer
