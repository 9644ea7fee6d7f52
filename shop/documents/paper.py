"""Sheets of A4 in the shop's look, on which words are put in millimetres from the top left."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from shop.core.i18n import _, language_code

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).with_name("fonts")
FACES = (
    ("text", "", "instrument-sans-400"),
    ("text", "B", "instrument-sans-600"),
    ("display", "B", "bricolage-grotesque-700"),
)
OTHER_SCRIPTS = (("other", "", "inter-400"), ("other", "B", "inter-600"))

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 20.0, 190.0
TOP, BOTTOM = 18.0, 272.0  # what is written stays between them; below stands the foot
FOOT = 281.0
HEAD_OF_MORE = 30.0  # where the second sheet and those after it begin
POINT = 25.4 / 72  # mm
LEADING = 1.38  # from one line to the next, by the size of the letters
HAIR, RULE = 0.2, 0.5  # mm

# static/css/tokens.css
INK, INK_2, INK_3 = (0x17, 0x18, 0x1C), (0x4D, 0x4E, 0x55), (0x6A, 0x6B, 0x72)
LINE, SUNK, BLUE = (0xE4, 0xE0, 0xD8), (0xF4, 0xF2, 0xED), (0x23, 0x36, 0xC9)
# static/img/mark.svg, in a box of 30 by 30
MARK = (
    ((0xFF, 0x6A, 0x4D), ((4, 3), (18, 3), (18, 23), (4, 27))),
    ((0x23, 0x36, 0xC9), ((12, 3), (26, 3), (26, 27), (12, 23))),
    ((0x23, 0x16, 0x3D), ((12, 3), (18, 3), (18, 23), (17.14, 23.23), (12, 23))),
)
MARK_BOX = 30.0


@dataclass(frozen=True, slots=True)
class Face:
    size: float = 9.0  # points
    colour: tuple[int, int, int] = INK
    strong: bool = False
    display: bool = False

    @property
    def height(self) -> float:
        """Of a line, in mm."""
        return self.size * POINT * LEADING


BODY = Face()
STRONG = Face(strong=True)
SMALL = Face(7.75, INK_3)
LABEL = Face(7.75, INK_3, strong=True)
TITLE = Face(24, display=True)
SUM = Face(12, strong=True)
LETTERHEAD = Face(14, display=True)


class Paper:
    """One document. The same words and `made_at` make the same bytes."""

    def __init__(self, title: str, *, author: str, foot: str, made_at: datetime) -> None:
        self.title, self._author, self._foot = title, author, foot
        self._pdf = _blank()
        self._pdf.set_title(title)
        self._pdf.set_author(author)
        self._pdf.set_lang(language_code())
        self._pdf.set_creation_date(made_at)
        self._sheet()
        self.y = TOP

    def finish(self) -> bytes:
        for page in range(1, self._pdf.pages_count + 1):
            self._pdf.page = page
            self._put_foot(page)
        return bytes(self._pdf.output())

    def letterhead(self, size: float = 9.0) -> None:
        """The shop's mark and name."""
        for colour, corners in MARK:
            self._pdf.set_fill_color(*colour)
            scale = size / MARK_BOX
            self._pdf.polygon([(LEFT + (x - 4) * scale, self.y + (y - 3) * scale) for x, y in corners], style="F")
        self.put(self._author, LEFT + size, self.y + 0.9, RIGHT - LEFT - 80, LETTERHEAD)

    def put(self, words: str, x: float, y: float, width: float, face: Face = BODY, *, right: bool = False) -> float:
        """Writes from (x, y) down, as wide as `width`; returns where it ends."""
        self._use(face)
        self._pdf.set_xy(x, y)
        self._pdf.multi_cell(width, face.height, _plain(words), align="R" if right else "L", new_x="LEFT", new_y="NEXT")
        return float(self._pdf.get_y())

    def put_all(
        self, lines: Sequence[str], x: float, y: float, width: float, face: Face = BODY, *, right: bool = False
    ) -> float:
        for line in lines:
            y = self.put(line, x, y, width, face, right=right)
        return y

    def height_of(self, words: str, width: float, face: Face = BODY) -> float:
        self._use(face)
        lines = self._pdf.multi_cell(width, face.height, _plain(words), align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list)
        return len(lines) * face.height if words else 0.0

    def rule(self, *, left: float = LEFT, thick: bool = False) -> None:
        self._pdf.set_draw_color(*(INK if thick else LINE))
        self._pdf.set_line_width(RULE if thick else HAIR)
        self._pdf.line(left, self.y, RIGHT, self.y)

    def fits(self, height: float) -> bool:
        """Whether so much still has room on this sheet."""
        return self.y + height <= BOTTOM

    def turn(self) -> None:
        """Goes on with a new sheet, which says what it belongs to."""
        self._sheet()
        self.y = TOP
        self.put(self._author, LEFT, self.y, (RIGHT - LEFT) / 2, STRONG)
        self.put(self.title, (LEFT + RIGHT) / 2, self.y, (RIGHT - LEFT) / 2, Face(colour=INK_2), right=True)
        self.y = HEAD_OF_MORE

    def _sheet(self) -> None:
        self._pdf.add_page()
        self._pdf.set_fill_color(*BLUE)
        self._pdf.rect(0, 0, WIDTH, 2.4, style="F")

    def _put_foot(self, page: int) -> None:
        self._pdf.set_fill_color(*INK)  # each sheet has its own, and the pen remembers only the last one's
        self._pdf.set_draw_color(*LINE)
        self._pdf.set_line_width(HAIR)
        self._pdf.line(LEFT, FOOT - 2.5, RIGHT, FOOT - 2.5)
        which = _("Page %(page)s of %(pages)s", page=page, pages=self._pdf.pages_count)
        self.put(self._foot, LEFT, FOOT, RIGHT - LEFT - 35, SMALL)
        self.put(which, RIGHT - 35, FOOT, 35, SMALL, right=True)

    def _use(self, face: Face) -> None:
        self._pdf.font_family = ""  # or fpdf2 would not say it again after letters of another script
        self._pdf.set_font("display" if face.display else "text", "B" if face.strong or face.display else "", face.size)
        self._pdf.set_text_color(*face.colour)


def _blank() -> FPDF:
    from fpdf import FPDF  # noqa: PLC0415 (half a second, which no other page and no command needs to wait)

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    for family, style, name in (*FACES, *OTHER_SCRIPTS):
        pdf.add_font(family, style, FONTS / f"{name}.ttf")
    pdf.set_fallback_fonts([OTHER_SCRIPTS[0][0]])
    pdf.set_producer("Vitrine")
    return pdf


def _plain(words: str) -> str:
    """On one line, in letters as fonts have them: composed, and without the narrow space that some amounts have."""
    return unicodedata.normalize("NFC", words.replace("\u202f", "\u00a0").replace("\n", " "))
