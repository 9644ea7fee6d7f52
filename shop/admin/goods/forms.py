"""What is typed about products, and what is wrong with it."""

from __future__ import annotations

from wtforms import Form, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from shop.admin.forms import LONGEST_LINE, one_line
from shop.core.i18n import _, _l
from shop.core.web import positive


def name_field() -> StringField:
    return StringField(
        _l("Name"),
        [
            InputRequired(_l("Enter the product’s name.")),
            Length(max=LONGEST_LINE, message=_l("This name is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line],
    )


class Choice(SelectField):
    """One of `choices`, by its number."""

    def __init__(self, label: str, missing: str, **more: object) -> None:
        self.missing = missing
        super().__init__(label, coerce=lambda sent: positive(str(sent or "")), validate_choice=False, **more)

    def pre_validate(self, form: object) -> None:
        if self.data not in [value for value, _label in self.choices or []]:
            raise ValidationError(self.missing)


class NewForm(Form):
    name = name_field()
    category = Choice(_l("Category"), _l("Choose a category."), choices=[])

    def validate_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(_("Enter the product’s name."))
