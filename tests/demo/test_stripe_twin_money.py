"""Money that goes back, or is argued about, and what it all adds up to."""

from typing import Any

import pytest

from shop.demo.stripe_twin import Twin
from tests.demo.twin_world import opened, paid, refused, types


def test_refunds_add_up_and_end_at_what_was_paid(api: Any, twin: Twin) -> None:
    intent = paid(twin, api).payment_intent
    refund = api.refunds.create(
        params={"payment_intent": intent.id, "amount": 600, "reason": "requested_by_customer", "metadata": {"row": "7"}}
    )
    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 600, intent.latest_charge.id)
    assert refused(api.refunds.create, params={"payment_intent": intent.id, "amount": 1001}).code == "amount_too_large"
    rest = api.refunds.create(params={"charge": intent.latest_charge.id})
    assert rest.amount == 1000
    assert refused(api.refunds.create, params={"charge": rest.charge}).code == "charge_already_refunded"
    charge = api.charges.retrieve(rest.charge, params={"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded) == (1600, True)
    assert [one.id for one in charge.refunds.data] == [rest.id, refund.id]
    assert [one.id for one in api.refunds.list(params={"payment_intent": intent.id}).data] == [rest.id, refund.id]
    assert api.refunds.retrieve(refund.id).metadata["row"] == "7"
    assert types(api)[-4:] == ["refund.created", "charge.refunded"] * 2


def test_nonsense_refunds_are_refused(api: Any, twin: Twin) -> None:
    intent = paid(twin, api, outcome="decline").payment_intent
    assert refused(api.refunds.create, params={"payment_intent": intent.id}).code == "charge_not_refundable"
    assert refused(api.refunds.create, params={"payment_intent": "pi_nobody"}).http_status == 404
    assert refused(api.refunds.create, params={}).code == "parameter_missing"
    zero = {"payment_intent": intent.id, "amount": 0}
    assert refused(api.refunds.create, params=zero).code == "parameter_invalid_integer"


def test_a_refund_made_in_the_dashboard_counts(api: Any, twin: Twin) -> None:
    intent = paid(twin, api).payment_intent
    twin.refund_in_dashboard(intent.id, 250)
    assert twin.totals()[intent.id]["refunded"] == 250
    event = api.events.list(params={"type": "refund.created"}).data[0]
    assert (event.data.object.amount, event.request.id) == (250, None)


@pytest.mark.parametrize(("outcome", "refunded"), [("succeeded", 250), ("failed", 0)])
def test_a_pending_refund_counts_until_it_fails(api: Any, twin: Twin, outcome: str, refunded: int) -> None:
    intent = paid(twin, api).payment_intent
    twin.faults.arm("pending_refund")
    refund = api.refunds.create(params={"payment_intent": intent.id, "amount": 250})
    assert refund.status == "pending"
    assert api.charges.retrieve(refund.charge).amount_refunded == 250
    twin.settle_refund(refund.id, outcome)
    assert api.refunds.retrieve(refund.id).status == outcome
    assert api.charges.retrieve(refund.charge).amount_refunded == refunded
    assert types(api)[-1] == {"succeeded": "refund.updated", "failed": "refund.failed"}[outcome]


def test_a_refund_may_fail_after_it_succeeded(api: Any, twin: Twin) -> None:
    intent = paid(twin, api).payment_intent
    refund = twin.refund_in_dashboard(intent.id)
    twin.settle_refund(refund["id"], "failed")
    charge = api.charges.retrieve(intent.latest_charge.id)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert api.refunds.retrieve(refund["id"]).failure_reason == "expired_or_canceled_card"


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_a_dispute_opens_and_closes(api: Any, twin: Twin, won: bool, status: str) -> None:
    intent = paid(twin, api).payment_intent
    dispute = twin.dispute(intent.id)
    assert api.charges.retrieve(intent.latest_charge.id).disputed is True
    assert api.disputes.list(params={"payment_intent": intent.id}).data[0].status == "needs_response"
    assert refused(api.refunds.create, params={"payment_intent": intent.id}).code == "charge_disputed"
    twin.close_dispute(dispute["id"], won=won)
    assert api.disputes.retrieve(dispute["id"]).status == status
    assert types(api)[-2:] == ["charge.dispute.created", "charge.dispute.closed"]


def test_the_totals_tell_what_was_asked_taken_and_given_back(api: Any, twin: Twin) -> None:
    session = paid(twin, api)
    twin.refund_in_dashboard(session.payment_intent.id, 100)
    opened(api)
    assert twin.totals() == {
        session.payment_intent.id: {
            "amount": 1600,
            "captured": 1600,
            "refunded": 100,
            "currency": "gbp",
            "status": "succeeded",
            "metadata": {"order": "V-1001"},
            "session": session.id,
            "client_reference_id": "V-1001",
        }
    }


def test_a_tampered_session_charges_something_else(api: Any, twin: Twin) -> None:
    first, second = opened(api), opened(api)
    twin.tamper(first.id, amount_total=1)
    twin.pay(first.id)
    twin.faults.arm("tamper", currency="JPY")
    twin.pay(second.id)
    taken = {one["session"]: (one["captured"], one["currency"]) for one in twin.totals().values()}
    assert taken == {first.id: (1, "gbp"), second.id: (1600, "jpy")}
