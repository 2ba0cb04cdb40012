"""What was learned of danger is kept: the same as learned anew, or not taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking import check_folder
from bot.kept import PLACE
from bot.learning import find_learned
from dialogs.base import Base
from dialogs.crisis import Crisis
from dialogs.learned import Learned
from dialogs.sheets import OrdinarySheet
from dialogs.teaching import learn, name_taught, read_learned
from tests.small import SMALL, load_edition, write_base

TEXTS = (
    "не хочу більше жити",
    "тато впав і не дихає",
    "чоловік б'є мене",
    "довідка переселенця",
    "добрий день",
)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A base with a few examples, learned from in no time."""
    return load_edition(tmp_path_factory.mktemp("few"), SMALL).base


@pytest.fixture(scope="module")
def data(sheet: Base) -> bytes:
    return learn(sheet).to_bytes()


def teach(base: Base, ordinary: Sequence[str]) -> Base:
    return replace(base, ordinary=OrdinarySheet(texts=tuple(ordinary)))


def list_kept(place: Path) -> list[Path]:
    return sorted(place.glob("*.learned"))


def test_what_was_kept_is_what_would_be_learned(base: Base) -> None:
    learned = learn(base)

    kept = read_learned(base, learned.to_bytes())

    assert kept is not None
    assert kept.to_bytes() == learned.to_bytes()
    examples = [text for kind in base.crisis.kinds for text in kind.examples[::40]]
    texts = [*TEXTS, *(f"{text} допоможіть" for text in examples)]
    assert [Crisis(base, kept).read(text) for text in texts] == [
        Crisis(base, learned).read(text) for text in texts
    ]


def test_it_is_found_again_and_not_learned(sheet: Base, data: bytes, tmp_path: Path) -> None:
    find_learned(sheet, tmp_path)
    (path,) = list_kept(tmp_path)
    learned = learn(sheet)
    told = bytes(1 - alarm for alarm in learned.alarms)

    path.write_bytes(replace(learned, alarms=told).to_bytes())

    assert find_learned(sheet, tmp_path).alarms == told


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_damaged_file_is_taken(sheet: Base, data: bytes, at: int, bit: int) -> None:
    damaged = bytearray(data)
    damaged[at % len(data)] ^= 1 << bit

    assert read_learned(sheet, bytes(damaged)) is None
    assert read_learned(sheet, data[: at % len(data)]) is None


def test_what_does_not_fit_the_base_is_not_taken(sheet: Base, data: bytes, base: Base) -> None:
    """Whole, and another's: of other lines, other examples, or kinds there are none of."""
    learned = learn(sheet)

    assert read_learned(base, data) is None
    assert read_learned(teach(sheet, (*sheet.ordinary.texts, "ще один рядок")), data) is None
    assert read_learned(sheet, replace(learned, known={1: 400}).to_bytes()) is None
    assert read_learned(sheet, replace(learned, kinds=learned.kinds[1:]).to_bytes()) is None


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"nothing of ours"])
def test_instead_of_a_foreign_file_it_is_learned_anew(
    sheet: Base, data: bytes, tmp_path: Path, content: bytes
) -> None:
    find_learned(sheet, tmp_path)
    (path,) = list_kept(tmp_path)

    path.write_bytes(content)

    assert find_learned(sheet, tmp_path).to_bytes() == data
    assert path.read_bytes() == data, "the next start finds it"


def test_it_is_kept_where_it_is_wanted_although_it_is_kept_elsewhere(
    sheet: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make setup` keeps it beside the code; what a check had left beside the database helped no service."""
    monkeypatch.chdir(tmp_path)
    find_learned(sheet, PLACE)

    find_learned(sheet, tmp_path / "own")

    assert len(list_kept(PLACE)) == len(list_kept(tmp_path / "own")) == 1


def test_a_place_that_cannot_be_written_costs_nothing_but_time(
    sheet: Base, data: bytes, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    assert find_learned(sheet, tmp_path / "file").to_bytes() == data
    assert find_learned(sheet, tmp_path / "file" / "deeper").to_bytes() == data


def test_only_what_teaches_has_a_part_in_the_name(base: Base) -> None:
    kind, *kinds = base.crisis.kinds
    question, *questions = base.questions

    def change(**fields: object) -> str:
        return name_taught(replace(base, crisis=base.crisis.model_copy(update=fields)))

    other_choice = question.choices[0].model_copy(update={"label": {"uk": "Інше", "en": "Other"}})
    other_question = question.model_copy(update={"choices": (other_choice, *question.choices[1:])})
    names = [
        name_taught(base),
        name_taught(teach(base, base.ordinary.texts[1:])),
        change(kinds=(kind.model_copy(update={"examples": kind.examples[1:]}), *kinds)),
        change(kinds=(kind.model_copy(update={"id": "other"}), *kinds)),
        change(kinds=(*kinds, kind)),
        change(words={**base.crisis.words, "more": ("слово",)}),
        name_taught(replace(base, questions=[other_question, *questions])),
        name_taught(replace(base, topics=base.topics[1:])),
    ]
    assert len(set(names)) == len(names)
    assert (
        change(kinds=(kind.model_copy(update={"sentence": {"uk": "Інше", "en": "Other"}}), *kinds))
        == names[0]
    )
    assert name_taught(replace(base, entitlements=base.entitlements[1:])) == names[0]


def test_the_newest_few_stay(sheet: Base, tmp_path: Path) -> None:
    for n in range(5):
        find_learned(teach(sheet, [f"рядок {n}"]), tmp_path)

    assert len(list_kept(tmp_path)) == 3


def test_check_tells_from_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second check neither learns nor tells anything else."""
    monkeypatch.chdir(tmp_path)
    folder = write_base(tmp_path / "few", SMALL)
    day, memory = date(2026, 11, 23), tmp_path / "var/proof.json"

    first, _ = check_folder(folder, day, memory)
    (path,) = list_kept(tmp_path / "var/kept")
    second, _ = check_folder(folder, day, memory)
    base = load_edition(tmp_path / "same", SMALL).base
    learned: Learned = learn(base)
    path.write_bytes(replace(learned, alarms=bytes(1 - alarm for alarm in learned.alarms)).to_bytes())
    third, _ = check_folder(folder, day, memory)

    assert [f.render() for f in second] == [f.render() for f in first]
    notes = [sum(f.code == "unlike_its_list" for f in rows) for rows in (first, third)]
    assert sum(notes) == len(learned.alarms)
