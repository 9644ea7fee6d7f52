from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from wtforms import DateField, Field, Form, ValidationError
from wtforms.validators import InputRequired

from shop.books import reconcile
from shop.core.clock import now
from shop.core.i18n import _, _l

LONGEST = timedelta(days=366)


class DayField(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            typed = " ".join(valuelist)[:40]
            raise ValueError(_("“%(typed)s” is not a day. Write it like 2026-11-30.", typed=typed)) from None


class PeriodForm(Form):
    """Days by UTC, both included."""

    since = DayField(_l("First day"), [InputRequired(_l("Enter the first day."))])
    until = DayField(_l("Last day"), [InputRequired(_l("Enter the last day."))])

    def __init__(self, sent: Mapping[str, str] | None) -> None:
        today = now().date()
        super().__init__(sent, data={"since": today - reconcile.NIGHTLY, "until": today})

    def validate_until(self, field: Field) -> None:
        first: date | None = self.since.data
        if first is None or field.data is None:
            return
        if field.data < first:
            raise ValidationError(_("The last day comes before the first."))
        if field.data - first > LONGEST:
            raise ValidationError(_("This is more than a year. Compare a year at a time."))
