"""What the editor shows of a product, and what of it two people have typed differently."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.datastructures import MultiDict
from wtforms import Form

from shop.admin.forms import moment_shown
from shop.admin.goods.forms import ProductForm, VariantForm
from shop.admin.goods.queries import shelves
from shop.catalog import queries
from shop.catalog.editing import Edited, Showing
from shop.catalog.models import Attribute, Option, Product, ProductAttribute, Status, Variant
from shop.catalog.queries import PriceTag
from shop.core.clock import now
from shop.core.db import db
from shop.core.i18n import _
from shop.core.money import Money
from shop.core.store import Store

SAID_BY_ITSELF = ("version", "seen", "reason")
TAKEN = "take-"  # and a field's name: whose value somebody has chosen
THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Sheet:
    product: Product
    form: ProductForm
    rows: Mapping[int, VariantForm]
    attributes: Sequence[Attribute]
    tags: Mapping[int, PriceTag]

    @property
    def forms(self) -> list[Form]:
        return [self.form, *self.rows.values()]

    @property
    def wrong(self) -> list[Any]:
        return [field for form in self.forms for field in form if field.errors]

    def validate(self) -> bool:
        fine = [form.validate() for form in self.forms]
        touched = any(row.on_hand.data != row.seen.data for row in self.rows.values())
        if touched and not self.form.reason.data:
            self.form.reason.errors = [_("Say why: counted, delivered, broken.")]
            return False
        return all(fine)

    def field(self, name: str) -> Any:
        """By its name, as services name what cannot be saved."""
        for form in self.forms:
            for each in form:
                if each.name == name:
                    return each
        return self.form.name

    @property
    def edited(self) -> Edited:
        """Once `validate` is True."""
        form = self.form
        return Edited(
            name=form.name.data or "",
            slug=form.slug.data or "",
            summary=form.summary.data or "",
            description=form.description.data or "",
            facts=form.told,
            category_id=form.category.data,
            showing=Showing(form.showing.data),
            since=form.begins,
            restock_at=form.back_at,
            values=frozenset(int(each) for each in form.values.data or () if each in _known(form)),
            variants={variant_id: row.edited for variant_id, row in self.rows.items()},
            reason=form.reason.data or "",
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people have typed differently."""

    name: str
    label: str
    mine: str
    theirs: str
    keep_mine: bool  # what is offered: whoever changed it, and mine where both have


def load(product_id: int) -> Product | None:
    return db.session.scalar(
        select(Product)
        .join(Product.category)
        .where(Product.id == product_id)
        .options(
            contains_eager(Product.category),
            selectinload(Product.variants),
            selectinload(Product.options).joinedload(Option.values),
        )
        .execution_options(populate_existing=True)
    )


def saved(product: Product, store: Store) -> Sheet:
    """As it is in the database."""
    return _sheet(product, store, None)


def sent(product: Product, store: Store, given: MultiDict[str, str]) -> Sheet:
    """As somebody typed it; variants that were not on their page are left out."""
    return _sheet(product, store, given)


def kept(sheet: Sheet) -> dict[str, str]:
    """All its fields as text."""
    return {
        field.name: _as_text(field.data) for form in sheet.forms for field in form if field.name not in SAID_BY_ITSELF
    }


def differences(mine: Sheet, theirs: Sheet) -> list[Difference]:
    """Between what was sent and what is saved; what somebody never touched is theirs."""
    base = _base(mine.form.seen.data)
    ours, others = kept(mine), kept(theirs)
    found = []
    for name, value in ours.items():
        if name.endswith("-seen") or name not in others or value == others[name]:
            continue
        touched = name not in base or value != base[name]
        if name.endswith("-on_hand") and not touched:
            continue  # sold meanwhile, which nobody typed
        field = mine.field(name)
        found.append(
            Difference(
                name,
                _label(mine, name, str(field.label.text)),
                _readable(mine, name, value),
                _readable(theirs, name, others[name]),
                touched,
            )
        )
    return found


def settled(given: MultiDict[str, str]) -> MultiDict[str, str]:
    """What is sent with the page of differences, each field as it was chosen."""
    base = _base(given.get("seen", ""))
    result = MultiDict(given)
    for key, choice in given.items():
        name = key.removeprefix(TAKEN)
        if key.startswith(TAKEN) and choice == THEIRS and name in base:
            result.setlist(name, base[name].split() if name == "values" else [each for each in [base[name]] if each])
    return result


def _sheet(product: Product, store: Store, given: MultiDict[str, str] | None) -> Sheet:
    attributes = (
        db.session.scalars(
            select(Attribute).order_by(Attribute.position, Attribute.id).options(joinedload(Attribute.values))
        )
        .unique()
        .all()
    )
    tags = queries.price_tags([variant.id for variant in product.variants], store.currency)
    shown = {} if given is not None else _shown(product, store.timezone)
    form = ProductForm(given, timezone=store.timezone, data=shown)
    form.category.choices = [(shelf.id, shelf.name) for shelf in shelves()]
    form.values.choices = [(str(value.id), value.label) for each in attributes for value in each.values]
    rows = {
        variant.id: VariantForm(
            given,
            currency=store.currency,
            variant_id=variant.id,
            had_a_price=variant.id in tags,
            **({} if given is not None else _shown_variant(variant, tags.get(variant.id))),
        )
        for variant in product.variants
        if given is None or f"v{variant.id}-sku" in given
    }
    sheet = Sheet(product, form, rows, attributes, tags)
    if given is None:
        form.seen.data = json.dumps(kept(sheet))
    return sheet


def _shown(product: Product, timezone: str) -> dict[str, Any]:
    values = db.session.scalars(
        select(ProductAttribute.value_id).where(ProductAttribute.product_id == product.id).order_by("value_id")
    )
    showing = showing_of(product)
    return {
        "version": str(product.version),
        "name": product.name,
        "slug": product.slug,
        "summary": product.summary,
        "description": product.description,
        "facts": "\n".join(f"{label}: {text}" for label, text in product.facts),
        "category": product.category_id,
        "showing": str(showing),
        "since": moment_shown(product.published_at, timezone) if showing is Showing.SCHEDULED else "",
        "restock_on": moment_shown(product.restock_at, timezone)[:10],
        "values": [str(each) for each in values],
    }


def showing_of(product: Product) -> Showing:
    if product.status == Status.DRAFT:
        return Showing.DRAFT
    if product.status == Status.DISCONTINUED:
        return Showing.ARCHIVED
    if product.published_at is None or product.published_at > now():
        return Showing.SCHEDULED
    return Showing.LIVE


def _shown_variant(variant: Variant, tag: PriceTag | None) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "amount": _typed(tag.amount) if tag else "",
        "compare_at": _typed(tag.compare_at) if tag else "",
        "on_hand": str(variant.on_hand),
        "seen": str(variant.on_hand),
        "weight_g": str(variant.weight_g),
        "ahead": str(variant.back_order_limit),
        "sold": variant.withdrawn_at is None,
    }


def _typed(amount: Money | None) -> str:
    """As somebody would type it: 24.00."""
    return "" if amount is None else str(amount.decimal)


def _known(form: ProductForm) -> set[str]:
    return {value for value, _label in form.values.choices or ()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, list):
        return " ".join(sorted(map(str, value), key=lambda each: (len(each), each)))
    return "" if value is None else str(value)


def _base(text: str | None) -> dict[str, str]:
    """What somebody's page showed them; nothing where that is no longer readable."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return {key: each for key, each in found.items() if isinstance(each, str)} if isinstance(found, dict) else {}


def _label(sheet: Sheet, name: str, label: str) -> str:
    for variant in sheet.product.variants:
        if name.startswith(f"v{variant.id}-"):
            return f"{variant.name or variant.sku}: {label}"
    return label


def _readable(sheet: Sheet, name: str, value: str) -> str:
    """As people read it: the names of what is chosen."""
    if name == "category":
        return next((label for key, label in sheet.form.category.choices or () if str(key) == value), value)
    if name == "showing":
        return next((str(label) for key, label in sheet.form.showing.choices or () if key == value), value)
    if name == "values":
        names = dict(sheet.form.values.choices or ())
        return ", ".join(names.get(each, each) for each in value.split())
    if name.endswith("-sold"):
        return _("Yes") if value else _("No")
    return value
