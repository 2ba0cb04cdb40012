"""Puts one reply into a chat: over the message that was pressed, or as a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.flood import Buckets
from bot.folding import Due
from bot.sealing import Errand, Screen, Sealer, Shown
from bot.speaker import Speaker
from bot.telegram.api import Api, is_gone
from bot.telegram.codes import Codes
from bot.telegram.eraser import seconds_of
from bot.telegram.layout import Part, lay_out
from dialogs.reply import Reply

IN_HAND = 20.0  # seconds a lane waits by itself; for longer it leaves the reply to the store
log = structlog.get_logger("telegram")


@dataclass(slots=True)
class Lane:
    """What one chat still gets."""

    chat: int
    due: Due | None = None
    doomed: list[tuple[int, Shown]] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    screen: tuple[int, Screen | None] | None = None  # generation, and what it shows

    @property
    def is_overtaken(self) -> bool:
        return bool(self.doomed) or self.due is not None


@dataclass(slots=True)
class Sent:
    """What a delivery put into the chat so far.

    Attributes:
        ids: The messages that show the reply.
        fresh: Those among them the store does not know yet.
        edited: The message that was written over.
        screen: What is shown now, once all of it is out; None when it is what was shown before.
        reply: What was said.
    """

    ids: list[int] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    edited: int | None = None
    screen: Screen | None = None
    reply: Reply | None = None


class OvertakenError(Exception):
    """A newer reply is owed, or a hide came, before all parts were out."""


class Delivery:
    """Knows how a reply replaces what a chat shows."""

    def __init__(
        self,
        api: Api,
        speaker: Speaker,
        sealer: Sealer,
        limits: Buckets,
        clock: Callable[[], datetime],
        codes: Codes | None,
        is_current: Callable[[Due], Awaitable[bool]],
    ) -> None:
        """`is_current` tells whether a reply's session was neither hidden nor erased since."""
        self._api, self._speaker, self._sealer = api, speaker, sealer
        self._limits, self._clock, self._codes = limits, clock, codes
        self._is_current = is_current

    async def put(self, lane: Lane, due: Due, sent: Sent) -> None:
        """Send all parts. `sent` tells what went out, also when this raises.

        Raises:
            OvertakenError: nothing more of it should go out.
            TelegramError: as the library says.
        """
        generation, errand = due.owed.generation, due.errand
        if lane.screen is None or lane.screen[0] != generation:
            lane.screen = (generation, self._sealer.open_screen(due.owed.person, due.screen))
        before = lane.screen[1]
        reply = due.reply or self._speaker.show(errand.kind, due.session, errand.language, self._clock())
        if self._codes is not None:
            reply = await self._codes.put(reply, lane.chat, due.session, lambda: self._is_current(due))
        parts = lay_out(reply)
        target = find_target(errand, reply, before)
        if target is not None:
            await self._edit_or_send(lane, target, parts[0], sent, before)
        else:
            await self._send(lane, parts[0], reply, sent)
        for part in parts[1:]:
            await self._send_next(lane, part, reply, sent)
        floor = before.floor if before else sent.ids[0]
        written = sent.edited is not None and before is not None and before.protected
        screen = Screen(
            tuple(sent.ids), reply.keep, floor, reply.sensitive if sent.edited is None else written
        )
        await self._tidy(lane, before or _guess(errand), screen)
        lane.screen = (generation, screen)
        sent.reply, sent.screen = reply, screen if screen != before else None

    async def take_back(self, lane: Lane, sent: Sent) -> None:
        """Delete the new messages of a reply that did not go out whole."""
        new = [id for id in sent.fresh if id != sent.edited]
        if new:
            await self._api.delete(lane.chat, new)
            sent.fresh = [id for id in sent.fresh if id == sent.edited]

    async def _edit_or_send(
        self, lane: Lane, target: int, part: Part, sent: Sent, before: Screen | None
    ) -> None:
        try:
            await self._api.edit(lane.chat, target, part)
        except BadRequest as error:
            if not is_gone(error):
                raise
            await self._wait_turn(lane)
            id = await self._api.send(lane.chat, part)
            sent.ids.append(id)
            sent.fresh.append(id)
        else:
            sent.ids.append(target)
            sent.edited = target
            if before is None or target not in before.ids:
                sent.fresh.append(target)

    async def _send(self, lane: Lane, part: Part, reply: Reply, sent: Sent) -> None:
        id = await self._api.send(lane.chat, part, silent=bool(reply.wipe))
        sent.ids.append(id)
        sent.fresh.append(id)

    async def _send_next(self, lane: Lane, part: Part, reply: Reply, sent: Sent) -> None:
        """A further message of the same reply; a short 429 in between does not start it over."""
        while True:
            await self._wait_turn(lane)
            try:
                await self._send(lane, part, reply, sent)
            except RetryAfter as error:
                if seconds_of(error) > IN_HAND:
                    raise
                self._limits.drain(lane.chat, _now(), seconds_of(error))
            else:
                return

    async def _wait_turn(self, lane: Lane) -> None:
        while wait := self._limits.take(lane.chat, _now()):
            if lane.is_overtaken:
                raise OvertakenError
            await asyncio.sleep(min(wait, 1.0))
        if lane.is_overtaken:
            raise OvertakenError

    async def _tidy(self, lane: Lane, before: Screen | None, after: Screen) -> None:
        """Take away what the new screen replaces: the old buttons, or the other parts of an old screen."""
        if before is None or not before.ids or lane.doomed:
            return
        try:
            if after.protected and not before.protected and not before.keep:
                await self._api.delete(lane.chat, list(before.ids))  # what led there is telling too
            elif before.ids[-1] not in after.ids:
                await self._api.drop_keyboard(lane.chat, before.ids[-1])
            elif len(before.ids) > 1 and before.ids != after.ids:
                await self._api.delete(lane.chat, [id for id in before.ids if id not in after.ids])
        except TelegramError as error:  # old buttons go on working, so nothing depends on it
            log.debug("old screen left", error=type(error).__name__)


def find_target(errand: Errand, reply: Reply, before: Screen | None) -> int | None:
    """The message to write over; None asks for a new one.

    What is meant to be kept is not written over, though it may stand where a list stood that led to it. Nor is what
    stood before a hide: it may be deleted any moment, and the person would be left with nothing. What must not be
    forwarded needs a message of its own.
    """
    if errand.kind == "again":
        return before.ids[-1] if before and before.ids else None
    if errand.edit is None or before is None or errand.edit < before.floor:
        return None
    if before.keep and errand.edit in before.ids:
        return None
    if reply.sensitive and not (before.protected and errand.edit in before.ids):
        return None
    return errand.edit


def _guess(errand: Errand) -> Screen | None:
    """When nothing is known to be shown, the pressed message is."""
    return Screen((errand.edit,)) if errand.edit is not None else None


def _now() -> float:
    return asyncio.get_running_loop().time()
