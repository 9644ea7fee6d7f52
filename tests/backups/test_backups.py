"""A backup holds the whole shop as it was at one moment, and brings it back."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask

from shop.backups import copies, manifest, queries, services
from shop.backups.models import Backup
from shop.core import store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid, Unavailable
from shop.media import storage
from shop.settings import Settings
from tests.admin.test_sign_in import sign_in
from tests.conftest import browser
from tests.world import CAROLS_PASSWORD, World, make_asset
from worker.backup_commands import backup, restore
from worker.tasks import upkeep

pytestmark = pytest.mark.both


@pytest.fixture
def settings(world: World, tmp_path: Path) -> Iterator[Settings]:
    """With backups and pictures in folders of the test's own."""
    own, kept_in = world.app.extensions["settings"], world.app.extensions["storage"]
    changed = replace(own, backups=tmp_path / "kept", media=tmp_path / "media")
    world.app.extensions.update(settings=changed, storage=storage.FolderStorage(changed.media))
    for name in ("print.jpg", "print-400.avif", "print-800.avif"):
        storage.put(name, b"a print")
    yield changed
    world.app.extensions.update(settings=own, storage=kept_in)


def say(app: Flask, command: object, *words: object, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(command, [str(word) for word in words], input=typed)  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def with_pictures() -> None:
    """Two, and a row that names the first."""
    storage.put("wall.png", b"a wall")
    storage.put(".private/book", b"a book")
    with transaction():
        asset = make_asset("wall")
        asset.original, asset.widths = "wall.png", []
        db.session.add(asset)


def test_a_shop_comes_back_as_it_was(world: World, settings: Settings) -> None:
    with_pictures()
    world.shopper().buy(world.mug)
    world.settle()
    made = services.make(settings, by="staff:1 Carol")
    assert set(made.manifest.files) >= {made.manifest.dump, "media/wall.png", "media/.private/book"}
    assert (made.path.stat().st_mode & 0o777, made.manifest.shop) == (0o700, "Vitrine Test")

    world.shopper().buy(world.a4)
    storage.put("wall.png", b"spoilt")
    world.store_with(name="Another Name")
    services.restore(settings, made.path, over="Another Name")

    db.session.rollback()
    assert store.get().name == "Vitrine Test"
    assert len(world.orders()) == 1
    assert storage.get("wall.png") == b"a wall"
    noted, failed = queries.latest()
    assert (noted, failed) == (None, None), "a backup does not hold that it was made"


def test_a_backup_made_while_people_buy_has_books_that_balance(world: World, settings: Settings) -> None:
    bought: list[int] = []

    def buy() -> None:
        with world.app.app_context():
            for _piece in range(8):
                bought.append(world.shopper().buy(world.mug).id)

    shopper = threading.Thread(target=buy)
    shopper.start()
    made: list[Path] = []
    while shopper.is_alive():
        made.append(services.make(settings, by="shop").path)
    shopper.join()
    assert len(bought) == 8
    for path in made[:-1:2]:
        checked = say(world.app, restore, path, "--verify")
        assert checked.exit_code == 0, checked.output
        assert "It would do." in checked.output


def test_verifying_restores_aside_and_leaves_nothing_behind(world: World, settings: Settings) -> None:
    world.shopper().buy(world.mug)
    done = say(world.app, backup, "--verify")
    assert done.exit_code == 0, done.output
    assert "1 orders and 4 variants were restored aside and proved" in done.output
    assert settings.backups
    (name,) = names(settings.backups)
    again = say(world.app, restore, settings.backups / name, "--verify")
    assert again.exit_code == 0, again.output
    assert store.get().name == "Vitrine Test"
    assert len(names(settings.backups)) == 1


def test_verifying_says_which_file_a_row_names_and_the_backup_lacks(world: World, settings: Settings) -> None:
    with transaction():
        asset = make_asset("gone")
        asset.original, asset.widths = "gone.png", [400]
        db.session.add(asset)
    done = say(world.app, backup, "--verify")
    assert done.exit_code == 1
    assert "gone.png is named by the database and not there" in done.output
    assert "gone-400.avif" in done.output


def test_a_shop_is_replaced_only_by_its_typed_name(world: World, settings: Settings) -> None:
    made = services.make(settings, by="shop")
    world.store_with(name="Kettle")
    for typed in ("", "kettle\n", "Vitrine Test\n"):
        refused = say(world.app, restore, made.path, typed=typed)
        assert refused.exit_code == 1, refused.output
        assert store.get().name == "Kettle"
    assert "All that is in Kettle will be gone" in refused.output
    done = say(world.app, restore, made.path, typed="Kettle\n")
    assert done.exit_code == 0, done.output
    assert "Vitrine Test is as it was" in done.output
    assert store.get().name == "Vitrine Test"


def test_no_sign_in_of_the_time_of_a_backup_lives_again(world: World, settings: Settings) -> None:
    carol = browser(world.app)
    sign_in(carol, "carol@example.com", CAROLS_PASSWORD)
    made = services.make(settings, by="shop")
    done = say(world.app, restore, made.path, "--over", "Vitrine Test")
    assert "All staff are signed out." in done.output
    assert carol.get("/admin").status_code == 302


@pytest.mark.parametrize("harm", ["changed", "cut", "missing", "manifest", "form", "newer", "path"])
def test_what_is_damaged_is_found_before_anything_is_changed(world: World, settings: Settings, harm: str) -> None:
    with_pictures()
    made = services.make(settings, by="shop")
    dumped, listed = made.path / made.manifest.dump, made.path / manifest.NAME
    said = json.loads(listed.read_text())
    if harm == "changed":
        whole = dumped.read_bytes()
        dumped.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif harm == "cut":
        os.truncate(dumped, dumped.stat().st_size // 2)
    elif harm == "missing":
        (made.path / "media/wall.png").unlink()
    elif harm == "manifest":
        os.truncate(listed, 30)
    elif harm == "form":
        listed.write_text(json.dumps(said | {"format": 2}))
    elif harm == "newer":
        listed.write_text(json.dumps(said | {"migration": "9999"}))
    else:
        listed.write_text(json.dumps(said | {"files": said["files"] | {"../../etc/passwd": {"size": 1, "sha256": ""}}}))
    world.store_with(name="Kettle")
    with pytest.raises(Invalid):
        services.restore(settings, made.path, over="Kettle")
    assert store.get().name == "Kettle"


def test_a_backup_of_another_kind_of_database_is_refused(world: World, settings: Settings) -> None:
    made = services.make(settings, by="shop")
    other = "sqlite:////nowhere.db" if made.manifest.database == "postgresql" else "postgresql+psycopg://nowhere/shop"
    with pytest.raises(Invalid, match="This backup is of a shop on"):
        services.restore(replace(settings, database_url=other), made.path)


def test_pictures_that_have_not_changed_are_kept_once(world: World, settings: Settings) -> None:
    with_pictures()
    first, second = (services.make(settings, by="shop").path / "media/wall.png" for _night in range(2))
    assert first.stat().st_ino == second.stat().st_ino
    first.write_bytes(b"rotten")  # both are, being the same
    third = services.make(settings, by="shop").path / "media/wall.png"
    assert third.read_bytes() == b"a wall"


def test_each_picture_is_summed_up_once(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pictures()
    services.make(settings, by="shop")
    summed: list[str] = []
    checksum = manifest.checksum
    monkeypatch.setattr(manifest, "checksum", lambda path: summed.append(str(path)) or checksum(path))
    made = services.make(settings, by="shop")
    pictures = [path for path in summed if path.endswith("wall.png")]
    assert len(pictures) == 2, "as it is in the shop, and as it lies in the backup before"
    assert services.check(made.path) == made.manifest


def test_every_night_one_is_made_and_old_ones_go(world: World, settings: Settings) -> None:
    start = now().replace(hour=5, minute=0)
    for day in range(10):
        for hour in (0, 1, 22):
            with time_machine.travel(start + timedelta(days=day, hours=hour), tick=True):
                upkeep.back_up()
    assert settings.backups
    kept = names(settings.backups)
    assert len(kept) in (7, 8), kept  # today’s and those of seven days, the oldest by the second
    assert kept[-1].startswith(f"vitrine-{start + timedelta(days=9):%Y-%m-%d}-05")
    assert world.count(Backup) == 10


def test_without_a_folder_nothing_is_made_by_night(world: World) -> None:
    upkeep.back_up()
    assert world.count(Backup) == 0
    assert "Say in which folder, or set BACKUPS." in say(world.app, backup).output


def test_what_fails_is_noted_and_the_last_success_is_remembered(world: World, settings: Settings) -> None:
    services.make(settings, by="shop")
    assert settings.backups
    blocked = settings.backups / "file"
    blocked.write_text("no folder")
    with pytest.raises(Unavailable):
        services.make(replace(settings, backups=blocked), by="shop")
    made, failed = queries.latest()
    assert made
    assert failed
    assert "cannot be written to" in failed.error
    assert not queries.is_stale(made)
    with time_machine.travel(now() + timedelta(days=3)):
        assert queries.is_stale(made)


def test_two_do_not_write_into_the_same_folder_at_once(world: World, settings: Settings) -> None:
    assert settings.backups
    with services._alone_in(settings.backups), pytest.raises(Conflict, match="Another backup is being made"):
        services.make(settings, by="shop")
    assert world.count(Backup) == 0


def test_one_that_was_killed_leaves_nothing_that_looks_whole(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pictures()
    assert settings.backups

    def killed(*_: object) -> None:
        os._exit(9)

    pid = os.fork() if settings.database_url.startswith("sqlite") else 0
    if pid == 0 and settings.database_url.startswith("sqlite"):
        manifest.write = killed  # type: ignore[assignment]
        services.make(settings, by="shop")
        os._exit(1)
    if pid:
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
        (half,) = names(settings.backups)
        assert half.startswith(".half-")
        with pytest.raises(Invalid, match="is no backup"):
            services.check(settings.backups / half)
    made = services.make(settings, by="shop")
    assert names(settings.backups) == [made.path.name]


def test_a_missing_client_of_postgresql_is_said_so(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies.shutil, "which", lambda _name: None)
    with pytest.raises(Unavailable, match="pg_dump is not installed here"):
        copies.dump("postgresql+psycopg://nowhere/shop", Path("/nowhere"))


def test_an_sqlite_copy_stands_alone(world: World, settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("SQLite alone")
    made = services.make(settings, by="shop")
    with sqlite3.connect(made.path / "database.sqlite") as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not list(made.path.glob("*-wal"))
