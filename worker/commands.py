"""The commands that run the shop: `run` for one machine and no service, `serve` and `worker` for more."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event

import click
from babel.numbers import get_territory_currencies, list_currencies
from dotenv import load_dotenv
from flask import Flask, current_app
from flask.cli import FlaskGroup, with_appcontext
from slugify import slugify
from sqlalchemy.exc import SQLAlchemyError

from shop.accounts import services as accounts
from shop.accounts.models import Role
from shop.app import create_app
from shop.cli import migrate, plainly, twin_books
from shop.core import store
from shop.core.db import db, transaction
from shop.demo import seed as demo
from shop.demo.sixty.live import live
from shop.settings import ROOT, BadSettings, Settings
from worker.backup_commands import backup, restore
from worker.job_commands import jobs, reconcile, reindex
from worker.pulse import Heart

THREADS = 8
LAST_TASKS_S = 12  # a job's turn is 10 s


def main() -> None:
    load_dotenv(ROOT / ".env")
    cli = FlaskGroup(create_app=create_app, add_default_commands=False, load_dotenv=False, help=__doc__)
    for command in (run, serve, worker, make_shop, jobs, reconcile, reindex, backup, restore):
        cli.add_command(command)
    try:
        cli.main()
    except BadSettings as error:
        sys.exit(str(error))


@click.command()
@with_appcontext
def run() -> None:
    """Migrate, fill the demo the first time, and serve the shop with all it needs until Ctrl-C."""
    settings: Settings = current_app.extensions["settings"]
    _need_port(settings.port, "the shop")
    if settings.plays_stripe:
        _need_port(settings.port + 1, "Stripe's twin")
    with _twin(settings):
        migrate()
        if settings.plays_stripe:
            demo.fill()
            live(twin_books(settings), public_url=settings.stripe_api_base or "")
        click.echo(_welcome(settings), err=True)
        _granian(settings, host="127.0.0.1", port=settings.port, processes=1, threads=THREADS)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=None, help="PORT when left out.")
@click.option("--processes", default=1, show_default=True)
@click.option("--threads", default=THREADS, show_default=True, help="In each process.")
@with_appcontext
def serve(host: str, port: int | None, processes: int, threads: int) -> None:
    """Serve the shop, nothing else. Without REDIS_URL the worker is inside, and there is one process."""
    settings: Settings = current_app.extensions["settings"]
    if settings.embedded and processes > 1:
        raise click.ClickException("More than one process needs Redis: set REDIS_URL, and start `manage.py worker`.")
    _need_port(port or settings.port, "the shop")
    _granian(settings, host=host, port=port or settings.port, processes=processes, threads=threads)


@click.command()
@click.option("--beat", is_flag=True, help="Keep the clock too. One worker of all should.")
@click.option("--threads", default=2, show_default=True, help="For orders, for mails, and for the rest.")
@with_appcontext
def worker(beat: bool, threads: int) -> None:
    """Work off the queues in Redis, and the outbox."""
    from worker.app import at_work, create_worker, end_crews, start_clock, start_crews, start_relay  # noqa: PLC0415 (Celery takes a second to import)

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    if settings.embedded:
        raise click.ClickException("Without REDIS_URL the worker runs inside the server. Set it to run one apart.")
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    celery = create_worker(app)
    crews = start_crews(app, threads=threads)
    start_relay(app, celery)
    if beat:
        start_clock(celery)
    clock = ["clock"] if beat else []
    heart = Heart(app, lambda: [*at_work(crews), *clock])
    heart.start()
    while not told.wait(1) and all(crew.is_alive() for crew in crews):
        pass
    with suppress(SQLAlchemyError):  # a database that is away keeps nobody from stopping
        heart.stop()
    end_crews(crews, within=LAST_TASKS_S)
    os._exit(0 if told.is_set() else 1)  # whatever still runs is done again by another worker


@click.command("init")
@click.option("--name", prompt="Your shop's name")
@click.option("--country", prompt="Country (two letters, like GB)", default="GB")
@click.option("--currency", default=None, help="Three letters, like GBP; the country's own when left out.")
@click.option("--email", prompt="Your email address (you sign in with it; mails come from it)")
@click.option("--password", prompt="A password of ten characters or more", hide_input=True, confirmation_prompt=True)
@plainly
def make_shop(name: str, country: str, currency: str | None, email: str, password: str) -> None:
    """Start an empty shop of your own beside the demo, in a database of its own."""
    country = country.strip().upper()
    known = [] if len(country) != 2 else get_territory_currencies(country)  # noqa: PLR2004
    if not known:
        raise click.ClickException(f"{country} is not a country's two letters, like GB or DE.")
    currency = (currency or known[-1]).upper()
    if currency not in list_currencies():
        raise click.ClickException(f"{currency} is not a currency's three letters, like GBP or EUR.")
    if len(password) < accounts.SHORTEST_PASSWORD:
        raise click.ClickException(f"A password needs at least {accounts.SHORTEST_PASSWORD} characters.")
    if not os.environ.keys() & {"DATABASE_URL", "DATABASE_URL_FILE"}:
        _write_env(name)
    with create_app().app_context():
        migrate()
        if store.load() is not None:
            raise click.ClickException("There is a shop in this database already; set DATABASE_URL to an empty one.")
        with transaction():
            demo.start_empty(name=name, country=country, currency=currency, email=email)
            accounts.create_staff(email=email, name=name, password=password, role=Role.OWNER)
    click.echo(f"{name} is ready, with nothing on its shelves yet. Start it with: make run")


def _write_env(name: str) -> None:
    """A database and a secret of the shop's own, in the file that every command reads first."""
    path = ROOT / ".env"
    if path.exists():
        raise click.ClickException("There is an .env already; set DATABASE_URL in it to a new database and try again.")
    values = {
        "DATABASE_URL": f"sqlite:///var/{slugify(name) or 'shop'}.db",
        "SECRET_KEY": secrets.token_urlsafe(48),
    }
    path.touch(mode=0o600)
    path.write_text("".join(f"{key}={value}\n" for key, value in values.items()), encoding="utf-8")
    os.environ.update(values)
    click.echo("Wrote .env, with a database and a secret key of the shop's own.")


def _granian(settings: Settings, *, host: str, port: int, processes: int, threads: int) -> None:
    from granian import Granian  # noqa: PLC0415 (only who serves needs it)
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    db.session.remove()  # a read left open here would keep SQLite from ever emptying its write-ahead log
    db.engine.dispose()  # the server's children are forks: none may share a connection with another
    Granian(
        "worker.served:create",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        websockets=False,
    ).serve()


@contextmanager
def _twin(settings: Settings) -> Iterator[None]:
    """Stripe's twin in a process of its own, for as long as the shop is served."""
    if not settings.plays_stripe:
        yield
        return
    command = [
        *(sys.executable, "-m", "shop.demo.stripe_twin", "--with-parent"),
        *("--port", str(settings.port + 1), "--books", str(twin_books(settings))),
        *("--webhook-url", f"http://127.0.0.1:{settings.port}/webhooks/stripe"),
        *("--public-url", settings.stripe_api_base or ""),
    ]
    keys = {
        "STRIPE_SECRET_KEY": settings.stripe_secret_key,
        "STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secrets[0],
    }
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **keys}, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own command)
    try:
        assert process.stdout is not None
        if not process.stdout.readline():  # its first line says that it answers
            raise click.ClickException("Stripe's twin did not start; see above.")
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def _welcome(settings: Settings) -> str:
    lines = ["", f"  The shop        {settings.public_url}/"]
    if settings.shows_mails:
        lines.append(f"  Its mails       {settings.public_url}/dev/mail")
    lines.append(f"  Staff           {settings.public_url}/admin")
    if demo.is_demo():
        lines.append(f"                  {demo.STAFF_EMAIL}, password {demo.STAFF_PASSWORD}")
    return "\n".join([*lines, "", "  Ctrl-C stops it; what happened is kept.", ""])


def _need_port(port: int, who: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(
                f"Port {port}, for {who}, is taken. Stop what uses it, or choose another: PORT=8100 make run"
            ) from None
