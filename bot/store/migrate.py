"""Brings a database to the newest layout. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import MendableError
from bot.store.connect import explain_failure
from dialogs.words import N_

HEAD = "0002"  # the newest revision in migrations/versions
FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x1325  # the advisory lock that lets one process of several migrate


async def migrate(engine: AsyncEngine) -> bool:
    """Bring the tables to `HEAD`; tell whether anything changed.

    Raises:
        MendableError: the database is newer than this program, damaged, locked or away.
    """
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_migrate)
    except (DBAPIError, OSError) as error:
        raise explain_failure(error, engine.url) from None


async def check_version(engine: AsyncEngine) -> None:
    """Refuse a database that `migrate` has not brought to this program's layout."""
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_read_version)
    except (DBAPIError, OSError) as error:
        raise explain_failure(error, engine.url) from None
    if found != HEAD:
        _refuse_newer(found)
        raise MendableError(N_("The database is not up to date: run `nap1325 migrate` first."))


def _read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise MendableError(
            N_(
                "The database was written by a newer version of this program ({found}, this one knows {head}): "
                "install that version, or restore an older backup."
            ),
            found=found,
            head=HEAD,
        )


def _migrate(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    found = _read_version(connection)
    if found == HEAD:
        return False
    _refuse_newer(found)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True
