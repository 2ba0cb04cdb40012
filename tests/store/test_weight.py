"""What the sessions of many people weigh in a file of SQLite, after ordinary work and without a VACUUM."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sealing import Screen, Sealer
from bot.store.base import SessionRow, Settled, Step
from bot.store.sql import SqlStore
from bot.turns import BATCH
from dialogs.engine import KYIV, Engine
from dialogs.moving import Turn
from dialogs.press import Opened
from dialogs.session import Session
from tests.databases import open_database
from tests.fakes import make_sealer

PEOPLE, MOST = 100_000, 60_000_000  # bytes
DAY = 86_400_000
NOW = datetime(2026, 11, 23, 12, tzinfo=KYIV)


def walk(engine: Engine, chance: Random, turns: int) -> list[Session]:
    """One person's dialogue: real buttons of real screens, but for those that forget everything."""
    session, incoming, passed = Session(), Opened(), []  # type: Session, Incoming, list[Session]
    for _ in range(turns):
        turn: Turn = engine.turn(session, incoming, NOW)
        session = turn.session
        passed.append(session)
        kept = [
            c for c in turn.reply.choices if c.press.data not in ("x:erase", "x:restart", "x:hide", "p:erase")
        ]
        answers = [c for c in kept if c.press.kind in ("answer", "tick", "done", "open")]
        incoming = chance.choice(answers if answers and chance.random() < 0.9 else kept).press
    return passed


class Filler:
    """Writes people's sessions as the turns do: made, shown, gone on with, shown again."""

    def __init__(self, store: SqlStore, sealer: Sealer, walks: list[list[Session]]) -> None:
        self._store, self._sealer, self._walks = store, sealer, walks

    async def fill(self, people: range) -> None:
        for again in (0, 1, 2):
            waiting = iter(people)
            while batch := list(islice(waiting, BATCH)):
                await self._commit(batch, again)

    async def _commit(self, batch: Iterable[int], again: int) -> None:
        steps, settled = [], []
        for number in batch:
            address = f"tg:{7_000_000_000 + number}"
            person = self._sealer.keys.find_person(address)
            passed = self._walks[number % len(self._walks)]
            session = passed[(len(passed) - 1) * again // 2]
            row = SessionRow(
                person, again + 1, number + 1, self._sealer.seal_session(person, address, session), DAY
            )
            steps.append(Step(person, again or None, row))
            screen = self._sealer.seal_screen(
                person, Screen((500_000 + number, 500_001 + number), floor=500_000)
            )
            settled.append(Settled(person, 0, number + 1, screen=screen))
        outcome = await self._store.commit(steps, [], DAY)
        assert outcome.lost == set()
        await self._store.commit([], settled, DAY)


async def weigh(engine: Engine, folder: Path, count: int) -> tuple[int, int]:
    """Bytes of the file before anybody came, and after `count` people."""
    async with open_database(f"sqlite:///{folder}/weight.db") as database:
        store = SqlStore(database, "one")
        await store.start()
        empty = await _measure(database)
        walks = [walk(engine, Random(at), 30 + at % 40) for at in range(40)]
        await Filler(store, make_sealer(), walks).fill(range(count))
        full = await _measure(database)
        await store.close()
    return empty, full


async def _measure(database: AsyncEngine) -> int:
    async with database.connect() as db:
        pages = (await db.execute(text("PRAGMA page_count"))).scalar_one()
        return int(pages * (await db.execute(text("PRAGMA page_size"))).scalar_one())


async def test_a_hundred_thousand_sessions_would_fit_in_sixty_megabytes(
    engine: Engine, tmp_path: Path
) -> None:
    """Weighed on a twentieth: pages fill alike, and what an empty file weighs is not multiplied."""
    count = PEOPLE // 20

    empty, full = await weigh(engine, tmp_path, count)

    assert empty + (full - empty) * 20 <= MOST


@pytest.mark.soak
@pytest.mark.timeout(1_200)
async def test_a_hundred_thousand_sessions_fit_in_sixty_megabytes(engine: Engine, tmp_path: Path) -> None:
    _, full = await weigh(engine, tmp_path, PEOPLE)

    assert full <= MOST
