"""Words and figures in the reader's language. `_` marks every sentence a person reads.

The address alone decides the language: English stands at /products/mug, German would stand at /de/products/mug, once
translations/de/ is there. No cookie and no Accept-Language, so that a page can be kept whole under its address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from babel import Locale, dates, lists, numbers, units
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations, gettext, lazy_gettext
from jinja2 import pass_context
from jinja2.runtime import Context

from shop.core.clock import now
from shop.core.money import Money, exponent
from shop.settings import ROOT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Request
    from werkzeug.routing import MapAdapter

DEFAULT_LANGUAGE = "en_GB"
TRANSLATIONS = ROOT / "translations"
# Where the addresses begin that only staff, browsers and machines ask for. They have no language.
WITHOUT_LANGUAGE = frozenset(
    {"admin", "apple-touch-icon.png", "favicon.ico", "feeds", "healthz", "manifest.webmanifest", "media"}
    | {"readyz", "robots.txt", "sitemap.xml", "sitemaps", "static", "webhooks"}
)

_ = gettext
_l = lazy_gettext


class Shop(Flask):
    """Flask with the language in its addresses: /de/products/mug is answered as /products/mug, with /de as the root
    of all that `url_for` makes, so that no view and no template needs to know."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        prefix, _slash, path = environ["PATH_INFO"][1:].partition("/")
        path = f"/{path}"
        if prefix in self.extensions["languages"] and not _has_no_language(path):
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"/{prefix}", path
        return super().wsgi_app(environ, start_response)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Outside a request, addresses begin with the shop's own."""
        if request is not None or "PUBLIC_URL" not in self.config:
            return super().create_url_adapter(request)
        public = urlsplit(self.config["PUBLIC_URL"])
        return self.url_map.bind(public.netloc, url_scheme=public.scheme)

    def url_for(self, endpoint: str, **values: Any) -> str:
        address = super().url_for(endpoint, **values)
        if not has_request_context() or not request.root_path:
            return address
        parts = urlsplit(address)
        path = parts.path.removeprefix(request.root_path)
        return parts._replace(path=path).geturl() if _has_no_language(path) else address


def init(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    catalogues = TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")
    app.extensions["languages"] = {_prefix(code): code for code in (path.parts[-3] for path in catalogues)}
    Babel(app, locale_selector=_language_of_address)
    _write_counts(app)


def _n(one: str, many: str, count: int, /, **values: Any) -> str:
    """The sentence for `count` pieces, which it calls %(num)s."""
    sentence: str = get_translations().ungettext(one, many, count)
    return sentence % {"num": format_number(count), **values}


def _write_counts(app: Flask) -> None:
    """Has `ngettext` in templates write its %(num)s as `_n` does."""
    plain: Any = app.jinja_env.globals["ngettext"]

    @pass_context
    def ngettext(context: Context, one: str, many: str, count: int, /, **values: Any) -> str:
        return plain(context, one, many, count, **{"num": format_number(count), **values})

    app.jinja_env.globals["ngettext"] = ngettext


def _has_no_language(path: str) -> bool:
    return path.split("/")[1] in WITHOUT_LANGUAGE


def below(root: str, path: str) -> str:
    """A path of the shop as it stands below `root` (/de in German); any other address as it is."""
    ours = path.startswith("/") and not path.startswith("//") and not _has_no_language(path)
    return root + path if ours else path


def _language_of_address() -> str:
    prefix = request.root_path[1:] if has_request_context() else ""
    return current_app.extensions["languages"].get(prefix, DEFAULT_LANGUAGE)


def _prefix(language: str) -> str:
    """As addresses write it: pt-br for pt_BR."""
    return language.replace("_", "-").lower()


def shop_address(language: str) -> str:
    """Where the shop stands in `language`, for links that leave it: https://shop.example/de."""
    prefix = _prefix(language)
    root: str = current_app.config["PUBLIC_URL"]
    return f"{root}/{prefix}" if prefix in current_app.extensions["languages"] else root


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
    """2 Jul 2026, 00:30."""
    day, clock = format_date(moment, timezone=timezone), format_clock(moment, timezone=timezone)
    return str(dates.get_datetime_format("medium", locale())).replace("{1}", day).replace("{0}", clock)


def format_clock(moment: datetime, *, timezone: str) -> str:
    """00:30."""
    return dates.format_time(moment, "short", tzinfo=dates.get_timezone(timezone), locale=locale())


def format_ago(moment: datetime) -> str:
    """How long ago it was, roughly: 2 minutes ago."""
    return dates.format_timedelta(moment - now(), granularity="minute", add_direction=True, locale=locale())


def format_number(number: int | Decimal) -> str:
    """1,234."""
    return numbers.format_decimal(number, locale=locale())


def format_file_size(size: int) -> str:
    """1.4 MB, of bytes."""
    kilo = 1000
    if size < kilo * kilo:
        return units.format_unit(max(1, round(size / kilo)), "digital-kilobyte", "short", locale=locale())
    return units.format_unit(round(size / kilo / kilo, 1), "digital-megabyte", "short", locale=locale())


def format_tenths(number: Decimal) -> str:
    """4.0, as averages are written."""
    return numbers.format_decimal(number, "#,##0.0", locale=locale())


def format_percent(rate: Decimal) -> str:
    """20%, with two decimals at most."""
    pattern = locale().percent_formats[None].pattern.replace("0", "0.##")
    return numbers.format_percent(rate, pattern, locale=locale())


def format_list(words: Sequence[str]) -> str:
    """A2, Oak and Coral."""
    return lists.format_list(words, locale=locale())


def country_name(code: str) -> str:
    return str(locale().territories.get(code, code))


def language_code() -> str:
    """For `lang` attributes: en-GB."""
    return str(locale()).replace("_", "-")
