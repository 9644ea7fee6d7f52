"""The wire from stripe-python to the Stripe twin in the same process: no port, no thread, and it can be cut."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

import stripe
from requests.structures import CaseInsensitiveDict

from shop.demo.stripe_twin import API_KEY, Twin


class TwinHTTPClient(stripe.HTTPClient):
    """Give it to `StripeClient(..., http_client=TwinHTTPClient(twin))`; `calls` remembers what was asked.

    A dropped connection and an answer later than `timeout` seconds surface as `RequestsClient` has them.
    """

    name: ClassVar[str] = "twin"

    def __init__(self, twin: Twin, *, timeout: float = 5.0) -> None:
        super().__init__()
        self.twin, self.timeout = twin, timeout
        self.calls: list[tuple[str, str]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        self.calls.append((method.upper(), parts.path))
        try:
            answer = self.twin.app.test_client(use_cookies=False).open(
                parts.path,
                method=method.upper(),
                query_string=parts.query,
                headers=dict(headers or {}),
                data=post_data,
                environ_overrides={"twin.patience": self.timeout},
            )
        except ConnectionError as error:
            message = f"Unexpected error communicating with Stripe. (Network error: {error})"
            raise stripe.APIConnectionError(message, should_retry=True) from error  # type: ignore[no-untyped-call]
        return answer.text, answer.status_code, CaseInsensitiveDict(answer.headers.items())

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0.0  # between tries of a test nobody waits

    def close(self) -> None:
        pass


def client(
    twin: Twin, *, api_key: str = API_KEY, max_network_retries: int = 0, timeout: float = 5.0
) -> stripe.StripeClient:
    """stripe-python itself, talking to the twin."""
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": "http://twin.test"},
        max_network_retries=max_network_retries,
        http_client=TwinHTTPClient(twin, timeout=timeout),
    )
