"""A draft folder beside the live one: checked and compared out of the way, and never served."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.draft import Draft, Drafts
from tests.broken import HERE
from tests.fakes import Clock


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("live", "draft"):
        shutil.copytree(HERE / "base", tmp_path / name)
    return tmp_path / "live", tmp_path / "draft"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


async def find(drafts: Drafts) -> Draft:
    """As a page does that is opened again and again."""
    assert await drafts.look() is None
    for _ in range(1200):
        await asyncio.sleep(0.05)
        draft = await drafts.look()
        if draft is not None:
            return draft
    raise TimeoutError


async def test_draft_tells_what_it_would_change_and_is_kept_until_something_changes(
    folders: tuple[Path, Path],
) -> None:
    live, folder = folders
    edit(folder / "topics.yaml", "Гроші й виплати", "Виплати")
    drafts = Drafts(live, folder, Clock())

    draft = await find(drafts)

    assert draft.edition != draft.live
    assert not [f for f in draft.findings if f.severity == "error"]
    assert any("Гроші й виплати → Виплати" in line for line in draft.effects["uk"])
    assert await drafts.look() is draft
    edit(live / "topics.yaml", "Гроші й виплати", "Виплати")
    assert [len(lines) for lines in (await find(drafts)).effects.values()] == [2, 2]


async def test_broken_draft_has_findings_and_no_effects(folders: tuple[Path, Path]) -> None:
    live, folder = folders
    edit(folder / "contacts/help_line.yaml", '"1547"]', "1547]")

    draft = await find(Drafts(live, folder, Clock()))

    errors = [(Path(f.file).name, f.line) for f in draft.findings if f.severity == "error"]
    assert (errors, draft.effects) == ([("help_line.yaml", 8)], {})


async def test_lost_draft_folder_is_said(folders: tuple[Path, Path]) -> None:
    draft = await Drafts(folders[0], folders[0] / "gone", Clock()).look()

    assert draft is not None
    assert "KNOWLEDGE_DRAFT_DIR" in draft.findings[0].render()
