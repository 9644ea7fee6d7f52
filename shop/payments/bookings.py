"""What comes of payments in the ledger, each in the transaction of its event. Twice is once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shop.core.money import Money
from shop.ledger import services as ledger
from shop.ledger.models import Account
from shop.ledger.queries import is_posted
from shop.ledger.services import Entry
from shop.payments.gateway import BalanceSeen
from shop.payments.models import Payment, Refund, RefundPart


def captured(payment: Payment) -> None:
    """Money came, whether it is owed to us, or came late or twice."""
    ledger.post(f"capture:{payment.id}", "capture", of_capture(payment), order_id=payment.order_id, at=payment.paid_at)


def of_capture(payment: Payment) -> Iterator[Entry]:
    yield Entry(Account.STRIPE, payment.captured)
    yield Entry(Account.RECEIVABLE, -payment.captured)


def charged_for(order_id: int, moved: BalanceSeen) -> None:
    """What Stripe kept of a charge, or for a refund."""
    ledger.post(f"fee:{moved.id}", "fee", of_fee(moved), order_id=order_id)


def of_fee(moved: BalanceSeen) -> Iterator[Entry]:
    yield Entry(Account.FEES, moved.fee)
    yield Entry(Account.STRIPE, -moved.fee)


def sent_back(order_id: int, refund: Refund, parts: Sequence[RefundPart]) -> None:
    """A refund is known to Stripe, which takes it off our balance at once."""
    ledger.post(f"refund:{refund.id}", "refund", of_refund(refund, parts), order_id=order_id)


def is_sent_back(refund: Refund) -> bool:
    """Whether it was posted, even if that was reversed since."""
    return is_posted(f"refund:{refund.id}")


def of_refund(refund: Refund, parts: Sequence[RefundPart]) -> Iterator[Entry]:
    """What is no part of the order was never a sale: it came late, or twice, or was too much."""
    rest = refund.amount
    for part in parts:
        amount, tax = Money(part.amount_minor, refund.currency), Money(part.tax_minor, refund.currency)
        yield Entry(Account.REFUNDS, amount - tax, part.tax_rate)
        yield Entry(Account.TAX, tax, part.tax_rate)
        rest -= amount
    yield Entry(Account.RECEIVABLE, rest)
    yield Entry(Account.STRIPE, -refund.amount)


def not_sent_back(refund: Refund) -> None:
    """It has failed after all; one that never reached Stripe was never posted."""
    ledger.reverse(f"refund:{refund.id}", f"refund-failed:{refund.id}", "refund_failed")


def disputed(order_id: int, moved: BalanceSeen) -> None:
    """The bank took money back with a fee, or gave both back when the dispute was won."""
    ledger.post(f"dispute:{moved.id}", "dispute", of_dispute(moved), order_id=order_id)


def of_dispute(moved: BalanceSeen) -> Iterator[Entry]:
    yield Entry(Account.DISPUTES, -moved.amount)
    yield Entry(Account.FEES, moved.fee)
    yield Entry(Account.STRIPE, moved.net)
