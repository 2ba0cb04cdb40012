"""Codes in Telegram: one to tell an operator, and what an operator's code or link opens here."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.folding import Arrival
from bot.handover import LINK, WAIT, WRONG, CodeError, Handover, list_presses, put_code
from bot.store.base import StoreDownError
from dialogs.engine import KYIV, Engine
from dialogs.press import Handed, Incoming, Opened, Said
from dialogs.reply import Reply
from dialogs.session import Session
from dialogs.words import N_

OWN = N_("This is your own code. It is not needed here: tell it to the operator on the phone.")
_TYPED = re.compile(r"\s*(\d{4})[ \u00a0–-]?(\d{4})\s*\.?\s*", re.ASCII)
_PAYLOAD = re.compile(LINK + r"(\d{8})", re.ASCII)
log = structlog.get_logger("telegram")


def find_code(incoming: Incoming) -> str | None:
    """The code that was typed, or that stood in the link; None for everything else."""
    match incoming:
        case Said(text):
            typed = _TYPED.fullmatch(text)
            return typed[1] + typed[2] if typed else None
        case Opened(payload):
            linked = _PAYLOAD.fullmatch(payload)
            return linked[1] if linked else None
    return None


class Codes:
    """Between a chat and the operators' console."""

    def __init__(
        self, handover: Handover, engine: Callable[[], Engine], clock: Callable[[], datetime]
    ) -> None:
        """`engine` is asked anew each time, since editions are swapped."""
        self._handover, self._engine, self._clock = handover, engine, clock

    async def open(self, arrival: Arrival) -> Arrival:
        """The arrival with what its code opens in place of the code. The same update opens the same again.

        Raises:
            StoreDownError: not now.
        """
        code = find_code(arrival.incoming)
        if code is None:
            return arrival
        now = self._clock()
        mine = await self._handover.recall(arrival.address, now)
        if mine is not None and mine.code == code:
            return arrival._replace(incoming=Handed(fault=OWN))
        try:
            once = f"{arrival.address} {arrival.mark}"
            said = await self._handover.take(code, arrival.address, now, once)
        except CodeError as error:
            return arrival._replace(incoming=Handed(fault=WAIT if error.kind == "wait" else WRONG))
        return arrival._replace(incoming=Handed(tuple(list_presses(said, self._engine().edition))))

    async def put(
        self, reply: Reply, chat: int, session: Session | None, is_current: Callable[[], Awaitable[bool]]
    ) -> Reply:
        """With a code on top, where somebody asks for a person and an operator is there now.

        Never for who may not call from where they are. `is_current` tells whether nothing was hidden or erased
        since the reply was owed: a hide that came while the code was made found nothing to take back.
        """
        if session is None or session.state != "handover":
            return reply
        engine, now = self._engine(), self._clock()
        if engine.tools.view(session, now.astimezone(KYIV)).unsafe:
            return reply
        try:
            offer = await self._handover.offer(f"tg:{chat}", session, now)
            if offer is None:
                return reply
            if not await is_current():
                await self.withdraw(chat)
                return reply
        except StoreDownError:
            return reply  # the lines stand there anyway
        words = engine.tools.words.get(session.language) or next(iter(engine.tools.words.values()))
        return put_code(reply, offer, words, engine.edition.hotline)

    async def withdraw(self, chat: int) -> None:
        """What was hidden or erased is not to be opened by a code either."""
        try:
            await self._handover.withdraw(f"tg:{chat}", self._clock())
        except StoreDownError:
            log.warning("a code could not be taken back; it dies by itself in minutes")
