"""Templates compile, and hold markup only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from shop.core import bundle
from shop.orders.states import Status
from shop.settings import ROOT
from tests.guards.source import called, calls, templates

NOT_OURS_TO_STYLE = ("email/", "dev/", "layout/email.html", "_macros/email.html")  # mail programs want it inline
INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/ld\+json\"))", re.IGNORECASE),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "words that are not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false"),
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


def test_every_template_compiles(whole_app: Flask) -> None:
    for path in templates():
        whole_app.jinja_env.compile(path.read_text(encoding="utf-8"), name_of(path), str(path))


def test_every_template_that_is_named_is_there() -> None:
    named = re.compile(r"(?:extends|include|import|from)\s+\"([^\"]+)\"")
    known = {name_of(path) for path in templates()}
    found = {
        f"{name_of(path)}: {name}"
        for path in templates()
        for name in named.findall(path.read_text(encoding="utf-8"))
        if name not in known
    }
    for path, call in calls():
        if called(call) == "render_template" and path.startswith(("shop/", "worker/")):
            name = getattr(call.args[0], "value", None)
            if isinstance(name, str) and name not in known and "twin" not in path:
                found.add(f"{path}: {name}")
    assert sorted(found) == []


def test_a_template_imports_the_macros_it_calls_and_no_others(whole_app: Flask) -> None:
    """Not those of the page that it is included in, which would take them away unawares."""
    parse = whole_app.jinja_env.parse
    trees = {name_of(path): parse(path.read_text(encoding="utf-8")) for path in templates()}
    every = {macro.name for tree in trees.values() for macro in tree.find_all(nodes.Macro)}
    wrong = []
    for name, tree in trees.items():
        own = {macro.name for macro in tree.find_all(nodes.Macro)}
        imported = {
            it if isinstance(it, str) else it[1] for each in tree.find_all(nodes.FromImport) for it in each.names
        }
        used = {each.name for each in tree.find_all(nodes.Name) if each.ctx == "load"}
        called = {each.node.name for each in tree.find_all(nodes.Call) if isinstance(each.node, nodes.Name)}
        wrong += [f"{name} does not use {macro}" for macro in imported - used]
        wrong += [f"{name} does not import {macro}" for macro in (called & every) - own - imported]
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("what", INLINE)
def test_no_page_needs_a_looser_policy(what: str) -> None:
    """The Content-Security-Policy allows nothing inline: it would not work, only quietly."""
    found = []
    for path in templates():
        if path.suffix == ".html" and not name_of(path).startswith(NOT_OURS_TO_STYLE):
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [f"{name_of(path)}:{n}" for n, line in enumerate(lines, 1) if INLINE[what].search(line)]
    assert found == []


def test_every_form_that_posts_privately_carries_a_token() -> None:
    """Shared pages carry none, being the same for everyone; what they post to is guarded by where it comes from."""
    shared = ("catalog/", "cart/", "_macros/card.html")
    form = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
    for path in templates():
        for found in form.findall(path.read_text(encoding="utf-8")):
            has_token = "csrf_token" in found or "token()" in found
            assert has_token is not name_of(path).startswith(shared), f"{name_of(path)}: {found[:100]}"


def test_every_state_of_an_order_has_words_for_staff_and_for_shoppers() -> None:
    from shop.admin import words

    assert set(words.ORDER) == set(Status)
    page = (ROOT / "templates/orders/show.html").read_text(encoding="utf-8")
    assert [status for status in Status if f'order.status == "{status}"' not in page] == []


def test_every_mail_has_a_subject_two_bodies_a_writer_and_a_sample() -> None:
    from shop.admin import words
    from shop.demo import mail_samples
    from worker.mails import WRITERS

    folders = [path for path in (ROOT / "templates/email").iterdir() if path.is_dir()]
    for folder in folders:
        assert sorted(path.name for path in folder.iterdir()) == ["body.html", "body.txt", "subject.txt"], folder.name
    kinds = {folder.name for folder in folders}
    assert set(WRITERS) == kinds
    assert set(mail_samples.SAMPLES) == kinds
    assert set(words.MAIL) == kinds
    queued = {
        call.args[0].value  # type: ignore[attr-defined]
        for path, call in calls()
        if called(call) == "mail.queue" and path.startswith(("shop/", "worker/"))
    }
    assert queued == kinds


def test_mails_carry_their_styles_with_them() -> None:
    """Many mail programs drop style sheets, and all of them drop classes with these."""
    loose = re.compile(r"<style\b|<link\b|\sclass\s*=", re.IGNORECASE)
    mails = [path for path in templates() if name_of(path).startswith(("email/", "layout/email", "_macros/email"))]
    assert mails
    assert [name_of(path) for path in mails if loose.search(path.read_text(encoding="utf-8"))] == []


def test_pages_name_files_by_what_is_in_them() -> None:
    """By url_for, which names the file's content; and files that are there, which only a page made would tell."""
    named = re.compile(r"url_for\('static', filename='([^']+)'\)")
    known = bundle.read(ROOT / "static").names
    for path in templates():
        text = path.read_text(encoding="utf-8")
        assert "/static/" not in text, name_of(path)
        assert [name for name in named.findall(text) if name not in known] == [], name_of(path)


def test_every_icon_that_is_named_is_drawn(whole_app: Flask) -> None:
    """A name that is not in the sprite shows as nothing, and nobody is told."""
    sprite = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    text = "\n".join(path.read_text(encoding="utf-8") for path in templates())
    named = {name for call in re.findall(r"\bicon\(([^)]*)\)", text) for name in re.findall(r'"([a-z-]+)"', call)}
    named |= set(whole_app.jinja_env.get_template("_macros/notice.html").module.icons.values())  # type: ignore[attr-defined]
    assert {"bag", "truck", "warning"} <= named
    assert named - drawn == set()
