"""What staff did to a product and all its parts, as they read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop import audit
from shop.audit import Action, AuditEntry
from shop.catalog import reverting
from shop.catalog.models import Product
from shop.core.i18n import _l, format_money
from shop.core.money import Money

SHOWN = 30
LONGEST = 80  # letters of a value

# What is called how, by table and column; other changes are told by their table alone.
TABLES: dict[str, str] = {
    "products": _l("Product"),
    "variants": _l("Variant"),
    "prices": _l("Price"),
    "pictures": _l("Picture"),
    "options": _l("Option"),
    "option_values": _l("Value of an option"),
    "variant_choices": _l("Choice of a variant"),
    "product_attributes": _l("Attribute"),
    "stock_movements": _l("Stock"),
    "related_products": _l("Related product"),
}
COLUMNS: dict[str, str] = {
    "name": _l("Name"),
    "slug": _l("Address"),
    "summary": _l("Summary"),
    "description": _l("Description"),
    "facts": _l("Facts"),
    "category_id": _l("Category"),
    "status": _l("Status"),
    "published_at": _l("Live from"),
    "restock_at": _l("Expected back on"),
    "sku": _l("SKU"),
    "on_hand": _l("On hand"),
    "back_order_limit": _l("May be ordered ahead"),
    "weight_g": _l("Weight in g"),
    "withdrawn_at": _l("No longer sold"),
    "amount_minor": _l("Price"),
    "compare_at_minor": _l("Before"),
    "valid_to": _l("Ends"),
    "alt": _l("What it shows"),
    "position": _l("Place"),
    "quantity": _l("Pieces"),
    "note": _l("Why"),
}


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Past:
    id: int
    at: datetime
    who: str
    what: str  # Variant MUG-RED
    action: str
    changes: list[Change]
    can_be_reverted: bool


def of(product: Product) -> list[Past]:
    """The newest changes of a product and all its parts."""
    return [_past(entry) for entry in entries(product.id)]


def entries(product_id: int) -> Sequence[AuditEntry]:
    return audit.history("products", product_id, most=SHOWN)


def _past(entry: AuditEntry) -> Past:
    before, after = entry.before or {}, entry.after or {}
    changed = [name for name in COLUMNS if name in before or name in after]
    thing = str(TABLES.get(entry.what, entry.what.replace("_", " ")))
    return Past(
        entry.id,
        entry.at,
        entry.who,
        " ".join(part for part in (thing, "" if entry.what == "products" else entry.label) if part),
        entry.action,
        [Change(str(COLUMNS[name]), _shown(name, before), _shown(name, after)) for name in changed],
        can_be_reverted(entry),
    )


def can_be_reverted(entry: AuditEntry) -> bool:
    return entry.action == Action.CHANGED and reverting.can_be(entry.what, entry.before or {})


def _shown(name: str, values: Mapping[str, Any]) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if name.endswith("_minor") and "currency" in values:
        return format_money(Money(value, values["currency"]))
    text = "; ".join(": ".join(each) for each in value) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
