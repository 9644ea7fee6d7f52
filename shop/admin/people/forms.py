from __future__ import annotations

from typing import Any

from wtforms import Form, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from shop.accounts.models import Role
from shop.accounts.services import SHORTEST_PASSWORD
from shop.admin import words
from shop.admin.forms import LONGEST_LINE
from shop.core.i18n import _, _l
from shop.core.typed import complete_email, tidy_email, tidy_line

LONGEST_PASSWORD = 1000  # bytes are hashed, and nobody should have us hash a book
TOO_LONG = _l("This is too long. Keep it to %(max)d characters.")


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, str(words.ROLE[role])) for role in Role]


class MemberForm(Form):
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter a name.")), Length(max=LONGEST_LINE, message=TOO_LONG)],
        filters=[tidy_line],
    )
    role = SelectField(_l("Role"), choices=_role_choices, default=Role.PACKER.value)


class InvitationForm(MemberForm):
    email = StringField(
        _l("Email"),
        [DataRequired(_l("Enter an email address.")), Length(max=LONGEST_LINE, message=TOO_LONG), complete_email],
        filters=[tidy_email],
    )


class NewPasswordForm(Form):
    password = PasswordField(_l("New password"))

    def validate_password(self, field: Any) -> None:
        if len(field.data or "") < SHORTEST_PASSWORD:
            raise ValidationError(_("A password needs at least %(least)s characters.", least=SHORTEST_PASSWORD))
        if len(field.data) > LONGEST_PASSWORD:
            raise ValidationError(_("This is too long. Keep it to %(max)d characters.", max=LONGEST_PASSWORD))


class JoinForm(NewPasswordForm):
    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Enter your name.")), Length(max=LONGEST_LINE, message=TOO_LONG)],
        filters=[tidy_line],
    )
