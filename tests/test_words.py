"""Search and crisis words against labelled lists that were written without sight of either: the test halves.

The floors lie a little under what was reached, so that a real loss is seen and a reworded card is not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs.crisis import Crisis
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.sheets import CrisisSheet
from dialogs.spelling import split_clauses

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


def test_what_is_needed_outweighs_what_came_about(engine: Engine) -> None:
    asked = [row for row in read_half("search_circumstances.yaml") if row["class"] != "off_topic"]

    answers = [(row, [hit.id for hit in engine.tools.finder.find(row["text"]).hits]) for row in asked]
    third = sum(any(id in row["accept"] for id in ids[:3]) for row, ids in answers) / len(asked)
    first = sum(bool(ids) and ids[0] in row["accept"] for row, ids in answers) / len(asked)

    assert len(asked) > 60
    assert third >= 0.86
    assert first >= 0.78


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("пенсию не платять, я в окупації була, виїхала", "pension_physical_identification"),
        ("лишилась без роботи, офіс розбило ракетою, переїхала", "idp_unemployment_benefit"),
        ("Где голосовать? Мы из Энергодара, дом под оккупацией", "voter_address"),
        ("мы из Энергодара, дом под оккупацией\nгде голосовать", "voter_address"),
    ],
)
def test_the_clause_that_asks_or_else_the_first_names_the_card(engine: Engine, text: str, card: str) -> None:
    assert engine.tools.finder.find(text).hits[0].id == card


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Згорів паспорт, що робити?", [["згорів", "паспорт"], ["що", "робити"]]),
        ("ми впо\nде жити", [["ми", "впо"], ["де", "жити"]]),
        ("дзвонила на 0 800 500 335...", [["дзвонила", "на", "0800500335"]]),
        ("b,f d ghbnjy", [["b", "f", "d", "ghbnjy"]]),
        ("?!, ", []),
    ],
)
def test_signs_and_new_lines_part_a_text(text: str, clauses: list[list[str]]) -> None:
    assert split_clauses(text) == clauses


def test_a_call_asked_for_last_leaves_the_need_where_it_stands(engine: Engine) -> None:
    ids = [
        hit.id
        for hit in engine.tools.finder.find("мама зникла безвісти під час обстрілу, куди дзвонити").hits
    ]

    assert "missing_report_search" in ids[:3]


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

    assert len(phrases) > 480
    assert heard / len(phrases) >= 0.95


def test_no_kind_of_danger_and_no_language_is_left_behind(engine: Engine) -> None:
    rows = [(row, engine.tools.alarm.read(row["text"])) for row in read_half("crisis_phrases.yaml")]

    behind = {}
    for key in ("kind", "language"):
        for name in {row[key] for row, _ in rows}:
            own = [kind is not None for row, kind in rows if row[key] == name]
            if len(own) > 15 and sum(own) / len(own) < 0.9:
                behind[name] = sum(own) / len(own)

    assert behind == {}


def test_neutral_words_are_hardly_ever_taken_for_danger(engine: Engine) -> None:
    neutral = read_half("neutral_phrases.yaml")

    alarms = sum(engine.tools.alarm.read(row["text"]) is not None for row in neutral)

    assert len(neutral) > 480
    assert alarms <= 2


def test_typed_label_region_or_title_is_never_danger(engine: Engine) -> None:
    """People type what stands on a button: «Син або донька» is an answer."""
    edition = engine.tools.edition
    labels = [
        text for q in edition.questions.values() for choice in q.choices for text in choice.label.values()
    ]
    regions = [text for region in edition.regions.values() for text in region.name.values()]

    titles = [
        text
        for entitlement in edition.base.entitlements
        for one in (entitlement.title.short, entitlement.title.full)
        for text in one.values()
    ]

    assert [t for t in labels + regions + titles if engine.tools.alarm.read(t) is not None] == []


@pytest.mark.parametrize("length", [4096, 100_000])
def test_of_a_long_text_the_end_is_heard_too(engine: Engine, length: int) -> None:
    filler = ("добрий день, питаю про субсидію. " * length)[:length]
    end = " мама впала й не дихає, губи сині, пульсу нема, швидка не їде, що робити, допоможіть, вона помирає"

    assert engine.tools.alarm.read(filler + end) == "injury_now"
    assert engine.tools.alarm.read(filler) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("не хочу жити", "suicide"),
        ("НЕ ХОЧУ ЖИТИ!!!", "suicide"),
        ("не хчоу жити", "suicide"),
        ("ne hochu zhyty", "suicide"),
        ("yt [jxe ;bnb", "suicide"),
        ("хочу заснути і не прокинутись", "suicide"),
        ("вінменевб'є", "violence_now"),
        ("чоловік бє мене", "violence_now"),
        ("мама недихає", "injury_now"),
        ("мені 11 вітчим мене чіпає", "child_danger"),
        ("виплата за загиблого", None),
        ("довідка про смерть", None),
        ("хочу жити біля моря", None),
        ("", None),
        ("🙂", None),
        ("7", None),
    ],
)
def test_danger_is_heard_in_any_writing(engine: Engine, text: str, kind: str | None) -> None:
    assert engine.tools.alarm.read(text) == kind


def test_one_added_line_mends_a_miss(engine: Engine) -> None:
    """Also when a greeting stands before it or a word is mistyped."""
    base = engine.tools.edition.base
    text = "перекажіть кактусам що їхній садівник сьогодні засинає востаннє"
    first = base.crisis.kinds[0]
    kinds = (
        first.model_copy(update={"examples": (*first.examples, text)}),
        *base.crisis.kinds[1:],
    )

    mended = Crisis(replace(base, crisis=base.crisis.model_copy(update={"kinds": kinds})))

    assert mended.read(text) == first.id
    assert mended.read(f"Добрий день! {text.replace('садівник', 'садівнк')}") == first.id


def test_a_base_without_examples_hears_nothing(small: Edition) -> None:
    bare = replace(small.base, crisis=CrisisSheet())

    assert Crisis(bare).read("не хочу жити") is None


def test_likeness_names_the_examples_it_rests_on(engine: Engine) -> None:
    like = engine.tools.alarm.find_like(engine.tools.edition.base, "не хочу больше жить совсем")

    assert [kind for kind, _, _ in like] == ["suicide"] * 3
    assert all(0.2 < alike < 1.01 for *_, alike in like)


def test_what_speaks_for_danger_adds_up_to_what_is_heard(engine: Engine) -> None:
    alarm = engine.tools.alarm
    weighed = alarm.weigh("мой муж меня душит прямо щас и бьет дитя")

    assert weighed is not None
    parts = [float(part.rsplit(" ", 1)[1]) for part in weighed.explain().split(", ")]
    assert abs(sum(parts) - weighed.score) < 0.4
    assert weighed.alarms
    assert alarm.weigh("🙂") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("чоловік мене приб'є за ці витрати на штори", None),
        ("помираю як хочу спати 😂", None),
        ("жити нема на що, де просити допомогу", None),
        ("чоловік мене щойно прибив молотком", "violence_now"),
    ],
)
def test_strong_words_are_danger_only_where_they_mean_it(engine: Engine, text: str, kind: str | None) -> None:
    assert engine.tools.alarm.read(text) == kind


def test_a_label_or_title_typed_with_a_mistake_is_never_danger(engine: Engine) -> None:
    """One letter left out, one after another, in every fifth of them."""
    edition = engine.tools.edition
    typed = [text for q in edition.questions.values() for c in q.choices for text in c.label.values()]
    typed += [text for e in edition.base.entitlements for text in e.title.full.values()]
    mistyped = [
        text[: n % (len(text) - 1)] + text[n % (len(text) - 1) + 1 :]
        for n, text in enumerate(typed)
        if n % 5 == 0 and len(text) > 4
    ]

    assert len(mistyped) > 180
    assert [text for text in mistyped if engine.tools.alarm.read(text) is not None] == []
