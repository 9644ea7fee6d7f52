"""The pictures of the catalogue: which there are, and that they are there."""

from collections import Counter
from itertools import chain, pairwise
from pathlib import Path

import pytest
from PIL import Image

import shop.demo
from shop.demo.goods import GOODS, Good
from shop.demo.shots import HERO, Shot, separations, shots

PICTURES = Path(shop.demo.__file__).parent / "pictures"
EVERY_SHOT = [HERO, *chain.from_iterable((*shots(good), *separations(good)) for good in GOODS)]
KIB, MIB = 1024, 1024 * 1024

every_good = pytest.mark.parametrize("good", GOODS, ids=lambda good: good.slug)
every_shot = pytest.mark.parametrize("shot", EVERY_SHOT, ids=lambda shot: shot.name)


@every_good
def test_a_good_is_seen_in_its_scene_and_from_close_by(good: Good):
    kinds = [shot.kind for shot in shots(good)]
    if not good.pictured:
        assert kinds == []
        return
    assert len(kinds) >= 3
    assert kinds[0] == "scene"
    assert kinds[-1] == "detail"
    assert {"flat", "glaze"} & set(kinds)


@every_good
def test_a_print_is_taken_apart_into_its_inks(good: Good):
    inks = separations(good)
    assert [shot.caption.lower() for shot in inks] == (list(good.inks) if good.shelf == "art-prints" else [])


def test_a_mug_is_seen_in_all_its_glazes():
    for good in GOODS:
        if good.shelf == "mugs":
            seen = {good.shown, *(shot.caption.lower() for shot in shots(good) if shot.kind == "glaze")}
            assert seen == {"pine", "coral", "navy"}


def test_no_two_pictures_share_a_name():
    names = Counter(shot.name for shot in EVERY_SHOT)
    assert max(names.values()) == 1


@every_shot
def test_what_is_seen_is_said(shot: Shot):
    assert shot.alt.endswith(".")
    assert 30 <= len(shot.alt) <= 200
    assert not shot.alt.lower().startswith(("image", "picture of", "photo"))


def test_no_two_pictures_of_a_good_say_the_same():
    for good in GOODS:
        said = [shot.alt for shot in (*shots(good), *separations(good))]
        assert len(set(said)) == len(said)


@every_shot
def test_the_widths_promised_are_the_widths_there(shot: Shot):
    assert shot.widths[-1] == shot.width
    assert all(narrow < wide for narrow, wide in pairwise(shot.widths))
    for name in shot.files:
        with Image.open(PICTURES / name) as picture:
            width = int(name.rpartition("-")[2].partition(".")[0])
            assert picture.format == name.rpartition(".")[2].upper()
            assert picture.size == (width, round(width * shot.height / shot.width))


def test_nothing_lies_there_that_nobody_shows():
    wanted = set(chain.from_iterable(shot.files for shot in EVERY_SHOT))
    assert {path.name for path in PICTURES.iterdir()} == {*wanted, "README.md"}


def test_all_of_them_together_are_light():
    sizes = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert sum(sizes.values()) < 15 * MIB
    assert max(size for name, size in sizes.items() if "-400." in name) < 30 * KIB
    assert max(size for name, size in sizes.items() if "-800." in name) < 90 * KIB
