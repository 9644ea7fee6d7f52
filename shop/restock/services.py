"""One mail to each who asked, when a variant that had sold out is there again.

A variant's row is locked while somebody asks and while it is decided whether a mail goes, and a change of stock changes
that row: so whoever asks is either told of the next change or told at once that it is back.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from shop.catalog import queries as catalog
from shop.catalog.models import Product, Variant
from shop.core import outbox, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _, shop_address
from shop.core.mail import Letter
from shop.restock.models import RestockRequest

MOST_WAITING = 20  # things that one address waits for
BATCH = 500


class BackAlready(Conflict):
    code = "back_already"


def ask(variant_id: int, email: str, *, language: str) -> None:
    """A mail will go to `email` when the variant is back. Nothing tells whether it was asked for before.

    Raises BackAlready when it can be bought. Beyond MOST_WAITING nothing is kept, and nobody is told that either.
    """
    with transaction():
        variant = _locked(variant_id)
        if variant is None or variant.withdrawn_at is not None:
            raise NotFound(_("This is not sold any more."))
        if variant.available > 0:
            raise BackAlready(_("It is back already: you can add it to your bag."))
        theirs = select(func.count()).where(RestockRequest.email == email, RestockRequest.notified_at.is_(None))
        if (db.session.scalar(theirs) or 0) >= MOST_WAITING:
            return
        try:
            with db.session.begin_nested():
                db.session.add(
                    RestockRequest(
                        variant_id=variant_id,
                        email=email,
                        language=language,
                        token=secrets.token_urlsafe(24),
                        created_at=now(),
                    )
                )
        except IntegrityError:
            pass  # it waits already


def call(variant_id: int) -> None:
    """A variant is there again: whoever waits becomes a message of their own, so that none holds up the rest."""
    waiting = (
        select(RestockRequest.id)
        .where(
            RestockRequest.variant_id == variant_id,
            RestockRequest.notified_at.is_(None),
            RestockRequest.due_at.is_(None),
        )
        .limit(BATCH)
        .with_for_update()
    )
    while True:
        with transaction():
            ids = db.session.scalars(waiting).all()
            for request_id in ids:
                outbox.emit("restock.due", request_id=request_id)
            db.session.execute(update(RestockRequest).where(RestockRequest.id.in_(ids)).values(due_at=now()))
        if len(ids) < BATCH:
            return


def letter(request_id: int) -> Letter | None:
    """The mail to one who asked. What has sold out again meanwhile is waited for again, and there is none."""
    with transaction():
        request = db.session.get(RestockRequest, request_id)
        if request is None or request.notified_at is not None:
            return None
        variant = _locked(request.variant_id)
        name = catalog.variant_name(request.variant_id)
        price = catalog.price_tags([request.variant_id], store.get().currency).get(request.variant_id)
        if variant is None or variant.available <= 0 or name is None or price is None:
            request.due_at = None
            return None
        address = shop_address(request.language)
        slug = db.session.scalar(select(Product.slug).where(Product.id == variant.product_id))
        choices = urlencode(catalog.choices_of([variant.id]).get(variant.id, {}))
        words = {
            "name": name,
            "price": price.amount,
            "product_url": f"{address}/products/{slug}" + (f"?{choices}" if choices else ""),
            "stop_url": f"{address}/restock/{request.token}",
        }
        return Letter(request.email, request.language, words)


def told(request_id: int) -> None:
    """The mail has gone."""
    with transaction():
        db.session.execute(
            update(RestockRequest)
            .where(RestockRequest.id == request_id, RestockRequest.notified_at.is_(None))
            .values(notified_at=now())
        )


def stop(token: str) -> None:
    """Nothing more is sent to the address that the token was sent to, until it is asked for anew."""
    with transaction():
        email = select(RestockRequest.email).where(RestockRequest.token == token).scalar_subquery()
        db.session.execute(
            delete(RestockRequest).where(RestockRequest.email == email, RestockRequest.notified_at.is_(None))
        )


def forget(*, told_before: datetime, asked_before: datetime) -> None:
    """Deletes what was answered, or was asked for, too long ago."""
    with transaction():
        db.session.execute(
            delete(RestockRequest).where(
                or_(RestockRequest.notified_at < told_before, RestockRequest.created_at < asked_before)
            )
        )


def _locked(variant_id: int) -> Variant | None:
    return db.session.get(Variant, variant_id, with_for_update=True, populate_existing=True)
