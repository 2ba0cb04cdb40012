"""Notes that a record is wrong, for administrators: which record, which of a few reasons, a few words, when."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.keys import Keys, UnreadableError, draw_number
from bot.store.base import StoreDownError
from bot.store.connect import READS
from bot.store.tables import notes

KEEP_NOTES = 90 * 86_400_000


@dataclass(frozen=True, slots=True)
class Note:
    """`words` are of somebody who was asked for no name and no number; often empty."""

    record: str
    reason: str
    words: str
    at: datetime


class NoteBox:
    """The table `notes`, as people without an account use it."""

    def __init__(self, engine: AsyncEngine, keys: Keys) -> None:
        self._engine, self._keys = engine, keys

    async def add_note(self, record: str, reason: str, words: str, now: datetime) -> None:
        """Keep one note.

        Raises:
            StoreDownError: the database cannot be written just now.
        """
        id = draw_number()
        sealed = self._keys.seal(f"{reason}\n{words}".encode(), b"notes:%d" % id)
        async with _guard(), self._engine.begin() as db:
            await db.execute(
                insert(notes).values(id=id, operator=None, record=record, sealed=sealed, at=_stamp(now))
            )

    async def read_notes(self) -> list[Note]:
        """All of them, the newest first."""
        query = select(notes.c.id, notes.c.record, notes.c.sealed, notes.c.at)
        found = []
        async with _guard(), self._engine.connect() as db:
            await db.execution_options(**READS)
            rows = await db.execute(query.where(notes.c.operator.is_(None)).order_by(notes.c.at.desc()))
            for row in rows:
                try:
                    plain = self._keys.unseal(row.sealed, b"notes:%d" % row.id).decode()
                except UnreadableError:  # of a key that is gone; nothing but time mends it
                    continue
                reason, _, words = plain.partition("\n")
                found.append(Note(row.record, reason, words, datetime.fromtimestamp(row.at / 1000, UTC)))
        return found

    async def purge(self, now: datetime) -> None:
        """Forget what was said too long ago to be of use."""
        async with _guard(), self._engine.begin() as db:
            await db.execute(delete(notes).where(notes.c.at < _stamp(now) - KEEP_NOTES))


def count_notes(found: list[Note]) -> dict[tuple[str, str], int]:
    """How often each record was said to be wrong, by reason; the most often first."""
    counts = Counter((note.record, note.reason) for note in found)
    return dict(counts.most_common())


def _stamp(now: datetime) -> int:
    return int(now.timestamp() * 1000)


@asynccontextmanager
async def _guard() -> AsyncIterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        raise StoreDownError(str(type(error).__name__)) from None
