"""A backup is of one moment, opens only with its key, and comes back whole."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.backup import back_up, restore
from bot.errors import MendableError
from bot.keycheck import check_key
from bot.keys import Keys
from bot.sealing import Sealer
from bot.store.base import SessionRow, Step
from bot.store.connect import lock_file, read_url
from bot.store.sql import SqlStore
from bot.store.tables import leases, operators
from dialogs.session import Session
from tests.databases import open_database
from tests.fakes import SECRET

NOW = 1_790_000_000_000
KEYS = Keys([SECRET])
ADDRESS = "tg:700100200"
PERSON = KEYS.find_person(ADDRESS)


def make_row(revision: int) -> SessionRow:
    sealed = Sealer(KEYS).seal_session(PERSON, ADDRESS, Session(state="results", misses=revision))
    return SessionRow(PERSON, revision, 7, sealed, NOW)


async def write(store: SqlStore, revision: int) -> None:
    """One transaction: the session's revision and a mark of the same number."""
    step = Step(PERSON, revision - 1 or None, make_row(revision), marks=(revision,))
    assert not (await store.commit([step], [], NOW)).lost


async def read_state(url: str) -> tuple[int, set[int]]:
    store = SqlStore(await _open(url), "reader")
    rows, marks = await store.read([PERSON], list(range(1, 400)))
    await store.close()
    return rows[PERSON].revision, marks


async def _open(url: str):  # type: ignore[no-untyped-def]
    from bot.store.connect import open_engine

    return open_engine(read_url(url))


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A migrated, empty database."""
    if request.param == "sqlite":
        found = f"sqlite:///{tmp_path}/live.db"
    else:
        found = request.getfixturevalue("postgres_url")
    async with open_database(found):
        pass
    yield found


async def test_a_backup_taken_while_turns_are_written_is_of_one_moment(url: str, tmp_path: Path) -> None:
    store = SqlStore(await _open(url), "writer")
    await check_key(store, KEYS)
    await write(store, 1)
    saving = asyncio.create_task(asyncio.to_thread(back_up, url, tmp_path / "b"))
    revision = 1
    while not saving.done() or revision < 20:
        revision += 1
        await write(store, revision)
    await saving
    await store.close()

    await asyncio.to_thread(restore, url, tmp_path / "b", KEYS)

    kept, marks = await read_state(url)
    assert marks == set(range(1, kept + 1))
    assert 1 <= kept <= revision


async def test_what_was_written_after_the_backup_is_gone_after_the_restore(url: str, tmp_path: Path) -> None:
    store = SqlStore(await _open(url), "writer")
    await check_key(store, KEYS)
    await write(store, 1)
    await asyncio.to_thread(back_up, url, tmp_path / "b")
    await write(store, 2)
    await store.close()

    await asyncio.to_thread(restore, url, tmp_path / "b", KEYS)

    assert await read_state(url) == (1, {1})


async def test_a_backup_carries_a_service_from_sqlite_to_postgres_and_back(
    tmp_path: Path, postgres_url: str
) -> None:
    live, other = f"sqlite:///{tmp_path}/live.db", f"sqlite:///{tmp_path}/other.db"
    async with open_database(live) as engine, open_database(postgres_url):
        store = SqlStore(engine, "writer")
        await check_key(store, KEYS)
        await write(store, 1)
        async with engine.begin() as db:
            await db.execute(
                insert(operators).values(
                    id=5, name="Ola", password="x", role="operator", language="uk", active=True, made=NOW
                )
            )
        await store.close()

    await asyncio.to_thread(back_up, live, tmp_path / "one")
    await asyncio.to_thread(restore, postgres_url, tmp_path / "one", KEYS)
    await asyncio.to_thread(back_up, postgres_url, tmp_path / "two")
    await asyncio.to_thread(restore, other, tmp_path / "two", KEYS)

    assert await read_state(other) == (1, {1})
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        assert db.execute("SELECT name, active FROM operators").fetchall() == [("Ola", 1)]


def list_names(folder: Path, start: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(start))


async def make_backup(folder: Path) -> tuple[str, Path]:
    url = f"sqlite:///{folder}/live.db"
    async with open_database(url) as engine:
        store = SqlStore(engine, "writer")
        await check_key(store, KEYS)
        await write(store, 1)
        await store.close()
    await asyncio.to_thread(back_up, url, folder / "b")
    return url, folder / "b"


async def test_a_backup_is_one_private_file_without_anything_readable(tmp_path: Path) -> None:
    _, file = await make_backup(tmp_path)

    assert file.stat().st_mode & 0o777 == 0o600
    assert ADDRESS.encode() not in file.read_bytes()
    assert list_names(tmp_path, "b") == ["b"]


async def test_a_restore_keeps_what_was_there_before(tmp_path: Path) -> None:
    url, file = await make_backup(tmp_path)

    before = await asyncio.to_thread(restore, url, file, KEYS)

    assert before == tmp_path / "live.db.before-restore"
    assert await read_state(f"sqlite:///{before}") == (1, {1})
    assert list_names(tmp_path, "live.db.restoring") == []


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ("DROP TABLE meta", "is no backup of this service"),
        ("DELETE FROM alembic_version", "is no backup of this service"),
        ("UPDATE alembic_version SET version_num = '9999'", "was written by a newer version"),
    ],
)
async def test_a_file_that_cannot_be_restored_is_refused_and_nothing_changes(
    tmp_path: Path, spoil: str, sentence: str
) -> None:
    url, file = await make_backup(tmp_path)
    with closing(sqlite3.connect(file)) as db:
        db.execute(spoil)
        db.commit()

    with pytest.raises(MendableError) as caught:
        await asyncio.to_thread(restore, url, file, KEYS)

    assert sentence in str(caught.value)
    assert await read_state(url) == (1, {1})


async def test_bytes_that_are_no_database_are_refused(tmp_path: Path) -> None:
    url, file = await make_backup(tmp_path)
    file.write_bytes(b"not a database" * 1000)

    with pytest.raises(MendableError, match="is no backup"):
        await asyncio.to_thread(restore, url, file, KEYS)


async def test_a_missing_file_is_named(tmp_path: Path) -> None:
    url, _ = await make_backup(tmp_path)

    with pytest.raises(MendableError, match="There is no file"):
        await asyncio.to_thread(restore, url, tmp_path / "none", KEYS)


async def test_a_backup_of_another_key_is_refused(tmp_path: Path) -> None:
    url, file = await make_backup(tmp_path)

    with pytest.raises(MendableError, match="another SECRET_KEY"):
        await asyncio.to_thread(restore, url, file, Keys(["another secret of thirty-two characters"]))


async def test_a_backup_of_a_former_key_is_taken(tmp_path: Path) -> None:
    url, file = await make_backup(tmp_path)

    await asyncio.to_thread(restore, url, file, Keys(["a new secret of thirty-two characters!", SECRET]))

    assert await read_state(url) == (1, {1})


async def test_nothing_is_restored_under_a_running_service_on_sqlite(tmp_path: Path) -> None:
    url, file = await make_backup(tmp_path)
    lock = lock_file(read_url(url))
    assert lock is not None

    with lock, pytest.raises(MendableError, match="Another process serves"):
        await asyncio.to_thread(restore, url, file, KEYS)


async def test_nothing_is_restored_under_a_running_service_on_postgres(
    tmp_path: Path, postgres_url: str
) -> None:
    async with open_database(postgres_url) as engine:
        async with engine.begin() as db:
            await db.execute(insert(leases).values(name="worker/one", holder="one", until=2**61))
        _, file = await make_backup(tmp_path)

        with pytest.raises(MendableError, match="The service is running"):
            await asyncio.to_thread(restore, postgres_url, file, KEYS)

        async with engine.begin() as db:
            assert len((await db.execute(select(leases.c.name))).all()) == 1


async def test_a_database_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MendableError, match="nothing to back up"):
        await asyncio.to_thread(back_up, f"sqlite:///{tmp_path}/none.db", tmp_path / "b")


async def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    url, _ = await make_backup(tmp_path)

    with pytest.raises(MendableError, match="cannot be written"):
        await asyncio.to_thread(back_up, url, tmp_path / "no such folder" / "b")
