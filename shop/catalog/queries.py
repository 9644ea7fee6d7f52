from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, selectinload

from shop.catalog import companions, long_lists
from shop.catalog.cards import Card, cards
from shop.catalog.found import awake
from shop.catalog.listed import ListedProduct
from shop.catalog.models import (
    Category,
    Option,
    OptionValue,
    Picture,
    Place,
    Price,
    Product,
    RelatedProduct,
    Status,
    Variant,
    VariantChoice,
)
from shop.catalog.periods import at, lowest_before, periods
from shop.catalog.stock import full_name
from shop.core.clock import now
from shop.core.db import db, is_sqlite
from shop.core.money import Money
from shop.media.models import Asset
from shop.reviews.models import Rating, Review
from shop.reviews.models import Status as ReviewStatus
from shop.reviews.queries import NEWEST
from shop.reviews.stars import MOST

PAGE = 24
LONGEST_PRAISE = 120  # characters
LOOKED_THROUGH = 20  # reviews, for each that is short


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with how much is in it."""

    slug: str
    name: str
    asset: Asset | None
    count: int


@dataclass(frozen=True, slots=True)
class PriceTag:
    amount: Money
    compare_at: Money | None
    since: datetime | None = field(default=None, compare=False)
    until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Making:
    """How a product is made, picture by picture, and the whole of it."""

    slug: str
    pictures: list[Picture]
    whole: Picture | None


@dataclass(frozen=True, slots=True)
class Praise:
    """A review with the product it is of."""

    review: Review
    slug: str
    name: str


def on_sale() -> ColumnElement[bool]:
    """Products that shoppers may see and buy."""
    return and_(Product.status == Status.LIVE, Product.published_at <= now())


def on_sale_by_id() -> ColumnElement[bool]:
    """The same for a walk along the ids. Left to itself, SQLite sorts all there is to give the next few."""
    return case((on_sale(), 1)) == 1 if is_sqlite() else on_sale()


def shelves(below: int | None = None) -> list[Shelf]:
    """The categories at the top, or right below one, in order, with what is on sale in each and below, if counted."""
    tops = db.session.scalars(
        select(Category)
        .outerjoin(Category.asset)
        .where(Category.parent_id == below, Category.hidden_at.is_(None))
        .order_by(Category.position, Category.id)
        .options(contains_eager(Category.asset))
    ).all()
    counts = long_lists.count_on_shelves([top.id for top in tops])
    return [Shelf(top.slug, top.name, top.asset, counts[top.id]) for top in tops]


def nav() -> list[tuple[str, str]]:
    """(slug, name) of the top categories."""
    rows = db.session.execute(
        select(Category.slug, Category.name)
        .where(Category.parent_id.is_(None), Category.hidden_at.is_(None))
        .order_by(Category.position, Category.id)
    )
    return [(row.slug, row.name) for row in rows]


def category(slug: str) -> Category | None:
    """One that shoppers see."""
    return db.session.scalar(select(Category).where(Category.slug == slug, Category.hidden_at.is_(None)))


def way_to(category: Category) -> list[Category]:
    """From the top to a category, itself the last."""
    if category.parent_id is None:
        return [category]
    way = (
        select(Category.id, Category.parent_id, literal(1).label("height"))
        .where(Category.id == category.parent_id)
        .cte(recursive=True)
    )
    way = way.union_all(
        select(Category.id, Category.parent_id, way.c.height + 1).join(way, way.c.parent_id == Category.id)
    )
    found = select(Category).join(way, way.c.id == Category.id).order_by(way.c.height.desc())
    return [*db.session.scalars(found), category]


def shown_way_to(category: Category) -> list[Category]:
    """As shoppers may go it: without what is hidden."""
    return [each for each in way_to(category) if each.hidden_at is None]


def newest(count: int, *, currency: str) -> list[Card]:
    ids = (
        select(ListedProduct.product_id)
        .where(awake())
        .order_by(ListedProduct.published_at.desc(), ListedProduct.product_id)
        .limit(count)
    )
    return cards(db.session.scalars(ids).all(), currency)


def most_loved(count: int, *, currency: str) -> list[Card]:
    """The best rated of what is in stock; where there are too few of them, the newest follow."""
    offered = awake(), ListedProduct.in_stock
    rated = db.session.scalars(
        select(Rating.product_id)
        # joined, all products would be sorted
        .where(exists().where(ListedProduct.product_id == Rating.product_id, *offered))
        .order_by(Rating.score.desc(), Rating.product_id.desc())
        .limit(count)
    ).all()
    newest = (
        select(ListedProduct.product_id)
        .where(*offered, ListedProduct.product_id.not_in(rated))
        .order_by(ListedProduct.published_at.desc())
    )
    others = db.session.scalars(newest.limit(count - len(rated))).all() if len(rated) < count else []
    return cards([*rated, *others], currency)


def praise(count: int) -> list[Praise]:
    """Short reviews with all the stars there are: the newest ones, each of another product."""
    rows = db.session.execute(
        select(Review, Product.slug, Product.name)
        .join(Product, Product.id == Review.product_id)
        .where(on_sale(), Review.status == ReviewStatus.SHOWN, Review.stars == MOST)
        .order_by(*NEWEST)
        .limit(LOOKED_THROUGH * count)
    )
    found: dict[str, Praise] = {}
    for review, slug, name in rows:
        if len(review.text) <= LONGEST_PRAISE:
            found.setdefault(slug, Praise(review, slug, name))
    return list(found.values())[:count]


def named(slugs: Sequence[str], *, currency: str) -> list[Card]:
    """Those of these products that are on sale, in this order."""
    rows = db.session.execute(select(Product.slug, Product.id).where(Product.slug.in_(slugs), on_sale()))
    ids = {slug: product_id for slug, product_id in rows}
    return cards([ids[slug] for slug in dict.fromkeys(slugs) if slug in ids], currency)


def product_named(slug: str) -> Product | None:
    """A product on sale with its category, for pages that hang on its own."""
    return db.session.scalar(
        select(Product)
        .join(Product.category)
        .where(Product.slug == slug, on_sale())
        .options(contains_eager(Product.category))
    )


def product_page(slug: str) -> Product | None:
    """A product on sale with all that its page shows."""
    return db.session.scalar(_with_all().where(Product.slug == slug, on_sale()))


def on_sale_after(product_id: int, count: int) -> Sequence[Product]:
    """The next ones on sale by their ids, each with all that its page shows."""
    found = _with_all().where(on_sale_by_id(), Product.id > product_id).order_by(Product.id).limit(count)
    return db.session.scalars(found).all()


def preview(product_id: int) -> Product | None:
    """The same, on sale or not."""
    return db.session.scalar(_with_all().where(Product.id == product_id))


def discontinued(slug: str) -> Product | None:
    """With its category."""
    return db.session.scalar(
        select(Product)
        .join(Product.category)
        .where(Product.slug == slug, Product.status == Status.DISCONTINUED)
        .options(contains_eager(Product.category))
    )


def _with_all() -> Select[Product]:
    return (
        select(Product)
        .join(Product.category)
        .options(
            contains_eager(Product.category),
            selectinload(Product.options).selectinload(Option.values),
            selectinload(Product.variants.and_(Variant.withdrawn_at.is_(None))).selectinload(Variant.choices),
            selectinload(Product.pictures).joinedload(Picture.asset),
        )
    )


def making_of(product: Product) -> Making | None:
    """`product` must have its pictures loaded."""
    steps = [picture for picture in product.pictures if picture.place == Place.MAKING]
    gallery = [picture for picture in product.pictures if picture.place == Place.GALLERY]
    return Making(product.slug, steps, gallery[1] if gallery[1:] else None) if steps else None


def making(slug: str) -> Making | None:
    found = db.session.scalar(
        select(Product)
        .where(Product.slug == slug, on_sale())
        .options(selectinload(Product.pictures).joinedload(Picture.asset))
    )
    return making_of(found) if found else None


def beside(product: Product, count: int, *, currency: str) -> list[Card]:
    """What goes with it: what was picked by hand, what is bought together with it, others of the same category."""
    ids: list[int] = []
    for source in (_picked, _companions, _on_the_same_shelf):
        if len(ids) < count:
            ids += [each for each in source(product, count + len(ids)) if each not in ids]
    return cards(ids[:count], currency)


def _picked(product: Product, count: int) -> Sequence[int]:
    return db.session.scalars(
        select(Product.id)
        .join(RelatedProduct, RelatedProduct.related_id == Product.id)
        .where(RelatedProduct.product_id == product.id, on_sale())
        .order_by(RelatedProduct.position, RelatedProduct.related_id)
        .limit(count)
    ).all()


def _companions(product: Product, count: int) -> Sequence[int]:
    return companions.of(product.id, count)


def _on_the_same_shelf(product: Product, count: int) -> Sequence[int]:
    """Those that follow it on the shelf, and then the first ones."""
    turns = [
        select(Product.id, Product.position, literal(turn).label("turn"))
        .where(Product.category_id == product.category_id, on_sale(), Product.id != product.id, there)
        .order_by(Product.position, Product.id)
        .limit(count)
        .subquery()
        for turn, there in enumerate([Product.position > product.position, Product.position <= product.position])
    ]
    both = union_all(*(select(turn) for turn in turns)).subquery()
    return db.session.scalars(select(both.c.id).order_by(both.c.turn, both.c.position, both.c.id).limit(count)).all()


def product(product_id: int) -> Product | None:
    """A product, on sale or not, with its category and all its variants."""
    return db.session.scalar(
        select(Product)
        .join(Product.category)
        .where(Product.id == product_id)
        .options(contains_eager(Product.category), selectinload(Product.variants))
        .execution_options(populate_existing=True)
    )


def variant(variant_id: int) -> Variant | None:
    return db.session.get(Variant, variant_id)


def price_tags(variant_ids: Iterable[int], currency: str) -> dict[int, PriceTag]:
    """What each variant costs now; a variant without a price in force is left out and cannot be bought."""
    moment = now()
    rows = db.session.scalars(
        select(Price)
        .where(
            Price.variant_id.in_(list(variant_ids)),
            Price.currency == currency,
            Price.valid_from <= moment,
            or_(Price.valid_to.is_(None), Price.valid_to > moment),
        )
        .order_by(Price.valid_from)  # the latest begun comes last and wins
    )
    return {row.variant_id: PriceTag(row.amount, row.compare_at, row.valid_from, row.valid_to) for row in rows}


def lowest_before_sale(variant_id: int, currency: str) -> Money | None:
    """The lowest price of the 30 days before the reduction that is in force began; None when nothing is reduced."""
    prices = db.session.scalars(select(Price).where(Price.variant_id == variant_id, Price.currency == currency))
    told = periods(prices, currency)
    current = at(told, now())
    return lowest_before(told, current.begins) if current and current.compare_at else None


def names_of(product_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Product.id, Product.name).where(Product.id.in_(set(product_ids))))
    return {row.id: row.name for row in rows}


def variant_name(variant_id: int) -> str | None:
    """Product and choices in words: "Seven Ridges, A2, oak"; None for what is not on sale."""
    row = db.session.execute(
        select(Product.name, Variant.name)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == variant_id, Variant.withdrawn_at.is_(None), on_sale())
    ).one_or_none()
    return full_name(*row) if row else None


def choices_of(variant_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What each variant's choices are in the address of its product: {"size": "a2", "frame": "oak"}."""
    rows = db.session.execute(
        select(VariantChoice.variant_id, Option.slug, OptionValue.slug)
        .join(Option, Option.id == VariantChoice.option_id)
        .join(OptionValue, OptionValue.id == VariantChoice.value_id)
        .where(VariantChoice.variant_id.in_(variant_ids))
        .order_by(Option.position)
    )
    found: dict[int, dict[str, str]] = {}
    for variant_id, option, value in rows:
        found.setdefault(variant_id, {})[option] = value
    return found


def pictures_of(variant_ids: Sequence[int]) -> dict[int, Picture]:
    """The picture of each variant, by its id: its own, or the first of its product, rather not another variant's."""
    strange = case((Picture.variant_id == Variant.id, 0), (Picture.variant_id.is_(None), 1), else_=2)
    rows = db.session.execute(
        select(Variant.id, Picture)
        .join(Picture, Picture.product_id == Variant.product_id)
        .join(Picture.asset)
        .where(Variant.id.in_(variant_ids), Picture.place == Place.GALLERY)
        .order_by(strange.desc(), Picture.position.desc(), Picture.id.desc())
        .options(contains_eager(Picture.asset))
    )
    return {variant_id: picture for variant_id, picture in rows}


def gallery(product_id: int) -> Sequence[Picture]:
    """A product's pictures in the order they are shown, whatever the state of their smaller ones."""
    return db.session.scalars(
        select(Picture)
        .join(Picture.asset)
        .where(Picture.product_id == product_id, Picture.place == Place.GALLERY)
        .order_by(Picture.position, Picture.id)
        .options(contains_eager(Picture.asset))
    ).all()


def picture(picture_id: int) -> Picture | None:
    return db.session.get(Picture, picture_id)


def containing(word: str) -> str:
    """A LIKE pattern for what has `word` in it; the escape character is a backslash."""
    return "%" + starting(word)


def starting(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
