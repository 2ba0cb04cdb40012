"""Each condition by itself: it can hold, it can fail, and every question in it makes a difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from dialogs.checks.references import place_facts
from dialogs.proofs.bench import Bench
from dialogs.rules import All, Always, AnyOf, Condition, read_questions
from dialogs.ways import Way
from dialogs.words import N_

_PAIRS = 200_000


def list_conditions(bench: Bench) -> Iterator[tuple[str, str, str, Condition | None]]:
    """Every condition of a base: its list, record and field."""
    for group in bench.edition.groups.values():
        yield "groups", group.id, "when", group.when
    for record in bench.edition.entitlements.values():
        yield "entitlements", record.id, "when", record.when
        yield "entitlements", record.id, "asked_by", record.asked_by
    for question in bench.edition.questions.values():
        yield "questions", question.id, "applies", question.applies
        yield "questions", question.id, "never_when", question.never_when
    yield "screening", "", "results_first", bench.base.screening.results_first


def prove_conditions(bench: Bench) -> None:
    for kind, id, name, condition in list_conditions(bench):
        if condition is None or isinstance(condition, Always):
            continue
        yes, no = bench.logic.find(condition, True), bench.logic.find(condition, False)
        if bench.logic.capped:
            bench.logic.capped = False
            bench.say_not_proven(kind, id, (name,))
        elif not yes:
            bench.pen(kind, id).error(
                (name,),
                "always_no",
                N_("the condition of `{id}` can never hold: its parts exclude each other (lines {lines})"),
                N_("Keep one of them, or write `any` for `all` if one is enough."),
                id=id or name,
                lines=_find_lines(bench, (kind, id, name), condition, True),
            )
        elif not no:
            bench.pen(kind, id).error(
                (name,),
                "always_yes",
                N_("the condition of `{id}` holds whatever is answered (lines {lines})"),
                N_("If everybody is meant, write `{name}: always`; if not, take one of these parts out."),
                id=id or name,
                name=name,
                lines=_find_lines(bench, (kind, id, name), condition, False),
            )
        else:
            _prove_parts(bench, (kind, id, name), condition, yes, no)


def _find_lines(bench: Bench, where: tuple[str, str, str], condition: Condition, goal: bool) -> str:
    """The lines of two parts that by themselves let the condition never hold, or never fail; or of all."""
    kind, id, name = where
    pen = bench.pen(kind, id)
    paths = [path for _, path in place_facts(condition, (name,))]
    if isinstance(condition, All | AnyOf):
        word = "all" if isinstance(condition, All) else "any"
        for i, j in combinations(range(len(condition.parts)), 2):
            pair = (condition.parts[i], condition.parts[j])
            if not bench.logic.find(type(condition)(pair), goal):
                paths = [(name, word, i), (name, word, j)]
                break
    return ", ".join(map(str, sorted({pen.line(*path) for path in paths})))


def _prove_parts(
    bench: Bench, where: tuple[str, str, str], condition: Condition, yes: list[Way], no: list[Way]
) -> None:
    """A question can change the verdict if a way to yes and a way to no clash on it and on nothing else."""
    kind, id, name = where
    idle = set(read_questions(condition))
    pairs = 0
    for a in yes:
        for b in no:
            clashes = bench.logic.list_clashes(a, b)
            if len(clashes) == 1:
                idle.discard(clashes[0])
        pairs += len(no)
        if not idle or pairs > _PAIRS:
            break
    if idle and pairs > _PAIRS:
        bench.say_not_proven(kind, id, (name,))
        return
    for fact, path in place_facts(condition, (name,)):
        if fact.question not in idle:
            bench.matters[fact.question].add(where)
        elif len(fact.choices) == len(bench.edition.bits[fact.question]):
            # It is asked, and any answer makes the possible a yes or a no; but always the same.
            bench.matters[fact.question].add(where)
            bench.pen(kind, id).warn(
                path,
                "all_choices",
                N_("every choice of `{question}` is listed, so whatever is answered leads to the same"),
                N_("Write what opens this question instead, or leave a choice out."),
                question=fact.question,
            )
        else:
            origin, top = bench.base.find(kind, id)
            bench.findings.add(
                origin,
                (*top, *path, "[key]"),
                "note",
                "idle_part",
                N_("`{question}` can never change the verdict of `{id}`; it only makes the record stand out"),
                N_("Take it out, unless that is what it is there for."),
                question=fact.question,
                id=id or name,
            )
