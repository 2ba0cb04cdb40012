"""Deletes messages from chats: what a hide, an erase or a sent paper left to go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.keys import UnreadableError
from bot.sealing import Sealer, Shown
from bot.speaker import Speaker
from bot.store.base import MessageRow, Store, StoreDownError
from bot.telegram.api import MAX_BULK, Api, is_undeletable
from bot.telegram.layout import lay_out
from dialogs.reply import Paragraph, Reply
from dialogs.words import N_

AGAIN = 5_000  # milliseconds until a deletion that failed is tried again
NEUTRAL = N_("A directory of contacts. To open it, write /start.")
log = structlog.get_logger("telegram")


def seconds_of(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


async def rest(stop: asyncio.Event, seconds: float) -> bool:
    """Wait, but not past `stop`; tell whether it has come."""
    if seconds and not stop.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()
    return stop.is_set()


class Eraser:
    """Deletes in batches. Rows stay in the store until it is done, so a crash only delays."""

    def __init__(
        self, api: Api, store: Store, sealer: Sealer, speaker: Speaker, clock: Callable[[], datetime]
    ) -> None:
        self._api, self._store, self._sealer, self._speaker = api, store, sealer, speaker
        self._clock = clock

    def open_rows(self, rows: list[MessageRow]) -> dict[int, list[tuple[int, Shown]]]:
        """By chat, the rows' ids and what they stand for; what cannot be opened cannot be deleted."""
        chats: dict[int, list[tuple[int, Shown]]] = {}
        for row in rows:
            try:
                shown = self._sealer.open_message(row)
            except (UnreadableError, ValueError):
                log.warning("a message id cannot be read")
                continue
            chats.setdefault(shown.chat, []).append((row.id, shown))
        return chats

    async def erase(self, chat: int, rows: list[tuple[int, Shown]]) -> None:
        """Delete these messages of a chat; what fails for now is written down for later."""
        for at in range(0, len(rows), MAX_BULK):
            part = rows[at : at + MAX_BULK]
            wait = await self._erase_part(chat, part)
            done = [] if wait else [id for id, _ in part]
            later = [id for id, _ in part] if wait else []
            due = int(self._clock().timestamp() * 1000) + wait
            try:
                await self._store.finish_deletions(done, later, due)
            except StoreDownError:
                log.warning("deletions not written down; they will be tried again")

    async def _erase_part(self, chat: int, rows: list[tuple[int, Shown]]) -> int:
        """Milliseconds until it should be tried again; 0 when there is nothing more to do."""
        by_id = {shown.id: shown for _, shown in rows}
        try:
            await self._erase_all(chat, [by_id[id] for id in sorted(by_id)])
        except RetryAfter as error:
            return int(seconds_of(error) * 1000) + 100
        except Forbidden:
            return 0
        except (NetworkError, TelegramError):
            return AGAIN
        return 0

    async def _erase_all(self, chat: int, messages: list[Shown]) -> None:
        """Delete at one go. Telegram refuses all for one that is too old, so halve until those stand alone."""
        try:
            await self._api.delete(chat, [shown.id for shown in messages])
        except BadRequest:
            if len(messages) == 1:
                await self._erase_one(messages[0])
                return
            middle = len(messages) // 2
            await self._erase_all(chat, messages[middle:])
            await self._erase_all(chat, messages[:middle])

    async def _erase_one(self, shown: Shown) -> None:
        """Delete one message, or write a neutral line over what is too old to delete."""
        try:
            await self._api.delete_one(shown.chat, shown.id)
        except BadRequest as error:
            if not (shown.mine and is_undeletable(error)):
                return
            line = self._speaker.words("uk").gettext(NEUTRAL)
            try:
                await self._api.edit(shown.chat, shown.id, lay_out(Reply((Paragraph(line),)))[0])
            except BadRequest:
                return

    async def run(self, stop: asyncio.Event, every: float = 5.0) -> None:
        """Pick up what a crash or a failure left behind, until `stop`."""
        wait = 0.0
        while not await rest(stop, wait):
            rows: list[MessageRow] = []
            try:
                now = int(self._clock().timestamp() * 1000)
                rows = await self._store.claim_deletions(now, 500)
                for chat, part in self.open_rows(rows).items():
                    await self.erase(chat, part)
            except StoreDownError:
                log.warning("database down")
            except Exception as error:  # nobody else deletes what was left
                log.error("deletions failed", error=type(error).__name__)
            wait = every if len(rows) < 500 else 0.0
