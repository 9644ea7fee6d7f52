"""What becomes of static/ on its way to the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from shop.core import bundle
from shop.core.bundle import BrokenReference, squeeze

FILES = {
    "css/shop.css": '@layer base, parts;\n@import "base.css" layer(base);\n@import "parts/card.css" layer(parts);\n',
    "css/base.css": "body { margin: 0 }",
    "css/parts/card.css": '.card { background: url("../../img/paper.svg") }',
    "img/paper.svg": "<svg/>",
    "js/app.js": 'import { open } from "./parts/drawer.js";\nimport "./parts/menu.js";\nopen();\n',
    "js/parts/drawer.js": 'import { say } from "../say.js";\nexport const open = () => say("open");\n',
    "js/parts/menu.js": 'const late = () => import("../say.js");\n',
    "js/say.js": "export const say = console.log;\n",
}


class Sources:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self) -> bundle.Bundle:
        return bundle.read(self.folder)

    def sent(self, name: str) -> str:
        found = self.read()
        return found.contents[found.names[name]].decode()


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    sources = Sources(tmp_path)
    for name, text in FILES.items():
        sources.write(name, text)
    return sources


def test_a_name_stands_for_one_content(sources: Sources) -> None:
    names = sources.read().names
    assert names == sources.read().names
    assert bundle.plain(names["img/paper.svg"]) == "img/paper.svg"
    assert names["img/paper.svg"] != "img/paper.svg"
    sources.write("img/paper.svg", "<svg></svg>")
    assert sources.read().names["img/paper.svg"] != names["img/paper.svg"]


@pytest.mark.parametrize(
    ("changed", "renamed"),
    [
        ("img/paper.svg", {"img/paper.svg", "css/shop.css"}),
        ("css/base.css", {"css/shop.css"}),
        ("js/parts/menu.js", {"js/parts/menu.js", "js/app.js"}),
        ("js/say.js", {"js/say.js", "js/parts/drawer.js", "js/parts/menu.js", "js/app.js"}),
    ],
)
def test_a_name_changes_when_anything_below_it_does(sources: Sources, changed: str, renamed: set[str]) -> None:
    before = sources.read().names
    sources.write(changed, FILES[changed].replace("margin: 0", "margin: 1px") + "\n")
    after = sources.read().names
    assert {name for name in after if after[name] != before[name]} == renamed


def test_a_script_loses_the_comment_it_begins_with_and_no_more(sources: Sources) -> None:
    rest = 'const address = "https://shop.example"; // kept\n// kept too\n'
    sources.write("js/say.js", f"// What it is for,\n// in two lines.\n{rest}")
    assert sources.sent("js/say.js") == rest


def test_a_style_sheet_is_one_file(sources: Sources) -> None:
    found = sources.read()
    paper = found.names["img/paper.svg"]
    assert sources.sent("css/shop.css") == (
        "@layer base,parts;@layer base{body{margin:0}}@layer parts{.card{background:url(/static/" + paper + ")}}"
    )
    assert [name for name in found.names if name.endswith(".css")] == ["css/shop.css"]


def test_a_part_may_have_parts_and_need_no_layer(sources: Sources) -> None:
    sources.write("css/base.css", '@import "fonts.css"; body { margin: 0 }')
    sources.write("css/fonts.css", "@font-face { font-family: A }")
    assert "@layer base{@font-face{font-family:A}body{margin:0}}" in sources.sent("css/shop.css")


def test_scripts_import_each_other_by_the_names_they_are_sent_under(sources: Sources) -> None:
    names = sources.read().names
    assert sources.sent("js/app.js") == (
        f'import {{ open }} from "/static/{names["js/parts/drawer.js"]}";\n'
        f'import "/static/{names["js/parts/menu.js"]}";\nopen();\n'
    )
    assert f'import("/static/{names["js/say.js"]}")' in sources.sent("js/parts/menu.js")


def test_a_page_can_ask_for_all_modules_at_once(sources: Sources) -> None:
    assert sorted(sources.read().modules["js/app.js"]) == ["js/parts/drawer.js", "js/parts/menu.js", "js/say.js"]
    assert sources.read().modules["js/say.js"] == []


@pytest.mark.parametrize(
    "elsewhere", ["https://shop.example/x.png", "data:image/svg+xml;utf8,<svg/>", "#clip", "/media/x.png"]
)
def test_addresses_that_are_not_files_of_ours_stay(sources: Sources, elsewhere: str) -> None:
    sources.write("css/one.css", f"a {{ mask: url({elsewhere}) }}")
    assert sources.sent("css/one.css") == f"a{{mask:url({elsewhere})}}"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("css/x.css", "a { mask: url(gone.svg) }", "there is no static/css/gone.svg"),
        ("css/x.css", "a { mask: url(../../secret.svg) }", "there is no static/../secret.svg"),
        ("css/x.css", '@import "gone.css";', "there is no static/css/gone.css"),
        ("css/x.css", '@import "base.css" print;', "an import is written"),
        ("css/x.css", '@import "x.css";', "refer to each other: css/x.css"),
        ("js/x.js", 'import "./gone.js";', "there is no static/js/gone.js"),
        ("js/say.js", 'import "./parts/menu.js";', "refer to each other: js/"),
    ],
)
def test_a_broken_reference_is_told(sources: Sources, name: str, text: str, complaint: str) -> None:
    sources.write(name, text)
    with pytest.raises(BrokenReference, match=complaint):
        sources.read()


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a { color: red ; }\n\n/* why */\nb, c { top: 0 }", "a{color:red;}b,c{top:0}"),
        ("/* one */ a /* two */ b /* three */ { x: y } /* four */", "a b{x:y}"),
        ("/***/ a {} /* * / ** */ b {}", "a{}b{}"),
        (".a { & :hover { x: y } &:hover { x: y } }", ".a{& :hover{x:y}&:hover{x:y}}"),
        (".a { & + & { x: y } > b { x: y } }", ".a{& + &{x:y}> b{x:y}}"),
        ("a { width: calc(100% - (2px + 1em) * 2) }", "a{width:calc(100% - (2px + 1em) * 2)}"),
        (
            "@container card (width > 4rem) and (height < 9rem) { }",
            "@container card (width > 4rem) and (height < 9rem){}",
        ),
        ("a::before { content: \"/* {  ; , :  } */\" '\\'  ;' }", "a::before{content:\"/* {  ; , :  } */\" '\\'  ;'}"),
        ("a { grid-template: 'a  b' 1fr / auto }", "a{grid-template:'a  b' 1fr / auto}"),
        ("@media (min-width: 40rem) and (hover) { a { x: y } }", "@media (min-width:40rem) and (hover){a{x:y}}"),
        ("a { color: oklch(from var(--ink) l c h / 50%) }", "a{color:oklch(from var(--ink) l c h / 50%)}"),
        ("a { --empty: ; x: y !important }", "a{--empty:;x:y !important}"),
    ],
)
def test_only_blanks_without_meaning_are_left_out(written: str, sent: str) -> None:
    assert squeeze(written) == sent
    assert squeeze(sent) == sent
