"""Notes in the database: found again, sealed there, and gone in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bot.keys import Keys
from bot.store.notes import NoteBox, count_notes
from tests.databases import open_database
from tests.fakes import SECRET, START


async def test_notes_are_counted_by_record_and_reason_and_forgotten_in_time(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path}/notes.db") as engine:
        box = NoteBox(engine, Keys([SECRET]))
        for day in range(2):
            await box.add_note("contact:gov_hotline_1545", "number", "", START + timedelta(days=day))
        await box.add_note("entitlement:rent", "ended", "Скасували\nвлітку", START + timedelta(days=89))

        found = await box.read_notes()
        async with engine.connect() as db:
            kept = (await db.execute(text("SELECT sealed FROM notes"))).scalars().all()
        await box.purge(START + timedelta(days=95))
        left = await box.read_notes()

    assert count_notes(found) == {("contact:gov_hotline_1545", "number"): 2, ("entitlement:rent", "ended"): 1}
    assert [(note.words, note.at) for note in found[:1]] == [
        ("Скасували\nвлітку", START + timedelta(days=89))
    ]
    assert not any(b"number" in sealed or b"ended" in sealed for sealed in kept)
    assert [note.record for note in left] == ["entitlement:rent"]
