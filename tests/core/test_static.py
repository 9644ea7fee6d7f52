"""Style sheets, scripts, fonts and drawings: kept for a year, packed, and never under a name that is not theirs."""

from __future__ import annotations

import gzip
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.app import create_app
from shop.core import bundle, static
from shop.core.static import StaticFiles
from tests.conftest import Apart, browser, settings_for

STYLE = "a { color: red }\n" * 200
Make = Callable[..., Flask]


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files instead of the shop's own, and another to build them in."""
    folder = tmp_path / "sources"
    for name in ("css", "js", "img", "fonts"):
        (folder / name).mkdir(parents=True)
    (folder / "css/shop.css").write_text(STYLE)
    (folder / "js/app.js").write_text("export const shop = 'open';\n" * 50)
    (folder / "img/mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>" + " " * 500)
    for name in ("img/favicon.ico", "img/apple-touch-icon.png", "img/photo.avif", "fonts/text.woff2"):
        (folder / name).write_bytes(os.urandom(2000))
    monkeypatch.setattr(static, "SOURCE", folder)
    monkeypatch.setattr(static, "BUILT", tmp_path / "built")
    return folder


@pytest.fixture
def make(sources: Path, tmp_path: Path) -> Make:
    def make(**more: str) -> Flask:
        app = create_app(settings_for(f"sqlite:///{tmp_path}/shop.db", tmp_path, **more))
        app.test_client_class = Apart
        return app

    return make


@pytest.fixture
def client(make: Make) -> FlaskClient:
    """One that is told of errors in JSON: the page for people is made of files that are not in `sources`."""
    client = browser(make())
    client.environ_base["HTTP_ACCEPT"] = "application/json"
    return client


def address(client: FlaskClient, name: str) -> str:
    with client.application.test_request_context():
        return url_for("static", filename=name)


def get(client: FlaskClient, name: str, **headers: str) -> TestResponse:
    return client.get(address(client, name), headers={key.replace("_", "-"): value for key, value in headers.items()})


def test_a_file_is_kept_for_a_year_under_its_own_name(client: FlaskClient) -> None:
    answer = get(client, "css/shop.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.text.startswith("a{color:red}a{")
    assert address(client, "css/shop.css").startswith("/static/css/shop.")
    assert address(client, "css/shop.css") != "/static/css/shop.css"


@pytest.mark.parametrize(
    ("accepted", "coding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("", None, bytes),
        ("identity", None, bytes),
    ],
)
def test_it_comes_as_small_as_the_browser_can_take_it(
    client: FlaskClient, accepted: str, coding: str | None, unpack: Callable[[bytes], bytes]
) -> None:
    answer = get(client, "css/shop.css", Accept_Encoding=accepted)
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert unpack(answer.data).decode() == "a{color:red}" * 200


@pytest.mark.parametrize(
    ("name", "kind", "packed"),
    [
        ("css/shop.css", "text/css", True),
        ("js/app.js", "text/javascript", True),
        ("img/mark.svg", "image/svg+xml", True),
        ("img/photo.avif", "image/avif", False),
        ("img/apple-touch-icon.png", "image/png", False),
        ("fonts/text.woff2", "font/woff2", False),
    ],
)
def test_each_kind_of_file_says_what_it_is(client: FlaskClient, name: str, kind: str, packed: bool) -> None:
    answer = get(client, name, Accept_Encoding="br")
    assert answer.mimetype == kind
    assert ("charset" in answer.headers["Content-Type"]) is kind.startswith("text/")
    assert ("Content-Encoding" in answer.headers) is packed


def test_a_file_is_sent_as_carefully_as_a_page(make: Make) -> None:
    for scheme in ("http", "https"):
        answer = get(browser(make(PUBLIC_URL=f"{scheme}://localhost")), "img/mark.svg")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert ("Strict-Transport-Security" in answer.headers) is (scheme == "https")
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_a_part_of_a_file_or_only_its_head_can_be_asked_for(client: FlaskClient) -> None:
    url = address(client, "css/shop.css")
    part = client.get(url, headers={"Range": "bytes=2-6"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"color", "bytes 2-6/2400")
    assert client.get(url, headers={"Range": "bytes=9000-"}).status_code == 416
    head = client.head(url)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "2400")
    assert client.get(url, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304
    for method in (client.post, client.put, client.delete):
        assert method(url).status_code == 405


@pytest.mark.parametrize("name", ["css/shop.css", "css/shop.00000000.css"])
def test_a_page_of_yesterday_gets_todays_file_and_does_not_keep_it(client: FlaskClient, name: str) -> None:
    """While a new version starts, its pages may ask a process of the old one, and the other way round."""
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.text.startswith("a{color:red}")
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        *("css/none.css", "css", "css/", "", "css/shop.css.br", ".hidden", "css/shop.00000000.00000000.css"),
        *(
            "../shop.db",
            "..%2fshop.db",
            "%2e%2e/shop.db",
            "css/../../shop.db",
            "//etc/hostname",
            "css\\shop.css",
            "%00",
        ),
    ],
)
def test_nothing_else_is_there(client: FlaskClient, tmp_path: Path, path: str) -> None:
    (tmp_path / "shop.db").write_text("secret")
    (static.BUILT / ".hidden").write_text("secret")
    answer = client.get(f"/static/{path}")
    assert answer.status_code in (404, 308)
    assert "secret" not in answer.text


def test_a_packed_file_has_no_address_of_its_own(client: FlaskClient) -> None:
    assert client.get(address(client, "css/shop.css") + ".br").status_code == 404


def test_what_browsers_ask_for_unasked_is_at_the_root(client: FlaskClient) -> None:
    for name in ("favicon.ico", "apple-touch-icon.png"):
        answer = client.get(f"/{name}")
        assert answer.status_code == 200
        assert answer.data == (static.SOURCE / "img" / name).read_bytes()


def test_a_link_to_a_file_that_is_not_there_is_never_made(client: FlaskClient) -> None:
    with pytest.raises(LookupError, match=r"There is no static/css/shp\.css"):
        address(client, "css/shp.css")


@pytest.mark.parametrize(("env", "shown"), [("demo", True), ("test", False)])
def test_a_change_shows_at_the_next_page_while_the_shop_is_worked_on(make: Make, env: str, shown: bool) -> None:
    client = browser(make(SHOP_ENV=env))
    before = address(client, "css/shop.css")
    style = static.SOURCE / "css/shop.css"
    style.write_text("b { color: blue }")
    os.utime(style, ns=(0, 0))
    client.get("/healthz")
    after = address(client, "css/shop.css")
    assert (after != before) is shown
    assert client.get(after).text.startswith("b{color:blue}" if shown else "a{color:red}")
    assert client.get(before).text.startswith("a{color:red}")


def test_many_may_start_at_once(sources: Path, tmp_path: Path) -> None:
    everybody = threading.Barrier(8)
    sent: list[dict[str, bytes]] = []

    class Front:
        def __init__(self) -> None:
            self.files: dict[str, bytes] = {}

        def add_file_to_dictionary(self, url: str, path: str) -> None:
            self.files[url] = Path(path).read_bytes() + Path(path + ".br").read_bytes() if "css" in url else b""

    def start() -> None:
        front = Front()
        files = StaticFiles(sources, tmp_path / "built", front)
        everybody.wait()
        files.refresh()
        sent.append(front.files)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 8
    assert all(files == sent[0] for files in sent)
    assert [path for path in (tmp_path / "built").rglob("*") if path.name.startswith(".")] == []


def test_what_is_written_is_left(make: Make) -> None:
    make()
    written = {path: path.stat().st_ino for path in static.BUILT.rglob("*.*")}
    make()
    assert {path: path.stat().st_ino for path in static.BUILT.rglob("*.*")} == written


def test_a_shop_that_may_not_write_beside_itself_writes_elsewhere(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setattr(static, "BUILT", tmp_path / "a file" / "static")
    monkeypatch.setattr(static.tempfile, "tempdir", str(tmp_path))
    assert get(browser(make()), "css/shop.css").status_code == 200


@pytest.fixture
def ours(whole_app: Flask) -> FlaskClient:
    """The shop with its own files."""
    return browser(whole_app)


def scripts(entry: str) -> set[str]:
    """A script and all that it imports."""
    path = static.SOURCE / entry
    imports = re.findall(r'from "(\..*?)"', path.read_text())
    inner = ((path.parent / each).resolve().relative_to(static.SOURCE.resolve()).as_posix() for each in imports)
    return {entry}.union(*map(scripts, inner))


@pytest.mark.parametrize(
    ("files", "most"),
    [
        (["css/shop.css"], 10_000),
        (["css/admin.css"], 10_000),
        (scripts("js/app.js"), 8_000),
        (scripts("js/staff.js"), 8_000),
        ([path.relative_to(static.SOURCE).as_posix() for path in static.SOURCE.glob("fonts/*.woff2")], 65_000),
    ],
    ids=["the shop's styles", "the staff's styles", "the shop's scripts", "the staff's scripts", "fonts"],
)
def test_what_every_page_loads_is_light(ours: FlaskClient, files: list[str], most: int) -> None:
    assert sum(len(get(ours, name, Accept_Encoding="gzip").data) for name in files) <= most


def test_every_file_of_ours_is_served(ours: FlaskClient) -> None:
    for name in bundle.read(static.SOURCE).names:
        answer = get(ours, name)
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True), name
