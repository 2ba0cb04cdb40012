"""Sends owed replies: one lane a chat, within that chat's rate, the newest reply only.

A lane does one thing at a time, so an older reply never overwrites a newer one. What a lane forgets in
a crash stands in the store as owed and is drawn anew from the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot import gauges
from bot.flood import Buckets
from bot.folding import Arrival, Due
from bot.sealing import Errand, Sealer, Shown
from bot.speaker import Speaker
from bot.store.base import HOLD, MessageRow, OwedRow, Settled, Store, StoreDownError
from bot.telegram.answers import Answers
from bot.telegram.api import Api, is_no_chat
from bot.telegram.codes import Codes
from bot.telegram.delivery import IN_HAND, Delivery, Lane, OvertakenError, Sent
from bot.telegram.eraser import Eraser, seconds_of
from bot.telegram.ledger import Ledger, done, get_generation, is_late, is_past, wipes
from bot.telegram.request import NotSentError
from bot.turns import BusyError, Turns
from dialogs.press import Press

LANES = 5_000
BURST = 3
LONGEST, UNSURE = 300.0, 3600.0  # seconds between attempts; the latter when it may have gone out
DRAWS = 3  # attempts at a reply that cannot be drawn
DISCREET = 300_000  # milliseconds until what a discreet person left on the screen is hidden
log = structlog.get_logger("telegram")


class Sender:
    """The outbox of the turns of this process."""

    def __init__(
        self,
        api: Api,
        store: Store,
        turns: Turns,
        speaker: Speaker,
        sealer: Sealer,
        eraser: Eraser,
        clock: Callable[[], datetime],
        rate: float = 1.0,
        codes: Codes | None = None,
    ) -> None:
        """`rate` is messages a second to one chat; three may go at once."""
        self._api, self._store, self._turns, self._eraser = api, store, turns, eraser
        self._speaker, self._sealer, self._clock = speaker, sealer, clock
        self._limits = Buckets(rate, max(BURST, rate), LANES * 2)
        self._codes = codes
        self._ledger = Ledger(store, turns, sealer)
        self._delivery = Delivery(api, speaker, sealer, self._limits, clock, codes, self._is_current)
        self._lanes: dict[int, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.answers = Answers(api, self._start)

    @property
    def room(self) -> int:
        return LANES - len(self._lanes)

    @property
    def is_idle(self) -> bool:
        return not self._tasks

    # ---- the outbox ----

    def send(self, due: Due) -> None:
        """Take a reply into its chat's lane, in place of an older one."""
        if self._codes is not None and wipes(due):
            self._start(self._codes.withdraw(due.errand.chat))
        if self.room > 0 or due.errand.chat in self._lanes:
            lane = self._open(due.errand.chat)
            lane.due = due
            lane.wake.set()

    def delete(self, person: bytes, rows: list[MessageRow]) -> None:
        """Delete before anything more is sent to these chats."""
        for chat, part in self._eraser.open_rows(rows).items():
            lane = self._open(chat)
            lane.doomed += part
            lane.wake.set()

    # ---- lanes ----

    def _open(self, chat: int) -> Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            lane = self._lanes[chat] = Lane(chat)
            self._start(self._run_lane(lane))
            self.answers.see(len(self._lanes))
        return lane

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_lane(self, lane: Lane) -> None:
        try:
            while lane.doomed or lane.due is not None:
                if lane.doomed:
                    rows, lane.doomed = lane.doomed, []
                    await self._eraser.erase(lane.chat, rows)
                elif wait := self._limits.take(lane.chat, _now()):
                    await self._rest(lane, wait)
                elif lane.due is not None:
                    due, lane.due = lane.due, None
                    await self._deliver(lane, due)
        except Exception as error:  # a lane must not die with its chat's later replies
            log.error("lane broke", error=type(error).__name__)
        finally:
            del self._lanes[lane.chat]
            self.answers.see(len(self._lanes))

    async def _rest(self, lane: Lane, seconds: float) -> None:
        """Wait, unless something more pressing comes."""
        if seconds > IN_HAND and lane.due is not None:
            due, lane.due = lane.due, None
            await self._put_off(lane, due, seconds)
            return
        lane.wake.clear()
        try:
            await asyncio.wait_for(lane.wake.wait(), seconds)
        except TimeoutError:
            return

    async def _deliver(self, lane: Lane, due: Due) -> None:
        """Send one reply; every way it can go wrong ends in settling or trying again."""
        sent = Sent()
        try:
            if due.reread:
                await self._reread(lane, due.owed.person)
                return
            if due.errand.kind == "cover" or is_late(due, self._clock()):
                await self._cover(lane, due)
                return
            await self._delivery.put(lane, due, sent)
        except OvertakenError:
            await self._take_back(lane, due, sent)
        except RetryAfter as error:
            self._limits.drain(lane.chat, _now(), seconds_of(error))
            await self._take_back(lane, due, sent)
            lane.due = lane.due or due
        except Forbidden as error:
            await self._take_back(lane, due, sent)
            await self._report(lane, done(due))
            if "deactivated" in error.message.lower():
                await self._forget(lane.chat)
        except BadRequest as error:
            await self._take_back(lane, due, sent)
            await self._mend(lane, due, error)
        except InvalidToken:
            gauges.set_trouble("token", gauges.TOKEN)  # which tells it once, not for each reply that is kept
            await self._put_off(lane, due, 60)
        except TelegramError as error:
            await self._take_back(lane, due, sent)
            certain = isinstance(error, NotSentError) or due.errand.edit is not None
            await self._try_again(lane, due, LONGEST if certain else UNSURE)
        except StoreDownError:
            await self._put_off(lane, due, 1)
        except Exception as error:  # a screen that cannot be drawn must not stop the lane
            log.error("reply not drawn", error=type(error).__name__)
            if due.owed.attempts < DRAWS:
                await self._try_again(lane, due, LONGEST)
            else:
                await self._apologise(lane, due)
        else:
            await self._settle(lane, due, sent)

    async def _is_current(self, due: Due) -> bool:
        sessions, _ = await self._store.read([due.owed.person], [])
        return get_generation(sessions.get(due.owed.person)) == due.owed.generation

    async def _reread(self, lane: Lane, person: bytes) -> None:
        """Take what is owed from the store: another process may have gone on with this dialogue."""
        dues = await self._ledger.read([person])
        if dues and lane.due is None:
            self.send(dues[0])

    # ---- how it ends ----

    async def _settle(self, lane: Lane, due: Due, sent: Sent) -> None:
        """Write down that the reply is out, and go on with a newer one if there is one by now."""
        owed = due.owed
        if not owed.generation:  # of somebody who is forgotten nothing is kept, not even what was sent
            await self._report(lane, done(due))
            return
        screen = self._sealer.seal_screen(owed.person, sent.screen) if sent.screen else None
        settled = Settled(
            owed.person,
            owed.ticket,
            owed.generation,
            self._seal_fresh(lane, due, sent),
            screen,
            then=self._plan_cover(due, sent),
        )
        await self._report(lane, settled)

    def _seal_fresh(self, lane: Lane, due: Due, sent: Sent) -> tuple[MessageRow, ...]:
        shown = [Shown(lane.chat, id, mine=True) for id in sent.fresh]
        return tuple(self._sealer.seal_message(one, due.owed.person, self._ms()) for one in shown)

    async def _take_back(self, lane: Lane, due: Due, sent: Sent) -> None:
        """Undo a reply that did not go out whole; what cannot be undone is at least known to a hide."""
        try:
            await self._delivery.take_back(lane, sent)
        except TelegramError as error:
            log.debug("a part stays", error=type(error).__name__)
        if sent.fresh and due.owed.generation:
            owed, again = due.owed, self._ms() + HOLD
            rows = self._seal_fresh(lane, due, sent)
            kept = Settled(owed.person, owed.ticket, owed.generation, rows, again=again, in_hand=True)
            await self._report(lane, kept)

    async def _put_off(self, lane: Lane, due: Due, seconds: float) -> None:
        again = self._ms() + int(seconds * 1000)
        await self._report(lane, Settled(due.owed.person, due.owed.ticket, due.owed.generation, again=again))

    async def _try_again(self, lane: Lane, due: Due, longest: float) -> None:
        """The network or Telegram failed. A new message that may have gone out is a double nobody could hide."""
        attempts = due.owed.attempts
        if is_past(due, self._clock()):
            log.error("reply given up", attempts=attempts)
            await self._report(lane, done(due))  # whatever comes in next brings the screen
            return
        await self._put_off(lane, due, min(longest, 0.5 * 2 ** min(attempts, 20)))

    async def _mend(self, lane: Lane, due: Due, error: BadRequest) -> None:
        """Telegram refuses the reply itself."""
        if is_no_chat(error):
            await self._report(lane, done(due))
            return
        log.error("reply refused", place=due.errand.kind, edition_fault=True)
        await self._apologise(lane, due)

    async def _apologise(self, lane: Lane, due: Due) -> None:
        if due.errand.kind == "sorry":
            await self._report(lane, done(due))
            return
        sorry = Errand(lane.chat, None, "sorry", due.errand.language)
        await self._deliver(lane, Due(due.owed, sorry, due.session, None, due.screen))

    async def _cover(self, lane: Lane, due: Due) -> None:
        """Show a neutral line, and hide what a discreet person left on the screen, unless they have gone on since."""
        if due.session is not None:
            hide = Arrival(
                f"tg:{lane.chat}",
                Press("do", "cover"),
                chat=lane.chat,
                edit=due.errand.edit,
                seen=due.session.seen,
            )
            try:
                await self._turns.take(hide)
            except (BusyError, StoreDownError):
                return  # it stays owed
        await self._report(lane, done(due))

    async def _forget(self, chat: int) -> None:
        """An account that is gone needs no session."""
        try:
            await self._turns.take(Arrival(f"tg:{chat}", Press("do", "erase")))
        except (BusyError, StoreDownError):
            return  # the purge of idle sessions does it later

    async def _report(self, lane: Lane, settled: Settled) -> None:
        try:
            reopened = await self._turns.settle(settled)
        except StoreDownError:
            return  # still owed: it is sent again when the database is back
        if reopened and lane.due is None:
            await self._reread(lane, settled.person)

    def _plan_cover(self, due: Due, sent: Sent) -> OwedRow | None:
        """In discreet mode what is on the screen is hidden after a time."""
        session, reply = due.session, sent.reply
        if session is None or reply is None or not session.discreet or not reply.sensitive or reply.wipe:
            return None
        cover = Errand(due.errand.chat, None, "cover", session.language)
        return self._sealer.seal_owed(due.owed.person, due.owed.generation, cover, self._ms() + DISCREET)

    # ---- what was left behind ----

    async def sweep(self) -> int:
        """Send what is owed and in nobody's hands: after a crash, a failure, or when there was no room.

        Only its lane reads the session: what was read outside may be said after something newer.
        """
        rows = await self._store.claim(self._ms(), max(0, min(self.room, 200)))
        for row in rows:
            errand = await self._ledger.open_errand(row)
            if errand is not None:
                lane = self._lanes.get(errand.chat)
                if lane is None or lane.due is None:
                    self.send(Due(row, errand, None, reread=True))
        return len(rows)

    async def drain(self, seconds: float) -> None:
        """Let what is being sent finish, at a clean stop."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in set(self._tasks):
            task.cancel()

    def _ms(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _now() -> float:
    return asyncio.get_running_loop().time()
