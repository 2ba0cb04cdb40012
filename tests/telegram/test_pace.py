"""Notices keep Telegram's limit for broadcasts and come after replies; replies know no total."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Bot

from bot.keys import Keys
from bot.sealing import Follower, Sealer
from bot.speaker import Speaker
from bot.store.base import Subscription
from bot.store.memory import MemoryStore
from bot.store.notices import Notice
from bot.telegram.api import Api
from bot.telegram.herald import RATE, Herald
from bot.turns import Turns
from tests.double.loopback import LoopbackRequest
from tests.double.model import TelegramModel
from tests.fakes import SECRET, START, WORDS, FakeTalk
from tests.simulator.virtual import VirtualLoop
from tests.telegram.bench import Bench, until

PEOPLE = range(1, 51)


class OneNotice:
    """A notice for everybody, in memory."""

    def __init__(self, sealer: Sealer) -> None:
        self.untold: dict[bytes, Subscription] = {}
        for chat in PEOPLE:
            person = sealer.keys.find_person(f"tg:{chat}")
            sealed = sealer.seal_follower(person, Follower(f"tg:{chat}", "uk"))
            self.untold[person] = Subscription(person, "money", "", sealed, 0)

    async def read_next(self) -> Notice | None:
        return Notice(1, {"money": ()}) if self.untold else None

    async def list_untold(self, notice: Notice, limit: int) -> list[Subscription]:
        return list(self.untold.values())[:limit]

    async def mark(self, persons: list[bytes], notice: int) -> bool:
        return self.untold.pop(persons[0], None) is not None

    async def finish(self, notice: int) -> None:
        return

    async def drop(self, persons: list[bytes]) -> None:
        for person in persons:
            del self.untold[person]


def tell(is_idle: Callable[[float], bool]) -> list[float]:
    """The virtual seconds at which fifty people were told; `is_idle` says of each whether no reply was on its way."""

    async def run() -> list[float]:
        loop = asyncio.get_running_loop()
        model, sealer = TelegramModel(loop.time), Sealer(Keys([SECRET]))
        for chat in PEOPLE:
            model.chat(chat).started = True
        transport, store = LoopbackRequest(model), MemoryStore(exclusive=True)
        api = Api(Bot(model.token, request=transport, get_updates_request=transport), transport)
        speaker, notices = Speaker(FakeTalk(), WORDS), OneNotice(sealer)
        turns = Turns(store, speaker, sealer, lambda: START)
        began = loop.time()

        def now_idle() -> bool:
            return is_idle(loop.time() - began)

        def clock() -> datetime:
            return START + timedelta(seconds=loop.time())

        stop = asyncio.Event()
        herald = Herald(api, store, notices, turns, speaker, sealer, now_idle, clock)
        telling = asyncio.create_task(herald.run(stop))
        await until(lambda: all(model.chat(chat).own for chat in PEOPLE), 120)
        stop.set()
        await telling
        return sorted(model.chat(chat).own[0].at - began for chat in PEOPLE)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(run())


def test_twenty_five_notices_a_second_and_no_more() -> None:
    sent = tell(lambda at: True)

    assert (len(PEOPLE) - 1) / RATE - 0.01 <= sent[-1] - sent[0] < 1.5 * len(PEOPLE) / RATE


def test_a_notice_waits_while_replies_are_on_their_way() -> None:
    sent = tell(lambda at: at > 0.7)

    assert 0.7 <= sent[0] < 0.8


def test_replies_that_never_end_hold_up_no_notice_for_ever() -> None:
    sent = tell(lambda at: False)

    assert 0.9 <= sent[0] < 1.1


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
