"""Finding an order, a product or a customer from any page of the staff's: a field in their head, which "/" leads to.

Each kind is found by an index of words and read up to a limit, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from shop.admin.blueprint import bp
from shop.admin.goods.queries import named_so
from shop.catalog.models import Product, Variant
from shop.core.db import db
from shop.core.web import staff
from shop.customers import queries as customers
from shop.customers.models import Buyer
from shop.orders import queries as orders
from shop.orders.models import Order
from shop.orders.numbers import tidy

LONGEST = 100
SHOWN = 6  # of each kind
LOOKED_AT = 300  # products that have the words


@bp.get("/search")
@staff("look")
def search() -> ResponseReturnValue:
    q = request.args.get("q", "").strip()[:LONGEST]
    if q and (address := _exactly(q)):
        return redirect(address)
    return render_template(
        "admin/dashboard/search.html", q=q, orders=_orders(q), customers=_customers(q), products=_products(q)
    )


def _exactly(q: str) -> str | None:
    """Where an order's whole number, or a SKU, leads straight to."""
    number = select(Order.number).where(Order.number == tidy(q)).scalar_subquery()
    variant = select(Variant.id).where(Variant.sku.in_({q, q.upper()})).limit(1)
    product_id = select(Variant.product_id).where(Variant.id == variant.scalar_subquery()).scalar_subquery()
    row = db.session.execute(select(number, variant.scalar_subquery(), product_id)).one()
    if row[0] is not None:
        return url_for("staff.order", number=row[0])
    return row[1] and url_for("staff.product", product_id=row[2], _anchor=f"variant-{row[1]}")


def _orders(q: str) -> Sequence[Order]:
    """Who may not know shoppers finds nobody by an address."""
    if "@" in q and not current_user.may("customers"):
        return []
    return orders.newest_matching(q, SHOWN)


def _customers(q: str) -> Sequence[Buyer]:
    return customers.find(q)[:SHOWN] if current_user.may("customers") else []


def _products(q: str) -> Sequence[Product]:
    ids = named_so(q) or []
    if not ids:
        return []
    return db.session.scalars(
        select(Product).where(Product.id.in_(ids[:LOOKED_AT])).order_by(Product.name, Product.id).limit(SHOWN)
    ).all()
