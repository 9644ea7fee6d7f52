"""The page where the shopper decides how the payment ends."""

from typing import Any

import pytest

from shop.demo.stripe_twin import Twin
from tests.demo.twin_world import item, opened, paid


def test_the_pay_page_says_that_no_money_moves_and_what_is_paid(api: Any, twin: Twin) -> None:
    page = twin.app.test_client().get(f"/pay/{opened(api, item('<Mug>', 1600, quantity=2)).id}").text
    assert "No card is charged and no money moves" in page
    assert page.count("<h1") == 1
    assert "&lt;Mug&gt; \N{MULTIPLICATION SIGN} 2" in page
    assert "£32.00" in page
    assert 'href="http://shop.test/bag"' in page
    assert "<script" not in page


@pytest.mark.parametrize(("outcome", "status"), [("success", "paid"), ("later", "unpaid"), ("later_fails", "unpaid")])
def test_the_pay_page_sends_the_shopper_back_with_the_session_id(
    api: Any, twin: Twin, outcome: str, status: str
) -> None:
    session = opened(api)
    answer = twin.app.test_client().post(f"/pay/{session.id}", data={"outcome": outcome})
    assert (answer.status_code, answer.location) == (303, f"http://shop.test/thanks?session={session.id}")
    assert api.checkout.sessions.retrieve(session.id).payment_status == status


def test_an_encoded_placeholder_is_not_filled_in(api: Any, twin: Twin) -> None:
    session = opened(api, success_url="http://shop.test/thanks?session=%7BCHECKOUT_SESSION_ID%7D")
    answer = twin.app.test_client().post(f"/pay/{session.id}", data={"outcome": "success"})
    assert answer.location == "http://shop.test/thanks?session=%7BCHECKOUT_SESSION_ID%7D"


def test_a_decline_stays_on_the_page_and_says_so(api: Any, twin: Twin) -> None:
    browser = twin.app.test_client()
    answer = browser.post(f"/pay/{opened(api).id}", data={"outcome": "decline"}, follow_redirects=True)
    assert "Your card was declined." in answer.text
    assert 'role="alert"' in answer.text


def test_3d_secure_asks_first(api: Any, twin: Twin) -> None:
    browser, session = twin.app.test_client(), opened(api)
    asked = browser.post(f"/pay/{session.id}", data={"outcome": "3ds"})
    assert asked.location == f"/pay/{session.id}/challenge"
    assert api.checkout.sessions.retrieve(session.id).status == "open"
    assert "Confirm your payment" in browser.get(asked.location).text
    failed = browser.post(asked.location, data={"outcome": "3ds_fails"}, follow_redirects=True)
    assert "unable to authenticate" in failed.text
    assert browser.post(asked.location, data={"outcome": "3ds"}).location.endswith(f"?session={session.id}")
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_page_that_is_over_says_what_became_of_it(api: Any, twin: Twin) -> None:
    browser, done, over = twin.app.test_client(), paid(twin, api), opened(api)
    twin.expire(over.id)
    assert "This payment is complete" in browser.get(f"/pay/{done.id}").text
    assert "This payment page has expired" in browser.get(f"/pay/{over.id}").text
    late = browser.post(f"/pay/{over.id}", data={"outcome": "success"}, follow_redirects=True)
    assert "This payment page has expired" in late.text
    assert browser.post(f"/pay/{done.id}", data={"outcome": "success"}).location == f"/pay/{done.id}"


def test_nonsense_at_the_pay_page_is_refused(api: Any, twin: Twin) -> None:
    browser, session = twin.app.test_client(), opened(api)
    assert "There is no such payment" in browser.get("/pay/cs_test_nobody").text
    assert browser.get("/pay/cs_test_nobody").status_code == 404
    assert browser.post("/pay/cs_test_nobody", data={"outcome": "success"}).status_code == 404
    assert browser.post(f"/pay/{session.id}", data={"outcome": "free"}).status_code == 400
    assert browser.post(f"/pay/{session.id}", data={"outcome": "3ds_fails"}).status_code == 400
