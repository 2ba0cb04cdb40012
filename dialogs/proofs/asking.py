"""Questions and the screening: each question is asked of somebody, once, and not too many of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dialogs.proofs.bench import Bench, say_answers
from dialogs.proofs.paths import search_paths
from dialogs.ways import Given, Way
from dialogs.words import N_

MOST_SCREENS = 8
_TRIES = 40


def prove_screening(bench: Bench, budget: int) -> None:
    """No path is longer than `MOST_SCREENS`, and none asks anything twice."""
    paths = bench.proof.paths = search_paths(bench.edition, budget)
    bench.proof.asked.update(paths.asked)
    if not paths.proven:
        bench.say_not_proven("screening", "", ())
    if paths.worst > MOST_SCREENS:
        bench.pen("questions", list(paths.longest)[-1]).error(
            ("screening",),
            "too_many_screens",
            N_("the screening takes {count} screens, {most} at most: {answers}"),
            N_("Take a question out of the screening, or join two."),
            count=paths.worst,
            most=MOST_SCREENS,
            answers=say_answers(paths.longest),
        )
    for question, answers in paths.twice.items():
        _tell_twice(bench, question, say_answers(answers))
    texts: dict[tuple[str, str], str] = {}
    for question, record in bench.edition.questions.items():
        for language, text in record.ask.items():
            first = texts.setdefault((language, " ".join(text.casefold().split())), question)
            if first != question:
                _tell_twice(bench, question, first)


def _tell_twice(bench: Bench, question: str, before: str) -> None:
    bench.pen("questions", question).error(
        ("ask",),
        "asked_twice",
        N_("`{id}` asks what was answered before: {before}"),
        N_("Keep one question, and let every condition read it."),
        id=question,
        before=before,
    )


def prove_questions(bench: Bench) -> None:
    """Every question is asked of somebody, and some answer to it changes something.

    Two need no rule: the subject sets the wording and the risks, the region chooses contacts.
    `asked: false` is the administrator's word that a question is there to be left open.
    """
    exempt = (bench.edition.subject_question, bench.edition.region_question)
    for question in bench.edition.questions.values():
        if question.id in exempt or not question.asked:
            continue
        if not _can_matter(bench, question.id, frozenset()):
            bench.pen("questions", question.id).error(
                ("id",),
                "unread_question",
                N_("no answer to `{id}` can change anything"),
                N_("Let a condition read it, or delete it."),
                id=question.id,
            )
        elif not _find_asking(bench, question.id):
            bench.pen("questions", question.id).error(
                ("id",),
                "never_asked",
                N_("`{id}` is never asked of anybody"),
                N_("Look at its `applies`, `never_when` and `screening`, and at what reads it."),
                id=question.id,
            )


def _can_matter(bench: Bench, question: str, above: frozenset[str]) -> bool:
    """A question matters for a verdict, or for whether a question that matters is asked."""
    return any(
        kind != "questions" or (id not in above and _can_matter(bench, id, above | {question}))
        for kind, id, _ in bench.matters[question]
    )


def _find_asking(bench: Bench, question: str) -> bool:
    """A path of the screening to the question, or answers after which an entitlement asks it."""
    if question in bench.proof.asked:
        return True
    bit = 1 << bench.edition.index[question]
    for rule in bench.edition.entitlement_rules.values():
        if rule.condition is None or question not in bench.list_needed(rule.condition):
            continue
        for want in (True, False):
            found = [way for way in bench.logic.find(rule.condition, want) if question in way]
            for answers in islice(_list_before(bench, question, found), _TRIES):
                verdict, left = rule.run(bench.edition.know_choices(answers))
                if verdict == 1 and left & bit:
                    bench.proof.asked[question] = answers
                    return True
    return False


def _list_before(bench: Bench, question: str, found: list[Way]) -> Iterator[Given]:
    """The answers of a way, without the one to this question."""
    for way in found:
        for grounded in bench.logic.ground(way):
            answers = bench.logic.answer(grounded)
            answers.pop(question, None)
            if bench.can_be_given(answers):
                yield answers
