"""The shop's own source, as the guards read it."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shop.core.errors import ShopError
from shop.settings import ROOT

TWIN = ("shop/demo/twin/", "shop/demo/stripe_twin.py")  # another program, which only shares the repository


@cache
def modules() -> dict[str, ast.Module]:
    """Path to tree of every module the shop runs; what draws the demo's pictures is run by hand, with an extra."""
    files = [*(ROOT / "shop").rglob("*.py"), *(ROOT / "worker").rglob("*.py"), ROOT / "manage.py"]
    run = sorted(path for path in files if ROOT / "shop/demo/art" not in path.parents)
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in run}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in them, with where it is: shop/cart/views.py."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node


def called(call: ast.Call) -> str:
    """As it is written: outbox.emit, _, session.commit."""
    return ast.unparse(call.func)


def place(path: str, node: ast.expr) -> str:
    return f"{path}:{node.lineno} {ast.unparse(node)[:80]}"


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def every_error(base: type[ShopError] = ShopError) -> list[type[ShopError]]:
    if base is ShopError:
        for path in modules():
            if not path.startswith(TWIN) and path != "manage.py":
                importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    found = [base]
    for error in base.__subclasses__():
        found += every_error(error)
    return found
