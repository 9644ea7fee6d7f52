"""What staff change is written down, before and after, and nobody changes what is written."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from shop import audit
from shop.accounts import services as accounts
from shop.accounts.models import Role, Staff
from shop.admin.people.words import THINGS
from shop.audit import Action, AuditEntry, kept, recorder
from shop.catalog import services as catalog
from shop.catalog import stock
from shop.catalog.models import Price, Product, Variant
from shop.content.models import MenuItem
from shop.core.acting import acting
from shop.core.db import Model, db, transaction
from shop.core.money import Money
from shop.jobs import services as jobs
from shop.jobs.services import Progress, Work
from shop.orders import services as orders
from shop.orders.services import Address
from tests.admin.conftest import Desk
from tests.guards.source import called, calls, place
from tests.guards.test_budgets import statements
from tests.world import World

pytestmark = pytest.mark.both

CAROL = "staff:1 Carol"


def entries(*where: object) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(*where).order_by(AuditEntry.id)))  # type: ignore[arg-type]


def product_id_of(variant_id: int) -> int:
    return db.session.scalars(select(Variant.product_id).where(Variant.id == variant_id)).one()


def rename(product_id: int, name: str) -> None:
    with transaction():
        db.session.get_one(Product, product_id).name = name


def test_a_change_says_who_what_and_from_what_to_what(world: World) -> None:
    product_id = product_id_of(world.mug)
    with acting(CAROL):
        rename(product_id, "Large mug")
    (entry,) = entries()
    assert (entry.actor, entry.who) == ("staff:1", CAROL)
    assert (entry.what, entry.row_id, entry.action) == ("products", str(product_id), Action.CHANGED)
    assert (entry.about, entry.ref) == (f"products:{product_id}", "Large mug")
    assert (entry.before, entry.after) == ({"name": "Mug"}, {"name": "Large mug"})


def test_what_nobody_of_the_staff_does_is_not_written_down(world: World) -> None:
    world.shopper().buy(world.mug)
    rename(product_id_of(world.mug), "Large mug")
    assert entries() == []


def test_writing_costs_nothing_while_nobody_acts(world: World) -> None:
    product_id = product_id_of(world.mug)
    with statements() as asked, transaction():
        db.session.execute(update(Product).where(Product.id == product_id).values(position=7))
    assert len(asked) == 1, asked


def test_what_is_made_and_deleted_is_kept_whole(world: World) -> None:
    with acting(CAROL):
        with transaction():
            item = MenuItem(place="legal", position=0, label="Terms", address="/terms")
            db.session.add(item)
        with transaction():
            db.session.delete(db.session.get_one(MenuItem, item.id))
    made, deleted = entries()
    assert (made.action, made.before, made.label) == (Action.CREATED, None, "Terms")
    assert made.after is not None
    assert made.after["label"] == "Terms"
    assert (deleted.action, deleted.after) == (Action.DELETED, None)
    assert deleted.before is not None
    assert deleted.before["label"] == "Terms"


def test_parts_are_about_the_thing_they_are_a_part_of(world: World) -> None:
    product_id = product_id_of(world.mug)
    with acting(CAROL):
        catalog.set_price(world.mug, Money(1800, "GBP"), compare_at=None)
        stock.correct(world.mug, 7, by=CAROL, note="counted")
    found = audit.history("products", product_id)
    assert {entry.what for entry in found} >= {"prices", "variants", "stock_movements"}
    assert {entry.ref for entry in found} == {"Mug"}
    assert [entry.label for entry in found if entry.what == "variants"] == ["MUG"]
    assert audit.history("products", product_id + 1) == []


def test_a_change_by_one_statement_says_what_it_changed_in_each_row(world: World) -> None:
    with acting(CAROL), transaction():
        db.session.execute(update(Variant).where(Variant.on_hand > 0).values(on_hand=Variant.on_hand + 1))
    found = entries()
    assert sorted((entry.before["on_hand"], entry.after["on_hand"]) for entry in found) == [(5, 6), (5, 6), (10, 11)]  # type: ignore[index]
    with acting(CAROL), transaction():
        db.session.execute(delete(Price).where(Price.variant_id == world.mug))
    assert entries()[-1].before["amount_minor"] == 1600  # type: ignore[index]


def test_a_statement_that_changes_nothing_says_nothing(world: World) -> None:
    with acting(CAROL), transaction():
        db.session.execute(update(Variant).where(Variant.on_hand > 1000).values(on_hand=0))
        db.session.execute(update(Variant).values(on_hand=Variant.on_hand))
    assert entries() == []


def test_what_is_rolled_back_was_never_done(world: World) -> None:
    def fail() -> None:
        with acting(CAROL), transaction():
            rename(product_id_of(world.mug), "Large mug")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert entries() == []


def test_secrets_are_never_written_down(world: World) -> None:
    with acting(CAROL):
        person = accounts.create_staff(email="dan@example.com", name="Dan", password="a password", role=Role.PACKER)
        with transaction():
            db.session.get_one(Staff, person.id).password_hash = "another"
            db.session.execute(update(Staff).values(password_hash="a third"))
    assert [entry.what for entry in entries()] == ["staff"]
    written = str([(entry.before, entry.after) for entry in entries()])
    assert "password" not in written
    assert "argon2" not in written


def test_no_column_of_a_secret_can_be_read_from_the_log() -> None:
    secret = [
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in kept.columns(table)
        if any(word in column.name for word in ("hash", "secret", "token", "password"))
    ]
    assert secret == []


def test_tables_left_out_exist() -> None:
    assert set(kept.NOT_KEPT) <= set(db.metadata.tables)


def test_whatever_the_log_may_name_it_names_as_people_do() -> None:
    kept_ones = {name for name, table in db.metadata.tables.items() if kept.is_kept(table)}
    assert kept_ones ^ set(THINGS) == set()


def test_what_an_order_is_found_by_is_not_written_down_beside_the_order(world: World) -> None:
    order_id = world.shopper().buy(world.mug).id
    moved = Address(name="Alice Baker", street="1 High Street", city="Bristol", postal_code="BS1 4DJ", country="GB")
    with acting(CAROL):
        orders.edit(order_id, email="baker@example.com", address=moved, by=CAROL)
    assert {entry.what for entry in entries()} == {"orders", "order_addresses", "order_events"}


def test_many_rows_are_written_about_in_pieces(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 2)
    ids = [world.mug, world.cap, world.a4, world.a3]
    with acting(CAROL), statements() as asked, transaction():
        db.session.execute(update(Variant).where(Variant.id.in_(ids)).values(weight_g=77))
    assert [entry.row_id for entry in entries()] == [str(each) for each in sorted(ids)]
    assert sum("INSERT INTO audit_entries" in statement for statement in asked) == 2


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET who = 'nobody'", "DELETE FROM audit_entries"])
def test_the_database_lets_nobody_change_or_delete_an_entry(world: World, statement: str) -> None:
    with acting(CAROL):
        rename(product_id_of(world.mug), "Large mug")
    with pytest.raises(IntegrityError, match="audit: "), transaction():
        db.session.execute(text(statement))
    assert entries()[0].who == CAROL


def test_a_page_writes_under_the_name_of_who_is_signed_in(world: World, desk_of: Callable[[Role], Desk]) -> None:
    desk = desk_of(Role.MANAGER)
    lost = {f"pieces-{world.mug}": "3"}
    desk.post("/admin/products/stock", product=product_id_of(world.mug), kind="damaged", note="fell", **lost)
    found = entries(AuditEntry.what == "variants")
    assert [(entry.before, entry.after) for entry in found] == [({"on_hand": 10}, {"on_hand": 7})]
    assert found[0].who.endswith("Sam the manager")
    assert len({entry.request_id for entry in entries()} - {""}) == 1
    world.shopper().buy(world.mug)
    assert {entry.what for entry in entries()} <= {"variants", "stock_movements", "products"}


def test_signing_in_is_written_down(world: World, desk: Desk) -> None:
    desk.post("/admin/sign-out")
    (entry,) = entries(AuditEntry.what == "staff_sessions")
    assert (entry.ref, entry.action) == ("owner@example.com", Action.CHANGED)
    assert list(entry.after or {}) == ["revoked_at"]


def test_a_job_works_in_the_name_of_who_started_it(world: World) -> None:
    product_id = product_id_of(world.mug)

    def step(_work: Work) -> Progress:
        db.session.get_one(Product, product_id).name = "Large mug"
        return Progress(cursor=None, done=1)

    for by, written in (("clock", 0), (CAROL, 1)):
        rename(product_id, "Mug")
        jobs.run(jobs.start("rename", by=by), {"rename": step})
        assert len(entries(AuditEntry.what == "products")) == written, by


def test_what_the_session_does_not_see_can_be_recorded(world: World) -> None:
    with acting(CAROL), transaction():
        recorder.record("variants", world.mug, Action.CHANGED, before={"weight_g": 300}, after={"weight_g": 310})
    (entry,) = entries()
    assert (entry.what, entry.row_id, entry.after) == ("variants", str(world.mug), {"weight_g": 310})


def test_the_history_of_one_thing_costs_one_statement(world: World) -> None:
    product_id = product_id_of(world.mug)
    for name in ("Larger mug", "Largest mug"):
        with acting(CAROL):
            rename(product_id, name)
    with statements() as asked:
        found = audit.history("products", product_id, most=1)
    assert [entry.after for entry in found] == [{"name": "Largest mug"}]
    assert len(asked) == 1


def test_rows_are_not_put_in_past_the_session() -> None:
    """What INSERT puts in is not seen by the recorder, unlike what UPDATE and DELETE do."""
    tables = {mapper.class_.__name__: mapper.local_table for mapper in Model.registry.mappers}
    past = [
        place(path, call)
        for path, call in calls()
        if called(call) == "insert" and call.args and not path.startswith(("shop/demo/", "shop/audit/"))
        if isinstance(call.args[0], ast.Name) and call.args[0].id in tables
        if kept.is_kept(tables[call.args[0].id])  # type: ignore[arg-type]
    ]
    assert past == [], "add the row to the session, or call audit.record"
