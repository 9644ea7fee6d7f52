"""Codes that change every half minute: RFC 6238 on RFC 4226, as every authenticator app has them."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_S = 30
DIGITS = 6
DRIFT = 1  # steps that a phone's clock may be off


def new_secret() -> str:
    """160 bits, as long as SHA-1's own (RFC 4226, 4), in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_S


def step_of(secret: str, code: str, *, moment: datetime) -> int | None:
    """The step that `code` is of, among those around `moment`; None for any other code."""
    around = range(step_at(moment) - DRIFT, step_at(moment) + DRIFT + 1)
    found = [step for step in around if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return found[-1] if found else None


def address(secret: str, *, account: str, issuer: str) -> str:
    """What an authenticator app reads from the QR code."""
    return f"otpauth://totp/{quote(f'{issuer}:{account}')}?{urlencode({'secret': secret, 'issuer': issuer})}"
