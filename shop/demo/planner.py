"""The year planner that the demo shop sells as a file: one page, the same bytes each time."""

from __future__ import annotations

from calendar import Calendar
from datetime import UTC, datetime
from math import cos, sin
from typing import TYPE_CHECKING

from shop.demo.goods import INKS

if TYPE_CHECKING:
    from fpdf import FPDF

YEAR = 2027
NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WIDTHS = {"a4": 210.0, "a3": 297.0}  # mm
FRIDAY = 4
LEAN, RADIUS, PITCH = 1.02, 47.0, (2.15, 2.3)  # of the rings, on a page of A4


def draw(size: str) -> bytes:
    """`size` is a4 or a3."""
    from fpdf import FPDF  # noqa: PLC0415 (half a second, which no shop that has its goods needs to wait)

    scale = WIDTHS[size] / WIDTHS["a4"]
    pdf = FPDF(format=size)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_title(f"{YEAR} year planner")
    pdf.set_author("Fathom & Fold")
    pdf.set_lang("en")
    pdf.set_producer("Vitrine")
    pdf.set_creation_date(datetime(YEAR - 1, 9, 1, tzinfo=UTC))
    pdf.add_page()
    _rings(pdf, scale)
    _words(pdf, str(YEAR), 20, 20, 30, scale=scale, bold=True)
    for month in range(12):
        row, column = divmod(month, 3)
        _month(pdf, month + 1, 20 + 60 * column, 148 + 34 * row, scale)
    return bytes(pdf.output())


def _rings(pdf: FPDF, scale: float) -> None:
    pdf.set_line_width(0.7 * scale)
    with pdf.local_context(blend_mode="Multiply"):
        for side, ink, pitch in ((-1, "blue", PITCH[0]), (1, "coral", PITCH[1])):
            x, y = 105 + side * 18 * cos(LEAN), 82 + side * 18 * sin(LEAN)
            pdf.set_draw_color(INKS[ink])
            for ring in range(1, int(RADIUS / pitch) + 1):
                pdf.circle(x * scale, y * scale, ring * pitch * scale)


def _month(pdf: FPDF, month: int, left: float, top: float, scale: float) -> None:
    _words(pdf, NAMES[month - 1], left, top, 9, scale=scale, bold=True, colour=INKS["blue"])
    for week, days in enumerate(Calendar().monthdayscalendar(YEAR, month)):
        for weekday, day in enumerate(days):
            if day:
                colour = INKS["coral"] if weekday > FRIDAY else "#17181c"
                _words(pdf, str(day), left + 7 * weekday, top + 5.5 + 4 * week, 7, scale=scale, colour=colour)


def _words(
    pdf: FPDF, words: str, x: float, y: float, size: float, *, scale: float, bold: bool = False, colour: str = "#17181c"
) -> None:
    """`x` and `y` in millimetres of A4, `size` in points of A4."""
    pdf.set_font("helvetica", "B" if bold else "", size * scale)
    pdf.set_text_color(colour)
    pdf.set_xy(x * scale, y * scale)
    pdf.cell(h=size * 0.3528 * 1.2 * scale, text=words)
