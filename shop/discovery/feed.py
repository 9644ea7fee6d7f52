"""The goods as Google's Merchant Center reads them, and what others read in the same format. Pure.

RSS 2.0 with the attributes of support.google.com/merchants/answer/7052112; one item for each variant. Those that RSS
has itself stand as RSS has them.
"""

from __future__ import annotations

from collections.abc import Iterator

from shop.catalog.stock import Availability
from shop.core.money import Money
from shop.core.store import Store
from shop.discovery.offered import AHEAD, Goods, Sold
from shop.discovery.xml import DECLARATION, element, moment

RSS_HAS = frozenset({"title", "link", "description"})
LONGEST_ID = 50
LONGEST_TITLE = 150
LONGEST_DESCRIPTION = 5000
MORE_PICTURES = 10

END = "</channel>\n</rss>\n"


def begin(shop: Store, *, home: str) -> str:
    channel = [("title", shop.name), ("link", home), ("description", shop.intro or shop.line or shop.name)]
    return (
        f'{DECLARATION}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
        + "".join(element(name, text) for name, text in channel)
        + "\n"
    )


def items(goods: Goods, shop: Store) -> Iterator[str]:
    """Nothing of goods without a picture, which are refused."""
    for sold in goods.sold:
        if sold.pictures:
            named = ((name if name in RSS_HAS else f"g:{name}", text) for name, text in _attributes(goods, sold))
            attributes = "".join(element(name, text) for name, text in named)
            yield f"<item>{attributes}{_more(sold, shop.country)}</item>\n"


def _attributes(goods: Goods, sold: Sold) -> Iterator[tuple[str, str]]:
    yield "id", sold.sku if len(sold.sku) <= LONGEST_ID else str(sold.id)
    if goods.chosen_by:
        yield "item_group_id", str(goods.id)
    yield "title", sold.name[:LONGEST_TITLE]
    yield "description", (goods.description or goods.name)[:LONGEST_DESCRIPTION]
    yield "link", sold.address
    if goods.chosen_by:
        yield "canonical_link", goods.address
    yield "image_link", sold.pictures[0]
    for picture in sold.pictures[1 : 1 + MORE_PICTURES]:
        yield "additional_image_link", picture
    if sold.availability in AHEAD and not sold.from_:  # refused without a date
        yield "availability", Availability.OUT_OF_STOCK
    else:
        yield "availability", sold.availability
    if sold.from_:
        yield "availability_date", moment(sold.from_)
    yield "price", _price(sold.was or sold.price)
    if sold.was:
        yield "sale_price", _price(sold.price)
        if sold.since and sold.until:
            yield "sale_price_effective_date", f"{moment(sold.since)}/{moment(sold.until)}"
    yield "condition", "new"
    yield "identifier_exists", "no"  # what the shop makes itself has no number of the trade's
    yield "product_type", goods.shelf
    yield from sold.traits.items()
    if sold.content:
        yield "unit_pricing_measure", sold.content
        yield "unit_pricing_base_measure", sold.per
    if sold.weight_g:
        yield "shipping_weight", f"{sold.weight_g} g"


def _more(sold: Sold, country: str) -> str:
    """Attributes that have attributes."""
    details = (("product_detail", {"attribute_name": name, "attribute_value": value}) for name, value in sold.others)
    parcels = (
        ("shipping", {"country": country, "service": each.name, "price": _price(each.price)}) for each in sold.parcels
    )
    return "".join(
        f"<g:{name}>{''.join(element(f'g:{key}', text) for key, text in parts.items())}</g:{name}>"
        for name, parts in (*details, *parcels)
    )


def _price(price: Money) -> str:
    return f"{price.decimal} {price.currency}"
