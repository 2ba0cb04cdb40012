"""What is past its time is forgotten, now and then, for as long as the service runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bot.child import give_back
from bot.store.base import DAY, Store
from bot.store.desk import Desk
from bot.store.notes import NoteBox
from bot.store.slips import Slips

EVERY, DESK_EVERY, GIVE_BACK_EVERY = 3600.0, 300.0, 30.0
LIFE = 2 * 3_600_000
log = structlog.get_logger("purging")


async def purge_dialogues(store: Store, days: int, clock: Callable[[], datetime]) -> None:
    """Forget dialogues that have been idle for so many days; one process of several does it."""
    while True:
        now = int(clock().timestamp() * 1000)
        with suppress(Exception):
            if await store.hold("purge", now, LIFE):
                gone = await store.purge(now, days * DAY)
                if gone:
                    log.info("idle dialogues forgotten", count=gone)
        await asyncio.sleep(EVERY)


async def purge_desk(desk: Desk, slips: Slips, notes: NoteBox, clock: Callable[[], datetime]) -> None:
    """Forget codes, calls, counted tries, operators' sessions and notes that are past their time."""
    while True:
        at = clock()
        now = int(at.timestamp() * 1000)
        with suppress(Exception):
            await slips.purge(now)
            await desk.purge(now)
            await notes.purge(at)
        await asyncio.sleep(DESK_EVERY)


async def give_memory_back() -> None:
    """What many people at once needed goes back to the system."""
    while True:
        await asyncio.sleep(GIVE_BACK_EVERY)
        await asyncio.to_thread(give_back)
