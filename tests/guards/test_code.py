"""What every module keeps to, read from the source itself."""

from __future__ import annotations

import ast
import re

from shop.payments.gateway import EVENT_TYPES
from shop.settings import ROOT
from tests.guards.source import TWIN, called, calls, modules, place
from worker.relay import SUBSCRIBERS

# Who may end a database transaction besides `transaction()`, and why.
ENDS_TRANSACTIONS = {
    "shop/core/db.py": "transaction() itself, and end_read() before the network",
    "shop/core/web.py": "a page that crashed leaves nothing behind",
    "shop/payments/sweeper.py": "the sweeper goes on with the next payment after one that failed",
}
# Who may read the surroundings, and why.
READS_ENVIRONMENT = {
    "shop/settings.py": "all settings are read here",
    "shop/backups/copies.py": "hands them on to PostgreSQL's programs",
    "worker/commands.py": "hands them on to the processes it starts",
    "shop/demo/stripe_twin.py": "a program of its own",
}
THE_CLOCK = "shop/core/clock.py"


def test_nobody_ends_a_transaction_but_who_began_it() -> None:
    """A commit of one's own publishes half of somebody else's work."""
    found = {
        path
        for path, call in calls()
        if called(call).rsplit(".", 1)[-1] in ("commit", "rollback") and not path.startswith(TWIN)
    }
    assert found == set(ENDS_TRANSACTIONS)


def test_only_the_database_module_commits() -> None:
    found = {path for path, call in calls() if called(call).endswith(".commit") and not path.startswith(TWIN)}
    assert found == {"shop/core/db.py"}


def test_every_topic_is_listened_to_and_every_listener_has_a_topic() -> None:
    """A topic that nobody knows is work that is never done, silently."""
    emitted = set()
    for path, call in calls():
        if called(call) in ("outbox.emit", "emit"):
            topic = call.args[0]
            assert isinstance(topic, ast.Constant), place(path, call)
            emitted.add(topic.value)
    assert emitted == set(SUBSCRIBERS)


def test_there_is_one_clock() -> None:
    """Times read elsewhere are naive, or local, or cannot be moved by a test."""
    clocks = re.compile(r"(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime)")
    found = [
        place(path, call)
        for path, call in calls()
        if clocks.fullmatch(called(call)) and path != THE_CLOCK and not path.startswith(TWIN)
    ]
    assert found == []


def test_the_surroundings_are_read_once() -> None:
    found = set()
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
                found.add(path)
    assert found == set(READS_ENVIRONMENT)


def test_every_setting_is_written_down() -> None:
    reader = modules()["shop/settings.py"]
    names = {
        node.args[0].value
        for node in ast.walk(reader)
        if isinstance(node, ast.Call)
        and called(node) in ("self.text", "self.number")
        and isinstance(node.args[0], ast.Constant)
    }
    assert "DATABASE_URL" in names
    for where in (".env.example", "docs/settings.md"):
        written = set(re.findall(r"[A-Z][A-Z_]+", (ROOT / where).read_text(encoding="utf-8")))
        assert names - written == set(), where


def test_the_owner_is_told_of_every_event_that_stripe_should_send() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"\b(?:checkout\.session|charge|refund)\.[a-z_.]+", readme)
    assert sorted(told) == sorted(EVENT_TYPES)


def test_no_setting_is_written_down_that_is_not_read() -> None:
    reader = (ROOT / "shop/settings.py").read_text(encoding="utf-8")
    offered = re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in offered if f'"{name}"' not in reader] == []
