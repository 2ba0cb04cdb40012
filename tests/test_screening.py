"""What is asked, and in which order (DESIGN 4a.4): never a question that can change nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.edition import Edition
from dialogs.rules import read_questions, walk_facts
from dialogs.screening import ask_next, ask_next_for, can_change, list_open_for, results_come_first
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


def list_needed(edition: Edition, id: str) -> list[str]:
    """The questions a rule reads, and those that open them."""
    needed: set[str] = set()
    todo = set(read_questions(edition.entitlements[id].when))
    while todo:
        question = todo.pop()
        needed.add(question)
        applies = edition.questions[question].applies
        todo |= (read_questions(applies) if applies is not None else set()) - needed
    return sorted(needed, key=edition.index.__getitem__)


class Doubter:
    """Looks for further answers to which only one question adds a verdict: brute force with luck."""

    def __init__(self, edition: Edition, id: str, chance: random.Random) -> None:
        self.edition, self.chance = edition, chance
        self.run = edition.entitlement_rules[id].run
        self.needed = list_needed(edition, id)
        named = {(f.question, c) for f in walk_facts(edition.entitlements[id].when) for c in f.choices}
        self.single: dict[str, list[tuple[str, ...]]] = {}
        self.rich: dict[str, list[tuple[str, ...]]] = {}
        self.quiet: dict[str, list[tuple[str, ...]]] = {}
        for q in self.needed:
            values = list_values(edition, q)
            self.single[q] = [v for v in values if v[0] in edition.bits[q] and len(v) == 1]
            self.rich[q] = [v for v in values if v[0] in edition.bits[q]]
            self.quiet[q] = [v for v in values if not any((q, c) in named for c in v)] or values

    def judge(self, answers: Given) -> int:
        return self.run(self.edition.know_choices(answers))[0]

    def fill(self, question: str) -> tuple[str, ...]:
        """A value of the kind that often matters: one tick, several, or what no condition waits for."""
        return self.chance.choice(
            self.chance.choice((self.single, self.rich, self.quiet, self.quiet))[question]
        )

    def can_matter(self, answers: Given, question: str) -> bool:
        if any(self.judge({**answers, question: value}) != 1 for value in self.single[question]):
            return True
        opened = find_opened(self.edition, question)
        others = [q for q in self.needed if q not in answers and q not in opened]
        follow_ups = [q for q in self.needed if q not in answers and q in opened and q != question]
        for tried in range(12_000):
            more = {q: self.fill(q) for q in others if self.chance.random() < tried % 4000 / 3500}
            before = drop_contradictions(self.edition, {**more, **answers})
            after = {**before, question: self.fill(question)}
            after |= {q: self.fill(q) for q in follow_ups if self.chance.random() < 0.7}
            if self.judge(after) != 1 and self.judge(before) == 1:
                return True
        return False


def find_opened(edition: Edition, question: str) -> set[str]:
    """The question, and every question that it opens, be it through others."""
    opened = {question}
    while True:
        more = {
            q
            for q, record in edition.questions.items()
            if record.applies is not None and read_questions(record.applies) & opened
        }
        if more <= opened:
            return opened
        opened |= more


def test_on_the_small_base_every_question_asked_can_change_a_verdict(small: Edition) -> None:
    """Exhaustive: whatever was answered, the next question has an answer that leads elsewhere."""
    asked, chance = 0, random.Random(1)
    doubters = {id: Doubter(small, id, chance) for id in small.entitlements}

    for answers in list_all_answers(small, ["situation", "paper", "income"]):
        if find_contradictions(answers, small):
            continue
        for id, doubter in doubters.items():
            question = walk_for(small, answers, [id])
            if question is not None:
                asked += 1
                assert question not in answers
                assert doubter.can_matter(answers, question), (id, answers, question)

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
    doubter = Doubter(edition, id, chance)

    while (question := walk_for(edition, answers, [id])) is not None:
        assert question not in answers
        assert doubter.can_matter(answers, question), (id, answers, question)
        asked.append(question)
        answers[question] = chance.choice(list_values(edition, question))
        if edition.know_choices(answers).contradictions:
            return

    assert len(asked) == len(set(asked))
    left = list_open_for(edition, edition.know_choices(answers), [id])
    assert [question for question in left if doubter.can_matter(answers, question)] == []


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_questions_of_a_topic_end_and_settle_what_can_be_settled(
    edition: Edition, data: st.DataObject
) -> None:
    """At the end no question that is left open can settle anything.

    Some are left: after "I don't know where" the place keeps a verdict possible for good, whatever else is answered.
    """
    topic = data.draw(st.sampled_from(sorted(edition.topic_order)))
    ids = [e.id for e in edition.entitlements.values() if e.topic == topic]
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    answers: Given = {}

    while (question := walk_for(edition, answers, ids)) is not None:
        known = edition.know_choices(answers)
        assert any(question in edition.list_open(edition.entitlement_rules[id].run(known)[1]) for id in ids)
        answers[question] = chance.choice(list_values(edition, question))

    if not edition.know_choices(answers).contradictions:
        assert find_dead_ends(edition, answers, ids, chance) == []


def find_dead_ends(edition: Edition, answers: Given, ids: list[str], chance: random.Random) -> list[str]:
    """Questions left open that could still settle one of these, and yet are not asked."""
    known = edition.know_choices(answers)
    return [
        question
        for id in ids
        for question in list_open_for(edition, known, [id])
        if Doubter(edition, id, chance).can_matter(answers, question)
    ]


def test_what_is_possible_for_good_is_not_asked_about(edition: Edition) -> None:
    """Whoever does not know where they are may be under occupation: the mortgage stays possible."""
    answers: Given = {
        "for_whom": ("client",),
        "situation": ("moved", "health", "roles"),
        "place": ("unknown",),
        "roles": ("service",),
        "close_person": ("served",),
        "health": ("war_disability",),
        "other_home": ("small_other",),
        "age": ("age_18_22",),
    }
    id = "eoselia_military_veterans"

    left = list_open_for(edition, edition.know_choices(answers), [id])

    assert left == ["service_now", "veteran_status"]
    assert walk_for(edition, answers, [id]) is None
    assert find_dead_ends(edition, answers, [id], random.Random(1)) == []


def test_can_change_tells_whether_one_answer_moves_a_verdict(small: Edition) -> None:
    def ask(answers: Given, question: str) -> bool:
        return can_change(small, small.know_choices(answers), answers, question, "loan")

    assert not ask({}, "income")
    assert ask({"situation": ("moved",), "paper": ("has",)}, "income")
    assert ask({"situation": ("health",)}, "health")
