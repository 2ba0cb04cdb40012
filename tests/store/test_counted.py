"""Counts add up whoever adds them: the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.base import StoreDownError
from bot.store.counted import KEEP_WEEKS, SqlCounts, Weeks, read_counts
from bot.store.hands import open_hands
from bot.tally import Tally
from tests.databases import open_database
from tests.fakes import Clock

MONDAY = 20_780  # 23 November 2026


@pytest.fixture(params=["sqlite", "postgres"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[SqlCounts, SqlCounts]]:
    """Two processes' hands on one database."""
    url = f"sqlite:///{tmp_path}/test.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    async with open_database(url) as engine:
        hands = open_hands(engine), open_hands(engine)
        one, two = (SqlCounts(engine, h) for h in hands)
        yield one, two
        assert await read_counts(engine, 0, 99_999) == await one.read(0, 99_999)
        for h in hands:
            await h.close()


async def test_numbers_of_two_processes_add_up(pair: tuple[SqlCounts, SqlCounts]) -> None:
    one, two = pair
    cells = {f"opened card_{i}": i for i in range(1, 60)}
    back = dict(reversed(cells.items()))

    await asyncio.gather(*(c.add(MONDAY, some) for c, some in ((one, cells), (two, back)) for _ in range(10)))

    assert await one.read(MONDAY, MONDAY) == {(MONDAY, cell): 20 * n for cell, n in cells.items()}


async def test_weeks_are_kept_apart_and_not_for_ever(pair: tuple[SqlCounts, SqlCounts]) -> None:
    one, _ = pair
    await one.add(MONDAY, {"started": 3})
    await one.add(MONDAY + 7, {"started": 4})

    assert await one.read(MONDAY, MONDAY + 7) == {(MONDAY, "started"): 3, (MONDAY + 7, "started"): 4}

    await one.add(MONDAY + 7 * (KEEP_WEEKS + 1), {"started": 1})

    assert sorted(await one.read(0, 99_999)) == [
        (MONDAY + 7, "started"),
        (MONDAY + 7 * (KEEP_WEEKS + 1), "started"),
    ]


async def test_a_tally_writes_once_what_gathered(pair: tuple[SqlCounts, SqlCounts]) -> None:
    one, _ = pair
    tally = Tally(one, Clock())
    tally.add(["started", "asked place"])
    tally.add(["asked place"])

    await tally.write()
    await tally.write()

    assert await one.read(0, 99_999) == {(MONDAY, "started"): 1, (MONDAY, "asked place"): 2}


class _Away:
    """A database that is away at first."""

    def __init__(self) -> None:
        self.down, self.kept = True, Weeks()

    async def add(self, week: int, cells: dict[str, int]) -> None:  # type: ignore[override]
        if self.down:
            raise StoreDownError("away")
        self.kept |= {(week, cell): number for cell, number in cells.items()}

    async def read(self, first: int, last: int) -> Weeks:
        return self.kept


async def test_what_a_database_refused_is_written_when_it_is_back() -> None:
    counts = _Away()
    tally = Tally(counts, Clock())
    tally.add(["started"])
    await tally.write()
    tally.add(["started"])
    counts.down = False

    await tally.write()

    assert counts.kept == {(MONDAY, "started"): 2}
