"""The tree of categories, as staff shape it: put up, named, moved, hidden and taken down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from shop.catalog import services
from shop.catalog.making import free_slug, slug_of
from shop.catalog.models import Category, Product
from shop.catalog.redirects import SlugRedirect
from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Conflict, Invalid, NotFound
from shop.core.i18n import _


class CategoryAddressTaken(Conflict):
    code = "category_address_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryText:
    name: str
    slug: str
    one: str = ""
    many: str = ""
    intro: str = ""

    @classmethod
    def of(cls, category: Category) -> CategoryText:
        return cls(**{name: getattr(category, name) for name in cls.__dataclass_fields__})


def put_up(name: str, *, below: int | None = None) -> int:
    """A category, the last of its shelf, with an address made of its name. Returns its id. Raises Conflict."""
    with transaction():
        take_turns("categories")
        if below is not None:
            _found(below)
        slug = free_slug(Category.slug, slug_of(name))
        last = select(func.max(Category.position)).where(Category.parent_id == below)
        position = db.session.scalar(last)
        category = Category(name=name, slug=slug, parent_id=below, position=0 if position is None else position + 1)
        db.session.add(category)
        db.session.flush()
        return category.id


def describe(category_id: int, text: CategoryText, *, seen: CategoryText) -> None:
    """Another address leads on from the old one. Raises EditedMeanwhile when it is not as it was `seen`."""
    with transaction():
        category = _locked(category_id)
        if CategoryText.of(category) != seen:
            raise services.EditedMeanwhile(
                _("Somebody else has saved this category meanwhile. Yours is still here; compare it and save again.")
            )
        try:
            with db.session.begin_nested():
                for name, value in asdict(text).items():
                    setattr(category, name, value)
        except IntegrityError:
            raise CategoryAddressTaken(_("Another category has this address. Choose another one.")) from None


def place(category_id: int, *, below: int | None, before: int | None = None) -> None:
    """Puts a category, with all below it, under another or at the top: before one that stands there, or last."""
    with transaction():
        services.move_category(category_id, below)
        db.session.flush()
        ids = [each for each in _siblings(below) if each != category_id]
        place = ids.index(before) if before in ids else len(ids)
        _number([*ids[:place], category_id, *ids[place:]])


def shift(category_id: int, *, steps: int) -> None:
    """Among those it stands with: up when negative."""
    with transaction():
        take_turns("categories")
        ids = _siblings(_found(category_id).parent_id)
        at = ids.index(category_id)
        ids.insert(max(0, min(len(ids) - 1, at + steps)), ids.pop(at))
        _number(ids)


def hide(category_id: int) -> None:
    """Out of menus and lists, and its page is not found. Its goods, and what stands below it, stay where they are."""
    _mark(category_id, hidden=True)


def show(category_id: int) -> None:
    _mark(category_id, hidden=False)


def hang(category_id: int, asset_id: int | None) -> None:
    """The picture it is shown with in lists, or none."""
    with transaction():
        _locked(category_id).asset_id = asset_id


def take_down(category_id: int, *, goods_to: int | None) -> int:
    """Deletes a category: its goods go to another, which its address leads on to; those below it move up to its place.

    Returns how many products moved. Raises Invalid when there are goods and nowhere for them to go.
    """
    with transaction():
        take_turns("categories")
        category = _locked(category_id)
        target = _found(goods_to) if goods_to is not None and goods_to != category_id else None
        ids = db.session.scalars(select(Product.id).where(Product.category_id == category_id)).all()
        if ids and target is None:
            raise Invalid(_("Choose where its goods go."))
        if target is not None:
            for product in db.session.scalars(select(Product).where(Product.category_id == category_id)):
                product.category_id = target.id
        for child in db.session.scalars(select(Category).where(Category.parent_id == category_id)):
            child.parent_id = category.parent_id
        db.session.flush()
        slug = category.slug
        db.session.delete(category)
        db.session.flush()
        if target is not None:
            db.session.execute(insert(SlugRedirect).values(kind="category", slug=slug, category_id=target.id))
        return len(ids)


def goods_in(category_id: int) -> int:
    """How many products stand right in it, on sale or not, as far as is counted."""
    some = select(Product.id).where(Product.category_id == category_id).limit(10_001).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


@dataclass(frozen=True, slots=True)
class Branch:
    category: Category
    depth: int
    first: bool
    last: bool


def branches() -> list[Branch]:
    """The whole tree, in order, those below each right after it."""
    below: dict[int | None, list[Category]] = {}
    for each in db.session.scalars(select(Category).order_by(Category.position, Category.id)):
        below.setdefault(each.parent_id, []).append(each)
    found: list[Branch] = []

    def walk(parent_id: int | None, depth: int) -> None:
        siblings = below.get(parent_id, [])
        for each in siblings:
            found.append(Branch(each, depth, each is siblings[0], each is siblings[-1]))
            walk(each.id, depth + 1)

    walk(None, 0)
    return found


def category(category_id: int) -> Category | None:
    return db.session.get(Category, category_id)


def _mark(category_id: int, *, hidden: bool) -> None:
    with transaction():
        moment = now() if hidden else None
        changed = update(Category).where(Category.id == category_id).values(hidden_at=moment).returning(Category.id)
        if db.session.scalar(changed) is None:
            raise NotFound(_("This category is not there any more."))


def _found(category_id: int) -> Category:
    category = db.session.get(Category, category_id, populate_existing=True)
    if category is None:
        raise NotFound(_("This category is not there any more."))
    return category


def _locked(category_id: int) -> Category:
    category = db.session.get(Category, category_id, populate_existing=True, with_for_update=True)
    if category is None:
        raise NotFound(_("This category is not there any more."))
    return category


def _siblings(parent_id: int | None) -> list[int]:
    of_parent = select(Category.id).where(Category.parent_id == parent_id)
    return list(db.session.scalars(of_parent.order_by(Category.position, Category.id)))


def _number(ids: Sequence[int]) -> None:
    """Past the session, which would have all goods below each written anew for their lists."""
    for position, each in enumerate(ids):
        db.session.execute(
            update(Category)
            .where(Category.id == each, Category.position != position)
            .values(position=position)
            .execution_options(synchronize_session=False)
        )
