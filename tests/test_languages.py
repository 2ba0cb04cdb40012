"""A third language, added bit by bit: it is offered at once, and what is not translated yet is read in the first."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.checking import check_folder
from bot.coverage import survey
from bot.loading import load_dialogue
from bot.texts import build_words, find_locales
from dialogs.engine import KYIV
from dialogs.reply import Paragraph
from dialogs.session import Session
from tests.broken import HERE

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=KYIV)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "knowledge"
    shutil.copytree(HERE / "base", copy)
    edit(
        copy / "settings.yaml", "name: English}", "name: English}\n- {id: pl, name: Polski, unfinished: true}"
    )
    edit(copy / "topics.yaml", "uk: Гроші й виплати", "uk: Гроші й виплати, pl: Pieniądze")
    return copy


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_check_counts_what_an_unfinished_language_lacks(folder: Path) -> None:
    findings, _ = check_folder(folder, TODAY, memory=None)

    assert not [f.render() for f in findings if f.severity == "error"]
    assert [f.code for f in findings].count("unfinished_language") == 1


def test_check_lists_what_a_finished_language_lacks(folder: Path) -> None:
    edit(folder / "settings.yaml", ", unfinished: true", "")

    findings, _ = check_folder(folder, TODAY, memory=None)

    lacking = [f for f in findings if f.code == "missing_language"]
    assert len(lacking) > 10
    assert {f.values["language"] for f in lacking} == {"pl"}


def test_people_read_what_there_is_and_the_rest_in_the_first_language(folder: Path) -> None:
    engine = load_dialogue(folder, TODAY).engine

    reply = engine.show(Session(state="topics", language="pl", seen=NOW), NOW)
    labels = [choice.label for row in reply.rows for choice in row]
    contact = engine.show(Session(state="contact", arg="help_line", language="pl", seen=NOW), NOW)

    assert "Pieniądze" in str(reply)
    assert build_words("uk").gettext("Urgent") in labels
    does = engine.edition.contacts["help_line"].does
    assert any(isinstance(b, Paragraph) and does["uk"] in b.text for b in contact.blocks)


def test_coverage_does_not_count_what_is_only_filled_in(folder: Path) -> None:
    edition = load_dialogue(folder, TODAY).edition

    found = {cell["language"]: cell["entitlements"] for cell in survey(edition, TODAY)["cells"]}

    assert found["uk"] == found["en"] > found["pl"] == 0


def test_words_of_the_program_fall_back_alike(tmp_path: Path) -> None:
    shutil.copytree(find_locales(), tmp_path / "locales")

    assert build_words("pl", tmp_path / "locales", "uk").gettext("Urgent") != "Urgent"
    assert build_words("pl", tmp_path / "locales").gettext("Urgent") == "Urgent"
