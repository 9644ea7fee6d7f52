"""Words and figures in the reader's language. `_` marks every sentence a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from babel import Locale, dates, lists, numbers
from flask import Flask, has_request_context
from flask_babel import Babel, force_locale, get_locale, gettext, lazy_gettext, ngettext

from shop.core.money import Money, exponent

DEFAULT_LANGUAGE = "en_GB"

_ = gettext
_l = lazy_gettext
_n = ngettext


def init(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "../translations"
    # The address alone decides the language; /de/… and the like are kept free for later ones.
    Babel(app, locale_selector=lambda: DEFAULT_LANGUAGE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything inside is said in `language`, as the mails are, whoever's request or task it is."""
    with force_locale(language):
        yield


def language() -> str:
    """The language of this request, or the shop's own outside one."""
    return str(locale()) if has_request_context() else DEFAULT_LANGUAGE


def locale() -> Locale:
    return get_locale() or Locale.parse(DEFAULT_LANGUAGE)


def format_money(amount: Money, *, brief: bool = False) -> str:
    """£24.00; briefly, as in lists, £24 when there are no pence."""
    whole = brief and amount.minor % 10 ** exponent(amount.currency) == 0
    return numbers.format_currency(
        amount.decimal,
        amount.currency,
        locale=locale(),
        format=_without_decimals(locale()) if whole else None,
        currency_digits=not whole,
        decimal_quantization=True,
    )


def _without_decimals(where: Locale) -> str:
    return where.currency_formats["standard"].pattern.replace("0.00", "0")


def format_day(day: date) -> str:
    """Wed 25 Nov."""
    return dates.format_skeleton("EdMMM", day, locale=locale())


def format_date(moment: datetime, *, timezone: str) -> str:
    """25 Nov 2026."""
    return dates.format_skeleton("yMMMd", moment.astimezone(dates.get_timezone(timezone)), locale=locale())


def format_brief_day(moment: datetime, *, timezone: str) -> str:
    """25 Nov."""
    return dates.format_skeleton("dMMM", moment.astimezone(dates.get_timezone(timezone)), locale=locale())


def format_moment(moment: datetime, *, timezone: str) -> str:
    return dates.format_datetime(moment, "d MMM y, HH:mm", tzinfo=dates.get_timezone(timezone), locale=locale())


def format_clock(moment: datetime, *, timezone: str) -> str:
    return dates.format_time(moment, "HH:mm", tzinfo=dates.get_timezone(timezone), locale=locale())


def format_number(number: int | Decimal) -> str:
    """1,234."""
    return numbers.format_decimal(number, locale=locale())


def format_tenths(number: Decimal) -> str:
    """4.0, as averages are written."""
    return numbers.format_decimal(number, "#,##0.0", locale=locale())


def format_percent(rate: Decimal) -> str:
    return numbers.format_percent(rate, "#,##0.##%", locale=locale())


def format_list(words: Sequence[str]) -> str:
    """A2, Oak and Coral."""
    return lists.format_list(words, locale=locale())


def country_name(code: str) -> str:
    return str(locale().territories.get(code, code))


def language_code() -> str:
    """For `lang` attributes: en-GB."""
    return str(locale()).replace("_", "-")
