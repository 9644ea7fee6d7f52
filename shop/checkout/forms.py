from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import EmailField, Field, Form, RadioField, SelectField, StringField, TelField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from shop.checkout import addresses
from shop.core.i18n import _, _l, country_name
from shop.core.typed import complete_email, tidy_email, tidy_line
from shop.orders.services import Address

LINE = 120
LONGEST_ID = 12  # digits


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
            InputRequired(_l("Enter your full name.")),
            DataRequired(_l("Enter your full name.")),  # spaces are no name
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

    sends = True

    def offer(self, *, countries: Sequence[str], method_ids: Sequence[int]) -> None:
        """Sets what can be chosen, and gives the region a list where its country has one."""
        self.country.choices = sorted(((code, country_name(code)) for code in countries), key=lambda pair: pair[1])
        self.delivery.choices = [(str(method_id), "") for method_id in method_ids]

    def ask_for_country_only(self) -> None:
        """Nothing is sent: all that is asked is what taxes hang on."""
        self.sends = False
        del self.delivery

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
            if name not in self._asked(self.country.data):
                continue
            if not self[name].errors:
                self[name].errors = [*self[name].errors, sentence]
            valid = False
        return valid

    def address(self) -> Address:
        """What was typed, as the country's post writes it, once `validate` is True."""
        country = self.country.data
        parts = {name: self[name].data or "" for name in ("street", "city", "region", "postal_code")}
        return Address(
            name=self.name.data,
            company=self.company.data or "",
            extra=self.extra.data or "",
            country=country,
            phone=self.phone.data or "",
            **(addresses.tidy(country, parts) if self.sends else parts),
        )

    def method_id(self) -> int | None:
        """The way of delivery that was chosen, if it is a number."""
        chosen = (self.delivery.data or "") if "delivery" in self else ""
        return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < LONGEST_ID else None

    def _leave_out_unasked(self) -> None:
        """What was typed for another country and is not shown for this one cannot be wrong."""
        if self.country.data in {code for code, _name in self.country.choices}:
            for name in {"street", "extra", "city", "region", "postal_code"}.difference(self._asked(self.country.data)):
                self[name].data = ""

    def _asked(self, country: str) -> tuple[str, ...]:
        shape = addresses.shape(country)
        return shape.fields if self.sends else shape.without_parcel
