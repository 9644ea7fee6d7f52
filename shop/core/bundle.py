"""What becomes of static/: style sheets put together, and every file named by what is in it.

What a file refers to stands in it under such a name too, so a name changes when anything below it does, and never
stands for two contents. Nothing is translated or renamed inside: a style sheet loses its comments and blanks, a script
the comment it begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath

PREFIX = "/static/"

# Comments and blanks; the possessive quantifiers and atomic groups keep a comment from reaching into the next one.
_BLANK = r"(?:\s|(?>/\*.*?\*/))"
_SQUEEZABLE = re.compile(
    rf"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|{_BLANK}*+([{{}};,]){_BLANK}*+|(:){_BLANK}++|{_BLANK}++""", re.DOTALL
)
_STYLE_IMPORT = re.compile(r"""@import (["'])(?P<to>[^"']+)\1(?: layer\((?P<layer>[\w.-]+)\))?;""")
_STYLE_URL = re.compile(r"""url\((["']?)(?![a-z]+:|[/#])(?P<to>[^"')]+)\1\)""")
_SCRIPT_IMPORT = re.compile(r"""(\b(?:from|import)\s*\(?\s*)(["'])(?P<to>\.[^"']*)\2""")
_SCRIPT_HEAD = re.compile(r"\A(?://.*\n)+")
_HASH = re.compile(r"\.[0-9a-f]{8}(?=\.|$)")


class BrokenReference(LookupError):
    """A file of ours names another that cannot be put in its place."""


@dataclass(frozen=True, slots=True)
class Bundle:
    names: dict[str, str]  # css/shop.css: css/shop.3f2a91c0.css
    contents: dict[str, bytes]  # by the latter
    modules: dict[str, list[str]]  # what a script imports, and what that imports, by the former


def read(source: Path) -> Bundle:
    """All files in `source` as the browser gets them. Raises BrokenReference."""
    return _Reader(source).bundle()


def squeeze(style: str) -> str:
    """A style sheet without comments, and without the blanks that never mean anything.

    A blank before a colon does (`& :hover`), as those around `+` and `>` may; they stay.
    """
    return _SQUEEZABLE.sub(lambda found: found[1] or found[2] or found[3] or " ", style).strip()


def plain(name: str) -> str:
    """The name a hashed one was made from; any other as it is."""
    return _HASH.sub("", name, count=1)


class _Reader:
    def __init__(self, source: Path) -> None:
        paths = (path for path in sorted(source.rglob("*")) if path.is_file() and not path.name.startswith("."))
        self.paths = {path.relative_to(source).as_posix(): path for path in paths}
        self.done: dict[str, bytes] = {}
        self.begun: list[str] = []
        self.parts: set[str] = set()
        self.imports: dict[str, list[str]] = {}

    def bundle(self) -> Bundle:
        whole = {name: self.content(name) for name in self.paths}
        names = {name: _by_content(name, whole[name]) for name in whole.keys() - self.parts}
        return Bundle(
            names=names,
            contents={hashed: whole[name] for name, hashed in names.items()},
            modules={name: self.below(name) for name in self.imports},
        )

    def content(self, name: str) -> bytes:
        """Of the file as the browser gets it, which needs that of every file it refers to."""
        if name in self.begun:
            raise BrokenReference(f"These files of static/ refer to each other: {', '.join(self.begun)}.")
        if name not in self.done:
            self.begun.append(name)
            suffix = PurePosixPath(name).suffix
            make = {".css": self.style, ".js": self.script}.get(suffix, self.as_it_is)
            self.done[name] = make(name)
            self.begun.pop()
        return self.done[name]

    def as_it_is(self, name: str) -> bytes:
        return self.paths[name].read_bytes()

    def style(self, name: str) -> bytes:
        text = _STYLE_IMPORT.sub(partial(self.imported, name), squeeze(self.paths[name].read_text(encoding="utf-8")))
        if "@import" in text:
            raise BrokenReference(f'static/{name}: an import is written @import "…"; or @import "…" layer(…);')
        return _STYLE_URL.sub(lambda found: f"url({self.address(name, found['to'])})", text).encode()

    def imported(self, name: str, found: re.Match[str]) -> str:
        part = self.target(name, found["to"])
        self.parts.add(part)
        text = self.content(part).decode()
        return f"@layer {found['layer']}{{{text}}}" if found["layer"] else text

    def script(self, name: str) -> bytes:
        text = _SCRIPT_HEAD.sub("", self.paths[name].read_text(encoding="utf-8"))
        self.imports[name] = [self.target(name, found["to"]) for found in _SCRIPT_IMPORT.finditer(text)]
        return _SCRIPT_IMPORT.sub(
            lambda found: f"{found[1]}{found[2]}{self.address(name, found['to'])}{found[2]}", text
        ).encode()

    def below(self, script: str) -> list[str]:
        found = dict.fromkeys(self.imports[script])
        for module in self.imports[script]:
            found |= dict.fromkeys(self.below(module))
        return list(found)

    def address(self, name: str, reference: str) -> str:
        target = self.target(name, reference)
        return PREFIX + _by_content(target, self.content(target))

    def target(self, name: str, reference: str) -> str:
        target = normpath(join(dirname(name), reference))
        if target not in self.paths:
            raise BrokenReference(f"static/{name} refers to {reference}: there is no static/{target}.")
        return target


def _by_content(name: str, content: bytes) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix(f".{sha256(content).hexdigest()[:8]}{path.suffix}"))
