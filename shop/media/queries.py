from __future__ import annotations

from sqlalchemy import select

from shop.core.db import db
from shop.media.models import Asset


def asset(name: str) -> Asset | None:
    return db.session.scalar(select(Asset).where(Asset.name == name))
