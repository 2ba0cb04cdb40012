"""Opening hours as the contact records write them, in Kyiv time."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PART = re.compile(r"^(?:(daily|[A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?) )?(\d\d):(\d\d)-(\d\d):(\d\d)$")


@lru_cache(maxsize=512)
def parse_hours(hours: str) -> tuple[tuple[frozenset[int], int, int], ...]:
    """Days (0 is Monday), opening and closing minute; unknown days count as every day."""
    if hours == "24/7":
        return ((frozenset(range(7)), 0, 24 * 60),)
    parts = []
    for text in hours.split(", "):
        found = _PART.match(text)
        if not found:
            continue
        days, h1, m1, h2, m2 = found.groups()
        if days in (None, "daily"):
            span = frozenset(range(7))
        else:
            first, _, last = days.partition("-")
            a, b = _DAYS.index(first), _DAYS.index(last or first)
            span = frozenset(range(a, b + 1) if a <= b else [*range(a, 7), *range(b + 1)])
        parts.append((span, int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)))
    return tuple(parts)


def is_open(hours: str | None, moment: datetime) -> bool | None:
    """Whether a line is open at this moment in Kyiv; None when its hours are not known."""
    if not hours:
        return None
    minute, day = moment.hour * 60 + moment.minute, moment.weekday()
    for days, start, end in parse_hours(hours):
        if start <= end:
            if day in days and start <= minute < end:
                return True
        elif (day in days and minute >= start) or ((day - 1) % 7 in days and minute < end):
            return True
    return False
