"""The books outlive the process, and the process behaves."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from shop.demo import stripe_twin
from shop.demo.stripe_twin import API_KEY, WEBHOOK_SECRET, Twin, create_twin
from tests.demo.twin_world import opened, paid
from tests.stripe_wire import client


def test_the_books_outlive_the_process(tmp_path: Path) -> None:
    twin = create_twin(tmp_path / "twin.db")
    session = paid(twin, client(twin).v1)
    client(twin).v1.refunds.create(
        params={"charge": session.payment_intent.latest_charge.id}, options={"idempotency_key": "r"}
    )
    twin.close()
    again = create_twin(tmp_path / "twin.db")
    refund: Any = client(again).v1.refunds.create(
        params={"charge": session.payment_intent.latest_charge.id}, options={"idempotency_key": "r"}
    )
    assert refund.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.totals()[session.payment_intent.id]["refunded"] == 1600
    assert len(again.outgoing()) == 5


def test_other_processes_can_do_what_the_object_can(api: Any, twin: Twin) -> None:
    def say(verb: str, key: str = API_KEY, **said: Any) -> Any:
        return twin.app.test_client().post(f"/_control/{verb}", json=said, headers={"Authorization": f"Bearer {key}"})

    session = opened(api)
    assert say("pay", session_id=session.id, outcome="later").json["status"] == "complete"
    assert say("settle", session_id=session.id).json["payment_status"] == "paid"
    (intent,) = say("totals").json
    assert say("refund_in_dashboard", of=intent, amount=5).json["amount"] == 5
    assert say("arm", kind="rate_limit", times=2).status_code == 200
    assert say("left").json == 2
    say("clear")
    assert say("left").json == 0
    assert say("totals", key="sk_test_wrong").status_code == 401
    assert say("settle", session_id=session.id).status_code == 400
    assert say("pay", colour="red").status_code == 400
    assert say("dance").status_code == 404


def test_the_twin_knows_nothing_of_the_shop() -> None:
    here = Path(stripe_twin.__file__)
    for file in (here, *(here.parent / "twin").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            known = ("shop.demo.twin", "flask", "werkzeug")
            for name in names:
                assert name.startswith(known) or name.split(".")[0] in sys.stdlib_module_names, f"{file.name}: {name}"


ENVIRONMENT = {**os.environ, "STRIPE_SECRET_KEY": API_KEY, "STRIPE_WEBHOOK_SECRET": f"{WEBHOOK_SECRET},whsec_next"}
COMMAND = [sys.executable, "-m", "shop.demo.stripe_twin"]
ROOT = Path(stripe_twin.__file__).parents[2]


def started(*command: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, text=True, stdin=pipe, stdout=pipe, stderr=pipe)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


class Shop(HTTPServer):
    """Takes webhooks, all but the first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Inbox)
        self.told: list[Any] = []


class Inbox(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], WEBHOOK_SECRET))
        self.send_response(503 if len(self.server.told) == 1 else 202)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop() as shop:
        threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield shop
        shop.shutdown()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, shop: Shop) -> Iterator[str]:
    hook = f"http://127.0.0.1:{shop.server_port}/webhooks/stripe"
    books = str(tmp_path_factory.mktemp("twin") / "twin.db")
    with started(*COMMAND, "--port", "0", "--books", books, "--webhook-url", hook, "--settle-after", "0.1") as process:
        yield first_line(process).split()[-1]
        process.kill()


def control(url: str, verb: str, **said: Any) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{url}/_control/{verb}", json.dumps(said).encode(), headers)  # noqa: S310 - our own
    urllib.request.urlopen(asked).close()  # noqa: S310


def test_the_server_sells_and_tells_the_shop_until_it_listens(server: str, shop: Shop) -> None:
    api: Any = stripe.StripeClient(API_KEY, base_addresses={"api": server}).v1
    session = opened(api)
    assert session.url.startswith(f"{server}/pay/")
    control(server, "pay", session_id=session.id, outcome="later")
    patience = time.monotonic() + 5
    while len(shop.told) < 5 and time.monotonic() < patience:
        time.sleep(0.02)
    kinds = [event.type for event in shop.told]
    assert kinds.count("checkout.session.completed") == 2  # the first was not taken
    assert "checkout.session.async_payment_succeeded" in kinds
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_the_server_can_be_told_to_misbehave(server: str) -> None:
    api: Any = stripe.StripeClient(API_KEY, base_addresses={"api": server}).v1
    before = len(api.checkout.sessions.list().data)
    for kind, made in (("down", 0), ("lost_answer", 1)):
        control(server, "arm", kind=kind)
        with pytest.raises(stripe.APIConnectionError):
            opened(api)
        assert len(api.checkout.sessions.list().data) == before + made


def test_the_server_ends_quietly_and_at_once() -> None:
    with started(*COMMAND, "--port", "0") as process:
        first_line(process)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=5)
    assert time.monotonic() - asked < 1
    assert (process.returncode, errors) == (0, "")


def test_the_server_ends_with_the_process_that_started_it() -> None:
    command = [*COMMAND, "--port", "0", "--with-parent"]
    parent = f"import subprocess, sys; subprocess.Popen({command!r}); sys.stdin.read()"
    with started(sys.executable, "-c", parent) as middle:
        assert "answers on" in first_line(middle)
        middle.communicate(timeout=5)  # returns when nobody holds the pipes any more: the twin is gone too


def test_a_taken_port_is_said_in_one_line(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", ENVIRONMENT)
    with pytest.raises(SystemExit) as ended:
        stripe_twin.main(["--port", str(shop.server_port)])
    assert re.fullmatch(rf"The Stripe twin cannot listen on 127.0.0.1:{shop.server_port}: .*", str(ended.value.code))


@pytest.mark.parametrize(("key", "reason"), [("sk_live_1", "is a live key"), ("", "needs STRIPE_SECRET_KEY")])
def test_the_server_needs_a_test_key(key: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", ENVIRONMENT | {"STRIPE_SECRET_KEY": key})
    with pytest.raises(SystemExit) as ended:
        stripe_twin.main(["--port", "0"])
    assert reason in str(ended.value.code)
