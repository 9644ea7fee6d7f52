"""How staff take goods back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.core.db import db
from shop.orders import fulfilment, returns
from shop.orders.models import Return
from shop.orders.states import ReturnStatus
from shop.payments.models import Refund
from tests.admin.conftest import Desk
from tests.admin.counter.test_money import fields
from tests.admin.counter.test_parcels import lines
from tests.world import World, hidden

pytestmark = pytest.mark.both


def sent(world: World) -> tuple[str, int, int]:
    """A mug and a print at Alice's: the order's number, and the ids of its lines."""
    order = world.shopper().buy(world.mug, world.a4)
    number = order.number
    fulfilment.ship(order.id, by="test", form_token="sent")
    mug, a4 = (line.id for line in lines(world))
    return number, mug, a4


def asked(world: World) -> tuple[str, int, int]:
    """A return of the mug that Alice has asked for: its id, too."""
    world.store_with(returns_days=30)
    number, mug, _a4 = sent(world)
    order_id = world.order().id
    return number, mug, returns.request(order_id, {mug: 1}, reason="damaged", by="shopper", form_token="asked")


def status(return_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(select(Return.status).where(Return.id == return_id)).one()


def test_a_return_is_approved_received_onto_the_shelf_and_refunded(world: World, desk: Desk) -> None:
    number, mug, return_id = asked(world)
    assert f"/admin/returns/{return_id}" in desk.get("/admin/returns?status=requested")
    assert "Decide on the return" in desk.get(f"/admin/orders/{number}")
    url = f"/admin/returns/{return_id}"
    page = desk.after(desk.post(f"{url}/decision", go="approve", answer="Send it back."))
    assert "Approved." in page
    assert "What has come?" in page
    page = desk.after(desk.post(f"{url}/receipt", **{f"shelf_{mug}": "1", f"off_{mug}": "0"}))
    assert "1 piece is back on the shelf." in page
    assert "Alice gets £16.00 back for what has come." in page
    assert world.stock(world.mug) == (10, 0)
    sure = hidden(page, "sure")
    for _twice in range(2):
        desk.post(f"{url}/refund", sure=sure)
    world.settle()
    assert "Refund of £16.00" in desk.get(url)
    assert world.count(Refund) == 1
    assert f"/admin/returns/{return_id}" in desk.get("/admin/returns?status=received")
    world.prove()


def test_what_is_not_fit_for_the_shelf_is_written_off(world: World, desk: Desk) -> None:
    _number, mug, return_id = asked(world)
    url = f"/admin/returns/{return_id}"
    desk.after(desk.post(f"{url}/decision", go="approve"))
    response = desk.post(f"{url}/receipt", **{f"shelf_{mug}": "1", f"off_{mug}": "1"})
    assert response.status_code == 422
    assert "That is more than was to come back." in response.text
    page = desk.after(desk.post(f"{url}/receipt", **{f"shelf_{mug}": "0", f"off_{mug}": "1"}))
    assert "0 on the shelf, 1 written off" in page
    assert world.stock(world.mug) == (9, 0)


def test_a_return_is_declined_with_a_reason_and_may_be_decided_anew(world: World, desk: Desk) -> None:
    _number, _mug, return_id = asked(world)
    url = f"/admin/returns/{return_id}/decision"
    response = desk.post(url, go="decline", answer="")
    assert response.status_code == 422
    assert "Write why it is declined" in response.text
    desk.after(desk.post(url, go="decline", answer="It was worn."))
    assert status(return_id) == ReturnStatus.DECLINED
    desk.after(desk.post(url, go="reopen"))
    assert status(return_id) == ReturnStatus.REQUESTED
    assert desk.post(url, go="anything").status_code == 404


def test_staff_agree_to_a_return_themselves_however_late(world: World, desk: Desk) -> None:
    number, mug, _a4 = sent(world)
    url = f"/admin/orders/{number}/return"
    assert desk.post(url, **{f"line_{mug}": "1"}).status_code == 422
    token = hidden(desk.get(url), "form_token")
    typed = {f"line_{mug}": "1", "reason": "damaged", "form_token": token}
    page = desk.after(desk.post(url, **typed))
    assert "The return is agreed." in page
    desk.after(desk.post(url, **typed))
    assert world.count(Return, status="approved") == 1
    world.settle()
    assert [len(world.mails(kind)) for kind in ("return-requested", "return-approved")] == [0, 1]
    response = desk.post(url, **{f"line_{mug}": "1", "reason": "damaged"})
    assert response.status_code == 422
    world.prove()


def test_a_form_sent_twice_is_one_return_and_has_the_same_answer_twice(world: World, desk: Desk) -> None:
    shopper = world.shopper()
    shopper.add(world.mug, 2)
    order = shopper.buy(world.mug)
    number = order.number
    fulfilment.ship(order.id, by="test", form_token="sent")
    (mug,) = (line.id for line in lines(world))
    typed = {f"line_{mug}": "2", "reason": "damaged", "form_token": "twice"}
    for _twice in range(2):
        assert "The return is agreed." in desk.after(desk.post(f"/admin/orders/{number}/return", **typed))
    assert world.count(Return) == 1


def test_pieces_whose_money_went_back_before_have_nothing_left_to_refund(world: World, desk: Desk) -> None:
    number, mug, return_id = asked(world)
    returns.approve(return_id, by="test")
    page = desk.post(f"/admin/orders/{number}/refund", **{f"line_{mug}": "1", "reason": "at once"}).text
    desk.after(desk.post(f"/admin/orders/{number}/refund", **fields(page)))
    returns.receive(return_id, {mug: (1, 0)}, by="test")
    response = desk.post(f"/admin/returns/{return_id}/refund", sure="1600")
    assert response.status_code == 409
    assert 'role="alert"' in response.text
    assert "Nothing is left to refund for these pieces." in response.text.split('id="pieces"')[0]
    assert world.count(Refund) == 1


def test_a_packer_receives_but_neither_decides_nor_pays(world: World, desk_of: Callable[[Role], Desk]) -> None:
    _number, mug, return_id = asked(world)
    packer = desk_of(Role.PACKER)
    url = f"/admin/returns/{return_id}"
    assert packer.post(f"{url}/decision", go="approve").status_code == 403
    returns.approve(return_id, by="test")
    page = packer.after(packer.post(f"{url}/receipt", **{f"shelf_{mug}": "1"}))
    assert "Alice gets £16.00 back" in page
    assert "Refund £16.00" not in page
    assert packer.post(f"{url}/refund", sure="1600").status_code == 403


def test_a_list_of_returns_that_is_empty_says_so(world: World, desk: Desk) -> None:
    assert "Nothing has been sent back yet." in desk.get("/admin/returns")
    assert "No return waits for your decision." in desk.get("/admin/returns?status=requested")
    assert desk.browser.get("/admin/returns?after=77").location == "/admin/returns"
    assert desk.browser.get("/admin/returns/77").status_code == 404
