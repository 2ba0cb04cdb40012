"""Slips in memory, on SQLite and on PostgreSQL: found once, gone in time, and tries are counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.hands import open_hands
from bot.store.memory import MemorySlips
from bot.store.slips import Rewrite, Slips, SqlSlips
from tests.databases import open_database

NOW = 1_790_000_000_000
LIFE = 600_000


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def slips(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Slips]:
    if request.param == "memory":
        yield MemorySlips()
        return
    url = (
        f"sqlite:///{tmp_path}/test.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    async with open_database(url) as engine:
        hands = open_hands(engine)
        yield SqlSlips(engine, hands)
        await hands.close()


async def test_a_slip_is_taken_once_even_by_two_at_the_same_time(slips: Slips) -> None:
    await slips.put(b"d", b"sealed", NOW + LIFE, NOW)

    taken = await asyncio.gather(*(slips.take(b"d", NOW) for _ in range(4)))

    assert sorted(t or b"" for t in taken) == [b"", b"", b"", b"sealed"]


async def test_a_living_slip_is_not_written_over_and_a_dead_one_is(slips: Slips) -> None:
    assert await slips.put(b"d", b"first", NOW + LIFE, NOW)

    assert not await slips.put(b"d", b"second", NOW + 2 * LIFE, NOW + LIFE - 1)
    assert await slips.read(b"d", NOW) == b"first"
    assert await slips.put(b"d", b"second", NOW + 2 * LIFE, NOW + LIFE)
    assert await slips.read(b"d", NOW + LIFE) == b"second"


async def test_a_slip_past_its_time_is_not_found(slips: Slips) -> None:
    await slips.put(b"d", b"sealed", NOW + LIFE, NOW)

    assert await slips.read(b"d", NOW + LIFE) is None
    assert await slips.take(b"d", NOW + LIFE) is None
    assert not await slips.change(Rewrite(b"d", NOW + 2 * LIFE, lambda sealed: sealed), NOW + LIFE)


async def test_changes_of_one_slip_follow_each_other(slips: Slips) -> None:
    await slips.put(b"d", b"", NOW + LIFE, NOW)

    await asyncio.gather(
        *(slips.change(Rewrite(b"d", NOW + LIFE, lambda s: s + b"x"), NOW) for _ in range(8))
    )

    assert await slips.read(b"d", NOW) == b"xxxxxxxx"


async def test_a_change_to_nothing_removes_the_slip(slips: Slips) -> None:
    await slips.put(b"d", b"sealed", NOW + LIFE, NOW)

    assert await slips.change(Rewrite(b"d", NOW + LIFE, lambda _: None), NOW)

    assert await slips.read(b"d", NOW) is None


async def test_tries_are_counted_even_at_the_same_time_and_forgotten_after_their_life(
    slips: Slips,
) -> None:
    numbers = await asyncio.gather(*(slips.spend(b"k", NOW, LIFE) for _ in range(6)))

    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert await slips.spend(b"k", NOW + LIFE, LIFE) == 1
    await slips.forgive(b"k")
    assert await slips.spend(b"k", NOW + LIFE, LIFE) == 1


async def test_purge_removes_only_what_is_past_its_time(slips: Slips) -> None:
    await slips.put(b"old", b"sealed", NOW, NOW - 1)
    await slips.put(b"new", b"sealed", NOW + LIFE, NOW - 1)

    await slips.purge(NOW)

    assert await slips.read(b"old", NOW - 1) is None
    assert await slips.read(b"new", NOW) == b"sealed"
