"""What machines ask for (robots.txt, sitemaps, feeds, the manifest), and what the heads of pages are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from shop.catalog.models import Category, Product
from shop.catalog.queries import PriceTag, on_sale_after, price_tags
from shop.content.queries import published_addresses
from shop.core.clock import now
from shop.core.i18n import _, language_code
from shop.core.limits import limiter
from shop.core.store import Store
from shop.core.web import not_found, plumbing, public
from shop.delivery import queries as deliveries
from shop.delivery.models import Method
from shop.discovery import atom, feed, queries, sitemap, structured
from shop.discovery.addresses import address_of, picture_address
from shop.discovery.offered import Goods, goods
from shop.discovery.xml import packed
from shop.reviews.models import Review
from shop.reviews.stars import Stars
from shop.settings import Env, Settings

bp = Blueprint("discovery", __name__)

KEPT = timedelta(hours=1)
AT_ONCE = 2_000  # addresses read at once, for the sitemap
GOODS_AT_ONCE = 100
NEW = 30  # entries of the Atom feed
# What is nobody's but the shopper's, or has no end.
NOT_FOR_ROBOTS = (
    "/admin",
    "/cart",
    "/checkout",
    "/dev/",
    "/downloads/",
    "/orders/",
    "/preview/",
    "/products/recent?",
    "/restock/",
    "/reviews/",
    "/search",
)
THEME, PAPER = "#fcfbf9", "#f4f2ed"  # as in the head of every page, and the ground of the icons

Part = tuple[str, int | None]  # of a document, and the id to go on behind


def init(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        address_of=address_of,
        picture_address=picture_address,
        product_data=product_data,
        breadcrumbs_data=structured.breadcrumbs,
        shop_data=shop_data,
        steps_to=steps_to,
    )


@bp.get("/robots.txt")
@plumbing
def robots() -> ResponseReturnValue:
    """A shop that is being built must not be found in the place of the real one."""
    settings: Settings = current_app.extensions["settings"]
    roots = ["", *(f"/{prefix}" for prefix in current_app.extensions["languages"])]
    closed = [f"{root}{path}" for root in roots for path in NOT_FOR_ROBOTS]
    if settings.env is Env.DEVELOPMENT:
        closed = ["/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {address_of('discovery.sitemap_index')}", ""]
    return _kept(Response("\n".join(lines), mimetype="text/plain"))


@bp.get("/sitemap.xml")
@public
def sitemap_index() -> ResponseReturnValue:
    files = [address_of("discovery.sitemap_pages")]
    files += [address_of("discovery.sitemap_products", part=part) for part in queries.chunks()]
    return _kept(Response(sitemap.index(files), mimetype="application/xml"))


@bp.get("/sitemaps/pages.xml.gz")
@public
def sitemap_pages() -> ResponseReturnValue:
    texts = published_addresses()
    listed: list[tuple[str, datetime | None]] = [(address_of("catalog.home"), None)]
    listed += [(address_of("catalog.category", slug=slug), None) for slug in queries.shelves()]
    listed += [(address_of("catalog.collection", slug=slug), None) for slug in queries.collections()]
    if any(each.folder == "journal" for each in texts):
        listed.append((address_of("content.journal"), None))
    listed += [(address_of("content.entry", folder=each.folder, slug=each.slug), each.updated_at) for each in texts]
    return _file([sitemap.BEGIN, *(sitemap.page(*each) for each in listed), sitemap.END])


@bp.get("/sitemaps/products-<int:part>.xml.gz")
@public
def sitemap_products(part: int) -> ResponseReturnValue:
    before, until = (part - 1) * queries.CHUNK, part * queries.CHUNK
    if not 0 <= before < until < 2**63 or not queries.listed(before, until, 1):
        not_found()

    def read(after: int) -> Part:
        found = queries.listed(after, until, AT_ONCE)
        pages = (sitemap.page(address_of("catalog.product", slug=each.slug), each.updated_at) for each in found)
        return "".join(pages), found[-1].id if len(found) == AT_ONCE else None

    return _file(_written(sitemap.BEGIN, read, sitemap.END, after=before))


@bp.get("/feeds/products.xml")
@public
@limiter.limit("30 per minute")
def products_feed() -> ResponseReturnValue:
    shop: Store = g.store
    methods = deliveries.methods(shop.country)

    def read(after: int) -> Part:
        found = on_sale_after(after, GOODS_AT_ONCE)
        tags = price_tags([variant.id for product in found for variant in product.variants], shop.currency)
        items = (feed.items(_goods(product, tags, methods, shop), shop) for product in found)
        return "".join(chain.from_iterable(items)), found[-1].id if len(found) == GOODS_AT_ONCE else None

    parts = _written(feed.begin(shop, home=address_of("catalog.home")), read, feed.END)
    if not request.accept_encodings["gzip"]:
        answer = Response(parts, mimetype="application/rss+xml")
    else:
        answer = Response(packed(parts), mimetype="application/rss+xml")
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    return _kept(answer)


@bp.get("/feeds/new.atom")
@public
def new_products() -> ResponseReturnValue:
    entries = [
        atom.Entry(
            id=product.id,
            title=product.name,
            address=address_of("catalog.product", slug=product.slug),
            summary=product.summary,
            created_at=product.created_at,
            published_at=product.published_at,
            updated_at=product.updated_at,
        )
        for product in queries.newest(NEW)
        if product.published_at
    ]
    text = atom.feed(
        entries,
        title=_("New at %(shop)s", shop=g.store.name),
        author=g.store.name,
        home=address_of("catalog.home"),
        here=address_of("discovery.new_products"),
        when=now(),
    )
    return _kept(Response(text, mimetype="application/atom+xml"))


@bp.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """For a place on the home screen. The mark keeps its distance, so that the icon may be cut to any shape."""
    answer = jsonify(
        name=g.store.name,
        short_name=g.store.name,
        lang=language_code(),
        start_url=url_for("catalog.home"),
        display="minimal-ui",
        theme_color=THEME,
        background_color=PAPER,
        icons=[
            {
                "src": url_for("static", filename=f"img/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for purpose in ("any", "maskable")
            for size in (192, 512)
        ],
    )
    answer.mimetype = "application/manifest+json"
    return _kept(answer)


def product_data(
    product: Product, tags: dict[int, PriceTag], methods: Sequence[Method], rating: Stars, reviews: Sequence[Review]
) -> structured.Data:
    return structured.product(_goods(product, tags, methods, g.store), g.store, rating, reviews)


def shop_data() -> list[structured.Data]:
    """Who keeps the shop, and how it is searched: for its first page."""
    home = address_of("catalog.home")
    logo = address_of("static", filename="img/icon-512.png")
    return [
        structured.organization(g.store, home=home, logo=logo),
        structured.website(g.store, home=home, search=address_of("catalog.search", q="")),
    ]


def steps_to(shelves: Iterable[Category], *pages: tuple[str, str]) -> list[tuple[str, str]]:
    """Names and addresses from the first page through `shelves` to one of these `pages`."""
    return [
        (_("Home"), address_of("catalog.home")),
        *((shelf.name, address_of("catalog.category", slug=shelf.slug)) for shelf in shelves),
        *pages,
    ]


def _goods(product: Product, tags: dict[int, PriceTag], methods: Sequence[Method], shop: Store) -> Goods:
    def address(choices: Mapping[str, str]) -> str:
        return address_of("catalog.product", slug=product.slug, **choices)

    return goods(product, tags, methods, shop, address=address, picture=lambda picture: picture_address(picture.asset))


def _written(begin: str, read: Callable[[int], Part], end: str, *, after: int = 0) -> Iterator[str]:
    """A document of any length. Each part is read with a session of its own, so a slow reader keeps none open."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def parts() -> Iterator[str]:
        behind: int | None = after
        while behind is not None:
            with app.app_context():
                text, behind = read(behind)
            yield text

    read_on = parts()
    first = next(read_on)  # what fails at once is an error page, not half a document
    return chain([begin + first], read_on, [end])


def _file(parts: Iterable[str]) -> Response:
    return _kept(Response(packed(parts), mimetype="application/gzip"))


def _kept(answer: Response) -> Response:
    answer.cache_control.public = True
    answer.cache_control.max_age = int(KEPT.total_seconds())
    return answer
