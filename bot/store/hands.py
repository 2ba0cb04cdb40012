"""Runs a transaction, which is a plain function of a connection, without holding up the loop.

On SQLite the whole of it runs in one thread: two hops a transaction, where an asynchronous driver makes two a
statement. On PostgreSQL it runs over the asynchronous driver.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.base import StoreDownError
from bot.store.connect import READS, is_sqlite, open_sqlite

_T = TypeVar("_T")


class Hands(Protocol):
    async def run(self, work: Callable[[Connection], _T], reads: bool = False) -> _T: ...

    async def tidy(self) -> None:
        """Wipe what was erased from where the database still keeps it; now and then."""
        ...

    async def close(self) -> None: ...


class _Loop:
    """Over an asynchronous driver."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Connection], _T], reads: bool = False) -> _T:
        async with self._engine.connect() as connection:
            if reads:
                connection = await connection.execution_options(**READS)
            async with connection.begin():
                return await connection.run_sync(work)

    async def tidy(self) -> None:
        return  # PostgreSQL vacuums by itself

    async def close(self) -> None:
        await self._engine.dispose()


class _Thread:
    """One thread with one connection: SQLite has one writer anyway.

    The connection is kept in hand, since taking it out of a pool and back costs as much as a small transaction.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._others = engine
        self._engine = open_sqlite(engine.url)
        self._thread = ThreadPoolExecutor(1, "store")
        self._connection: Connection | None = None

    async def run(self, work: Callable[[Connection], _T], reads: bool = False) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transact, work, reads)

    def _transact(self, work: Callable[[Connection], _T], reads: bool, bare: bool = False) -> _T:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.execution_options(reads=reads, bare=bare).begin():
            return work(self._connection)

    async def tidy(self) -> None:
        """SQLite's log holds what was erased until it is written back and cut off."""

        def tidy(connection: Connection) -> None:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._transact, tidy, False, True)

    def _shut(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    async def close(self) -> None:
        self._thread.submit(self._shut)
        self._thread.shutdown()
        await self._others.dispose()


class _Guarded:
    """Makes one kind of error of a database that is away."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def run(self, work: Callable[[Connection], _T], reads: bool = False) -> _T:
        try:
            return await self._hands.run(work, reads)
        except (IntegrityError, DataError, ProgrammingError):
            raise  # what was to be written is wrong: trying again will not help
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            raise StoreDownError(type(error).__name__) from error

    async def tidy(self) -> None:
        await self._hands.tidy()

    async def close(self) -> None:
        await self._hands.close()


def open_hands(engine: AsyncEngine) -> Hands:
    return _Guarded(_Thread(engine) if is_sqlite(engine.url) else _Loop(engine))
