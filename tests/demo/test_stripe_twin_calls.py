"""Who may ask, asking twice, and what happens on a bad day."""

import threading
import time
from typing import Any

import pytest
import stripe
import time_machine

from shop.demo.stripe_twin import API_KEY, Twin
from tests.demo.twin_world import item, opened, paid, refused, wanted
from tests.stripe_wire import client

# the API itself


def test_only_the_right_key_opens_the_books(twin: Twin) -> None:
    assert client(twin).v1.balance.retrieve().livemode is False
    for key in ("sk_test_somebody_else", "sk_test_ü"):
        wrong = client(twin, api_key=key).v1
        with pytest.raises(stripe.AuthenticationError):
            wrong.balance.retrieve(options={"headers": {"Authorization": f"Bearer {key}".encode().decode("latin-1")}})
    assert twin.app.test_client().get("/v1/balance").status_code == 401
    assert twin.app.test_client().get("/v1/balance", auth=(API_KEY, "")).status_code == 200


def test_every_field_is_one_that_stripe_python_knows(api: Any, twin: Twin) -> None:
    session = paid(twin, api, outcome="later")
    twin.settle(session.id)
    charge = api.charges.retrieve(session.payment_intent.latest_charge.id)
    twin.faults.arm("pending_refund")
    refund = api.refunds.create(params={"charge": charge.id, "amount": 1})
    dispute = api.disputes.retrieve(twin.dispute(charge.id)["id"])
    line = api.checkout.sessions.line_items.list(session.id).data[0]
    event = api.events.list().data[0]
    moved = api.balance_transactions.list().data[0]
    known = (session, session.payment_intent, charge, refund, dispute, line, line.price, event, moved)
    for thing in known:
        assert set(thing.to_dict()) <= set(type(thing).__annotations__) | {"object"}, type(thing).__name__


def test_what_is_not_there_is_a_404(api: Any, twin: Twin) -> None:
    for read in (api.checkout.sessions, api.payment_intents, api.charges, api.refunds, api.disputes, api.events):
        error = refused(read.retrieve, "xx_nobody")
        assert (error.http_status, error.code) == (404, "resource_missing")
    assert refused(api.checkout.sessions.retrieve, paid(twin, api).payment_intent.id).http_status == 404
    assert refused(api.customers.list).user_message == "Unrecognized request URL (GET: /v1/customers)."
    assert refused(api.events.list, params={"starting_after": "evt_nobody"}).code == "resource_missing"
    assert refused(api.charges.list, params={"colour": "red"}).code == "parameter_unknown"
    assert "cannot be expanded" in str(refused(api.charges.list, params={"expand": ["data.customer"]}))


@pytest.mark.parametrize(
    "body",
    ["a[b", "[]=1", "mode=1&mode[x]=2", "a" + "[b]" * 500 + "=1", "line_items[" + "9" * 5000 + "]=1", "line_items=x",
     "expand[a]=b", "metadata[x][y]=1", "success_url=http://[x", "%ff=%00", "line_items[][quantity]=\u0663"],
)  # fmt: skip
def test_nonsense_is_a_400_and_never_worse(twin: Twin, body: str) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {API_KEY}"}
    answer = twin.app.test_client().post("/v1/checkout/sessions", data=body, headers=kind)
    assert (answer.status_code, answer.get_json()["error"]["type"]) == (400, "invalid_request_error")


def test_the_same_key_gives_the_same_answer_again(api: Any, twin: Twin) -> None:
    first, again = (
        api.checkout.sessions.create(params=wanted(), options={"idempotency_key": "order-1"}) for _ in range(2)
    )
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    twin.pay(first.id)
    replay = api.checkout.sessions.create(params=wanted(), options={"idempotency_key": "order-1"})
    assert replay.status == "open"  # what was answered then, not what is now


def test_a_key_is_for_one_request_only(api: Any) -> None:
    options = {"idempotency_key": "order-1"}
    session = api.checkout.sessions.create(params=wanted(), options=options)
    with pytest.raises(stripe.IdempotencyError):
        api.checkout.sessions.create(params=wanted(item("Cap")), options=options)
    with pytest.raises(stripe.IdempotencyError):
        api.checkout.sessions.expire(session.id, options=options)


def test_a_key_is_forgotten_after_a_day(api: Any) -> None:
    with time_machine.travel("2026-11-21 10:00Z", tick=False) as clock:
        ids = set()
        for _ in range(2):
            ids.add(api.checkout.sessions.create(params=wanted(), options={"idempotency_key": "order-1"}).id)
            clock.shift(86_401)
    assert len(ids) == 2


def test_what_fails_the_checks_is_not_kept_but_what_the_work_answers_is(api: Any, twin: Twin) -> None:
    options = {"idempotency_key": "order-1"}
    refused(api.checkout.sessions.create, params=wanted(colour="red"), options=options)
    assert api.checkout.sessions.create(params=wanted(), options=options).status == "open"
    intent = paid(twin, api, outcome="decline").payment_intent
    for _ in range(2):
        error = refused(api.refunds.create, params={"payment_intent": intent.id}, options={"idempotency_key": "r-1"})
    assert error.headers["Idempotent-Replayed"] == "true"


def test_a_key_in_flight_is_a_conflict(api: Any, twin: Twin) -> None:
    twin.faults.arm("hang", seconds=0.4, path="/v1/checkout")
    options, made = {"idempotency_key": "order-1"}, []
    slow = threading.Thread(target=lambda: made.append(api.checkout.sessions.create(params=wanted(), options=options)))
    slow.start()
    time.sleep(0.1)
    with pytest.raises(stripe.APIError) as caught:
        api.checkout.sessions.create(params=wanted(), options=options)
    slow.join()
    error: Any = caught.value.error
    assert (caught.value.http_status, error.code) == (409, "idempotency_key_in_use")
    assert api.checkout.sessions.create(params=wanted(), options=options).id == made[0].id


def test_buyers_at_once_all_get_their_own_session(api: Any, twin: Twin) -> None:
    def buy() -> None:
        ids.append(paid(twin, api).payment_intent.id)

    ids: list[str] = []
    buyers = [threading.Thread(target=buy) for _ in range(8)]
    for one in buyers:
        one.start()
    for one in buyers:
        one.join()
    assert set(ids) == set(twin.totals())
    assert len(set(ids)) == 8


# a bad day


def test_a_lost_answer_leaves_the_work_done_and_the_retry_finds_it(twin: Twin) -> None:
    api: Any = client(twin).v1
    twin.faults.arm("lost_answer", method="POST")
    with pytest.raises(stripe.APIConnectionError):
        api.checkout.sessions.create(params=wanted(), options={"idempotency_key": "order-1"})
    again = api.checkout.sessions.create(params=wanted(), options={"idempotency_key": "order-1"})
    assert [one.id for one in api.checkout.sessions.list().data] == [again.id]


def test_stripe_python_finds_a_lost_answer_by_itself_when_it_may_retry(twin: Twin) -> None:
    api: Any = client(twin, max_network_retries=1).v1
    twin.faults.arm("lost_answer")
    session = opened(api)
    assert session.last_response.headers["Idempotent-Replayed"] == "true"


def test_a_hanging_answer_is_a_timeout_and_the_work_is_done(twin: Twin) -> None:
    api: Any = client(twin, timeout=2).v1
    twin.faults.arm("hang", seconds=30, path="/v1/checkout")
    with pytest.raises(stripe.APIConnectionError):
        opened(api)
    assert len(api.checkout.sessions.list().data) == 1


def test_a_server_that_is_down_does_nothing(api: Any, twin: Twin) -> None:
    twin.faults.arm("down", times=2)
    for _ in range(2):
        with pytest.raises(stripe.APIConnectionError):
            opened(api)
    assert api.checkout.sessions.list().data == []


def test_a_500_is_kept_under_its_key_and_a_503_is_not(api: Any, twin: Twin) -> None:
    for status, kept in ((500, True), (503, False)):
        options = {"idempotency_key": f"order-{status}"}
        twin.faults.arm("error", status=status)
        with pytest.raises(stripe.APIError) as caught:
            api.checkout.sessions.create(params=wanted(), options=options)
        assert caught.value.http_status == status
        if kept:
            with pytest.raises(stripe.APIError):
                api.checkout.sessions.create(params=wanted(), options=options)
        else:
            assert api.checkout.sessions.create(params=wanted(), options=options).status == "open"


def test_faults_hit_what_they_are_meant_for(api: Any, twin: Twin) -> None:
    twin.faults.arm("rate_limit", path="/v1/refunds", method="POST")
    session = paid(twin, api)
    assert api.refunds.list().data == []
    with pytest.raises(stripe.RateLimitError):
        api.refunds.create(params={"payment_intent": session.payment_intent.id})
    assert api.refunds.create(params={"payment_intent": session.payment_intent.id}).status == "succeeded"
    with pytest.raises(ValueError, match="Unknown fault"):
        twin.faults.arm("earthquake")
