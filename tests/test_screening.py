"""What is asked, and in which order (DESIGN 4a.4): never a question that can change nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.edition import Edition
from dialogs.proofs.ways import Demand, Way, Ways
from dialogs.rules import Condition
from dialogs.screening import ask_next, ask_next_for, can_change, list_open_for, results_come_first
from dialogs.session import UNKNOWN, WITHHELD
from tests.strategies import (
    Given,
    draw_answers,
    drop_contradictions,
    find_contradictions,
    list_all_answers,
    list_values,
)


def walk(edition: Edition, answers: Given) -> str | None:
    return ask_next(edition, edition.know_choices(answers))


def walk_for(edition: Edition, answers: Given, ids: list[str]) -> str | None:
    return ask_next_for(edition, edition.know_choices(answers), answers, ids)


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({}, "for_whom"),
        ({"for_whom": ("self",)}, "situation"),
        ({"for_whom": ("unknown",)}, "situation"),
        ({"for_whom": ("self",), "situation": ("moved",)}, "personal"),
        ({"for_whom": ("self",), "situation": ("health",)}, "health"),
        ({"for_whom": ("under_18",), "situation": ("health",)}, "personal"),
        ({"for_whom": ("self",), "situation": ("withheld",)}, "personal"),
        ({"for_whom": ("self",), "situation": ("moved",), "personal": ("violence",)}, None),
        ({"situation": ("none",), "personal": ("withheld",)}, None),
    ],
)
def test_the_screening_asks_while_a_group_is_open(
    small: Edition, answers: Given, question: str | None
) -> None:
    """The subject first, what is sensitive last; unknown and withheld are answers."""
    assert walk(small, answers) == question


def test_results_come_first_where_questions_endanger(edition: Edition) -> None:
    """SCREENING rule 8."""
    for answers in ({"for_whom": ("under_18",)}, {"place": ("occupied",)}, {"place": ("russia_belarus",)}):
        assert results_come_first(edition, edition.know_choices(answers))

    assert not results_come_first(edition, edition.know_choices({"place": ("calm",)}))
    assert not results_come_first(edition, edition.know_choices({}))


@pytest.mark.parametrize(
    ("answers", "ids", "question"),
    [
        # Two of its three answers end the allowance; of the income's answers only one does.
        ({}, ["allowance"], "situation"),
        ({"situation": ("moved",)}, ["allowance"], "paper"),
        ({"situation": ("moved",), "paper": ("has",)}, ["allowance"], "income"),
        ({"situation": ("moved",), "paper": ("lost",)}, ["allowance"], None),
        ({"situation": ("none",)}, ["allowance", "advice"], None),
        ({}, ["advice"], "situation"),
        ({}, ["shelter"], None),
        ({}, ["quiet"], "personal"),
        ({"situation": ("moved",)}, ["quiet", "allowance"], "paper"),
    ],
)
def test_the_next_question_settles_most_of_what_is_looked_at(
    small: Edition, answers: Given, ids: list[str], question: str | None
) -> None:
    assert walk_for(small, answers, ids) == question


def test_a_plain_question_goes_before_a_sensitive_one(small: Edition) -> None:
    answers: Given = {}
    asked = []

    while (question := walk_for(small, answers, list(small.entitlements))) is not None:
        asked.append(question)
        answers[question] = ("unknown",)

    assert asked[-1] == "personal"
    assert len(asked) == len(set(asked))


# ---- never a question that can change nothing ----


def hold(ways: Ways, found: list[Way], answers: Given) -> list[Way]:
    """The ways that the answers leave open."""
    said: dict[str, Demand] = {}
    for question, choices in answers.items():
        bits = ways.edition.bits[question]
        ticked = [bits[c] for c in choices if c in bits]
        finished = not set(choices) & {UNKNOWN, WITHHELD} and not ways.edition.questions[question].sensitive
        avoids = sum(bits.values()) - sum(ticked) if finished else 0
        said[question] = Demand(frozenset(ticked), avoids)
    return [joined for way in found for joined in ways.join(way, said)]


def can_matter(edition: Edition, condition: Condition, answers: Given, question: str) -> bool:
    """Whether some further answers exist, after which the answer to this question decides.

    It does if a way to yes and a way to no, both still open, part on this question, or on one that
    it opens.
    """
    ways = Ways(edition)
    yes = hold(ways, ways.find(condition, True), answers)
    no = hold(ways, ways.find(condition, False), answers)
    opened = {question}
    for name, record in edition.questions.items():
        needed = [f for f in (record.applies,) if f is not None]
        if needed and opened & {q for c in needed for q in _read(c)}:
            opened.add(name)
    return any(set(ways.list_clashes(a, b)) <= opened and ways.list_clashes(a, b) for a in yes for b in no)


def _read(condition: Condition) -> Iterator[str]:
    from dialogs.rules import read_questions

    yield from read_questions(condition)


def test_on_the_small_base_every_question_asked_can_change_a_verdict(small: Edition) -> None:
    """Exhaustive: whatever was answered, the next question has an answer that leads elsewhere."""
    asked = 0

    for answers in list_all_answers(small, ["situation", "paper", "income"]):
        if find_contradictions(answers, small):
            continue
        for id in small.entitlements:
            question = walk_for(small, answers, [id])
            if question is not None:
                asked += 1
                condition = small.entitlements[id].when
                assert question not in answers
                assert can_matter(small, condition, answers, question), (id, answers, question)

    assert asked > 500


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_on_the_real_base_every_question_asked_can_change_a_verdict(
    edition: Edition, data: st.DataObject
) -> None:
    """Random people go through the questions of one entitlement to the end."""
    id = data.draw(st.sampled_from(sorted(edition.entitlements)))
    seed = data.draw(st.integers(0, 2**32))
    answers = drop_contradictions(
        edition, data.draw(draw_answers(edition, ["place", "situation", "close_person"]))
    )
    chance = random.Random(seed)
    asked: list[str] = []

    while (question := walk_for(edition, answers, [id])) is not None:
        assert question not in answers
        assert can_matter(edition, edition.entitlements[id].when, answers, question), (id, answers, question)
        asked.append(question)
        answers[question] = chance.choice(list_values(edition, question))

    assert len(asked) == len(set(asked))
    assert list_open_for(edition, edition.know_choices(answers), [id]) == []


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_questions_of_a_topic_end_and_settle_what_can_be_settled(
    edition: Edition, data: st.DataObject
) -> None:
    """At the end nothing that is still possible has a question left to ask."""
    topic = data.draw(st.sampled_from(sorted(edition.topic_order)))
    ids = [e.id for e in edition.entitlements.values() if e.topic == topic]
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    answers: Given = {}

    while (question := walk_for(edition, answers, ids)) is not None:
        known = edition.know_choices(answers)
        assert any(question in edition.list_open(edition.entitlement_rules[id].run(known)[1]) for id in ids)
        answers[question] = chance.choice(list_values(edition, question))

    assert list_open_for(edition, edition.know_choices(answers), ids) == []


def test_can_change_tells_whether_one_answer_moves_a_verdict(small: Edition) -> None:
    def ask(answers: Given, question: str) -> bool:
        return can_change(small, small.know_choices(answers), answers, question, "loan")

    assert not ask({}, "income")
    assert ask({"situation": ("moved",), "paper": ("has",)}, "income")
    assert ask({"situation": ("health",)}, "health")
