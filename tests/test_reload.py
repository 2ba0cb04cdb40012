"""A changed folder is taken while people are served; a broken one changes nothing and is told."""

from __future__ import annotations

import asyncio
import gc
import itertools
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import gauges
from bot.cli_common import find_knowledge
from bot.dialogue import Dialogue
from bot.folding import Arrival
from bot.kept import is_code_changed
from bot.loading import load_dialogue
from bot.reload import Reloader
from bot.speaker import Speaker
from bot.store.memory import MemoryStore
from bot.turns import Turns
from dialogs.engine import KYIV, Engine
from dialogs.press import Press
from dialogs.session import Session
from tests.broken import HERE
from tests.fakes import make_sealer

NOW = datetime(2026, 11, 23, 12, tzinfo=KYIV)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE / "base", copy)
    return copy


class Watchful(Reloader):
    """Does not look at what changed before it began to watch."""

    def _is_changed(self) -> bool:
        return False


def start(folder: Path, kind: type[Reloader] = Reloader) -> tuple[Reloader, list[Dialogue]]:
    taken: list[Dialogue] = []
    reloader = kind(folder, taken.append, lambda: NOW)
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

    with capture_logs() as logs:
        assert not await reloader.reload()

    assert taken == []
    assert reloader.status.edition == before
    assert reloader.status.turned_down == 1
    assert [(Path(row["file"]).name, row["line"], row["errors"]) for row in logs] == [
        ("help_line.yaml", 8, 1)
    ]
    assert gauges.REGISTRY.get_sample_value("edition_refused") == 1
    assert [(Path(f.file).name, f.line, f.code) for f in reloader.status.findings] == [
        ("help_line.yaml", 8, "number_for_text")
    ]


async def test_nothing_is_taken_from_other_code_than_that_which_serves(folder: Path) -> None:
    """`git checkout` of another version changes content and code under a process that runs."""
    reloader, taken = start(folder)
    reloader.is_other_code = lambda: True
    edit(folder / "contacts/help_line.yaml", '"1547"', '"1548"')

    with capture_logs() as logs:
        assert not await reloader.reload()

    assert taken == []
    assert [row["why"] for row in logs] == ["the program's files have changed too: restart the service"]
    reloader.is_other_code = is_code_changed
    assert await reloader.reload()


async def test_mended_folder_is_taken_again(folder: Path) -> None:
    reloader, taken = start(folder)
    edit(folder / "topics.yaml", "- id: money", "- id money")
    await reloader.reload()
    edit(folder / "topics.yaml", "- id money", "- id: money")
    edit(folder / "topics.yaml", "Гроші й виплати", "Виплати")

    assert await reloader.reload()

    assert (len(taken), reloader.status.refused) == (1, "")
    assert gauges.REGISTRY.get_sample_value("edition_refused") == 0


async def test_a_former_edition_goes_without_the_collector(folder: Path) -> None:
    """What was built before is frozen: cycles in an edition would stay for ever, reload after reload."""
    reloader, taken = start(folder)
    edit(folder / "topics.yaml", "Гроші й виплати", "Виплати")
    await reloader.reload()
    gc.unfreeze()
    gc.collect()

    taken.clear()

    assert gc.collect() < 100


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


async def watch(reloader: Reloader, taken: list[Dialogue], save: Callable[[], None] = lambda: None) -> None:
    """Watch for ten seconds, or until something is taken; `save` is called at once and then every two and a half."""
    watching = asyncio.create_task(reloader.watch())
    try:
        for attempt in range(40):
            if attempt % 10 == 0:  # the watch begins a moment after its task
                save()
            await asyncio.sleep(0.25)
            if taken:
                break
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def test_watching_notices_a_saved_file(folder: Path) -> None:
    reloader, taken = start(folder, Watchful)
    edit(folder / "topics.yaml", "state.", "state!")

    await watch(reloader, taken, lambda: edit(folder / "topics.yaml", "state!", "state!"))

    assert taken


async def test_what_was_saved_before_the_watch_began_is_taken_too(folder: Path) -> None:
    reloader, taken = start(folder)
    edit(folder / "topics.yaml", "state.", "state!")

    await watch(reloader, taken)

    assert taken


async def test_people_are_served_while_the_whole_base_is_taken(
    tmp_path: Path, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """A turn is measured in this process's own processor time, all threads: a busy machine changes it little."""
    folder = tmp_path / "knowledge"
    shutil.copytree(find_knowledge(), folder)
    edit(folder / "topics.yaml", "topics:", "topics: ")
    speaker = Speaker(engine, engine.tools.words)
    turns = Turns(MemoryStore(exclusive=True), speaker, make_sealer(), lambda: NOW, burst=1e9)
    taken: list[Dialogue] = []

    def use(dialogue: Dialogue) -> None:
        taken.append(dialogue)
        speaker.swap(dialogue.engine, dialogue.engine.tools.words)

    reloader = Reloader(folder, use, lambda: NOW)
    costs: list[float] = []
    gaps: list[float] = []
    over = asyncio.Event()

    async def press() -> None:
        walk = itertools.cycle(
            [Press("answer", "place", "calm"), Press("go", "results"), Press("go", "topics")]
        )
        while not over.is_set():
            before, at = time.process_time(), time.perf_counter()
            answered = await turns.take(Arrival("web:1", next(walk), None, chat=None))
            costs.append(time.process_time() - before)
            assert answered.reply.blocks
            await asyncio.sleep(0.002)
            gaps.append(time.perf_counter() - at)

    running, pressing = asyncio.create_task(turns.run()), asyncio.create_task(press())
    assert await reloader.reload()
    reloaded = len(costs)
    await asyncio.sleep(0.1)
    over.set()
    await pressing
    turns.stop()
    await running

    gaps.sort()
    with capsys.disabled():
        print(
            f"\n  {len(costs)} turns during a reload: the longest {max(costs) * 1000:.1f} ms of processor time, "
            f"longest wait {gaps[-1] * 1000:.1f} ms"
        )
    assert [d.edition.id for d in taken] == [reloader.status.edition]
    assert 50 < reloaded < len(costs)
    assert sorted(costs)[int(len(costs) * 0.99)] < 0.05
    assert max(costs) < 0.15
    assert gaps[int(len(gaps) * 0.99)] < 0.1
