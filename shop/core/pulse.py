"""Which processes of the shop are alive: each says so now and then, and who is silent is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.clock import now
from shop.core.db import Code, Line, Model, db, transaction

EVERY_S = 30.0
SILENT = timedelta(seconds=100)  # three times and a little
FORGOTTEN = timedelta(hours=6)


class Pulse(Model):
    __tablename__ = "pulses"

    name: Mapped[Line] = mapped_column(primary_key=True)  # machine and process
    does: Mapped[Line]  # pages, orders, mails, rest, clock: parted by spaces
    version: Mapped[Code]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    @property
    def alive(self) -> bool:
        return self.seen_at > now() - SILENT


def beat(name: str, *, does: Sequence[str], version: str) -> None:
    """This process is alive and does that. Those that have been silent for hours are forgotten."""
    said = {"does": " ".join(does), "version": version, "seen_at": now()}
    with transaction():
        db.session.execute(delete(Pulse).where(Pulse.seen_at < now() - FORGOTTEN))
        known = update(Pulse).where(Pulse.name == name).values(said).returning(Pulse.name)
        if db.session.execute(known).first() is None:
            db.session.add(Pulse(name=name, started_at=now(), **said))


def end(name: str) -> None:
    """This process stops, as it should."""
    with transaction():
        db.session.execute(delete(Pulse).where(Pulse.name == name))


def all_of_them() -> Sequence[Pulse]:
    """The last hours', those last heard of first."""
    return db.session.scalars(select(Pulse).order_by(Pulse.seen_at.desc(), Pulse.name).limit(50)).all()
