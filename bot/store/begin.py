"""One way into a transaction for what is kept beside the sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.base import StoreDownError
from bot.store.connect import READS, is_sqlite


@asynccontextmanager
async def begin(engine: AsyncEngine, reads: bool = False) -> AsyncIterator[AsyncConnection]:
    """A transaction; a database that is away is one kind of error."""
    try:
        async with engine.connect() as connection:
            if reads:
                connection = await connection.execution_options(**READS)
            async with connection.begin():
                yield connection
    except (IntegrityError, DataError, ProgrammingError):
        raise
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        raise StoreDownError(type(error).__name__) from error


def pick_insert(engine: AsyncEngine) -> Callable[..., Any]:
    """The dialect's INSERT, which knows `ON CONFLICT`."""
    return sqlite.insert if is_sqlite(engine.url) else postgresql.insert
