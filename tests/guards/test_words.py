"""Whatever a person reads can be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import nodes

from shop.core import i18n
from shop.core.i18n import WITHOUT_LANGUAGE
from shop.core.web import access_of
from shop.settings import ROOT
from tests.guards.source import called, calls, every_error, place, templates
from tests.words import compiled, read_attributes, sentences, wide, write_wide

MARKS = {"_", "_n", "_l", "gettext", "ngettext"}
SAMPLES = "shop/demo/samples.py"  # what made-up people have written, and fields that ask nobody
TOOLS = ("dev/",)  # pages for who builds the shop; no shopper and no owner sees them

LETTERS = re.compile(r"[^\W\d_]")
A_SENTENCE = re.compile(r"[A-Z][a-z’]+( |$)|[a-z’]+ [a-z]+ [a-z]+")


def may_be_read(sentence: ast.expr) -> bool:
    """Marked for translation where it stands, or made somewhere else, as by a function of the same file."""
    if isinstance(sentence, ast.Call):
        return called(sentence) in MARKS or called(sentence).startswith("_")
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
        if called(call) in MARKS:
            words = call.args[:2] if called(call) in ("_n", "ngettext") else call.args[:1]
            found += [place(path, call) for word in words if not isinstance(word, ast.Constant)]
    assert found == []


# What WTForms says in English of its own accord, unless it is given a sentence.
SPEAK_BY_THEMSELVES = {
    "AnyOf", "DataRequired", "Email", "EqualTo", "IPAddress", "InputRequired", "Length", "MacAddress", "NoneOf",
    "NumberRange", "Regexp", "URL", "UUID", "DateField", "DateTimeField", "DecimalField", "FloatField", "IntegerField",
    "TimeField",
}  # fmt: skip


def test_every_label_and_every_objection_of_a_form_can_be_translated() -> None:
    found = []
    for path, call in calls():
        name = called(call)
        words = [keyword.value for keyword in call.keywords if keyword.arg in ("label", "message", "description")]
        if name.endswith("Field") or name in ("ValidationError", "StopValidation", "DataRequired", "InputRequired"):
            words += call.args[:1]
        is_form = "/forms.py" in path or (name.endswith("Field") and path != SAMPLES)
        if is_form and (not all(map(may_be_read, words)) or (name in SPEAK_BY_THEMSELVES and not words)):
            found.append(place(path, call))
    assert found == []


def templates_that_are_read() -> list[str]:
    names = (path.relative_to(ROOT / "templates").as_posix() for path in templates())
    return [name for name in names if not name.startswith(TOOLS)]


def as_written(node: nodes.Node) -> str:
    """A template's text in its order, all branches one after the other, with 0 for what is filled in."""
    match node:
        case nodes.TemplateData():
            return node.data
        case nodes.Const():
            return str(node.value)
        case nodes.Filter() if node.node is not None:
            return as_written(node.node)
        case nodes.CondExpr() | nodes.Concat() | nodes.Or():
            parts = node.iter_child_nodes(exclude=["test"])
        case nodes.Expr():
            return "0"
        case nodes.Block() if "class" in node.name:
            return ""
        case _:
            parts = node.iter_child_nodes(only=["body", "elif_", "else_", "nodes"])
    return "".join(map(as_written, parts))


class Words(HTMLParser):
    """What a person would read of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        inside_a_tag = '="' in data  # a macro that writes attributes
        self.found += Words(f"<p {data}>").found if inside_a_tag else [data]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += read_attributes(tag, attrs)


@pytest.mark.parametrize("name", templates_that_are_read())
def test_every_word_of_a_template_can_be_translated(whole_app: Flask, name: str) -> None:
    tree = whole_app.jinja_env.parse((ROOT / "templates" / name).read_text(encoding="utf-8"))
    assert [" ".join(words.split()) for words in Words(as_written(tree)).found if LETTERS.search(words)] == []


def constants(node: nodes.Node) -> Iterator[nodes.Const]:
    """Every value written in a template outside of a marked sentence."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const):
            yield child
        elif not (isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in MARKS):
            yield from constants(child)


@pytest.mark.parametrize("name", templates_that_are_read())
def test_no_sentence_is_handed_on_without_a_mark(whole_app: Flask, name: str) -> None:
    """`{{ heading("Thank you") }}` is as untranslated as if it stood in the text."""
    tree = whole_app.jinja_env.parse((ROOT / "templates" / name).read_text(encoding="utf-8"))
    words = [const.value for const in constants(tree) if isinstance(const.value, str)]
    assert [sentence for sentence in words if A_SENTENCE.match(sentence)] == []


@pytest.mark.parametrize("name", templates_that_are_read())
def test_no_template_writes_an_address_of_the_shop_by_hand(name: str) -> None:
    """It would lead out of the reader's language; `url_for` stays in it."""
    written = re.findall(r"(?:href|action|src)=[\"']/[^\"']*", (ROOT / "templates" / name).read_text(encoding="utf-8"))
    assert written == []


def test_no_address_begins_like_a_language(whole_app: Flask) -> None:
    """/de/… and /pt-br/… are kept free for languages to come."""
    first = {rule.rule.split("/")[1] for rule in whole_app.url_map.iter_rules()}
    assert [part for part in first if re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", part)] == []


def test_what_only_machines_and_staff_ask_for_has_no_language(whole_app: Flask) -> None:
    found = set()
    for rule in whole_app.url_map.iter_rules():
        access = access_of(whole_app, rule.endpoint)
        assert access is not None
        if access.shopless or access.kind in ("staff", "signed"):
            found.add(rule.rule.split("/")[1])
    assert found - WITHOUT_LANGUAGE == set()


def shortcomings(translations: Path) -> list[str]:
    """What is not translated, or with other placeholders, or not compiled."""
    found = []
    for source in sorted(translations.glob("*/LC_MESSAGES/messages.po")):
        code = source.parts[-3]
        with source.open("rb") as file:
            said = read_po(file, locale=code)
        for message in sentences():
            translated = said.get(message.id, message.context)
            words = translated.string if translated else ""
            if translated is None or translated.fuzzy or not all([words] if isinstance(words, str) else words):
                found.append(f"{code}: {message.id}")
            else:
                found += [f"{code}: {message.id}: {problem}" for problem in translated.check(said)]
        if source.with_suffix(".mo").read_bytes() != compiled(said):
            found.append(f"{code} is not compiled")
    return found


def test_every_language_says_everything() -> None:
    """`make words` brings the catalogues up to date and compiles them."""
    assert shortcomings(i18n.TRANSLATIONS) == []


def test_what_a_language_does_not_say_is_named(tmp_path: Path) -> None:
    write_wide(tmp_path)
    assert shortcomings(tmp_path) == []
    source = tmp_path / "de/LC_MESSAGES/messages.po"
    source.write_text(source.read_text(encoding="utf-8").replace(wide("Your bag"), ""), encoding="utf-8")
    assert shortcomings(tmp_path) == ["de: Your bag", "de is not compiled"]


@pytest.mark.parametrize(
    "sentence", ["Bag", "Only %(num)s of %(name)s left.", "Save %(percent)s%%", "a <b>b</b> &amp; c"]
)
def test_the_wide_language_is_wider_by_two_fifths_and_keeps_what_is_no_word(sentence: str) -> None:
    kept = r"%\(\w+\)s|%%|</?b>|&amp;"
    said = wide(sentence)
    assert re.findall(kept, said) == re.findall(kept, sentence)
    assert len(re.sub(kept, "", said)) >= 1.4 * len(re.sub(kept, "", sentence))
