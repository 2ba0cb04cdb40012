"""Counts in memory, written once a minute: what a crash loses is that minute's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from bot.stats import number_week
from bot.store.base import StoreDownError
from bot.store.counted import Counts
from dialogs.engine import KYIV

EVERY = 60.0
MOST = 20_000  # cells; more than any base has
log = structlog.get_logger("tally")


class Tally:
    """Adds up what the turns of this process count."""

    def __init__(self, counts: Counts, clock: Callable[[], datetime]) -> None:
        self._counts, self._clock = counts, clock
        self._cells: dict[str, int] = {}

    def add(self, cells: Iterable[str]) -> None:
        mine = self._cells
        for cell in cells if len(mine) < MOST else ():
            mine[cell] = mine.get(cell, 0) + 1

    async def write(self) -> None:
        """Write what has gathered. A write that was refused is made later; one whose end is not known may count twice."""
        if not self._cells:
            return
        cells, self._cells = self._cells, {}
        week = number_week(self._clock().astimezone(KYIV).date())
        try:
            await self._counts.add(week, cells)
        except StoreDownError:
            self._cells = {c: cells.get(c, 0) + self._cells.get(c, 0) for c in {*cells, *self._cells}}
            log.warning("counts not written; they will be")
        except Exception as error:  # counts may be lost, the service may not
            log.error("counts lost", error=type(error).__name__)

    async def run(self) -> None:
        """Write every minute, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.write()
