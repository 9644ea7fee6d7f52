"""Every page is HTML as it is written down: the Nu checker and html-validate find nothing wrong."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import requests

from tests.browser.conftest import Clerk, Shopper, Visit
from tests.browser.places import EVERYWHERE
from tests.processes import Running, hidden
from tests.services import NODE_MODULES

pytestmark = [pytest.mark.browser, pytest.mark.html]

HERE = Path(__file__).parent
# Mail programs want tables with widths and colours of their own, which pages have done without for twenty years.
NOT_PAGES = re.compile(r"/mail-")


@pytest.fixture(scope="module")
def saved(
    shop: Running, shopper: Shopper, clerk: Clerk, visit: Visit, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Every page as the server sends it, in a folder."""
    folder = tmp_path_factory.mktemp("pages")
    known, staff, stranger = shopper.visitor.session, clerk.visitor.session, requests.Session()

    def save(name: str, page: requests.Response) -> None:
        (folder / f"{re.sub(r'[^a-z0-9-]+', '-', name).strip('-')}.html").write_text(page.text, encoding="utf-8")

    for name, place in EVERYWHERE.items():
        if not NOT_PAGES.search(name):
            visitor = known if place.known else staff if place.staff else stranger
            save(name, visitor.get(shop.url + visit.path(place), timeout=20))
    nothing = {"csrf_token": hidden(shopper.visitor.get("/checkout"), "csrf_token"), "go": "on"}
    save("checkout, with mistakes", known.post(f"{shop.url}/checkout", data=nothing, timeout=20))
    return folder


# A review without a title stays an article.
UNTITLED = "Article lacks heading.*"


def test_the_nu_checker_finds_no_mistake(saved: Path) -> None:
    done = subprocess.run(
        [
            "java",
            "-Xss4m",
            "-jar",
            NODE_MODULES / "vnu-jar/build/dist/vnu.jar",
            "--filterpattern",
            UNTITLED,
            "--format",
            "json",
            saved,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    messages = json.loads(done.stderr)["messages"]
    assert [f"{Path(each['url']).name}:{each['lastLine']} {each['message']}" for each in messages] == []


def test_html_validate_finds_no_mistake(saved: Path) -> None:
    done = subprocess.run(
        ["node", NODE_MODULES / "html-validate/bin/html-validate.mjs", "--config", HERE / ".htmlvalidate.mjs", saved],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
