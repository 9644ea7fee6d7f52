"""What the start page says: figures with what they were before, their drawings, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel import dates
from flask import url_for
from flask_login import current_user

from shop.admin.dashboard import charts
from shop.admin.dashboard.charts import Drawing
from shop.admin.dashboard.queries import Books, Needs
from shop.core import lists
from shop.core.clock import now
from shop.core.i18n import (
    _,
    _n,
    format_brief_day,
    format_clock,
    format_day,
    format_moment,
    format_money,
    format_number,
    format_percent,
    locale,
)
from shop.core.money import Money, exponent
from shop.core.store import Store
from shop.figures.queries import Period, Step

MORNING, NOON, EVENING = 4, 12, 18
MUCH = 1000  # of the currency
SPARK = (112, 28)
WIDE = {"width": 760, "height": 240, "columns": 7}
NARROW = {"width": 340, "height": 200, "columns": 4}
TWO_DAYS = 48  # hours: longer waits are told in days
SOME = Decimal("0.001")  # of the whole: a change below is none


@dataclass(frozen=True, slots=True)
class Change:
    """Against the time before. `tone` is by its meaning: more refunds are bad."""

    arrow: str  # ▲ ▼ or nothing
    words: str
    tone: str  # ok, bad or plain


@dataclass(frozen=True, slots=True)
class Tile:
    name: str
    value: str
    change: Change
    spark: str  # points
    hint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the table behind the drawing."""

    name: str
    brief: str
    revenue: Money
    before: Money
    orders: int


@dataclass(frozen=True, slots=True)
class Need:
    tone: str
    count: str
    what: str
    more: str
    address: str


def greeting(store: Store) -> str:
    hour = now().astimezone(ZoneInfo(store.timezone)).hour
    name = current_user.name.split(" ")[0]
    if MORNING <= hour < NOON:
        return _("Good morning, %(name)s", name=name)
    if NOON <= hour < EVENING:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def today(store: Store) -> str:
    """Friday 27 November."""
    return dates.format_skeleton("EEEEdMMMM", now().astimezone(ZoneInfo(store.timezone)), locale=locale())


def tiles(period: Period) -> list[Tile]:
    steps = [step for step in period.steps if not step.to_come]
    this, that = period.now, period.before
    return [
        Tile(
            _("Revenue"),
            _roughly(this.revenue),
            _change(Decimal(this.revenue.minor), Decimal(that.revenue.minor)),
            _spark([step.now.revenue.minor for step in steps]),
            _("Paid orders with delivery and tax, less what was refunded in this time"),
        ),
        Tile(
            _("Orders"),
            format_number(this.orders),
            _change(Decimal(this.orders), Decimal(that.orders)),
            _spark([step.now.orders for step in steps]),
            _("Paid in this time"),
        ),
        Tile(
            _("Average order"),
            format_money(this.average) if this.average else "–",
            _change(_minor(this.average), _minor(that.average)),
            _spark([step.now.average.minor if step.now.average else 0 for step in steps]),
            _("With delivery and tax, before refunds"),
        ),
        Tile(
            _("Refund rate"),
            format_percent(this.refund_rate.quantize(SOME, ROUND_HALF_UP)) if this.refund_rate is not None else "–",
            _points(this.refund_rate or Decimal(0), that.refund_rate),
            _spark([step.now.refunded.minor for step in steps]),
            _("Refunded of what was sold in this time"),
        ),
    ]


def _roughly(amount: Money) -> str:
    """Without its pence, where there is so much that they only take room; the table has them."""
    whole = 10 ** exponent(amount.currency)
    much = abs(amount.minor) >= MUCH * whole
    return format_money(Money(round(amount.minor / whole) * whole, amount.currency) if much else amount, brief=much)


def _minor(amount: Money | None) -> Decimal:
    return Decimal(amount.minor if amount else 0)


def _change(this: Decimal, that: Decimal) -> Change:
    """More is good."""
    if that <= 0:
        return Change("", _("nothing to compare with"), "plain")
    share = (this - that) / that
    if abs(share) < SOME * 5:
        return Change("", _("the same"), "plain")
    percent = format_percent(abs(share).quantize(Decimal("0.01"), ROUND_HALF_UP))
    if share > 0:
        return Change("▲", _("%(percent)s more", percent=percent), "ok")
    return Change("▼", _("%(percent)s less", percent=percent), "bad")


def _points(this: Decimal, that: Decimal | None) -> Change:
    """Less is good. A difference of rates is told in hundredths of the whole."""
    if that is None:
        return Change("", _("nothing to compare with"), "plain")
    points = ((this - that) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if not points:
        return Change("", _("the same"), "plain")
    said = format_number(abs(points))
    if points > 0:
        return Change("▲", _("%(points)s points more", points=said), "bad")
    return Change("▼", _("%(points)s points less", points=said), "ok")


def _spark(values: Sequence[float]) -> str:
    return charts.spark(values, width=SPARK[0], height=SPARK[1])


@dataclass(frozen=True, slots=True)
class Chart:
    wide: Drawing
    narrow: Drawing
    rows: Sequence[Row]
    axis: dict[int, str]  # words by minor units
    label: str  # for those who do not see it


def chart(period: Period, store: Store) -> Chart:
    values = [None if step.to_come else step.now.revenue.minor for step in period.steps]
    before = [step.before.revenue.minor for step in period.steps]
    unit = 10 ** exponent(store.currency)
    wide, narrow = (charts.draw(values, before, left=58, unit=unit, **size) for size in (WIDE, NARROW))
    return Chart(
        wide,
        narrow,
        [
            Row(
                _name_of(step, store),
                _brief_name_of(step, store),
                step.now.revenue,
                step.before.revenue,
                step.now.orders,
            )
            for step in period.steps
        ],
        {
            tick.value: format_money(Money(tick.value, store.currency), brief=True)
            for drawing in (wide, narrow)
            for tick in drawing.rows
        },
        _(
            "Revenue, %(this)s in all, and in the time before, %(that)s. The table below has every value.",
            this=format_money(period.now.revenue),
            that=format_money(period.before.revenue),
        ),
    )


def _name_of(step: Step, store: Store) -> str:
    return format_day(step.day) if step.hour is None else _brief_name_of(step, store)


def _brief_name_of(step: Step, store: Store) -> str:
    """25 Nov, or 14:00."""
    day, zone = step.day, ZoneInfo(store.timezone)
    local = datetime(day.year, day.month, day.day, step.hour or 0, tzinfo=zone)
    if step.hour is None:
        return format_brief_day(local, timezone=store.timezone)
    return format_clock(local, timezone=store.timezone)


def wants(needs: Needs, books: Books, store: Store) -> list[Need]:
    """What the person who looks may do something about, the most pressing first."""
    return [need for right, need in _all(needs, books, store) if current_user.may(right)]


def _all(needs: Needs, books: Books, store: Store) -> Iterator[tuple[str, Need]]:
    yield from _of_money(needs, books, store)
    yield from _of_goods(needs)
    yield from _of_engine(needs)
    if books.old and books.checked_at is not None:
        last = format_moment(books.checked_at, timezone=store.timezone)
        yield (
            "engine",
            Need(
                "warn",
                "!",
                _("The books were not checked last night"),
                _("Last on %(at)s", at=last),
                url_for("staff.books"),
            ),
        )


def _of_money(needs: Needs, books: Books, store: Store) -> Iterator[tuple[str, Need]]:
    if needs.disputes:
        due = format_brief_day(needs.reply_by, timezone=store.timezone) if needs.reply_by else ""
        what, more = _n("Dispute", "Disputes", needs.disputes), _("Reply by %(day)s", day=due) if due else ""
        yield "look", Need("bad", _counted(needs.disputes), what, more, url_for("staff.orders", tab="disputed"))
    if books.wrong:
        what = _("The books do not agree")
        yield (
            "engine",
            Need("bad", _counted(books.wrong), what, _("See what the last check has found"), url_for("staff.books")),
        )
    if needs.in_review:
        what, more = _n("Order in review", "Orders in review", needs.in_review), _("Paid otherwise than asked")
        yield "look", Need("bad", _counted(needs.in_review), what, more, url_for("staff.orders", tab="review"))


def _of_goods(needs: Needs) -> Iterator[tuple[str, Need]]:
    if needs.to_pack:
        what = _n("Order to pack", "Orders to pack", needs.to_pack)
        oldest = _waiting_since(needs.oldest) if needs.oldest else ""
        yield "look", Need("warn", _counted(needs.to_pack), what, oldest, url_for("staff.orders", tab="to-pack"))
    if needs.returns:
        what = _n("Return to decide", "Returns to decide", needs.returns)
        more = _n("%(num)s more is on its way", "%(num)s more are on their way", needs.coming) if needs.coming else ""
        yield "look", Need("warn", _counted(needs.returns), what, more, url_for("staff.returns", status="requested"))
    if needs.reviews:
        what, address = _n("Review waits", "Reviews wait", needs.reviews), url_for("staff.reviews", status="waiting")
        yield (
            "catalog",
            Need("info", _counted(needs.reviews), what, _("Shoppers see them once you publish them"), address),
        )
    for count, tab, what in (
        (needs.scarce, "low", _n("Product is running out", "Products are running out", needs.scarce)),
        (needs.sold_out, "out", _n("Product has sold out", "Products have sold out", needs.sold_out)),
    ):
        if count:
            yield "look", Need("warn", _counted(count), what, "", url_for("staff.products", tab=tab))


def _of_engine(needs: Needs) -> Iterator[tuple[str, Need]]:
    failed = needs.failed_jobs, needs.dead_mails, needs.stuck_webhooks, needs.dead_deliveries
    jobs, mails, webhooks, deliveries = failed
    for count, what, more, address in (
        (
            jobs,
            _n("Job has failed", "Jobs have failed", jobs),
            _("In the last 7 days"),
            url_for("staff.jobs", tab="failed"),
        ),
        (
            mails,
            _n("Mail could not be sent", "Mails could not be sent", mails),
            _("Correct the address, then send again"),
            url_for("staff.mails", status="dead"),
        ),
        (
            webhooks,
            _n("Message of Stripe’s is stuck", "Messages of Stripe’s are stuck", webhooks),
            "",
            url_for("staff.engine"),
        ),
        (
            deliveries,
            _n("Task was given up", "Tasks were given up", deliveries),
            _("See why, then try again"),
            url_for("staff.deliveries"),
        ),
    ):
        if count:
            yield "engine", Need("bad", _counted(count), what, more, address)


def _counted(count: int) -> str:
    return _("1,000+") if count > lists.MOST else format_number(count)


def _waiting_since(moment: datetime) -> str:
    waits = now() - moment
    hours = waits // timedelta(hours=1)
    if hours < 1:
        return _("The oldest came within the hour")
    if hours < TWO_DAYS:
        return _n("The oldest waits for %(num)s hour", "The oldest waits for %(num)s hours", hours)
    return _n("The oldest waits for %(num)s day", "The oldest waits for %(num)s days", hours // 24)
