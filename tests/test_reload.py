"""A changed folder is taken while people are served; a broken one changes nothing and is told."""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from bot.dialogue import Dialogue, find_knowledge, load_dialogue
from bot.reload import Reloader
from dialogs.engine import KYIV
from dialogs.press import Press
from dialogs.session import Session
from tests.broken import HERE

NOW = datetime(2026, 11, 23, 12, tzinfo=KYIV)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE / "base", copy)
    return copy


def start(folder: Path) -> tuple[Reloader, list[Dialogue]]:
    taken: list[Dialogue] = []
    reloader = Reloader(folder, taken.append, lambda: NOW)
    reloader.status.edition = load_dialogue(folder, NOW.date()).edition.id
    return reloader, taken


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


async def test_changed_folder_is_taken_whole(folder: Path) -> None:
    """What is handed over answers as what is loaded here."""
    reloader, taken = start(folder)
    edit(folder / "contacts/help_line.yaml", "500335", "500336")

    assert await reloader.reload()

    fresh = load_dialogue(folder, NOW.date())
    assert [d.edition.id for d in taken] == [fresh.edition.id] == [reloader.status.edition]
    assert taken[0].edition.contacts == fresh.edition.contacts
    session = Session(state="contact", arg="help_line", language="uk", seen=NOW)
    assert taken[0].engine.show(session, NOW) == fresh.engine.show(session, NOW)
    assert taken[0].engine.tools.finder.find("довідка") == fresh.engine.tools.finder.find("довідка")


async def test_broken_folder_changes_nothing_and_is_told_with_its_line(folder: Path) -> None:
    reloader, taken = start(folder)
    before = reloader.status.edition
    edit(folder / "contacts/help_line.yaml", '"1547"]', "1547]")

    assert not await reloader.reload()

    assert taken == []
    assert reloader.status.edition == before
    assert reloader.status.turned_down == 1
    assert [(Path(f.file).name, f.line, f.code) for f in reloader.status.findings] == [
        ("help_line.yaml", 8, "number_for_text")
    ]


async def test_mended_folder_is_taken_again(folder: Path) -> None:
    reloader, taken = start(folder)
    edit(folder / "topics.yaml", "- id: money", "- id money")
    await reloader.reload()
    edit(folder / "topics.yaml", "- id money", "- id: money")
    edit(folder / "topics.yaml", "Гроші й виплати", "Виплати")

    assert await reloader.reload()

    assert (len(taken), reloader.status.refused) == (1, "")


async def test_unchanged_folder_is_not_taken(folder: Path) -> None:
    reloader, taken = start(folder)

    assert not await reloader.reload()
    assert taken == []


async def test_session_goes_on_and_sees_the_change(folder: Path) -> None:
    old = load_dialogue(folder, NOW.date())
    session = old.engine.turn(Session(language="uk"), Press("answer", "place", "home"), NOW).session
    reloader, taken = start(folder)
    edit(folder / "questions.yaml", "uk: Що стосується вас?", "uk: Що з цього про вас?")
    await reloader.reload()

    reply = taken[0].engine.turn(session, Press("ask", "situation"), NOW)

    assert reply.session.here["place"].choices == ("home",)
    assert "Що з цього про вас?" in str(reply.reply.blocks)


async def test_watching_notices_a_saved_file(folder: Path) -> None:
    reloader, taken = start(folder)
    watching = asyncio.create_task(reloader.watch())
    try:
        for attempt in range(40):
            if not taken and attempt % 10 == 0:  # the watch begins a moment after its task
                edit(folder / "topics.yaml", "state." if attempt == 0 else "state!", "state!")
            await asyncio.sleep(0.25)
            if taken:
                break
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching

    assert taken


async def test_loop_is_not_held_up_by_the_whole_base(tmp_path: Path) -> None:
    """Turns go on meanwhile. The bound leaves room for a busy machine; the aim is 50 ms."""
    folder = tmp_path / "knowledge"
    shutil.copytree(find_knowledge(), folder)
    edit(folder / "topics.yaml", "topics:", "topics: ")
    taken: list[Dialogue] = []
    reloader = Reloader(folder, taken.append, lambda: NOW)
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(time.perf_counter() - before)

    ticking = asyncio.create_task(tick())
    assert await reloader.reload()
    ticking.cancel()

    gaps.sort()
    assert gaps[int(len(gaps) * 0.99)] < 0.1
