from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shop.core.db import db
from shop.media.models import Asset


def asset(name: str) -> Asset | None:
    return db.session.scalar(select(Asset).where(Asset.name == name))


def assets(names: Sequence[str]) -> dict[str, Asset]:
    """By name; without those that are not there."""
    if not names:
        return {}
    return {asset.name: asset for asset in db.session.scalars(select(Asset).where(Asset.name.in_(names)))}


def by_id(asset_id: int) -> Asset | None:
    return db.session.get(Asset, asset_id)
