"""Notes that something in the base is wrong: kept sealed until an administrator closes them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.keys import Keys, UnreadableError
from bot.store.tables import notes

MOST = 1000


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    record: str
    reason: str
    at: datetime | None


class Notes:
    """The table of notes of one database."""

    def __init__(self, engine: AsyncEngine, keys: Keys) -> None:
        self._engine, self._keys = engine, keys

    async def add_note(self, record: str, reason: str, now: datetime) -> None:
        """Keep a note; past a thousand open ones no more are taken, so that nobody fills the disk."""
        id = secrets.randbits(53)
        async with self._engine.begin() as db:
            if ((await db.execute(select(func.count()).select_from(notes))).scalar() or 0) >= MOST:
                return
            await db.execute(
                insert(notes).values(
                    id=id,
                    record=record[:60],
                    sealed=self._keys.seal(reason.encode(), b"note" + id.to_bytes(8, "big")),
                    at=int(now.timestamp() * 1000),
                )
            )

    async def list_notes(self) -> Sequence[Note]:
        """The open notes, the newest first; what was sealed under a lost key is left out."""
        async with self._engine.connect() as db:
            rows = (
                await db.execute(
                    select(notes.c.id, notes.c.record, notes.c.sealed, notes.c.at).order_by(notes.c.at.desc())
                )
            ).all()
        found = []
        for row in rows:
            try:
                reason = self._keys.unseal(row.sealed, b"note" + row.id.to_bytes(8, "big")).decode()
            except UnreadableError:
                continue
            found.append(
                Note(row.id, row.record or "", reason, datetime.fromtimestamp(row.at / 1000).astimezone())
            )
        return found

    async def close_note(self, id: int) -> bool:
        async with self._engine.begin() as db:
            gone = await db.execute(delete(notes).where(notes.c.id == id))
        return bool(gone.rowcount)
