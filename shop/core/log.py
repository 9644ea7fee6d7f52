"""One JSON line for each thing that happened, with the request's id."""

from __future__ import annotations

import logging
import sys
import uuid

import structlog
from flask import Flask, Response, g, request

get = structlog.get_logger


def init(app: Flask, *, readable: bool) -> None:
    """`readable` lines for a person at a terminal; JSON for a machine that collects them."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False) if readable else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )

    @app.before_request
    def name_request() -> None:
        g.request_id = uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def tell_request(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if response.status_code >= 500:  # noqa: PLR2004
            get().error("request.failed", endpoint=request.endpoint, status=response.status_code)
        return response
