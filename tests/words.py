"""What the shop says, as translators get it, and a language for tests: every sentence in brackets, and wide."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from shop.settings import ROOT

LANGUAGE = "de"  # figures, dates and countries are written as Germans do; the words are nobody's

# Placeholders, markup and entities stay as they are; words are runs of letters.
_PIECE = re.compile(r"(?P<kept>%\(\w+\)\w|%%|<[^>]*>|&#?\w+;)|(?P<word>[^\W\d_][\w’'-]*)")
_ACCENTS = str.maketrans("aceinouyACEINOUY", "åçéîñöüýÅÇÉÎÑÖÜÝ")  # the shop's fonts have them


@cache
def sentences() -> list[Message]:
    """Every sentence, read from the source as `make words` reads it."""
    with TemporaryDirectory() as folder:
        found = Path(folder) / "messages.pot"
        bin_folder = Path(sys.executable).parent
        subprocess.run(["make", "-s", "template", f"BIN={bin_folder}", f"POT={found}"], cwd=ROOT, check=True)
        with found.open("rb") as file:
            return [message for message in read_po(file) if message.id]


def wide(sentence: str) -> str:
    """⟦Wîdér~~~⟧: every word by half, so that lines break where they would."""

    def change(piece: re.Match[str]) -> str:
        word = piece["word"]
        return word.translate(_ACCENTS) + "~" * math.ceil(len(word) / 2) if word else piece[0]

    return f"⟦{_PIECE.sub(change, sentence)}⟧"


def write_wide(translations: Path) -> None:
    """The whole shop in that language, as a catalogue in `translations`."""
    said = Catalog(locale=LANGUAGE)
    for message in sentences():
        words = tuple(map(wide, message.id)) if isinstance(message.id, tuple) else wide(message.id)
        said.add(message.id, words, context=message.context)
    folder = translations / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.po").open("wb") as file:
        write_po(file, said)
    (folder / "messages.mo").write_bytes(compiled(said))


def compiled(said: Catalog) -> bytes:
    """As programs read it."""
    file = BytesIO()
    write_mo(file, said)
    return file.getvalue()


_READ = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "placeholder",
    "title",
}

_READ_ON_CARDS = ("og:title", "og:description", "og:image:alt")


def read_attributes(tag: str, attributes: list[tuple[str, str | None]]) -> list[str]:
    """What a person reads, or hears, or a script shows, of a tag's attributes."""
    of = {name: value or "" for name, value in attributes}
    found = [value for name, value in of.items() if name in _READ or (name.startswith("data-") and value[:1].isupper())]
    if tag == "input" and of.get("type") in ("submit", "reset", "button"):
        found.append(of.get("value", ""))
    if tag == "meta" and (of.get("name") == "description" or of.get("property") in _READ_ON_CARDS):
        found.append(of.get("content", ""))
    return found
