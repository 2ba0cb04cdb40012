"""Sealed slips that live for minutes and are found only by the keyed digest of a code or token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.begin import begin, pick_insert
from bot.store.tables import handover_codes, login_attempts

_slips, _tries = handover_codes, login_attempts


class Slips(Protocol):
    """Handover codes, calls under way and invitations; and how often somebody guessed."""

    async def put(self, digest: bytes, sealed: bytes, until: int, now: int) -> bool:
        """Lay a slip down; False when a living one lies there."""
        ...

    async def read(self, digest: bytes, now: int) -> bytes | None: ...

    async def take(self, digest: bytes, now: int) -> bytes | None:
        """Read and remove: whoever comes second gets None."""
        ...

    async def change(
        self, digest: bytes, now: int, until: int, work: Callable[[bytes], bytes | None]
    ) -> bool:
        """Replace a slip with what `work` makes of it, or remove it; False when there is none."""
        ...

    async def spend(self, key: bytes, now: int, life: int) -> int:
        """Count one more try of this key and tell which it is; the count is forgotten after `life`."""
        ...

    async def forgive(self, key: bytes) -> None: ...

    async def purge(self, now: int) -> None: ...


class SqlSlips:
    """On SQLite and PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert = pick_insert(engine)

    async def put(self, digest: bytes, sealed: bytes, until: int, now: int) -> bool:
        insert = self._insert(_slips).values(digest=digest, sealed=sealed, until=until)
        laid = insert.on_conflict_do_update(
            index_elements=[_slips.c.digest],
            set_={"sealed": insert.excluded.sealed, "until": insert.excluded.until},
            where=_slips.c.until <= now,
        ).returning(_slips.c.digest)
        async with begin(self._engine) as db:
            return (await db.execute(laid)).first() is not None

    async def read(self, digest: bytes, now: int) -> bytes | None:
        query = select(_slips.c.sealed).where(_slips.c.digest == digest, _slips.c.until > now)
        async with begin(self._engine, reads=True) as db:
            sealed: bytes | None = (await db.execute(query)).scalar()
        return sealed

    async def take(self, digest: bytes, now: int) -> bytes | None:
        gone = (
            delete(_slips).where(_slips.c.digest == digest, _slips.c.until > now).returning(_slips.c.sealed)
        )
        async with begin(self._engine) as db:
            sealed: bytes | None = (await db.execute(gone)).scalar()
        return sealed

    async def change(
        self, digest: bytes, now: int, until: int, work: Callable[[bytes], bytes | None]
    ) -> bool:
        mine = _slips.c.digest == digest
        query = select(_slips.c.sealed).where(mine, _slips.c.until > now).with_for_update()
        async with begin(self._engine) as db:
            sealed = (await db.execute(query)).scalar()
            if sealed is None:
                return False
            after = work(sealed)
            if after is None:
                await db.execute(delete(_slips).where(mine))
            else:
                await db.execute(update(_slips).where(mine).values(sealed=after, until=until))
        return True

    async def spend(self, key: bytes, now: int, life: int) -> int:
        insert = self._insert(_tries).values(key=key, number=1, until=now + life)
        fresh = insert.on_conflict_do_update(
            index_elements=[_tries.c.key],
            set_={"number": insert.excluded.number, "until": insert.excluded.until},
            where=_tries.c.until <= now,
        ).returning(_tries.c.number)
        more = (
            update(_tries)
            .where(_tries.c.key == key)
            .values(number=_tries.c.number + 1)
            .returning(_tries.c.number)
        )
        async with begin(self._engine) as db:
            number: int | None = (await db.execute(fresh)).scalar()
            if number is None:
                number = (await db.execute(more)).scalar_one()
        return number

    async def forgive(self, key: bytes) -> None:
        async with begin(self._engine) as db:
            await db.execute(delete(_tries).where(_tries.c.key == key))

    async def purge(self, now: int) -> None:
        async with begin(self._engine) as db:
            await db.execute(delete(_slips).where(_slips.c.until <= now))
            await db.execute(delete(_tries).where(_tries.c.until <= now))
