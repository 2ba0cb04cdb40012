"""The `counts` table: whole weeks, no people, no moments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import MendableError
from bot.store.connect import READS, pick_insert
from bot.store.hands import Hands
from bot.store.tables import counts
from dialogs.words import N_

Weeks = dict[tuple[int, str], int]
KEEP_WEEKS = 106


class Counts(Protocol):
    """Adds to cells; a week is named by the day number of its Monday."""

    async def add(self, week: int, cells: Mapping[str, int]) -> None:
        """Add these numbers in one transaction; several processes add to the same cells."""
        ...

    async def read(self, first: int, last: int) -> Weeks:
        """Every cell of the weeks whose Mondays lie between these days."""
        ...


class SqlCounts:
    """On SQLite and PostgreSQL."""

    def __init__(self, engine: AsyncEngine, hands: Hands) -> None:
        self._hands = hands
        self._insert = pick_insert(engine)

    async def add(self, week: int, cells: Mapping[str, int]) -> None:
        # In one order everywhere, so that two processes never wait for each other in a circle.
        rows = [{"day": week, "cell": cell, "number": cells[cell]} for cell in sorted(cells)]
        insert = self._insert(counts)
        sums = {"number": counts.c.number + insert.excluded.number}
        add = insert.on_conflict_do_update(index_elements=[counts.c.day, counts.c.cell], set_=sums)

        def write(db: Connection) -> None:
            if rows:
                db.execute(add, rows)
            db.execute(delete(counts).where(counts.c.day < week - 7 * KEEP_WEEKS))

        await self._hands.run(write)

    async def read(self, first: int, last: int) -> Weeks:
        return await self._hands.run(lambda db: _read(db, first, last), reads=True)


async def read_counts(engine: AsyncEngine, first: int, last: int) -> Weeks:
    """As `Counts.read`, for a command beside the service.

    Raises:
        MendableError: the database cannot be read, or has no such table yet.
    """
    try:
        async with engine.connect() as db:
            await db.execution_options(**READS)
            return await db.run_sync(_read, first, last)
    except (SQLAlchemyError, OSError):
        raise MendableError(
            N_("The counts cannot be read: check DATABASE_URL, and run `nap1325 migrate` once.")
        ) from None


def _read(db: Connection, first: int, last: int) -> Weeks:
    query = select(counts.c.day, counts.c.cell, counts.c.number).where(
        counts.c.day >= first, counts.c.day <= last
    )
    return {(day, cell): int(number) for day, cell, number in db.execute(query)}
