"""What a page says, in the words of schema.org that search engines read. Pure.

What they ask for, Google says at developers.google.com/search/docs/appearance/structured-data: merchant-listing,
product-variants, shipping-policy, return-policy, review-snippet, breadcrumb, organization.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shop.catalog.stock import Availability
from shop.core.money import Money
from shop.core.store import Store
from shop.discovery.offered import TRAITS, Goods, Sold
from shop.reviews.models import Review
from shop.reviews.stars import MOST, Stars

VOCABULARY = "https://schema.org"
_AVAILABILITY = {
    Availability.IN_STOCK: "InStock",
    Availability.BACKORDER: "BackOrder",
    Availability.PREORDER: "PreOrder",
    Availability.OUT_OF_STOCK: "OutOfStock",
}
REVIEWS = 3
PICTURES = 6

Data = dict[str, Any]


def product(goods: Goods, shop: Store, rating: Stars, reviews: Sequence[Review]) -> Data:
    """One that comes in several variants is a group of products, each with its own address and its own offer.

    Empty where there is neither an offer nor a rating, without which nothing may be told.
    """
    if not goods.sold and not rating.count:
        return {}
    about = {
        "@context": VOCABULARY,
        "@id": f"{goods.address}#product",
        "name": goods.name,
        "url": goods.address,
        "description": goods.description or goods.name,
        "category": goods.shelf,
        **_pictures(goods.pictures),
        **_rated(rating, reviews),
    }
    if not goods.chosen_by:
        (only,) = goods.sold[:1] or (None,)
        offered = {"sku": only.sku, "offers": _offer(only, shop)} if only else {}
        return {**about, "@type": "Product", **offered}
    return {
        **about,
        "@type": "ProductGroup",
        "productGroupID": str(goods.id),
        "variesBy": [f"{VOCABULARY}/{each}" if each in TRAITS else each for each in goods.chosen_by],
        "hasVariant": [_variant(each, shop) for each in goods.sold],
    }


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Data:
    """`steps` are names and addresses, from the first page to this one."""
    return {
        "@context": VOCABULARY,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(steps, 1)
        ],
    }


def organization(shop: Store, *, home: str, logo: str) -> Data:
    told = {
        "description": shop.intro,
        "email": shop.email,
        "address": " ".join(shop.address.split()),
        "vatID": shop.vat_id,
        "hasMerchantReturnPolicy": _returns(shop),
    }
    return {
        "@context": VOCABULARY,
        "@type": "OnlineStore",
        "@id": f"{home}#shop",
        "name": shop.name,
        "url": home,
        "logo": logo,
        **{key: value for key, value in told.items() if value},
    }


def website(shop: Store, *, home: str, search: str) -> Data:
    """`search` is the address that words to look for are added to."""
    return {
        "@context": VOCABULARY,
        "@type": "WebSite",
        "@id": f"{home}#site",
        "name": shop.name,
        "url": home,
        "publisher": {"@type": "OnlineStore", "@id": f"{home}#shop"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}{{words}}"},
            "query-input": "required name=words",
        },
    }


def _variant(sold: Sold, shop: Store) -> Data:
    others = [{"@type": "PropertyValue", "name": name, "value": value} for name, value in sold.others]
    return {
        "@type": "Product",
        "name": sold.name,
        "sku": sold.sku,
        **sold.traits,
        **({"additionalProperty": others} if others else {}),
        **_pictures(sold.pictures[:1]),
        "offers": _offer(sold, shop),
    }


def _offer(sold: Sold, shop: Store) -> Data:
    cheapest = min(sold.parcels, key=lambda each: each.price.minor, default=None)
    delivery = {
        "shippingDetails": {
            "@type": "OfferShippingDetails",
            "shippingRate": _amount(cheapest.price),
            "shippingDestination": {"@type": "DefinedRegion", "addressCountry": shop.country},
            "deliveryTime": {
                "@type": "ShippingDeliveryTime",
                "handlingTime": _days(0, 0),  # from order to door is all that is known
                "transitTime": _days(cheapest.least_days, cheapest.most_days),
            },
        }
    } if cheapest else {}  # fmt: skip
    returns = _returns(shop)
    return {
        "@type": "Offer",
        "url": sold.address,
        "price": str(sold.price.decimal),
        "priceCurrency": sold.price.currency,
        **({"priceValidUntil": sold.until.date().isoformat()} if sold.until else {}),
        **({"priceSpecification": _was(sold.was)} if sold.was else {}),
        "itemCondition": f"{VOCABULARY}/NewCondition",
        "availability": f"{VOCABULARY}/{_AVAILABILITY[sold.availability]}",
        **({"availabilityStarts": sold.from_.date().isoformat()} if sold.from_ else {}),
        **delivery,
        **({"hasMerchantReturnPolicy": returns} if returns else {}),
    }


def _was(price: Money) -> Data:
    return {
        "@type": "UnitPriceSpecification",
        "priceType": f"{VOCABULARY}/StrikethroughPrice",
        "price": str(price.decimal),
        "priceCurrency": price.currency,
    }


def _amount(price: Money) -> Data:
    return {"@type": "MonetaryAmount", "value": str(price.decimal), "currency": price.currency}


def _days(least: int, most: int) -> Data:
    return {"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}


def _returns(shop: Store) -> Data:
    if not shop.returns_days:
        return {}
    return {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": shop.country,
        "returnPolicyCategory": f"{VOCABULARY}/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": shop.returns_days,
        "returnMethod": f"{VOCABULARY}/ReturnByMail",
        "returnFees": f"{VOCABULARY}/{'FreeReturn' if shop.returns_paid else 'ReturnFeesCustomerResponsibility'}",
    }


def _pictures(addresses: Sequence[str]) -> Data:
    return {"image": list(addresses[:PICTURES])} if addresses else {}


def _rated(rating: Stars, reviews: Sequence[Review]) -> Data:
    if not rating.count:
        return {}
    return {
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": str(rating.average),
            "reviewCount": rating.count,
            "bestRating": MOST,
            "worstRating": 1,
        },
        "review": [_review(each) for each in reviews[:REVIEWS]],
    }


def _review(review: Review) -> Data:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.author},
        "datePublished": review.written_at.date().isoformat(),
        "reviewRating": {"@type": "Rating", "ratingValue": review.stars, "bestRating": MOST, "worstRating": 1},
        **({"name": review.title} if review.title else {}),
        "reviewBody": review.text,
    }
