"""Where the last sixty days of the demo begin: `live` writes them once, into an empty shop."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import exists, func, insert, select, update

from shop.catalog import stock
from shop.catalog.models import Product, StockMovement, Variant
from shop.core import store
from shop.core.clock import now
from shop.core.db import Model, db, take_turns, transaction
from shop.core.mail import MailLog
from shop.demo.large.fill import go_on_counting, ways_of_delivery
from shop.demo.seed import SALE_SINCE, VAT, is_demo
from shop.demo.sixty import around
from shop.demo.sixty.plan import DAYS, lives
from shop.demo.sixty.sales import Sale, Sales
from shop.demo.twin.books import DAY, Books
from shop.demo.twin.faults import Faults
from shop.demo.twin.till import Till
from shop.documents.models import DocumentSeries
from shop.figures import services as figures
from shop.ledger.models import LedgerEntry, LedgerTransaction
from shop.ledger.services import merged
from shop.orders import found
from shop.orders.models import Order, OrderEvent, OrderLine, OrderWord, Return, Shipment
from shop.orders.services import quantities
from shop.orders.states import fulfilment
from shop.payments.models import Dispute, Payment, Refund
from shop.together.services import count_sales

LATER_TAKES = 3 * DAY  # seconds until money of a delayed method comes
NUMBERED: tuple[type[Model], ...] = (
    *(Order, OrderLine, OrderEvent, Payment, Refund, Dispute, Shipment, Return, MailLog, LedgerTransaction),
)


def live(books: Path, *, public_url: str) -> int:
    """Writes the last sixty days into the demo shop and into the twin's books, in a file of these. Returns how many
    orders that are: none where there are orders already, or the shop is not the demo."""
    if not is_demo():
        return 0
    moment = now().replace(second=0, microsecond=0)
    with transaction():
        take_turns("demo.sixty")
        if db.session.scalar(select(exists().where(Order.id > 0))):
            return 0
        kept = Books(books)
        try:
            with kept.change():
                till = Till(kept, Faults(), public_url=public_url, settle_after=LATER_TAKES)
                count = _write(till, moment)
                around.hear(kept)
        finally:
            kept.close()
        around.fill(moment)
        go_on_counting(NUMBERED)
    count_sales()
    figures.catch_up()
    return count


def _write(till: Till, moment: datetime) -> int:
    shop = store.get()
    rates = {country: Decimal(rate) for country, rate in VAT.items()}
    sales = Sales(shop, till, _offers(), ways_of_delivery(), rates, taken=_taken())
    lived = lives(moment, sale_since=datetime.combine(moment.date(), time(), UTC) - SALE_SINCE)
    for life in lived:
        Sale(sales, life, moment).tell()
    following = sales.write_papers()
    db.session.add_all(DocumentSeries(code=code, next_number=number) for code, number in following.items())
    _add([*sales.rows, *_listed(sales.rows)])
    _stock_up(sales.sold, moment - timedelta(days=DAYS + 3))
    for order in sales.held:
        stock.hold(quantities(order.lines), order_id=order.id, cart_id=None)
    _post(sales)
    return len(lived)


def _listed(rows: Sequence[Model]) -> Iterator[OrderWord]:
    """What lists of orders are read by: how far each is, and the words that it is found by."""
    parcels: dict[int, list[Shipment]] = defaultdict(list)
    for row in rows:
        if isinstance(row, Shipment):
            parcels[row.order_id].append(row)
    for order in rows:
        if isinstance(order, Order):
            to = order.delivery_address
            order.country, order.fulfilment = to.country, fulfilment(order.lines, parcels[order.id])
            for word in found.kept(number=order.number, email=order.email, name=to.name, company=to.company):
                yield OrderWord(order_id=order.id, word=word)


def _taken() -> Counter[type[Model]]:
    """The highest ids there are: somebody may have looked around in the shop before it had a past."""
    return Counter({model: db.session.scalar(select(func.max(model.__table__.c.id))) or 0 for model in NUMBERED})


def _add(rows: Sequence[Model]) -> None:
    """Parents first: not all that belongs together is known to the mapper as such."""
    of_table: dict[object, list[Model]] = defaultdict(list)
    for row in rows:
        of_table[row.__table__].append(row)
    for table in db.metadata.sorted_tables:
        db.session.add_all(of_table[table])
        db.session.flush()


def _offers() -> dict[str, object]:
    """What variants are called and weigh, by SKU."""
    rows = db.session.execute(
        select(Variant.id, Variant.sku, Variant.name, Variant.weight_g, Product.name.label("of")).join(Variant.product)
    )
    return {row.sku: row for row in rows}


def _stock_up(sold: Counter[int], at: datetime) -> None:
    """What was sold must once have come."""
    db.session.add_all(
        StockMovement(variant_id=variant_id, quantity=pieces, reason="received", by="shop", note="first print", at=at)
        for variant_id, pieces in sorted(sold.items())
        if pieces
    )


def _post(sales: Sales) -> None:
    """To the ledger, many at a time, and sealed."""
    heads, entries = [], []
    first = _taken()[LedgerTransaction] + 1
    for number, (key, kind, order_id, at, what) in enumerate(sorted(sales.posted, key=lambda each: each[3]), first):
        heads.append({"id": number, "key": key, "kind": kind, "order_id": order_id, "at": at, "note": ""})
        entries += [row | {"transaction_id": number} for row in merged(what)]
    db.session.execute(insert(LedgerTransaction), heads)
    db.session.execute(insert(LedgerEntry), entries)
    db.session.execute(
        update(LedgerTransaction).where(LedgerTransaction.sealed_at.is_(None)).values(sealed_at=now()),
        execution_options={"synchronize_session": False},
    )
