"""Search and crisis words against labelled lists that were written without sight of either: the test halves.

The floors lie a little under what was reached, so that a real loss is seen and a reworded card is not.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs.engine import Engine

DATA = Path(__file__).resolve().parent / "data"


def read_half(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return [row for row in rows if row["half"] == "test"]


@pytest.fixture(scope="module")
def found(engine: Engine) -> list[tuple[dict[str, Any], list[str]]]:
    finder = engine.tools.finder
    rows = []
    for row in read_half("search_queries.yaml"):
        answer = finder.find(row["text"])
        rows.append((row, [hit.id for hit in answer.hits[:3]] if answer.understood else []))
    return rows


def test_the_first_three_cards_hold_a_right_one(found: list[tuple[dict[str, Any], list[str]]]) -> None:
    asked = [(row, ids) for row, ids in found if row["class"] != "off_topic"]

    third = sum(any(id in row["accept"] for id in ids) for row, ids in asked) / len(asked)
    first = sum(bool(ids) and ids[0] in row["accept"] for row, ids in asked) / len(asked)

    assert third >= 0.92
    assert first >= 0.80


def test_no_kind_of_speech_is_left_behind(found: list[tuple[dict[str, Any], list[str]]]) -> None:
    size: Counter[str] = Counter(row["class"] for row, _ in found)
    right: Counter[str] = Counter(
        row["class"] for row, ids in found if any(id in row["accept"] for id in ids)
    )

    behind = {c: right[c] / size[c] for c in size if c != "off_topic" and right[c] / size[c] < 0.75}

    assert behind == {}


def test_most_of_what_is_off_topic_is_said_not_to_be_understood(
    found: list[tuple[dict[str, Any], list[str]]],
) -> None:
    off = [ids for row, ids in found if row["class"] == "off_topic"]

    assert sum(not ids for ids in off) / len(off) >= 0.65


def test_danger_is_heard(engine: Engine) -> None:
    phrases = read_half("crisis_phrases.yaml")

    heard = sum(engine.tools.alarm.read(row["text"]) is not None for row in phrases)

    assert heard / len(phrases) >= 0.78


def test_neutral_words_are_hardly_ever_taken_for_danger(engine: Engine) -> None:
    neutral = read_half("neutral_phrases.yaml")

    alarms = sum(engine.tools.alarm.read(row["text"]) is not None for row in neutral)

    assert alarms / len(neutral) <= 0.03
