"""Telegram's clock beside ours: its answers carry the date (RFC 9110, 6.6.1)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot import gauges

APART = timedelta(minutes=5)  # an answer may have been on its way for a while
EVERY = 60.0  # seconds between looks


class Timekeeper:
    """Says when this machine's clock and Telegram's are apart, and when they are together again."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._next = 0.0

    def look(self, headers: Mapping[str, str]) -> None:
        """See the date of an answer that has just come; mostly it is too soon to look again."""
        now = time.monotonic()
        if now < self._next:
            return
        try:
            theirs = parsedate_to_datetime(headers.get("Date", ""))
        except ValueError:
            return
        self._next = now + EVERY
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        gauges.set_trouble("skew", gauges.SKEW if abs(self._clock() - theirs) > APART else "")
