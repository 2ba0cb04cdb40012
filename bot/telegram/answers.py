"""Tells Telegram that presses have come, so that buttons stop spinning.

In a crowd the replies go first: they are what people wait for, and they take the button away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.telegram.api import Api

CROWD = 64  # chats with a reply on its way above which answers wait
PATIENCE = 2.0  # seconds they wait at most
MOST = 500  # on their way or waiting at once; more are left, which costs the person a spinning button
log = structlog.get_logger("telegram")


class Answers:
    """The answers of one process."""

    def __init__(self, api: Api, start: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        """`start` runs what nobody waits for."""
        self._api, self._start = api, start
        self._count = 0
        self._calm = asyncio.Event()
        self._calm.set()

    def see(self, chats: int) -> None:
        """So many chats have a reply on its way now."""
        if chats > CROWD:
            self._calm.clear()
        else:
            self._calm.set()

    def answer(self, query: str) -> None:
        if self._count < MOST:
            self._count += 1
            self._start(self._answer(query))

    async def _answer(self, query: str) -> None:
        try:
            if not self._calm.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._calm.wait(), PATIENCE)
            await self._api.answer(query)
        except TelegramError as error:  # too old, or the network: the turn does not depend on it
            log.debug("press not answered", error=type(error).__name__)
        finally:
            self._count -= 1
