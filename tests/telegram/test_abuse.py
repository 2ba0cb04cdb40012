"""Whatever is put into any input: the dialogue goes on, Telegram refuses nothing, nobody else waits."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.sql import SqlStore
from dialogs.engine import Engine
from dialogs.press import Said
from dialogs.session import Session
from tests.databases import open_database
from tests.fakes import START
from tests.telegram.bench import CHAT, Bench, until

NASTY = (
    "\x00житло\x00",
    "\u202eолтиж\u202c \u2067abc\u2069",
    "ж\u200bи\u200cт\u200dл\ufeffо",
    "<b>x</b><script>alert(1)</script>&amp;&lt;<a href='tg://x'>",
    "*жир* _курсив_ `код` [посилання](http://x.example) ~~ || ``` \\",
    "%s %n {0} {name} ${HOME} {{7*7}}",
    "'; DROP TABLE sessions; --",
    "допомога " * 455,
    "ж" * 4_096,
    "а\u0301" * 2_000,
    "🇺🇦👨‍👩‍👧‍👦" * 300,
    "1 " * 2_000,
    "\ud83d",
    "\n\r\t\v\f\x1b[31m",
    "/start /start@x /../../etc/passwd",
    "1234567890123456789012345678901234567890",
)


@pytest.fixture(params=["sqlite", "postgres"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A chat with the real dialogue over a database."""
    url = (
        f"sqlite:///{tmp_path}/abuse.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    async with open_database(url) as database:
        yield Bench(SqlStore(database, "one"), talk=engine, words=engine.tools.words)


async def test_nothing_that_is_typed_pressed_or_linked_does_harm(bench: Bench) -> None:
    async with bench.serving() as telegram:
        bench.model.say(CHAT, "/start")
        await until(lambda: bool(bench.chat.own))
        bench.model.press(CHAT, "a:for_whom:self")
        for text in NASTY:
            bench.model.say(CHAT, text)
            bench.model.say(CHAT, f"/start {text}")
            bench.model.say(CHAT, "", photo=[{"file_id": "x"}], caption=text)
            bench.model.press(CHAT, text)
            await until(lambda: not bench.model.updates, 20)
        bench.model.press(CHAT, "p:results")
        await until(lambda: telegram.sender.is_idle and not bench.model.updates, 10)

    assert bench.model.breaches == []
    assert not any("Something broke here" in m.text or "щось зламалося" in m.text for m in bench.chat.own)
    assert (await bench.session()).here["for_whom"].choices == ("self",)
    assert (await bench.session()).state == "results"


@pytest.mark.parametrize("text", NASTY)
def test_no_text_takes_long_to_read(engine: Engine, text: str) -> None:
    """Others wait while a turn runs."""
    began = time.process_time()

    engine.turn(Session(), Said(text), START)

    assert time.process_time() - began < 0.25
