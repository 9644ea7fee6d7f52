"""The stockroom: sheets to count by, what runs out, and what moved."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from unittest.mock import patch

import pytest

from shop.accounts.models import Role
from shop.catalog import stock, stockroom
from tests.admin.conftest import Desk
from tests.guards.test_budgets import stock_up
from tests.guards.test_plans import asked, scans
from tests.world import World, hidden

pytestmark = pytest.mark.both

COUNT = "/admin/stock/count"


def sheet_of(page: str) -> str:
    found = re.search(r'name="sheet" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def test_differences_are_shown_before_the_stock_is_corrected(world: World, desk_of: Callable[[Role], Desk]) -> None:
    desk = desk_of(Role.PACKER)
    assert "Begin to count" in desk.get(COUNT)
    page = desk.get(f"{COUNT}?category=all")
    counted = {f"counted-{world.mug}": "7", f"counted-{world.a4}": "5"}
    seen = desk.post(COUNT, sheet=sheet_of(page), category="all", step="check", **counted).text
    assert "3 less" in seen
    assert "Right" in seen
    assert "2 variants of the sheet were not counted" in seen
    assert world.stock(world.mug) == (10, 0)
    done = desk.after(desk.post(COUNT, sheet=sheet_of(seen), category="all", step="apply", note="Shelf 3", **counted))
    assert "2 were counted." in done
    assert "1 was corrected." in done
    assert world.stock(world.mug) == (7, 0)
    moved = desk.get(f"/admin/variants/{world.mug}/movements")
    assert "Shelf 3" in moved
    assert "Sam the packer" in moved


def test_what_is_sold_while_somebody_counts_is_not_lost(world: World, desk: Desk) -> None:
    page = desk.get(f"{COUNT}?category={world.shelf_id}")
    world.shopper().buy(world.mug)
    desk.after(desk.post(COUNT, sheet=sheet_of(page), category="all", step="apply", **{f"counted-{world.mug}": "12"}))
    assert world.stock(world.mug) == (11, 0)


def test_a_count_that_is_sent_twice_corrects_once(world: World, desk: Desk) -> None:
    page = desk.get(f"{COUNT}?category=all")
    sent = {"sheet": sheet_of(page), "since": hidden(page, "since"), "category": "all"}
    counted = {f"counted-{world.mug}": "7"}
    checked = desk.post(COUNT, step="check", **sent, **counted).text
    assert hidden(checked, "since") == sent["since"]
    assert hidden(desk.post(COUNT, step="again", **sent, **counted).text, "since") == sent["since"]
    desk.after(desk.post(COUNT, step="apply", **sent, **counted))
    again = desk.post(COUNT, step="apply", **sent, **counted)
    assert (again.status_code, "MUG was corrected after this sheet was opened" in again.text) == (409, True)
    assert world.stock(world.mug) == (7, 0)
    page = desk.get(f"{COUNT}?category=all")
    sent = {"sheet": sheet_of(page), "since": hidden(page, "since"), "category": "all"}
    desk.after(desk.post(COUNT, step="apply", **sent, **{f"counted-{world.mug}": "8"}))
    assert world.stock(world.mug) == (8, 0)


def test_a_sheet_goes_back_with_what_was_typed(world: World, desk: Desk) -> None:
    page = desk.get(f"{COUNT}?category=all")
    wrong = {f"counted-{world.mug}": "many", f"counted-{world.cap}": "4"}
    refused = desk.post(COUNT, sheet=sheet_of(page), category="all", step="check", **wrong)
    assert (refused.status_code, "“many” is not a number" in refused.text) == (422, True)
    again = desk.post(COUNT, sheet=sheet_of(page), category="all", step="again", **{f"counted-{world.cap}": "4"})
    for text in (refused.text, again.text):
        assert re.search(rf'name="counted-{world.cap}" value="4"', text)


def test_what_is_promised_cannot_be_counted_away(world: World, desk: Desk) -> None:
    assert world.shopper().check_out(world.mug).status_code == 303
    page = desk.get(f"{COUNT}?category=all")
    counted = {f"counted-{world.mug}": "0", f"counted-{world.a4}": "9"}
    refused = desk.post(COUNT, sheet=sheet_of(page), category="all", step="apply", **counted)
    assert (refused.status_code, "Nothing has been corrected." in refused.text) == (409, True)
    assert world.stock(world.a4) == (5, 0)


def test_without_anything_counted_nothing_happens(world: World, desk: Desk) -> None:
    page = desk.get(f"{COUNT}?category=all")
    assert "Nothing was counted" in desk.after(desk.post(COUNT, sheet=sheet_of(page), category="all", step="check"))
    assert desk.post(COUNT, sheet="nonsense", step="check").status_code == 404


def test_sheets_follow_one_another_through_all_goods(world: World, desk: Desk) -> None:
    stock_up(world, 5)
    with patch.object(stockroom, "SHEET", 2):
        url, seen = f"{COUNT}?category=all", []
        while url:
            page = desk.get(url)
            seen += [int(key) for key in json.loads(sheet_of(page))]
            onward = re.search(r'href="([^"]+)">Leave this sheet out', page)
            url = onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == len(set(seen)) == 9


def test_what_runs_out_and_what_has_sold_out_is_listed(world: World, desk: Desk) -> None:
    assert "has more than 3 left" in desk.get("/admin/stock")
    stock.correct(world.mug, 2, by="test")
    assert "MUG" in desk.get("/admin/stock")
    out = desk.get("/admin/stock?show=out")
    assert "CAP" in out
    assert "MUG" not in out


def test_movements_say_what_each_of_them_left(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    stock.receive(world.mug, 5, by="test")
    page = desk.get(f"/admin/variants/{world.mug}/movements")
    told = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in told]
    assert ["+5 14" in rows[0], order.number in rows[1], "9" in rows[1], "+10 10" in rows[2]] == [True] * 4
    found = desk.browser.get("/admin/stock/movements?sku=mug")
    assert found.location == f"/admin/variants/{world.mug}/movements"
    assert "No variant has the SKU" in desk.get(desk.browser.get("/admin/stock/movements?sku=no").location or "")
    assert desk.browser.get("/admin/variants/999/movements").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT])
def test_who_may_not_pack_does_not_count(world: World, desk_of: Callable[[Role], Desk], role: Role) -> None:
    desk = desk_of(role)
    assert COUNT not in desk.get("/admin/stock")
    assert desk.browser.get(COUNT).status_code == 403
    sheet = json.dumps({str(world.mug): 10})
    assert desk.post(COUNT, sheet=sheet, step="apply", **{f"counted-{world.mug}": "1"}).status_code == 403
    assert world.stock(world.mug) == (10, 0)


def test_no_page_of_the_stockroom_reads_all_goods(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    stock_up(world, 20)
    cap = stockroom.variants([world.cap])[0].product_id
    pages = ["/admin/stock", "/admin/stock?show=out", f"{COUNT}?category=all", f"{COUNT}?category={world.shelf_id}"]
    for page in [*pages, f"{COUNT}?category=all&after={cap}", f"/admin/variants/{world.mug}/movements"]:
        with asked() as statements:
            desk.get(page)
        assert len(statements) <= 10, page
        assert [read for statement, values in statements for read in scans(statement, values)] == [], page
