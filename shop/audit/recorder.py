"""Writes the audit log, by listening to the session: what is flushed, and what UPDATE and DELETE do to many at once.

It costs nothing while nobody of the staff acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy import Column, Delete, Result, Select, Table, Update, event, insert, inspect, select, tuple_
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, UOWTransaction

from shop.audit import kept
from shop.audit.kept import Values
from shop.audit.models import Action, AuditEntry
from shop.core import acting
from shop.core.clock import now
from shop.core.db import db


def init() -> None:
    """Begins to listen; a second call changes nothing."""
    for name, listener in (("after_flush", _flushed), ("do_orm_execute", _executed)):
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def record(what: str, row_id: int | str, action: Action, *, before: Values | None, after: Values | None) -> None:
    """Notes a change the session does not see: one made by SQL on a connection, or by INSERT with many rows.

    `what` is a mapped table. Call it inside the transaction of the change; does nothing while nobody acts. Columns
    that are secret are left out: that one has changed is an `after` of nothing, without a `before`.
    """
    if acting.who():
        table, session = db.metadata.tables[what], db.session()
        key = {column.name: row_id for column in list(table.primary_key)[:1]}
        there = next(iter(kept.read(table, [row_id], session.connection()).values()), key)
        _write([_Change(table, {**(after or before or {}), **there}, action, before, after)], session)


class _Change:
    def __init__(self, table: Table, row: Values, action: Action, before: Values | None, after: Values | None) -> None:
        names = {column.name for column in kept.columns(table)}
        self.table, self.row, self.action = table, row, action
        self.before = None if before is None else {name: _json(it) for name, it in before.items() if name in names}
        self.after = None if after is None else {name: _json(it) for name, it in after.items() if name in names}

    @property
    def says_something(self) -> bool:
        return self.action is not Action.CHANGED or self.before != self.after


def _flushed(session: Session, _context: UOWTransaction) -> None:
    """Before the session forgets what its objects were."""
    if not acting.who():
        return
    changes = [_created(each) for each in _states(session.new)]
    changes += [_changed(each) for each in _states(session.dirty) if session.is_modified(each.object)]
    changes += [_deleted(each) for each in _states(session.deleted)]
    _write(changes, session)


def _states(objects: Iterable[object]) -> list[InstanceState[Any]]:
    found: list[InstanceState[Any]] = [inspect(each) for each in objects]
    return [each for each in found if kept.is_kept(each.mapper.local_table)]  # type: ignore[arg-type]


def _values(state: InstanceState[Any]) -> dict[str, Any]:
    """What its columns hold, as far as it has been read."""
    return {
        attribute.columns[0].name: state.dict[attribute.key]
        for attribute in state.mapper.column_attrs
        if attribute.key in state.dict
    }


def _created(state: InstanceState[Any]) -> _Change:
    values = _values(state)
    said = {name: it for name, it in values.items() if it is not None}
    return _Change(_table(state), values, Action.CREATED, None, said)


def _deleted(state: InstanceState[Any]) -> _Change:
    values = _values(state)
    return _Change(_table(state), values, Action.DELETED, values, None)


def _changed(state: InstanceState[Any]) -> _Change:
    before, after = {}, {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if history.added:
            name = attribute.columns[0].name
            before[name] = history.deleted[0] if history.deleted else None
            after[name] = history.added[0]
    return _Change(_table(state), _values(state), Action.CHANGED, before, after)


def _table(state: InstanceState[Any]) -> Table:
    return state.mapper.local_table  # type: ignore[return-value]


def _executed(state: ORMExecuteState) -> Result[Any] | None:
    """Reads the rows that a statement means before and after it, since it does not say itself what it changes."""
    statement = state.statement
    if not acting.who() or not isinstance(statement, Update | Delete):
        return None
    table = db.metadata.tables.get(getattr(statement.table, "name", ""))
    if table is None or not kept.is_kept(table):
        return None
    session, key = state.session, list(table.primary_key)
    meant = select(table).order_by(*key).with_for_update()
    if isinstance(state.parameters, Sequence):  # many rows, each by its primary key
        before = _read_those(session, meant, key, [[each[column.name] for column in key] for each in state.parameters])
    else:
        if statement.whereclause is not None:
            meant = meant.where(statement.whereclause)
        before = _read(session, meant, state.parameters)
    result = state.invoke_statement()
    if not before:
        return result
    if isinstance(statement, Delete):
        _write([_Change(table, row, Action.DELETED, row, None) for row in before], session)
        return result
    ids = [[row[column.name] for column in key] for row in before]
    after = {kept.row_id(table, row): row for row in _read_those(session, select(table), key, ids)}
    _write([_difference(table, row, after.get(kept.row_id(table, row), row)) for row in before], session)
    return result


def _difference(table: Table, before: Values, after: Values) -> _Change:
    names = [name for name in before if before[name] != after[name]]
    old, new = ({name: row[name] for name in names} for row in (before, after))
    return _Change(table, after, Action.CHANGED, old, new)


def _read(session: Session, rows: Select[Any], parameters: Mapping[str, Any] | None) -> list[Values]:
    return [dict(row) for row in session.connection().execute(rows, parameters or {}).mappings()]


def _read_those(session: Session, rows: Select[Any], key: list[Column[Any]], ids: list[list[Any]]) -> list[Values]:
    """In pieces, since a statement takes only so many values; by ascending key."""
    return [row for some in kept.pieces(sorted(ids)) for row in _read(session, _only(rows, key, some), None)]


def _only(rows: Select[Any], key: list[Column[Any]], ids: list[list[Any]]) -> Select[Any]:
    return rows.where(tuple_(*key).in_(ids) if len(key) > 1 else key[0].in_([each[0] for each in ids]))


def _write(changes: Iterable[_Change], session: Session) -> None:
    said = [change for change in changes if change.says_something]
    if not said:
        return
    who, at = acting.who(), now()
    actor = who.split(" ", 1)[0]
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    things = kept.things([(change.table, change.row) for change in said], session.connection())
    rows = [
        {
            "at": at,
            "actor": actor[:64],
            "who": who[:255],
            "request_id": request_id,
            "what": change.table.name,
            "row_id": kept.row_id(change.table, change.row),
            "about": about,
            "ref": ref,
            "label": kept.label(change.table, change.row),
            "action": change.action,
            "before": change.before,
            "after": change.after,
        }
        for change, (about, ref) in zip(said, things, strict=True)
    ]
    for some in kept.pieces(rows):
        session.connection().execute(insert(AuditEntry), some)


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bool | int | float | str | None | dict | list):
        return value
    return str(value)
