from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from wtforms import EmailField, Field, Form, RadioField, SelectField, StringField, TelField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from shop.checkout import addresses
from shop.core.i18n import _, _l, country_name

LINE = 120
# What every mail server takes (RFC 5321's dot-string and a domain of at least two labels); the mail that arrives is
# the proof. Names outside ASCII before the @ reach too few servers to promise anything.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
EMAIL = rf"^(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:[a-z]{{2,}}|xn--[a-z0-9-]+)$"


def tidy_line(text: str | None) -> str:
    """One line of printable text, single spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text or "").split())


def tidy_email(text: str | None) -> str:
    """Lower case, the domain as the network writes it: kim@bücher.example is kim@xn--bcher-kva.example."""
    name, at, domain = tidy_line(text).lower().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return name + at + domain


def complete_email(_form: Form, field: Field) -> None:
    """Raises ValidationError with what is wrong with it, as far as that can be told."""
    name, at, domain = field.data.rpartition("@")
    if not at:
        raise ValidationError(_("An email address has an @ in it, like name@example.com."))
    if name and "." not in domain:
        raise ValidationError(_("The part after the @ is not complete. It should look like name@example.com."))
    if not re.match(EMAIL, field.data):
        raise ValidationError(_("This email address is not complete. It should look like name@example.com."))


class DetailsForm(Form):
    """Who, where to, and how. The country decides which address fields there are and which of them must be filled."""

    email = EmailField(
        _l("Email"),
        [
            InputRequired(_l("Enter your email address, so that we can write to you about the order.")),
            Length(max=200, message=_l("This email address is too long.")),
            complete_email,
        ],
        filters=[tidy_email],
    )
    name = StringField(
        _l("Full name"),
        [
            InputRequired(_l("Enter the name for the parcel.")),
            DataRequired(_l("Enter the name for the parcel.")),  # spaces are no name
            Length(max=LINE, message=_l("This name is too long.")),
        ],
        filters=[tidy_line],
    )
    country = SelectField(_l("Country"), validate_choice=False)
    company = StringField(
        _l("Company"), [Optional(), Length(max=LINE, message=_l("This name is too long."))], filters=[tidy_line]
    )
    street = StringField(_l("Address"), [Length(max=LINE, message=_l("This line is too long."))], filters=[tidy_line])
    extra = StringField(
        _l("Flat, suite or company"),
        [Optional(), Length(max=LINE, message=_l("This line is too long."))],
        filters=[tidy_line],
    )
    city = StringField(_l("Town or city"), [Length(max=LINE, message=_l("This is too long."))], filters=[tidy_line])
    region = StringField(_l("Region"), [Length(max=LINE, message=_l("This is too long."))], filters=[tidy_line])
    postal_code = StringField(_l("Postcode"), [Length(max=20, message=_l("This is too long."))], filters=[tidy_line])
    phone = TelField(
        _l("Phone"),
        [
            Optional(),
            Regexp(r"^[0-9 +()./-]{5,30}$", message=_l("Enter digits only, like 020 7946 0018, or leave this empty.")),
        ],
        filters=[tidy_line],
    )
    delivery = RadioField(_l("Delivery"), validate_choice=False)

    def offer(self, *, countries: Sequence[str], method_ids: Sequence[int]) -> None:
        """Sets what can be chosen, and gives the region a list where its country has one."""
        self.country.choices = sorted(((code, country_name(code)) for code in countries), key=lambda pair: pair[1])
        self.delivery.choices = [(str(method_id), "") for method_id in method_ids]

    def validate_country(self, field: Field) -> None:
        if field.data not in {code for code, _name in self.country.choices}:
            raise ValidationError(_("We do not deliver there yet. Choose another country."))

    def validate_delivery(self, field: Field) -> None:
        if field.data not in {value for value, _label in self.delivery.choices}:
            raise ValidationError(_("Choose how it should reach you."))

    def validate(self, extra_validators: Any = None) -> bool:
        self._leave_out_unasked()
        valid = bool(super().validate(extra_validators))
        if self.country.errors:
            return False
        values = {name: self[name].data or "" for name in ("street", "city", "region", "postal_code")}
        for name, sentence in addresses.problems(self.country.data, values).items():
            if not self[name].errors:
                self[name].errors = [*self[name].errors, sentence]
            valid = False
        return valid

    def _leave_out_unasked(self) -> None:
        """What was typed for another country and is not shown for this one cannot be wrong."""
        if self.country.data in {code for code, _name in self.country.choices}:
            for name in {"street", "city", "region", "postal_code"}.difference(
                addresses.shape(self.country.data).fields
            ):
                self[name].data = ""
