"""The Stripe twin: a stand-in for Stripe with books, a pay page and webhooks of its own, for the demo and the tests.

In tests it is an object: `twin = create_twin()`. In the demo it is a server: `python -m shop.demo.stripe_twin`.
It answers what a shop with hosted Checkout asks, and refuses every parameter it does not know. No money moves.
"""

import argparse
import logging
import os
import signal
import socket
import sys
import threading
import time
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from shop.demo.twin import control, pay_page
from shop.demo.twin.books import Books
from shop.demo.twin.desk import Desk
from shop.demo.twin.errors import ApiError
from shop.demo.twin.faults import Faults, Wire
from shop.demo.twin.till import Till
from shop.demo.twin.webhooks import Post, Sender, Webhooks

__all__ = ["API_KEY", "WEBHOOK_SECRET", "ApiError", "Twin", "create_twin"]

API_KEY, WEBHOOK_SECRET = "sk_test_twin", "whsec_twin"
SPOKEN = (  # what /_control can do too
    *("pay", "settle", "expire", "tamper", "refund_in_dashboard", "settle_refund"),
    *("settle_fee", "dispute", "close_dispute", "totals"),
)


class Twin:
    """Stripe, the shopper at its pay page, the clerk at its dashboard and the bank behind it.

    shopper    pay(session_id, outcome): "success", "3ds", "decline", "3ds_fails", "later", "later_fails"
    bank       settle(session_id), settle_refund(id, "succeeded" or "failed"), settle_fee(charge_id),
               dispute(of), close_dispute(id, won=True)
    dashboard  refund_in_dashboard(of, amount), totals(); `of` is a charge or a PaymentIntent
    mischief   tamper(session_id, amount_total=, currency=), expire(session_id), faults.arm(kind, times=)
    webhooks   outgoing(), deliver(post)
    """

    def __init__(self, books: Books, *, api_key: str, webhook_secret: str, public_url: str, settle_after: float | None):
        self.books, self.faults = books, Faults()
        self.till = till = Till(books, self.faults, public_url=public_url, settle_after=settle_after)
        self.webhooks = Webhooks(books, self.faults, secret=webhook_secret)
        self.pay, self.settle, self.expire, self.tamper = till.pay, till.settle, till.expire, till.tamper
        self.refund_in_dashboard, self.settle_refund = till.refund, till.settle_refund
        self.dispute, self.close_dispute, self.totals = till.dispute, till.close_dispute, till.totals
        self.settle_fee = till.settle_fee
        self._desk = Desk(till, self.faults, api_key=api_key)

    def outgoing(self) -> list[tuple[dict[str, str], bytes]]:
        """(headers, body) as they would be posted now; misbehaviour that was armed is used up by looking."""
        self.till.tick()
        return [(letter.headers, letter.body) for letter in self.webhooks.outgoing()]

    def deliver(self, post: Post) -> list[int]:
        """Posts each undelivered event once, `post(body, headers) -> status`; 2xx is delivered, the rest stays."""
        self.till.tick()
        return self.webhooks.deliver(post)

    def close(self) -> None:
        self.books.close()

    @cached_property
    def app(self) -> Flask:
        """Made when it is first asked, which many a test never does."""
        rooms = Path(__file__).parent / "twin"
        app = Flask("stripe_twin", root_path=str(rooms), static_url_path="/pay/static")
        app.register_blueprint(self._desk.blueprint())
        app.register_blueprint(pay_page.blueprint(self.till))
        verbs = {name: getattr(self, name) for name in SPOKEN}
        verbs |= {"arm": self.faults.arm, "clear": self.faults.clear, "left": self.faults.left}
        app.register_blueprint(control.blueprint(verbs, self._desk.authenticate))
        app.register_error_handler(HTTPException, unknown_address)
        app.wsgi_app = Wire(app.wsgi_app, self.faults)  # type: ignore[method-assign]  # as Flask documents it
        return app


def create_twin(
    books: str | Path = ":memory:",
    *,
    api_key: str = API_KEY,
    webhook_secret: str = WEBHOOK_SECRET,
    public_url: str = "http://twin.test",
    settle_after: float | None = None,
) -> Twin:
    """A twin with its books in the file `books`. Payments made "later" end `settle_after` seconds later, or by hand."""
    return Twin(
        Books(books),
        api_key=api_key,
        webhook_secret=webhook_secret,
        public_url=public_url,
        settle_after=settle_after,
    )


def unknown_address(error: HTTPException) -> ResponseReturnValue:
    if not request.path.startswith("/v1/"):
        return error
    message = f"Unrecognized request URL ({request.method}: {request.path})."
    return jsonify(error={"type": "invalid_request_error", "message": message}), error.code or 404


class QuietHandler(WSGIRequestHandler):
    """No line per request; a connection that was dropped on purpose is closed at once."""

    def log_request(self, *args: Any) -> None:
        pass

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True


def main(arguments: list[str] | None = None) -> NoReturn:
    asked, parent = options(arguments), os.getppid()
    keys = {"api_key": "STRIPE_SECRET_KEY", "webhook_secret": "STRIPE_WEBHOOK_SECRET"}
    secrets = {name: from_environment(variable) for name, variable in keys.items()}
    try:
        listening = socket.create_server(("127.0.0.1", asked.port), backlog=128)
    except OSError as error:
        sys.exit(f"The Stripe twin cannot listen on 127.0.0.1:{asked.port}: {error.strerror}. Choose another --port.")
    port = listening.getsockname()[1]
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    public_url = asked.public_url or f"http://127.0.0.1:{port}"
    twin = create_twin(asked.books, public_url=public_url, settle_after=asked.settle_after, **secrets)
    server = make_server(
        "127.0.0.1", port, twin.app, threaded=True, request_handler=QuietHandler, fd=listening.fileno()
    )
    sender = Sender(twin.till, twin.webhooks, asked.webhook_url)
    sender.start()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    sys.stdout.write(f"The Stripe twin answers on http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    try:
        while not asked.with_parent or os.getppid() == parent:
            time.sleep(0.25)
    finally:
        sender.stop()
        server.shutdown()
        twin.close()
    sys.exit(0)


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shop.demo.stripe_twin", description="A stand-in for Stripe.")
    parser.add_argument("--port", type=int, default=8001, help="0 for any free one")
    parser.add_argument("--books", default=":memory:", metavar="FILE", help="where payments are kept, if at all")
    parser.add_argument("--webhook-url", metavar="URL", help="the shop's address for events; none are sent without it")
    parser.add_argument("--public-url", metavar="URL", help="the address shoppers reach this server at")
    parser.add_argument("--settle-after", type=float, default=5.0, metavar="SECONDS", help="till delayed payments end")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    return parser.parse_args(arguments)


def from_environment(name: str) -> str:
    """The first of the comma-separated values. A live key has no business here."""
    value = os.environ.get(name, "").partition(",")[0].strip()
    if not value:
        sys.exit(f"The Stripe twin needs {name} in the environment, the same as the shop's.")
    if value.startswith(("sk_live_", "rk_live_")):
        sys.exit(f"{name} is a live key; the Stripe twin takes test keys only.")
    return value


if __name__ == "__main__":
    main()
