"""One bot, one phase, one sample; and what several samples say together."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Protocol

from bench.botapi import BotApi, Shown
from bench.bots import Bot, Kind, Usage
from bench.people import Crowd, press_together

SETTLE = 0.7  # seconds before a measurement begins
LEAST = 100  # updates of a sample: it lasts longer where fewer are done, up to six times
ROUNDS = 6  # updates of each person of a crowd: it is answered in rounds, and of a few the last one counts for too much


@dataclass(frozen=True, slots=True)
class Phase:
    """So many people at once; calls answered after `delay` seconds, long polls after `poll_delay`."""

    name: str
    size: int
    delay: float = 0.0
    poll_delay: float = 0.0


AT_50 = Phase("50 people at once", 50)
AT_500 = Phase("500 people at once", 500)
FAR_50 = Phase("50 people, 30 ms to Telegram", 50, 0.03)
FAR_500 = Phase("500 people, 30 ms to Telegram", 500, 0.03)
FAR_BOTH = Phase("500 people, 30 ms on the long poll too", 500, 0.03, 0.03)


@dataclass(frozen=True, slots=True)
class Sample:
    """Times in milliseconds, CPU in microseconds an update, memory in MiB."""

    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float
    server_cpu: float
    memory: float
    share: float
    silent: int
    characters: float
    buttons: float


class Measured(Protocol):
    """A bot, or several."""

    def measure(self) -> Usage: ...


def pick(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


@asynccontextmanager
async def run_bot(
    kind: Kind,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    without: str = "",
) -> AsyncIterator[tuple[Bot, Crowd]]:
    """A bot in a folder of its own, with nobody talking yet."""
    api = BotApi(ignore)
    await api.start()
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        bot = Bot(kind, api, folder or Path(made), environment or {}, without)
        try:
            await bot.start()
            yield bot, Crowd(api, kind.habit)
        finally:
            await bot.stop()
            await api.stop()


def ignore(_: Shown) -> None:
    return


async def take_sample(bot: Measured, crowd: Crowd, phase: Phase, seconds: float) -> Sample:
    api = crowd.api
    api.delay, api.poll_delay = phase.delay, phase.poll_delay
    crowd.fill(phase.size)
    await asyncio.sleep(SETTLE)
    crowd.reset()
    before, began = bot.measure(), perf_counter()
    await asyncio.sleep(seconds)
    least = max(LEAST, ROUNDS * phase.size)
    while len(crowd.latencies) < least and perf_counter() - began < 6 * seconds:
        await asyncio.sleep(0.1)
    after, passed = bot.measure(), perf_counter() - began
    waits = sorted(wait * 1e3 for wait in crowd.latencies)
    done = max(1, len(waits))
    characters, buttons = crowd.characters / done, crowd.buttons / done
    api.delay = api.poll_delay = 0.0
    silent = await crowd.leave(8.0)
    return Sample(
        rate=len(waits) / passed,
        p50=pick(waits, 0.5),
        p95=pick(waits, 0.95),
        p99=pick(waits, 0.99),
        cpu=(after.cpu - before.cpu) / done * 1e6,
        server_cpu=(after.server_cpu - before.server_cpu) / done * 1e6,
        memory=after.memory / 2**20,
        share=(after.cpu - before.cpu) / passed,
        silent=silent,
        characters=characters,
        buttons=buttons,
    )


async def take_burst(crowd: Crowd, size: int, seconds: float = 25.0) -> tuple[float, float, float, int]:
    """p50, p99 and longest wait in milliseconds, and how many waited in vain."""
    waits = sorted(wait * 1e3 for wait in await press_together(crowd, size, seconds))
    crowd.api.forget()
    return pick(waits, 0.5), pick(waits, 0.99), waits[-1] if waits else 0.0, size - len(waits)


async def time_start(kind: Kind) -> float:
    """Seconds from starting the process to the first reply; the person wrote before."""
    api = BotApi(ignore)
    await api.start()
    answered = asyncio.Event()
    api.show = lambda _: answered.set()
    api.write(200_000_001, "/start")
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        bot = Bot(kind, api, Path(made))
        try:
            took = await bot.start()
            began = perf_counter()
            await asyncio.wait_for(answered.wait(), 30)
            return took + perf_counter() - began
        finally:
            await bot.stop()
            await api.stop()


def draw_known(count: int) -> Iterator[int]:
    """Chats of people the store knows, far apart so that no cache holds them."""
    return (KNOWN + at * 7919 % count for at in itertools.count())


KNOWN = 300_000_000


def show(values: list[float], digits: int = 0) -> str:
    """Median (min-max); one value stands alone."""
    if not values:
        return "-"
    mid = f"{median(values):.{digits}f}"
    return mid if len(values) == 1 else f"{mid} ({min(values):.{digits}f}-{max(values):.{digits}f})"
