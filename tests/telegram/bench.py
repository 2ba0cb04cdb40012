"""The whole Telegram channel against the double over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta

from telegram.request import BaseRequest

from bot.keys import Keys
from bot.sealing import Known, Sealer
from bot.speaker import Speaker, Talk
from bot.store.base import Store
from bot.store.memory import MemoryStore
from bot.store.notices import Untold
from bot.telegram.channel import Telegram
from bot.telegram.codes import Codes
from bot.turns import Turns
from dialogs.session import Session
from dialogs.words import AllWords
from tests.double.model import Chat, TelegramModel
from tests.double.server import DoubleServer
from tests.fakes import SECRET, WORDS, FakeTalk

CHAT = 7_001


class RunningClock:
    """Real time, and days that pass at a word."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_(self, **span: float) -> None:
        self.ahead += timedelta(**span)


class Bench:
    """A service and its Telegram."""

    def __init__(
        self,
        store: Store | None = None,
        talk: Talk | None = None,
        words: AllWords = WORDS,
        rate: float = 100.0,
        notices: Untold | None = None,
    ) -> None:
        self.clock = RunningClock()
        self.model = TelegramModel(lambda: self.clock().timestamp())
        self.server = DoubleServer(self.model)
        self.store: Store = store or MemoryStore(exclusive=True)
        self.sealer = Sealer(Keys([SECRET]))
        self.speaker = Speaker(talk or FakeTalk(), words)
        self.rate, self.steady = rate, 60.0
        self.notices = notices
        self.turns = Turns(self.store, self.speaker, self.sealer, self.clock)
        self.codes: Codes | None = None
        self.requests: tuple[BaseRequest, BaseRequest] | None = None

    def build(self) -> Telegram:
        self.turns = Turns(self.store, self.speaker, self.sealer, self.clock)
        return Telegram(
            self.model.token,
            self.server.url,
            self.store,
            self.turns,
            self.speaker,
            self.sealer,
            self.clock,
            self.rate,
            codes=self.codes,
            requests=self.requests,
            wait=5,
            steady=self.steady,
            notices=self.notices,
            every=0.1,
        )

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Telegram]:
        """Poll until the block ends, then stop as the service does."""
        async with self.server if not self.server.url else nullcontext(), self._serve() as telegram:
            yield telegram

    @asynccontextmanager
    async def _serve(self) -> AsyncIterator[Telegram]:
        telegram = self.build()
        await telegram.open()
        await telegram.connect()
        turning = asyncio.create_task(self.turns.run())
        polling = asyncio.create_task(telegram.poll())
        telegram.start()
        try:
            yield telegram
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await telegram.stop(1.0)
            self.turns.stop()
            await turning

    @property
    def chat(self) -> Chat:
        return self.model.chat(CHAT)

    async def stored(self, chat: int = CHAT) -> Known | None:
        person = self.sealer.keys.find_person(f"tg:{chat}")
        rows, _ = await self.store.read([person], [])
        return self.sealer.open_session(rows[person]) if rows else None

    async def session(self, chat: int = CHAT) -> Session:
        known = await self.stored(chat)
        assert known is not None
        return known.session


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something holds; the test fails when it never does."""
    for _ in range(int(seconds / 0.005)):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen in time")
