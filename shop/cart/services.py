from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select

from shop.cart.models import Cart, CartLine
from shop.cart.queries import hashed
from shop.catalog import queries as catalog
from shop.catalog import stock
from shop.catalog.models import Hold, Product, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Invalid, NotFound
from shop.core.i18n import _

KEPT = timedelta(days=30)


class TooMany(Invalid):
    code = "quantity_too_large"


def open_cart(currency: str) -> str:
    """Makes a cart and returns its secret, for the visitor's cookie."""
    secret = secrets.token_urlsafe(32)
    with transaction():
        db.session.add(Cart(secret_hash=hashed(secret), currency=currency, created_at=now(), expires_at=now() + KEPT))
    return secret


def add(cart_id: int, variant_id: int, quantity: int, *, largest: int) -> None:
    """Puts pieces of a variant in the cart, beside those that are there.

    Raises OutOfStock or TooMany, with nothing changed, when the shop cannot give that many.
    """
    with transaction():
        cart = lock(cart_id)
        line = db.session.scalar(select(CartLine).where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id))
        _put(cart, line, variant_id, quantity + (line.quantity if line else 0), largest=largest)


def have(cart_id: int, variant_id: int, quantity: int, *, largest: int) -> None:
    """The cart has at least so many pieces of a variant then; a second time changes nothing. Raises as `add` does."""
    with transaction():
        cart = lock(cart_id)
        line = db.session.scalar(select(CartLine).where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id))
        if line is None or line.quantity < quantity:
            _put(cart, line, variant_id, quantity, largest=largest)


def set_quantity(cart_id: int, line_id: int, quantity: int, *, largest: int) -> None:
    """Raises NotFound for a line of somebody else's cart."""
    with transaction():
        cart = lock(cart_id)
        line = _line(cart_id, line_id)
        _put(cart, line, line.variant_id, quantity, largest=largest)


def remove(cart_id: int, line_id: int) -> tuple[int, int]:
    """Takes a line out and returns (variant id, quantity), to be put back should it have been a slip."""
    with transaction():
        cart = lock(cart_id)
        line = _line(cart_id, line_id)
        db.session.delete(line)
        cart.expires_at = now() + KEPT
        return line.variant_id, line.quantity


def take_out(cart_id: int, quantities: Mapping[int, int]) -> None:
    """What has been bought leaves the cart; what was put in meanwhile stays."""
    with transaction():
        lock(cart_id)
        for line in db.session.scalars(select(CartLine).where(CartLine.cart_id == cart_id).order_by(CartLine.id)):
            left = line.quantity - quantities.get(line.variant_id, 0)
            if left > 0:
                line.quantity = left
            else:
                db.session.delete(line)


def forget_expired() -> int:
    """Deletes carts whose time is over. Returns how many."""
    with transaction():
        ids = db.session.scalars(select(Cart.id).where(Cart.expires_at <= now()).limit(1000)).all()
        db.session.execute(delete(Cart).where(Cart.id.in_(ids)))
    return len(ids)


def _put(cart: Cart, line: CartLine | None, variant_id: int, quantity: int, *, largest: int) -> None:
    found = db.session.execute(
        select(Variant, Product)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == variant_id, Variant.withdrawn_at.is_(None), catalog.on_sale())
    ).one_or_none()
    tag = catalog.price_tags([variant_id], cart.currency).get(variant_id)
    if found is None or tag is None:
        raise NotFound(_("This is not sold any more."))
    variant, product = found
    if quantity > largest:
        raise TooMany(_("%(most)s of one thing is the most in one order. Write to us for more.", most=largest))
    own_hold = db.session.scalar(select(Hold.quantity).where(Hold.cart_id == cart.id, Hold.variant_id == variant_id))
    free = variant.buyable + (own_hold or 0)
    if quantity > free:
        raise stock.short_of(stock.full_name(product.name, variant.name), free)
    if line is None:
        line = CartLine(cart_id=cart.id, variant_id=variant_id, currency=cart.currency)
        db.session.add(line)
    line.quantity = quantity
    line.unit_price = tag.amount
    line.product_name = product.name
    cart.expires_at = now() + KEPT


def lock(cart_id: int) -> Cart:
    """The cart, nobody else's to change until the open transaction ends."""
    return db.session.scalars(select(Cart).where(Cart.id == cart_id).with_for_update()).one()


def _line(cart_id: int, line_id: int) -> CartLine:
    line = db.session.scalar(select(CartLine).where(CartLine.cart_id == cart_id, CartLine.id == line_id))
    if line is None:
        raise NotFound(_("This is not in your bag any more."))
    return line
