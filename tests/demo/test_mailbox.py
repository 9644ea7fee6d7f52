"""/dev/mail shows a sample of every mail in every language, and sends none."""

from __future__ import annotations

import re

import pytest

from shop.demo.mail_samples import SAMPLES
from shop.demo.mailbox import KeptMail
from tests.conftest import browser
from tests.world import World

ADDRESS = re.compile(r'href="(/dev/mail/samples/[^"]+)"')


def test_the_first_page_leads_to_a_sample_of_every_mail(world: World) -> None:
    found = ADDRESS.findall(browser(world.app).get("/dev/mail").text)
    assert found == [f"/dev/mail/samples/{kind}/en_GB" for kind in SAMPLES]


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sample_is_shown_in_both_its_forms_and_is_not_sent(world: World, kind: str) -> None:
    visitor = browser(world.app)
    page = visitor.get(f"/dev/mail/samples/{kind}/en_GB")
    assert page.status_code == 200
    assert "mail-text" in page.text
    framed = visitor.get(f"/dev/mail/samples/{kind}/en_GB/html")
    assert "<h1" in framed.text
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert world.count(KeptMail) == 0


def test_a_sample_is_written_in_the_language_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.app.extensions, "languages", {"de": "de"})
    visitor = browser(world.app)
    found = ADDRESS.findall(visitor.get("/dev/mail").text)
    assert len(found) == 2 * len(SAMPLES)
    assert 'lang="de"' in visitor.get("/dev/mail/samples/order_confirmation/de/html").text


@pytest.mark.parametrize("path", ["nothing/en_GB", "order_confirmation/tlh", "order_confirmation/tlh/html"])
def test_what_there_is_not_is_not_shown(world: World, path: str) -> None:
    assert browser(world.app).get(f"/dev/mail/samples/{path}").status_code == 404
