"""A bucket for each of many: who asks too fast waits, and nobody else does."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

_ALMOST = 1 - 1e-6  # rounding must not ask for a wait that moves no clock


class Buckets:
    """Token buckets by key. Only those used lately are kept; a forgotten one is full."""

    def __init__(self, rate: float, burst: float, most: int = 10_000) -> None:
        """`rate` is tokens a second."""
        self._rate, self._burst, self._most = rate, burst, most
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, now: float) -> float:
        """Take a token and give 0, or give the seconds until there is one."""
        level = self._level(key, now)
        if level < _ALMOST:
            return (1 - level) / self._rate
        self._keep(key, level - 1, now)
        return 0.0

    def drain(self, key: Hashable, now: float, seconds: float) -> None:
        """Let the next token come only after `seconds`."""
        self._keep(key, 1 - seconds * self._rate, now)

    def _level(self, key: Hashable, now: float) -> float:
        level, at = self._levels.get(key, (self._burst, now))
        return min(self._burst, level + (now - at) * self._rate)

    def _keep(self, key: Hashable, level: float, now: float) -> None:
        self._levels[key] = (level, now)
        self._levels.move_to_end(key)
        while len(self._levels) > self._most:
            self._levels.popitem(last=False)
