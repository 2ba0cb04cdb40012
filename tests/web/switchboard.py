"""The web with its console over a database in a file, and operators who can log in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.speaker import Speaker
from bot.store.base import StoreDownError
from bot.store.counted import SqlCounts
from bot.store.desk import Role, SqlDesk
from bot.store.hands import Hands, open_hands
from bot.store.slips import SqlSlips
from bot.tally import Tally
from bot.turns import Turns
from bot.web.app import build_web
from bot.web.console.build import Parts, build_console
from bot.web.console.passwords import Passwords
from bot.web.deps import Deps
from dialogs.engine import Engine
from dialogs.session import Session
from tests.databases import open_database
from tests.fakes import Clock, make_sealer
from tests.web.house import Browser, FakeNotes, House, Page, Switch

_T = TypeVar("_T")
PASSWORD = "тихий ранок 17"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Plug:
    """Hands whose database can be taken away, before anything or (`torn`) just before what is written is durable."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self.down = self.torn = False

    async def run(self, work: Callable[[Connection], _T], reads: bool = False) -> _T:
        if self.down:
            raise StoreDownError("away")
        return await self._hands.run(self._tear(work) if self.torn and not reads else work, reads)

    @staticmethod
    def _tear(work: Callable[[Connection], _T]) -> Callable[[Connection], _T]:
        def tear(db: Connection) -> _T:
            work(db)
            raise StoreDownError("torn")

        return tear

    async def tidy(self) -> None:
        await self._hands.tidy()

    async def close(self) -> None:
        await self._hands.close()


@dataclass
class Switchboard(House):
    desk: SqlDesk
    slips: SqlSlips
    parts: Parts
    hands: Plug
    tally: Tally
    database: AsyncEngine
    engines: list[Engine]  # the one in use

    async def invite(self, name: str = "Olha", role: Role = "operator", language: str = "uk") -> str:
        operator = await self.parts.accounts.add(name, role, language, self.clock())
        return await self.parts.accounts.invite(operator, self.clock())

    def session(self) -> Session:
        return Session().with_answer("place", ("calm",), self.clock().date())

    async def counted(self) -> dict[str, int]:
        await self.tally.write()
        cells = await SqlCounts(self.database, self.hands).read(0, 99_999)
        return {cell: number for (_, cell), number in cells.items()}

    async def parts_of_database(self) -> list[bytes]:
        """Every value of what the console keeps."""
        await self.tally.write()
        found = []
        for table in ("handover_codes", "operator_sessions", "login_attempts", "counts", "contact_reports"):
            rows = await self.hands.run(partial(_read_all, table))
            found += [
                value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
            ]
        return found

    async def operator(self, name: str = "Olha", role: Role = "operator", language: str = "uk") -> Browser:
        """The browser of somebody who has just set their password."""
        token = await self.invite(name, role, language)
        browser = self.browser(language)
        await browser.open(f"/console/invite/{token}")
        page = await browser.post("/console/invite", invitation=token, password=PASSWORD, again=PASSWORD)
        assert page.status == 200, page.text
        return browser


def _read_all(table: str, db: Connection) -> list[Any]:
    return list(db.execute(text(f"SELECT * FROM {table}")))


@asynccontextmanager
async def open_switchboard(engine: Engine, folder: Path) -> AsyncIterator[Switchboard]:
    engines = [engine]
    store, sealer, clock, notes = Switch(exclusive=True), make_sealer(), Clock(), FakeNotes()
    turns = Turns(store, Speaker(engine, engine.tools.words), sealer, clock)
    async with open_database(f"sqlite:///{folder}/console.db") as database:
        hands = Plug(open_hands(database))
        desk, slips = SqlDesk(hands), SqlSlips(database, hands)
        tally = Tally(SqlCounts(database, hands), clock)
        parts = build_console(desk, slips, sealer.keys, lambda: engines[0], clock, tally.add, passwords=QUICK)
        app = build_web(
            Deps(
                lambda: engines[0],
                turns,
                store,
                sealer,
                clock,
                notes,
                handover=parts.handover,
                routes=parts.routes,
            )
        )
        board = Switchboard(
            app, store, sealer, clock, notes, desk, slips, parts, hands, tally, database, engines
        )
        running = asyncio.create_task(turns.run())
        try:
            yield board
        finally:
            turns.stop()
            await running
            await hands.close()


__all__ = ["PASSWORD", "Page", "Switchboard", "open_switchboard"]
