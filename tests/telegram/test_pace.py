"""Notices keep Telegram's limit for broadcasts and come after replies; replies know no total."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from telegram import Bot

from bot.keys import Keys
from bot.sealing import Follower, Sealer
from bot.speaker import Speaker
from bot.store.base import Step, Subscription
from bot.store.hands import open_hands
from bot.store.notices import SqlNotices
from bot.store.sql import SqlStore
from bot.telegram.api import Api
from bot.telegram.herald import RATE, Herald
from bot.turns import Turns
from tests.databases import open_database
from tests.double.loopback import LoopbackRequest
from tests.double.model import TelegramModel
from tests.fakes import SECRET, WORDS, FakeTalk
from tests.telegram.bench import Bench, RunningClock, until

PEOPLE = range(1, 21)


@asynccontextmanager
async def tell(folder: Path, is_idle: Callable[[], bool]) -> AsyncIterator[TelegramModel]:
    """Twenty people who are about to be told, by a herald that asks whether replies are on their way."""
    model, clock, sealer = TelegramModel(time.time), RunningClock(), Sealer(Keys([SECRET]))
    transport = LoopbackRequest(model)
    speaker = Speaker(FakeTalk(), WORDS)
    async with open_database(f"sqlite:///{folder}/test.db") as database:
        hands = open_hands(database)
        store, notices = SqlStore(database, "one"), SqlNotices(database, hands)
        now = int(time.time() * 1000)
        for chat in PEOPLE:
            model.chat(chat).started = True
            person = sealer.keys.find_person(f"tg:{chat}")
            sealed = sealer.seal_follower(person, Follower(f"tg:{chat}", "uk"))
            begun = Subscription(person, "money", "", sealed, now)
            await store.commit([Step(person, None, None, notices=(begun,))], [], now)
        await notices.queue("a b", {"money": ()}, now)
        api = Api(Bot(model.token, request=transport, get_updates_request=transport), transport)
        turns = Turns(store, speaker, sealer, clock)
        stop = asyncio.Event()
        herald = Herald(api, store, notices, turns, speaker, sealer, is_idle, clock)
        telling = asyncio.create_task(herald.run(stop))
        yield model
        stop.set()
        await telling
        await hands.close()
        await store.close()


async def test_twenty_five_notices_a_second_and_no_more(tmp_path: Path) -> None:
    async with tell(tmp_path, lambda: True) as model:
        await until(lambda: all(model.chat(chat).own for chat in PEOPLE), 20)
        sent = sorted(model.chat(chat).own[0].at for chat in PEOPLE)

    assert sent[-1] - sent[0] >= 0.95 * (len(PEOPLE) - 1) / RATE


async def test_a_notice_waits_while_replies_are_on_their_way(tmp_path: Path) -> None:
    busy = True

    async with tell(tmp_path, lambda: not busy) as model:
        await asyncio.sleep(0.3)
        early = len(model.calls)
        busy = False
        await until(lambda: all(model.chat(chat).own for chat in PEOPLE), 20)

    assert early == 0


async def test_replies_to_many_people_know_no_total() -> None:
    """Two hundred people at once are answered faster than any broadcast could be."""
    bench = Bench(rate=1.0)
    people = range(1, 201)

    async with bench.serving():
        for chat in people:
            bench.model.say(chat, "/start")
        await until(lambda: all(bench.model.chat(chat).own for chat in people), 20)
        sent = sorted(bench.model.chat(chat).own[0].at for chat in people)

    assert sent[-1] - sent[0] < len(people) / RATE / 1.3
