"""What must hold for everybody, over random people and, on the small base, over all of them."""

from __future__ import annotations

import random
import re
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.explain import explain
from bot.loading import build_engine
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.guidance import list_entitlements
from dialogs.press import Opened, Press
from dialogs.reply import Reply
from dialogs.screening import ask_next, ask_next_for
from dialogs.session import UNKNOWN, WITHHELD, Session
from tests.small import NOW, QUESTIONS, SMALL, TODAY, change, give, load_edition, write_entitlement
from tests.strategies import (
    Given,
    draw_answers,
    draw_value,
    drop_contradictions,
    find_contradictions,
    judge,
    list_all_answers,
    list_values,
)
from tests.test_conversations import read_cases


def verdicts(edition: Edition, answers: Given) -> dict[str, int]:
    known = edition.know_choices(answers)
    rules = {**edition.group_rules, **{f"e:{id}": rule for id, rule in edition.entitlement_rules.items()}}
    return {id: rule.run(known)[0] for id, rule in rules.items()}


# ---- what was worked out for somebody whose few facts were the same is what working it out gives ----


@pytest.mark.parametrize("seed", range(20))
def test_judging_by_facts_seen_before_gives_what_judging_anew_gives(edition: Edition, seed: int) -> None:
    """Answers are given, ticked one by one, changed and taken back, as in a call."""
    chance = random.Random(seed)
    said: Given = {}
    for _ in range(25):
        question = chance.choice(sorted(edition.questions))
        if question in said and chance.random() < 0.3:
            del said[question]
        elif value := chance.choice([*list_values(edition, question)[:40], ()]):
            ticks = [c for c in value if c not in (UNKNOWN, WITHHELD)]
            for count in range(1, len(ticks)):
                said = {**said, question: (*ticks[:count], UNKNOWN)}
                list_entitlements(edition, edition.know_choices(said), TODAY)
            said = {**said, question: value}
        known = edition.know_choices(said)

        listed = {item.id: item for item in list_entitlements(edition, known, TODAY)}
        for id, rule in edition.entitlement_rules.items():
            verdict, left = rule.run(known)
            pointers = rule.count_pointers(known) if verdict else 0
            assert (listed[id].verdict, listed[id].open) == (verdict, left.bit_count()), (id, said)
            assert listed[id].pointed == pointers, (id, said)
        for (id, rule), judged in zip(edition.group_rules.items(), edition.judge_groups(known), strict=True):
            pointed = bool(rule.count_pointers(known)) or rule.is_hinted(known)
            assert judged == (*rule.run(known), pointed), (id, said)


def test_the_order_of_a_list_does_not_depend_on_whose_list_came_before(edition: Edition) -> None:
    people = [invent_person(edition, random.Random(seed)) for seed in range(150)]
    fresh = []
    for person in people:
        edition.memo.clear()
        fresh.append(list_entitlements(edition, edition.work_out(person), TODAY))

    again = [list_entitlements(edition, edition.work_out(person), TODAY) for person in people * 2]

    assert again == fresh * 2


# ---- adaptive asking gives what asking everything gives ----


def invent_person(edition: Edition, chance: random.Random) -> Given:
    """Somebody who answers everything that may be asked of them, follow-ups where they apply."""
    person: Given = {}
    left = sorted(edition.questions.values(), key=lambda q: q.id in edition.list_follow_ups())
    order = [q.id for q in left if q.id not in edition.list_follow_ups()] + list(edition.list_follow_ups())
    for question in order:
        record = edition.questions[question]
        if record.applies is None or judge(record.applies, person, edition) == 2:
            person[question] = chance.choice(list_values(edition, question, finished=chance.random() < 0.9))
    known = edition.know_choices(person)
    for question in order:
        record, never = edition.questions[question], edition.never.get(question)
        closed = record.applies is not None and judge(record.applies, person, edition) != 2
        if closed or not record.asked or (never is not None and never(known)[0] == 2):
            person.pop(question, None)
    return person


@pytest.mark.parametrize("seed", range(40))
def test_what_an_answer_would_establish_is_what_it_establishes_once_given(
    edition: Edition, seed: int
) -> None:
    chance = random.Random(seed)
    person = invent_person(edition, chance)
    answers = {q: c for q, c in person.items() if chance.random() < 0.5}
    known = edition.know_choices(answers)
    still = edition.list_open(sum(1 << i for q, i in edition.index.items() if known.openers[i] >> i & 1))

    for question in still:
        for choice in edition.choices[question]:
            supposed = edition.suppose(known, answers, question, choice.id)
            assert supposed == edition.work_out({**answers, question: (choice.id,)}), (question, choice.id)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_the_screening_settles_the_groups_as_if_everything_had_been_asked(
    edition: Edition, seed: int
) -> None:
    person = invent_person(edition, random.Random(seed))
    person = {q: v for q, v in person.items() if edition.questions[q].screening}
    said: Given = {}

    while (question := ask_next(edition, edition.know_choices(said))) is not None:
        said[question] = person.get(question, (WITHHELD,))

    everything, adaptive = verdicts(edition, person), verdicts(edition, said)
    assert {g: adaptive[g] for g in edition.groups} == {g: everything[g] for g in edition.groups}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_the_questions_of_an_entitlement_settle_it_as_if_everything_had_been_asked(
    edition: Edition, seed: int
) -> None:
    chance = random.Random(seed)
    person, id = invent_person(edition, chance), chance.choice(sorted(edition.entitlements))
    said: Given = {}

    while (question := ask_next_for(edition, edition.know_choices(said), said, [id])) is not None:
        said[question] = person.get(question, (WITHHELD,))

    assert verdicts(edition, said)[f"e:{id}"] == verdicts(edition, person)[f"e:{id}"]


def test_on_the_small_base_adaptive_asking_is_right_for_everybody(small: Edition) -> None:
    names = ["for_whom", "situation", "health", "personal", "paper", "income"]
    people = 0

    for answers in list_all_answers(small, names[1:]):
        if find_contradictions(answers, small) or not {"situation", "personal", "income"} <= answers.keys():
            continue
        person: Given = {"for_whom": ("self",), **answers}
        if any((q in person) is not q_applies(small, q, person) for q in ("health", "paper")):
            continue
        people += 1
        for id in small.entitlements:
            said: Given = {}
            while (question := ask_next_for(small, small.know_choices(said), said, [id])) is not None:
                said[question] = person[question]
            assert verdicts(small, said)[f"e:{id}"] == verdicts(small, person)[f"e:{id}"], (id, person)

    assert people > 500


def q_applies(edition: Edition, question: str, answers: Given) -> bool:
    applies = edition.questions[question].applies
    return applies is not None and judge(applies, answers, edition) == 2


# ---- more answers, other orders, skipped answers ----


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_an_added_answer_never_moves_a_yes_or_a_no(edition: Edition, data: st.DataObject) -> None:
    """DESIGN 4a.3: for answers without contradiction."""
    answers = drop_contradictions(edition, data.draw(draw_answers(edition)))
    question = data.draw(st.sampled_from([q for q in edition.questions if q not in answers]))
    more = {**answers, question: data.draw(draw_value(edition, question))}

    if find_contradictions(more, edition):
        return
    before, after = verdicts(edition, answers), verdicts(edition, more)
    assert {id: after[id] for id, v in before.items() if v != 1} == {
        id: v for id, v in before.items() if v != 1
    }


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_finishing_a_tick_never_moves_a_yes_or_a_no(edition: Edition, data: st.DataObject) -> None:
    many = [q.id for q in edition.questions.values() if q.kind == "many"]
    answers = drop_contradictions(edition, data.draw(draw_answers(edition, many)))
    unfinished = {q: (*(c for c in v if c != UNKNOWN), UNKNOWN) for q, v in answers.items() if v[0] != "none"}
    begun = {**answers, **unfinished}

    if find_contradictions(begun, edition) or find_contradictions(answers, edition):
        return
    before, after = verdicts(edition, begun), verdicts(edition, answers)
    assert {id: after[id] for id, v in before.items() if v != 1} == {
        id: v for id, v in before.items() if v != 1
    }


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_skipping_a_question_changes_no_verdict(edition: Edition, data: st.DataObject) -> None:
    """Unknown and withheld never turn anything into no."""
    answers = data.draw(draw_answers(edition))
    question = data.draw(st.sampled_from([q for q in edition.questions if q not in answers]))

    for word in (UNKNOWN, WITHHELD):
        assert verdicts(edition, {**answers, question: (word,)}) == verdicts(edition, answers)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_somebody_who_skips_everything_is_refused_nothing(edition: Edition, data: st.DataObject) -> None:
    words = st.sampled_from([(UNKNOWN,), (WITHHELD,)])
    answers = {q: data.draw(words) for q in edition.questions}

    assert 0 not in verdicts(edition, answers).values()


def press_all(edition: Edition, question: str, values: tuple[str, ...]) -> list[Press]:
    """The buttons that give this answer."""
    if values in ((UNKNOWN,), (WITHHELD,)):
        return [Press("unknown" if values == (UNKNOWN,) else "withheld", question)]
    if edition.questions[question].kind != "many" or values == ("none",):
        return [Press("answer", question, values[0])]
    ticks = [Press("tick", question, c) for c in values if c != UNKNOWN]
    return ticks if UNKNOWN in values else [*ticks, Press("done", question)]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_order_of_answers_does_not_matter(small_engine: Engine, data: st.DataObject) -> None:
    edition = small_engine.edition
    answers = data.draw(draw_answers(edition, ["situation", "health", "personal", "paper", "income"]))
    answers = {
        q: tuple(sorted(v, key=[*edition.bits[q], UNKNOWN, WITHHELD].index)) for q, v in answers.items()
    }
    expected = explain(edition, {q: list(v) for q, v in answers.items()}, NOW)

    for order in list(permutations(answers))[:24]:
        session = Session()
        for question in order:
            for press in press_all(edition, question, answers[question]):
                session = small_engine.turn(session, press, NOW).session
        said = {q: list(a.choices) for q, a in session.here.items()}
        assert explain(edition, said, NOW) == expected


# ---- a session in another edition ----

Files = dict[str, str]
EDITS: list[tuple[str, Files]] = [
    ("a choice is gone", change("questions.yaml", "  - {id: lost, label: {uk: Загублена, en: It is lost}}\n", "")),
    ("a choice is new", change("questions.yaml", "  - {id: lost,", "  - {id: torn, label: {uk: Порвана, en: Torn}}\n  - {id: lost,")),
    ("a question is gone", {
        **change("questions.yaml", QUESTIONS[QUESTIONS.index("- id: income"):], ""),
        "entitlements/money/allowance.yaml": write_entitlement("allowance", "{paper: [has]}", "moved"),
        "entitlements/money/loan.yaml": write_entitlement("loan", "{health: [disability]}", "moved, ill"),
    }),
    ("a question is now one of one", change("questions.yaml", "- id: situation\n  kind: many", "- id: situation\n  kind: one")),
    ("a question is now of many", change("questions.yaml", "- id: income\n  kind: one", "- id: income\n  kind: many")),
    ("a question is now sensitive", change("questions.yaml", "- id: income\n  kind: one", "- id: income\n  kind: one\n  sensitive: true\n  cover: {uk: Показати?, en: Show?}")),
    ("a follow-up applies to others", change("questions.yaml", "applies: {situation: [moved]}", "applies: {situation: [health]}")),
    ("an answer keeps for a day", change("questions.yaml", "{id: has, label: {uk: Є, en: I have it}}", "{id: has, label: {uk: Є, en: I have it}, keeps: 1}")),
    ("an entitlement is gone", {k: v for k, v in SMALL.items() if not k.endswith("loan.yaml")}),
    ("a rule is another", change("entitlements/money/advice.yaml", "{situation: [moved]}", "{situation: [health]}")),
]  # fmt: skip


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> list[Engine]:
    return [build_engine(load_edition(tmp_path_factory.mktemp("edited"), files)) for _, files in EDITS]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_session_survives_any_change_of_content(
    small_engine: Engine, edited: list[Engine], data: st.DataObject
) -> None:
    """DESIGN 2.3 and 4a.10: never an error, and an answer that is still valid still counts."""
    answers = data.draw(draw_answers(small_engine.edition))
    states = sorted(small_engine.tools.mover.states)
    args = ["", "loan", "e:loan", "t:money", "money-2", "income", "?lost", "asking.income~"]
    session = Session(
        state=data.draw(st.sampled_from(states)),
        arg=data.draw(st.sampled_from(args)),
        language="en",
        edition=small_engine.edition.id,
        answers={"self": give(answers)},  # type: ignore[arg-type]
        seen=NOW,
    )
    engine = data.draw(st.sampled_from(edited))

    assert engine.show(session, NOW).blocks
    opened = engine.turn(session, Opened(), NOW)
    seen = engine.turn(opened.session, Press("go", "results"), NOW)

    assert seen.session.state in engine.tools.mover.states
    if session.state != "erased":
        assert seen.session.here == session.here
        valid = engine.edition.filter_answers(seen.session.here, TODAY)
        for question, choices in answers.items():
            bits = engine.edition.bits.get(question, {})
            expected = tuple(c for c in choices if c in bits or c in (UNKNOWN, WITHHELD)) if bits else ()
            assert valid.get(question, ()) == expected
    back = small_engine.turn(seen.session, Press("go", "results"), NOW)
    assert session.state == "erased" or back.session.here == session.here


# ---- explain says what is shown ----

COUNT = re.compile(r"\((\d+)\)$")


def read_shown(engine: Engine, session: Session) -> tuple[set[str], set[str]]:
    """The entitlements and groups that a person finds by pressing the buttons of the results."""
    results = engine.turn(session, Press("go", "results"), NOW)
    shown = {c.press.value for c in results.reply.choices if c.press.name == "entitlement"}
    for choice in results.reply.choices:
        counted = COUNT.search(choice.label)
        if choice.press.name == "topic" and counted:
            shown |= set(read_topic(engine, results.session, choice.press)[: int(counted[1])])
    groups = engine.turn(session, Press("go", "groups"), NOW).reply
    return shown, {c.press.value for c in groups.choices if c.press.name == "group"}


def read_topic(engine: Engine, session: Session, press: Press) -> list[str]:
    """The records of a topic, over all its pages, in the order shown."""
    found: list[str] = []
    page: Press | None = press
    while page is not None:
        turn = engine.turn(session, page, NOW)
        session, reply = turn.session, turn.reply
        found += [c.press.value for c in reply.choices if c.press.name == "entitlement"]
        page = find_next(reply)
    return found


def find_next(reply: Reply) -> Press | None:
    return next((c.press for c in reply.choices if c.press.name == "topic" and c.label.endswith("→")), None)


@pytest.mark.parametrize("case", read_cases()[::3])
def test_explain_equals_what_the_dialogue_shows(engine: Engine, case: dict[str, Any]) -> None:
    """The same answers given by buttons, and read back from the replies."""
    edition = engine.edition
    answers = {q: tuple(v) if isinstance(v, list) else (v,) for q, v in case["answers"].items()}
    session = Session(language="en")
    for question in sorted(answers, key=lambda q: q != edition.subject_question):
        for press in press_all(edition, question, answers[question]):
            session = engine.turn(session, press, NOW).session

    shown, groups = read_shown(engine, session)

    result = explain(edition, case["answers"], NOW)
    assert shown == {row["id"] for row in result["entitlements"] if row["shown"]}
    sure = {row["id"] for row in result["groups"] if row["verdict"] == "yes"}
    open_ = {row["id"] for row in result["groups"] if row["verdict"] == "possible"}
    assert sure <= groups <= sure | open_
    assert result["next_question"] == ask_next(edition, edition.know(session.here, TODAY))
