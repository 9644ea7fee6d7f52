"""Where pictures are kept, and how browsers get them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.core.db import transaction
from shop.core.web import security_headers
from shop.media import bucket as buckets
from shop.media import storage
from shop.media.bucket import BucketStorage
from shop.settings import ROOT, BadSettings, Bucket, Settings
from tests.stores import BUCKET, BucketStore, Store, bucket, bucket_storage
from tests.world import World

HASHED = "0123456789abcdef0123456789abcdef-400.avif"


@pytest.fixture
def bucket_alone(monkeypatch: pytest.MonkeyPatch) -> BucketStorage:
    """One that nothing is behind."""
    found = bucket_storage(bucket(endpoint="http://127.0.0.1:9"))
    monkeypatch.setattr(found, "_rests_until", 0.0)
    return found


def media_of(url: str) -> Path | Bucket:
    return Settings.from_env({"MEDIA_URL": url}).media


def problems(url: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        media_of(url)
    return caught.value.problems


# What browsers get


def test_a_file_named_by_its_content_is_kept_for_a_year_and_may_do_nothing(store: Store, client: FlaskClient) -> None:
    storage.put(HASHED, b"a picture")
    answer = client.get(f"/media/{HASHED}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"a picture", "image/avif")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


def test_a_file_whose_content_may_change_is_asked_for_again_after_a_day(store: Store, client: FlaskClient) -> None:
    storage.put("goods/mug.svg", b"<svg/>")
    answer = client.get("/media/goods/mug.svg")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/svg+xml", "public, max-age=86400")


def test_a_browser_that_has_it_is_not_sent_it_again(store: Store, client: FlaskClient) -> None:
    storage.put(HASHED, b"a picture")
    etag = client.get(f"/media/{HASHED}").headers["ETag"]
    again = client.get(f"/media/{HASHED}", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    storage.put(HASHED, b"another")
    assert client.get(f"/media/{HASHED}", headers={"If-None-Match": etag}).data == b"another"


def test_a_part_of_a_file_can_be_had(store: Store, client: FlaskClient) -> None:
    storage.put(HASHED, b"0123456789")
    part = client.get(f"/media/{HASHED}", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert client.get(f"/media/{HASHED}", headers={"Range": "bytes=20-"}).status_code == 416
    assert client.head(f"/media/{HASHED}").headers["Content-Length"] == "10"


WRONG = ["nothing.jpg", "notes.txt", "page.html", "goods", ".half.jpg", f"{HASHED}/x.jpg", "C:\\out.jpg", "a%0a.jpg"]
WRONG += ["../shop.db", "..%2fout.jpg", "goods/../out.jpg", "/etc/passwd.jpg", "%00.jpg", "a" * 190 + ".jpg"]
WRONG += ["a" * 5000 + ".jpg"]


def test_nothing_else_is_there(store: Store, client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path.parent / "out.jpg").write_bytes(b"not for you")
    for kept in (HASHED, "notes.txt", "page.html", ".half.jpg"):
        store.lay(kept, b"not for you")
    for name in WRONG:
        answer = client.get(f"/media/{name}")
        assert answer.status_code in (404, 308), name
        assert b"not for you" not in answer.data


def test_a_store_that_is_away_is_a_picture_less_and_no_more(
    world: World, app: Flask, client: FlaskClient, bucket_alone: BucketStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "storage", bucket_alone)
    assert client.get(f"/media/{HASHED}").status_code == 503
    assert client.get("/products/print").status_code == 200


# Where they are kept


@pytest.mark.parametrize("store", ["bucket"], indirect=True)
def test_what_is_in_the_bucket_can_be_shown_by_the_bucket_itself(store: BucketStore) -> None:
    storage.put(HASHED, b"a picture")
    kept = store._s3.get_object(Bucket=BUCKET, Key=f"shop/{HASHED}")
    assert (kept["ContentType"], kept["CacheControl"]) == ("image/avif", "public, max-age=31536000, immutable")


def test_a_store_that_did_not_answer_is_left_alone_for_a_while(
    app: Flask, bucket_alone: BucketStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = bucket_alone._read
    monkeypatch.setattr(bucket_alone, "_read", lambda name: asked.append(name) or read(name))
    for _try in range(3):
        with pytest.raises(storage.StorageAway, match="does not answer"):
            bucket_alone.get(HASHED)
    assert len(asked) == 1
    monkeypatch.setattr(bucket_alone, "_rests_until", buckets.monotonic() - 1)
    with pytest.raises(storage.StorageAway):
        bucket_alone.get(HASHED)
    assert len(asked) == 2


def test_a_bucket_is_never_waited_for_inside_a_transaction(app: Flask, bucket_alone: BucketStorage) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction():
        bucket_alone.get(HASHED)


def test_public_pictures_are_shown_from_their_own_address(
    world: World, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "s3://key:secret@pictures?public=https://cdn.example/shop/"
    where = media_of(url)
    assert isinstance(where, Bucket)
    monkeypatch.setitem(app.extensions, "storage", bucket_storage(where))
    assert 'src="https://cdn.example/shop/print-800.webp"' in client.get("/products/print").text
    policy = security_headers(Settings.from_env({"MEDIA_URL": url}))["Content-Security-Policy"]
    assert "img-src 'self' https://cdn.example;" in policy
    assert "img-src 'self';" in security_headers(Settings.from_env({}))["Content-Security-Policy"]


# The setting


def test_pictures_are_kept_in_the_shops_own_folder_unless_told_otherwise(tmp_path: Path) -> None:
    assert media_of("") == ROOT / "var/media"
    assert media_of(f"file:{tmp_path}") == tmp_path


def test_a_bucket_is_named_with_all_that_leads_to_it() -> None:
    where = media_of("s3://id:se%2Fcret@pictures/of/alice?endpoint=http://minio:9000&region=eu-1")
    assert where == Bucket(
        name="pictures",
        prefix="of/alice/",
        key_id="id",
        secret="se/cret",
        endpoint="http://minio:9000",
        region="eu-1",
        public="",
    )
    assert "se/cret" not in repr(where)
    bare = media_of("s3://pictures")
    assert isinstance(bare, Bucket)
    assert (bare.prefix, bare.key_id, bare.endpoint) == ("", None, None)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("pictures", "the path of a folder"),
        ("file:", "the path of a folder"),
        ("s3:pictures", "the path of a folder"),
        ("s3://key:secret@", "the path of a folder"),
        ("s3://pictures?publik=https://cdn.example", "the path of a folder"),
        ("s3://key@pictures", "half a key"),
        ("s3://pictures?endpoint=minio:9000", "addresses like"),
        ("s3://pictures?public=https://cdn.example;script-src *", "addresses like"),
    ],
)
def test_a_setting_that_leads_nowhere_stops_the_start(url: str, words: str) -> None:
    (problem,) = problems(url)
    assert problem.startswith("MEDIA_URL")
    assert words in problem


def test_a_bucket_without_boto3_stops_the_start_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    (problem,) = problems("s3://pictures")
    assert "needs boto3" in problem


def test_a_bucket_without_a_key_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(BadSettings, match="no key to it was found"):
        BucketStorage(bucket(key_id=None, secret=None))


def test_a_shop_that_only_serves_loads_neither_pillow_nor_boto3(tmp_path: Path) -> None:
    program = "import sys, worker.served; print(sorted({'PIL', 'boto3'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
