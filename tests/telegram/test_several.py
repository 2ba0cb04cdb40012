"""Several processes behind one webhook on a real PostgreSQL: the database keeps each person's order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from bot.keys import Keys
from bot.sealing import Sealer
from bot.store.connect import open_engine, read_url
from bot.store.sql import SqlStore
from bot.telegram.channel import Telegram
from bot.turns import BusyError, Turns
from dialogs.session import Session
from tests.databases import open_database
from tests.double.model import TelegramModel
from tests.double.server import Deliverer
from tests.fakes import SECRET
from tests.telegram.bench import Bench, until

PEOPLE = range(500, 530)


class Worker:
    """One of the processes: its own connections, its own caches."""

    def __init__(self, name: str, bench: Bench, url: str) -> None:
        self.store = SqlStore(open_engine(read_url(url)), name)
        self.turns = Turns(self.store, bench.speaker, bench.sealer, bench.clock)
        self.telegram = Telegram(
            bench.model.token,
            bench.server.url,
            self.store,
            self.turns,
            bench.speaker,
            bench.sealer,
            bench.clock,
            rate=100.0,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.telegram.open()
        turning = asyncio.create_task(self.turns.run())
        self.telegram.start()
        try:
            yield
        finally:
            await self.telegram.stop(2.0)
            self.turns.stop()
            await turning
            await self.store.release()
            await self.store.close()


async def read_sessions(url: str, chats: range) -> dict[int, Session]:
    sealer = Sealer(Keys([SECRET]))
    store = SqlStore(open_engine(read_url(url)), "test")
    people = {sealer.keys.find_person(f"tg:{chat}"): chat for chat in chats}
    rows, _ = await store.read(list(people), [])
    await store.close()
    return {people[p]: sealer.open_session(row).session for p, row in rows.items()}


def write_a_lot(model: TelegramModel, rng: random.Random) -> dict[int, int]:
    """Texts and presses of everybody at once, some of them delivered twice."""
    wrote = dict.fromkeys(PEOPLE, 0)
    for number in range(8):
        for chat in PEOPLE:
            text = model.say(chat, f"text {number}")
            press = model.press(chat, f"t:many:c{number}", 1)
            wrote[chat] += 1
            for update in (text, press):
                if update is not None and rng.random() < 0.2:
                    model.repeat(update)
    return wrote


async def test_three_processes_lose_and_double_nothing(postgres_url: str) -> None:
    bench = Bench()
    rng = random.Random(4)
    async with open_database(postgres_url), bench.server, AsyncExitStack() as stack:
        workers = [Worker(f"worker {i}", bench, postgres_url) for i in range(3)]
        for worker in workers:
            await stack.enter_async_context(worker.running())

        async def deliver(data: dict[str, Any]) -> int:
            try:
                await rng.choice(workers).telegram.take(data)
            except BusyError:
                return 503
            return 200

        bench.model.webhook = {"url": "the workers"}
        wrote = write_a_lot(bench.model, rng)
        deliverer = Deliverer(bench.model, deliver)
        deliverer.wake()
        await until(lambda: bench.model.updates == [], 60)
        await until(lambda: all(f"misses={wrote[chat]} " in _screen(bench, chat) for chat in PEOPLE), 60)
        await deliverer.close()

    sessions = await read_sessions(postgres_url, PEOPLE)
    assert {chat: session.misses for chat, session in sessions.items()} == wrote
    everything = tuple(f"c{number}" for number in range(8))
    assert {session.here["many"].choices for session in sessions.values()} == {everything}


def _screen(bench: Bench, chat: int) -> str:
    own = bench.model.chat(chat).own
    return max(own, key=lambda m: m.touched).text if own else ""


async def test_a_process_that_dies_leaves_its_replies_to_the_others(postgres_url: str) -> None:
    bench = Bench()
    async with open_database(postgres_url), bench.server, AsyncExitStack() as stack:
        doomed = Worker("doomed", bench, postgres_url)
        turning = asyncio.create_task(doomed.turns.run())
        await doomed.store.hold("worker/doomed", _ms(bench), 3_000)
        doomed.turns.outbox = None  # it commits, and is gone before it sends
        update = bench.model.say(600, "hello")
        assert update is not None
        await doomed.telegram.take(update.data)
        doomed.turns.stop()
        await turning
        await doomed.store.close()

        survivor = Worker("survivor", bench, postgres_url)
        await stack.enter_async_context(survivor.running())
        await until(lambda: bool(bench.model.chat(600).own), 8)

    assert "misses=1" in bench.model.chat(600).screen.text


def _ms(bench: Bench) -> int:
    return int(bench.clock().timestamp() * 1000)


async def test_only_one_of_two_processes_polls(postgres_url: str) -> None:
    bench = Bench()
    async with open_database(postgres_url), bench.server, AsyncExitStack() as stack:
        workers = [Worker(f"worker {i}", bench, postgres_url) for i in range(2)]
        for worker in workers:
            await stack.enter_async_context(worker.running())
        polls = [asyncio.create_task(worker.telegram.poll()) for worker in workers]
        for chat in PEOPLE:
            bench.model.say(chat, "/start")
        await until(lambda: all(bench.model.chat(chat).own for chat in PEOPLE), 20)
        await asyncio.sleep(3)

        assert not any(task.done() for task in polls)
        for task in polls:
            task.cancel()
        await asyncio.gather(*polls, return_exceptions=True)

    assert all(len(bench.model.chat(chat).own) == 1 for chat in PEOPLE)
