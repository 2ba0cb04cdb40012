"""Operators, their sessions, and what they report: on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.keys import draw_number
from bot.store.begin import begin, pick_insert
from bot.store.tables import contact_reports, counts, notes, operator_sessions, operators

Role = Literal["operator", "supervisor", "administrator"]
ROLES: tuple[Role, ...] = ("operator", "supervisor", "administrator")
Result = Literal["works", "no_answer"]
RESULTS: tuple[Result, ...] = ("works", "no_answer")


class NameTakenError(Exception):
    """An operator of that name is there already."""


@dataclass(frozen=True, slots=True)
class Operator:
    """`password` is argon2's text; empty until the first one is set."""

    id: int
    name: str
    password: str
    role: Role
    language: str
    active: bool
    made: int


@dataclass(frozen=True, slots=True)
class Shift:
    """An operator's session. `csrf` is what its forms carry; `sealed` its call and settings."""

    digest: bytes
    operator: Operator
    csrf: bytes
    sealed: bytes | None
    seen: int
    until: int


class Desk(Protocol):
    """What the console keeps of operators; nothing of callers."""

    async def add_operator(self, name: str, role: Role, language: str, now: int) -> Operator:
        """Raises NameTakenError."""
        ...

    async def find_operator(self, name: str) -> Operator | None: ...

    async def read_operator(self, id: int) -> Operator | None: ...

    async def list_operators(self) -> list[Operator]: ...

    async def remove_operator(self, id: int) -> None:
        """With all sessions; what they reported stays, without them."""
        ...

    async def set_password(self, id: int, password: str) -> None:
        """And end every session there is."""
        ...

    async def open_shift(self, shift: Shift) -> None: ...

    async def read_shift(self, digest: bytes, now: int) -> Shift | None: ...

    async def save_shift(self, digest: bytes, sealed: bytes | None, now: int) -> None: ...

    async def touch_shift(self, digest: bytes, now: int) -> None: ...

    async def close_shift(self, digest: bytes) -> None: ...

    async def list_shifts(self, now: int, since: int) -> list[Shift]:
        """Living sessions seen since that moment."""
        ...

    async def add_note(self, record: str, sealed: bytes, operator: int | None, at: int, id: int) -> None: ...

    async def add_report(self, contact: str, result: Result, operator: int | None, at: int) -> None: ...

    async def read_reports(self, contacts: Iterable[str], since: int) -> dict[str, tuple[Result, int]]:
        """The newest report on each of these contacts."""
        ...

    async def count(self, day: int, cells: Iterable[str]) -> None: ...

    async def purge(self, now: int) -> None: ...


_OPERATOR = (
    operators.c.id,
    operators.c.name,
    operators.c.password,
    operators.c.role,
    operators.c.language,
    operators.c.active,
    operators.c.made,
)
_SHIFT = (
    operator_sessions.c.digest,
    operator_sessions.c.csrf,
    operator_sessions.c.sealed,
    operator_sessions.c.seen,
    operator_sessions.c.until,
)


def _shift(row: Any) -> Shift:
    return Shift(row[0], Operator(*row[5:]), *row[1:5])


class SqlDesk:
    """One way of writing serves both databases."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert = pick_insert(engine)

    async def add_operator(self, name: str, role: Role, language: str, now: int) -> Operator:
        made = Operator(draw_number(), name, "", role, language, True, now)
        values = {column.name: getattr(made, column.name) for column in _OPERATOR}
        try:
            async with begin(self._engine) as db:
                await db.execute(insert(operators).values(values))
        except IntegrityError as error:
            raise NameTakenError(name) from error
        return made

    async def find_operator(self, name: str) -> Operator | None:
        async with begin(self._engine, reads=True) as db:
            row = (await db.execute(select(*_OPERATOR).where(operators.c.name == name))).first()
        return Operator(*row) if row else None

    async def read_operator(self, id: int) -> Operator | None:
        async with begin(self._engine, reads=True) as db:
            row = (await db.execute(select(*_OPERATOR).where(operators.c.id == id))).first()
        return Operator(*row) if row else None

    async def list_operators(self) -> list[Operator]:
        async with begin(self._engine, reads=True) as db:
            rows = (await db.execute(select(*_OPERATOR).order_by(operators.c.name))).all()
        return [Operator(*row) for row in rows]

    async def remove_operator(self, id: int) -> None:
        async with begin(self._engine) as db:
            await db.execute(delete(operators).where(operators.c.id == id))

    async def set_password(self, id: int, password: str) -> None:
        mine = operator_sessions.c.operator == id
        async with begin(self._engine) as db:
            await db.execute(update(operators).where(operators.c.id == id).values(password=password))
            await db.execute(delete(operator_sessions).where(mine))

    async def open_shift(self, shift: Shift) -> None:
        values = {
            "digest": shift.digest,
            "operator": shift.operator.id,
            "csrf": shift.csrf,
            "sealed": shift.sealed,
            "seen": shift.seen,
            "until": shift.until,
        }
        async with begin(self._engine) as db:
            await db.execute(insert(operator_sessions).values(values))

    async def read_shift(self, digest: bytes, now: int) -> Shift | None:
        query = (
            select(*_SHIFT, *_OPERATOR)
            .join(operators, operators.c.id == operator_sessions.c.operator)
            .where(operator_sessions.c.digest == digest, operator_sessions.c.until > now, operators.c.active)
        )
        async with begin(self._engine, reads=True) as db:
            row = (await db.execute(query)).first()
        return _shift(row) if row else None

    async def save_shift(self, digest: bytes, sealed: bytes | None, now: int) -> None:
        mine = operator_sessions.c.digest == digest
        async with begin(self._engine) as db:
            await db.execute(update(operator_sessions).where(mine).values(sealed=sealed, seen=now))

    async def touch_shift(self, digest: bytes, now: int) -> None:
        mine = operator_sessions.c.digest == digest
        async with begin(self._engine) as db:
            await db.execute(update(operator_sessions).where(mine).values(seen=now))

    async def close_shift(self, digest: bytes) -> None:
        async with begin(self._engine) as db:
            await db.execute(delete(operator_sessions).where(operator_sessions.c.digest == digest))

    async def list_shifts(self, now: int, since: int) -> list[Shift]:
        query = (
            select(*_SHIFT, *_OPERATOR)
            .join(operators, operators.c.id == operator_sessions.c.operator)
            .where(operator_sessions.c.until > now, operator_sessions.c.seen >= since, operators.c.active)
            .order_by(operators.c.name, operator_sessions.c.seen.desc())
        )
        async with begin(self._engine, reads=True) as db:
            return [_shift(row) for row in await db.execute(query)]

    async def add_note(self, record: str, sealed: bytes, operator: int | None, at: int, id: int) -> None:
        values = {"id": id, "operator": operator, "record": record, "sealed": sealed, "at": at}
        async with begin(self._engine) as db:
            await db.execute(insert(notes).values(values))

    async def add_report(self, contact: str, result: Result, operator: int | None, at: int) -> None:
        values = {
            "id": draw_number(),
            "contact": contact,
            "operator": operator,
            "result": result,
            "sealed": None,
            "at": at,
        }
        async with begin(self._engine) as db:
            await db.execute(insert(contact_reports).values(values))

    async def read_reports(self, contacts: Iterable[str], since: int) -> dict[str, tuple[Result, int]]:
        table = contact_reports.c
        query = (
            select(table.contact, table.result, table.at)
            .where(table.contact.in_(list(contacts)), table.at >= since)
            .order_by(table.at)
        )
        async with begin(self._engine, reads=True) as db:
            return {row.contact: (row.result, row.at) for row in await db.execute(query)}

    async def count(self, day: int, cells: Iterable[str]) -> None:
        rows = [{"day": day, "cell": cell, "number": 1} for cell in sorted(set(cells))]
        if not rows:
            return
        add = self._insert(counts)
        more = add.on_conflict_do_update(
            index_elements=[counts.c.day, counts.c.cell],
            set_={"number": counts.c.number + add.excluded.number},
        )
        async with begin(self._engine) as db:
            await db.execute(more, rows)

    async def read_counts(self, first: int, last: int) -> dict[str, int]:
        """The sum of each cell over these days."""
        query = (
            select(counts.c.cell, func.sum(counts.c.number))
            .where(counts.c.day >= first, counts.c.day <= last)
            .group_by(counts.c.cell)
        )
        async with begin(self._engine, reads=True) as db:
            return {cell: int(number) for cell, number in await db.execute(query)}

    async def purge(self, now: int) -> None:
        async with begin(self._engine) as db:
            await db.execute(delete(operator_sessions).where(operator_sessions.c.until <= now))
