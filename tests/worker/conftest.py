from __future__ import annotations

import pytest

from shop.core.outbox import Queue
from worker import relay


@pytest.fixture
def one_hears_of_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a paid order only its confirmation hears, whoever else does in the shop."""
    for topics in relay._TURNS:
        if "order.paid" in topics:
            monkeypatch.setitem(topics, "order.paid", [("email.order_confirmation", Queue.MAILS)])
