"""One and two workers on one PostgreSQL, receiving by webhook as several workers must."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bench.botapi import BotApi
from bench.bots import OURS, Bot, Usage, find_port
from bench.measure import AT_500, Sample, ignore, take_sample
from bench.people import Crowd
from tests.databases import open_database, start_postgres


class Team:
    """Several bots, measured as one."""

    def __init__(self, bots: list[Bot]) -> None:
        self._bots = bots

    def measure(self) -> Usage:
        parts = [bot.measure() for bot in self._bots]
        return Usage(sum(p.cpu for p in parts), 0.0, sum(p.memory for p in parts))


@asynccontextmanager
async def run_workers(count: int, url: str, folder: Path) -> AsyncIterator[tuple[Team, Crowd]]:
    api = BotApi(ignore)
    await api.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(api.stop)
        bots = []
        for number in range(count):
            place = folder / str(number)
            place.mkdir(parents=True)
            port = str(find_port())
            bot = Bot(
                OURS,
                api,
                place,
                {
                    "DATABASE_URL": url,
                    "PORT": port,
                    "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram/webhook",
                },
            )
            stack.push_async_callback(bot.stop)
            await bot.start()
            bots.append(bot)
        yield Team(bots), Crowd(api, OURS.habit)


async def measure_workers(counts: tuple[int, ...], seconds: float, folder: Path) -> dict[str, Sample]:
    """500 people at once, so that every worker has something to do.

    Each team finds the database empty: the fake Telegram numbers its updates from the start again, and what an
    earlier team has marked as done would be taken for a repetition.
    """
    found = {}
    with start_postgres(folder / "postgres") as url:
        for count in counts:
            name = f"{count} {'worker' if count == 1 else 'workers'} on PostgreSQL, by webhook"
            async with (
                open_database(url),
                run_workers(count, url, folder / f"workers-{count}") as (team, crowd),
            ):
                found[name] = await take_sample(team, crowd, AT_500, 3 * seconds)
    return found
