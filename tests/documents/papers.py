"""A document that nothing changes, and what one reads on a PDF."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pypdf
import pypdfium2
from PIL import Image

from shop.documents.contents import AMOUNT, DELIVERY, Contents, Credited, Item, Party, Reduction, TaxSum
from shop.documents.models import Document, Kind

ISSUED_AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
RIDGES = Item(
    name="Seven Ridges, giclée print",
    variant="A2, oak",
    sku="RIDGES-A2-OAK",
    quantity=2,
    unit_minor=11200,
    tax_rate="0.20000",
    amount_minor=22400,
    tax_minor=3733,
)
LONG_NAME = "A notebook of which so much can be said that no line of a sheet holds it all, for Ιωάννης and Жанна"
NOTEBOOK = Item(name=LONG_NAME, sku="NOTE-A5", unit_minor=1250, tax_rate="0.00000", amount_minor=1250, tax_minor=0)
PARCEL = Item(kind=DELIVERY, name="Tracked parcel", tax_rate="0.20000", amount_minor=390, tax_minor=65)
PART = Item(kind=AMOUNT, tax_rate="0.20000", amount_minor=600, tax_minor=100)
TAXES = [TaxSum(rate="0.20000", net_minor=18992, tax_minor=3798), TaxSum(rate="0.00000", net_minor=1250, tax_minor=0)]
WELCOME = Reduction(label="Welcome back", amount_minor=-1000)


def document(*items: Item, credited: Credited | None = None, **more: object) -> Document:
    total = sum(item.amount_minor for item in items)
    said = {
        "language": "en_GB",
        "currency": "GBP",
        "timezone": "Europe/London",
        "seller": Party(
            lines=["Fathom & Fold", "4 Chandlery Yard", "Bristol BS1 6XN"],
            vat_id="GB 123 4567 82",
            email="hello@fathomandfold.example",
        ),
        "buyer": Party(
            lines=["Ελένη Παπαδοπούλου", "Łódź Типография ООО", "12 Queen Square", "Bristol", "BS1 4DJ"],
            vat_id="GB 999 8888 77",
            email="eleni@example.com",
        ),
        "delivered_to": [],
        "order_number": "K7MC-4WRX",
        "ordered_at": "2026-11-25T10:00:00+00:00",
        "paid_at": "2026-11-25T10:04:00+00:00",
        "items": items,
        "taxes": TAXES,
        "total_minor": total,
        "tax_minor": sum(item.tax_minor for item in items),
        "credited": credited,
        **more,
    }
    kind = Kind.CREDIT_NOTE if credited else Kind.INVOICE
    return Document(
        series="CN" if credited else "INV",
        number=42,
        kind=kind,
        issued_at=ISSUED_AT,
        data=Contents(**said).frozen(),  # type: ignore[arg-type]
    )


def read(pdf: bytes) -> str:
    """All that stands on it, each run of spaces as one."""
    pages = pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def sheets(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages)


def picture(pdf: bytes, sheet: int = 0) -> Image.Image:
    """A sheet as one sees it, in grey, 72 pixels to the inch."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        page = opened[sheet]
        try:
            return page.render().to_pil().convert("L")
        finally:
            page.close()
    finally:
        opened.close()
