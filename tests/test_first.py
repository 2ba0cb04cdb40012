"""The first edition of a service: what was kept is what would be loaded, or it is not taken."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.carry import load
from bot.dialogue import Dialogue
from bot.errors import BrokenBaseError
from bot.first import First, find_edition, keep_edition
from bot.loading import load_dialogue
from dialogs.base import Base
from dialogs.checks.freshness import check_freshness
from dialogs.engine import KYIV
from dialogs.findings import Findings
from dialogs.press import Said
from dialogs.session import Session
from tests.broken import HERE
from tests.conftest import KNOWLEDGE

DAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 27, 12, tzinfo=KYIV)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SAID = ("довідка переселенця", "не хочу більше жити", "куди дзвонити", "гроші на оренду", "добрий день")
Find = Callable[..., bytes | None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small base, with the service's own folder around it."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(HERE / "base", tmp_path / "knowledge"))


@pytest.fixture
def find(folder: Path, tmp_path: Path) -> Find:
    def find(day: date = DAY, key: bytes = KEY) -> bytes | None:
        return find_edition(folder, day, lambda: key, tmp_path / "own", tmp_path / "var/kept")

    return find


def keep(folder: Path, place: Path, key: bytes = KEY, day: date = DAY) -> bytes:
    out = load(folder, day, proven=False, place=place)
    keep_edition(pickle.loads(out)["edition"], day, out, key, place)
    return out


def find_kept(place: Path) -> Path:
    (path,) = place.glob("*.edition")
    return path


def tell(dialogue: Dialogue) -> list[Any]:
    """Everything that is answered to some texts and at some places."""
    engine = dialogue.engine
    turns = [engine.turn(Session(language="uk"), Said(text), NOON) for text in SAID]
    places = ("welcome", "urgent", "about", "settings", "results")
    shown = [engine.show(Session(state=place, language="en"), NOON) for place in places]
    found = [engine.tools.finder.find(text) for text in SAID]
    return [turns, shown, found]


LEFT_BEHIND = ("origins", "lost", "patched", "crisis", "ordinary", "lexicon", "words")


def list_records(base: Base) -> list[Any]:
    """All that a service reads; what only checks and the building of its parts need stays with the child."""
    sentences = [(kind.id, kind.sentence, kind.contacts) for kind in base.crisis.kinds]
    return [sentences, *(getattr(base, name) for name in Base.__slots__ if name not in LEFT_BEHIND)]


async def test_the_real_base_is_the_same_kept_and_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fresh = load_dialogue(KNOWLEDGE, DAY)
    keep(KNOWLEDGE, tmp_path / "var/kept")

    kept = await First(KNOWLEDGE, DAY, lambda: KEY).take()

    assert list_records(kept.edition.base) == list_records(fresh.edition.base)
    assert fresh.edition.base.ordinary.texts
    assert not kept.edition.base.ordinary.texts
    assert tell(kept) == tell(fresh)


async def test_what_a_service_loaded_its_next_start_finds(folder: Path, find: Find) -> None:
    first = First(folder, DAY, lambda: KEY)
    dialogue = await first.take()
    assert find() is None

    first.keep(dialogue.edition.id, KEY)

    again = First(folder, DAY, lambda: KEY)
    assert again._child is None
    assert tell(await again.take()) == tell(dialogue)


@pytest.mark.parametrize("name", ["topics.yaml", "contacts/help_line.yaml"])
async def test_a_folder_that_changed_is_loaded_anew(
    folder: Path, find: Find, tmp_path: Path, name: str
) -> None:
    keep(folder, tmp_path / "var/kept")
    path = folder / name
    whole = path.read_text(encoding="utf-8")

    path.write_text(whole + "\n# one line more\n", encoding="utf-8")
    changed = find()
    path.write_text(whole + "- broken: [", encoding="utf-8")

    assert changed is None
    with pytest.raises(BrokenBaseError):
        await First(folder, DAY, lambda: KEY).take()
    path.write_text(whole, encoding="utf-8")
    assert find() is not None


def test_a_file_that_cannot_be_read_is_never_overlooked(folder: Path, find: Find, tmp_path: Path) -> None:
    keep(folder, tmp_path / "var/kept")

    (folder / "more.yaml").mkdir()

    assert find() is None


@pytest.mark.parametrize("at", [0, 31, 32, 41, 42, 5000, -1])
def test_a_damaged_file_is_not_taken(folder: Path, find: Find, tmp_path: Path, at: int) -> None:
    keep(folder, tmp_path / "var/kept")
    path = find_kept(tmp_path / "var/kept")
    data = bytearray(path.read_bytes())

    path.write_bytes(data[:at])
    cut = find()
    data[at] ^= 1
    path.write_bytes(data)

    assert (cut, find()) == (None, None)


def test_what_another_key_sealed_is_not_taken(folder: Path, find: Find, tmp_path: Path) -> None:
    """Nor what is sealed as `make setup` seals it, where only the service writes."""
    keep(folder, tmp_path / "var/kept", OTHER_KEY)

    assert find() is None
    assert find(key=OTHER_KEY) is not None
    keep(folder, tmp_path / "own", KEY)
    assert find() is None


def test_a_day_before_it_was_checked_it_is_checked_anew(folder: Path, find: Find, tmp_path: Path) -> None:
    keep(folder, tmp_path / "var/kept")

    assert find(day=DAY - timedelta(days=1)) is None
    assert find(day=DAY + timedelta(days=400)) is not None


async def test_a_kept_edition_that_cannot_be_put_together_breaks_no_start(
    folder: Path, tmp_path: Path
) -> None:
    out = keep(folder, tmp_path / "var/kept")
    keep_edition(
        pickle.loads(out)["edition"], DAY, pickle.dumps({"edition": "x"}), KEY, tmp_path / "var/kept"
    )
    first = First(folder, DAY, lambda: KEY)

    dialogue = await first.take()
    first.keep(dialogue.edition.id, KEY)

    assert tell(dialogue) == tell(load_dialogue(folder, DAY))
    assert find_kept(tmp_path / "var/kept").read_bytes().endswith(out[-1000:]), "mended for the next start"


ANY_DAY = st.dates(date(1980, 1, 1), date(2040, 1, 1))
MAYBE_DAY = st.none() | ANY_DAY


@given(day=ANY_DAY, wait=st.integers(0, 4000), checked=MAYBE_DAY, called=MAYBE_DAY, page=MAYBE_DAY)
def test_no_date_becomes_wrong_by_waiting(
    base: Base, day: date, wait: int, checked: date | None, called: date | None, page: date | None
) -> None:
    """A date that was sound on one day is so on every later one: so what was sound may be kept."""
    source = base.entitlements[0].sources[0]
    dated = source.model_copy(update={"page_date": str(page or "2026-01")})
    update = {"checked_on": checked, "called_on": called, "sources": (dated,)}
    changed = Base(
        "x",
        entitlements=[base.entitlements[0].model_copy(update=update)],
        contacts=[base.contacts[0].model_copy(update=update)],
    )

    def list_wrong(on: date) -> set[object]:
        findings = Findings()
        check_freshness(changed, findings, on)
        return {f.values["name"] for f in findings.all if f.severity == "error"}

    assert list_wrong(day + timedelta(days=wait)) <= list_wrong(day)
