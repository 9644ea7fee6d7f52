"""What the side of every staff page leads to, in groups, each entry for who may use it."""

from __future__ import annotations

from dataclasses import dataclass

from shop.core.i18n import _l


@dataclass(frozen=True, slots=True)
class Entry:
    name: str  # which pages say that they are here
    endpoint: str
    words: str
    icon: str
    right: str = "look"


@dataclass(frozen=True, slots=True)
class Group:
    words: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        _l("Counter"),
        (
            Entry("start", "staff.start", _l("Start"), "shop"),
            Entry("orders", "staff.orders", _l("Orders"), "truck"),
            Entry("returns", "staff.returns", _l("Returns"), "return"),
            Entry("customers", "staff.customers", _l("Customers"), "person", "customers"),
        ),
    ),
    Group(
        _l("Stockroom"),
        (
            Entry("products", "staff.products", _l("Products"), "bag"),
            Entry("stock", "staff.low_stock", _l("Stock"), "parcel"),
            Entry("categories", "staff.categories", _l("Categories"), "shelves"),
            Entry("collections", "staff.collections", _l("Collections"), "image"),
            Entry("sales", "staff.sales", _l("Sales"), "tag"),
            Entry("reviews", "staff.reviews", _l("Reviews"), "star"),
            Entry("waiting", "staff.waiting", _l("Back in stock"), "clock"),
        ),
    ),
    Group(
        _l("Words"),
        (
            Entry("texts", "staff.texts", _l("Texts"), "text"),
            Entry("menus", "staff.menus", _l("Menus"), "menu"),
            Entry("words", "staff.search_words", _l("Search"), "search"),
        ),
    ),
    Group(
        _l("Engine room"),
        (
            Entry("engine", "staff.engine", _l("What runs"), "gauge", "engine"),
            Entry("jobs", "staff.jobs", _l("Jobs"), "refresh"),
            Entry("mails", "staff.mails", _l("Mails"), "mail", "engine"),
            Entry("webhooks", "staff.webhooks", _l("Webhooks"), "plug", "engine"),
            Entry("deliveries", "staff.deliveries", _l("Deliveries"), "tray", "engine"),
            Entry("books", "staff.books", _l("Books"), "scales", "engine"),
        ),
    ),
    Group(
        _l("Office"),
        (
            Entry("people", "staff.people", _l("People"), "person", "staff"),
            Entry("log", "staff.log", _l("Audit log"), "clock", "staff"),
        ),
    ),
)
