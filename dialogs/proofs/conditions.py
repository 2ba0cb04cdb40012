"""Each condition by itself: it can hold, it can fail, and every question in it makes a difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from dialogs.checks.references import place_facts
from dialogs.findings import Path
from dialogs.proofs.bench import Bench
from dialogs.rules import All, Always, AnyOf, Condition, Fact, read_questions
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
            pair = _find_pair(bench, condition, True)
            near = _join_choices([condition.parts[at] for at in pair]) if isinstance(condition, All) else ""
            bench.pen(kind, id).error(
                (name,),
                "always_no",
                N_("the condition of `{id}` can never hold: its parts exclude each other (lines {lines})"),
                N_("Keep one of them. If either will do, write one line in place of the two: `- {near}`.")
                if near
                else N_("Keep one of them."),
                id=id or name,
                lines=_find_lines(bench, (kind, id, name), condition, pair),
                near=near,
            )
        elif not no:
            bench.pen(kind, id).error(
                (name,),
                "always_yes",
                N_("the condition of `{id}` holds whatever is answered (lines {lines})"),
                N_("If everybody is meant, write `{name}: always`; if not, take one of these parts out."),
                id=id or name,
                name=name,
                lines=_find_lines(bench, (kind, id, name), condition, _find_pair(bench, condition, False)),
            )
        else:
            _prove_parts(bench, (kind, id, name), condition, yes, no)


def _find_pair(bench: Bench, condition: Condition, goal: bool) -> tuple[int, ...]:
    """The two parts that by themselves let the condition never hold, or never fail; none when it takes more."""
    if isinstance(condition, All | AnyOf):
        for i, j in combinations(range(len(condition.parts)), 2):
            if not bench.logic.find(type(condition)((condition.parts[i], condition.parts[j])), goal):
                return i, j
    return ()


def _find_lines(
    bench: Bench, where: tuple[str, str, str], condition: Condition, pair: tuple[int, ...]
) -> str:
    """The lines of these parts, or of all."""
    kind, id, name = where
    pen = bench.pen(kind, id)
    word = "all" if isinstance(condition, All) else "any"
    paths: list[Path] = [(name, word, at) for at in pair]
    paths = paths or [path for _, path in place_facts(condition, (name,))]
    return ", ".join(map(str, sorted({pen.line(*path) for path in paths})))


def _join_choices(parts: list[Condition]) -> str:
    """Two facts about one question as one that either answer makes hold."""
    facts = [part for part in parts if isinstance(part, Fact)]
    if len(facts) != 2 or facts[0].question != facts[1].question:
        return ""
    choices = dict.fromkeys((*facts[0].choices, *facts[1].choices))
    return f"{{{facts[0].question}: [{', '.join(choices)}]}}"


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
