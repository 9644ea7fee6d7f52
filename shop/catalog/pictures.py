"""The pictures of a product's gallery. The first one is what lists show."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shop.catalog.changes import tell
from shop.catalog.models import Picture, Product
from shop.catalog.queries import gallery
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _
from shop.media.models import Asset

MOST = 12


class GalleryFull(Conflict):
    code = "gallery_full"


class AlreadyThere(Conflict):
    code = "picture_already_there"


def add(product_id: int, asset_id: int, *, alt: str, position: int = MOST) -> None:
    """Puts a picture before the one at `position`, counted from 0, or last. Raises GalleryFull or AlreadyThere."""
    with transaction():
        pictures = _locked(product_id)
        if db.session.get(Asset, asset_id) is None:
            raise NotFound(_("This picture is not there any more."))
        if asset_id in [each.asset_id for each in pictures]:
            raise AlreadyThere(_("This picture is among the product’s already."))
        if len(pictures) >= MOST:
            raise GalleryFull(_("There are %(most)s pictures already. Remove one first.", most=MOST))
        pictures.insert(position, Picture(product_id=product_id, asset_id=asset_id, alt=alt))
        db.session.add_all(pictures)
        _number(pictures)
        tell([product_id])


def describe(picture_id: int, *, alt: str) -> None:
    with transaction():
        pictures, place = _found(picture_id)
        pictures[place].alt = alt
        tell([pictures[place].product_id])


def move(picture_id: int, *, steps: int) -> None:
    """Towards the end, or with negative `steps` towards the beginning; at most as far as the row is long."""
    with transaction():
        pictures, place = _found(picture_id)
        pictures.insert(max(0, place + steps), pictures.pop(place))
        _number(pictures)
        tell([pictures[0].product_id])


def remove(picture_id: int) -> None:
    """Takes a picture off its product. Its asset is kept, so that it can be put back."""
    with transaction():
        pictures, place = _found(picture_id)
        picture = pictures.pop(place)
        db.session.delete(picture)
        _number(pictures)
        tell([picture.product_id])


def _found(picture_id: int) -> tuple[list[Picture], int]:
    """The gallery that has the picture, and where in it that is."""
    product_id = db.session.scalar(select(Picture.product_id).where(Picture.id == picture_id))
    pictures = _locked(product_id) if product_id else []
    for place, picture in enumerate(pictures):
        if picture.id == picture_id:
            return pictures, place
    raise NotFound(_("This picture is not there any more."))


def _locked(product_id: int) -> list[Picture]:
    """The gallery of a product, which nobody else rearranges meanwhile."""
    if db.session.scalar(select(Product.id).where(Product.id == product_id).with_for_update()) is None:
        raise NotFound(_("This product is not there any more."))
    return list(gallery(product_id))


def _number(pictures: Sequence[Picture]) -> None:
    for position, picture in enumerate(pictures):
        picture.position = position
