"""Where pictures are kept in a test: a folder, then a bucket. A test that uses `store` runs with both."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest
from botocore.exceptions import ClientError
from flask import Flask
from moto import mock_aws

from shop.media.bucket import BucketStorage
from shop.media.storage import FolderStorage
from shop.settings import Bucket

BUCKET = "pictures-of-alice"


def bucket(**more: str | None) -> Bucket:
    where = {"name": BUCKET, "prefix": "shop/", "key_id": "key", "secret": "secret", "endpoint": None, "public": ""}
    return Bucket(**where | {"region": "us-east-1"} | more)  # type: ignore[arg-type]


class FolderStore:
    def __init__(self, app: Flask, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._app, self._root, self._patch = app, root, monkeypatch
        app.extensions["storage"] = FolderStorage(root)

    def files(self) -> dict[str, bytes]:
        """Everything there is, half-written things too."""
        found = [path for path in self._root.rglob("*") if path.is_file()]
        return {path.relative_to(self._root).as_posix(): path.read_bytes() for path in sorted(found)}

    def lay(self, name: str, content: bytes) -> None:
        """As somebody would who is not the shop."""
        (self._root / name).write_bytes(content)

    def lose(self, name: str) -> None:
        (self._root / name).unlink()

    def fill_up(self) -> None:
        self._fail(errno.ENOSPC)

    def go_away(self) -> None:
        self._fail(errno.EIO)

    def _fail(self, number: int) -> None:
        def fsync(_file: int) -> NoReturn:
            raise OSError(number, os.strerror(number))

        self._patch.setattr(os, "fsync", fsync)

    def come_back(self) -> None:
        self._patch.undo()


bucket_storage = cache(BucketStorage)  # a client takes longer to make than most tests take


class BucketStore:
    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self._app, self._patch = app, monkeypatch
        app.extensions["storage"] = self._ours = bucket_storage(bucket())
        self._s3 = self._ours._client
        self._s3.create_bucket(Bucket=BUCKET)

    def files(self) -> dict[str, bytes]:
        keys = [each["Key"] for each in self._s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        read = {key: self._s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in sorted(keys)}
        return {key.removeprefix("shop/"): content for key, content in read.items()}

    def lay(self, name: str, content: bytes) -> None:
        self._s3.put_object(Bucket=BUCKET, Key=f"shop/{name}", Body=content)

    def lose(self, name: str) -> None:
        self._s3.delete_object(Bucket=BUCKET, Key=f"shop/{name}")

    def fill_up(self) -> None:
        def full(**_: object) -> NoReturn:
            raise ClientError({"Error": {"Code": "XMinioStorageFull", "Message": "no space"}}, "PutObject")

        self._patch.setattr(self._ours._client, "put_object", full)

    def go_away(self) -> None:
        self._app.extensions["storage"] = bucket_storage(bucket(endpoint="http://127.0.0.1:9"))

    def come_back(self) -> None:
        self._patch.undo()
        self._app.extensions["storage"] = self._ours


Store = FolderStore | BucketStore


@pytest.fixture(params=["folder", "bucket"])
def store(
    request: pytest.FixtureRequest, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    before = app.extensions["storage"]
    if request.param == "folder":
        yield FolderStore(app, tmp_path, monkeypatch)
    else:
        with mock_aws():
            yield BucketStore(app, monkeypatch)
    app.extensions["storage"] = before
