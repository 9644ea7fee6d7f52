"""What the owner says about the shop, kept as rows so that it can be changed without a restart."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.clock import now
from shop.core.db import Model, db, transaction


class StoreSetting(Model):
    __tablename__ = "store_settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    name: str
    line: str = ""  # the headline of the first page
    intro: str = ""  # two lines under it
    hero: str = ""  # the picture behind both, by its asset's name
    country: str
    currency: str
    timezone: str = "UTC"
    email: str  # where mails come from and where staff are told
    notice: str = ""  # the line above the header
    address: str = ""
    vat_id: str = ""
    largest_quantity: int = 20  # of one variant in one cart
    unpaid_by_email: int = 3  # unpaid orders that may hold stock for one e-mail address at once
    unpaid_by_network: int = 10  # and for one network
    unpaid_pieces: int = 100  # pieces held for one network's unpaid orders
    terms_version: str = "1"


def load() -> Store | None:
    """The shop's settings, or None before `manage.py init` or the demo's seed has made a shop."""
    rows = {row.key: row.value for row in db.session.execute(select(StoreSetting.key, StoreSetting.value))}
    if "name" not in rows:
        return None
    known = {field.name for field in fields(Store)}
    return Store(**{key: value for key, value in rows.items() if key in known})


def get() -> Store:
    """Raises LookupError before the shop is made."""
    store = load()
    if store is None:
        raise LookupError("There is no shop in this database yet: run `manage.py init`.")
    return store


def save(store: Store) -> None:
    with transaction():
        for key, value in asdict(store).items():
            db.session.merge(StoreSetting(key=key, value=value, updated_at=now()))
