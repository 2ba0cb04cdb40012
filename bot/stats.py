"""Counts without people: sums of the `counts` table, small cells hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta

LEAST = 10
HIDDEN = "<10"
_EPOCH = date(1970, 1, 1)


def number_day(day: date) -> int:
    return (day - _EPOCH).days


def list_span(today: date, days: int) -> tuple[int, int]:
    """The first and last day of a span that ends today."""
    return number_day(today - timedelta(days=days - 1)), number_day(today)


def hide_small(cells: Mapping[str, int]) -> dict[str, str]:
    """Each cell as it may be shown, the largest first; a cell under ten is never told exactly.

    Where one cell of a kind is hidden, its total would give it away: totals stay away too.
    """
    rows = sorted(cells.items(), key=lambda row: (-row[1], row[0]))
    return {cell: str(number) if number >= LEAST else HIDDEN for cell, number in rows if number > 0}


def write_csv(cells: Mapping[str, int]) -> str:
    """For spreadsheets; a cell that begins like a formula is kept from being one."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["cell", "number"])
    for cell, number in hide_small(cells).items():
        writer.writerow(["'" + cell if cell[:1] in "=+-@" else cell, number])
    return out.getvalue()
