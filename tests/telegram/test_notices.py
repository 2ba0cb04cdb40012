"""Notices of changes through a Bot API over HTTP: who gets one, and that no crash sends it twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.keys import Keys
from bot.sealing import Follower, Sealer
from bot.store.base import Step, Subscription
from bot.store.hands import open_hands
from bot.store.notices import Notice, SqlNotices
from bot.store.sql import SqlStore
from dialogs.engine import Engine
from tests.databases import open_database
from tests.double.loopback import LoopbackRequest
from tests.double.model import Message, TelegramModel
from tests.double.server import DoubleServer
from tests.fakes import SECRET
from tests.telegram.bench import CHAT, Bench, until
from tests.telegram.service import Service
from tests.telegram.test_secrecy import read_all

LINE = "У довіднику змінилося те"
MATTERS = {"money": (), "housing": ("UA-63",)}


class Office:
    """A bench over a database in a file, and its notices."""

    def __init__(self, bench: Bench, notices: SqlNotices) -> None:
        self.bench, self.notices = bench, notices

    async def order(self, key: str = "a b") -> None:
        assert await self.notices.queue(key, MATTERS, int(self.bench.clock().timestamp() * 1000))

    async def out(self) -> None:
        """Until nothing is left to send."""
        for _ in range(3_000):
            if await self.notices.read_next() is None:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the notice is not out in time")

    def lines(self, chat: int = CHAT) -> list[Message]:
        return [m for m in self.bench.model.chat(chat).own if m.text.startswith(LINE)]

    async def follow(self, chat: int = CHAT) -> None:
        model = self.bench.model
        model.say(chat, "/start")
        await until(lambda: bool(model.chat(chat).own))
        model.press(chat, "p:notices:money")
        await until(lambda: "s:notice:money" in model.chat(chat).screen.data)
        model.press(chat, "s:notice:money")
        await until(lambda: "s:notice:money" not in model.chat(chat).screen.data)


@asynccontextmanager
async def open_office(folder: Path, engine: Engine) -> AsyncIterator[Office]:
    async with open_database(f"sqlite:///{folder}/test.db") as database:
        hands = open_hands(database)
        notices = SqlNotices(database, hands)
        bench = Bench(SqlStore(database, "one"), engine, engine.tools.words, notices=notices)
        yield Office(bench, notices)
        await hands.close()


async def test_who_asked_gets_one_neutral_line_and_one_tap_stops_it(tmp_path: Path, engine: Engine) -> None:
    async with open_office(tmp_path, engine) as office, office.bench.serving():
        model = office.bench.model
        await office.follow()
        model.say(CHAT + 1, "/start")
        await until(lambda: bool(model.chat(CHAT + 1).own))

        await office.order()
        await office.out()

        (line,) = office.lines()
        assert office.lines(CHAT + 1) == []
        assert "Гроші" not in line.text
        assert line.data == ["p:topic:money", "s:unnotice:money", "s:notice:off"]
        model.press(CHAT, "s:notice:off", line.id)
        await until(lambda: "Сповіщень більше не буде" in model.chat(CHAT).screen.text)
        assert await office.notices.count(MATTERS) == 0
        assert model.breaches == []


async def test_nobody_goes_untold_because_telegram_was_away(tmp_path: Path, engine: Engine) -> None:
    """A line that may have arrived is not sent again; one for which there was no connection is."""
    refused = [0]

    def plan(method: str, params: dict[str, Any]) -> tuple[str, float]:
        if method == "sendMessage" and str(params["text"]).startswith(LINE) and refused[0] < 2:
            refused[0] += 1
            return "refused", 0.0
        return "", 0.0

    async with open_office(tmp_path, engine) as office:
        loopback = LoopbackRequest(office.bench.model, plan)
        office.bench.requests = (loopback, loopback)
        async with office.bench.serving():
            await office.follow()
            await office.order()
            await office.out()

    assert refused == [2]
    assert len(office.lines()) == 1


async def test_one_tap_on_the_line_stops_its_topic_and_no_other(tmp_path: Path, engine: Engine) -> None:
    async with open_office(tmp_path, engine) as office, office.bench.serving():
        model = office.bench.model
        await office.follow()
        model.press(CHAT, "s:notice:housing")
        await until(lambda: "s:unnotice:housing" in model.chat(CHAT).screen.data)
        await office.order()
        await office.out()
        (line,) = office.lines()

        model.press(CHAT, "s:unnotice:money", line.id)

        await until(lambda: "s:unnotice:money" not in model.chat(CHAT).screen.data)
        assert "s:unnotice:housing" in model.chat(CHAT).screen.data
        assert await office.notices.count(MATTERS) == 0
        assert await office.notices.count({"housing": ("",)}) == 1
        assert model.breaches == []


async def test_a_hide_takes_the_line_along(tmp_path: Path, engine: Engine) -> None:
    async with open_office(tmp_path, engine) as office, office.bench.serving():
        await office.follow()
        await office.order()
        await until(lambda: len(office.lines()) == 1)
        await office.out()

        office.bench.model.press(CHAT, "x:hide")

        await until(lambda: office.lines() == [])


async def test_erasing_and_discretion_end_it(tmp_path: Path, engine: Engine) -> None:
    async with open_office(tmp_path, engine) as office, office.bench.serving():
        for chat, data in ((CHAT, "x:erase"), (CHAT + 1, "s:discreet:on")):
            await office.follow(chat)
            assert await office.notices.count(MATTERS) == 1

            office.bench.model.press(chat, data)

            await until(lambda: office.bench.model.updates == [])
            assert await office.notices.count(MATTERS) == 0


async def test_who_blocked_the_bot_is_forgotten(tmp_path: Path, engine: Engine) -> None:
    async with open_office(tmp_path, engine) as office, office.bench.serving():
        await office.follow()
        office.bench.model.chat(CHAT).blocked = True

        await office.order()
        await office.out()

        assert await office.notices.count(MATTERS) == 0


async def test_too_many_is_waited_out_and_told_once(tmp_path: Path, engine: Engine) -> None:
    async with open_office(tmp_path, engine) as office, office.bench.serving():
        await office.follow()
        office.bench.model.flood(CHAT, 1.0)

        await office.order()
        await office.out()

        assert len(office.lines()) == 1


async def test_a_stolen_database_does_not_tell_who_follows(tmp_path: Path, engine: Engine) -> None:
    with capture_logs() as logs:
        async with open_office(tmp_path, engine) as office, office.bench.serving():
            chat = 712_345_678_901
            await office.follow(chat)
            await office.order()
            await office.out()
            (row,) = await office.notices.list_untold(Notice(1 << 60, MATTERS), 9)

    dump = read_all(tmp_path)
    assert row.sealed in dump
    for secret in (str(chat), f"tg:{chat}", LINE):
        assert secret.encode() not in dump
        assert secret not in str(logs)
    for order in ("big", "little"):
        assert chat.to_bytes(8, order) not in dump  # type: ignore[arg-type]


@pytest.mark.timeout(240)
async def test_killed_while_it_sends_nobody_is_told_twice(tmp_path: Path) -> None:
    """Each is marked before the message goes: what a kill costs is the one that was under way."""
    people, url = [5_000 + i for i in range(30)], f"sqlite:///{tmp_path}/service.db"
    sealer = Sealer(Keys([SECRET]))
    async with open_database(url) as database:
        hands = open_hands(database)
        store, notices = SqlStore(database, "test"), SqlNotices(database, hands)
        now = int(time.time() * 1000)
        for chat in people:
            person = sealer.keys.find_person(f"tg:{chat}")
            sealed = sealer.seal_follower(person, Follower(f"tg:{chat}", "uk"))
            begun = Subscription(person, "money", "", sealed, now)
            await store.commit([Step(person, None, None, notices=(begun,))], [], now)
        await notices.queue("a b", MATTERS, now)
        await hands.close()
        await store.close()

    model = TelegramModel(time.time)
    for chat in people:
        model.say(chat, "hello")
    model.updates.clear()
    async with DoubleServer(model, delay=0.05) as server:
        service = Service(tmp_path, server.url, model.token)
        await service.start()
        await until(lambda: len(told(model)) >= 8, 90)
        await service.kill()
        await service.start()
        await until(lambda: len(told(model)) >= len(people) - 1 and service_is_done(tmp_path), 90)
        assert await service.stop() == 0

    assert len(set(told(model))) == len(told(model))
    assert len(told(model)) >= len(people) - 1


def told(model: TelegramModel) -> list[int]:
    """Every chat that got the line, as often as it did."""
    return [call["chat_id"] for call in model.calls_of("sendMessage") if call["text"].startswith(LINE)]


def service_is_done(folder: Path) -> bool:
    return "notice is out" in (folder / "service.log").read_text()
