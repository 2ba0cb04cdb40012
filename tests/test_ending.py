"""A stop has one span of time, whatever its parts wait for."""

from __future__ import annotations

import subprocess
import sys
import time

from bot.ending import Ending


def test_parts_share_one_span() -> None:
    ending = Ending(0.5)
    first = ending.left(0.3)
    time.sleep(0.35)

    rest = [ending.left(0.3), ending.left(10)]
    time.sleep(0.2)

    assert first == 0.3
    assert all(Ending.LEAST <= left <= 0.3 for left in rest)
    assert ending.left(10) == Ending.LEAST


def test_what_never_returns_does_not_hold_the_end_up() -> None:
    """As when a thread waits for a name server: nothing can cancel it."""
    code = "import time; from bot.ending import Ending; e = Ending(0.1); e.GRACE = 0.2; e.begin(); time.sleep(60)"
    begun = time.monotonic()

    ended = subprocess.run([sys.executable, "-c", code], timeout=30)

    assert ended.returncode == 0
    assert time.monotonic() - begun < 20
