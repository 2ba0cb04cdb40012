"""Receiving by webhook: the secret, 200 after the commit, and Telegram's queues and repeats."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.store.base import Outcome, Settled, Step, StoreDownError
from bot.store.memory import MemoryStore
from bot.telegram.webhook import MAX_BODY, Webhook
from tests.telegram.bench import CHAT, Bench, until

SECRET = "hush-hush"


@asynccontextmanager
async def serve(webhook: Webhook) -> AsyncIterator[str]:
    app = Starlette(routes=[Route("/telegram/webhook", webhook.receive, methods=["POST"])])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    )
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}/telegram/webhook"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def hooked(bench: Bench) -> AsyncIterator[str]:
    """The channel receiving by webhook."""
    async with bench.server:
        telegram = bench.build()
        await telegram.open()
        turning = asyncio.create_task(bench.turns.run())
        telegram.start()
        async with serve(telegram.make_webhook(SECRET)) as url:
            await telegram.connect(url, SECRET)
            yield url
        await telegram.stop(1.0)
        bench.turns.stop()
        await turning


async def test_updates_come_by_webhook_and_pending_ones_are_not_dropped() -> None:
    bench = Bench()
    bench.model.say(CHAT, "/start")

    async with hooked(bench):
        await until(lambda: bool(bench.chat.own))
        bench.model.press_label(CHAT, "b")
        await until(lambda: "q=b" in bench.chat.screen.text)
        await until(lambda: bench.model.updates == [])

    assert bench.model.breaches == []
    assert bench.model.webhook is not None
    assert set(bench.model.webhook["allowed_updates"]) == {"message", "callback_query", "my_chat_member"}


class LateStore(MemoryStore):
    """Is down for the first commits."""

    down = 0

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        if steps and self.down:
            self.down -= 1
            raise StoreDownError
        return await super().commit(steps, settled, now)


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again() -> None:
    store = LateStore(exclusive=True)
    store.down = 4
    bench = Bench(store)
    bench.model.say(CHAT, "one")
    bench.model.say(CHAT, "two")

    async with hooked(bench):
        await until(lambda: bool(bench.chat.own) and "misses=2" in bench.chat.screen.text, 10)
        await until(lambda: bench.model.updates == [])

    assert (await bench.session()).misses == 2


class HeldStore(MemoryStore):
    """Commits turns only once it may."""

    def __init__(self) -> None:
        super().__init__(exclusive=True)
        self.may = asyncio.Event()

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        if steps:
            await self.may.wait()
        return await super().commit(steps, settled, now)


async def test_no_delivery_is_acknowledged_before_its_turn_is_committed() -> None:
    """Between an early 200 and the commit a crash would lose what the person said."""
    store = HeldStore()
    bench = Bench(store)

    async with hooked(bench) as url, httpx2.AsyncClient() as client:
        update = bench.model.say(CHAT, "one")
        assert update is not None
        delivery = asyncio.create_task(
            client.post(url, json=update.data, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
        )
        await asyncio.sleep(0.3)
        early = delivery.done()
        store.may.set()
        answer = await delivery
        stored = await bench.stored()

    assert not early
    assert (answer.status_code, stored is not None) == (200, True)


async def test_texts_and_presses_of_one_person_at_once_all_count() -> None:
    bench = Bench()

    async with hooked(bench):
        bench.model.say(CHAT, "/start")
        await until(lambda: bool(bench.chat.own))
        for i in range(20):
            bench.model.say(CHAT, f"text {i}")
            bench.model.press(CHAT, f"a:q{i}:yes", bench.chat.own[0].id)
        await until(lambda: bench.model.updates == [], 10)

    session = await bench.session()
    assert session.misses == 20
    assert len(session.here) == 20


@pytest.mark.parametrize("secret", ["", "hush", "hush-hush-hush", "HUSH-HUSH", "ыщ"])
async def test_a_wrong_secret_is_refused(secret: str) -> None:
    taken: list[object] = []

    async def take(data: object) -> None:
        taken.append(data)

    async with serve(Webhook(take, SECRET)) as url, httpx2.AsyncClient() as client:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
        answer = await client.post(url, json={"update_id": 1}, headers=headers)

    assert (answer.status_code, answer.content, taken) == (403, b"", [])


async def test_rubbish_with_the_right_secret_is_not_repeated() -> None:
    bench = Bench()

    async with hooked(bench) as url, httpx2.AsyncClient() as client:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        answers = [
            await client.post(url, content=body, headers=headers)
            for body in (b"", b"not json", b"[1]", b'{"update_id": 1}', b"\xff")
        ]
        too_big = await client.post(url, content=b"x" * (MAX_BODY + 1), headers=headers)

    assert [answer.status_code for answer in answers] == [200] * 5
    assert too_big.status_code == 413
