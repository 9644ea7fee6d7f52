"""Search engines are told which pages have changed, as www.indexnow.org/documentation has it. Off without a setting."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from flask import Flask, Response, current_app
from flask.typing import ResponseReturnValue

from shop.core import log
from shop.core.db import end_read
from shop.core.web import plumbing
from shop.discovery import queries
from shop.discovery.addresses import address_of
from shop.settings import IndexNow, Settings

MOST = 10_000  # addresses told at once
PATIENCE_S = 10


class EngineAway(Exception):
    """It wants to be told again later."""


def init(app: Flask, settings: Settings) -> None:
    if settings.indexnow is None:
        return
    key = settings.indexnow.key

    @app.get(f"/{key}.txt")
    @plumbing
    def indexnow_key() -> ResponseReturnValue:
        """Shows that whoever tells of this shop's pages is the shop."""
        return Response(key, mimetype="text/plain")


def announce(product_ids: Iterable[int]) -> None:
    """Tells of their pages. What the engine refuses is only logged, since it would refuse it again.

    Raises EngineAway, or OSError when it cannot be reached.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.indexnow is None:
        return
    addresses = [address_of("catalog.product", slug=slug) for slug in queries.known(list(product_ids))]
    end_read()
    for begin in range(0, len(addresses), MOST):
        _tell(settings.indexnow, settings.public_url, addresses[begin : begin + MOST])


def _tell(engine: IndexNow, shop: str, addresses: list[str]) -> None:
    told = {
        "host": urlsplit(shop).netloc,
        "key": engine.key,
        "keyLocation": f"{shop}/{engine.key}.txt",
        "urlList": addresses,
    }
    status = _post(engine.endpoint, json.dumps(told).encode())
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise EngineAway(f"answered {status}")
    if status in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
        log.get().info("indexnow.told", addresses=len(addresses))
    else:
        log.get().warning("indexnow.refused", status=status, addresses=len(addresses))


def _post(endpoint: str, body: bytes) -> int:
    """The status of the answer. Goes nowhere but to the endpoint: a redirect is an answer like others."""
    to = urlsplit(endpoint)
    connect = HTTPSConnection if to.scheme == "https" else HTTPConnection
    connection = connect(to.netloc, timeout=PATIENCE_S)
    try:
        connection.request("POST", to.path or "/", body, {"Content-Type": "application/json; charset=utf-8"})
        return connection.getresponse().status
    finally:
        connection.close()
