"""A stolen database and a log that is read tell nothing about anybody."""

from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from bot.store.sql import SqlStore
from tests.databases import open_database
from tests.telegram.bench import Bench, until

CHAT = 712_345_678_901
WORDS = ("Кохання Петрівна", "zzqx-my-secret-words", "Олена", "Шевченко", "captivity_answer", "many_question")


def read_all(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_neither_database_nor_log_holds_who_or_what(tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with open_database(f"sqlite:///{tmp_path}/test.db") as engine:
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

    dump = read_all(tmp_path)
    said = str(logs)
    for secret in (*WORDS, str(CHAT), bench.model.token, "callback", "asking."):
        assert secret.encode() not in dump
        assert secret not in said
    for order in ("big", "little"):
        assert CHAT.to_bytes(8, order) not in dump  # type: ignore[arg-type]
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
