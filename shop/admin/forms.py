"""Request text to checked values, for the staff's forms. Errors are sentences that say how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.datastructures import FileStorage
from wtforms import Field, FileField, Form, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from shop.core.i18n import _, _l, format_money, format_number
from shop.core.money import Money, exponent

LONGEST_NOTE = 200
LONGEST_LINE = 255
LONGEST_SUMMARY = 1_000
LONGEST_DESCRIPTION = 20_000
MOST_PIECES = 1_000_000
DEAREST = 1_000_000_000  # in minor units: what a shop of this size asks for, and any database's integer holds


def one_line(text: str | None) -> str:
    """One line of printable text, single spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text or "").split())


def many_lines(text: str | None) -> str:
    """Printable text with its line breaks; blanks at line ends, and empty lines around it, are dropped."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(char if char.isprintable() else " " for char in line).rstrip() for line in lines)
    return "\n".join(kept).strip("\n")


class ShipmentForm(Form):
    note = StringField(
        _l("Tracking number or note"),
        [Length(max=LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )


class TextForm(Form):
    version = HiddenField()
    name = StringField(
        _l("Name"),
        [
            InputRequired(_l("Enter the product’s name.")),
            Length(max=LONGEST_LINE, message=_l("This name is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line],
    )
    summary = TextAreaField(
        _l("Summary"),
        [Length(max=LONGEST_SUMMARY, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[many_lines],
    )
    description = TextAreaField(
        _l("Description"),
        [Length(max=LONGEST_DESCRIPTION, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[many_lines],
    )

    def validate_name(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Enter the product’s name."))


class _AltForm(Form):
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


class PictureForm(_AltForm):
    """`file` holds the picture as it was sent."""

    file = FileField(_l("Picture"))

    def validate_file(self, field: Field) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_("Choose a picture."))


class RowForm(Form):
    """One of many on its page, so the ids of its fields carry the row's."""

    def __init__(self, sent: Mapping[str, str] | None, *, row_id: int, **shown: str) -> None:
        super().__init__(sent, data=shown)
        for field in self:
            field.id = f"{field.name.replace('_', '-')}-{row_id}"


class AltForm(RowForm, _AltForm):
    """What a picture shows, of one that is there."""


class PriceForm(RowForm):
    """`price` and `was` hold what was typed once `validate` is True."""

    amount = StringField(_l("Price"), filters=[one_line])
    compare_at = StringField(_l("Before"), filters=[one_line])

    price: Money
    was: Money | None = None

    def __init__(self, sent: Mapping[str, str] | None, *, currency: str, row_id: int, **shown: str) -> None:
        self.currency = currency
        super().__init__(sent, row_id=row_id, **shown)

    def validate_amount(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Enter a price."))
        self.price = self._money(field.data)

    def validate_compare_at(self, field: Field) -> None:
        if not field.data:
            return
        self.was = self._money(field.data)
        if not self.amount.errors and self.was <= self.price:
            raise ValidationError(_("The price before must be higher than the price now, or left empty."))

    def _money(self, typed: str) -> Money:
        try:
            amount = money_typed(typed, self.currency)
        except ValueError:
            raise ValidationError(
                _("“%(typed)s” is not a price. Write it like %(example)s.", typed=typed[:40], example=self._example())
            ) from None
        if amount.minor > DEAREST:
            most = format_money(Money(DEAREST, self.currency))
            raise ValidationError(_("This is too much. The most is %(most)s.", most=most))
        return amount

    def _example(self) -> str:
        whole = "24"
        places = exponent(self.currency)
        return _("%(one)s or %(other)s", one=whole, other=f"{whole}.{'500'[:places]}") if places else whole


class StockForm(RowForm):
    """`seen` is what the page showed; `pieces` holds what was typed once `validate` is True."""

    on_hand = StringField(_l("On hand"), filters=[one_line])
    seen = HiddenField()
    note = StringField(
        _l("Why"),
        [Length(max=LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )

    pieces: int

    def validate_on_hand(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Enter how many there are. 0 is fine."))
        if not re.fullmatch(r"[0-9]{1,18}", field.data):
            raise ValidationError(
                _("“%(typed)s” is not a number of pieces. Write a whole number, 0 or more.", typed=field.data[:40])
            )
        if int(field.data) > MOST_PIECES:
            raise ValidationError(_("This is too much. The most is %(most)s.", most=format_number(MOST_PIECES)))
        self.pieces = int(field.data)


def money_typed(text: str, currency: str) -> Money:
    """24, 24.5, 24.50 or 24,50. Raises ValueError for anything that could be read in two ways, as 1,234 could."""
    places = exponent(currency)
    decimals = rf"(?:[.,][0-9]{{1,{places}}})?" if places else ""
    if not re.fullmatch(rf"[0-9]{{1,12}}{decimals}", text):
        raise ValueError(text)
    return Money.of(text.replace(",", "."), currency)
