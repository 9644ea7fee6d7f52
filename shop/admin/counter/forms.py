"""Request text to checked values, for what the counter does. Errors are sentences that say how to mend it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import TypeVar

from flask import request
from wtforms import BooleanField, Field, Form, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from shop.admin.forms import LONGEST_LINE, LONGEST_NOTE, many_lines, money_typed, one_line
from shop.aftersale.return_forms import REASONS
from shop.core.i18n import _, _l, _n
from shop.core.money import Money, exponent
from shop.orders.fulfilment import Pieces
from shop.orders.models import OrderLine

LONGEST_MESSAGE = 4000
LONGEST_TOKEN = 64
LONGEST_LINK = 1000


def token_sent() -> str:
    """The form's own, under which it counts once; one that was tampered with is a form of its own."""
    sent = request.form.get("form_token", "")
    return sent if 0 < len(sent) <= LONGEST_TOKEN and sent.isascii() else new_token()


def new_token() -> str:
    return secrets.token_urlsafe(24)


def _note(label: str) -> StringField:
    return StringField(
        label,
        [Length(max=LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )


class PiecesForm(Form):
    """Which pieces of an order; a field for each of its lines, named by what it counts and the line: line_7."""

    def counted(self, prefix: str = "line") -> list[Field]:
        return [field for field in self if field.name.startswith(f"{prefix}_")]

    def chosen(self, prefix: str = "line") -> Pieces:
        """What was typed, by line, once `validate` is True."""
        typed = {int(field.name.removeprefix(f"{prefix}_")): int(field.data or 0) for field in self.counted(prefix)}
        return {line_id: count for line_id, count in typed.items() if count}

    def of(self, prefix: str, line_id: int) -> Field | None:
        """The field that counts this line, if it has one."""
        return next((field for field in self if field.name == f"{prefix}_{line_id}"), None)


Counting = TypeVar("Counting", bound=PiecesForm)


def with_pieces(
    form: type[Counting],
    lines: Sequence[OrderLine],
    most: Mapping[int, int],
    *,
    shown: Mapping[int, int] | None = None,
    prefix: str = "line",
) -> type[Counting]:
    """The form with a field for each line of which there are up to `most` pieces, all of them or `shown` in it."""
    fields = {
        f"{prefix}_{line.id}": StringField(
            line.product_name,
            [_Within(most[line.id])],
            filters=[one_line],
            default=str(most[line.id] if shown is None else shown.get(line.id, 0)),
        )
        for line in lines
        if most.get(line.id)
    }
    return type(form.__name__, (form,), fields)


class _Within:
    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Form, field: Field) -> None:
        typed = field.data or ""
        if typed and not re.fullmatch(r"[0-9]{1,9}", typed):
            raise ValidationError(_("“%(typed)s” is not a number of pieces.", typed=typed[:40]))
        if int(typed or 0) > self.most:
            raise ValidationError(_n("There is only %(num)s.", "There are only %(num)s.", self.most))


class ParcelForm(PiecesForm):
    carrier = StringField(
        _l("Carrier"),
        [Length(max=LONGEST_LINE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )
    tracking_number = StringField(
        _l("Tracking number"),
        [Length(max=LONGEST_LINE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )
    tracking_url = StringField(
        _l("Tracking link"),
        [Length(max=LONGEST_LINK, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )
    note = _note(_l("Note for the staff"))
    tell = BooleanField(_l("Email"), default=True)

    def validate_tracking_url(self, field: Field) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_("The tracking link begins with https:// as it stands in a browser."))


class RefundForm(PiecesForm):
    """`delivery_back` and `amount_back` hold what was typed once `validate` is True."""

    delivery = StringField(_l("Of the delivery"), filters=[one_line])
    amount = StringField(_l("Or an amount beside it"), filters=[one_line])
    reason = StringField(
        _l("Reason"),
        [
            DataRequired(_l("Say why the money goes back. It stands in the order’s history.")),
            Length(max=LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line],
    )
    restock = BooleanField(_l("Put these pieces back on the shelf"))

    delivery_back: Money | None = None
    amount_back: Money | None = None

    def __init__(self, sent: Mapping[str, str] | None, *, currency: str, **shown: str) -> None:
        self.currency = currency
        super().__init__(sent, data=shown)

    def validate_delivery(self, field: Field) -> None:
        self.delivery_back = self._money(field)

    def validate_amount(self, field: Field) -> None:
        self.amount_back = self._money(field)

    def _money(self, field: Field) -> Money | None:
        if not field.data:
            return None
        try:
            return money_typed(field.data, self.currency)
        except ValueError:
            example = "24.50" if exponent(self.currency) else "24"
            raise ValidationError(
                _("“%(typed)s” is not an amount. Write it like %(example)s.", typed=field.data[:40], example=example)
            ) from None


class ReasonForm(Form):
    reason = StringField(
        _l("Reason"),
        [
            DataRequired(_l("Say why. It stands in the order’s history, for the staff.")),
            Length(max=LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line],
    )


class NoteForm(Form):
    text = TextAreaField(
        _l("Note"),
        [
            DataRequired(_l("Write something first.")),
            Length(max=LONGEST_MESSAGE, message=_l("This is too long. Keep it to %(max)d characters.")),
        ],
        filters=[many_lines],
    )


class AnswerForm(Form):
    """What the shopper reads about their return."""

    answer = TextAreaField(
        _l("Answer to the shopper"),
        [Length(max=LONGEST_MESSAGE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[many_lines],
    )


class TakeForm(PiecesForm):
    """Goods that the shop agrees to take back."""

    reason = SelectField(
        _l("What is wrong with it?"), choices=[("", _l("Choose one")), *REASONS.items()], validate_choice=False
    )
    note = _note(_l("Note for the staff"))

    def validate_reason(self, field: Field) -> None:
        if field.data not in REASONS:
            raise ValidationError(_("Choose a reason."))
