"""The engines that draw the goods. They need the extra `art`, which the shop itself never does."""

from itertools import combinations
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from scipy.spatial.distance import cdist  # noqa: E402

from shop.demo.art.engines import ENGINES, bleed, draw  # noqa: E402
from shop.demo.art.engines.botanical import _picked  # noqa: E402
from shop.demo.art.press import INKS, PAPERS, Artwork, Layer, overprint, rgb  # noqa: E402
from shop.demo.art.sheet import Sheet  # noqa: E402
from shop.demo.goods import GOODS  # noqa: E402

SMALL = (96, 128)
SHOP = Path(__file__).parents[2] / "shop"
ONE_OF_EACH = {good.art: good for good in reversed(GOODS)}

every_art = pytest.mark.parametrize("art", ENGINES)


def drawn(art: str, *, seed: int | None = None, size: tuple[int, int] = SMALL) -> Artwork:
    good = ONE_OF_EACH[art]
    return draw(art, seed=good.seed if seed is None else seed, inks=good.inks, size=size)


def shrunk(picture, times: int):
    rows, columns, _ = picture.shape
    return picture.reshape(rows // times, times, columns // times, times, 3).mean(axis=(1, 3))


def test_every_good_has_an_engine_and_every_engine_a_good():
    assert {good.art for good in GOODS} == set(ENGINES)


def test_an_engine_nobody_wrote_is_not_found():
    with pytest.raises(KeyError):
        draw("watercolour", seed=1, inks=("blue",))


def test_the_shop_runs_without_the_extra():
    others = [file for file in SHOP.rglob("*.py") if SHOP / "demo" / "art" not in file.parents]
    assert not [file for file in others if "demo.art" in file.read_text(encoding="utf-8")]


# ---- every engine ----


@every_art
def test_the_same_seed_gives_the_same_bytes_and_another_one_another_drawing(art):
    first = drawn(art).image()
    assert first.tobytes() == drawn(art).image().tobytes()
    assert np.abs(first - drawn(art, seed=1).image()).mean() > 0.01


@every_art
def test_a_drawing_is_separated_into_the_inks_of_its_good(art):
    layers = drawn(art).layers
    assert {layer.ink for layer in layers} == set(ONE_OF_EACH[art].inks)
    assert 1 <= len(layers) <= 4
    for layer in layers:
        assert layer.coverage.shape == SMALL[::-1]
        assert layer.coverage.dtype == np.float32
        assert layer.coverage.min() >= 0
        assert layer.coverage.max() <= 1
        assert layer.coverage.mean() > 0.001, layer.ink


@every_art
def test_a_drawing_is_the_same_at_any_size(art):
    whole, half = drawn(art, size=(288, 384)).image(), drawn(art, size=(144, 192)).image()
    assert np.abs(shrunk(whole, 12) - shrunk(half, 6)).mean() < 0.03


@every_art
@pytest.mark.parametrize(("way", "size"), [(draw, (90, 180)), (bleed, (150, 100))], ids=["tall print", "wide cover"])
def test_a_drawing_takes_any_shape(art, way, size):
    good = ONE_OF_EACH[art]
    picture = way(art, seed=good.seed, inks=good.inks, size=size).image()
    assert picture.shape == (size[1], size[0], 3)
    assert picture.std() > 0.02


@pytest.mark.parametrize("art", ["bauhaus", "flow", "truchet", "weave"])
def test_a_print_has_a_bare_margin_and_a_cover_has_none(art):
    def rim(artwork):
        coverage = np.max([layer.coverage for layer in artwork.layers], axis=0)
        return np.concatenate([coverage[:3].ravel(), coverage[-3:].ravel(), coverage[:, :3].ravel()])

    good = ONE_OF_EACH[art]
    assert rim(draw(art, seed=good.seed, inks=good.inks, size=SMALL)).max() == 0
    assert rim(bleed(art, seed=good.seed, inks=good.inks, size=SMALL)).mean() > 0.2


@pytest.mark.parametrize("seed", [good.seed for good in GOODS if good.art == "botanical"])
def test_leaves_never_touch(seed):
    bunch = _picked(Sheet("botanical", seed, SMALL))
    leaves = [one.outline for one in (*bunch.long, *bunch.round, *bunch.fern)]
    assert len(leaves) > 50
    assert min(cdist(one, other).min() for one, other in combinations(leaves, 2)) > 4


# ---- the press ----


def solid(*inks: str) -> Artwork:
    return Artwork(PAPERS["white"], tuple(Layer(ink, np.ones(SMALL[::-1], np.float32)) for ink in inks), seed=7)


def test_inks_multiply_where_they_overlap():
    full = np.ones((1, 1), np.float32)
    both = overprint(PAPERS["white"], [("sun", full), ("blue", full)])
    assert np.allclose(both[0, 0], rgb(PAPERS["white"]) * rgb(INKS["sun"]) * rgb(INKS["blue"]), atol=1e-6)


def test_paper_without_ink_stays_as_it_is():
    bare = Artwork(PAPERS["cream"], (Layer("blue", np.zeros(SMALL[::-1], np.float32)),))
    assert np.allclose(bare.image(), rgb(PAPERS["cream"]))


def test_a_print_is_the_product_of_its_separations():
    artwork = drawn("ridges")
    paper = rgb(artwork.paper)
    alone = [artwork.separation(n) / paper for n in range(len(artwork.layers))]
    assert np.allclose(artwork.image(), paper * np.prod(alone, axis=0), atol=1e-5)


def test_a_solid_is_uneven_by_no_more_than_a_tenth_or_so():
    pulled = solid("blue").image()
    share = (rgb(PAPERS["white"]) - pulled)[..., 0] / (rgb(PAPERS["white"]) * (1 - rgb("blue")))[0]
    assert 0.8 < share.min() < share.max() <= 1
    assert 0.92 < share.mean() < 0.99
    assert share.std() > 0.005


def test_plates_are_a_little_off_register():
    line = np.zeros((2000, 1500), np.float32)
    line[:, 700:702] = line[900:902] = 1
    artwork = Artwork(PAPERS["white"], tuple(Layer(ink, line) for ink in ("blue", "red", "sun")), seed=3)
    crossings = []
    for n in range(3):
        inked = 1 - artwork.separation(n)[..., 2]
        crossings.append((int(inked.sum(axis=0).argmax()), int(inked.sum(axis=1).argmax())))
    off = [np.hypot(x - 700.5, y - 900.5) for x, y in crossings]
    assert all(1 <= one <= 6 for one in off)
    assert len(set(crossings)) == 3
