"""Pictures in a bucket of an S3-compatible store, and the only file that imports boto3."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # type: ignore[import-untyped]

from shop.core import log
from shop.core.db import end_read
from shop.core.i18n import _
from shop.media.storage import Missing, StorageAway, full_up, kept_by, type_of
from shop.settings import BadSettings, Bucket

REST_S = 10  # how long nobody waits for a store that did not answer

T = TypeVar("T")
_HOW = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 2, "mode": "standard"},
    request_checksum_calculation="when_required",  # what AWS added lately is not known to every other store
    response_checksum_validation="when_required",
)


class BucketStorage:
    """Called outside any transaction. A store that does not answer is left alone for a while: whoever would wait for it
    is told at once, or a few pages of pictures would keep every thread of the shop waiting."""

    def __init__(self, where: Bucket) -> None:
        session = boto3.session.Session(where.key_id, where.secret, region_name=where.region)
        if session.get_credentials() is None:
            raise BadSettings(["MEDIA_URL names a bucket, but no key to it was found. Write s3://KEY:SECRET@bucket."])
        self._client = session.client("s3", endpoint_url=where.endpoint, config=_HOW)
        self._bucket, self._prefix = where.name, where.prefix
        self._rests_until = 0.0
        self.public = where.public

    def put(self, name: str, content: bytes) -> None:
        headers = {"ContentType": type_of(name) or "application/octet-stream", "CacheControl": kept_by(name)}
        self._ask(lambda: self._client.put_object(**self._place(name), Body=content, **headers))

    def get(self, name: str) -> bytes:
        return self._ask(lambda: self._read(name))

    def _read(self, name: str) -> bytes:
        content: bytes = self._client.get_object(**self._place(name))["Body"].read()
        return content

    def _place(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    def _ask(self, act: Callable[[], T]) -> T:
        end_read()
        if monotonic() < self._rests_until:
            raise _away()
        try:
            return act()
        except ClientError as error:  # it answered, and will not
            code = error.response["Error"]["Code"]
            if code == "NoSuchKey":
                raise Missing(code) from error
            log.get().error("storage.refused", error=str(error))
            raise (full_up() if "StorageFull" in code or "Quota" in code else _away()) from error
        except BotoCoreError as error:
            if isinstance(error, ConnectionError | HTTPClientError):
                self._rests_until = monotonic() + REST_S
            log.get().error("storage.away", error=str(error))
            raise _away() from error


def _away() -> StorageAway:
    return StorageAway(_("The shop’s store of pictures does not answer. Nothing was saved; try again in a minute."))
