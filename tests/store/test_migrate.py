"""Bringing a database up to date, and refusing one that cannot be served."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import MendableError
from bot.store.base import StoreDownError
from bot.store.connect import lock_file, open_engine, read_url
from bot.store.migrate import FOLDER, HEAD, check_version, migrate
from bot.store.sql import SqlStore
from bot.store.tables import metadata
from tests.databases import open_database


@pytest.fixture(params=["sqlite", "postgres"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    url = (
        f"sqlite:///{tmp_path}/test.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    async with open_database(url) as engine:
        yield engine


def compare(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_the_migrations_make_the_tables_of_the_program(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []


async def test_a_second_migration_changes_nothing(engine: AsyncEngine) -> None:
    assert await migrate(engine) is False
    await check_version(engine)


async def test_a_newer_database_is_refused_with_a_sentence(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(MendableError, match="newer version of this program"):
            await migrate(engine)
        with pytest.raises(MendableError, match="newer version of this program"):
            await check_version(engine)
    finally:
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_an_empty_database_asks_for_a_migration(tmp_path: Path) -> None:
    engine = open_engine(read_url(f"sqlite:///{tmp_path}/new/test.db"))

    with pytest.raises(MendableError, match="run `nap1325 migrate` first"):
        await check_version(engine)
    await engine.dispose()


async def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_bytes(b"this is not a database" * 100)
    engine = open_engine(read_url(f"sqlite:///{tmp_path}/test.db"))

    with pytest.raises(MendableError, match="is damaged"):
        await migrate(engine)
    await engine.dispose()


async def test_a_server_that_is_away_is_one_sentence_without_the_password() -> None:
    engine = open_engine(read_url("postgres://anna:hush@127.0.0.1:1/db"))

    with pytest.raises(MendableError, match="does not answer") as caught:
        await migrate(engine)
    assert "hush" not in str(caught.value)
    await engine.dispose()


def test_a_second_service_on_one_file_is_refused(tmp_path: Path) -> None:
    url = read_url(f"sqlite:///{tmp_path}/test.db")
    first = lock_file(url)

    with pytest.raises(MendableError, match="Another process serves"):
        lock_file(url)
    assert first is not None
    first.close()
    second = lock_file(url)
    assert second is not None
    second.close()


async def test_a_locked_file_is_a_store_that_is_down_for_now(tmp_path: Path) -> None:
    url = read_url(f"sqlite:///{tmp_path}/test.db")
    async with open_database(str(url.render_as_string())) as engine:
        store = SqlStore(engine, "one")
        async with engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=0")
            await connection.rollback()
        other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreDownError):
            await store.write_meta("a", b"b")
        other.execute("ROLLBACK")
        other.close()
        await store.write_meta("a", b"b")

        assert await store.read_meta("a") == b"b"


def test_addresses_of_databases_are_understood() -> None:
    assert read_url("postgres://u:p@h:5/d?sslmode=require").render_as_string(hide_password=False) == (
        "postgresql+asyncpg://u:p@h:5/d?ssl=require"
    )
    neon = read_url("postgresql://u:p@h/d?sslmode=require&channel_binding=require")
    assert dict(neon.query) == {"ssl": "require"}
    assert read_url("sqlite:///a/b.db").drivername == "sqlite+aiosqlite"
