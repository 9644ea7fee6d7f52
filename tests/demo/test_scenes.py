"""The scenes the goods are photographed in, rendered small."""

import pytest

pytest.importorskip("scipy", reason="pictures are rendered by hand, with the extra `art`")

import numpy as np

from shop.demo.art.march import Camera
from shop.demo.art.stage import Box, Stage, View
from shop.demo.art.studio import take
from shop.demo.goods import GOODS
from shop.demo.shots import HERO, shots

BY_SLUG = {good.slug: good for good in GOODS}


def seen(slug: str, kind: str) -> np.ndarray:
    good = BY_SLUG[slug]
    shot = next(shot for shot in shots(good) if shot.kind == kind)
    return np.asarray(take(shot, good, zoom=0.06), np.float32)


@pytest.mark.parametrize("slug", ["seven-ridges", "weimar-blocks", "arches-set", "lattice-mug"])
def test_the_same_seed_gives_the_same_picture(slug):
    assert np.array_equal(seen(slug, "scene"), seen(slug, "scene"))


def test_a_white_mount_in_full_sun_keeps_some_paper():
    picture = seen("terrazzo", "scene")
    assert np.percentile(picture, 99.9) < 254
    assert picture.mean() > 150


def test_the_heros_left_two_fifths_are_bare_wall():
    picture = np.asarray(take(HERO, None, zoom=0.06), np.float32)
    rows, columns, _ = picture.shape
    wall = picture[: rows * 3 // 4, : columns * 2 // 5]
    assert wall.min() > 150
    assert np.abs(np.diff(wall, axis=0)).max() < 30


def test_a_close_look_has_the_size_of_a_far_one():
    view = View(zoom=0.25)
    near = view.close(400, 500, 3)
    assert near.shape == view.shape
    assert (near.left + near.width / 2, near.top + near.height / 2) == (400, 500)


def test_a_box_is_covered_inside_and_bare_outside_and_its_shadow_falls_right_and_down():
    stage = Stage(View(zoom=0.1), seed=1)
    box = Box(800, 1000, 600, 600)
    cover = box.cover(stage)
    assert cover[100, 80] == 1
    assert cover[20, 20] == 0
    stage.cast(box, 60)
    assert stage.key[100, 112] < stage.key[100, 48]
    assert stage.key[132, 80] < stage.key[68, 80]


def test_a_camera_sees_its_target_in_the_middle():
    camera = Camera(eye=(1, 4, 9), target=(0.2, 1, 0), focal=4)
    assert camera.sees((0.2, 1, 0)) == pytest.approx((800, 1000))
