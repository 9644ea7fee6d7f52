"""What is left of a picture that somebody sent: its pixels, upright, in the web's colours."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from shop.core.db import db
from shop.core.outbox import OutboxMessage
from shop.media import services
from shop.media.models import Asset
from tests.faults.test_races import at_once
from tests.media import files
from tests.stores import Store
from tests.world import World

pytestmark = pytest.mark.both

NEAR = 6  # of 255: what JPEG and profiles may be off


def received(content: bytes) -> Asset:
    asset_id = services.receive(content)
    db.session.rollback()
    return db.session.get_one(Asset, asset_id)


def kept(content: bytes, store: Store) -> Image.Image:
    """The picture that is kept of `content`."""
    return files.opened(file_of(received(content), store))


def file_of(asset: Asset, store: Store) -> bytes:
    return store.files()[asset.original]


def looks(image: Image.Image, place: tuple[int, int], colour: tuple[int, ...]) -> bool:
    seen = image.getpixel(place)
    assert isinstance(seen, tuple)
    return all(abs(one - other) <= NEAR for one, other in zip(seen, colour, strict=True))


def test_a_picture_is_kept_under_the_hash_of_its_file_and_waits_for_its_smaller_ones(app: Flask, store: Store) -> None:
    asset = received(files.jpeg(60, 40))
    ((name, content),) = store.files().items()
    assert name == asset.original == f"{hashlib.sha256(content).hexdigest()[:32]}.jpg"
    assert (asset.name, asset.width, asset.height, asset.state) == (name.removesuffix(".jpg"), 60, 40, "waiting")
    assert db.session.scalars(select(OutboxMessage.topic)).all() == ["asset.received"]


def test_a_picture_loses_where_it_was_taken_and_by_whom(app: Flask, store: Store) -> None:
    sent = files.jpeg(exif=files.exif(), comment=b"Alice at home", xmp=b"<x>Alice</x>", dpi=(300, 300))
    assert sent.count(b"Alice") == 4
    content = file_of(received(sent), store)
    image = files.opened(content)
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for trace in (b"Alice", b"Exif", b"http"):
        assert trace not in content


def test_every_way_to_hold_a_camera_ends_upright(app: Flask, store: Store) -> None:
    red, lime, blue, white = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
    upper_left = {1: red, 2: lime, 3: white, 4: blue, 5: red, 6: blue, 7: white, 8: lime}
    for orientation, colour in upper_left.items():
        image = kept(files.quarters(exif=files.exif(orientation=orientation)), store)
        assert image.size == ((40, 80) if orientation >= 5 else (80, 40))
        assert looks(image, (5, 5), colour), orientation


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_kinds_lose_their_notes_too(app: Flask, store: Store, kind: str) -> None:
    sent = files.saved(files.scene(), kind, exif=files.exif(orientation=6))
    assert b"Alice" in sent
    asset = received(sent)
    assert (asset.width, asset.height) == (40, 60)
    assert b"Alice" not in file_of(asset, store)


def test_notes_that_are_broken_are_no_reason_to_refuse(app: Flask, store: Store) -> None:
    torn = files.jpeg(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\xff\x01\x12\0\x03")
    assert kept(torn, store).size == (60, 40)


def test_colours_are_those_that_the_pictures_own_profile_means(app: Flask, store: Store) -> None:
    image = kept(files.in_swapped_colours(), store)
    assert looks(image, (20, 20), (255, 0, 0))
    assert "icc_profile" not in image.info


def test_a_profile_that_is_broken_is_left_out(app: Flask, store: Store) -> None:
    sent = files.saved(Image.new("RGB", (40, 40), "red"), "PNG", icc_profile=b"no profile at all" * 20)
    assert looks(kept(sent, store), (20, 20), (255, 0, 0))


def test_what_was_made_for_a_press_is_shown_on_screens(app: Flask, store: Store) -> None:
    image = kept(files.saved(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", quality=95), store)
    assert image.mode == "RGB"
    assert looks(image, (20, 20), (255, 0, 0))


@pytest.mark.parametrize(("value", "shown"), [(0, 0), (32768, 128), (65535, 255)])
def test_sixteen_bits_become_eight(app: Flask, store: Store, value: int, shown: int) -> None:
    assert looks(kept(files.deep(value), store), (2, 2), (shown,) * 3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_shows_through_still_does(app: Flask, store: Store, mode: str) -> None:
    sent = Image.new("RGBA", (40, 40), (255, 255, 255, 0))
    sent.paste((255, 255, 255, 255), (0, 0, 20, 40))
    image = kept(files.saved(sent.quantize() if mode == "P" else sent.convert(mode), "PNG"), store)
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert (image.getpixel((5, 5)), image.getpixel((35, 5))[3]) == ((255, 255, 255, 255), 0)  # type: ignore[index]


def test_a_picture_that_could_show_through_but_does_not_becomes_a_jpeg(app: Flask, store: Store) -> None:
    sent = files.scene(mode="RGB").convert("RGBA")
    assert kept(files.saved(sent, "PNG"), store).format == "JPEG"


def test_a_phones_picture_with_a_second_one_inside_is_its_first(app: Flask, store: Store) -> None:
    assert kept(files.moving("MPO"), store).size == (60, 40)


@pytest.mark.parametrize("polyglot", [files.jpeg_and_archive, files.jpeg_and_page])
def test_nothing_survives_of_what_hung_on_a_picture(app: Flask, store: Store, polyglot: object) -> None:
    sent = polyglot()  # type: ignore[operator]
    asset = received(sent)
    content = file_of(asset, store)
    assert content.endswith(b"\xff\xd9")  # where a JPEG ends
    for trace in (b"PK", b"cafebabe", b"<script"):
        assert trace not in content


def test_the_same_picture_sent_twice_is_one(app: Flask, store: Store, world: World) -> None:
    first = received(files.jpeg())
    again = received(files.jpeg(exif=files.exif()))  # other notes, the same pixels
    assert first.id == again.id
    assert world.count(Asset, state="waiting") == len(store.files()) == 1
    assert world.count(OutboxMessage, topic="asset.received") == 1


def test_the_same_picture_sent_at_once_by_many_is_one(app: Flask, store: Store, world: World) -> None:
    answers = at_once(app, *[lambda: services.receive(files.jpeg())] * 6)
    assert len(set(answers)) == 1, answers
    assert world.count(Asset, state="waiting") == len(store.files()) == 1
    assert world.count(OutboxMessage, topic="asset.received") == 1
