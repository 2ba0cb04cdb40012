"""Sends notices of changes: after replies, within Telegram's limit for broadcasts, to nobody twice.

A person is marked as told before the message goes out. So a crash in between costs one person one notice, and no crash
sends it a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.flood import Buckets
from bot.keys import UnreadableError
from bot.sealing import Follower, Sealer, Shown
from bot.speaker import Speaker
from bot.store.base import MessageRow, SessionRow, Settled, Store, StoreDownError, Subscription
from bot.store.notices import Notice, Untold
from bot.telegram.api import Api, is_no_chat
from bot.telegram.eraser import rest, seconds_of
from bot.telegram.layout import lay_out
from bot.telegram.request import NotSentError
from bot.turns import Turns
from dialogs.screens.notices import draw_notice

RATE = 25.0  # Telegram lets a bot write to some thirty people a second; replies need the rest
PAGE = 100
EVERY = 5.0
LIFE = 30_000  # milliseconds until another process may take over
YIELD, LOOK = 1.0, 0.02  # seconds that replies may hold up one notice, and between looks
AWAY = 1.0  # seconds until somebody is written to again for whom there was no connection
LONGEST = 60.0  # seconds of a 429 that are waited out for one person
log = structlog.get_logger("notices")


class Herald:
    """Looks for a notice and sends it, one process of several at a time."""

    def __init__(
        self,
        api: Api,
        store: Store,
        notices: Untold,
        turns: Turns,
        speaker: Speaker,
        sealer: Sealer,
        is_idle: Callable[[], bool],
        clock: Callable[[], datetime],
        every: float = EVERY,
    ) -> None:
        """`is_idle` tells that no reply is on its way."""
        self._api, self._store, self._notices, self._turns = api, store, notices, turns
        self._speaker, self._sealer, self._is_idle, self._clock = speaker, sealer, is_idle, clock
        self._limit = Buckets(RATE, 1)
        self._every = every

    async def run(self, stop: asyncio.Event) -> None:
        wait = 0.0
        while not await rest(stop, wait):
            wait = self._every
            try:
                if await self._hold() and (notice := await self._notices.read_next()) is not None:
                    await self._tell_all(notice, stop)
                    wait = 0.0
            except StoreDownError:
                log.warning("database down")
            except InvalidToken:
                log.error("Telegram does not take the token any more; notices wait")
                wait = 60.0
            except Exception as error:
                log.error("notices stopped for now", error=type(error).__name__)

    async def _hold(self) -> bool:
        return await self._store.hold("notices", self._ms(), LIFE)

    async def _tell_all(self, notice: Notice, stop: asyncio.Event) -> None:
        while not stop.is_set() and await self._hold():
            rows = await self._notices.list_untold(notice, PAGE)
            if not rows:
                await self._notices.finish(notice.id)
                log.info("notice is out")
                return
            people: dict[bytes, list[Subscription]] = {}
            for row in rows:
                people.setdefault(row.person, []).append(row)
            sessions, _ = await self._store.read(list(people), [])
            for person, mine in people.items():
                if stop.is_set() or not await self._hold():
                    return
                await self._tell(notice, mine, sessions.get(person))

    async def _tell(self, notice: Notice, mine: list[Subscription], row: SessionRow | None) -> None:
        """Tell one person."""
        try:
            follower = self._sealer.open_follower(mine[0])
            session = self._sealer.open_session(row).session if row is not None else None
        except UnreadableError:
            log.warning("a subscription cannot be read")
            await self._notices.mark([mine[0].person], notice.id)
            return
        persons = [mine[0].person, *self._sealer.keys.find_persons(follower.address)]
        if session is not None and session.discreet:
            await self._notices.drop(persons)
            return
        await self._wait_turn()
        if not await self._notices.mark(persons, notice.id):
            return
        try:
            id = await self._send(follower, mine)
        except Forbidden:
            await self._notices.drop(persons)
        except BadRequest as error:
            if is_no_chat(error):
                await self._notices.drop(persons)
            else:
                log.error("notice refused", error=error.message)
        except InvalidToken:
            raise
        except TelegramError as error:  # it may have arrived: once is enough
            log.warning("notice not confirmed", error=type(error).__name__)
        else:
            await self._keep(follower, id, row)

    async def _wait_turn(self) -> None:
        """After replies, though not for ever, and within the limit of broadcasts."""
        for _ in range(int(YIELD / LOOK)):
            if self._is_idle():
                break
            await asyncio.sleep(LOOK)
        now = asyncio.get_running_loop().time()
        if wait := self._limit.take("", now):
            await asyncio.sleep(wait)
            self._limit.take("", now + wait)

    async def _send(self, follower: Follower, mine: list[Subscription]) -> int:
        reply = draw_notice(self._speaker.words(follower.language), [row.topic for row in mine])
        part = lay_out(reply)[0]
        while True:
            try:
                return await self._api.send(follower.chat, part, silent=True)
            except RetryAfter as error:  # it certainly did not go out
                if seconds_of(error) > LONGEST:
                    raise
                log.warning("too many", seconds=seconds_of(error))
                await asyncio.sleep(seconds_of(error))
            except NotSentError:  # nor did this: while Telegram is away nobody is counted as told
                await asyncio.sleep(AWAY)

    async def _keep(self, follower: Follower, id: int, row: SessionRow | None) -> None:
        """So that a later hide knows the message."""
        if row is None:
            return
        shown = Shown(follower.chat, id, mine=True)
        message: MessageRow = self._sealer.seal_message(shown, row.person, self._ms())
        await self._turns.settle(Settled(row.person, 0, row.generation, (message,)))

    def _ms(self) -> int:
        return int(self._clock().timestamp() * 1000)
