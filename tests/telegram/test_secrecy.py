"""A stolen database and a log that is read tell nothing about anybody."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from bot.store.sql import SqlStore
from bot.store.tables import metadata
from tests.databases import open_database
from tests.telegram.bench import Bench, until

CHAT = 712_345_678_901
WORDS = ("Кохання Петрівна", "zzqx-my-secret-words", "Олена", "Шевченко", "captivity_answer", "many_question")


def read_all(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def read_postgres(engine: AsyncEngine) -> bytes:
    """Every column of every table; and every file of the server, its log and its journal of changes with them."""
    parts: list[bytes] = []
    async with engine.connect() as db:
        for table in metadata.sorted_tables:
            for row in await db.execute(select(table)):
                parts += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        await db.execute(text("CHECKPOINT"))
        folder = (await db.execute(text("SHOW data_directory"))).scalar_one()
        number = (
            await db.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        ).scalar()
    return b" ".join([*parts, *await asyncio.to_thread(_read_files, Path(folder), f"base/{number}/")])


def _read_files(folder: Path, mine: str) -> list[bytes]:
    """What a server keeps, but for the databases of others; nothing where somebody else runs it."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not name.startswith("base/") or name.startswith(mine):
            with suppress(OSError):
                found.append(path.read_bytes())
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/test.db"


async def test_neither_database_nor_log_holds_who_or_what(url: str, tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with open_database(url) as engine:
            bench = Bench(SqlStore(engine, "one"))
            async with bench.serving():
                bench.model.say(CHAT, "/start")
                await until(lambda: bool(bench.model.chat(CHAT).own))
                bench.model.say(CHAT, WORDS[0])
                bench.model.say(CHAT, WORDS[1])
                bench.model.say(CHAT, "boom")
                bench.model.press(CHAT, f"a:{WORDS[5]}:{WORDS[4]}", 1)
                bench.model.say(CHAT, "", photo=[{"file_id": "x"}])
                await until(lambda: WORDS[4] in max(bench.model.chat(CHAT).own, key=lambda m: m.touched).text)
            ids = [message.id for message in bench.model.chat(CHAT).shown]
            dump = b"" if url.startswith("sqlite") else await read_postgres(engine)

    dump = dump or read_all(tmp_path)
    said = str(logs)
    for secret in (*WORDS, str(CHAT), bench.model.token, "callback", "asking."):
        assert secret.encode() not in dump
        assert secret not in said
    for order in ("big", "little"):
        assert CHAT.to_bytes(8, order) not in dump  # type: ignore[arg-type]
    assert bench.sealer.keys.find_person(f"tg:{CHAT}") in dump  # so this is where to look
    assert len(ids) > 3
    assert len(dump) > 10_000


async def test_what_is_erased_is_gone_from_the_file(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path}/test.db") as engine:
        bench = Bench(SqlStore(engine, "one"))
        async with bench.serving():
            bench.model.say(CHAT, "/start")
            await until(lambda: bool(bench.model.chat(CHAT).own))
            person = bench.sealer.keys.find_person(f"tg:{CHAT}")
            (row,) = (await bench.store.read([person], []))[0].values()
            bench.model.press(CHAT, "x:erase")
            await until(lambda: [m.text[:6] for m in bench.model.chat(CHAT).own] == ["ERASED"])
            await until(lambda: bench.model.updates == [])
        await bench.store.purge(0, 0)

    dump = read_all(tmp_path)
    assert person not in dump
    assert row.sealed not in dump
