from __future__ import annotations

from wtforms import EmailField, Form, StringField
from wtforms.validators import InputRequired, Length

from shop.core.i18n import _l
from shop.core.typed import complete_email, tidy_email, tidy_line


class LinkForm(Form):
    number = StringField(
        _l("Order number"),
        [
            InputRequired(_l("Enter the order number. It is in the mail you got.")),
            Length(max=40, message=_l("This order number is too long.")),
        ],
        filters=[tidy_line],
    )
    email = EmailField(
        _l("Email"),
        [
            InputRequired(_l("Enter the email address you ordered with.")),
            Length(max=200, message=_l("This email address is too long.")),
            complete_email,
        ],
        filters=[tidy_email],
    )
