"""Opens a database from its URL: SQLite by default, PostgreSQL by DATABASE_URL alone."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import MendableError
from dialogs.words import N_

READS = {"reads": True}  # execution option of a transaction that writes nothing
_BUSY_MS = 5_000
_CACHE_KIB = 512  # of each of three or four connections; holds the upper pages of a million people's index


def read_url(database_url: str) -> URL:
    """Turn what people write (`postgres://…`, `sqlite:///…`) into what SQLAlchemy's drivers understand."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise MendableError(N_("DATABASE_URL cannot be read: give sqlite:///path or postgres://…")) from None
    if url.drivername in ("postgres", "postgresql"):
        return _mend_ssl(url.set(drivername="postgresql+asyncpg"))
    if url.drivername == "sqlite":
        return url.set(drivername="sqlite+aiosqlite")
    return url


def _mend_ssl(url: URL) -> URL:
    """libpq's `sslmode` is asyncpg's `ssl`; `channel_binding`, which some platforms add, it does not know."""
    url = url.difference_update_query(["channel_binding"])
    mode = url.query.get("sslmode")
    if not isinstance(mode, str):
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def open_engine(url: URL) -> AsyncEngine:
    """An engine with our pragmas. Nothing is connected yet."""
    if not is_sqlite(url):
        return create_async_engine(url, pool_size=5, max_overflow=5, pool_pre_ping=True, hide_parameters=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=2, max_overflow=2, hide_parameters=True
    )
    _prepare(engine.sync_engine)
    return engine


def open_sqlite(url: URL) -> Engine:
    """A plain engine on the same file, to be used from one thread."""
    engine = create_engine(url.set(drivername="sqlite"), pool_size=1, max_overflow=0, hide_parameters=True)
    _prepare(engine)
    return engine


def _prepare(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def pick_insert(engine: AsyncEngine) -> Callable[..., Any]:
    """The dialect's INSERT, which knows `ON CONFLICT`; the other dialect's drivers are not imported."""
    insert: Callable[..., Any] = import_module(f"sqlalchemy.dialects.{engine.dialect.name}").insert
    return insert


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{_CACHE_KIB}",
        "secure_delete=ON",  # what is erased is gone from the file, not only from its index
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("bare"):
        connection.exec_driver_sql("BEGIN" if options.get("reads") else "BEGIN IMMEDIATE")


def lock_file(url: URL) -> IO[bytes] | None:
    """Keep a second service off the same SQLite file, for as long as the handle lives.

    Raises:
        MendableError: another process serves this file.
    """
    if not is_sqlite(url) or not url.database or url.database == ":memory:":
        return None
    path = Path(f"{url.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("wb")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise MendableError(
            N_("Another process serves {path}: stop it, or give DATABASE_URL a PostgreSQL for several."),
            path=url.database,
        ) from None
    return handle


def explain_failure(error: BaseException, url: URL) -> MendableError:
    """One sentence for a database that does not open."""
    where = url.database or "" if is_sqlite(url) else f"{url.host or 'localhost'}/{url.database or ''}"
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, sqlite3.Error):
        cause = cause.__cause__ or getattr(cause, "orig", None)
    text = str(cause or error)
    if "locked" in text:
        return MendableError(
            N_("The database {where} is locked: stop the program that uses it."), where=where
        )
    if "malformed" in text or "not a database" in text:
        return MendableError(
            N_("The database {where} is damaged: restore it with `nap1325 restore`, or move it away."),
            where=where,
        )
    if "readonly" in text or "unable to open" in text:
        return MendableError(
            N_("The database {where} cannot be written: check the folder, its owner and the space left."),
            where=where,
        )
    return MendableError(
        N_("The database {where} does not answer: check DATABASE_URL, and that its server runs."), where=where
    )
