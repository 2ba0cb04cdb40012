"""Operators, their sessions, and what they report: on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.keys import draw_number
from bot.store.hands import Hands
from bot.store.slips import Rewrite, change_slip
from bot.store.tables import contact_reports, operator_sessions, operators

Role = Literal["operator", "supervisor", "administrator"]
ROLES: tuple[Role, ...] = ("operator", "supervisor", "administrator")
Result = Literal["works", "no_answer"]
RESULTS: tuple[Result, ...] = ("works", "no_answer")
Report = tuple[Result, int]  # what was marked, and when, in milliseconds
REPORTS_KEPT = 180 * 86_400_000


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


Admit = Callable[[Shift | None], Rewrite | None]


@dataclass(frozen=True, slots=True)
class Marks:
    """How often a contact's number worked and did not answer; the newest mark, in milliseconds."""

    works: int
    no_answer: int
    newest: int


class Desk(Protocol):
    """What the console keeps of operators; nothing of callers."""

    async def add_operator(self, name: str, role: Role, language: str, now: int) -> Operator:
        """Raises NameTakenError."""
        ...

    async def find_operator(self, name: str) -> Operator | None:
        """By the name as it was given, else whatever its capitals."""
        ...

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

    async def work_as(self, digest: bytes, now: int, admit: Admit, written: Callable[[], object]) -> None:
        """Show a session to `admit`, and change the slip that it names, in one transaction.

        What `admit` raises leaves everything as it is. It runs away from the loop, as the change does, and `written`,
        which is called when nothing is left to do but to make it durable.
        """
        ...

    async def save_shift(self, digest: bytes, sealed: bytes | None, now: int) -> None: ...

    async def touch_shift(self, digest: bytes, now: int) -> None: ...

    async def close_shift(self, digest: bytes) -> None: ...

    async def close_shifts(self, operator: int, now: int) -> int:
        """End everything this operator is logged in at; returns how many that were."""
        ...

    async def list_shifts(self, now: int, since: int) -> list[Shift]:
        """Living sessions seen since that moment."""
        ...

    async def add_report(self, contact: str, result: Result, operator: int | None, at: int) -> None: ...

    async def read_reports(self, since: int) -> dict[str, Report]:
        """The newest report on each contact."""
        ...

    async def sum_reports(self, since: int) -> dict[str, Marks]:
        """What operators marked on each contact."""
        ...

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
_SHIFTS = (
    select(*_SHIFT, *_OPERATOR)
    .join(operators, operators.c.id == operator_sessions.c.operator)
    .where(operators.c.active)
)

# What every tick asks: built once, since building a statement costs more than running it.
_MY_SHIFT = _SHIFTS.where(
    operator_sessions.c.digest == bindparam("mine"), operator_sessions.c.until > bindparam("now")
)
_REPORTS = (
    select(
        contact_reports.c.contact, contact_reports.c.result, func.max(contact_reports.c.at).label("newest")
    )
    .where(contact_reports.c.at >= bindparam("since"))
    .group_by(contact_reports.c.contact, contact_reports.c.result)
    .order_by("newest")
)


def _shift(row: Any) -> Shift:
    return Shift(row[0], Operator(*row[5:]), *row[1:5])


class SqlDesk:
    """One way of writing serves both databases."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def _write(self, *statements: Any) -> None:
        def write(db: Connection) -> None:
            for statement in statements:
                db.execute(statement)

        await self._hands.run(write)

    async def _read(self, query: Any, **values: Any) -> list[Any]:
        return await self._hands.run(lambda db: list(db.execute(query, values)), reads=True)

    async def add_operator(self, name: str, role: Role, language: str, now: int) -> Operator:
        made = Operator(draw_number(), name, "", role, language, True, now)
        values = {column.name: getattr(made, column.name) for column in _OPERATOR}
        try:
            await self._write(insert(operators).values(values))
        except IntegrityError as error:
            raise NameTakenError(name) from error
        return made

    async def find_operator(self, name: str) -> Operator | None:
        everybody = await self.list_operators()  # a few; databases fold capitals of one alphabet only
        alike = [one for one in everybody if one.name.casefold() == name.casefold()]
        return next((one for one in alike if one.name == name), next(iter(alike), None))

    async def read_operator(self, id: int) -> Operator | None:
        rows = await self._read(select(*_OPERATOR).where(operators.c.id == id))
        return Operator(*rows[0]) if rows else None

    async def list_operators(self) -> list[Operator]:
        return [Operator(*row) for row in await self._read(select(*_OPERATOR).order_by(operators.c.name))]

    async def remove_operator(self, id: int) -> None:
        await self._write(delete(operators).where(operators.c.id == id))

    async def set_password(self, id: int, password: str) -> None:
        await self._write(
            update(operators).where(operators.c.id == id).values(password=password),
            delete(operator_sessions).where(operator_sessions.c.operator == id),
        )

    async def open_shift(self, shift: Shift) -> None:
        values = {
            "digest": shift.digest,
            "operator": shift.operator.id,
            "csrf": shift.csrf,
            "sealed": shift.sealed,
            "seen": shift.seen,
            "until": shift.until,
        }
        await self._write(insert(operator_sessions).values(values))

    async def read_shift(self, digest: bytes, now: int) -> Shift | None:
        rows = await self._read(_MY_SHIFT, mine=digest, now=now)
        return _shift(rows[0]) if rows else None

    async def work_as(self, digest: bytes, now: int, admit: Admit, written: Callable[[], object]) -> None:
        def work(db: Connection) -> None:
            row = db.execute(_MY_SHIFT, {"mine": digest, "now": now}).first()
            rewrite = admit(_shift(row) if row is not None else None)
            if rewrite is not None:
                change_slip(db, now, rewrite)
            written()

        await self._hands.run(work)

    async def save_shift(self, digest: bytes, sealed: bytes | None, now: int) -> None:
        mine = operator_sessions.c.digest == digest
        await self._write(update(operator_sessions).where(mine).values(sealed=sealed, seen=now))

    async def touch_shift(self, digest: bytes, now: int) -> None:
        mine = operator_sessions.c.digest == digest
        await self._write(update(operator_sessions).where(mine).values(seen=now))

    async def close_shift(self, digest: bytes) -> None:
        await self._write(delete(operator_sessions).where(operator_sessions.c.digest == digest))

    async def close_shifts(self, operator: int, now: int) -> int:
        theirs = delete(operator_sessions).where(operator_sessions.c.operator == operator)
        ended = theirs.returning(operator_sessions.c.until)
        return await self._hands.run(lambda db: sum(until > now for (until,) in db.execute(ended)))

    async def list_shifts(self, now: int, since: int) -> list[Shift]:
        living = (operator_sessions.c.until > now) & (operator_sessions.c.seen >= since)
        query = _SHIFTS.where(living).order_by(operators.c.name, operator_sessions.c.seen.desc())
        return [_shift(row) for row in await self._read(query)]

    async def add_report(self, contact: str, result: Result, operator: int | None, at: int) -> None:
        values = {"contact": contact, "operator": operator, "result": result, "sealed": None, "at": at}
        await self._write(insert(contact_reports).values(id=draw_number(), **values))

    async def read_reports(self, since: int) -> dict[str, Report]:
        rows = await self._read(_REPORTS, since=since)
        return {contact: (result, at) for contact, result, at in rows}

    async def sum_reports(self, since: int) -> dict[str, Marks]:
        found: dict[str, Marks] = {}
        table = contact_reports.c
        sums = select(table.contact, table.result, func.count(), func.max(table.at))
        for contact, result, number, at in await self._read(
            sums.where(table.at >= since).group_by(table.contact, table.result)
        ):
            had = found.get(contact, Marks(0, 0, 0))
            works, silent = (number, 0) if result == "works" else (0, number)
            found[contact] = Marks(had.works + works, had.no_answer + silent, max(had.newest, at))
        return found

    async def purge(self, now: int) -> None:
        await self._write(delete(contact_reports).where(contact_reports.c.at <= now - REPORTS_KEPT))
        await self._write(delete(operator_sessions).where(operator_sessions.c.until <= now))
