"""A fresh Stripe twin for each test, and stripe-python talking to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from shop.demo.stripe_twin import Twin, create_twin
from tests.stripe_wire import client


@pytest.fixture
def twin() -> Iterator[Twin]:
    twin = create_twin()
    yield twin
    twin.close()


@pytest.fixture
def api(twin: Twin) -> Any:
    return client(twin).v1
