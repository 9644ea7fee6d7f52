"""What the owner does from a terminal: `python manage.py --help`. Running the shop itself is in worker/commands.py."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from shop.accounts import people, second_factor
from shop.accounts import services as accounts
from shop.accounts.models import Role
from shop.books import audit as audits
from shop.books import opening
from shop.cart import services as carts
from shop.catalog import index
from shop.core import mail, outbox
from shop.core.acting import acting
from shop.core.clock import now
from shop.core.db import db
from shop.core.errors import ShopError
from shop.demo import seed as demo
from shop.demo.large.fill import fill
from shop.demo.sixty.live import live
from shop.downloads import services as downloads
from shop.payments import sweeper
from shop.payments.gateway import GatewayAway
from shop.settings import ROOT, Env, Settings
from shop.together import services as together
from shop.together.trial import NAMED

LISTED = 100


def init(app: Flask) -> None:
    for command in (
        migrate_command,
        seed,
        staff,
        audit,
        outbox_group,
        mails_group,
        sweep,
        expire_carts,
        learn,
        add_file,
    ):
        app.cli.add_command(command)


def plainly(act: Callable[..., Any]) -> Callable[..., Any]:
    """What goes wrong is one sentence and exit code 1, not a traceback."""

    @wraps(act)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return act(*args, **kwargs)
        except (ShopError, LookupError) as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            hint = "If it is new, run `manage.py migrate` first."
            raise click.ClickException(f"The database refuses: {str(error.orig).splitlines()[0]}. {hint}") from error

    return wrapped


def acts(act: Callable[..., Any]) -> Callable[..., Any]:
    """What it changes is in the audit log, as done from a terminal."""

    @wraps(act)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with acting(f"cli {click.get_current_context().command_path}"):
            return act(*args, **kwargs)

    return wrapped


@click.command("add-file")
@click.argument("sku")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@plainly
@acts
def add_file(sku: str, file: Path) -> None:
    """Let buyers of the variant SKU download FILE; a new edition takes the place of the old one for all of them."""
    downloads.keep_for(sku, file.name, file.read_bytes())
    click.echo(f"{file.name} is what buyers of {sku} download")


def migrate() -> None:
    """Brings the database to the newest schema; makes the folder of an SQLite file first."""
    file = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    upgrade()
    index.complete()
    opening.complete()


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema. `run` does it by itself."""
    migrate()


@click.command()
@click.option("--products", type=click.IntRange(10, 1_000_000), help="Make a large shop of so many instead.")
@click.option("--orders", type=click.IntRange(0, 2_000_000), default=0, help="Paid ones, in a large shop's last years.")
@click.option("--seed", "number", default=1, show_default=True, help="The same number, the same large shop.")
@click.option("--goods-only", is_flag=True, help="The demo's goods without its sixty days of orders.")
@plainly
def seed(products: int | None, orders: int, number: int, goods_only: bool) -> None:
    """Fill an empty database with the demo shop, Fathom & Fold, or with a large shop."""
    settings: Settings = current_app.extensions["settings"]
    if settings.env is Env.PRODUCTION:
        raise click.ClickException("The demo's goods and its sign-in are not for production. Use `init`.")
    if orders and not products:
        raise click.ClickException("Orders need goods: say how many --products too.")
    migrate()
    if products:
        _seed_large(products, orders, number)
        return
    made = demo.fill()
    lives = settings.plays_stripe and not goods_only
    lived = live(twin_books(settings), public_url=settings.stripe_api_base or "") if lives else 0
    said = [f"{made} products" if made else "", f"{lived} orders of the last sixty days" if lived else ""]
    made_now = " and ".join(each for each in said if each)
    click.echo(f"{made_now}, ready to visit." if made_now else "There is a shop in this database already.")


def twin_books(settings: Settings) -> Path:
    """The twin's, one file for each database of a shop, so that their books can be held against each other."""
    url = make_url(settings.database_url)
    name = Path(url.database or "shop")
    books = (name if url.get_backend_name() == "sqlite" else ROOT / "var" / name.name).with_suffix(".stripe.db")
    books.parent.mkdir(parents=True, exist_ok=True)
    return books


def _seed_large(products: int, orders: int, number: int) -> None:
    with click.progressbar(length=products + orders, label="A large shop", file=sys.stderr, width=0) as bar:
        filled = fill(products, orders, seed=number, told=bar.update)
    if not filled:
        raise click.ClickException("There is a shop in this database already; set DATABASE_URL to an empty one.")
    click.echo(f"{products} products and {orders} orders, ready to visit.")


@click.group()
def staff() -> None:
    """People who run the shop."""


@staff.command("create")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), default="owner", show_default=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@plainly
@acts
def create_staff(email: str, name: str, role: str, password: str) -> None:
    """Give somebody a sign-in."""
    accounts.create_staff(email=email, name=name, password=password, role=Role(role))
    click.echo(f"{name} can sign in at /admin as {email.lower()}.")


@staff.command("disable")
@click.argument("email")
@plainly
@acts
def disable_staff(email: str) -> None:
    """Sign somebody out everywhere, and let nobody sign in as them; an owner lets them in again."""
    people.disable(accounts.id_of(email))
    click.echo(f"Nobody signs in as {email.strip().lower()} any more.")


@staff.command("password")
@click.argument("email")
@click.option("--no-second-factor", is_flag=True, help="Forget their second factor too: phone and codes are lost.")
@plainly
@acts
def set_password(email: str, no_second_factor: bool) -> None:
    """Give somebody another password, asked for or the first line that comes in, and sign them out everywhere."""
    staff_id = accounts.id_of(email)
    if _is_terminal():
        password = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    people.change_password(staff_id, password)
    if no_second_factor:
        second_factor.turn_off(staff_id)
    click.echo(f"{email.strip().lower()} signs in with the new password from now on.")


def _is_terminal() -> bool:
    return sys.stdin.isatty()


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask Stripe.")
@plainly
def audit(offline: bool) -> None:
    """Prove that orders, stock and money agree, with each other and with Stripe. Exits 1 where they do not."""
    try:
        report = audits.run(ask_stripe=not offline)
    except GatewayAway:
        raise click.ClickException("Stripe does not answer. Try again, or leave it out with --offline.") from None
    click.echo(f"{report.orders} orders: lines, delivery and adjustments add up to totals; taxes add up")
    click.echo(f"{report.variants} variants: reserved and on hand agree with orders and movements")
    click.echo("Every posting of the ledger is sealed and balances, and says of orders and refunds what they say")
    click.echo("Ratings agree with the reviews that are shown")
    if report.sessions is None:
        click.echo("Stripe was not asked")
    else:
        click.echo(f"{report.sessions} Stripe sessions: captured and refunded agree, and so does our balance")
    if report.findings:
        click.echo(f"{len(report.findings)} things do not agree:", err=True)
        for finding in report.findings:
            click.echo(f"  {finding}", err=True)
        sys.exit(1)
    click.echo("All agrees.")


@click.group("outbox", invoke_without_command=True)
@click.pass_context
@plainly
def outbox_group(context: click.Context) -> None:
    """Work to be done after commits: what waits and what was given up, or what a command below says."""
    if context.invoked_subcommand is None:
        _outbox_status()


@outbox_group.command("status")
@plainly
def outbox_status() -> None:
    """What waits, what was given up, and why."""
    _outbox_status()


def _outbox_status() -> None:
    counts = outbox.counts()
    click.echo(f"{counts.fresh} new messages")
    click.echo(", ".join(f"{count} {queue}" for queue, count in counts.waiting.items()))
    for delivery in outbox.waiting(limit=LISTED):
        late = (now() - delivery.due_at).total_seconds()
        due = f"due for {late:.0f} s" if late > 0 else f"due in {-late:.0f} s"
        click.echo(f"{delivery.id} {delivery.subscriber}: {due}, {delivery.tries} tries, {delivery.last_error or '-'}")
    click.echo(f"{counts.dead} dead")
    for delivery in outbox.dead(limit=LISTED):
        carried = json.dumps(delivery.message.payload)
        click.echo(
            f"{delivery.id} {delivery.subscriber} {carried}: {delivery.dead_at:%Y-%m-%d %H:%M}, {delivery.last_error}"
        )


@outbox_group.command("retry")
@click.argument("delivery_id", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="All that is dead.")
@plainly
@acts
def outbox_retry(delivery_id: int | None, everything: bool) -> None:
    """Have what was given up done after all: one of the dead, or all."""
    if everything == (delivery_id is not None):
        raise click.UsageError("Say the number of one delivery, or --all.")
    if delivery_id is None:
        click.echo(f"{outbox.retry_all()} comes again.")
        return
    outbox.retry(delivery_id)
    click.echo(f"{delivery_id} comes again.")


@click.group("mails", invoke_without_command=True)
@click.pass_context
@plainly
def mails_group(context: click.Context) -> None:
    """Mails that were refused or given up, or what a command below says."""
    if context.invoked_subcommand is None:
        click.echo(f"{mail.dead_count()} dead")
        for each in mail.dead(limit=LISTED):
            to = each.to_address or "nobody yet"
            click.echo(f"{each.id} {each.kind} {each.ref} to {to}: {each.tries} tries, {each.last_error}")


@mails_group.command("retry")
@click.argument("mail_id", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="All that are dead.")
@plainly
@acts
def mails_retry(mail_id: int | None, everything: bool) -> None:
    """Send mails after all that were refused or given up: one, or all."""
    if everything == (mail_id is not None):
        raise click.UsageError("Say the number of one mail, or --all.")
    if mail_id is None:
        click.echo(f"{mail.retry_all()} queued.")
        return
    mail.retry(mail_id)
    click.echo(f"{mail_id} queued.")


@mails_group.command("resend")
@click.argument("mail_id", type=int)
@plainly
@acts
def mails_resend(mail_id: int) -> None:
    """Send a mail once more that has gone, as another mail."""
    click.echo(f"{mail.resend(mail_id)} queued.")


@click.command()
@plainly
def sweep() -> None:
    """Read unsettled payments from Stripe now, instead of waiting for the clock."""
    try:
        sweeper.sweep()
    except GatewayAway as error:
        raise click.ClickException(error.message) from error


@click.command("expire-carts")
def expire_carts() -> None:
    """Delete carts that nobody has touched for 30 days."""
    click.echo(f"{carts.forget_expired()} carts deleted")


@click.command()
@plainly
def learn() -> None:
    """Count what sells and learn what is bought together, now instead of at night."""
    begun = perf_counter()
    changed = together.count_sales()
    click.echo(f"Sales of the last {together.SALES_OF.days} days: {changed} products have changed")
    learnt = together.learn()
    found = learnt.trial
    click.echo(f"Version {learnt.version} ({learnt.method}): {learnt.orders} orders of {learnt.products} products")
    click.echo(
        f"Hit rate at {NAMED} on the {found.tried} newest orders: {found.hit_rate:.1%}, "
        f"by popularity {found.popularity_hit_rate:.1%}"
    )
    click.echo(f"Shown from now on: {learnt.pairs} pairs" if found.won else "Not better than popularity: not shown")
    click.echo(f"{perf_counter() - begun:.1f} s")
