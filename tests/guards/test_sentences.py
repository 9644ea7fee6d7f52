"""Whatever a person reads can be translated, and every error has a code that programs can tell apart."""

from __future__ import annotations

import ast
import importlib
import re

from shop.core.errors import ShopError
from tests.guards.source import TWIN, called, calls, modules, place

MARKS = {"_", "_n", "_l", "gettext", "ngettext"}
DRAWS = "shop/demo/pictures.py"  # where _n is how a number is written


def every_error(base: type[ShopError] = ShopError) -> list[type[ShopError]]:
    if base is ShopError:
        for path in modules():
            if not path.startswith(TWIN) and path != "manage.py":
                importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    found = [base]
    for error in base.__subclasses__():
        found += every_error(error)
    return found


def may_be_read(sentence: ast.expr) -> bool:
    """Marked for translation where it stands, or made somewhere else."""
    if isinstance(sentence, ast.Call):
        return called(sentence) in MARKS
    if isinstance(sentence, ast.IfExp):
        return may_be_read(sentence.body) and may_be_read(sentence.orelse)
    return isinstance(sentence, ast.Name | ast.Attribute | ast.Subscript)


def test_every_sentence_that_is_raised_or_flashed_can_be_translated() -> None:
    errors = {error.__name__ for error in every_error()}
    found = [
        place(path, call)
        for path, call in calls()
        if called(call).rsplit(".", 1)[-1] in errors | {"flash"} and not (call.args and may_be_read(call.args[0]))
    ]
    assert found == []


def test_every_marked_sentence_is_whole() -> None:
    """`_(f"…")` and `_("a" + b)` are sentences that no catalogue has."""
    found = []
    for path, call in calls():
        if called(call) in MARKS and path != DRAWS:
            words = call.args[:2] if called(call) in ("_n", "ngettext") else call.args[:1]
            found += [place(path, call) for word in words if not isinstance(word, ast.Constant)]
    assert found == []


def test_every_error_has_a_code_of_its_own() -> None:
    errors = every_error()
    assert [error.__name__ for error in errors if "code" not in vars(error)] == []
    codes = [error.code for error in errors]
    assert sorted(codes) == sorted(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


def test_every_error_has_a_status_that_says_whose_fault_it_is() -> None:
    assert {error.status for error in every_error()} <= {400, 403, 404, 409, 422, 429, 503}
