"""Sealed slips that live for minutes and are found only by the keyed digest of a code or token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, bindparam, case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.connect import pick_insert
from bot.store.hands import Hands
from bot.store.tables import handover_codes, login_attempts

_slips, _tries = handover_codes, login_attempts
# A tick in a call reads and writes its slip: these are built once.
_MINE = _slips.c.digest == bindparam("mine")
_READ = select(_slips.c.sealed).where(_MINE, _slips.c.until > bindparam("now"))
_LOCK = _READ.with_for_update()
_WRITE = update(_slips).where(_MINE).values(sealed=bindparam("after"), until=bindparam("life"))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A slip, what is to be made of it (None removes it), and until when it lives after that."""

    slip: bytes
    until: int
    work: Callable[[bytes], bytes | None]


def change_slip(db: Connection, now: int, change: Rewrite) -> bool:
    """Within a transaction; False when there is no such slip."""
    sealed = db.execute(_LOCK, {"mine": change.slip, "now": now}).scalar()
    if sealed is None:
        return False
    after = change.work(sealed)
    if after is None:
        db.execute(delete(_slips).where(_slips.c.digest == change.slip))
    else:
        db.execute(_WRITE, {"mine": change.slip, "after": after, "life": change.until})
    return True


class Slips(Protocol):
    """Handover codes, calls under way and invitations; and how often somebody guessed."""

    async def put(self, digest: bytes, sealed: bytes, until: int, now: int) -> bool:
        """Lay a slip down; False when a living one lies there."""
        ...

    async def read(self, digest: bytes, now: int) -> bytes | None: ...

    async def take(self, digest: bytes, now: int) -> bytes | None:
        """Read and remove: whoever comes second gets None."""
        ...

    async def change(self, change: Rewrite, now: int) -> bool:
        """False when there is no such slip."""
        ...

    async def spend(self, key: bytes, now: int, life: int) -> int:
        """Count one more try of this key and tell which it is; the count is forgotten after `life`."""
        ...

    async def forgive(self, key: bytes) -> None: ...

    async def purge(self, now: int) -> None: ...


class SqlSlips:
    """On SQLite and PostgreSQL."""

    def __init__(self, engine: AsyncEngine, hands: Hands) -> None:
        self._hands = hands
        self._insert = pick_insert(engine)

    async def put(self, digest: bytes, sealed: bytes, until: int, now: int) -> bool:
        insert = self._insert(_slips).values(digest=digest, sealed=sealed, until=until)
        laid = insert.on_conflict_do_update(
            index_elements=[_slips.c.digest],
            set_={"sealed": insert.excluded.sealed, "until": insert.excluded.until},
            where=_slips.c.until <= now,
        ).returning(_slips.c.digest)
        return await self._hands.run(lambda db: db.execute(laid).first() is not None)

    async def read(self, digest: bytes, now: int) -> bytes | None:
        values = {"mine": digest, "now": now}
        return await self._hands.run(lambda db: db.execute(_READ, values).scalar(), reads=True)

    async def take(self, digest: bytes, now: int) -> bytes | None:
        gone = (
            delete(_slips).where(_slips.c.digest == digest, _slips.c.until > now).returning(_slips.c.sealed)
        )
        return await self._hands.run(lambda db: db.execute(gone).scalar())

    async def change(self, change: Rewrite, now: int) -> bool:
        return await self._hands.run(lambda db: change_slip(db, now, change))

    async def spend(self, key: bytes, now: int, life: int) -> int:
        insert = self._insert(_tries).values(key=key, number=1, until=now + life)
        living = _tries.c.until > now
        tried = insert.on_conflict_do_update(
            index_elements=[_tries.c.key],
            set_={
                "number": case((living, _tries.c.number + 1), else_=1),
                "until": case((living, _tries.c.until), else_=insert.excluded.until),
            },
        ).returning(_tries.c.number)
        return await self._hands.run(lambda db: int(db.execute(tried).scalar_one()))

    async def forgive(self, key: bytes) -> None:
        await self._hands.run(lambda db: db.execute(delete(_tries).where(_tries.c.key == key)) and None)

    async def purge(self, now: int) -> None:
        def purge(db: Connection) -> None:
            db.execute(delete(_slips).where(_slips.c.until <= now))
            db.execute(delete(_tries).where(_tries.c.until <= now))

        await self._hands.run(purge)
