"""Questions and their choices."""

from __future__ import annotations

from dialogs.base import Base
from dialogs.checks.references import check_condition, check_short, find_repeated, pen_for
from dialogs.findings import Findings, Pen
from dialogs.records import CHOICE_LABEL, QUESTION_AND_CHOICE, Question
from dialogs.rules import Condition, read_questions
from dialogs.words import N_

LEAST_CHOICES, MOST_CHOICES = 2, 8


def check_questions(base: Base, findings: Findings, whole: bool) -> None:
    _check_kinds(base, findings)
    read = _list_read(base)
    for question in base.questions:
        pen = pen_for(base, findings, "questions", question.id)
        _check_count(question, pen)
        _check_choices(question, pen)
        if question.covered and question.cover is None:
            pen.error(
                ("id",),
                "no_cover",
                N_("`{id}` is a personal question and has no `cover`"),
                N_(
                    "Add the line `cover: {{uk: …, en: …}}`: a neutral sentence that is shown before the question itself."
                ),
                id=question.id,
            )
        if whole and question.id not in read and not question.subject:
            pen.warn(
                ("id",),
                "unread_question",
                N_("no condition reads the answer to `{id}`, so it is never asked"),
                N_("Name it in the `when` of a group or an entitlement, or delete the question."),
                id=question.id,
            )
        for name in ("applies", "never_when"):
            condition = getattr(question, name)
            check_condition(base, pen, (name,), condition)
            if condition is not None and question.id in read_questions(condition):
                pen.error(
                    (name,),
                    "circle",
                    N_("`{id}` depends on its own answer"),
                    N_("Take the condition about this question out of its line `{name}`."),
                    id=question.id,
                    name=name,
                )
    _check_circles(base, findings)
    check_condition(
        base, pen_for(base, findings, "screening", ""), ("results_first",), base.screening.results_first
    )


def _list_read(base: Base) -> set[str]:
    conditions: list[Condition | None] = [base.screening.results_first]
    conditions += [g.when for g in base.groups]
    conditions += [c for e in base.entitlements for c in (e.when, e.asked_by)]
    conditions += [c for q in base.questions for c in (q.applies, q.never_when)]
    read = {name for c in conditions if c is not None for name in read_questions(c)}
    return read | {q.id for q in base.questions if q.kind == "region"}


def _check_kinds(base: Base, findings: Findings) -> None:
    """At most one question about the region, and one about whom we talk."""
    regional = [q for q in base.questions if q.kind == "region"]
    subjects = [q for q in base.questions if q.subject]
    for questions, what in (
        (regional, N_("two questions are about the region (lines {lines})")),
        (subjects, N_("two questions have `subject` (lines {lines})")),
    ):
        for extra in questions[1:]:
            pen = pen_for(base, findings, "questions", extra.id)
            first = pen_for(base, findings, "questions", questions[0].id)
            lines = f"{first.line('id')}, {pen.line('id')}"
            pen.error(
                ("id",), "second_of_kind", what, N_("Keep one of the two and delete the other."), lines=lines
            )


def _check_count(question: Question, pen: Pen) -> None:
    if question.kind == "region":
        if question.choices:
            pen.error(
                ("choices",),
                "region_choices",
                N_("a question about the region takes its choices from regions.yaml"),
                N_("Delete `choices`."),
            )
    elif not LEAST_CHOICES <= len(question.choices) <= MOST_CHOICES:
        pen.error(
            ("choices",),
            "choice_count",
            N_("`{id}` has the wrong number of choices: {count}, allowed are {least} to {most}"),
            N_("Add the missing ones.")
            if len(question.choices) < LEAST_CHOICES
            else N_("Join some of them, or make a second question of them."),
            id=question.id,
            count=len(question.choices),
            least=LEAST_CHOICES,
            most=MOST_CHOICES,
        )


def _check_choices(question: Question, pen: Pen) -> None:
    labels = find_repeated(text for c in question.choices for text in set(c.label.values()))
    for i, choice in enumerate(question.choices):
        at = ("choices", i)
        twins = [j for j, other in enumerate(question.choices[:i]) if other.id == choice.id]
        if twins:
            pen.error(
                (*at, "id"),
                "duplicate_choice",
                N_("the choice `{id}` stands twice (lines {lines})"),
                N_("Keep one of the two, as the last in the list.")
                if choice.id == "none"
                else N_("If they mean the same, delete one; if not, give the newer one another id."),
                id=choice.id,
                lines=f"{pen.line('choices', twins[0], 'id')}, {pen.line(*at, 'id')}",
            )
        if choice.id in ("unknown", "withheld"):
            pen.error(
                (*at, "id"),
                "reserved_choice",
                N_("the id `{id}` is taken: the answer “I do not know” is added by itself")
                if choice.id == "unknown"
                else N_("the id `{id}` is taken: the answer “I would rather not say” is added by itself"),
                N_("If this choice means just that, delete it; if something else, give it another id."),
                id=choice.id,
            )
        if len(question.id) + len(choice.id) > QUESTION_AND_CHOICE:
            pen.error(
                (*at, "id"),
                "id_too_long",
                N_("the ids `{question}` and `{choice}` together have over {most} characters"),
                N_("Give the newer of the two a shorter id."),
                question=question.id,
                choice=choice.id,
                most=QUESTION_AND_CHOICE,
            )
        check_short(pen, (*at, "label"), choice.label, CHOICE_LABEL)
        for language, label in choice.label.items():
            if label in labels and label in [c.label.get(language) for c in question.choices[:i]]:
                pen.error(
                    (*at, "label", language),
                    "duplicate_label",
                    N_("two buttons of `{question}` say “{label}”"),
                    N_("Word one of them so that they can be told apart."),
                    question=question.id,
                    label=label,
                )
        if choice.id == "none":
            _check_none(question, pen, i)


def _check_none(question: Question, pen: Pen, i: int) -> None:
    if question.sensitive:
        pen.error(
            ("choices", i, "id"),
            "none_on_personal",
            N_("the personal question `{question}` has a choice `none`"),
            N_("Delete it: not wanting to answer is no denial, and the person can skip."),
            question=question.id,
        )
    elif (
        question.kind == "many"
        and all(c.id != "none" for c in question.choices[i + 1 :])
        and (i != len(question.choices) - 1)
    ):
        pen.error(
            ("choices", i, "id"),
            "none_not_last",
            N_("`none` is not the last choice"),
            N_("Move it to the end of the list."),
        )


def _check_circles(base: Base, findings: Findings) -> None:
    needs = {q.id: read_questions(q.applies) for q in base.questions if q.applies is not None}
    told: set[frozenset[str]] = set()
    for start in needs:
        seen: set[str] = set()
        todo: list[tuple[str, tuple[str, ...]]] = [(start, (start,))]
        while todo:
            here, way = todo.pop()
            for other in sorted(needs.get(here, ())):
                if other == start and len(way) > 1 and start not in seen:
                    seen.add(start)
                    if frozenset(way) in told:
                        continue
                    told.add(frozenset(way))
                    pen_for(base, findings, "questions", start).error(
                        ("applies",),
                        "circle",
                        N_("questions wait for each other: {way}"),
                        N_("Delete the line `applies` in one of them: in the one that is asked first."),
                        way=" → ".join((*way, start)),
                    )
                elif other not in seen:
                    seen.add(other)
                    todo.append((other, (*way, other)))
