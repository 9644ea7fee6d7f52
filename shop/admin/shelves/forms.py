"""What is typed about categories, collections and texts."""

from __future__ import annotations

import re
from datetime import datetime

from flask import g
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, FileField, Form, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from shop.admin.forms import LONGEST_DESCRIPTION, LONGEST_LINE, LONGEST_SUMMARY, many_lines, moment_typed, one_line
from shop.content.models import LONGEST_BODY
from shop.core.i18n import _, _l

LONGEST_SLUG = 64
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def line_field(label: str, missing: str = "", *, most: int = LONGEST_LINE) -> StringField:
    """One line; with `missing` it must say something."""
    long = Length(max=most, message=_l("This is too long. Keep it to %(max)d characters."))
    return StringField(label, [InputRequired(missing), long] if missing else [long], filters=[one_line])


def text_field(label: str, *, most: int = LONGEST_SUMMARY) -> TextAreaField:
    long = Length(max=most, message=_l("This is too long. Keep it to %(max)d characters."))
    return TextAreaField(label, [long], filters=[many_lines])


def check_slug(field: Field) -> None:
    if len(field.data or "") > LONGEST_SLUG or not SLUG.fullmatch(field.data or ""):
        raise ValidationError(
            _("An address has small letters, digits and hyphens only, %(most)s at most.", most=LONGEST_SLUG)
        )


class FileForm(Form):
    """`file` holds the picture as it was sent."""

    file = FileField(_l("Picture"))

    def validate_file(self, field: Field) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_("Choose a picture."))


class NewCategoryForm(Form):
    name = line_field(_l("Name"), _l("Enter a name."))

    def validate_name(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Enter a name."))


class CategoryForm(NewCategoryForm):
    slug = line_field(_l("Address"), _l("Enter an address."), most=LONGEST_SLUG)
    one = line_field(_l("What one is called"))
    many = line_field(_l("What several are called"))
    intro = text_field(_l("Introduction"))
    seen = HiddenField()

    def validate_slug(self, field: Field) -> None:
        check_slug(field)


class CollectionForm(NewCategoryForm):
    """`begins` and `stops` hold the moments once `validate` is True."""

    slug = line_field(_l("Address"), _l("Enter an address."), most=LONGEST_SLUG)
    intro = text_field(_l("Introduction"), most=LONGEST_DESCRIPTION)
    published_at = StringField(_l("Shown from"), filters=[one_line])
    ends_at = StringField(_l("Shown until"), filters=[one_line])
    seen = HiddenField()

    begins: datetime | None = None
    stops: datetime | None = None

    def validate_slug(self, field: Field) -> None:
        check_slug(field)

    def validate_published_at(self, field: Field) -> None:
        self.begins = _moment(field)

    def validate_ends_at(self, field: Field) -> None:
        self.stops = _moment(field)
        if self.stops and self.begins and self.stops <= self.begins:
            raise ValidationError(_("It ends after it begins."))


class RuleForm(Form):
    """What of a rule is typed; what is ticked is read beside it."""

    low = StringField(_l("Price from"), filters=[one_line])
    high = StringField(_l("Price to"), filters=[one_line])
    days = StringField(_l("New in the last days"), filters=[one_line])
    on_sale = BooleanField(_l("On sale now"))


class EntryForm(Form):
    title = line_field(_l("Title"), _l("Enter a title."))
    slug = line_field(_l("Address"), _l("Enter an address."), most=LONGEST_SLUG)
    intro = text_field(_l("Introduction"))
    body = text_field(_l("Text"), most=LONGEST_BODY)
    description = text_field(_l("For search engines"))
    alt = line_field(_l("What the picture shows"))
    version = HiddenField()

    def validate_slug(self, field: Field) -> None:
        check_slug(field)


class PublishForm(Form):
    """`since` holds the moment once `validate` is True; None is now."""

    at = StringField(_l("From"), filters=[one_line])

    since: datetime | None = None

    def validate_at(self, field: Field) -> None:
        self.since = _moment(field)


class LinkForm(Form):
    label = line_field(_l("What it says"), _l("Say what the link is called."))
    address = line_field(_l("Or an address"))


def _moment(field: Field) -> datetime | None:
    """Nothing typed is no moment. Raises ValidationError."""
    moment = moment_typed(field.data, g.store.timezone)
    if moment is None and field.data:
        raise ValidationError(_("Write a day and a time like 2026-12-01 09:00."))
    return moment
