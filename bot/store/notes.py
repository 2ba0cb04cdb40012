"""Notes that a record is wrong, for administrators: which record, which of a few reasons, when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.keys import Keys, draw_number
from bot.store.base import StoreDownError
from bot.store.connect import READS
from bot.store.tables import notes


class NoteBox:
    """The table `notes`, as people without an account use it."""

    def __init__(self, engine: AsyncEngine, keys: Keys) -> None:
        self._engine, self._keys = engine, keys

    async def add_note(self, record: str, reason: str, now: datetime) -> None:
        """Keep one note.

        Raises:
            StoreDownError: the database cannot be written just now.
        """
        id = draw_number()
        sealed = self._keys.seal(reason.encode(), b"notes:%d" % id)
        async with _guard(), self._engine.begin() as db:
            await db.execute(
                insert(notes).values(
                    id=id, operator=None, record=record, sealed=sealed, at=int(now.timestamp() * 1000)
                )
            )

    async def count_notes(self) -> dict[tuple[str, str], int]:
        """How often each record was said to be wrong, by reason."""
        counts: dict[tuple[str, str], int] = {}
        async with _guard(), self._engine.connect() as db:
            await db.execution_options(**READS)
            for id, record, sealed in await _read(db):
                reason = self._keys.unseal(sealed, b"notes:%d" % id).decode()
                counts[record, reason] = counts.get((record, reason), 0) + 1
        return counts


async def _read(db: AsyncConnection) -> list[tuple[int, str, bytes]]:
    rows = await db.execute(
        select(notes.c.id, notes.c.record, notes.c.sealed).where(notes.c.operator.is_(None))
    )
    return [(row.id, row.record, row.sealed) for row in rows]


@asynccontextmanager
async def _guard() -> AsyncIterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        raise StoreDownError(str(type(error).__name__)) from None
