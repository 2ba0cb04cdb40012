"""How long what is under way may still take once the process is told to end."""

from __future__ import annotations

import os
import sys
import threading
import time


class Ending:
    """One span of time that the parts of a process share as they end one after the other."""

    LEAST = 0.2  # even the last may say goodbye
    GRACE = (
        1.5  # seconds past the span after which the process ends as if by a power cut, which loses nothing
    )

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None

    def begin(self) -> None:
        """A call that never returns, such as a name that is being looked up, does not hold the end up for ever."""
        if self._until is None:
            self._until = time.monotonic() + self._seconds
            last = threading.Timer(self._seconds + self.GRACE, _leave)
            last.daemon = True
            last.start()

    def left(self, at_most: float) -> float:
        """Seconds for a part that would like `at_most`; of the whole span when nobody has told us to end."""
        if self._until is None:
            self._until = time.monotonic() + self._seconds
        return max(self.LEAST, min(at_most, self._until - time.monotonic()))


def _leave() -> None:
    sys.stdout.flush()
    os._exit(0)
