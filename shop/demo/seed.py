"""Fills an empty database: with Fathom & Fold and its goods, or with the bare bones of a shop of one's own."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from slugify import slugify
from sqlalchemy import exists, insert, select

from shop.accounts import services as accounts
from shop.accounts.models import Role, Staff
from shop.catalog import collections, search
from shop.catalog import services as catalog
from shop.catalog.collections import Collection
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Kind,
    Option,
    OptionValue,
    Picture,
    Place,
    Price,
    Product,
    ProductAttribute,
    Status,
    StockMovement,
    Variant,
    VariantChoice,
)
from shop.core import store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.store import Store
from shop.delivery.models import Method, Rate, Zone, ZoneCountry
from shop.demo import goods, planner, stories
from shop.demo.goods import Good, Item
from shop.demo.reviews import written
from shop.demo.shots import HERO, separations, shots
from shop.downloads.models import DigitalFile
from shop.media import storage
from shop.media.models import Asset, State
from shop.reviews import services as reviews
from shop.reviews.models import Review
from shop.reviews.models import Status as ReviewStatus
from shop.tax.models import TaxRate

STAFF_EMAIL = "owner@fathomandfold.example"
STAFF_PASSWORD = "drawn-by-code"  # noqa: S105 (the demo's, printed at every start; production has no such person)

FATHOM_AND_FOLD = Store(
    name="Fathom & Fold",
    line="Drawn by code. Printed by people.",
    intro="Original generative prints, notebooks and gifts, overprinted in spot inks on recycled cotton paper.",
    country="GB",
    currency=goods.CURRENCY,
    timezone="Europe/London",
    email="hello@fathomandfold.example",
    story_title="Four inks. One happy accident.",
    story="Every design starts as a short program with a seed number. We separate the drawing into spot inks and print "
    "them one over another, so yellow and blue meet as green and nothing lines up too perfectly.\n\n"
    "Same code, same seed, same picture. A different seed has never been seen before.",
    story_product="weimar-blocks",
    promises=(
        ("truck", "Free UK delivery over £45", "Tracked, in a flat box or a stout tube."),
        ("return", "60-day returns", "Framed prints too. We pay the postage."),
        ("leaf", "Recycled cotton paper", "Soy inks, no plastic in the parcel."),
        ("mail", "A person answers", "Usually the one who printed it."),
    ),
    order_by="14:00",
    returns="60-day returns",
    returns_note="Framed prints too. We pay the postage.",
    returns_days=60,
    returns_paid=True,
    notice="Free UK delivery over £45. Printed to order, posted within 2 working days",
    notice_link="/pages/delivery-and-returns",
    address="Fathom & Fold, 4 Chandlery Yard, Bristol BS1 6XN",
    vat_id="GB 123 4567 82",
)

EUROPE = ["AT", "BE", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "PL", "PT", "SE"]
WORLD = ["AU", "CA", "CH", "JP", "NO", "NZ", "US"]
# Standard rates of VAT; a shop that sells across borders has its own advised and changes these rows.
VAT = {
    "GB": "0.20", "IM": "0.20", "AT": "0.20", "BE": "0.21", "DE": "0.19", "DK": "0.25", "ES": "0.21", "FI": "0.255",
    "FR": "0.20", "IE": "0.23", "IT": "0.22", "LU": "0.17", "NL": "0.21", "PL": "0.23", "PT": "0.23", "SE": "0.25",
}  # fmt: skip
PICTURES = Path(__file__).with_name("pictures")
SHOWN_ON = {
    "art-prints": "seven-ridges-1",
    "notebooks": "terrazzo-pair-1",
    "cards": "arches-set-1",
    "mugs": "lattice-mug-1",
    "calendars": "wall-calendar-2027-1",
    "gift-wrap": "seigaiha-wrap-1",
    "abstract-prints": "weimar-blocks-1",
    "landscape-and-botanical-prints": "hedgerow-1",
}
NEWEST = ("tidewater", "crosswind", "seigaiha-notebook", "lattice-mug")
LONG_AGO = date(2020, 1, 1)
SALE_SINCE = timedelta(days=9)


def is_demo() -> bool:
    return bool(db.session.scalar(select(exists().where(Staff.email == STAFF_EMAIL))))


def fill() -> int:
    """The demo shop, unless there is a shop already. Returns how many products were made."""
    if store.load() is not None:
        return 0
    assets, files = hang_up(), _lay_out()
    with transaction():
        if store.load() is not None:
            return 0
        open_up(assets)
        shelves = _shelves(assets)
        product_ids = {
            good.slug: _product(good, shelves[goods.stands_on(good)], position, assets)
            for position, good in enumerate(goods.GOODS)
        }
        for good in goods.GOODS:
            catalog.relate(product_ids[good.slug], [product_ids[slug] for slug in goods.related(good)])
        for variant in db.session.scalars(select(Variant).where(Variant.sku.in_(files))):
            files[variant.sku].variant_id = variant.id
        db.session.add_all(files.values())
        _attributes(product_ids)
        for phrase, means in goods.SYNONYMS:
            search.add_synonym(phrase, means)
        _collections(product_ids)
        _reviews(product_ids)
        stories.tell(assets)
    return len(goods.GOODS)


def open_up(assets: dict[str, Asset]) -> None:
    """The demo's shop without its goods: what it is called, who runs it, its pictures, taxes and ways to deliver."""
    with transaction():
        db.session.add_all(assets.values())
        store.save(replace(FATHOM_AND_FOLD, hero=assets[HERO.name].name))
        accounts.create_staff(email=STAFF_EMAIL, name="Robin Fathom", password=STAFF_PASSWORD, role=Role.OWNER)
        _taxes(VAT)
        _deliver_from_bristol()


def start_empty(*, name: str, country: str, currency: str, email: str) -> None:
    """A shop of one's own: its name, its country's tax rate where it is known, and one way to deliver."""
    with transaction():
        store.save(Store(name=name, country=country, currency=currency, email=email))
        _taxes({country: VAT[country]} if country in VAT else {})
        zone = _zone("At home", [country], 0)
        _method(zone, "Standard delivery", currency, days=(2, 4), price=0, position=0)


def _taxes(rates: dict[str, str]) -> None:
    for country, rate in rates.items():
        db.session.add(
            TaxRate(country=country, region="", tax_class="standard", rate=Decimal(rate), valid_from=LONG_AGO)
        )


def _deliver_from_bristol() -> None:
    home = _zone("United Kingdom", ["GB", "GG", "IM", "JE"], 0)
    _method(home, "Tracked 48", "GBP", days=(2, 3), price=390, position=0, free_from=4500)
    _method(home, "Tracked 24", "GBP", days=(1, 2), price=590, position=1)
    _method(home, "Collect from the studio in Bristol", "GBP", days=(1, 1), price=0, position=2, kind="pick_up")
    europe = _zone("Europe", EUROPE, 1)
    _method(europe, "Tracked to Europe", "GBP", days=(4, 7), price=950, position=0, heavy=1450)
    world = _zone("The world", WORLD, 2)
    _method(world, "Tracked to the world", "GBP", days=(6, 12), price=1450, position=0, heavy=2600)


def _zone(name: str, countries: list[str], position: int) -> Zone:
    zone = Zone(name=name, position=position, countries=[ZoneCountry(country=country) for country in countries])
    db.session.add(zone)
    db.session.flush()
    return zone


def _method(
    zone: Zone,
    name: str,
    currency: str,
    *,
    days: tuple[int, int],
    price: int,
    position: int,
    kind: str = "parcel",
    free_from: int | None = None,
    heavy: int | None = None,
) -> None:
    """`heavy` is the price from two kilograms on; `free_from` a value of goods. Amounts in minor units."""
    rates = [Rate(currency=currency, from_value_minor=0, from_weight_g=0, price_minor=price)]
    if free_from is not None:
        rates.append(Rate(currency=currency, from_value_minor=free_from, from_weight_g=0, price_minor=0))
    if heavy is not None:
        rates.append(Rate(currency=currency, from_value_minor=0, from_weight_g=2000, price_minor=heavy))
    db.session.add(
        Method(
            zone_id=zone.id,
            name=name,
            kind=kind,
            least_days=days[0],
            most_days=days[1],
            position=position,
            rates=rates,
        )
    )


def hang_up() -> dict[str, Asset]:
    """Puts the pictures where the shop keeps its own, and says which is which."""
    assets = {}
    for shot in [HERO, *(shot for good in goods.GOODS for shot in (*shots(good), *separations(good)))]:
        files = {file: (PICTURES / file).read_bytes() for file in shot.files}
        name = sha256(b"".join(files.values())).hexdigest()[:32]
        for file, content in files.items():
            storage.put(name + file.removeprefix(shot.name), content)
        assets[shot.name] = Asset(
            name=name,
            original=f"{name}-{shot.fallback}.webp",
            width=shot.width,
            height=shot.height,
            widths=list(shot.widths),
            state=State.READY,
        )
    return assets


def _lay_out() -> dict[str, DigitalFile]:
    """Draws what is sold as a file and puts it where the shop keeps such. By SKU, without its variant."""
    files = {}
    for good in goods.GOODS:
        for item in () if good.posted else goods.items(good):
            content = planner.draw(item.choices["size"])
            stored = storage.PRIVATE + sha256(content).hexdigest()[:32]
            storage.put(stored, content)
            name = f"{good.slug}-{item.choices['size']}.pdf"
            files[item.sku] = DigitalFile(name=name, stored=stored, size=len(content), added_at=now())
    return files


def _shelves(assets: dict[str, Asset]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for above, shelves in [(None, goods.SHELVES), *goods.BELOW.items()]:
        rows = [
            Category(
                parent_id=above and ids[above],
                slug=shelf.slug,
                name=shelf.name,
                one=shelf.one,
                many=shelf.many,
                intro=shelf.intro,
                asset=assets[SHOWN_ON[shelf.slug]],
                position=position,
            )
            for position, shelf in enumerate(shelves)
        ]
        db.session.add_all(rows)
        db.session.flush()
        ids |= {row.slug: row.id for row in rows}
    return ids


def _attributes(product_ids: dict[str, int]) -> None:
    """What mood the goods are in, which inks they are printed with, and on what."""
    moods = {
        mood: AttributeValue(slug=slugify(mood), label=mood, position=position)
        for position, mood in enumerate(goods.MOODS)
    }
    inks = {
        ink: AttributeValue(slug=ink, label=ink.capitalize(), colour=colour, position=position)
        for position, (ink, colour) in enumerate(goods.INKS.items())
    }
    weights = {
        weight: AttributeValue(slug=str(weight), label=f"{weight} g/m²", number=Decimal(weight), position=position)
        for position, weight in enumerate(sorted(set(goods.PAPER.values())))
    }
    recycled = {answer: AttributeValue(slug=answer.lower(), label=answer) for answer in ("Yes", "No")}
    db.session.add_all(
        [
            Attribute(slug="mood", name="Mood", position=0, values=list(moods.values())),
            Attribute(slug="ink", name="Ink", kind=Kind.COLOUR, position=1, values=list(inks.values())),
            Attribute(
                slug="paper-weight",
                name="Paper weight",
                kind=Kind.NUMBER,
                unit="g/m²",
                position=2,
                values=list(weights.values()),
            ),
            Attribute(
                slug="recycled-paper",
                name="Recycled paper",
                kind=Kind.BOOLEAN,
                position=3,
                values=list(recycled.values()),
            ),
        ]
    )
    db.session.flush()
    for good in goods.GOODS:
        values = [moods[good.mood], *(inks[ink] for ink in good.inks)]
        if good.posted and good.shelf in goods.PAPER:
            values.append(weights[goods.PAPER[good.shelf]])
        if good.posted:
            values.append(recycled["Yes" if good.shelf in goods.PAPER else "No"])
        db.session.add_all(ProductAttribute(product_id=product_ids[good.slug], value_id=each.id) for each in values)


def _collections(product_ids: dict[str, int]) -> None:
    for days_ago, made in enumerate(goods.COLLECTIONS, 5):
        collection = Collection(
            slug=made.slug,
            name=made.name,
            intro=made.intro,
            published_at=_today() - timedelta(days=days_ago),
            rule=made.rule.kept() if made.rule else None,
        )
        db.session.add(collection)
        db.session.flush()
        collections.pick(collection.id, [product_ids[slug] for slug in made.picked])


def _product(good: Good, category_id: int, position: int, assets: dict[str, Asset]) -> int:
    today = _today()
    opened = today + timedelta(days=good.opens_in_days) if good.opens_in_days else _opened(good, position)
    product = Product(
        category_id=category_id,
        slug=good.slug,
        name=good.name,
        summary=good.summary,
        description=good.description,
        facts=[list(fact) for fact in good.details],
        status=Status.LIVE if good.status == "live" else Status.DRAFT,
        published_at=opened if good.status == "live" else None,
        restock_at=today + timedelta(days=good.restock_on) if good.restock_on else None,
        position=position,
        created_at=now(),
        updated_at=now(),
    )
    db.session.add(product)
    db.session.flush()
    values = _options(good, product.id)
    glazes = {
        item.choices.get("glaze", ""): _variant(item, good, product.id, values, index)
        for index, item in enumerate(goods.items(good))
    }
    for place, taken in ((Place.GALLERY, shots(good)), (Place.MAKING, separations(good))):
        for number, shot in enumerate(taken):
            picture = Picture(product_id=product.id, place=place, position=number, alt=shot.alt, caption=shot.caption)
            picture.asset = assets[shot.name]
            if good.shelf == "mugs":
                picture.variant_id = glazes[shot.caption.lower() or good.shown]
            db.session.add(picture)
    return product.id


def _opened(good: Good, position: int) -> datetime:
    """The newest came one a week; everything else is older than a month."""
    if good.slug in NEWEST:
        return _today() - timedelta(days=3 + 7 * NEWEST.index(good.slug))
    return _today() - timedelta(days=40 + position)


def _today() -> datetime:
    return datetime.combine(now().date(), time(), UTC)


def _options(good: Good, product_id: int) -> dict[tuple[str, str], OptionValue]:
    values: dict[tuple[str, str], OptionValue] = {}
    for position, axis in enumerate(good.axes):
        option = Option(product_id=product_id, slug=axis.slug, name=axis.name, many=axis.many, position=position)
        db.session.add(option)
        db.session.flush()
        for place, choice in enumerate(axis.choices):
            value = OptionValue(
                option_id=option.id,
                slug=choice.slug,
                label=choice.label,
                hint=choice.hint,
                colour=choice.colour,
                width_mm=choice.measures[0] or None,
                height_mm=choice.measures[1] or None,
                position=place,
            )
            db.session.add(value)
            values[axis.slug, choice.slug] = value
    db.session.flush()
    return values


def _variant(item: Item, good: Good, product_id: int, values: dict[tuple[str, str], OptionValue], position: int) -> int:
    chosen = [values[axis.slug, item.choices[axis.slug]] for axis in good.axes]
    variant = Variant(
        product_id=product_id,
        sku=item.sku,
        name=goods.item_name(good, item),
        on_hand=item.on_hand,
        requires_shipping=good.posted,
        weight_g=item.weight_g,
        **_content(item),
        position=position,
        choices=[VariantChoice(option_id=value.option_id, value_id=value.id) for value in chosen],
    )
    db.session.add(variant)
    db.session.flush()
    price = Price(variant_id=variant.id, currency=goods.CURRENCY, valid_from=datetime.combine(LONG_AGO, time(), UTC))
    price.amount_minor = item.compare_at_minor or item.price_minor
    db.session.add(price)
    if item.compare_at_minor:
        db.session.add(
            Price(
                variant_id=variant.id,
                currency=goods.CURRENCY,
                amount_minor=item.price_minor,
                compare_at_minor=item.compare_at_minor,
                valid_from=_today() - SALE_SINCE,
            )
        )
    if item.on_hand:
        db.session.add(
            StockMovement(
                variant_id=variant.id, quantity=item.on_hand, reason="received", by="shop", note="first stock", at=now()
            )
        )
    return variant.id


def _content(item: Item) -> dict[str, object]:
    """How many of what are in it, where it is sold by the piece."""
    for axis, piece in (("sheets", "sheet"), ("pack", "card")):
        if axis in item.choices:
            count = item.choices[axis].replace("single", "1")
            return {"content": Decimal(count), "unit": "piece", "per": "piece", "piece": piece}
    return {}


def _reviews(product_ids: dict[str, int]) -> None:
    for slug, texts in written(until=_today()).items():
        product_id = product_ids[slug]
        rows = [asdict(text) | {"product_id": product_id, "status": ReviewStatus.SHOWN} for text in texts]
        db.session.execute(insert(Review), rows)
        reviews.recount(product_id)
