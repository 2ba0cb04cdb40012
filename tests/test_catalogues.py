"""The program's words are complete in every language, and a third language needs no code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from babel import core

from bot.texts import build_all, build_words, load_catalogue
from tests.catalogues import find_faults


@pytest.mark.parametrize("language", ["uk", "en"])
def test_catalogue_is_complete_and_in_step_with_the_code(language: str) -> None:
    assert find_faults(language) == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "1 джерело"), (2, "2 джерела"), (5, "5 джерел"), (11, "11 джерел"), (21, "21 джерело")],
)
def test_ukrainian_has_three_plurals(count: int, expected: str) -> None:
    words = build_words("uk")

    assert words.ngettext("{count} source", "{count} sources", count).format(count=count) == expected


def test_a_catalogue_is_compiled_in_memory_when_mo_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "nap1325.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Menu"\nmsgstr "Menu po polsku"\n',
        encoding="utf-8",
    )

    assert load_catalogue(tmp_path, "pl").gettext("Menu") == "Menu po polsku"
    assert build_words("pl", tmp_path).gettext("Menu") == "Menu po polsku"


def test_what_babel_knows_of_the_world_is_not_kept_while_people_are_served() -> None:
    words = build_all(("uk", "en"))

    said = [one.format_date(date(2026, 3, 2)) for one in words.values()]

    assert said == ["2 березня 2026 р.", "March 2, 2026"]
    assert core._global_data is None
