"""Reads the `counts` table for administrators."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import MendableError
from bot.store.tables import counts
from dialogs.words import N_


async def read_counts(engine: AsyncEngine, first: int, last: int) -> dict[str, int]:
    """The sum of each cell over these days (days since 1970).

    Raises:
        MendableError: the database cannot be read, or has no such table yet.
    """
    query = (
        select(counts.c.cell, func.sum(counts.c.number))
        .where(counts.c.day >= first, counts.c.day <= last)
        .group_by(counts.c.cell)
    )
    try:
        async with engine.connect() as db:
            return {cell: int(number) for cell, number in await db.execute(query)}
    except (SQLAlchemyError, OSError):
        raise MendableError(
            N_("The counts cannot be read: check DATABASE_URL, and run `nap1325 migrate` once.")
        ) from None
