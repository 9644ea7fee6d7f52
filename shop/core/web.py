"""What every page has in common: who may see it, forgery checks, security headers, errors, filters.

Each view is marked with one of `public`, `private`, `staff(...)`, `signed`; an unmarked one stops the start.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from ipaddress import ip_address, ip_network
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from shop.core import acting, i18n, log, store
from shop.core.db import db, is_away
from shop.core.errors import Forbidden, NotFound, ShopError, Unavailable
from shop.core.forgery import SAFE_METHODS, from_our_own_pages
from shop.core.i18n import _
from shop.settings import Bucket, Settings

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_FORM = 256 * 1024  # bytes
MOST_FIELDS = 200
LONGEST_NUMBER = 12  # digits that anybody means
TRY_AGAIN_S = 30  # what a database needs to start again, as a rule
csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class Access:
    kind: str
    permission: str = ""
    shopless: bool = False  # answers before there is a shop in the database
    largest: int = LARGEST_FORM
    fields: int = MOST_FIELDS
    recent: bool = False  # who has not shown it for a while is asked again who they are


class _Typed(ImmutableMultiDict[str, Any]):
    """What somebody sent, with NUL as browsers show it: PostgreSQL keeps no text that has one."""

    def __init__(self, sent: Any = None) -> None:
        pairs = MultiDict(sent).items(multi=True)
        super().__init__((name, it.replace("\0", "\ufffd") if isinstance(it, str) else it) for name, it in pairs)


class _Request(Request):
    parameter_storage_class = _Typed

    def _get_file_stream(self, *_: object, **__: object) -> BytesIO:
        """In memory, where its view's limit bounds it: files on a disk that is full could not even be refused."""
        return BytesIO()


class _Sessions(SecureCookieSessionInterface):
    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Not with files, which are the same for everyone: told to vary, browsers fetch them again for each cookie."""
        if not ("access" in g and g.access.shopless):
            super().save_session(app, session, response)


class _RowId(IntegerConverter):
    """Numbers in addresses, no larger than the databases' own and in plain digits."""

    regex = r"[0-9]{1,18}"


def public(view: View) -> View:
    """Anyone; the same page for everyone but for its marked holes."""
    return _mark(view, Access("public"))


def private(view: View) -> View:
    """Whoever holds the right secret (a cookie, a token in the address). Never kept; its forms carry a token."""
    return _mark(view, Access("private"))


def staff(
    permission: str, *, largest: int = LARGEST_FORM, fields: int = MOST_FIELDS, recent: bool = False
) -> Callable[[View], View]:
    """Signed-in staff whose role has `permission`; they may send up to `largest` bytes in up to `fields` fields.

    With `recent`, who signed in more than a quarter of an hour ago is asked for the password (or a code) first: for
    money that goes back and for rights. What they typed goes along; files would not.
    """
    return lambda view: _mark(view, Access("staff", permission, largest=largest, fields=fields, recent=recent))


def signed(view: View) -> View:
    """A machine whose message the view itself verifies."""
    return _mark(view, Access("signed"))


def plumbing(view: View) -> View:
    """Health checks and files: no shop needed, nothing personal."""
    return _mark(view, Access("public", shopless=True))


def access_of(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions[endpoint], "access", None)


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def init(app: Flask, settings: Settings) -> None:
    host = urlsplit(settings.public_url).hostname or "localhost"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=[host, "localhost"] if host == "127.0.0.1" else [host],
        PUBLIC_URL=settings.public_url,
        PREFERRED_URL_SCHEME=urlsplit(settings.public_url).scheme,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # forgery.py has looked at Origin and Referer
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.request_class = _Request
    app.session_interface = _Sessions()
    app.url_map.converters["int"] = _RowId
    csrf.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        money=i18n.format_money,
        brief_money=lambda amount: i18n.format_money(amount, brief=True),
        day=i18n.format_day,
        file_size=i18n.format_file_size,
        brief_day=lambda moment: i18n.format_brief_day(moment, timezone=g.store.timezone),
        date=lambda moment: i18n.format_date(moment, timezone=g.store.timezone),
        moment=lambda moment: i18n.format_moment(moment, timezone=g.store.timezone),
        clock=lambda moment: i18n.format_clock(moment, timezone=g.store.timezone),
        number=i18n.format_number,
        tenths=i18n.format_tenths,
        percent=i18n.format_percent,
        country=i18n.country_name,
        paragraphs=_paragraphs,
    )
    app.jinja_env.globals.update(language_code=i18n.language_code)
    app.context_processor(lambda: {"store": g.get("store")})
    app.before_request(lambda: _admit(settings))
    app.teardown_request(lambda _error: acting.end())
    headers = security_headers(settings)
    app.after_request(lambda response: _finish(response, headers))
    app.register_error_handler(ShopError, _show_shop_error)
    app.register_error_handler(CSRFError, _show_stale_form)
    app.register_error_handler(SecurityError, _show_foreign_host)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(Exception, _show_crash)


def check_marks(app: Flask) -> None:
    """Raises RuntimeError naming every route that does not say who may use it."""
    unmarked = sorted(endpoint for endpoint in app.view_functions if access_of(app, endpoint) is None)
    if unmarked:
        raise RuntimeError(f"routes without a mark: {', '.join(unmarked)}")


def security_headers(settings: Settings) -> dict[str, str]:
    """The same for every page, since pages are kept whole: no nonce."""
    pay_page = settings.stripe_api_base or "https://checkout.stripe.com"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": " ".join(["'self'", *_origins_of_pictures(settings)]),
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "frame-src": "'self'",
        "form-action": f"'self' {pay_page}",  # browsers hold redirects after a form to this too
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",  # addresses of orders are secrets
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _origins_of_pictures(settings: Settings) -> list[str]:
    """Where a bucket shows its files itself."""
    if isinstance(settings.media, Bucket) and settings.media.public:
        public = urlsplit(settings.media.public)
        return [f"{public.scheme}://{public.netloc}"]
    return []


def network_of(address: str | None) -> str:
    """The network an address belongs to: /24 for IPv4, /64 for IPv6, as one subscriber usually has."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network((ip, 24 if ip.version == 4 else 64), strict=False))  # noqa: PLR2004


def safe_next(target: str | None) -> str | None:
    """`target` if it is a path of ours, else None: nobody is sent elsewhere by a link they trusted."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def positive(text: str | None, *, default: int | None = None, most: int = 2**31 - 1) -> int | None:
    """A whole number from 1 to `most` that somebody typed, or `default`."""
    if text and text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and 1 <= int(text) <= most:
        return int(text)
    return default


def pdf(content: bytes, name: str) -> Response:
    """A file to keep, called `name`.pdf."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.pdf")
    return response


def _admit(settings: Settings) -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # 404 or 405, raised when the view would be called
    access = access_of(current_app, request.endpoint)
    if access is None:
        raise RuntimeError(f"{request.endpoint} is not marked")
    g.access = access
    request.max_content_length, request.max_form_parts = access.largest, access.fields
    if "\0" in request.path:
        not_found()
    unsafe = request.method not in SAFE_METHODS and access.kind != "signed"
    ours = (settings.public_url, request.host_url.rstrip("/"))  # behind a proxy that is not trusted they differ
    if unsafe and not from_our_own_pages(request.headers, origins=ours):
        raise Forbidden(_("This came from another site. Open the page here and send it again."))
    if not access.shopless:
        g.store = store.load()
        if g.store is None:
            raise Unavailable(_("This shop is not set up yet. Its owner runs “manage.py init” once."))
    if access.kind == "staff":
        answer = _admit_staff(access)
        if answer is not None:
            return answer
    if unsafe and len(request.form) > access.fields:
        raise RequestEntityTooLarge
    if unsafe and access.kind in ("private", "staff"):
        csrf.protect()
    if access.recent and not current_user.is_recent:
        ask: Callable[[], ResponseReturnValue | None] = current_app.extensions["ask_again"]
        return ask()
    return None


def _admit_staff(access: Access) -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        if request.method in SAFE_METHODS:
            return redirect(url_for("staff.sign_in", next=request.full_path.rstrip("?")))
        raise Forbidden(_("You are signed out. Sign in and send it again."))
    if not current_user.may(access.permission):
        raise Forbidden(_("Your role does not include this. Ask the shop’s owner."))
    acting.begin(current_user.signature)
    return None


def _finish(response: Response, headers: dict[str, str]) -> Response:
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    kind = g.access.kind if "access" in g else "public"
    if kind != "public":
        response.headers["Cache-Control"] = "private, no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
        response.vary.add("Cookie")
    if kind == "public" and response.mimetype == "text/html":
        _pack(response)
    return response


def _pack(response: Response) -> None:
    """Only what all may see: where a secret stands beside what somebody typed, its length would give it away."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def _show_shop_error(error: ShopError) -> ResponseReturnValue:
    return _error(error.status, error.message, code=error.code)


def _show_stale_form(error: CSRFError) -> ResponseReturnValue:
    """The token did not fit: nothing was done, and what was typed goes along when it is sent again."""
    typed = (
        []
        if any("password" in name for name in request.form)
        else [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    )
    log.get().info("form.stale", endpoint=request.endpoint, reason=error.description)
    if wants_json():
        return _error(400, _("This page was open too long. Please send it again."), code="form_too_old")
    page = render_template("layout/stale.html", typed=typed, retry=bool(typed))
    return page, 400


def _show_foreign_host(_error: SecurityError) -> ResponseReturnValue:
    """Under a name that is not ours no page can be made, since pages name addresses."""
    return Response(_("This shop has another address."), 400, mimetype="text/plain")


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    sentences = {
        400: _("The shop could not understand this request. Go back and try again."),
        404: _("There is nothing at this address."),
        405: _("This address cannot be used that way."),
        410: _("What stood here has been taken down."),
        413: _("That is too large to send. Go back, make it smaller, and send it again."),
        429: _("Too many tries in a short time. Wait a minute and try again."),
    }
    status = error.code or 500
    if 300 <= status < 400:  # noqa: PLR2004 (routing redirects are exceptions too)
        return error.get_response()
    sentence = sentences.get(status, _("This did not work. Go back and try again."))
    answer = current_app.make_response(_error(status, sentence, code=error.name.lower().replace(" ", "_")))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def _show_crash(error: Exception) -> ResponseReturnValue:
    if is_away(error):
        log.get().warning("database.away", endpoint=request.endpoint, error=str(error)[:300])
        db.session.rollback()
        return _show_shop_error(Unavailable(_("We cannot reach our records just now. Wait a minute, then try again.")))
    log.get().error("request.crashed", endpoint=request.endpoint, exc_info=error)
    db.session.rollback()
    return _error(500, _("Something went wrong on our side. Go back and try again; if it stays, write to us."), code="")


def _error(status: int, message: str, *, code: str) -> ResponseReturnValue:
    if wants_json():
        answer = jsonify(type="about:blank", title=message, status=status, code=code)
        answer.mimetype = "application/problem+json"
    else:
        answer = current_app.make_response(render_template("layout/error.html", status=status, message=message))
    if status == Unavailable.status:
        answer.headers["Retry-After"] = str(TRY_AGAIN_S)
    answer.status_code = status
    return answer


def wants_json() -> bool:
    kinds = ["text/html", "application/json", "application/problem+json"]
    best = request.accept_mimetypes.best_match(kinds, default="text/html")
    access: Access | None = g.get("access")
    return best != "text/html" or (access is not None and access.kind == "signed")


def is_secure() -> bool:
    """Whether the shop is reached by https, so that its cookies may insist on it."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def not_found() -> NoReturn:
    raise NotFound(_("There is nothing at this address."))


def _paragraphs(text: str) -> Markup:
    return Markup("\n").join(Markup("<p>{}</p>").format(part) for part in text.split("\n\n") if part.strip())
