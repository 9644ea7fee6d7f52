"""The tree of categories, as staff shape it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.catalog import making, tree
from shop.catalog.models import Category, Product
from shop.catalog.tree import CategoryText
from shop.core.db import db
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.world import World

pytestmark = pytest.mark.both


def outline() -> list[str]:
    """Names with a dash for each step down."""
    db.session.rollback()
    return ["-" * branch.depth + branch.category.name for branch in tree.branches()]


def category_id(name: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(Category.id).where(Category.name == name)).one()


def grow(*names: str, below: int | None = None) -> list[int]:
    return [tree.put_up(name, below=below) for name in names]


def text_of(page: str, **changes: str) -> dict[str, str]:
    """The form as it stands, with changes."""
    fields = {name: hidden_or_typed(page, name) for name in ("name", "slug", "one", "many", "seen")}
    return {**fields, "intro": "", **changes}


def hidden_or_typed(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def test_a_category_is_added_at_the_top_or_in_another_with_an_address_of_its_own(world: World, desk: Desk) -> None:
    desk.after(desk.post("/admin/categories", name="Things", below=""))
    desk.after(desk.post("/admin/categories", name="Small things", below=world.shelf_id))
    assert outline() == ["Things", "-Small things", "Things"]
    assert "Small things" in world.shopper().get("/categories/small-things")
    assert desk.post("/admin/categories", name=" ").status_code == 422


def test_a_name_that_very_many_have_is_refused_beside_its_field(world: World, desk: Desk) -> None:
    for _each in range(making.TRIES):
        refused = desk.post("/admin/categories", name="Gifts", below="")
        if refused.status_code != 303:
            break
    assert (refused.status_code, "Many have this name already." in refused.text) == (409, True)
    assert outline().count("Gifts") == making.TRIES - 1


def test_rows_move_among_their_own_into_others_and_never_into_themselves(world: World, desk: Desk) -> None:
    a, b, c = grow("A", "B", "C", below=world.shelf_id)
    desk.after(desk.post(f"/admin/categories/{c}/position", to="up"))
    assert outline() == ["Things", "-A", "-C", "-B"]
    desk.after(desk.post("/admin/categories/places", item=b, below=world.shelf_id, before=a))
    desk.after(desk.post("/admin/categories/places", item=c, below=a, before=""))
    assert outline() == ["Things", "-B", "-A", "--C"]
    page = desk.after(desk.post("/admin/categories/places", item=a, below=c, before=""))
    assert "cannot be put below itself" in page
    assert outline() == ["Things", "-B", "-A", "--C"]


def test_another_address_leads_on_from_the_old_one(world: World, desk: Desk) -> None:
    url = f"/admin/categories/{world.shelf_id}"
    sent = text_of(desk.get(url), name="Objects", slug="objects", intro="Nice ones.")
    assert "Saved: Objects." in desk.after(desk.post(url, **sent))
    alice = world.shopper().browser
    assert alice.get("/categories/things").location == "/categories/objects"
    assert "Nice ones." in alice.get("/categories/objects").text


@pytest.mark.parametrize(("slug", "status"), [("No Spaces", 422), ("others", 409), ("", 422)])
def test_an_address_that_cannot_be_is_refused_beside_its_field(
    world: World, desk: Desk, slug: str, status: int
) -> None:
    grow("Others")
    url = f"/admin/categories/{world.shelf_id}"
    response = desk.post(url, **text_of(desk.get(url), slug=slug, name="Kept as typed"))
    assert response.status_code == status
    assert 'id="slug-error"' in response.text
    assert "Kept as typed" in response.text


def test_who_saves_second_sees_both_and_may_save_again(world: World, desk: Desk) -> None:
    url = f"/admin/categories/{world.shelf_id}"
    mine = text_of(desk.get(url), name="Mine")
    tree.describe(
        world.shelf_id,
        CategoryText(name="Theirs", slug="things"),
        seen=CategoryText(name="Things", slug="things", intro="All there is."),
    )
    second = desk.post(url, **mine)
    assert second.status_code == 409
    assert "Mine" in second.text
    assert "Theirs" in second.text
    desk.after(desk.post(url, **{**mine, "seen": hidden_or_typed(second.text, "seen")}))
    assert outline() == ["Mine"]


def test_a_hidden_category_is_in_no_menu_and_its_goods_are_still_sold(world: World, desk: Desk) -> None:
    url = f"/admin/categories/{world.shelf_id}/sight"
    desk.after(desk.post(url, to="hidden"))
    alice = world.shopper().browser
    assert alice.get("/categories/things").status_code == 404
    assert "/categories/things" not in alice.get("/products/mug").text
    assert "/categories/things" not in alice.get("/products/mug/reviews").text
    assert "/categories/things" not in alice.get("/").text
    desk.after(desk.post(url, to="shown"))
    assert alice.get("/categories/things").status_code == 200


def test_a_category_is_taken_down_when_its_goods_have_somewhere_to_go(world: World, desk: Desk) -> None:
    (other,) = grow("Others")
    grow("Below", below=world.shelf_id)
    url = f"/admin/categories/{world.shelf_id}/removal"
    assert "3 products stand in it" in desk.get(url)
    refused = desk.post(url, goods_to="")
    assert (refused.status_code, "Choose where its goods go." in refused.text) == (422, True)
    page = desk.after(desk.post(url, goods_to=other))
    assert "3 products have moved." in page
    assert sorted(outline()) == ["Below", "Others"]
    assert set(db.session.scalars(select(Product.category_id))) == {other}
    alice = world.shopper().browser
    assert alice.get("/categories/things").location == "/categories/others"
    assert "Mug" in alice.get("/categories/others").text


def test_one_without_goods_goes_at_once(world: World, desk: Desk) -> None:
    (empty,) = grow("Empty")
    desk.after(desk.post(f"/admin/categories/{empty}/removal", goods_to=""))
    assert outline() == ["Things"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PACKER, Role.SUPPORT])
def test_who_may_not_edit_goods_sees_the_tree_only(world: World, desk_of: Callable[[Role], Desk], role: Role) -> None:
    desk, url = desk_of(role), f"/admin/categories/{world.shelf_id}"
    for page in (desk.get("/admin/categories"), desk.get(url)):
        assert "Things" in page
        assert 'method="post" action="/admin/categories' not in page
    for path in ("", "/position", "/sight", "/picture", "/picture/removal", "/picture/restoration", "/removal"):
        assert desk.post(f"{url}{path}", to="hidden", name="x").status_code == 403
    assert desk.post("/admin/categories", name="x").status_code == 403
    assert desk.post("/admin/categories/places", item=world.shelf_id).status_code == 403
    assert outline() == ["Things"]


def test_the_tree_costs_the_same_with_1_and_with_30(world: World, desk: Desk) -> None:
    found = []
    for count in (0, 29):
        grow(*(f"{count}-{n}" for n in range(count)))
        with statements() as asked:
            desk.get("/admin/categories")
        found.append(len(asked))
    assert found[0] == found[1] <= 10
