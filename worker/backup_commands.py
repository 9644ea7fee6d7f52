"""Backups from a terminal: making one, looking whether it would do, and putting a shop back as it was in one."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from shop.accounts import people
from shop.app import create_app
from shop.backups import copies, services
from shop.backups.manifest import Manifest
from shop.books import audit
from shop.cli import migrate, plainly
from shop.core.db import db
from shop.settings import Settings

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--verify", is_flag=True, help="Restore it aside and prove its books, too.")
@with_appcontext
@plainly
def backup(folder: Path | None, verify: bool) -> None:
    """Copy the shop, while it runs, into a folder of its own in FOLDER, or in the one that BACKUPS names."""
    made = services.make(_settings(), folder, by="terminal")
    click.echo(f"{made.path}: {_told(made.manifest)}")
    if made.forgotten:
        click.echo(f"{made.forgotten} older ones were removed")
    if verify:
        _verify(made.path)


@click.command("restore")
@click.argument("backup", type=FOLDER)
@click.option("--over", default="", metavar="NAME", help="The name of the shop that is replaced; asked for otherwise.")
@click.option("--verify", is_flag=True, help="Only restore it aside, prove its books, and change nothing.")
@with_appcontext
@plainly
def restore(backup: Path, over: str, verify: bool) -> None:
    """Put the shop back as it was in BACKUP. Stop the shop first."""
    if verify:
        _verify(backup)
        return
    file = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    standing = services.shop_here()
    if standing and not over:
        click.echo(
            f"All that is in {standing} will be gone: its orders, customers and goods. Make a backup of it first."
        )
        over = click.prompt("Type its name to replace it")
    found = services.restore(_settings(), backup, over=over)
    migrate()
    people.end_all_sessions()
    click.echo(f"{found.shop} is as it was on {found.made_at:%Y-%m-%d at %H:%M:%S} UTC: {_told(found)}")
    click.echo("All staff are signed out.")
    if found.bucket:
        click.echo(f"Its pictures are in {found.bucket}, which is no part of the backup.")
    click.echo("Next: `manage.py sweep`, `manage.py reconcile --from DAY`, `manage.py audit`.")


def _verify(path: Path) -> None:
    """Restores it aside, proves its books without Stripe, and removes it again. Exits 1 where something is wrong."""
    found = services.check(path)
    click.echo(f"{len(found.files)} files are as they were written")
    settings = _settings()
    with copies.aside(path / found.dump, found.database, settings.database_url) as address:
        app = create_app(replace(settings, database_url=address))
        with app.app_context():
            migrate()
            report = audit.run(ask_stripe=False)
            missing = [] if found.bucket else services.without_file(found)
            db.session.remove()
            db.engine.dispose()
    click.echo(f"{report.orders} orders and {report.variants} variants were restored aside and proved")
    wrong = [*map(str, report.findings), *(f"{name} is named by the database and not there" for name in missing)]
    if wrong:
        click.echo(f"{len(wrong)} things are wrong:", err=True)
        for each in wrong:
            click.echo(f"  {each}", err=True)
        sys.exit(1)
    click.echo("It would do.")


def _told(found: Manifest) -> str:
    where = f", pictures left in {found.bucket}" if found.bucket else ""
    return f"{len(found.files)} files, {found.size / 1e6:.1f} MB{where}"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
