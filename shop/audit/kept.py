"""Which changes are kept, and as what: by table and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from shop.core.db import db

# Tables of which nothing is kept, and why.
NOT_KEPT: dict[str, str] = {
    "audit_entries": "the log itself",
    **dict.fromkeys(("carts", "cart_lines", "checkout_drafts", "placed_forms", "stock_holds"), "shoppers'"),
    **dict.fromkeys(("restock_requests", "search_misses"), "shoppers'"),
    **dict.fromkeys(
        (
            "listed_offers",
            "listed_products",
            "listed_version",
            "filter_terms",
            "search_grams",
            "search_words",
            "stocked_products",
            "stocked_words",
        ),
        "made from the goods",
    ),
    **dict.fromkeys(("slug_redirects", "former_slugs"), "follow from changed slugs"),
    "order_words": "made from the order",
    **dict.fromkeys(("ratings", "shop_rating", "product_sales", "companions", "companion_models"), "counted"),
    **dict.fromkeys(("buyers", "buyer_sums", "buyer_words"), "counted"),
    **dict.fromkeys(("figures_state", "hour_figures", "product_figures", "best_products"), "counted"),
    **dict.fromkeys(
        ("ledger_entries", "ledger_transactions", "document_series", "staff_recovery_codes"), "follow from what is kept"
    ),
    **dict.fromkeys(
        (
            *("outbox_messages", "job_errors", "job_outputs", "stock_warnings", "kept_mails", "book_checks"),
            *("backups", "pulses"),
        ),
        "the engine's",
    ),
}

SECRET = re.compile(r"hash|secret|token|password")  # in a column's name: its values are nobody's to read
# Columns that say nothing of what somebody wanted: the engine's own, or made from others.
NOISE = frozenset(
    {
        "cursor",
        "lease",
        "leased_until",
        "claimed_until",
        "updated_at",
        "version",
        "sync_version",
        "seen_at",
        "totp_step",
    }
)
NAMES = ("number", "sku", "email", "name", "title", "label", "slug", "key")  # the first it has is what it is called
# The column that leads to what a row is a part of, the first that it has; and where another one does.
PARTS = (
    *("order_id", "return_id", "payment_id", "refund_id", "shipment_id", "line_id", "product_id", "variant_id"),
    *("option_id", "collection_id", "entry_id", "zone_id", "method_id", "attribute_id", "staff_id"),
)
PART_BY = {"stock_movements": "variant_id", "menu_items": "", "collection_products": "collection_id"}
AT_ONCE = 500  # ids or rows in one statement

Values = Mapping[str, Any]


def is_kept(table: Table) -> bool:
    return table.name not in NOT_KEPT


def columns(table: Table) -> list[Column[Any]]:
    """Those whose values may be read."""
    return [column for column in table.columns if not SECRET.search(column.name) and column.name not in NOISE]


def row_id(table: Table, values: Values) -> str:
    return ",".join(str(values.get(column.name, "")) for column in table.primary_key)[:64]


def label(table: Table, values: Values) -> str:
    names = (values.get(name) for name in NAMES if name in table.columns)
    return next((str(name) for name in names if name), "")[:255]


def things(rows: Iterable[tuple[Table, Values]], connection: Connection) -> list[tuple[str, str]]:
    """For each row what it is a part of, as table:id, and how that is called. A statement for each kind of thing."""
    found: list[tuple[Table, Values]] = list(rows)
    at = dict(enumerate(found))
    while at:
        wanted: dict[str, dict[int, Any]] = {}
        for place, (table, values) in at.items():
            column = _part(table, values)
            if column is not None:
                parent = next(iter(column.foreign_keys)).column.table.name
                wanted.setdefault(parent, {})[place] = values[column.name]
        at = {}
        for name, ids in wanted.items():
            parents = read(db.metadata.tables[name], sorted(set(ids.values())), connection)
            for place, parent_id in ids.items():
                if parent_id in parents:
                    at[place] = found[place] = (db.metadata.tables[name], parents[parent_id])
    return [(f"{table.name}:{row_id(table, values)}"[:64], label(table, values)) for table, values in found]


def pieces(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _part(table: Table, values: Values) -> Column[Any] | None:
    for name in (PART_BY[table.name],) if table.name in PART_BY else PARTS:
        column = table.columns.get(name)
        if column is not None and column.foreign_keys and values.get(name) is not None:
            return column
    return None


def read(table: Table, ids: list[Any], connection: Connection) -> dict[Any, Values]:
    """How these rows are called and what they are parts of, by id."""
    key = next(iter(table.primary_key))
    wanted = [column for column in table.columns if column is key or column.name in (*NAMES, *PARTS)]
    read: dict[Any, Values] = {}
    for some in pieces(ids):
        for row in connection.execute(select(*wanted).where(key.in_(some))).mappings():
            read[row[key.name]] = {column.name: row[column.name] for column in wanted}
    return read
