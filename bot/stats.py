"""Counts without people, as they may be shown: by whole weeks, small cells hidden.

A cell of a week is told from ten on. The week that still runs is told in full tens, so that nobody watching sees one
person pass. Every sum is made of what is told, so that no difference of two figures tells a hidden one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.store.counted import Weeks

LEAST = 10
HIDDEN = "<10"
_EPOCH = date(1970, 1, 1)


def number_week(day: date) -> int:
    """How a week is named in the table: its Monday, in days since 1970."""
    return (day - timedelta(days=day.weekday()) - _EPOCH).days


def name_week(week: int) -> date:
    return _EPOCH + timedelta(days=week)


def list_weeks(today: date, weeks: int) -> list[int]:
    """The last weeks, the oldest first; the running one is the last."""
    last = number_week(today)
    return [last - 7 * back for back in reversed(range(weeks))]


@dataclass(frozen=True, slots=True)
class Figure:
    """What may be told of one cell.

    Attributes:
        weeks: By week, the number that may be told; 0 when it may not.
        open: There is more than these: a week below ten, or the running one.
    """

    cell: str
    weeks: Mapping[int, int]
    open: bool

    @property
    def total(self) -> int:
        return sum(self.weeks.values())

    @property
    def text(self) -> str:
        return (f"{self.total}+" if self.open else str(self.total)) if self.total else HIDDEN


def tell(counted: Weeks, running: int) -> list[Figure]:
    """Every cell as it may be shown, the largest first."""
    cells: dict[str, dict[int, int]] = {}
    for (week, cell), number in counted.items():
        if number > 0:
            cells.setdefault(cell, {})[week] = number
    figures = []
    for cell, weeks in cells.items():
        told = {w: _tell_one(n, w == running) for w, n in weeks.items()}
        figures.append(Figure(cell, told, told != weeks))
    return sorted(figures, key=lambda f: (-f.total, f.cell))


def _tell_one(number: int, running: bool) -> int:
    if number < LEAST:
        return 0
    return number - number % 10 if running else number


def pick(figures: Iterable[Figure], kind: str) -> dict[str, Figure]:
    """The figures of one kind (`opened`, `missed word` …) by what follows it."""
    start = f"{kind} "
    return {f.cell.removeprefix(start): f for f in figures if f.cell.startswith(start)}


def count_shown(figures: Iterable[Figure]) -> dict[str, int]:
    """How often each entitlement was offered or opened, as far as it may be told."""
    figures = list(figures)
    shown: dict[str, int] = {}
    for kind in ("listed", "opened"):
        for id, figure in pick(figures, kind).items():
            shown[id] = shown.get(id, 0) + figure.total
    return shown


@dataclass(frozen=True, slots=True)
class Drop:
    """How a question was left. `lost` is the share of those asked of whom nothing more came."""

    question: str
    asked: Figure
    answered: str
    skipped: str
    left: str
    lost: float | None


def list_drops(figures: Iterable[Figure], order: Iterable[str]) -> list[Drop]:
    """Drop-off by question, in the order they are asked."""
    figures = list(figures)
    kinds = {kind: pick(figures, kind) for kind in ("asked", "answered", "skipped", "left")}
    rows = []
    for question in order:
        asked = kinds["asked"].get(question)
        if asked is None:
            continue
        after = [kinds[kind].get(question) for kind in ("answered", "skipped", "left")]
        texts = [f.text if f is not None else "" for f in after]
        known = sum(f.total for f in after if f is not None)
        lost = max(0.0, 1 - known / asked.total) if asked.total else None
        rows.append(Drop(question, asked, texts[0], texts[1], texts[2], lost))
    return rows


def write_csv(counted: Weeks, running: int) -> str:
    """A row a week and cell, for spreadsheets; a cell that begins like a formula is kept from being one."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["week", "cell", "number"])
    for figure in sorted(tell(counted, running), key=lambda f: f.cell):
        cell = "'" + figure.cell if figure.cell[:1] in "=+-@" else figure.cell
        for week, number in sorted(figure.weeks.items()):
            writer.writerow([name_week(week).isoformat(), cell, number or HIDDEN])
    return out.getvalue()
