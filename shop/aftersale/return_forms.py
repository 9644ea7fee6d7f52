"""What shoppers fill in to send goods back, to withdraw, and to say what they think of what they kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from wtforms import EmailField, Field, Form, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from shop.core.i18n import _, _l, _n
from shop.core.typed import complete_email, tidy_email, tidy_line
from shop.orders.fulfilment import Pieces
from shop.orders.models import OrderLine

REASONS: dict[str, str] = {
    "not_as_hoped": _l("It is not what I hoped for"),
    "damaged": _l("It came damaged"),
    "wrong": _l("It is not what I ordered"),
    "late": _l("It came too late"),
    "other": _l("Something else"),
}
LINE = 120
TEXT = 2000
MOST = 5  # stars


def tidy_text(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


class _Pieces(Form):
    """Which pieces of an order; a field for each of its lines that has some to offer."""

    def lines(self) -> list[Field]:
        return [field for field in self if field.name.startswith("line_")]

    def as_shown(self) -> list[Field]:
        """The lines first."""
        return sorted(self, key=lambda field: field not in self.lines())

    def chosen(self) -> Pieces:
        return {int(field.name.removeprefix("line_")): field.data for field in self.lines() if field.data}

    def validate(self, extra_validators: object = None) -> bool:
        valid = bool(super().validate())
        lines = self.lines()
        if lines and not self.chosen() and not any(field.errors for field in lines):
            lines[0].errors = [self.nothing_chosen()]
            return False
        return valid

    def nothing_chosen(self) -> str:
        return _("Choose what you want to send back.")


Choosing = TypeVar("Choosing", bound=_Pieces)


class ReturnForm(_Pieces):
    reason = SelectField(
        _l("What is wrong with it?"),
        [InputRequired(_l("Choose a reason, so that we can do better."))],
        choices=[("", _l("Choose one")), *REASONS.items()],
        validate_choice=False,
    )
    note = TextAreaField(
        _l("What should we know?"),
        [Optional(), Length(max=TEXT, message=_l("This is too long. Keep it under 2,000 letters."))],
        filters=[tidy_text],
    )

    def validate_reason(self, field: Field) -> None:
        if field.data not in REASONS:
            raise ValidationError(_("Choose a reason, so that we can do better."))


class WithdrawalForm(_Pieces):
    """All that the law lets a shop ask for."""

    name = StringField(
        _l("Your name"),
        [
            InputRequired(_l("Enter your name.")),
            Length(max=LINE, message=_l("This name is too long.")),
        ],
        filters=[tidy_line],
    )
    email = EmailField(
        _l("Email for the confirmation"),
        [
            InputRequired(_l("Enter the email address that the confirmation should go to.")),
            Length(max=200, message=_l("This email address is too long.")),
            complete_email,
        ],
        filters=[tidy_email],
    )

    def nothing_chosen(self) -> str:
        return _("Choose what you want to withdraw from.")


def with_lines(form: type[Choosing], lines: Sequence[OrderLine], most: Mapping[int, int]) -> type[Choosing]:
    """The form with a field for each line of which up to `most` pieces can be chosen."""
    fields = {f"line_{line.id}": _how_many(line, most[line.id]) for line in lines if most.get(line.id)}
    return type(form.__name__, (form,), fields)


def _how_many(line: OrderLine, most: int) -> SelectField:
    counts = [(count, _n("%(num)s piece", "%(num)s pieces", count)) for count in range(1, most + 1)]
    choices = [(0, _("None of it")), *counts]
    return SelectField(
        line.product_name, [_Within(most)], coerce=_count, choices=choices, default=0, validate_choice=False
    )


def _count(typed: object) -> int:
    """What was not typed by choosing is no number of pieces."""
    return (
        int(typed) if isinstance(typed, int) or (isinstance(typed, str) and re.fullmatch("[0-9]{1,9}", typed)) else -1
    )


class _Within:
    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Form, field: Field) -> None:
        if not 0 <= field.data <= self.most:
            raise ValidationError(_n("Choose %(num)s piece at most.", "Choose %(num)s pieces at most.", self.most))


class OpinionForm(Form):
    """One product. What is left empty is not said."""

    stars = RadioField(_l("Stars"), choices=[(str(count), "") for count in range(MOST, 0, -1)], validate_choice=False)
    title = StringField(
        _l("Headline"), [Optional(), Length(max=LINE, message=_l("This headline is too long."))], filters=[tidy_line]
    )
    text = TextAreaField(
        _l("What do you think of it?"),
        [Optional(), Length(max=TEXT, message=_l("This is too long. Keep it under 2,000 letters."))],
        filters=[tidy_text],
    )

    @property
    def given(self) -> bool:
        return bool(self.stars.data or self.title.data or self.text.data)

    def validate(self, extra_validators: object = None) -> bool:
        valid = bool(super().validate())
        if not self.given:
            return valid
        if self.stars.data not in {value for value, _label in self.stars.choices}:
            self.stars.errors = [_("Give it one to five stars.")]
            valid = False
        if not self.text.data:
            self.text.errors = [_("Say in a few words what you think of it.")]
            valid = False
        return valid


@dataclass(frozen=True, slots=True)
class Asked:
    """A product that somebody is asked about."""

    line: OrderLine
    form: OpinionForm


class AuthorForm(Form):
    author = StringField(
        _l("Your name, as it is shown"),
        [
            InputRequired(_l("Enter a name to show with your review.")),
            Length(max=60, message=_l("This name is too long.")),
        ],
        filters=[tidy_line],
    )
