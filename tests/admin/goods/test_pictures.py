"""How the owner gives a product its pictures, and what they see when that goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.accounts.models import Role
from shop.admin.goods.pictures import LARGEST
from shop.catalog import publishing
from shop.catalog.models import Picture, Product, Status, Variant
from shop.core.db import db, transaction
from shop.media import imaging
from shop.media.models import Asset
from tests.admin.conftest import Desk
from tests.conftest import browser
from tests.media import files
from tests.stores import Store
from tests.world import World, change, hidden, make_asset

pytestmark = pytest.mark.both

ALT = "The mug on a table"


class Counter:
    """The owner at the page of one product, the mug."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.world, self.desk = world, desk
        self.product_id = db.session.scalars(select(Variant.product_id).where(Variant.id == world.mug)).one()
        self.url = f"/admin/products/{self.product_id}"

    def page(self) -> str:
        return self.desk.get(self.url)

    def add(self, content: bytes, name: str = "mug.jpg", *, alt: str = ALT) -> TestResponse:
        return self.desk.post(f"{self.url}/pictures", file=(BytesIO(content), name), alt=alt)

    def hang(self, *alts: str) -> list[int]:
        """Adds pictures that all differ; returns their ids."""
        for seed, alt in enumerate(alts):
            sent = files.saved(files.scene(seed=seed), "JPEG")
            assert "1 picture is added." in self.desk.after(self.add(sent, alt=alt))
        return [picture.id for picture in self.pictures()]

    def pictures(self) -> list[Picture]:
        db.session.rollback()
        own = select(Picture).where(Picture.product_id == self.product_id)
        return list(db.session.scalars(own.order_by(Picture.position)))

    def alts(self) -> list[str]:
        """As the page has them, from first to last."""
        return [
            unescape(found) for found in re.findall(r'id="alt-\d+" name="alt"[^>]*>\n([^<]*)</textarea>', self.page())
        ]

    def say(self, picture_id: int, what: str, **typed: str) -> TestResponse:
        return self.desk.post(f"/admin/pictures/{picture_id}/{what}", **typed)


@pytest.fixture
def counter(world: World, desk: Desk) -> Counter:
    return Counter(world, desk)


def refused(answer: TestResponse, sentence: str, *, field: str = "file", status: int = 422) -> None:
    """Beside its field, with what was typed still there."""
    page = unescape(answer.text)
    assert answer.status_code == status, page
    assert f'id="{field}-error">{sentence}' in page
    assert "Check one thing. Nothing has been saved." in page
    assert "<title>Error: " in page
    assert field == "alt" or f'id="alt" name="alt" value="{ALT}"' in page


# Adding


def test_a_photograph_is_shown_at_once_and_in_small_sizes_when_they_are_made(store: Store, counter: Counter) -> None:
    page = counter.desk.after(counter.add(files.photograph(), "DSC0001.JPG"))
    (picture,) = counter.pictures()
    asset = db.session.get_one(Asset, picture.asset_id)
    original = f'src="/media/{asset.original}" alt="{ALT}" width="3000" height="4000"'
    assert "1 picture is added. Its smaller versions are being made." in page
    assert "Being made smaller" in page
    assert original in counter.world.shopper().get("/products/mug")
    assert "DSC0001" not in "".join(store.files())

    counter.world.work()
    assert 'badge-ok">Ready' in counter.page()
    shown = counter.world.shopper().get("/products/mug")
    assert original not in shown
    assert f'src="/media/{asset.name}-800.webp" alt="{ALT}"' in shown
    for width in (400, 800, 1600):
        assert f"/media/{asset.name}-{width}.avif {width}w" in shown
        assert counter.world.app.test_client().get(f"/media/{asset.name}-{width}.avif").status_code == 200
    small = store.files()[f"{asset.name}-400.avif"]
    assert files.opened(small).size == (400, 533)
    assert not any(b"Exif" in content or b"Alice" in content for content in store.files().values())
    assert counter.world.waiting() == []


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_what_a_picture_is_called_does_not_matter(store: Store, counter: Counter, kind: str) -> None:
    counter.desk.after(counter.add(files.saved(files.scene(), kind), "../../mug.jpg"))
    assert [name.rpartition(".")[2] for name in store.files()] == ["jpg"]


UNFIT: dict[str, tuple[Callable[[], bytes], str]] = {
    "an SVG": (lambda: files.SVG, "This is an SVG drawing, which may carry programs. Save it as PNG, and send that."),
    "a GIF": (lambda: files.saved(files.scene(), "GIF"), "This is a GIF. Save it as PNG, and send that."),
    "a GIF and an archive": (files.gif_and_archive, "This is a GIF. Save it as PNG, and send that."),
    "a TIFF": (lambda: files.saved(files.scene(), "TIFF"), "This is a TIFF or a camera’s raw file."),
    "a PDF": (lambda: files.saved(files.scene(), "PDF"), "This is a PDF. Save its page as JPEG or PNG"),
    "a web page": (lambda: b"\n<!DOCTYPE html><svg></svg>", "This is a web page. Save the picture that is on it"),
    "an archive": (lambda: files.jpeg_and_archive()[len(files.jpeg()) :], "This is an archive. Unpack it"),
    "a HEIC": (lambda: files.HEIC, "This is a HEIC, as iPhones take them. Save it as JPEG, and send that."),
    "a letter": (
        lambda: b"Dear shop, here is my picture.",
        "This is not a picture the shop can read. Send a JPEG, PNG",
    ),
    "nothing": (lambda: b"", "This file is empty. Choose the picture again."),
    "half a JPEG": (lambda: files.jpeg()[:-200], "This picture is damaged, or did not arrive whole."),
    "half a WebP": (lambda: files.saved(files.scene(), "WEBP")[:-20], "This picture is damaged, or did not arrive"),
    "a header": (lambda: files.jpeg()[:20], "This is not a picture the shop can read."),
    "a bomb": (lambda: files.png_of(30_000, 30_000), "This picture has far too many pixels."),
    "a smaller bomb": (lambda: files.png_of(8_000, 7_000), "This picture is 8000 × 7000 pixels, more than the shop"),
    "a ribbon": (lambda: files.png_of(1, 12_001), "This picture is 1 × 12001 pixels, more than the shop takes in."),
    "a lie": (lambda: files.png_of(600, 400), "This picture is damaged, or did not arrive whole."),
    "a JPEG without end": (
        lambda: files.jpeg(progressive=True)[:-2] + b"\xff\xda\0\x02" * 300,
        "This picture is damaged, or did not arrive whole.",
    ),
    "a film": (lambda: files.moving("WEBP"), "This picture moves. Save one of its frames as JPEG or PNG"),
    "a film in PNG": (lambda: files.moving("PNG"), "This picture moves. Save one of its frames as JPEG or PNG"),
    "too many bytes": (
        lambda: files.jpeg() + bytes(imaging.LARGEST_FILE),
        "This file is larger than 20 MB. Make the picture smaller, or save it as JPEG, and send that.",
    ),
}


def test_what_is_no_picture_for_the_shop_is_told_and_leaves_nothing(store: Store, counter: Counter) -> None:
    for make, sentence in UNFIT.values():
        refused(counter.add(make(), "mug.png"), sentence)
    assert store.files() == {}
    assert counter.pictures() == []
    assert counter.world.count(Asset, state="waiting") == 0


def test_more_than_the_page_can_take_is_not_read(store: Store, counter: Counter) -> None:
    answer = counter.add(bytes(LARGEST))
    assert answer.status_code == 413
    assert "That is too large to send. Go back, make it smaller, and send it again." in answer.text
    assert counter.desk.post(f"{counter.url}/variants", name="x" * 300_000).status_code == 413  # others as before


def test_a_picture_needs_words_and_words_need_a_picture(store: Store, counter: Counter) -> None:
    for blank in ("", "   "):
        refused(
            counter.add(files.jpeg(), alt=blank),
            "Say what the pictures show: shoppers see this product already.",
            field="alt",
        )
    refused(counter.add(files.jpeg(), alt="x" * 256), "This is too long. Keep it to 255 characters.", field="alt")
    refused(counter.add(b"", ""), "Choose a picture.")
    refused(counter.desk.post(f"{counter.url}/pictures", file="no file", alt=ALT), "Choose a picture.")
    assert store.files() == {}


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("fill_up", "There is no room left where pictures are kept, so nothing was saved."),
        ("go_away", "The shop’s (folder of pictures cannot be used|store of pictures does not answer)"),
    ],
)
def test_a_store_that_is_full_or_away_is_told_and_loses_nothing(
    store: Store, counter: Counter, trouble: str, sentence: str
) -> None:
    counter.hang("The first")
    counter.world.work()
    before = store.files()
    getattr(store, trouble)()
    answer = counter.add(files.jpeg())
    assert re.search(f'id="file-error">{sentence}', unescape(answer.text))
    refused(answer, "", status=503)
    assert store.files() == before
    assert counter.alts() == ["The first"]
    store.come_back()
    counter.desk.after(counter.add(files.jpeg()))
    assert counter.alts() == ["The first", ALT]


def test_a_picture_is_on_its_product_once_however_often_the_button_is_pressed(store: Store, counter: Counter) -> None:
    counter.desk.after(counter.add(files.jpeg()))
    refused(counter.add(files.jpeg()), "This picture is among the product’s already.", status=409)
    assert len(counter.pictures()) == 1


def test_a_product_has_twelve_pictures_at_most(store: Store, counter: Counter) -> None:
    with transaction():
        for number in range(11):
            side = Picture(
                product_id=counter.product_id, asset=make_asset(f"side-{number}"), alt="Side", position=number
            )
            db.session.add(side)
    assert "Add the picture" in counter.page()
    twelve = counter.hang("The last")
    page = counter.page()
    assert "12 of 12 at most" in page
    assert "Add the picture" not in page
    assert counter.add(files.jpeg(80, 40)).status_code == 409
    counter.desk.after(counter.say(twelve[3], "removal"))
    assert "Add the picture" in counter.page()


# Changing


def test_pictures_are_put_in_order_and_the_first_is_shown_in_lists(store: Store, counter: Counter) -> None:
    first, second, third = counter.hang("Front", "Back", "Inside")
    counter.desk.after(counter.say(third, "position", to="up"))
    assert counter.alts() == ["Front", "Inside", "Back"]
    counter.desk.after(counter.say(first, "position", to="down"))
    assert counter.alts() == ["Inside", "Front", "Back"]
    for picture_id, to in ((third, "up"), (second, "down"), (first, "sideways")):
        counter.desk.after(counter.say(picture_id, "position", to=to))
    assert counter.alts() == ["Inside", "Front", "Back"]
    assert 'alt="Inside"' in counter.world.shopper().get("/")


def test_the_words_of_a_picture_can_be_changed(store: Store, counter: Counter) -> None:
    (picture_id,) = counter.hang("Front")
    assert "Saved: The front, in blue" in counter.desk.after(
        counter.say(picture_id, "description", alt="The front,\n in blue")
    )
    assert counter.alts() == ["The front, in blue"]
    answer = counter.say(picture_id, "description", alt=" ")
    assert answer.status_code == 422
    assert f'id="alt-{picture_id}-error">Say what the picture shows.' in answer.text
    assert counter.alts() == ["The front, in blue"]


def test_a_picture_that_was_removed_can_be_put_back_where_it_was(store: Store, counter: Counter) -> None:
    _first, second, _third = counter.hang("Front", "Back <b>", "Inside")
    kept = store.files()
    page = counter.desk.after(counter.say(second, "removal"))
    assert counter.alts() == ["Front", "Inside"]
    assert "Removed: Back &lt;b&gt;" in page
    undo = {name: unescape(hidden(page, name)) for name in ("asset_id", "alt", "position")}
    restored = counter.desk.post(f"{counter.url}/pictures/restoration", **undo)
    assert "Removed:" not in counter.desk.after(restored)
    assert counter.alts() == ["Front", "Back <b>", "Inside"]
    again = counter.desk.after(counter.desk.post(f"{counter.url}/pictures/restoration", **undo))
    assert "This picture is among the product’s already." in again
    assert store.files() == kept


def test_a_picture_without_words_is_put_back_while_nobody_sees_the_product(store: Store, counter: Counter) -> None:
    counter.hang("Front")
    change(Product, Product.name == "Mug", status=Status.DRAFT)
    change(Picture, alt="")
    page = counter.desk.after(counter.say(counter.pictures()[0].id, "removal"))
    undo = {name: unescape(hidden(page, name)) for name in ("asset_id", "alt", "position")}
    change(Product, Product.name == "Mug", status=Status.LIVE)
    assert counter.desk.post(f"{counter.url}/pictures/restoration", **undo).status_code == 404
    change(Product, Product.name == "Mug", status=Status.DRAFT)
    counter.desk.after(counter.desk.post(f"{counter.url}/pictures/restoration", **undo))
    assert counter.alts() == [""]


@pytest.mark.parametrize("what", ["description", "position", "removal", "attempts"])
def test_a_picture_that_somebody_else_removed_is_not_there(store: Store, counter: Counter, what: str) -> None:
    (picture_id,) = counter.hang("Front")
    counter.say(picture_id, "removal")
    answer = counter.say(picture_id, what, alt="Front", to="up")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text


def test_a_picture_that_never_was_cannot_be_put_back(store: Store, counter: Counter) -> None:
    for sent in ({"asset_id": "12345"}, {"asset_id": "x"}, {}, {"asset_id": "1", "alt": ""}):
        answer = counter.desk.post(f"{counter.url}/pictures/restoration", **{"alt": "Front"} | sent)
        assert answer.status_code == 404


# When the smaller ones cannot be made


def test_a_picture_that_could_not_be_made_smaller_is_shown_as_it_is_and_can_be_tried_again(
    store: Store, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    (picture_id,) = counter.hang("Front")
    (picture,) = counter.pictures()
    store.lose(original := db.session.get_one(Asset, picture.asset_id).original)
    counter.world.work()
    page = unescape(counter.page())
    assert 'badge-bad">Could not be made' in page
    assert "Its file is not there any more. Add the same picture again." in page
    assert "Try again<" in page
    assert f'src="/media/{original}"' in counter.world.shopper().get("/products/mug")

    store.lay(original, files.jpeg())
    page = counter.desk.after(counter.say(picture_id, "attempts"))
    assert "Being made smaller" in page
    assert "Try again<" not in page
    counter.world.work()
    assert 'badge-ok">Ready' in counter.page()


# Who may


def test_who_only_looks_sees_the_pictures_and_changes_nothing(
    store: Store, counter: Counter, desk_of: Callable[[Role], Desk]
) -> None:
    (picture_id,) = counter.hang("Front")
    viewer = desk_of(Role.VIEWER)
    page = viewer.get(counter.url)
    assert 'alt="Front"' in page
    assert "/pictures/" not in page.replace("/media/", "")
    assert viewer.post(f"/admin/pictures/{picture_id}/removal").status_code == 403
    sent = viewer.post(f"{counter.url}/pictures", file=(BytesIO(files.jpeg(80, 40)), "a.jpg"), alt=ALT)
    assert sent.status_code == 403
    assert counter.alts() == ["Front"]


def test_strangers_and_other_sites_send_nothing(store: Store, counter: Counter) -> None:
    def sent() -> dict[str, object]:
        return {"file": (BytesIO(files.jpeg()), "a.jpg"), "alt": ALT}

    url = f"{counter.url}/pictures"
    assert browser(counter.world.app).post(url, data=sent()).status_code == 403
    assert counter.desk.browser.post(url, data=sent()).status_code == 400  # without the page's token
    elsewhere = counter.desk.browser.post(url, data=sent(), headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert counter.desk.post("/admin/products/12345/pictures", **sent()).status_code == 404
    assert (store.files(), counter.pictures()) == ({}, [])


def test_several_are_added_at_once_and_what_is_no_picture_is_named(store: Store, counter: Counter) -> None:
    one, two = (BytesIO(files.saved(files.scene(seed=seed), "JPEG")) for seed in (1, 2))
    sent = [(one, "one.jpg"), (BytesIO(b"words"), "words.txt"), (two, "two.jpg")]
    answer = counter.desk.post(f"{counter.url}/pictures", file=sent, alt=ALT)
    assert answer.status_code == 422
    assert "2 pictures are added." in answer.text
    assert "words.txt: " in answer.text
    assert counter.alts() == [ALT, ALT]


def test_a_draft_takes_pictures_without_words_and_waits_for_them(store: Store, counter: Counter) -> None:
    change(Product, Product.slug == "mug", status="draft")
    page = counter.desk.after(counter.add(files.jpeg(), alt=""))
    assert "Has no words yet" in page
    assert publishing.lacking([counter.product_id]) == {
        counter.product_id: "Say what each of its pictures shows first."
    }


def test_a_picture_is_put_at_any_place(store: Store, counter: Counter) -> None:
    *_, third = counter.hang("one", "two", "three")
    counter.say(third, "position", place="1")
    assert counter.alts() == ["three", "one", "two"]
    counter.say(third, "position", place="99")
    assert counter.alts() == ["one", "two", "three"]
