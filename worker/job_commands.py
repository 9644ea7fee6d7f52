"""Work that people wait for, from a terminal: what there is, and doing it here without any worker."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta
from time import sleep

import click
from flask.cli import with_appcontext

from shop.admin import words
from shop.books import queries as books
from shop.books import reconcile as reconciliation
from shop.cli import acts, plainly
from shop.core.clock import now
from shop.core.db import db
from shop.jobs import queries, services
from shop.jobs.models import Job, State
from worker.jobs import KINDS

WAIT_S = 1.0
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(invoke_without_command=True)
@click.pass_context
@with_appcontext
@plainly
def jobs(context: click.Context) -> None:
    """Work in the background: the newest, or what one of the commands below says."""
    if context.invoked_subcommand is None:
        for job in queries.newest():
            click.echo(_line(job))


@jobs.command("show")
@click.argument("job_id", type=int)
@with_appcontext
@plainly
def show(job_id: int) -> None:
    """How far a job has come, and its first errors."""
    job = _job(job_id)
    click.echo(_line(job))
    for name, moment in (("queued", job.created_at), ("begun", job.started_at), ("ended", job.finished_at)):
        if moment:
            click.echo(f"{name} {moment:%Y-%m-%d %H:%M:%S} UTC")
    errors, _total = queries.errors_of(job_id, page=1)
    for error in errors:
        click.echo(f"row {error.row}, {error.column} {error.value!r}: {error.message}")
    if job.errors > len(errors):
        click.echo(f"and {job.errors - len(errors)} more errors")


@jobs.command("cancel")
@click.argument("job_id", type=int)
@with_appcontext
@plainly
@acts
def cancel(job_id: int) -> None:
    """End a job after the step that is running."""
    services.cancel(job_id, by="terminal")
    click.echo(_line(_job(job_id)))


@jobs.command("retry")
@click.argument("job_id", type=int)
@with_appcontext
@plainly
@acts
def retry(job_id: int) -> None:
    """Have a failed job go on from where it stopped."""
    services.retry(job_id)
    click.echo(_line(_job(job_id)))


@click.command("reindex")
@with_appcontext
@plainly
def reindex() -> None:
    """Write what lists and searches read anew from the goods, here and now."""
    work_here(services.start_one("reindex", by="terminal"))


@click.command("reconcile")
@click.option("--from", "since", type=DAY, help="The first day, by UTC; three days ago when left out.")
@click.option("--to", "until", type=DAY, help="The last day; today when left out.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong and change nothing.")
@with_appcontext
@plainly
def reconcile(since: datetime | None, until: datetime | None, dry_run: bool) -> None:
    """Compare a time with Stripe, and mend what has one right mend. Exits 1 where something is left."""
    today = datetime.combine(now().date(), time(), UTC)
    first = since.replace(tzinfo=UTC) if since else today - reconciliation.NIGHTLY
    last = until.replace(tzinfo=UTC) if until else today
    if last < first:
        raise click.ClickException("The last day comes before the first.")
    job_id = reconciliation.start(first, last + timedelta(days=1), dry_run=dry_run, by="terminal")
    finish_here(job_id)
    check = books.newest("reconcile")
    for found in check.findings if check else []:
        click.echo(f"  {found['what']}: {found['wrong']}{' (mended)' if found['mended'] else ''}")
    if _job(job_id).state != State.DONE:
        sys.exit(1)
    click.echo("All agrees.")


@jobs.command("run")
@click.argument("job_id", type=int)
@with_appcontext
@plainly
def run(job_id: int) -> None:
    """Work on a job here, or watch whoever does, until it ends. Exits 1 unless it is done."""
    work_here(job_id)


def work_here(job_id: int) -> None:
    finish_here(job_id)
    if _job(job_id).state != State.DONE:
        sys.exit(1)


def finish_here(job_id: int) -> None:
    job = _job(job_id)
    with click.progressbar(length=job.total or 1, label=words.job(job.kind), file=sys.stderr) as bar:

        def told() -> None:
            job = _job(job_id)
            bar.length = job.total or job.done + 1
            bar.update(job.done - bar.pos)

        while _job(job_id).unfinished:
            try:
                services.run(job_id, KINDS, told=told)
            except KeyboardInterrupt:
                raise click.ClickException(f"Left to a worker, if there is one, or to: jobs run {job_id}") from None
            told()
            if _job(job_id).unfinished:
                sleep(WAIT_S)
    click.echo(_line(_job(job_id)))


def _job(job_id: int) -> Job:
    db.session.remove()  # or one would see what was there when it was last read
    job = queries.get(job_id)
    if job is None:
        raise LookupError(f"There is no job {job_id}.")
    return job


def _line(job: Job) -> str:
    parts = [words.JOB[job.state][0], words.progress(job), job.message, f"by {words.by(job.by)}"]
    return f"{job.id} {words.job(job.kind)}: {', '.join(str(part) for part in parts if part)}"
