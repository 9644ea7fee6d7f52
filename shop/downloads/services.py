"""Goods without a parcel: their files, and who may download them how often and how long."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from shop.catalog.models import Variant
from shop.core import log, outbox, store
from shop.core.clock import now
from shop.core.db import db, end_read, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _
from shop.downloads import queries
from shop.downloads.models import DigitalFile, DownloadGrant
from shop.media import storage
from shop.orders import services as orders
from shop.orders.states import Status


class NotForDownload(Conflict):
    """The sentence says why; nothing was counted."""

    code = "not_for_download"


@dataclass(frozen=True, slots=True)
class Download:
    name: str
    content: bytes


def keep_for(sku: str, name: str, content: bytes) -> None:
    """`keep` for the variant with this SKU. Raises NotFound, and Conflict for one that is sent in a parcel."""
    variant = db.session.scalar(select(Variant).where(Variant.sku == sku))
    if variant is None:
        raise NotFound(_("There is no variant %(sku)s.", sku=sku))
    if variant.requires_shipping:
        raise NotForDownload(_("%(sku)s is sent in a parcel, so there is nothing to download.", sku=sku))
    keep(variant.id, name, content)


def keep(variant_id: int, name: str, content: bytes) -> None:
    """What buyers of the variant download from now on, those who have bought it before too. Raises StorageAway.

    The file is written before the row: a crash in between leaves a file that nobody names.
    """
    end_read()
    stored = storage.PRIVATE + secrets.token_hex(16)
    storage.put(stored, content)
    with transaction():
        file = db.session.scalar(select(DigitalFile).where(DigitalFile.variant_id == variant_id).with_for_update())
        if file is None:
            file = DigitalFile(variant_id=variant_id)
            db.session.add(file)
        file.name, file.stored, file.size, file.added_at = name, stored, len(content), now()


def give(order_id: int) -> None:
    """A paid order's lines that are files may be downloaded; a second time changes nothing."""
    shop = store.get()
    with transaction():
        order = orders.lock(order_id)
        if order.status not in (Status.PAID, Status.SHIPPED):
            return
        lines = {line.id: line for line in order.lines if not line.requires_shipping}
        had = set(db.session.scalars(select(DownloadGrant.line_id).where(DownloadGrant.line_id.in_(lines))))
        files = {
            file.variant_id: file.id
            for file in db.session.scalars(
                select(DigitalFile).where(DigitalFile.variant_id.in_({line.variant_id for line in lines.values()}))
            )
        }
        new = [line for line in lines.values() if line.variant_id in files and line.id not in had]
        for line in new:
            db.session.add(
                DownloadGrant(
                    line_id=line.id,
                    file_id=files[line.variant_id],
                    token=secrets.token_urlsafe(24),
                    most=shop.download_limit * line.quantity,
                    used=0,
                    given_at=now(),
                    ends_at=now() + timedelta(days=shop.download_days),
                )
            )
        if new:
            orders.note(order_id, "downloads_given", by="shop", public=True)
            outbox.emit("downloads.given", order_id=order_id)


def fetch(token: str) -> Download:
    """The file, counted. Of two at once that would be one too many, the second is refused. Raises NotForDownload,
    NotFound, StorageAway.
    """
    grant = queries.by_token(token)
    if grant is None:
        raise NotFound(_("There is no such download."))
    if refused := refusal(grant):
        raise NotForDownload(refused)
    grant_id, name, stored = grant.id, grant.file.name, grant.file.stored
    end_read()
    try:
        content = storage.get(stored)
    except storage.Missing as error:
        log.get().error("download.lost", grant=grant_id)
        raise NotForDownload(_("This file is missing, which is our fault. Write to us, and we will help.")) from error
    with transaction():
        used = (
            update(DownloadGrant)
            .where(DownloadGrant.id == grant_id, queries.is_open())
            .values(used=DownloadGrant.used + 1)
            .returning(DownloadGrant.used)
            .execution_options(synchronize_session=False)
        )
        if db.session.scalar(used) is None:
            raise NotForDownload(_("This cannot be downloaded any more."))
    log.get().info("download.sent", grant=grant_id, size=len(content))
    return Download(name, content)


def refusal(grant: DownloadGrant) -> str:
    """Why it cannot be downloaded now, as a sentence; empty when it can be. Needs its line."""
    if grant.line.refunded + grant.line.cancelled >= grant.line.quantity:
        return _("This was cancelled or refunded, so it cannot be downloaded any more.")
    if grant.ends_at <= now():
        return _("The time for this download is over. Write to us, and we will help.")
    if grant.used >= grant.most:
        return _("This was downloaded as often as it may be. Write to us, and we will help.")
    if not queries.open_now(grant.id):
        return _("This cannot be downloaded at the moment. Write to us, and we will help.")
    return ""
