"""The store on SQLite and PostgreSQL. One way of writing serves both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO, Any, TypeVar

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.base import (
    HOLD,
    KEEP_MARKS,
    KEEP_MESSAGES,
    MessageRow,
    Outcome,
    OwedRow,
    SessionRow,
    Settled,
    Step,
)
from bot.store.connect import is_sqlite
from bot.store.hands import open_hands
from bot.store.notices import purge_notices, write_notices
from bot.store.tables import leases, marks, messages, meta, owed, sessions

_T = TypeVar("_T")
_MAX_IN = 500  # bound values of one statement; old SQLite takes 999

_UPDATE = (
    update(sessions)
    .where(sessions.c.person == bindparam("p"), sessions.c.revision == bindparam("o"))
    .values(revision=bindparam("r"), generation=bindparam("g"), sealed=bindparam("s"), seen=bindparam("t"))
)
_CLEAR_SCREEN = update(sessions).where(sessions.c.person == bindparam("p")).values(screen=None)
_SCREEN = update(sessions).where(sessions.c.person == bindparam("p")).values(screen=bindparam("s"))
_FORGET = delete(sessions).where(sessions.c.person == bindparam("p"))
_DROP_OWED = delete(owed).where(owed.c.person == bindparam("p"))
_DONE = delete(owed).where(owed.c.person == bindparam("p"), owed.c.ticket == bindparam("k"))
_AGAIN = (
    update(owed)
    .where(owed.c.person == bindparam("p"), owed.c.ticket == bindparam("k"))
    .values(due=bindparam("d"), attempts=owed.c.attempts + 1)
)
_THEN = (
    update(owed)
    .where(owed.c.person == bindparam("p"), owed.c.ticket == bindparam("k"))
    .values(
        ticket=bindparam("n"),
        generation=bindparam("g"),
        sealed=bindparam("s"),
        due=bindparam("d"),
        attempts=0,
        holder="",
    )
)
_SESSION_COLUMNS = (
    sessions.c.person,
    sessions.c.revision,
    sessions.c.generation,
    sessions.c.sealed,
    sessions.c.seen,
    sessions.c.screen,
)
_OWED_COLUMNS = (owed.c.person, owed.c.ticket, owed.c.generation, owed.c.sealed, owed.c.due, owed.c.attempts)
_MESSAGE_COLUMNS = (messages.c.id, messages.c.person, messages.c.sealed, messages.c.at, messages.c.due)


class SqlStore:
    """One process's hands on a database that `migrate` has brought up to date."""

    def __init__(self, engine: AsyncEngine, holder: str, lock: IO[bytes] | None = None) -> None:
        """`lock` is what keeps other services off a SQLite file; with it sessions may be cached."""
        self.holder = holder
        self.exclusive = is_sqlite(engine.url)
        self._hands = open_hands(engine)
        self._lock = lock
        dialect = sqlite if self.exclusive else postgresql
        self._insert: Callable[..., Any] = dialect.insert
        self._add_sessions = self._insert(sessions).on_conflict_do_nothing().returning(sessions.c.person)
        self._add_marks = self._insert(marks).on_conflict_do_nothing()
        # A commit that did not say it happened is made again, with the same rows.
        self._add_messages = self._insert(messages).on_conflict_do_nothing()
        owe = self._insert(owed)
        new = owe.excluded
        keeper = select(leases.c.holder).where(
            leases.c.holder == owed.c.holder, leases.c.until > bindparam("now", type_=leases.c.until.type)
        )
        self._owe = owe.on_conflict_do_update(
            index_elements=[owed.c.person],
            set_={
                "ticket": new.ticket,
                "generation": new.generation,
                "sealed": new.sealed,
                "due": new.due,
                "attempts": new.attempts,
                **(
                    {}
                    if self.exclusive
                    else {"holder": func.coalesce(keeper.limit(1).scalar_subquery(), new.holder)}
                ),
            },
        )

    async def start(self) -> None:
        """Forget the leases of a process that died: with the lock in hand there is no other."""
        if self.exclusive:

            def work(db: Connection) -> None:
                db.execute(delete(leases))

            await self._hands.run(work)

    async def read(self, persons: list[bytes], marks_: list[int]) -> tuple[dict[bytes, SessionRow], set[int]]:
        found: dict[bytes, SessionRow] = {}
        done: set[int] = set()
        if not persons and not marks_:
            return found, done

        def work(db: Connection) -> None:
            for part in _parts(persons):
                rows = db.execute(select(*_SESSION_COLUMNS).where(sessions.c.person.in_(part)))
                found.update((row.person, SessionRow(*row)) for row in rows)
            for numbers in _parts(marks_):
                done.update(db.execute(select(marks.c.mark).where(marks.c.mark.in_(numbers))).scalars())

        await self._hands.run(work, reads=True)
        return found, done

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        outcome = Outcome()

        def work(db: Connection) -> None:
            current = self._lock_rows(db, steps, settled)
            if settled:
                self._settle(db, settled, current, now, outcome)
            if steps:
                self._write(db, steps, current, now, outcome)

        await self._hands.run(work)
        return outcome

    def _lock_rows(
        self, db: Connection, steps: list[Step], settled: list[Settled]
    ) -> dict[bytes, tuple[int, int]]:
        """Revision and generation of everybody concerned; always locked in one order, so no deadlock."""
        wanted = {s.was or s.person for s in steps if not s.idle}
        wanted.update(s.person for s in settled if s.messages or s.screen is not None or s.then is not None)
        found: dict[bytes, tuple[int, int]] = {}
        for part in _parts(sorted(wanted)):
            query = (
                select(sessions.c.person, sessions.c.revision, sessions.c.generation)
                .where(sessions.c.person.in_(part))
                .order_by(sessions.c.person)
                .with_for_update()
            )
            found.update((row.person, (row.revision, row.generation)) for row in db.execute(query))
        return found

    def _settle(
        self,
        db: Connection,
        settled: list[Settled],
        current: dict[bytes, tuple[int, int]],
        now: int,
        outcome: Outcome,
    ) -> None:
        kept: list[MessageRow] = []
        screens, done, again, then = [], [], [], []
        for one in settled:
            alive = one.person in current and current[one.person][1] == one.generation
            for message in one.messages:
                if alive:
                    kept.append(message)
                else:
                    doomed = MessageRow(message.id, None, message.sealed, message.at, now + HOLD)
                    kept.append(doomed)
                    outcome.doomed.setdefault(one.person, []).append(doomed)
            if alive and one.screen is not None:
                screens.append({"p": one.person, "s": one.screen})
            key = {"p": one.person, "k": one.ticket}
            if one.again is not None:
                again.append({**key, "d": one.again})
            elif one.then is not None and alive:
                later = one.then
                then.append(
                    {**key, "n": later.ticket, "g": later.generation, "s": later.sealed, "d": later.due}
                )
            else:
                done.append(key)
        _many(db, self._add_messages, [_message_values(m) for m in kept])
        _many(db, _SCREEN, screens)
        _many(db, _DONE, done)
        _many(db, _AGAIN, again)
        tickets = {one.person: one.ticket for one in settled}
        for part in _parts(list(tickets)):
            mine = select(owed.c.person, owed.c.ticket).where(
                owed.c.person.in_(part), owed.c.holder == self.holder
            )
            for person, ticket in db.execute(mine):
                if ticket != tickets[person]:
                    outcome.reopened.add(person)
        _many(db, _THEN, then)

    def _write(
        self,
        db: Connection,
        steps: list[Step],
        current: dict[bytes, tuple[int, int]],
        now: int,
        outcome: Outcome,
    ) -> None:
        for step in steps:
            found = current.get(step.was or step.person)
            if not step.idle and (found[0] if found else None) != step.read:
                outcome.lost.add(step.person)
        new = [s for s in steps if not s.idle and s.read is None and s.row and s.person not in outcome.lost]
        if new:
            rows = db.execute(self._add_sessions, [_session_values(s.row) for s in new if s.row])
            added = set(rows.scalars())
            outcome.lost.update(s.person for s in new if s.person not in added)
        winners = [s for s in steps if s.person not in outcome.lost]
        write_notices(db, self._insert, [change for s in winners for change in s.notices])
        moved = [s for s in winners if s.was is not None]
        for step in moved:
            self._move(db, step.was or b"", step.person)
        known = [s for s in winners if not s.idle and s.read is not None]
        _many(db, _UPDATE, [_update_values(s.row, s.read) for s in known if s.row])
        _many(db, _FORGET, [{"p": s.person} for s in known if s.row is None])
        _many(db, self._add_marks, [{"mark": m, "at": now} for s in winners for m in s.marks])
        for step in winners:
            if step.wipe:
                outcome.doomed[step.person] = self._wipe(db, step, now)
        _many(db, self._add_messages, [_message_values(m) for s in winners for m in s.messages])
        self._owe_all(db, winners, now, outcome)

    def _owe_all(self, db: Connection, winners: list[Step], now: int, outcome: Outcome) -> None:
        rows = [s.owed for s in winners if s.owed is not None]
        if not rows:
            return
        values = [{**_owed_values(row), "holder": self.holder} for row in rows]
        if self.exclusive:
            db.execute(self._owe, values)
            return
        # One statement a row: the lease is looked up with a value of its own, which a joined INSERT cannot carry.
        _many(db, self._owe, [{**v, "now": now} for v in values])
        for part in _parts([row.person for row in rows]):
            others = select(owed.c.person).where(owed.c.person.in_(part), owed.c.holder != self.holder)
            outcome.elsewhere.update(db.execute(others).scalars())

    def _wipe(self, db: Connection, step: Step, now: int) -> list[MessageRow]:
        doom = (
            update(messages)
            .where(messages.c.person == step.person)
            .values(person=None, due=now + HOLD)
            .returning(*_MESSAGE_COLUMNS)
        )
        rows = [MessageRow(*row) for row in db.execute(doom)]
        if step.row is not None:
            db.execute(_CLEAR_SCREEN, {"p": step.person})
        if step.owed is None:
            db.execute(_DROP_OWED, {"p": step.person})
        return rows

    def _move(self, db: Connection, was: bytes, person: bytes) -> None:
        for table in (sessions, owed, messages):
            db.execute(update(table).where(table.c.person == was).values(person=person))
        db.execute(_CLEAR_SCREEN, {"p": person})  # it is sealed to the row it stood in

    def _dead(self, now: int) -> ColumnElement[bool]:
        alive = select(leases.c.name).where(leases.c.holder == owed.c.holder, leases.c.until > now)
        return (owed.c.holder != "") & (owed.c.holder != self.holder) & ~exists(alive)

    async def claim(self, now: int, limit: int) -> list[OwedRow]:
        free = owed.c.holder.in_(["", self.holder]) & (owed.c.due <= now)
        query = (
            select(*_OWED_COLUMNS)
            .where(or_(free, self._dead(now)))
            .order_by(owed.c.due)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def work(db: Connection) -> list[OwedRow]:
            rows = [OwedRow(*row) for row in db.execute(query)]
            take = (
                update(owed).where(owed.c.person == bindparam("p")).values(holder=self.holder, due=now + HOLD)
            )
            _many(db, take, [{"p": row.person} for row in rows])
            return rows

        return await self._hands.run(work)

    async def read_owed(self, persons: list[bytes]) -> list[OwedRow]:

        def work(db: Connection) -> list[OwedRow]:
            rows: list[OwedRow] = []
            for part in _parts(persons):
                found = db.execute(select(*_OWED_COLUMNS).where(owed.c.person.in_(part)))
                rows.extend(OwedRow(*row) for row in found)
            return rows

        return await self._hands.run(work, reads=True)

    async def count_owed(self) -> tuple[int, int]:
        def work(db: Connection) -> tuple[int, int]:
            count, due = db.execute(select(func.count(), func.min(owed.c.due)).select_from(owed)).one()
            return count, due or 0

        return await self._hands.run(work, reads=True)

    async def claim_deletions(self, now: int, limit: int) -> list[MessageRow]:
        query = (
            select(*_MESSAGE_COLUMNS)
            .where(messages.c.due <= now)
            .order_by(messages.c.due)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def work(db: Connection) -> list[MessageRow]:
            rows = [MessageRow(*row) for row in db.execute(query)]
            put_off = update(messages).where(messages.c.id == bindparam("i")).values(due=now + HOLD)
            _many(db, put_off, [{"i": row.id} for row in rows])
            return rows

        return await self._hands.run(work)

    async def finish_deletions(self, done: list[int], later: list[int], due: int) -> None:

        def work(db: Connection) -> None:
            _many(db, delete(messages).where(messages.c.id == bindparam("i")), [{"i": i} for i in done])
            put_off = update(messages).where(messages.c.id == bindparam("i")).values(due=due)
            _many(db, put_off, [{"i": i} for i in later])

        await self._hands.run(work)

    async def hold(self, name: str, now: int, life: int) -> bool:
        insert = self._insert(leases).values(name=name, holder=self.holder, until=now + life)
        taken = insert.on_conflict_do_update(
            index_elements=[leases.c.name],
            set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
            where=(leases.c.until <= now) | (leases.c.holder == self.holder),
        ).returning(leases.c.holder)

        def work(db: Connection) -> bool:
            return db.execute(taken).first() is not None

        return await self._hands.run(work)

    async def release(self) -> None:

        def work(db: Connection) -> None:
            db.execute(delete(leases).where(leases.c.holder == self.holder))

        await self._hands.run(work)

    async def purge(self, now: int, retention: int) -> int:

        def work(db: Connection) -> int:
            gone = db.execute(delete(sessions).where(sessions.c.seen < now - retention))
            db.execute(delete(marks).where(marks.c.at < now - KEEP_MARKS))
            db.execute(delete(messages).where(messages.c.at < now - KEEP_MESSAGES))
            purge_notices(db, now)
            return gone.rowcount

        gone = await self._hands.run(work)
        await self._hands.tidy()
        return gone

    async def find_stale(self, key_id: bytes, limit: int) -> list[SessionRow]:
        query = (
            select(*_SESSION_COLUMNS)
            .where(func.substr(sessions.c.sealed, 1, len(key_id)) != key_id)
            .order_by(sessions.c.person)
            .limit(limit)
        )

        def work(db: Connection) -> list[SessionRow]:
            return [SessionRow(*row) for row in db.execute(query)]

        return await self._hands.run(work, reads=True)

    async def read_meta(self, name: str) -> bytes | None:

        def work(db: Connection) -> bytes | None:
            value: bytes | None = db.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
            return value

        return await self._hands.run(work, reads=True)

    async def write_meta(self, name: str, value: bytes) -> None:
        insert = self._insert(meta).values(name=name, value=value)

        def work(db: Connection) -> None:
            db.execute(
                insert.on_conflict_do_update(
                    index_elements=[meta.c.name], set_={"value": insert.excluded.value}
                )
            )

        await self._hands.run(work)

    async def ping(self) -> None:

        def work(db: Connection) -> None:
            db.execute(select(1))

        await self._hands.run(work, reads=True)

    async def close(self) -> None:
        await self._hands.close()
        if self._lock is not None:
            self._lock.close()


def _many(db: Connection, statement: Any, values: list[dict[str, Any]]) -> None:
    if values:
        db.execute(statement, values)


def _parts(items: Sequence[_T]) -> list[Sequence[_T]]:
    return [items[at : at + _MAX_IN] for at in range(0, len(items), _MAX_IN)]


def _session_values(row: SessionRow) -> dict[str, Any]:
    return {
        "person": row.person,
        "revision": row.revision,
        "generation": row.generation,
        "sealed": row.sealed,
        "seen": row.seen,
        "screen": row.screen,
    }


def _update_values(row: SessionRow, read: int | None) -> dict[str, Any]:
    return {
        "p": row.person,
        "o": read,
        "r": row.revision,
        "g": row.generation,
        "s": row.sealed,
        "t": row.seen,
    }


def _owed_values(row: OwedRow) -> dict[str, Any]:
    return {
        "person": row.person,
        "ticket": row.ticket,
        "generation": row.generation,
        "sealed": row.sealed,
        "due": row.due,
        "attempts": row.attempts,
    }


def _message_values(row: MessageRow) -> dict[str, Any]:
    return {"id": row.id, "person": row.person, "sealed": row.sealed, "at": row.at, "due": row.due}
