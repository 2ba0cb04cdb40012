"""The grammar of conditions, their three verdicts, and the reasons for them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.judging import find_reasons
from dialogs.rules import (
    NO,
    POSSIBLE,
    YES,
    All,
    Always,
    AnyOf,
    Condition,
    Fact,
    GrammarError,
    Not,
    Verdict,
    parse_condition,
    read_questions,
    write_condition,
)
from tests.strategies import draw_conditions

CHOICES = {q: ["a", "b", "c"] for q in ("p", "q", "r", "s")}
A, B = Fact("p", ("a",)), Fact("q", ("b",))


def judge(condition: Condition, facts: dict[str, str | None]) -> Verdict:
    """Kleene's tables, for questions with one answer or none."""
    match condition:
        case Always():
            return YES
        case Fact(question, choices):
            answer = facts.get(question)
            return POSSIBLE if answer is None else YES if answer in choices else NO
        case Not(part):
            return Verdict(2 - judge(part, facts))
        case All(parts):
            return min(judge(part, facts) for part in parts)
        case AnyOf(parts):
            return max(judge(part, facts) for part in parts)


@pytest.mark.parametrize(
    ("raw", "condition"),
    [
        ("always", Always()),
        ({"p": "a"}, A),
        ({"p": ["a"]}, A),
        ({"p": ["a", "c"]}, Fact("p", ("a", "c"))),
        ({"all": [{"p": "a"}, {"q": "b"}]}, All((A, B))),
        ({"any": [{"p": "a"}, {"not": {"q": "b"}}]}, AnyOf((A, Not(B)))),
    ],
)
def test_a_condition_is_read_as_written(raw: Any, condition: Condition) -> None:
    assert parse_condition(raw) == condition


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("never", ()),
        (None, ()),
        (["p"], ()),
        ({}, ()),
        ({"p": "a", "q": "b"}, ()),
        ({"all": []}, ("all",)),
        ({"any": {"p": "a"}}, ("any",)),
        ({"always": True}, ("always",)),
        ({"p": []}, ("p",)),
        ({"p": None}, ("p",)),
        ({"p": [1]}, ("p", 0)),
        ({"p": {"q": "a"}}, ("p", "[key]")),
        ({"p": ["a", "a"]}, ("p", 1)),
        ({"p": ["a", "unknown"]}, ("p", 1)),
        ({"not": {"p": "withheld"}}, ("not", "p", 0)),
        ({"all": [{"p": "a"}, {"any": []}]}, ("all", 1, "any")),
    ],
)
def test_what_is_no_condition_says_where_and_what_to_do(raw: Any, path: tuple[object, ...]) -> None:
    """DESIGN 4a.1 and 4a.2: one closed grammar; an empty `all` or `any` is an error."""
    with pytest.raises(GrammarError) as caught:
        parse_condition(raw)

    assert caught.value.path == path
    assert caught.value.message
    assert caught.value.remedy


@given(draw_conditions(CHOICES))
def test_a_condition_written_out_reads_back_as_itself(condition: Condition) -> None:
    assert parse_condition(write_condition(condition)) == condition


@pytest.mark.parametrize("a", list(Verdict))
@pytest.mark.parametrize("b", list(Verdict))
def test_all_is_the_minimum_and_any_the_maximum(a: Verdict, b: Verdict) -> None:
    """DESIGN 4a.2: no < possible < yes; strong Kleene logic."""
    answers = {NO: "c", POSSIBLE: None, YES: "a"}
    facts = {"p": answers[a], "q": answers[b]}
    left, right = Fact("p", ("a",)), Fact("q", ("a",))

    def verdict(condition: Condition) -> Verdict:
        return find_reasons(condition, lambda fact: (judge(fact, facts), [frozenset({fact.question})]))[0]

    assert verdict(All((left, right))) == min(a, b)
    assert verdict(AnyOf((left, right))) == max(a, b)
    assert verdict(Not(left)) == 2 - a


@settings(max_examples=300, deadline=None)
@given(
    draw_conditions(CHOICES),
    st.fixed_dictionaries({q: st.sampled_from(["a", "b", "c", None]) for q in CHOICES}),
)
def test_reasons_are_the_smallest_sets_that_force_the_verdict(
    condition: Condition, facts: dict[str, str | None]
) -> None:
    """Against brute force: forget the other answers, and see whether the verdict stands."""

    def atom(fact: Fact) -> tuple[Verdict, list[frozenset[str]]]:
        verdict = judge(fact, facts)
        return verdict, [] if verdict is POSSIBLE else [frozenset({fact.question})]

    verdict, reasons = find_reasons(condition, atom)

    assert verdict == judge(condition, facts)
    if verdict is POSSIBLE:
        assert reasons == []
        return
    known = [q for q in sorted(read_questions(condition)) if facts[q] is not None]
    forcing: list[frozenset[str]] = []
    for size in range(len(known) + 1):
        for kept in map(frozenset, combinations(known, size)):
            if judge(condition, {q: facts[q] for q in kept}) is verdict and not any(
                f <= kept for f in forcing
            ):
                forcing.append(kept)
    assert sorted(map(sorted, reasons)) == sorted(map(sorted, forcing))
    assert len(reasons[0]) == min(len(f) for f in forcing)
