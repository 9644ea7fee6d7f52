"""Money that goes back, or is argued about, and what it all adds up to."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from shop.demo.stripe_twin import ApiError, Twin
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
    disputes = [kind.removeprefix("charge.dispute.") for kind in types(api) if "dispute" in kind]
    assert disputes == ["created", "funds_withdrawn", *(["funds_reinstated"] if won else []), "closed"]


def balance(api: Any, **params: Any) -> list[tuple[str, int, int, int]]:
    """(reporting category, amount, fee, net) of what moved the balance, oldest first."""
    moved = api.balance_transactions.list(params={"limit": 100, **params}).data
    return [(one.reporting_category, one.amount, one.fee, one.net) for one in reversed(moved)]


def test_the_balance_tells_of_all_that_moved_it(api: Any, twin: Twin) -> None:
    charge = paid(twin, api).payment_intent.latest_charge
    refund = twin.refund_in_dashboard(charge.id, 600)
    twin.settle_refund(refund["id"], "failed")
    dispute = twin.dispute(charge.id, 1000)
    twin.close_dispute(dispute["id"], won=True)
    assert balance(api) == [
        ("charge", 1600, 44, 1556),  # 1.5 % and 20
        ("refund", -600, 0, -600),
        ("refund_failure", 600, 0, 600),
        ("dispute", -1000, 2000, -3000),
        ("dispute_reversal", 1000, -2000, 3000),
    ]
    assert balance(api, source=refund["id"]) == [("refund", -600, 0, -600), ("refund_failure", 600, 0, 600)]
    assert balance(api, type="adjustment", source=charge.id) == balance(api, currency="eur") == []
    whole = api.charges.retrieve(charge.id, params={"expand": ["balance_transaction.source"]}).balance_transaction
    assert (whole.fee_details[0].amount, whole.source.id) == (44, charge.id)
    both = api.disputes.retrieve(dispute["id"]).balance_transactions
    assert [one.net for one in both] == [-3000, 3000]
    failed = api.refunds.retrieve(refund["id"], params={"expand": ["failure_balance_transaction"]})
    assert (failed.failure_balance_transaction.amount, failed.balance_transaction[:4]) == (600, "txn_")


def test_a_lost_dispute_brings_nothing_back(api: Any, twin: Twin) -> None:
    dispute = twin.dispute(paid(twin, api).payment_intent.id)
    twin.close_dispute(dispute["id"], won=False)
    assert balance(api, source=dispute["id"]) == [("dispute", -1600, 2000, -3600)]


def test_a_fee_may_be_known_later_than_its_charge(api: Any, twin: Twin) -> None:
    twin.faults.arm("late_fee")
    charge = paid(twin, api).payment_intent.latest_charge
    assert (charge.balance_transaction, balance(api)) == (None, [])
    twin.settle_fee(charge.id)
    assert types(api)[-1] == "charge.updated"
    assert api.charges.retrieve(charge.id).balance_transaction[:4] == "txn_"
    assert balance(api, source=charge.id) == [("charge", 1600, 44, 1556)]
    with pytest.raises(ApiError):
        twin.settle_fee(charge.id)


@pytest.mark.parametrize("kind", ["charges", "refunds", "disputes", "payment_intents", "balance_transactions"])
def test_what_was_made_in_a_time_is_listed_page_by_page(api: Any, twin: Twin, kind: str) -> None:
    begin = int(datetime(2026, 11, 21, 10, tzinfo=UTC).timestamp())
    with time_machine.travel(begin, tick=False) as clock:
        for _ in range(3):
            charge = paid(twin, api).payment_intent.latest_charge
            twin.refund_in_dashboard(charge.id, 600)
            twin.dispute(charge.id, 1000)
            clock.shift(3600)
    of_kind = getattr(api, kind)
    hours = {"gte": begin + 3600, "lt": begin + 2 * 3600}
    found = of_kind.list(params={"created": hours, "limit": 100}).data
    assert {one.created for one in found} == {begin + 3600}
    page = of_kind.list(params={"limit": 2, "created": {"gte": begin}})
    ids = [one.id for one in page.auto_paging_iter()]
    assert len(ids) == len(set(ids)) == 3 * len(found)


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
