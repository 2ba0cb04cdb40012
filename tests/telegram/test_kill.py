"""A real service, killed at random while people write: nothing lost, nothing doubled, nobody forgotten."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest

from bot.keys import Keys
from bot.sealing import Sealer
from bot.store.connect import open_engine, read_url
from bot.store.sql import SqlStore
from tests.double.model import TelegramModel
from tests.double.server import DoubleServer
from tests.fakes import SECRET
from tests.telegram.bench import until
from tests.telegram.service import Service

START = 60.0  # seconds a busy machine may take to start


class Crowd:
    """People who write words that nobody understands; the dialogue counts those."""

    def __init__(self, model: TelegramModel, people: int, seed: int) -> None:
        self.model, self.rng = model, random.Random(seed)
        self.wrote = {1_000 + i: 0 for i in range(people)}

    def say_something(self, count: int) -> None:
        for chat in self.rng.sample(sorted(self.wrote), count):
            self.wrote[chat] += 1
            self.model.say(chat, "zzqxw")  # one that the search does not take for anything

    async def keep_talking(self) -> None:
        """Somebody writes every few milliseconds, until cancelled."""
        while True:
            self.say_something(2)
            await asyncio.sleep(0.004)

    @property
    def waiting(self) -> int:
        """How many have the last word, and wait."""
        return sum(not self._has_answer(chat) for chat in self.wrote)

    def _has_answer(self, chat: int) -> bool:
        last = next(reversed(self.model.chat(chat).messages.values()), None)  # ids only grow
        return last is not None and last.mine

    async def read_misses(self, url: str) -> dict[int, int]:
        """What the service remembers of them."""
        sealer = Sealer(Keys([SECRET]))
        engine = open_engine(read_url(url))
        store = SqlStore(engine, "test")
        people = {sealer.keys.find_person(f"tg:{chat}"): chat for chat in self.wrote}
        rows, _ = await store.read(list(people), [])
        await store.close()
        return {people[person]: sealer.open_session(row).session.misses for person, row in rows.items()}


async def until_called(model: TelegramModel) -> None:
    """Until the service asks Telegram for something more."""
    calls = len(model.calls)
    await until(lambda: len(model.calls) > calls, START)


async def kill_and_compare(folder: Path, people: int, kills: int, seed: int) -> list[float]:
    """Kill the service while people write; give the seconds until everybody was answered again."""
    model = TelegramModel(time.time)
    crowd = Crowd(model, people, seed)
    seconds: list[float] = []
    async with DoubleServer(model, delay=0.002) as server:
        service = Service(folder, server.url, model.token)
        await service.start()
        for chat in crowd.wrote:
            model.say(chat, "/start")
        await until(lambda: crowd.waiting == 0, START)
        for _ in range(kills):
            talking = asyncio.create_task(crowd.keep_talking())
            await asyncio.sleep(crowd.rng.uniform(0.2, 1.2))
            await service.kill()
            talking.cancel()
            assert crowd.waiting > 0, "nothing was in flight, so this kill proves nothing"
            await service.start()
            await until_called(model)
            ready = time.monotonic()
            await until(lambda: crowd.waiting == 0 and not model.updates, 60)
            seconds.append(time.monotonic() - ready)
        assert await service.stop() == 0
    assert await crowd.read_misses(f"sqlite:///{folder}/service.db") == crowd.wrote
    assert model.breaches == []
    return seconds


@pytest.mark.timeout(180)
async def test_killed_twice_while_people_write(tmp_path: Path) -> None:
    await kill_and_compare(tmp_path, people=60, kills=2, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1_200)
async def test_killed_twenty_times_under_two_hundred_people(tmp_path: Path) -> None:
    seconds = await kill_and_compare(tmp_path, people=200, kills=20, seed=2)

    assert max(seconds) <= 5.0, seconds
