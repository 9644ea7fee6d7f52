"""The till: what happens to sessions, payments, refunds and disputes, each with the events that tell of it.

Every verb is one transaction of the books; the events are written in it, so there is never one without the other.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from shop.demo.twin import hour, shapes
from shop.demo.twin.books import Books, Obj
from shop.demo.twin.errors import ApiError, missing
from shop.demo.twin.faults import Faults
from shop.demo.twin.money import DISPUTE_FEE, check_total, fee_of, written

Verb = TypeVar("Verb", bound=Callable[..., Any])

CARD = {"type": "card", "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034, "country": "GB"}}
DECLINED_CARD = {"type": "card", "card": CARD["card"] | {"last4": "0002"}}  # type: ignore[operator]
OUTCOMES = ("success", "decline", "3ds", "3ds_fails", "later", "later_fails")
FAILURES = {
    "decline": ("card_declined", "Your card was declined."),
    "3ds_fails": (
        "payment_intent_authentication_failure",
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    ),
    "later_fails": ("payment_method_provider_decline", "The bank did not make the payment."),
}

NOBODY: Obj = {"id": None, "idempotency_key": None}
cause: ContextVar[Obj] = ContextVar("cause", default=NOBODY)  # the API request behind an event


def one_change(verb: Verb) -> Verb:
    @wraps(verb)
    def inside(till: "Till", *args: Any, **kwargs: Any) -> Any:
        with till.books.change():
            return verb(till, *args, **kwargs)

    return cast("Verb", inside)


class Till:
    def __init__(self, books: Books, faults: Faults, *, public_url: str, settle_after: float | None) -> None:
        """Delayed payments end `settle_after` seconds later by themselves; None leaves them to `settle`."""
        self.books, self.faults = books, faults
        self.public_url, self.settle_after = public_url.rstrip("/"), settle_after

    # Checkout Sessions

    @one_change
    def open_session(self, asked: Obj) -> Obj:
        items = [shapes.line_item(item) for item in asked["line_items"]]
        currency, total = items[0]["currency"], sum(item["amount_total"] for item in items)
        check_total(total, {item["currency"] for item in items})
        session = shapes.session(asked, currency=currency, total=total, public_url=self.public_url)
        hidden = {"line_items": items, "intent": asked.get("payment_intent_data", {})}
        return self.books.put(session, hidden=hidden, due_at=session["expires_at"])

    def session(self, id: str) -> Obj:
        found = self.books.get(id, "checkout.session")
        if not found:
            raise missing("checkout.session", id, "session")
        return found

    @one_change
    def expire(self, session_id: str) -> Obj:
        session = self.session(session_id)
        if session["status"] != "open":
            raise ApiError(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status '
                f'of "{session["status"]}".'
            )
        if intent := self.books.get(session["payment_intent"] or ""):  # a payment was tried and did not succeed
            intent |= {"status": "canceled", "canceled_at": int(hour.now()), "cancellation_reason": "automatic"}
            self._tell("payment_intent.canceled", self.books.put(intent))
        session |= {"status": "expired", "url": None}
        self._tell("checkout.session.expired", self.books.put(session))
        return session

    def tick(self) -> None:
        """What happens by itself: sessions run out, delayed payments arrive. Cheap when nothing is due."""
        for id in self.books.due(hour.now()):
            with self.books.change():
                if id in self.books.due(hour.now()):  # else another thread was here first
                    (self.expire if self.session(id)["status"] == "open" else self.settle)(id)

    # payments

    @one_change
    def pay(self, session_id: str, outcome: str = "success") -> Obj:
        """The shopper presses a button on the pay page. After "decline" and "3ds_fails" the session stays open."""
        if outcome not in OUTCOMES:
            raise ApiError(f"Unknown outcome {outcome}: one of {', '.join(OUTCOMES)}")
        self.tick()
        session = self._open(session_id)
        if fault := self.faults.take("tamper"):
            session = self.tamper(session_id, amount_total=fault.amount_total, currency=fault.currency)
        if not session["amount_total"]:
            return self._complete(session)
        intent = self._intent(session)
        if outcome in {"decline", "3ds_fails"}:
            return self._refuse(session, intent, outcome)
        if outcome in {"later", "later_fails"}:
            return self._promise(session, intent, outcome)
        self._succeed(intent, self._charge(session, intent, CARD))
        session["payment_status"] = "paid"
        return self._complete(session)

    def _intent(self, session: Obj) -> Obj:
        """The session's PaymentIntent; there is none before the shopper's first try."""
        if intent := self.books.get(session["payment_intent"] or ""):
            return intent | {"amount": session["amount_total"], "currency": session["currency"]}
        intent = shapes.payment_intent(session, self.books.hidden(session["id"])["intent"])
        session["payment_intent"] = intent["id"]
        return intent

    def _charge(self, session: Obj, intent: Obj, method: Obj) -> Obj:
        intent["payment_method"] = shapes.new_id("pm")
        charge = shapes.charge(intent, email=session["customer_email"], method=method)
        intent["latest_charge"] = charge["id"]
        return charge

    def _succeed(self, intent: Obj, charge: Obj) -> None:
        charge |= {
            "status": "succeeded",
            "paid": True,
            "amount_captured": charge["amount"],
            "outcome": {"network_status": "approved_by_network", "risk_level": "normal", "type": "authorized"},
        }
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        if not self.faults.take("late_fee"):
            self._take_in(charge)
        self._tell("charge.succeeded", self.books.put(charge))
        self._tell("payment_intent.succeeded", self.books.put(intent))

    def _take_in(self, charge: Obj) -> None:
        """The charge reaches the balance, less the fee."""
        kind, amount = ("charge" if charge["id"].startswith("ch_") else "payment"), charge["amount_captured"]
        moved = self._move(charge, type=kind, category="charge", amount=amount, fee=fee_of(amount), why="Charge")
        charge["balance_transaction"] = moved["id"]

    @one_change
    def settle_fee(self, charge_id: str) -> Obj:
        """Cards are captured asynchronously: the fee of a charge may be known some time after it succeeded."""
        charge = self._get("charge", charge_id)
        if charge["balance_transaction"] or not charge["paid"]:
            raise ApiError(f"Nothing is to be settled of charge {charge_id}.")
        self._take_in(charge)
        self._tell("charge.updated", self.books.put(charge))
        return charge

    def _move(self, source: Obj, **what: Any) -> Obj:
        return self.books.put(shapes.balance_transaction(source, **what))

    def _fail(self, intent: Obj, charge: Obj, outcome: str) -> None:
        code, message = FAILURES[outcome]
        charge |= {"status": "failed", "failure_code": code, "failure_message": message}
        error = {"type": "card_error", "code": code, "message": message, "charge": charge["id"]}
        intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
        self.books.put(charge)
        self._tell("payment_intent.payment_failed", self.books.put(intent))

    def _refuse(self, session: Obj, intent: Obj, outcome: str) -> Obj:
        self._fail(intent, self._charge(session, intent, DECLINED_CARD), outcome)
        return self.books.put(session, due_at=session["expires_at"])

    def _promise(self, session: Obj, intent: Obj, outcome: str) -> Obj:
        """A delayed method: the session is complete, the money is not there yet."""
        kind = "bacs_debit" if session["currency"] == "gbp" else "sepa_debit"
        self.books.put(self._charge(session, intent, {"type": kind, kind: {"last4": "2345"}}))
        intent |= {"status": "processing", "payment_method_types": [kind]}
        self.books.put(intent)
        due_at = None if self.settle_after is None else hour.now() + self.settle_after
        hidden = self.books.hidden(session["id"]) | {"outcome": outcome}
        session["payment_method_types"] = [kind]
        return self._complete(session, due_at=due_at, hidden=hidden)

    def _complete(self, session: Obj, **put: Any) -> Obj:
        email = session["customer_email"] or "shopper@example.com"
        details: Obj = {"address": None, "email": email, "name": None, "phone": None, "tax_exempt": "none"}
        session |= {"status": "complete", "url": None, "customer_details": details}
        self._tell("checkout.session.completed", self.books.put(session, **put))
        return session

    @one_change
    def settle(self, session_id: str) -> Obj:
        """A delayed payment ends, well or not, as was chosen on the pay page."""
        session = self.session(session_id)
        intent = self.books.get(session["payment_intent"] or "")
        if not intent or intent["status"] != "processing":
            raise ApiError("This Checkout Session has no payment on its way.")
        charge = self._get("charge", intent["latest_charge"])
        if self.books.hidden(session_id)["outcome"] == "later":
            self._succeed(intent, charge)
            session["payment_status"] = "paid"
            self._tell("checkout.session.async_payment_succeeded", self.books.put(session))
        else:
            self._fail(intent, charge, "later_fails")
            self._tell("checkout.session.async_payment_failed", self.books.put(session))
        return session

    @one_change
    def tamper(self, session_id: str, *, amount_total: int | None = None, currency: str | None = None) -> Obj:
        """Another amount or currency than was asked for: what a shop must notice before it ships."""
        session = self._open(session_id)
        if amount_total is not None:
            session["amount_total"] = amount_total
        if currency is not None:
            session["currency"] = currency.lower()
        return self.books.put(session, due_at=session["expires_at"])

    # refunds

    @one_change
    def refund(
        self,
        of: str,
        amount: int | None = None,
        *,
        reason: str | None = None,
        metadata: Obj | None = None,
        outcome: str = "succeeded",
    ) -> Obj:
        """`of` is a charge or a PaymentIntent; all that is left unless `amount` says less. A pending one counts too."""
        if outcome not in {"succeeded", "pending"}:
            raise ApiError(f"A new refund cannot be {outcome}; let it fail with settle_refund.")
        charge = self._paid_charge(of)
        left = charge["amount_captured"] - charge["amount_refunded"]
        if any(one["status"] != "won" for one in self._of(charge, "dispute")):
            message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
            raise ApiError(message, code="charge_disputed")
        if not left:
            raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        amount = left if amount is None else amount
        if amount < 1:
            raise ApiError("This value must be greater than or equal to 1.", param="amount")
        if amount > left:
            asked, most = (written(one, charge["currency"]) for one in (amount, left))
            message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({most})"
            raise ApiError(message, code="amount_too_large", param="amount")
        if self.faults.take("pending_refund"):
            outcome = "pending"
        refund = shapes.refund(charge, amount=amount, reason=reason, metadata=metadata or {}, status=outcome)
        kind = "refund" if charge["id"].startswith("ch_") else "payment_refund"
        moved = self._move(refund, type=kind, category="refund", amount=-amount, fee=0, why="Refund")
        refund["balance_transaction"] = moved["id"]
        self.books.put(refund)
        self._count_refunds(charge)
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        return refund

    @one_change
    def settle_refund(self, refund_id: str, outcome: str = "succeeded") -> Obj:
        """A pending refund succeeds or fails; one that succeeded may still fail later, as banks do."""
        refund = self._get("refund", refund_id)
        if outcome not in {"succeeded", "failed"} or refund["status"] in {outcome, "failed"}:
            raise ApiError(f"A {refund['status']} refund cannot become {outcome}.")
        refund["status"] = outcome
        refund.pop("pending_reason", None)
        if outcome == "failed":
            what = {"type": "refund_failure", "category": "refund_failure", "why": "Refund failure"}
            moved = self._move(refund, amount=refund["amount"], fee=0, **what)
            refund |= {"failure_reason": "expired_or_canceled_card", "failure_balance_transaction": moved["id"]}
        self.books.put(refund)
        self._count_refunds(self._get("charge", refund["charge"]))
        self._tell("refund.updated", refund)
        if outcome == "failed":
            self._tell("refund.failed", refund)
        return refund

    def _count_refunds(self, charge: Obj) -> None:
        standing = sum(one["amount"] for one in self._of(charge, "refund") if one["status"] != "failed")
        charge |= {"amount_refunded": standing, "refunded": standing == charge["amount"]}
        self.books.put(charge)

    # disputes

    @one_change
    def dispute(self, of: str, amount: int | None = None, reason: str = "fraudulent") -> Obj:
        charge = self._paid_charge(of)
        dispute = shapes.dispute(charge, amount=amount or charge["amount"], reason=reason)
        self._adjust(dispute, "dispute", -dispute["amount"], fee=DISPUTE_FEE, why="Chargeback withdrawal")
        self.books.put(charge | {"disputed": True})
        self._tell("charge.dispute.created", dispute)
        self._tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    @one_change
    def close_dispute(self, dispute_id: str, *, won: bool) -> Obj:
        dispute = self._get("dispute", dispute_id)
        if dispute["status"] in {"won", "lost"}:
            raise ApiError(f"Dispute {dispute_id} is closed already.")
        dispute["status"] = "won" if won else "lost"
        if won:
            self._adjust(dispute, "dispute_reversal", dispute["amount"], fee=-DISPUTE_FEE, why="Chargeback reversal")
            self._tell("charge.dispute.funds_reinstated", dispute)
        self._tell("charge.dispute.closed", self.books.put(dispute))
        return dispute

    def _adjust(self, dispute: Obj, category: str, amount: int, *, fee: int, why: str) -> None:
        moved = self._move(dispute, type="adjustment", category=category, amount=amount, fee=fee, why=why)
        dispute["balance_transactions"].append(moved)
        self.books.put(dispute)

    # what it all adds up to

    def totals(self) -> dict[str, Obj]:
        """By PaymentIntent: what was asked, taken and given back, for an audit against the shop's own books."""
        sessions = {one["payment_intent"]: one for one in self.books.find("checkout.session")}
        return {
            intent["id"]: {
                "amount": intent["amount"],
                "captured": sum(one["amount_captured"] for one in self._charges(intent["id"])),
                "refunded": sum(one["amount_refunded"] for one in self._charges(intent["id"])),
                "currency": intent["currency"],
                "status": intent["status"],
                "metadata": intent["metadata"],
                "session": sessions[intent["id"]]["id"],
                "client_reference_id": sessions[intent["id"]]["client_reference_id"],
            }
            for intent in self.books.find("payment_intent")
        }

    # reading

    def _open(self, session_id: str) -> Obj:
        session = self.session(session_id)
        if session["status"] != "open":
            raise ApiError(f"This Checkout Session is {session['status']}; nothing can be paid.")
        return session

    def _get(self, kind: str, id: str) -> Obj:
        found = self.books.get(id, kind)
        if not found:
            raise missing(kind, id, kind)
        return found

    def _of(self, charge: Obj, kind: str) -> list[Obj]:
        return self.books.find(kind, [("json_extract(body, '$.charge') = ?", charge["id"])])

    def _charges(self, intent_id: str) -> list[Obj]:
        return self.books.find("charge", [("json_extract(body, '$.payment_intent') = ?", intent_id)])

    def _paid_charge(self, of: str) -> Obj:
        if of.startswith("pi_"):
            self._get("payment_intent", of)
            charges = self._charges(of)
        else:
            charges = [self._get("charge", of)]
        for charge in charges:
            if charge["paid"]:
                return charge
        raise ApiError(f"{of} does not have a successful charge to refund.", code="charge_not_refundable")

    def _tell(self, type: str, obj: Obj) -> None:
        self.books.add_event(shapes.event(type, obj, cause.get()))
