"""How long what is under way may still take once the process is told to end."""

from __future__ import annotations

import time


class Ending:
    """One span of time that the parts of a process share as they end one after the other.

    It begins when the first of them asks.
    """

    LEAST = 0.2  # even the last may say goodbye

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None

    def left(self, at_most: float) -> float:
        """Seconds for a part that would like `at_most`."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._seconds
        return max(self.LEAST, min(at_most, self._until - now))
