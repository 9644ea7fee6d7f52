"""The smaller ones of a picture: made by the worker, once in the end, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

import pytest
import time_machine
from flask import Flask
from PIL import Image

from shop.core.clock import now
from shop.core.db import db
from shop.media import imaging, services, storage
from shop.media.models import Asset
from tests.media import files
from tests.stores import Store
from tests.world import World

pytestmark = pytest.mark.both

CANNOT = "Its file cannot be worked on. Open the picture, save it anew, and add that instead."


class Killed(BaseException):
    """The worker is gone from one moment to the next."""


def received(content: bytes | None = None) -> int:
    return services.receive(content or files.jpeg())


def asset(asset_id: int) -> Asset:
    db.session.rollback()
    return db.session.get_one(Asset, asset_id)


def made(store: Store, asset_id: int) -> list[str]:
    """The files made from a picture, without its name."""
    row = asset(asset_id)
    return sorted(name.removeprefix(row.name) for name in store.files() if name != row.original)


def work_later(world: World, minutes: int = 1) -> None:
    with time_machine.travel(now() + timedelta(minutes=minutes)):
        world.work()


def breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> list[int]:
    """From now on no picture can be made smaller; how often it was tried."""
    tried: list[int] = []

    def smaller(*_: Any) -> NoReturn:
        tried.append(1)
        raise error

    monkeypatch.setattr(imaging, "smaller", smaller)
    return tried


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (2000, ["-1600.avif", "-400.avif", "-800.avif", "-800.webp"]),
        (700, ["-400.avif", "-700.avif", "-700.webp"]),
        (300, ["-300.avif", "-300.webp"]),
    ],
)
def test_they_are_never_wider_than_the_picture(
    app: Flask, store: Store, world: World, width: int, names: list[str]
) -> None:
    asset_id = received(files.jpeg(width, width // 2))
    world.work()
    row, kept = asset(asset_id), store.files()
    assert (row.state, made(store, asset_id)) == ("ready", names)
    assert names == sorted([*(f"-{each}.avif" for each in row.widths), f"-{row.fallback}.webp"])
    for name in names:
        image = files.opened(kept[row.name + name])
        each, kind = name.strip("-").split(".")
        assert (image.format, image.size) == (kind.upper(), (int(each), int(each) // 2))


def test_what_shows_through_does_so_in_all_sizes(app: Flask, store: Store, world: World) -> None:
    clear = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 300, 400))
    asset_id = received(files.saved(clear, "PNG"))
    world.work()
    row, kept = asset(asset_id), store.files()
    for name in (f"{row.name}-400.avif", f"{row.name}-600.webp"):
        image = files.opened(kept[name])
        right = image.getpixel((image.width - 20, 20))
        assert isinstance(right, tuple)
        assert right[3] == 0


def test_making_them_twice_does_no_harm(app: Flask, store: Store, world: World) -> None:
    asset_id = received()
    world.work()
    kept = store.files()
    services.derive(asset_id)
    services.derive(12345)
    assert store.files() == kept
    assert asset(asset_id).state == "ready"


def test_a_worker_killed_between_the_files_and_the_row_is_followed_by_another(
    app: Flask, store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset_id = received(files.jpeg(450, 300))
    write = storage.put

    def put(name: str, content: bytes) -> None:
        write(name, content)
        if name.endswith("-450.avif"):
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(storage, "put", put)
        with pytest.raises(Killed):
            world.work()
    assert (asset(asset_id).state, asset(asset_id).widths) == ("waiting", [])
    world.work()  # while its claim holds, nobody touches it
    assert asset(asset_id).state == "waiting"
    work_later(world)
    assert (asset(asset_id).state, made(store, asset_id)) == (
        "ready",
        ["-400.avif", "-450.avif", "-450.webp"],
    )


def test_a_picture_that_takes_its_worker_down_is_given_up_after_three_times(
    app: Flask, store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset_id = received()
    tried = breaks(monkeypatch, Killed())
    for minutes in (0, 1, 2):
        with pytest.raises(Killed):
            work_later(world, minutes)
    work_later(world, 3)
    assert len(tried) == 3
    assert (asset(asset_id).state, world.waiting()) == ("failed", [])
    assert asset(asset_id).error == "The shop broke down each time it worked on this picture."


@pytest.mark.parametrize("error", [ValueError("no such colour"), MemoryError()])
def test_a_picture_that_cannot_be_made_smaller_is_given_up_after_three_times(
    app: Flask, store: Store, world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    asset_id = received()
    tried = breaks(monkeypatch, error)
    for minutes in range(6):
        work_later(world, minutes)
    assert len(tried) == 3
    assert (asset(asset_id).state, asset(asset_id).error) == ("failed", CANNOT)
    assert world.waiting() == []


def test_a_picture_that_failed_is_tried_again_when_somebody_asks_or_sends_it_again(
    app: Flask, store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset_id = received()
    for again in (lambda: services.retry(asset_id), received):
        with monkeypatch.context() as patch:
            breaks(patch, ValueError())
            for minutes in range(4):
                work_later(world, minutes)
        assert asset(asset_id).state == "failed"
        again()
        assert (asset(asset_id).state, asset(asset_id).error) == ("waiting", "")
        if again is received:
            world.work()
    assert asset(asset_id).state == "ready"
    services.retry(asset_id)
    assert asset(asset_id).state == "ready"


def test_a_picture_whose_file_is_gone_says_so_and_is_mended_by_sending_it_again(
    app: Flask, store: Store, world: World
) -> None:
    asset_id = received()
    store.lose(asset(asset_id).original)
    world.work()
    assert asset(asset_id).error == "Its file is not there any more. Add the same picture again."
    assert received() == asset_id
    world.work()
    assert asset(asset_id).state == "ready"


@pytest.mark.parametrize("trouble", ["fill_up", "go_away"])
def test_a_store_that_is_full_or_away_is_waited_for(app: Flask, store: Store, world: World, trouble: str) -> None:
    asset_id = received()
    kept = store.files()
    getattr(store, trouble)()
    for minutes in (0, 2, 4, 8, 16):
        work_later(world, minutes)
    (why,) = world.waiting()
    assert why.startswith("pictures.derive: Storage")
    assert asset(asset_id).state == "waiting"
    assert store.files() == kept
    store.come_back()
    work_later(world, 120)
    assert (asset(asset_id).state, world.waiting()) == ("ready", [])
