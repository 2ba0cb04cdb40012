"""The store on SQLite and PostgreSQL. One way of writing serves both."""

from __future__ import annotations

from typing import IO

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, or_, select, update
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
from bot.store.connect import is_sqlite, pick_insert
from bot.store.hands import open_hands
from bot.store.notices import purge_notices
from bot.store.tables import leases, marks, messages, meta, owed, sessions
from bot.store.writing import MESSAGE_COLUMNS, Writing, many, parts

_SESSION_COLUMNS = (
    sessions.c.person,
    sessions.c.revision,
    sessions.c.generation,
    sessions.c.sealed,
    sessions.c.seen,
    sessions.c.screen,
)
_OWED_COLUMNS = (owed.c.person, owed.c.ticket, owed.c.generation, owed.c.sealed, owed.c.due, owed.c.attempts)


class SqlStore:
    """One process's hands on a database that `migrate` has brought up to date."""

    def __init__(self, engine: AsyncEngine, holder: str, lock: IO[bytes] | None = None) -> None:
        """`lock` is what keeps other services off a SQLite file; with it nobody else writes."""
        self.holder = holder
        self.exclusive = is_sqlite(engine.url)
        self._hands = open_hands(engine)
        self._lock = lock
        self._insert = pick_insert(engine)
        self._writing = Writing(self._insert, holder, self.exclusive)

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
            for part in parts(persons):
                rows = db.execute(select(*_SESSION_COLUMNS).where(sessions.c.person.in_(part)))
                found.update((row.person, SessionRow(*row)) for row in rows)
            for numbers in parts(marks_):
                done.update(db.execute(select(marks.c.mark).where(marks.c.mark.in_(numbers))).scalars())

        await self._hands.run(work, reads=True)
        return found, done

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        def work(db: Connection) -> Outcome:
            return self._writing.write(db, steps, settled, now)

        return await self._hands.run(work)

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
            many(db, take, [{"p": row.person} for row in rows])
            return rows

        return await self._hands.run(work)

    async def read_owed(self, persons: list[bytes]) -> list[OwedRow]:

        def work(db: Connection) -> list[OwedRow]:
            rows: list[OwedRow] = []
            for part in parts(persons):
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
            select(*MESSAGE_COLUMNS)
            .where(messages.c.due <= now)
            .order_by(messages.c.due)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def work(db: Connection) -> list[MessageRow]:
            rows = [MessageRow(*row) for row in db.execute(query)]
            put_off = update(messages).where(messages.c.id == bindparam("i")).values(due=now + HOLD)
            many(db, put_off, [{"i": row.id} for row in rows])
            return rows

        return await self._hands.run(work)

    async def finish_deletions(self, done: list[int], later: list[int], due: int) -> None:

        def work(db: Connection) -> None:
            many(db, delete(messages).where(messages.c.id == bindparam("i")), [{"i": i} for i in done])
            put_off = update(messages).where(messages.c.id == bindparam("i")).values(due=due)
            many(db, put_off, [{"i": i} for i in later])

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
