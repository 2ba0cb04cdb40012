"""What follows from the answers, and why (DESIGN 4a.5, SCREENING rules 3-6)."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.edition import Edition
from dialogs.guidance import Listed, explain_rule, list_entitlements, match_groups, pick_first
from dialogs.reaching import list_phones, order_contacts, reaches, read_place, read_region
from dialogs.rules import NO, POSSIBLE, YES, Verdict
from dialogs.session import UNKNOWN, WITHHELD
from tests.small import NOW, TODAY
from tests.strategies import Given, draw_answers, drop_contradictions


def look(edition: Edition, answers: Given) -> dict[str, Listed]:
    return {item.id: item for item in list_entitlements(edition, edition.know_choices(answers), TODAY)}


def explain(
    edition: Edition, answers: Given, id: str, switch: bool = False, rules: str = "entitlements"
) -> Any:
    return explain_rule(edition, edition.know_choices(answers), answers, rules, id, switch)


MOVED: Given = {"situation": ("moved",)}
ILL: Given = {"situation": ("health",), "health": ("injury",)}


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, set()),
        (MOVED, {"advice", "allowance"}),
        ({**MOVED, "paper": ("has",)}, {"advice", "allowance", "loan"}),
        ({**MOVED, "paper": ("lost",)}, {"advice"}),
        (ILL, {"treatment"}),
        ({"personal": ("violence",)}, {"shelter", "quiet"}),
        ({"personal": ("captivity",)}, set()),
        ({"situation": ("none",)}, set()),
        ({"situation": ("unknown",)}, set()),
    ],
)
def test_an_entitlement_is_shown_when_an_answer_points_to_it(
    small: Edition, answers: Given, shown: set[str]
) -> None:
    """4a.5: a group of it is not no, its own verdict is not no, and some answer points to it."""
    assert {id for id, item in look(small, answers).items() if item.shown} == shown


def test_guarded_records_show_only_when_asked_for(small: Edition) -> None:
    """4a.5: even an `always` stays away until somebody ticks «show me»."""
    before, after = look(small, MOVED)["shelter"], look(small, {"personal": ("violence",)})["shelter"]

    assert (before.verdict, before.shown, before.asked) == (YES, False, False)
    assert (after.verdict, after.shown, after.asked) == (YES, True, True)


def test_a_no_is_never_shown_and_never_lost(small: Edition) -> None:
    items = look(small, {"situation": ("none",)})

    assert items.keys() == small.entitlements.keys()
    assert {id for id, item in items.items() if item.verdict is NO} == {
        "advice",
        "allowance",
        "loan",
        "treatment",
    }


def test_what_is_shown_comes_first_and_needs_take_turns(small: Edition) -> None:
    listed = list_entitlements(
        small, small.know_choices({**MOVED, "paper": ("has",), "personal": ("violence",)}), TODAY
    )

    flags = [item.shown for item in listed]
    first = pick_first(small, listed, 5)
    topics = [small.entitlements[item.id].topic for item in first]
    assert flags == sorted(flags, reverse=True)
    assert all(item.shown for item in first)
    assert max(topics.count(topic) for topic in topics) <= 2


def test_groups_match_with_three_verdicts(small: Edition) -> None:
    matches = {
        m.id: m for m in match_groups(small, small.know_choices({**MOVED, "personal": ("captivity",)}))
    }

    assert (matches["moved"].verdict, matches["moved"].pointed) == (YES, True)
    assert matches["ill"].verdict is NO
    assert (matches["survivor"].verdict, matches["survivor"].pointed) == (POSSIBLE, False)


# ---- reasons ----


def test_a_yes_names_the_answers_that_force_it(small: Edition) -> None:
    why = explain(small, {**MOVED, "paper": ("has",), "income": ("low",)}, "allowance")

    assert why.verdict is YES
    assert set(why.because) == {"situation", "paper", "income"}
    assert why.missing == ()


def test_a_no_names_one_answer_that_is_enough(small: Edition) -> None:
    why = explain(small, {**MOVED, "paper": ("lost",), "income": ("high",)}, "allowance", switch=True)

    assert why.verdict is NO
    assert len(why.because) == 1
    assert set(why.because) <= {"paper", "income"}


def test_a_follow_up_that_does_not_apply_is_explained_by_what_closed_it(small: Edition) -> None:
    why = explain(small, {"situation": ("moved",)}, "ill", rules="groups")

    assert (why.verdict, why.because) == (NO, ("situation",))


def test_possible_names_what_speaks_for_it_and_what_is_missing(small: Edition) -> None:
    why = explain(small, {**MOVED, "paper": ("has",)}, "allowance", switch=True)

    assert why.verdict is POSSIBLE
    assert set(why.because) == {"situation", "paper"}
    assert why.missing == ("income",)
    assert why.switch is not None
    question, choice, verdict = why.switch
    then = small.know_choices({**MOVED, "paper": ("has",), question: (choice,)})
    assert (question, verdict) == ("income", YES)
    assert small.entitlement_rules["allowance"].run(then)[0] == YES


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_reasons_of_the_real_base_are_minimal(edition: Edition, data: st.DataObject) -> None:
    """The answers named force the verdict, and none of them can be left out (against brute force)."""
    answers = drop_contradictions(edition, data.draw(draw_answers(edition)))
    id = data.draw(st.sampled_from(sorted(edition.entitlements)))
    rule = edition.entitlement_rules[id]

    why = explain(edition, answers, id)

    if why.verdict is POSSIBLE:
        assert all(q not in answers for q in why.missing)
        return
    assert set(why.because) <= answers.keys()
    kept = {q: answers[q] for q in why.because}
    assert rule.run(edition.know_choices(kept))[0] == why.verdict
    for size in range(len(kept)):
        for fewer in combinations(kept, size):
            part = {q: kept[q] for q in fewer}
            assert rule.run(edition.know_choices(part))[0] != why.verdict, (id, answers, why.because, fewer)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_answer_said_to_change_a_verdict_changes_it(edition: Edition, data: st.DataObject) -> None:
    answers = data.draw(draw_answers(edition))
    id = data.draw(st.sampled_from(sorted(edition.entitlements)))

    why = explain(edition, answers, id, switch=True)

    if why.switch is not None:
        question, choice, verdict = why.switch
        changed = edition.know_choices({**answers, question: (choice,)})
        assert Verdict(edition.entitlement_rules[id].run(changed)[0]) is verdict is not why.verdict


# ---- contacts ----


def test_under_occupation_no_ukrainian_number_is_offered(edition: Edition) -> None:
    """DOMAIN: calls from there are dangerous; only messengers and pages."""
    for place in ("occupied", "russia_belarus"):
        for contact in edition.contacts.values():
            assert list_phones(contact, place) == []
            if reaches(contact, place):
                assert not contact.emergency
                assert any(m.handle for m in contact.messengers)


def test_from_abroad_only_numbers_that_work_are_offered(edition: Edition) -> None:
    for contact in edition.contacts.values():
        phones = list_phones(contact, "abroad")
        assert all(p.startswith("+") and not p.startswith("+380800") for p in phones)
        if phones:
            assert reaches(contact, "abroad")


def test_contacts_with_a_number_and_of_the_region_come_first(edition: Edition) -> None:
    ordered = order_contacts(edition, edition.contacts.values(), "calm", "UA-63", NOW)

    with_number = [bool(list_phones(c, "calm")) for c in ordered]
    assert with_number == sorted(with_number, reverse=True)
    assert len(ordered) == len(edition.contacts)


@pytest.mark.parametrize("skipped", [UNKNOWN, WITHHELD])
def test_a_skipped_place_or_region_is_no_place(skipped: str) -> None:
    assert read_place({"place": (skipped,)}) == ""
    assert read_region({"region": (skipped,)}) is None
    assert read_place({"place": ("abroad",)}) == "abroad"
    assert read_region({"region": ("UA-63",)}) == "UA-63"
