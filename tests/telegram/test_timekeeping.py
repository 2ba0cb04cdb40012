"""A clock that is not Telegram's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import gauges
from bot.telegram import timekeeping
from bot.telegram.timekeeping import APART, Timekeeper
from tests.telegram.bench import CHAT, Bench, until

DATE = "Sat, 28 Nov 2026 12:00:00 GMT"
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [10, -10])
async def test_a_clock_ahead_or_behind_is_told_until_it_is_set(
    minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timekeeping, "EVERY", 0.0)
    bench = Bench()
    bench.clock.pass_(minutes=minutes)

    async with bench.serving():
        await until(lambda: gauges.TROUBLES == {"skew": gauges.SKEW})
        bench.clock.ahead = timedelta()
        bench.model.say(CHAT, "/start")
        await until(lambda: bool(bench.chat.own) and not gauges.TROUBLES)


@pytest.mark.parametrize(
    ("away", "told"), [(-APART, False), (APART, False), (APART + timedelta(seconds=1), True)]
)
def test_a_few_minutes_are_no_trouble(away: timedelta, told: bool) -> None:
    Timekeeper(lambda: NOON + away).look({"Date": DATE})

    assert ("skew" in gauges.TROUBLES) == told


@pytest.mark.parametrize("headers", [{}, {"Date": "soon"}])
def test_an_answer_without_a_date_changes_nothing(headers: dict[str, str]) -> None:
    keeper = Timekeeper(lambda: NOON + timedelta(days=1))

    keeper.look(headers)
    assert gauges.TROUBLES == {}

    keeper.look({"Date": DATE})
    assert "skew" in gauges.TROUBLES


def test_it_looks_once_a_minute() -> None:
    now = NOON + timedelta(days=1)
    keeper = Timekeeper(lambda: now)
    keeper.look({"Date": DATE})
    gauges.set_trouble("skew")

    keeper.look({"Date": DATE})

    assert gauges.TROUBLES == {}
