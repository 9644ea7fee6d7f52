"""What the owner says about the shop, kept as rows so that it can be changed without a restart."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.clock import now
from shop.core.db import Model, db, transaction


class StoreSetting(Model):
    __tablename__ = "store_settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(default=now)


# Where consumers may withdraw from what they bought at a distance without giving a reason: the European Union, Iceland,
# Liechtenstein and Norway (Directive 2011/83/EU), the United Kingdom (Consumer Contracts Regulations 2013).
WITHDRAWAL_COUNTRIES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT", "LI",
    "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


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
    notice_link: str = ""  # where it leads: an address of the shop or of another
    notice_from: str = ""  # 2026-12-01T09:00: it stands there from this moment of the shop's own time on
    notice_until: str = ""  # and not any more from this one on
    story_title: str = ""  # the coloured band of the first page: how the goods are made
    story: str = ""  # paragraphs parted by an empty line
    story_product: str = ""  # the slug of the product whose making it shows
    promises: tuple[tuple[str, str, str], ...] = ()  # icon, heading and sentence, under the first page
    order_by: str = ""  # 14:00: what is ordered later that day counts as the next day's
    returns: str = ""  # beside the button: "60-day returns"
    returns_note: str = ""  # the sentence that explains it
    returns_days: int = 0  # how many days after it came goods may be sent back; 0 is not said, and not offered
    returns_paid: bool = False  # and whether the shop pays the postage
    withdrawal_days: int = 14  # how many days after it came consumers may withdraw from what they bought
    withdrawal_countries: tuple[str, ...] = WITHDRAWAL_COUNTRIES  # where they may
    invite_after_days: int = 7  # after delivery a mail asks what the shopper thinks of the goods; 0 sends none
    address: str = ""
    vat_id: str = ""
    largest_quantity: int = 20  # of one variant in one cart
    unpaid_by_email: int = 3  # unpaid orders that may hold stock for one email address at once
    unpaid_by_network: int = 10  # and for one network
    unpaid_pieces: int = 100  # pieces held for one network's unpaid orders
    low_stock: int = 3  # staff are told when so few of a variant are left; 0: only when it has sold out
    download_limit: int = 5  # how often a file that was bought may be downloaded
    download_days: int = 30  # and for how long
    terms_version: str = "1"
    second_factor_required: bool = False  # of everybody on the staff

    def announced(self, moment: datetime) -> str:
        """The line above the header at `moment`, if there is one."""
        local = moment.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)
        begun = not self.notice_from or local >= datetime.fromisoformat(self.notice_from)
        over = self.notice_until and local >= datetime.fromisoformat(self.notice_until)
        return self.notice if begun and not over else ""

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def day_of_order(self, moment: datetime) -> date:
        """The day from which the delivery of an order placed at `moment` is counted."""
        local = moment.astimezone(ZoneInfo(self.timezone))
        late = self.order_by and local.time() >= time.fromisoformat(self.order_by)
        return local.date() + timedelta(days=1) if late else local.date()


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
        kept = {row.key: row for row in db.session.scalars(select(StoreSetting))}
        for key, value in asdict(store).items():
            row = kept.get(key) or StoreSetting(key=key)
            row.value, row.updated_at = value, now()
            db.session.add(row)
