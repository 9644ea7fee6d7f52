"""Request text to checked values, for the staff's forms. Errors are sentences that say how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import FileStorage
from wtforms import Field, Form, MultipleFileField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from shop.core.i18n import _, _l, format_money
from shop.core.money import Money, exponent
from shop.core.typed import tidy_line

LONGEST_NOTE = 200
LONGEST_LINE = 255
LONGEST_SUMMARY = 1_000
LONGEST_DESCRIPTION = 20_000
MOST_PIECES = 1_000_000
DEAREST = 1_000_000_000  # in minor units: what a shop of this size asks for, and any database's integer holds

one_line = tidy_line


def many_lines(text: str | None) -> str:
    """Printable text with its line breaks; blanks at line ends, and empty lines around it, are dropped."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(char if char.isprintable() else " " for char in line).rstrip() for line in lines)
    return "\n".join(kept).strip("\n")


class _Alt(Form):
    alt = StringField(
        _l("What it shows"),
        [
            InputRequired(_l("Say what the picture shows.")),
            Length(max=LONGEST_LINE, message=_l("This is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line],
    )

    def validate_alt(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Say what the picture shows."))


class PictureForm(Form):
    """`file` holds the pictures as they were sent. Their words may wait while nobody sees the product."""

    file = MultipleFileField(_l("Pictures"))
    alt = StringField(
        _l("What they show"),
        [Length(max=LONGEST_LINE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )

    def __init__(self, sent: Any = None, *, seen: bool) -> None:
        self.seen = seen
        super().__init__(sent)

    @property
    def files(self) -> list[FileStorage]:
        return [each for each in self.file.data or () if isinstance(each, FileStorage) and each.filename]

    def validate_file(self, _field: Field) -> None:
        if not self.files:
            raise ValidationError(_("Choose a picture."))

    def validate_alt(self, field: Field) -> None:
        if self.seen and not field.data:
            raise ValidationError(_("Say what the pictures show: shoppers see this product already."))


class RowForm(Form):
    """One of many on its page, so the ids of its fields carry the row's."""

    def __init__(self, sent: Mapping[str, str] | None, *, row_id: int, **shown: str) -> None:
        super().__init__(sent, data=shown)
        for field in self:
            field.id = f"{field.name.replace('_', '-')}-{row_id}"


class AltForm(RowForm, _Alt):
    """What a picture shows, of one that is there."""


def money_typed(text: str, currency: str) -> Money:
    """24, 24.5, 24.50 or 24,50. Raises ValueError for anything that could be read in two ways, as 1,234 could."""
    places = exponent(currency)
    decimals = rf"(?:[.,][0-9]{{1,{places}}})?" if places else ""
    if not re.fullmatch(rf"[0-9]{{1,12}}{decimals}", text):
        raise ValueError(text)
    return Money.of(text.replace(",", "."), currency)


def price_typed(text: str, currency: str) -> Money:
    """What a field of a form has. Raises ValidationError with a sentence that says how to write it."""
    try:
        amount = money_typed(text, currency)
    except ValueError:
        places = exponent(currency)
        example = _("%(one)s or %(other)s", one="24", other=f"24.{'500'[:places]}") if places else "24"
        raise ValidationError(
            _("“%(typed)s” is not a price. Write it like %(example)s.", typed=text[:40], example=example)
        ) from None
    if amount.minor > DEAREST:
        raise ValidationError(_("This is too much. The most is %(most)s.", most=format_money(Money(DEAREST, currency))))
    return amount


def moment_typed(text: str | None, timezone: str) -> datetime | None:
    """A date, or a date and time, of the shop's own clock, as browsers send them; None for anything else."""
    try:
        local = datetime.fromisoformat(text or "")
        return local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC) if local.tzinfo is None else None
    except (ValueError, OverflowError):
        return None


def moment_shown(moment: datetime | None, timezone: str) -> str:
    """As a field for date and time has it."""
    return "" if moment is None else moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")
