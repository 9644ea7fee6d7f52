"""Every address says who may use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from shop.accounts.models import RIGHTS
from shop.core import web
from shop.core.web import access_of, check_marks
from tests.conftest import settings_for


def test_every_route_says_who_may_use_it(whole_app: Flask) -> None:
    for rule in whole_app.url_map.iter_rules():
        access = access_of(whole_app, rule.endpoint)
        assert access is not None, rule
        assert access.kind in ("public", "private", "signed", "staff"), rule
        assert (access.kind == "staff") == (access.permission in RIGHTS), rule


def test_a_shop_with_an_unmarked_route_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shop import app as factory

    def with_a_forgotten_route(app: Flask) -> None:
        app.add_url_rule("/forgotten", "forgotten", lambda: "hello")

    monkeypatch.setattr(factory.cli, "init", with_a_forgotten_route)
    with pytest.raises(RuntimeError, match="routes without a mark: forgotten"):
        factory.create_app(settings_for(f"sqlite:///{tmp_path}/shop.db", tmp_path))


def test_the_staffs_pages_are_the_staffs_but_for_the_way_in(whole_app: Flask) -> None:
    open_to_all = {
        rule.rule
        for rule in whole_app.url_map.iter_rules()
        if rule.rule.startswith("/admin") and access_of(whole_app, rule.endpoint).kind != "staff"  # type: ignore[union-attr]
    }
    assert open_to_all <= {"/admin/sign-in", "/admin/sign-in/code", "/admin/join/<token>"}


def test_shared_pages_change_nothing_but_the_bag_and_what_is_waited_for(whole_app: Flask) -> None:
    """A public form has no token: whatever it does must be harmless and undone by a click."""
    posts = {
        rule.rule
        for rule in whole_app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and access_of(whole_app, rule.endpoint).kind == "public"  # type: ignore[union-attr]
    }
    bag = {"/cart/lines", "/cart/lines/<int:line_id>", "/cart/lines/<int:line_id>/removal"}
    assert posts == {*bag, "/products/<slug>/restock"}


def test_the_check_is_the_one_the_factory_makes(whole_app: Flask) -> None:
    check_marks(whole_app)
    whole_app.view_functions["forgotten"] = lambda: "hello"
    try:
        with pytest.raises(RuntimeError):
            check_marks(whole_app)
    finally:
        del whole_app.view_functions["forgotten"]
    assert web.access_of(whole_app, "healthz") is not None
