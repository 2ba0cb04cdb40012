"""Notes in the database: found again, sealed there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from bot.keys import Keys
from bot.store.notes import NoteBox
from tests.databases import open_database
from tests.fakes import SECRET, START


async def test_notes_are_counted_by_record_and_reason(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path}/notes.db") as engine:
        box = NoteBox(engine, Keys([SECRET]))
        for _ in range(2):
            await box.add_note("contact:gov_hotline_1545", "number", START)
        await box.add_note("entitlement:rent", "ended", START)

        counts = await box.count_notes()
        async with engine.connect() as db:
            kept = (await db.execute(text("SELECT sealed FROM notes"))).scalars().all()

    assert counts == {("contact:gov_hotline_1545", "number"): 2, ("entitlement:rent", "ended"): 1}
    assert not any(b"number" in sealed or b"ended" in sealed for sealed in kept)
