"""Opens owed replies: what a row asks for, from whose session, and whether it is still worth sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.folding import Due
from bot.keys import UnreadableError
from bot.sealing import Errand, Sealer
from bot.store.base import OwedRow, SessionRow, Settled, Store
from bot.turns import Turns
from dialogs.engine import IDLE
from dialogs.moving import ASIDE

WORTH = timedelta(days=2)  # a reply is tried for so long; Telegram itself keeps what people write for a day
TRIES = 600  # attempts at a reply to somebody of whom nothing is kept, some two days
log = structlog.get_logger("telegram")


class Ledger:
    """Reads what the store says is owed."""

    def __init__(self, store: Store, turns: Turns, sealer: Sealer) -> None:
        self._store, self._turns, self._sealer = store, turns, sealer

    async def read(self, persons: list[bytes]) -> list[Due]:
        return await self._build(await self._store.read_owed(persons))

    async def _build(self, rows: list[OwedRow], tries: int = 3) -> list[Due]:
        """What rows of the store ask to be sent, to be drawn from the sessions as they are now.

        A row whose session was hidden or erased since is not what is owed any more: it is read again.
        """
        sessions, _ = await self._store.read([row.person for row in rows], [])
        stale = [
            row.person for row in rows if tries and row.generation != get_generation(sessions.get(row.person))
        ]
        dues = [
            await self._open_row(row, sessions.get(row.person)) for row in rows if row.person not in stale
        ]
        later = await self._build(await self._store.read_owed(stale), tries - 1) if stale else []
        return [due for due in dues if due is not None] + later

    async def _open_row(self, row: OwedRow, stored: SessionRow | None) -> Due | None:
        """A session may still be newer than its row: what is drawn from it belongs to its generation."""
        errand = await self.open_errand(row)
        if errand is None:
            return None
        try:
            session = self._sealer.open_session(stored).session if stored else None
        except UnreadableError:
            await self._drop(row)
            return None
        if session is not None and errand.kind == "erased":  # and the person is back
            errand = errand._replace(kind="")
        row = replace(row, generation=get_generation(stored))
        return Due(row, errand, session, None, stored.screen if stored else None)

    async def open_errand(self, row: OwedRow) -> Errand | None:
        try:
            return self._sealer.open_owed(row)
        except (UnreadableError, ValueError):
            await self._drop(row)
            return None

    async def _drop(self, row: OwedRow) -> None:
        log.error("an owed reply cannot be read")
        await self._turns.settle(Settled(row.person, row.ticket, row.generation))


def get_generation(stored: SessionRow | None) -> int:
    return stored.generation if stored else 0


def is_past(due: Due, now: datetime) -> bool:
    """Nobody waits for it any more; whatever comes in next brings the screen."""
    seen = due.session.seen if due.session is not None else None
    return due.owed.attempts >= TRIES if seen is None else now - seen >= WORTH


def is_late(due: Due, now: datetime) -> bool:
    """It would show after a silence what somebody else may see by now. Help that was asked for does not wait."""
    session = due.session
    if due.errand.kind not in ("", "again") or session is None or session.seen is None:
        return False
    return bool(session.answers) and session.state not in ASIDE and now - session.seen >= IDLE


def wipes(due: Due) -> bool:
    if due.reply is not None:
        return bool(due.reply.wipe)
    hidden = due.session is not None and due.session.is_covered
    return hidden or due.errand.kind == "erased"


def done(due: Due) -> Settled:
    return Settled(due.owed.person, due.owed.ticket, due.owed.generation)
