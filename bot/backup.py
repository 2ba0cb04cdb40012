"""Backs up and restores everything the service keeps, in one file, sealed as it is at rest.

The file is a SQLite database whatever the service runs on, so that it also carries a service from SQLite to PostgreSQL.
It is taken in one transaction while the service runs. Leases are not in it: they belong to living processes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import MendableError
from bot.keys import Keys, UnreadableError
from bot.store.connect import explain_failure, is_sqlite, lock_file, open_engine, open_sqlite, read_url
from bot.store.migrate import HEAD, check_version, migrate
from bot.store.tables import leases, metadata
from dialogs.words import N_

_PAGE = 1_000
_BEFORE = ".before-restore"
_COPIED = [table for table in metadata.sorted_tables if table is not leases]


def back_up(database_url: str, target: Path) -> int:
    """Write everything to `target`, in place of what was there only once it is whole; give its bytes.

    Raises:
        MendableError: the database is away or not up to date, or the file cannot be written.
    """
    url = read_url(database_url)
    part = target.with_name(f"{target.name}.part")
    try:
        _make_private(part)
        if is_sqlite(url):
            _copy_file(Path(url.database or ""), part)
        else:
            asyncio.run(_copy_rows_out(url, part))
        part.replace(target)
    except OSError:
        raise MendableError(
            N_("The backup {path} cannot be written: check the folder and the space left."), path=str(target)
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(database_url: str, source: Path, keys: Keys) -> Path | None:
    """Put the backup in place of what the database holds.

    On SQLite what was there is kept beside it, and its path is given.

    Raises:
        MendableError: no backup, of another key or a newer version, or a service is running.
    """
    url = read_url(database_url)
    beside = Path(url.database or "") if is_sqlite(url) else source
    part = beside.with_name(f"{beside.name}.restoring")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        _make_private(part)
        shutil.copyfile(source, part)
        _check_backup(part, source, keys)
        asyncio.run(_bring_up(part))
        if is_sqlite(url):
            return _put_in_place(url, part)
        asyncio.run(_copy_rows_in(url, part))
        return None
    except FileNotFoundError:
        raise MendableError(N_("There is no file {path}."), path=str(source)) from None
    except OSError:
        raise MendableError(
            N_("{path} cannot be read, or there is no space left beside the database."), path=str(source)
        ) from None
    finally:
        for suffix in ("", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _make_private(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


# ---- SQLite ----


def _copy_file(source: Path, target: Path) -> None:
    """SQLite's online backup in one step: readers and the writer go on, and the copy is of one moment."""
    if not source.exists():
        raise MendableError(N_("There is no database {path} yet: nothing to back up."), path=str(source))
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("DELETE FROM leases")
            copy.commit()
    except sqlite3.Error as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise OSError from None
        raise explain_failure(error, URL.create("sqlite", database=str(source))) from None


def _put_in_place(url: URL, part: Path) -> Path | None:
    """Swap the files, once no service can be writing to the old one."""
    database = Path(url.database or "")
    lock = lock_file(url)
    try:
        before = database.with_name(database.name + _BEFORE)
        had = database.exists()
        if had:
            with closing(sqlite3.connect(database)) as old:
                old.execute("PRAGMA journal_mode=DELETE")  # what its log holds goes with it
            database.replace(before)
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        part.replace(database)
        return before if had else None
    finally:
        if lock is not None:
            lock.close()


def _check_backup(part: Path, source: Path, keys: Keys) -> None:
    """It is one of ours, whole, not newer than this program, and sealed under a key at hand."""
    damaged = MendableError(N_("{path} is no backup of this service, or it is damaged."), path=str(source))
    try:
        with closing(sqlite3.connect(part)) as db:
            if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise damaged
            version = db.execute("SELECT version_num FROM alembic_version").fetchone()
            key = db.execute("SELECT value FROM meta WHERE name = 'key'").fetchone()
    except sqlite3.DatabaseError:
        raise damaged from None
    if version is None:
        raise damaged
    if version[0] > HEAD:
        raise MendableError(
            N_(
                "{path} was written by a newer version of this program ({found}, this one knows {head}): install that version."
            ),
            path=str(source),
            found=version[0],
            head=HEAD,
        )
    if key is not None:
        try:
            keys.unseal(key[0], b"meta:key")
        except UnreadableError:
            raise MendableError(
                N_(
                    "{path} is sealed with another SECRET_KEY: give that one, or add it to SECRET_KEY_PREVIOUS."
                ),
                path=str(source),
            ) from None


async def _bring_up(part: Path) -> None:
    """An older backup is brought to this program's layout before it is put in place."""
    engine = open_engine(URL.create("sqlite+aiosqlite", database=str(part)))
    try:
        await migrate(engine)
    finally:
        await engine.dispose()
    _close_log(part)


def _close_log(path: Path) -> None:
    """Leave one file, without a log beside it."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=DELETE")


# ---- PostgreSQL ----


async def _copy_rows_out(url: URL, target: Path) -> None:
    """All tables as they are at one moment, whatever is written meanwhile."""
    async with _open(url) as engine:
        await check_version(engine)
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            with _open_file(target) as copy:
                metadata.create_all(copy)
                copy.exec_driver_sql(
                    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
                )
                copy.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))
                for table in _COPIED:
                    async with connection.stream(select(table)) as rows:
                        async for page in rows.mappings().partitions(_PAGE):
                            copy.execute(insert(table), [dict(row) for row in page])


async def _copy_rows_in(url: URL, source: Path) -> None:
    """Replace all rows in one transaction: whoever looks sees the old or the restored, never a mixture."""
    async with _open(url) as engine:
        await migrate(engine)
        async with engine.begin() as connection:
            await connection.run_sync(_refuse_living)
            for table in reversed(metadata.sorted_tables):
                await connection.execute(delete(table))
            with _open_file(source) as copy:
                for table in _COPIED:
                    for page in _read_pages(copy, table):
                        await connection.execute(insert(table), page)


def _refuse_living(db: Connection) -> None:
    """A service that runs would mix what it remembers with what is restored."""
    now = func.extract("epoch", func.now()) * 1000
    if db.execute(select(leases.c.name).where(leases.c.until > now, leases.c.name.like("worker/%"))).first():
        raise MendableError(N_("The service is running on this database: stop it, then restore."))


def _read_pages(copy: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    for page in copy.execute(select(table)).mappings().partitions(_PAGE):
        yield [dict(row) for row in page]


@asynccontextmanager
async def _open(url: URL) -> AsyncIterator[AsyncEngine]:
    """An engine for the time of a block, whose failures are one sentence."""
    engine = open_engine(url)
    try:
        yield engine
    except DBAPIError as error:
        raise explain_failure(error, url) from None
    finally:
        await engine.dispose()


@contextmanager
def _open_file(path: Path) -> Iterator[Connection]:
    engine = open_sqlite(URL.create("sqlite", database=str(path)))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
    _close_log(path)
