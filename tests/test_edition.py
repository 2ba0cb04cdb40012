"""What answers establish: the exact meanings of DESIGN 4a.1-4a.3, 4a.6 and 4a.10."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.files import name_edition
from dialogs.edition import Edition
from dialogs.rules import NO, POSSIBLE, YES, Fact, Verdict
from dialogs.session import Answer
from tests.small import SMALL, TODAY, change, give, load_edition
from tests.strategies import draw_answers, find_contradictions, judge, list_all_answers


def verdict(edition: Edition, fact: Fact, answers: dict[str, tuple[str, ...]]) -> Verdict:
    return Verdict(edition.compiler.compile(fact)(edition.know_choices(answers))[0])


@pytest.mark.parametrize(
    ("answers", "moved", "health"),
    [
        ({}, POSSIBLE, POSSIBLE),
        ({"situation": ("unknown",)}, POSSIBLE, POSSIBLE),
        ({"situation": ("withheld",)}, POSSIBLE, POSSIBLE),
        ({"situation": ("moved",)}, YES, NO),
        ({"situation": ("moved", "unknown")}, YES, POSSIBLE),
        ({"situation": ("none",)}, NO, NO),
    ],
)
def test_a_fact_is_a_question_and_its_value(
    small: Edition, answers: dict[str, tuple[str, ...]], moved: Verdict, health: Verdict
) -> None:
    """4a.1: not asked, unknown, withheld, or ticks; `[a, unknown]` means a holds and the rest is open."""
    assert verdict(small, Fact("situation", ("moved",)), answers) is moved
    assert verdict(small, Fact("situation", ("health",)), answers) is health


def test_an_unticked_choice_of_a_sensitive_question_is_open(small: Edition) -> None:
    """4a.2: on a sensitive question every answer is partial."""
    answers = {"personal": ("violence",)}

    assert verdict(small, Fact("personal", ("violence",)), answers) is YES
    assert verdict(small, Fact("personal", ("captivity",)), answers) is POSSIBLE


@pytest.mark.parametrize(
    ("answers", "expected", "opens"),
    [
        ({}, POSSIBLE, ["situation"]),
        ({"situation": ("unknown",)}, POSSIBLE, []),
        ({"situation": ("health",)}, POSSIBLE, ["health"]),
        ({"situation": ("moved",)}, NO, []),
        ({"health": ("injury",)}, YES, []),
        ({"situation": ("health",), "health": ("unknown",)}, POSSIBLE, []),
    ],
)
def test_a_follow_up_waits_for_what_makes_it_apply(
    small: Edition, answers: dict[str, tuple[str, ...]], expected: Verdict, opens: list[str]
) -> None:
    """4a.3: while `applies` is possible it is not asked, but an answer already given counts."""
    run = small.group_rules["ill"].run

    number, left = run(small.know_choices(answers))

    assert Verdict(number) is expected
    assert small.list_open(left) == opens


def test_an_answer_that_no_longer_applies_is_kept_without_effect_and_offered(small: Edition) -> None:
    """4a.3: that is a contradiction."""
    answers = give({"situation": "moved", "health": "injury"})

    known = small.know(answers, TODAY)

    assert known.contradictions == ("health",)
    assert small.group_rules["ill"].run(known)[0] == NO
    assert small.filter_answers(answers, TODAY)["health"] == ("injury",)


@pytest.mark.parametrize("skipped", ["unknown", "withheld"])
def test_a_skipped_follow_up_contradicts_nothing(small: Edition, skipped: str) -> None:
    known = small.know(give({"situation": "moved", "health": skipped}), TODAY)

    assert known.contradictions == ()


def test_what_is_never_asked_opens_nothing_but_counts_when_it_was_said(small: Edition) -> None:
    """SCREENING rule 8: safety only; a group not asked about stays possible."""
    child = small.know_choices({"for_whom": ("under_18",), "situation": ("health",)})
    said = small.know_choices({"for_whom": ("under_18",), "situation": ("health",), "health": ("injury",)})

    assert small.group_rules["ill"].run(child) == (POSSIBLE, 0)
    assert small.group_rules["ill"].run(said)[0] == YES


def test_what_is_never_asked_is_not_asked_for_a_follow_ups_sake_either(edition: Edition) -> None:
    """Under occupation nobody asks about service, also not because another question hangs on it."""
    known = edition.know_choices({"place": ("occupied",), "situation": ("roles",)})

    opened = {q for rule in edition.entitlement_rules.values() for q in edition.list_open(rule.run(known)[1])}

    assert not opened & {"roles", "close_person", "service_now", "veteran_status", "job"}


@pytest.mark.parametrize(("days", "kept"), [(0, True), (30, True), (31, False)])
def test_an_answer_counts_as_long_as_it_keeps(small: Edition, days: int, kept: bool) -> None:
    """4a.6: a choice measured from now declares `keeps`; afterwards it counts as not asked."""
    answers = {"paper": Answer(("applied",), TODAY - timedelta(days=days)), **give({"situation": "moved"})}

    known = small.know(answers, TODAY)

    assert ("paper" in known.answered) is kept
    opened = small.list_open(small.entitlement_rules["allowance"].run(known)[1])
    assert opened == ([] if kept else ["paper", "income"])


def test_answers_an_edition_lacks_are_ignored_and_kept(small: Edition) -> None:
    """4a.10: they count again if the question returns."""
    answers = give({"situation": ("moved", "dragons"), "castle": "tall"})

    assert small.filter_answers(answers, TODAY) == {"situation": ("moved",)}
    assert answers["castle"].choices == ("tall",)


def test_an_edition_is_named_by_its_files() -> None:
    """4a.10: first 12 hex digits of SHA-256 over sorted (path, bytes)."""
    name = name_edition({"b.yaml": b"2", "a.yaml": b"1"})

    assert len(name) == 12
    assert int(name, 16) >= 0
    assert name == name_edition({"a.yaml": b"1", "b.yaml": b"2"})
    assert name != name_edition({"a.yaml": b"1", "b.yaml": b"3"})
    assert name != name_edition({"a.yaml": b"1", "c.yaml": b"2"})


def test_one_changed_word_is_another_edition(small: Edition, tmp_path: Path) -> None:
    other = load_edition(tmp_path, change("questions.yaml", "en: Low}", "en: Small}"))

    assert load_edition(tmp_path / "same", SMALL).id == small.id
    assert other.id != small.id


def test_every_verdict_is_what_the_meanings_say_for_every_answer(small: Edition) -> None:
    """All values of four questions, against the meanings written down word for word."""
    conditions = {**small.group_rules, **small.entitlement_rules}
    count = 0

    for answers in list_all_answers(small, ["situation", "health", "paper", "income"]):
        known = small.know_choices(answers)
        count += 1
        assert set(known.contradictions) == set(find_contradictions(answers, small))
        for id, rule in conditions.items():
            assert rule.condition is not None
            assert rule.run(known)[0] == judge(rule.condition, answers, small), (id, answers)

    assert count == 10 * 10 * 6 * 6


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_verdicts_of_the_real_base_are_what_the_meanings_say(edition: Edition, data: st.DataObject) -> None:
    answers = data.draw(draw_answers(edition))

    known = edition.know_choices(answers)

    assert set(known.contradictions) == set(find_contradictions(answers, edition))
    for id, rule in {**edition.group_rules, **edition.entitlement_rules}.items():
        if rule.condition is not None:
            assert rule.run(known)[0] == judge(rule.condition, answers, edition), id
