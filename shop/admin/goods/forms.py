"""What is typed about products, and what is wrong with it."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from shop.admin.forms import (
    LONGEST_DESCRIPTION,
    LONGEST_LINE,
    LONGEST_NOTE,
    LONGEST_SUMMARY,
    MOST_PIECES,
    many_lines,
    moment_typed,
    one_line,
    price_typed,
)
from shop.catalog.editing import EditedVariant, Showing
from shop.catalog.making import LONGEST_SLUG
from shop.catalog.measuring import Measure
from shop.catalog.repricing import ENDINGS, Rule
from shop.catalog.variants import Asked
from shop.core.clock import now
from shop.core.i18n import _, _l, format_number
from shop.core.money import Money
from shop.core.web import positive

LONGEST_VALUE = 60


def name_field() -> StringField:
    return StringField(
        _l("Name"),
        [
            InputRequired(_l("Enter the product’s name.")),
            Length(max=LONGEST_LINE, message=_l("This name is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line],
    )


def words_field(label: str, longest: int) -> TextAreaField:
    return TextAreaField(
        label,
        [Length(max=longest, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[many_lines],
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


class ProductForm(Form):
    """A product but for its variants. Times are the shop's own."""

    version = HiddenField()
    seen = HiddenField()
    name = name_field()
    slug = StringField(_l("Address"), filters=[one_line])
    summary = words_field(_l("Summary"), LONGEST_SUMMARY)
    description = words_field(_l("Description"), LONGEST_DESCRIPTION)
    facts = words_field(_l("Facts"), LONGEST_SUMMARY * 2)
    category = Choice(_l("Category"), _l("Choose a category."), choices=[])
    showing = RadioField(
        _l("Status"),
        choices=[
            (Showing.DRAFT, _l("Draft")),
            (Showing.LIVE, _l("Live")),
            (Showing.SCHEDULED, _l("Live from a date on")),
            (Showing.ARCHIVED, _l("Archived")),
        ],
        validate_choice=False,
    )
    since = StringField(_l("Begins"), filters=[one_line])
    restock_on = StringField(_l("Expected back on"), filters=[one_line])
    values = SelectMultipleField(_l("Attributes"), choices=[], validate_choice=False)
    reason = StringField(
        _l("Why the stock has changed"),
        [Length(max=LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line],
    )

    begins: datetime | None = None
    back_at: datetime | None = None

    def __init__(self, sent: Any = None, *, timezone: str, **more: Any) -> None:
        self.timezone = timezone
        super().__init__(sent, **more)

    validate_name = NewForm.validate_name

    def validate_slug(self, field: Field) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", field.data or "") or len(field.data) > LONGEST_SLUG:
            raise ValidationError(_("Use small letters, figures and single hyphens, as in seven-ridges."))

    def validate_facts(self, field: Field) -> None:
        for line in (field.data or "").split("\n"):
            label, colon, text = line.partition(":")
            if line.strip() and not (colon and label.strip() and text.strip()):
                raise ValidationError(_("“%(line)s” is not a fact. Write it like Paper: cotton.", line=line[:60]))

    def validate_showing(self, field: Field) -> None:
        if field.data not in list(Showing):
            raise ValidationError(_("Choose a status."))

    def validate_since(self, field: Field) -> None:
        if self.showing.data != Showing.SCHEDULED:
            return
        self.begins = moment_typed(field.data, self.timezone)
        if self.begins is None:
            raise ValidationError(_("Say from when on: date and time."))

    def validate_restock_on(self, field: Field) -> None:
        if not field.data:
            return
        self.back_at = moment_typed(field.data, self.timezone)
        if self.back_at is None:
            raise ValidationError(_("“%(typed)s” is not a date.", typed=field.data[:40]))

    @property
    def told(self) -> list[list[str]]:
        """The facts, as label and text."""
        pairs = (line.partition(":") for line in (self.facts.data or "").split("\n") if line.strip())
        return [[label.strip(), text.strip()] for label, _colon, text in pairs]


class VariantForm(Form):
    """A row of the grid; its fields carry the variant's number before their names."""

    amount = StringField(_l("Price"), filters=[one_line])
    compare_at = StringField(_l("Before"), filters=[one_line])
    sku = StringField(
        _l("SKU"),
        [
            InputRequired(_l("Enter a SKU.")),
            Length(max=64, message=_l("This is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line, str.upper],
    )
    on_hand = StringField(_l("On hand"), filters=[one_line])
    seen = HiddenField()
    weight_g = StringField(_l("Weight in g"), filters=[one_line])
    ahead = StringField(_l("May be ordered ahead"), filters=[one_line])
    sold = BooleanField(_l("Sold"))

    price: Money | None = None
    was: Money | None = None

    def __init__(self, sent: Any, *, currency: str, variant_id: int, had_a_price: bool, **shown: Any) -> None:
        self.currency, self.had_a_price = currency, had_a_price
        super().__init__(sent, prefix=f"v{variant_id}-", data=shown)

    def validate_amount(self, field: Field) -> None:
        if field.data:
            self.price = price_typed(field.data, self.currency)
        elif self.compare_at.data or self.had_a_price:
            raise ValidationError(_("Enter a price."))

    def validate_compare_at(self, field: Field) -> None:
        if not field.data:
            return
        self.was = price_typed(field.data, self.currency)
        if self.price is not None and self.was <= self.price:
            raise ValidationError(_("The price before must be higher than the price now, or left empty."))

    def validate_on_hand(self, field: Field) -> None:
        _check_whole(field, _("Enter how many there are. 0 is fine."))

    def validate_weight_g(self, field: Field) -> None:
        _check_whole(field, _("Enter a weight in grams. 0 is fine."))

    def validate_ahead(self, field: Field) -> None:
        _check_whole(field, _("Enter how many. 0 is fine."))

    @property
    def edited(self) -> EditedVariant:
        """Once `validate` is True."""
        return EditedVariant(
            sku=self.sku.data or "",
            price=self.price,
            was=self.was,
            on_hand=int(self.on_hand.data or 0),
            seen=positive(self.seen.data, default=0),
            weight_g=int(self.weight_g.data or 0),
            ahead=int(self.ahead.data or 0),
            sold=bool(self.sold.data),
        )


def _check_whole(field: Field, missing: str) -> None:
    if not field.data:
        raise ValidationError(missing)
    if not re.fullmatch(r"[0-9]{1,18}", field.data):
        raise ValidationError(_("“%(typed)s” is not a whole number, 0 or more.", typed=field.data[:40]))
    if int(field.data) > MOST_PIECES:
        raise ValidationError(_("This is too much. The most is %(most)s.", most=format_number(MOST_PIECES)))


class OptionsForm(Form):
    """What variants are made of: up to three options with their values."""

    name_1 = StringField(_l("Option"), filters=[one_line])
    values_1 = StringField(_l("Values"), filters=[one_line])
    name_2 = StringField(_l("Option"), filters=[one_line])
    values_2 = StringField(_l("Values"), filters=[one_line])
    name_3 = StringField(_l("Option"), filters=[one_line])
    values_3 = StringField(_l("Values"), filters=[one_line])
    price = StringField(_l("Price of the new ones"), filters=[one_line])
    stem = StringField(
        _l("SKUs begin with"),
        [Length(max=30, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[one_line, str.upper],
    )

    amount: Money | None = None

    def __init__(self, sent: Any = None, *, currency: str, **shown: Any) -> None:
        self.currency = currency
        super().__init__(sent, data=shown)

    @property
    def pairs(self) -> list[tuple[Field, Field]]:
        return [(self[f"name_{n}"], self[f"values_{n}"]) for n in (1, 2, 3)]

    @property
    def asked(self) -> list[Asked]:
        return [Asked(name.data, split(values.data)) for name, values in self.pairs if name.data]

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        for name, values in self.pairs:
            if bool(name.data) != bool(split(values.data)):
                wrong = values if name.data else name
                wrong.errors = [
                    _("Name its values, parted by commas.")
                    if name.data
                    else _("Say what these values are: Size, Colour.")
                ]
                fine = False
            elif max(map(len, (name.data or "", *split(values.data))), default=0) > LONGEST_VALUE:
                values.errors = [_("Keep names to %(most)s characters.", most=LONGEST_VALUE)]
                fine = False
        return fine

    def validate_price(self, field: Field) -> None:
        if field.data:
            self.amount = price_typed(field.data, self.currency)


def split(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for each in (text or "").split(",") if (part := each.strip())))


class SaleForm(Form):
    """How much less, from when to when. Times are the shop's own."""

    off = StringField(_l("Less by"), filters=[one_line])
    kind = RadioField(
        _l("Counted in"), choices=[("percent", _l("per cent")), ("amount", _l("an amount"))], default="percent"
    )
    begins = StringField(_l("Begins"), filters=[one_line])
    ends = StringField(_l("Ends"), filters=[one_line])

    less: Decimal | Money
    first: datetime | None = None
    last: datetime | None = None

    def __init__(self, sent: Any = None, *, currency: str, timezone: str) -> None:
        self.currency, self.timezone = currency, timezone
        super().__init__(sent)

    def validate_off(self, field: Field) -> None:
        if self.kind.data == "amount":
            self.less = price_typed(field.data or "", self.currency)
            return
        self.less = percent_typed(field.data, most=99) / 100

    def validate_begins(self, field: Field) -> None:
        if field.data:
            self.first = moment_typed(field.data, self.timezone)
            if self.first is None:
                raise ValidationError(_("“%(typed)s” is not a date with a time.", typed=field.data[:40]))
            if self.first <= now():
                raise ValidationError(_("This is in the past. Leave it empty to begin now."))

    def validate_ends(self, field: Field) -> None:
        if field.data:
            self.last = moment_typed(field.data, self.timezone)
            if self.last is None:
                raise ValidationError(_("“%(typed)s” is not a date with a time.", typed=field.data[:40]))
            if self.last <= (self.first or now()):
                raise ValidationError(_("A sale ends after it begins."))


def percent_typed(text: str | None, *, most: int) -> Decimal:
    """15 or 12.5. Raises ValidationError."""
    typed = (text or "").removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,2})?", typed) or not 0 < Decimal(typed) <= most:
        raise ValidationError(
            _("“%(typed)s” is no share. Write a number up to %(most)s, like 15.", typed=(text or "")[:40], most=most)
        )
    return Decimal(typed)


class RepriceForm(Form):
    """How many prices are changed at once."""

    way = RadioField(_l("Which way"), choices=[("up", _l("dearer")), ("down", _l("cheaper"))], default="up")
    off = StringField(_l("By"), filters=[one_line])
    kind = RadioField(
        _l("Counted in"), choices=[("percent", _l("per cent")), ("amount", _l("an amount"))], default="percent"
    )
    ending = SelectField(
        _l("To the nearest price that ends in"),
        choices=[("", _l("as it comes")), ("00", ".00"), ("50", ".50"), ("90", ".90")],
        validate_choice=False,
    )

    rule: Rule

    def __init__(self, sent: Any = None, *, currency: str) -> None:
        self.currency = currency
        super().__init__(sent)

    def validate_off(self, field: Field) -> None:
        down = self.way.data == "down"
        ending = self.ending.data if self.ending.data in ENDINGS else ""
        if self.kind.data == "amount":
            minor = price_typed(field.data or "", self.currency).minor
            self.rule = Rule(minor=-minor if down else minor, ending=ending)
        else:
            percent = percent_typed(field.data, most=99 if down else 500)
            self.rule = Rule(percent=-percent if down else percent, ending=ending)


class StockForm(Form):
    """What is done to the stock of many variants."""

    kind = RadioField(
        _l("What happened"),
        choices=[("received", _l("Goods came in")), ("damaged", _l("Broken or lost"))],
        default="received",
    )
    note = StringField(
        _l("Why"),
        [
            InputRequired(_l("Say why: a delivery, a breakage.")),
            Length(max=LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters.")),
        ],
        filters=[one_line],
    )

    def validate_note(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Say why: a delivery, a breakage."))


UNITS = (
    ("", _l("no unit price")),
    ("g:100g", _l("grams, told per 100 g")),
    ("g:kg", _l("grams, told per kg")),
    ("kg:kg", _l("kilograms, told per kg")),
    ("ml:100ml", _l("millilitres, told per 100 ml")),
    ("ml:l", _l("millilitres, told per litre")),
    ("l:l", _l("litres, told per litre")),
    ("m:m", _l("metres, told per metre")),
    ("m2:m2", _l("square metres, told per m²")),
    ("piece:piece", _l("pieces, told per piece")),
)


class MeasureForm(Form):
    """What is in a variant, and whether it is sent."""

    posted = RadioField(
        _l("How it is delivered"),
        choices=[("parcel", _l("In a parcel or by hand")), ("file", _l("As a download; it never sells out"))],
        default="parcel",
    )
    told = SelectField(_l("Unit price"), choices=UNITS, validate_choice=False)
    content = StringField(_l("Content"), filters=[one_line])
    piece = StringField(_l("What one piece is called"), filters=[one_line])

    measure: Measure | None = None

    def validate_told(self, field: Field) -> None:
        if field.data and field.data not in dict(UNITS):
            raise ValidationError(_("Choose a unit."))

    def validate_content(self, field: Field) -> None:
        if not self.told.data or self.told.errors:
            return
        typed = (field.data or "").replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", typed) or not Decimal(typed):
            raise ValidationError(_("Write how much is in it, like 250 or 0.75."))
        unit, per = self.told.data.split(":")
        self.measure = Measure(Decimal(typed), unit, per, self.piece.data or "" if unit == "piece" else "")

    def validate_piece(self, field: Field) -> None:
        if self.told.data == "piece:piece" and not field.data:
            raise ValidationError(_("Say what one is called: sheet, card."))
        if len(field.data or "") > LONGEST_VALUE:
            raise ValidationError(_("Keep names to %(most)s characters.", most=LONGEST_VALUE))
