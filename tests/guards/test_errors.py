"""Every error has a code that programs can tell apart, and says whose fault it is."""

from __future__ import annotations

import re

from tests.guards.source import every_error


def test_every_error_has_a_code_of_its_own() -> None:
    errors = every_error()
    assert [error.__name__ for error in errors if "code" not in vars(error)] == []
    codes = [error.code for error in errors]
    assert sorted(codes) == sorted(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


def test_every_error_has_a_status_that_says_whose_fault_it_is() -> None:
    assert {error.status for error in every_error()} <= {400, 403, 404, 409, 422, 429, 503}
