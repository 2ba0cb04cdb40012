"""Notices of changes and who is told: queued once, sent to nobody twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.base import KEEP_NOTICES, Quit, Subscription
from bot.store.connect import pick_insert
from bot.store.hands import Hands
from bot.store.tables import notices, subscriptions

Matters = Mapping[str, tuple[str, ...]]
"""By topic, the regions that a change concerns; none means the whole country."""

_ROW = (
    subscriptions.c.person,
    subscriptions.c.topic,
    subscriptions.c.region,
    subscriptions.c.sealed,
    subscriptions.c.made,
    subscriptions.c.told,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One order to tell. `id` is the moment it was given: who subscribed later is not told."""

    id: int
    matters: Matters


class Untold(Protocol):
    """What is left to tell, for whoever tells it."""

    async def read_next(self) -> Notice | None:
        """The oldest notice that is not out yet."""
        ...

    async def list_untold(self, notice: Notice, limit: int) -> list[Subscription]: ...

    async def mark(self, persons: list[bytes], notice: int) -> bool:
        """Note that this person is told, before it is done; False when it was noted already.

        `persons` are all keys one person may stand under.
        """
        ...

    async def finish(self, notice: int) -> None: ...

    async def drop(self, persons: list[bytes]) -> None: ...


class Rows(Protocol):
    """Subscriptions as they are sealed."""

    async def find_stale(self, key_id: bytes, limit: int) -> list[Subscription]:
        """Subscriptions sealed under another key than this one."""
        ...

    async def move(self, old: Subscription, new: Subscription | None) -> None:
        """Put a row under a new key in place of an old one; None only takes it away."""
        ...


class SqlNotices:
    """On SQLite and PostgreSQL."""

    def __init__(self, engine: AsyncEngine, hands: Hands) -> None:
        self._hands = hands
        self._insert = pick_insert(engine)

    async def queue(self, key: str, matters: Matters, now: int) -> bool:
        def work(db: Connection) -> bool:
            last = db.execute(select(func.max(notices.c.id))).scalar() or 0
            row = {"id": max(now, last + 1), "key": key, "matters": json.dumps(dict(matters)), "done": False}
            add = self._insert(notices).values(row).on_conflict_do_nothing(index_elements=[notices.c.key])
            return db.execute(add.returning(notices.c.id)).first() is not None

        return await self._hands.run(work)

    async def count(self, matters: Matters) -> int:
        query = select(func.count(subscriptions.c.person.distinct())).where(_match(matters))
        return await self._hands.run(lambda db: int(db.execute(query).scalar_one()), reads=True)

    async def read_next(self) -> Notice | None:
        query = (
            select(notices.c.id, notices.c.matters)
            .where(notices.c.done.is_(False))
            .order_by(notices.c.id)
            .limit(1)
        )

        def work(db: Connection) -> Notice | None:
            row = db.execute(query).first()
            if row is None:
                return None
            return Notice(
                row.id, {topic: tuple(regions) for topic, regions in json.loads(row.matters).items()}
            )

        return await self._hands.run(work, reads=True)

    async def list_untold(self, notice: Notice, limit: int) -> list[Subscription]:
        table = subscriptions.c
        query = (
            select(*_ROW)
            .where(_match(notice.matters), table.told < notice.id, table.made <= notice.id)
            .order_by(table.person, table.topic)
            .limit(limit)
        )
        return await self._hands.run(lambda db: [Subscription(*row) for row in db.execute(query)], reads=True)

    async def mark(self, persons: list[bytes], notice: int) -> bool:
        table = subscriptions.c
        # Locked in one order; the second of two processes then finds nothing left to mark.
        lock = select(table.person).where(table.person.in_(persons)).order_by(table.person).with_for_update()
        told = update(subscriptions).where(table.person.in_(persons)).values(told=notice)

        def work(db: Connection) -> bool:
            before = select(func.max(table.told)).where(table.person.in_(persons))
            db.execute(lock).all()
            last = db.execute(before).scalar()
            if last is None or last >= notice:
                return False
            db.execute(told)
            return True

        return await self._hands.run(work)

    async def finish(self, notice: int) -> None:
        done = update(notices).where(notices.c.id == notice).values(done=True)
        await self._hands.run(lambda db: db.execute(done) and None)

    async def drop(self, persons: list[bytes]) -> None:
        await self._hands.run(lambda db: write_notices(db, self._insert, [Quit(p) for p in persons]))

    async def find_stale(self, key_id: bytes, limit: int) -> list[Subscription]:
        query = (
            select(*_ROW)
            .where(func.substr(subscriptions.c.sealed, 1, len(key_id)) != key_id)
            .order_by(subscriptions.c.person, subscriptions.c.topic)
            .limit(limit)
        )
        return await self._hands.run(lambda db: [Subscription(*row) for row in db.execute(query)], reads=True)

    async def move(self, old: Subscription, new: Subscription | None) -> None:
        def work(db: Connection) -> None:
            gone = delete(subscriptions).where(
                subscriptions.c.person == old.person, subscriptions.c.topic == old.topic
            )
            told: int | None = db.execute(gone.returning(subscriptions.c.told)).scalar()
            if told is None or new is None:  # ended meanwhile
                return
            there = self._insert(subscriptions).values(_values(replace(new, told=told)))
            db.execute(there.on_conflict_do_nothing())

        await self._hands.run(work)


def write_notices(db: Connection, insert: Any, changes: Iterable[Subscription | Quit]) -> None:
    """Begin and end subscriptions, in this order."""
    for change in changes:
        if isinstance(change, Quit):
            mine = subscriptions.c.person == change.person
            topic = subscriptions.c.topic == change.topic if change.topic else true()
            db.execute(delete(subscriptions).where(mine, topic))
        else:
            add = insert(subscriptions).values(_values(change))
            fresh = {"region": add.excluded.region, "sealed": add.excluded.sealed, "made": add.excluded.made}
            keys = [subscriptions.c.person, subscriptions.c.topic]
            db.execute(add.on_conflict_do_update(index_elements=keys, set_=fresh))


def purge_notices(db: Connection, now: int) -> None:
    """After a year somebody who still wants to be told says so again."""
    db.execute(delete(subscriptions).where(subscriptions.c.made < now - KEEP_NOTICES))
    db.execute(delete(notices).where(notices.c.id < now - KEEP_NOTICES))


def _values(row: Subscription) -> dict[str, Any]:
    return {
        "person": row.person,
        "topic": row.topic,
        "region": row.region,
        "sealed": row.sealed,
        "made": row.made,
        "told": row.told,
    }


def _match(matters: Matters) -> ColumnElement[bool]:
    table = subscriptions.c
    return or_(
        *(
            and_(table.topic == topic, table.region.in_(regions) if regions else true())
            for topic, regions in matters.items()
        )
    )
