"""The desk every API request passes: who asks, was it asked before, is it well formed; then the work, once."""

import json
import logging
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from threading import Lock

from flask import Blueprint, Response, request

from shop.demo.twin import shapes
from shop.demo.twin.api import ROUTES, Checked, Work, expand
from shop.demo.twin.books import Obj
from shop.demo.twin.errors import ApiError
from shop.demo.twin.faults import Fault, Faults
from shop.demo.twin.params import Check, list_of, nested, text
from shop.demo.twin.till import Till, cause

DEEPEST, FAILED = 4, 500
EXPANDS = list_of(text(), at_most=20)

log = logging.getLogger("stripe_twin")


class Desk:
    def __init__(self, till: Till, faults: Faults, *, api_key: str) -> None:
        self.till, self.books, self.faults, self.api_key = till, till.books, faults, api_key
        self._in_flight: set[str] = set()
        self._lock = Lock()

    def blueprint(self) -> Blueprint:
        bp = Blueprint("api", __name__, url_prefix="/v1")
        for method, path, known, work in ROUTES:
            defaults = {"known": known, "work": work}
            bp.add_url_rule(path, f"{method} {path}", self.answer, methods=[method], defaults=defaults)
        return bp

    def answer(self, known: Check, work: Work, **path: str) -> Response:
        headers = {"Request-Id": shapes.new_id("req", 14), "Stripe-Version": shapes.API_VERSION}
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key:
            headers["Idempotency-Key"] = key
        token = cause.set({"id": headers["Request-Id"], "idempotency_key": key})
        try:
            self.authenticate()
            if self._fault("rate_limit"):
                raise ApiError("Request rate limit exceeded.", code="rate_limit", status=429)
            self.till.tick()
            with self._alone(key):
                status, body, replayed = self._once(key, known, work, path)
            if replayed:
                headers["Idempotent-Replayed"] = "true"
        except ApiError as error:
            status, body = error.status, dumps({"error": error.body})
        finally:
            cause.reset(token)
        return Response(body, status, headers, content_type="application/json")

    def authenticate(self) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = b64decode(given).decode().partition(":")[0]
            except (NotBase64, UnicodeDecodeError):
                given = ""
        if not given:
            raise ApiError("You did not provide an API key.", status=401)
        if not compare_digest(given.encode(), self.api_key.encode()):
            raise ApiError(f"Invalid API Key provided: {given[:8]}***{given[-4:]}", status=401)

    @contextmanager
    def _alone(self, key: str | None) -> Iterator[None]:
        """One request at a time under an Idempotency-Key."""
        with self._lock:
            if key in self._in_flight:
                message = (
                    "There is currently another in-progress request using this Idempotent Key (that probably means you "
                    f"submitted twice, and the other request is still going through): {key}. Please try again later."
                )
                raise ApiError(message, code="idempotency_key_in_use", status=409, type="idempotency_error")
            if key:
                self._in_flight.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight.discard(key or "")

    def _once(self, key: str | None, known: Check, work: Work, path: dict[str, str]) -> tuple[int, str, bool]:
        """(status, body, replayed). What fails the checks is not kept under the key; what the work answers is."""
        tree = nested(self._pairs())
        asked = json.dumps([request.path, tree], sort_keys=True)
        if kept := self._kept(key, asked):
            return *kept, True
        expands = EXPANDS(tree.pop("expand", {}), "expand")
        checked = known(tree, "")
        try:
            self._misbehave()
            with self.books.change():
                body = dumps(self._perform(work, checked, path, expands))
                self._keep(key, asked, 200, body)
            return 200, body, False
        except ApiError as error:
            refusal = error
        except Exception:
            log.exception("The Stripe twin failed at %s", request.path)
            refusal = ApiError("An unknown error occurred", status=FAILED, type="api_error")
        body = dumps({"error": refusal.body})
        if refusal.status <= FAILED:  # a 503 comes from before the work, and from before the keys
            self._keep(key, asked, refusal.status, body)
        return refusal.status, body, False

    def _kept(self, key: str | None, asked: str) -> tuple[int, str] | None:
        kept = self.books.answer(key) if key else None
        if not kept:
            return None
        if kept[0] != asked:
            message = (
                "Keys for idempotent requests can only be used with the same endpoint and the same parameters they "
                f"were first used with. Try a key other than '{key}' if you meant to execute a different request."
            )
            raise ApiError(message, type="idempotency_error")
        return kept[1], kept[2]

    def _keep(self, key: str | None, asked: str, status: int, body: str) -> None:
        if key:
            self.books.keep_answer(key, asked, status, body)

    def _perform(self, work: Work, checked: Checked, path: dict[str, str], expands: list[str]) -> Obj:
        done = work(self.till, checked, **path)
        for one in expands:
            steps = one.split(".")
            if len(steps) > DEEPEST:
                raise ApiError(f"You cannot expand more than {DEEPEST} levels of a property ({one}).", param="expand")
            expand(self.books, done, steps)
        return done

    def _pairs(self) -> Iterable[tuple[str, str]]:
        return (request.form if request.method == "POST" else request.args).items(multi=True)

    def _fault(self, kind: str) -> Fault | None:
        return self.faults.take(kind, method=request.method, path=request.path)

    def _misbehave(self) -> None:
        if fault := self._fault("error"):
            raise ApiError("An unknown error occurred", status=fault.status, type="api_error")
        if fault := self._fault("hang"):
            patience = request.environ.get("twin.patience")  # of a client in the same process
            if patience is None or fault.seconds < patience:
                time.sleep(fault.seconds)
            else:
                request.environ["twin.lost"] = True


def dumps(obj: Obj) -> str:
    return json.dumps(obj, indent=2)
