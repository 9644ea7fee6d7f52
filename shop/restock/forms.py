from __future__ import annotations

from wtforms import EmailField, Form
from wtforms.validators import InputRequired, Length

from shop.core.i18n import _l
from shop.core.typed import complete_email, tidy_email


class RestockForm(Form):
    email = EmailField(
        _l("Email"),
        [
            InputRequired(_l("Enter your email address, so that we can write to you.")),
            Length(max=200, message=_l("This email address is too long.")),
            complete_email,
        ],
        filters=[tidy_email],
        id="restock-email",
    )
