"""What invoices, credit notes, their corrections and packing slips look like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from shop.core.i18n import _, format_date, format_money, format_number, format_percent, speaking
from shop.documents import contents
from shop.documents.contents import Contents, Item, Party
from shop.documents.models import Document
from shop.documents.paper import BODY, INK_2, LABEL, LEFT, RIGHT, SMALL, STRONG, SUM, TITLE, TOP, Face, Paper

GAP = 6.0  # mm between parts
ROW = 2.2  # above and below what stands in a row
SUMS_LEFT = 115.0
DOT = "  ·  "


class Column(NamedTuple):
    label: str
    left: float
    width: float
    right: bool = True


def draw(document: Document) -> bytes:
    """An invoice, a credit note or its correction as a PDF, the same bytes each time."""
    said = contents.thaw(document.data)
    with speaking(said.language):
        return _Bill(document, said).draw()


class _Bill:
    def __init__(self, document: Document, said: Contents) -> None:
        self.said, self.name, self.issued_at = said, document.name, document.issued_at
        seller = said.seller
        foot = [seller.lines[0], *_vat_number(seller), seller.email]
        if said.corrected:
            title = _("Correction %(number)s of credit note %(note)s", number=self.name, note=said.corrected.name)
        elif said.credited:
            title = _("Credit note %(number)s", number=self.name)
        else:
            title = _("Invoice %(number)s", number=self.name)
        self.paper = Paper(title, author=seller.lines[0], foot=DOT.join(foot), made_at=self.issued_at)

    def draw(self) -> bytes:
        self._head()
        self._parties()
        table(self.paper, self._columns(), [self._cells(item) for item in self.said.items])
        self._sums()
        self._taxes()
        return self.paper.finish()

    def _head(self) -> None:
        paper, seller = self.paper, self.said.seller
        paper.letterhead()
        imprint = [*seller.lines[1:], *_vat_number(seller)]
        end = paper.put_all(imprint, RIGHT - 80, TOP + 1, 80, Face(8.25, INK_2), right=True)
        paper.y = max(end, TOP + 12) + 2 * GAP
        paper.y = paper.put(paper.title, LEFT, paper.y, RIGHT - LEFT, TITLE) + GAP / 2
        known = [(_("Date"), self._day(self.issued_at.isoformat())), (_("Order"), self.said.order_number)]
        if self.said.corrected and self.said.credited:
            known.append((_("Credit note date"), self._day(self.said.corrected.issued_at)))
            known.append((_("Invoice"), self.said.credited.name))
        elif self.said.credited:
            known.append((_("Credits invoice"), self.said.credited.name))
            known.append((_("Invoice date"), self._day(self.said.credited.issued_at)))
        else:
            known.append((_("Ordered on"), self._day(self.said.ordered_at)))
            known.append((_("Paid on"), self._day(self.said.paid_at)))
        paper.y = facts(paper, known) + GAP

    def _parties(self) -> None:
        paper, buyer = self.paper, self.said.buyer
        width = (RIGHT - LEFT) / 2 - GAP
        end = block(paper, _("Billed to"), [*buyer.lines, *_vat_number(buyer)], LEFT, width)
        if self.said.delivered_to:
            end = max(end, block(paper, _("Delivered to"), self.said.delivered_to, LEFT + width + 2 * GAP, width))
        paper.y = end + GAP

    def _columns(self) -> list[Column]:
        return [
            Column(_("Description"), LEFT, 82, right=False),
            Column(_("Quantity"), 103, 18),
            Column(_("Price"), 122, 24),
            Column(_("VAT"), 147, 15),
            Column(_("Amount"), 163, 27),
        ]

    def _cells(self, item: Item) -> list[str]:
        """The first one's second line after a newline."""
        goods = item.kind == contents.GOODS
        name = {
            contents.GOODS: item.name,
            contents.DELIVERY: _("Delivery"),
            contents.AMOUNT: _("Refunded amount"),
        }[item.kind]
        more = ", ".join(part for part in (item.variant, item.sku) if part) if goods else item.name
        unit = "" if item.unit_minor is None else format_money(self.said.money(item.unit_minor))
        return [
            f"{name}\n{more}",
            format_number(item.quantity) if goods else "",
            unit,
            format_percent(Decimal(item.tax_rate)),
            format_money(self.said.money(item.amount_minor)),
        ]

    def _sums(self) -> None:
        said = self.said
        rows = []
        if said.reductions:
            rows.append((_("Subtotal"), sum(item.amount_minor for item in said.items)))
            rows += [(each.label, each.amount_minor) for each in said.reductions]
        total = _("Total credited") if said.credited and not said.corrected else _("Total")
        height = (len(rows) + 2) * BODY.height + SUM.height + 2 * GAP
        if not self.paper.fits(height):
            self.paper.turn()
        self.paper.y += GAP / 2
        for label, minor in rows:
            self._sum(label, minor, BODY)
        if rows:
            self.paper.rule(left=SUMS_LEFT)
            self.paper.y += ROW
        self._sum(total, said.total_minor, SUM)
        if said.tax_minor:
            self._sum(_("VAT included"), said.tax_minor, Face(colour=INK_2))
        self.paper.y += GAP

    def _sum(self, label: str, minor: int, face: Face) -> None:
        amount = format_money(self.said.money(minor))
        end = self.paper.put(label, SUMS_LEFT, self.paper.y, 45, face)
        self.paper.put(amount, RIGHT - 45, self.paper.y, 45, face, right=True)
        self.paper.y = end + 0.8

    def _taxes(self) -> None:
        said = self.said
        columns = [
            Column(_("VAT rate"), LEFT, 40, right=False),
            Column(_("Net"), 70, 30),
            Column(_("VAT"), 105, 30),
            Column(_("Gross"), 140, 50),
        ]
        rows = [
            [
                format_percent(Decimal(each.rate)),
                format_money(said.money(each.net_minor)),
                format_money(said.money(each.tax_minor)),
                format_money(said.money(each.net_minor + each.tax_minor)),
            ]
            for each in said.taxes
        ]
        table(self.paper, columns, rows, together=True)
        self.paper.y += GAP / 2
        if not self.paper.fits(2 * SMALL.height):
            self.paper.turn()
        if said.corrected:
            note = _("All amounts include VAT. They could not be sent back, so the credit note is cancelled.")
        elif said.credited:
            note = _("All amounts include VAT. They have been sent back the way they were paid.")
        else:
            note = _("All prices include VAT. This invoice is paid; nothing is owed.")
        self.paper.put(note, LEFT, self.paper.y, RIGHT - LEFT, Face(8.25, INK_2))

    def _day(self, moment: str) -> str:
        return format_date(datetime.fromisoformat(moment), timezone=self.said.timezone)


def _vat_number(party: Party) -> list[str]:
    return [_("VAT number %(number)s", number=party.vat_id)] if party.vat_id else []


def facts(paper: Paper, known: Sequence[tuple[str, str]]) -> float:
    """Side by side, each under its label; returns where they end."""
    width = (RIGHT - LEFT) / len(known)
    ends = []
    for place, (label, value) in enumerate(known):
        x = LEFT + place * width
        y = paper.put(label, x, paper.y, width - GAP / 2, LABEL)
        ends.append(paper.put(value, x, y, width - GAP / 2))
    return max(ends)


def block(paper: Paper, label: str, lines: Sequence[str], x: float, width: float, *, face: Face = BODY) -> float:
    """Lines under their label; returns where they end."""
    y = paper.put(label, x, paper.y, width, LABEL)
    return paper.put_all(lines, x, y + 0.4, width, face)


def table(paper: Paper, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, together: bool = False) -> None:
    """Rows under a head that every sheet repeats. What stands after a newline is small, under the rest."""
    heights = [_height_of_row(paper, columns, row) for row in rows]
    head = LABEL.height + 2 * ROW
    needed = sum(heights) if together else heights[0]
    if not paper.fits(head + needed):
        paper.turn()
    _head_of_table(paper, columns)
    for row, height in zip(rows, heights, strict=True):
        if not paper.fits(height):
            paper.turn()
            _head_of_table(paper, columns)
        for column, cell in zip(columns, row, strict=True):
            first, _newline, second = cell.partition("\n")
            face = STRONG if second or "\n" in cell else BODY
            end = paper.put(first, column.left, paper.y + ROW, column.width, face, right=column.right)
            if second:
                paper.put(second, column.left, end, column.width, SMALL)
        paper.y += height
        paper.rule()


def _head_of_table(paper: Paper, columns: Sequence[Column]) -> None:
    for column in columns:
        paper.put(column.label, column.left, paper.y + ROW, column.width, LABEL, right=column.right)
    paper.y += LABEL.height + 2 * ROW
    paper.rule(thick=True)


def _height_of_row(paper: Paper, columns: Sequence[Column], row: Sequence[str]) -> float:
    heights = []
    for column, cell in zip(columns, row, strict=True):
        first, newline, second = cell.partition("\n")
        upper = paper.height_of(first, column.width, STRONG if newline else BODY)
        heights.append(upper + paper.height_of(second, column.width, SMALL))
    return max(heights) + 2 * ROW
