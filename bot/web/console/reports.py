"""What operators marked on numbers lately: the same for all who are at a console."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.handover import milliseconds
from bot.store.desk import Desk, Report, Result

FRESH = 30 * 86_400_000
KEPT = 5_000  # every tick shows them; a colleague's mark may come so many milliseconds late


class Reports:
    """Reads them once for everybody. One's own mark is seen at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._read_at = 0
        self._found: Mapping[str, Report] = {}

    async def read(self, now: datetime) -> Mapping[str, Report]:
        """The newest mark on each contact."""
        at = milliseconds(now)
        if not 0 <= at - self._read_at < KEPT:
            self._found = await self._desk.read_reports(at - FRESH)
            self._read_at = at
        return self._found

    async def add(self, contact: str, result: Result, operator: int, now: datetime) -> None:
        await self._desk.add_report(contact, result, operator, milliseconds(now))
        self._read_at = 0
