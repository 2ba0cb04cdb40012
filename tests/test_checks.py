"""What `check` says of broken folders, word for word, and of the base itself."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.checking import check_folder, print_findings
from bot.cli_common import find_knowledge
from dialogs.checks.contacts import guess_number
from tests.broken import HERE, TODAY, build_folder, list_cases, read_expected, tell


@pytest.mark.parametrize("case", list_cases())
def test_broken_folder_is_told_word_for_word(case: str, tmp_path: Path) -> None:
    assert tell(case, tmp_path) == read_expected(case)


def test_corpus_is_large_and_no_message_is_empty() -> None:
    cases = list_cases()

    assert len(cases) >= 60
    assert [case for case in cases if not all(read_expected(case).values())] == []


def test_sound_folder_has_no_findings(tmp_path: Path) -> None:
    """The corpus is built on it: each message comes from the case alone."""
    findings, figures = check_folder(HERE / "base", TODAY, memory=None)

    assert [f.render() for f in findings] == []
    assert figures["entitlements"] == 3


def test_every_message_is_said_in_ukrainian() -> None:
    """No English sentence is left in what an administrator reads in Ukrainian."""
    for case in list_cases():
        told = read_expected(case)
        for english, ukrainian in zip(told["en"].splitlines(), told["uk"].splitlines(), strict=True):
            assert english.split(": ", 2)[2] != ukrainian.split(": ", 2)[2], case


def test_real_base_has_no_errors() -> None:
    findings, _ = check_folder(find_knowledge(), date(2026, 11, 23), memory=None)

    assert [f.render() for f in findings if f.severity == "error"] == []


def test_json_says_the_same_as_the_lines(tmp_path: Path) -> None:
    findings, figures = check_folder(build_folder("several_at_once", tmp_path), TODAY, memory=None)
    lines, data = io.StringIO(), io.StringIO()

    count = print_findings(findings, figures, False, "en", lines)
    print_findings(findings, figures, True, "en", data)

    rows = json.loads(data.getvalue())["findings"]
    said = [
        f"{r['file']}:{r['line']}:{r['column']}: {r['severity']}: {r['what']}. {r['remedy']}" for r in rows
    ]
    assert lines.getvalue().splitlines()[:-1] == said
    assert count == sum(r["severity"] == "error" for r in rows) == 5


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0 800 500 335", "+380800500335"),
        ("050 123 45 67", "+380501234567"),
        ("(044) 238-15-50", "+380442381550"),
        ("380501234567", "+380501234567"),
        ("15-47", "1547"),
        ("12", ""),
        ("call us", ""),
    ],
)
def test_number_is_guessed_as_people_write_it(typed: str, number: str) -> None:
    assert guess_number(typed) == number


def test_personal_line_on_an_open_card_is_told_but_not_to_those_who_help(tmp_path: Path) -> None:
    folder = build_folder_of_base(tmp_path)
    contact, topics = folder / "contacts/help_line.yaml", folder / "topics.yaml"
    contact.write_text(contact.read_text(encoding="utf-8") + "guarded: true\n", encoding="utf-8")

    assert "guarded_contact" in list_codes(folder)

    text = topics.read_text(encoding="utf-8")
    topics.write_text(text.replace("- id: money\n", "- id: money\n  helpers: true\n"), encoding="utf-8")
    assert "guarded_contact" not in list_codes(folder)


def build_folder_of_base(room: Path) -> Path:
    return Path(shutil.copytree(HERE / "base", room / "knowledge"))


def list_codes(folder: Path) -> list[str]:
    return [finding.code for finding in check_folder(folder, TODAY, memory=None)[0]]
