"""Whose results change between two editions: every pair of verdicts that some answers come to.

The pairs are worked out for all answers at once (question by question, equal remainders only once), so
nothing depends on chance, and the shortest example of each is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dialogs.compiling import Known, Rule
from dialogs.edition import Edition
from dialogs.firmness import judge_contact, judge_entitlement
from dialogs.records import Contact, Entitlement, Record
from dialogs.residue import Given, Picker, Residue, build_residue, list_asked, settle
from dialogs.rules import Verdict

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Move:
    """Answers that come to `old` in the one edition and to `new` in the other; None: no such record."""

    old: Verdict | None
    new: Verdict | None
    example: Given


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes about one record."""

    kind: str
    id: str
    moves: tuple[Move, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    marks: tuple[str, str] | None = None


@dataclass(slots=True)
class Effects:
    old: str
    new: str
    records: list[Effect] = field(default_factory=list)
    questions_added: list[str] = field(default_factory=list)
    questions_gone: list[str] = field(default_factory=list)


_KINDS = ("topics", "questions", "groups", "entitlements", "contacts", "regions", "acts", "about")


def compare(old: Edition, new: Edition, today: date) -> Effects:
    """Everything about `new` that a person could notice, compared with `old`."""
    found = Effects(old.id, new.id)
    read_before, read_after = _list_read(old), _list_read(new)
    found.questions_added = [q for q in new.questions if q in read_after and q not in read_before]
    found.questions_gone = [q for q in old.questions if q in read_before and q not in read_after]
    for kind in _KINDS:
        before = {r.id: r for r in getattr(old.base, kind)}
        after = {r.id: r for r in getattr(new.base, kind)}
        for id in [*after, *(id for id in before if id not in after)]:
            effect = _compare_record(old, new, kind, id, before.get(id), after.get(id), today)
            if effect is not None:
                found.records.append(effect)
    return found


def _list_read(edition: Edition) -> set[str]:
    read = {edition.subject_question, edition.region_question}
    for rules in (edition.group_rules, edition.entitlement_rules, edition.asked_rules):
        for rule in rules.values():
            read |= {q for q, _ in list_asked(build_residue(edition, rule.condition))}
    return read


def _compare_record(
    old: Edition,
    new: Edition,
    kind: str,
    id: str,
    before: Record | None,
    after: Record | None,
    today: date,
) -> Effect | None:
    moves: tuple[Move, ...] = ()
    if kind in ("groups", "entitlements"):
        moves = tuple(find_moves(old, new, kind, id))
    changes = tuple(_compare_fields(before, after)) if before is not None and after is not None else ()
    marks = _compare_marks(before, after, today)
    if before is not None and after is not None and not moves and not changes and marks is None:
        return None
    return Effect(kind, id, moves, changes, marks)


def _compare_marks(before: Record | None, after: Record | None, today: date) -> tuple[str, str] | None:
    if isinstance(before, Entitlement) and isinstance(after, Entitlement):
        one, two = judge_entitlement(before, today).mark, judge_entitlement(after, today).mark
    elif isinstance(before, Contact) and isinstance(after, Contact):
        one, two = judge_contact(before, today).mark, judge_contact(after, today).mark
    else:
        return None
    return (one, two) if one != two else None


def _compare_fields(before: Record, after: Record) -> Iterator[FieldChange]:
    for name in type(after).model_fields:
        one, two = getattr(before, name), getattr(after, name)
        if one != two and name != "when":
            yield FieldChange(name, one, two)


def find_moves(old: Edition, new: Edition, kind: str, id: str) -> list[Move]:
    """Each pair of different verdicts that some answers come to, with a shortest example."""
    rules = [(e.group_rules if kind == "groups" else e.entitlement_rules).get(id) for e in (old, new)]
    one, two = rules
    if one is None and two is None:
        return []
    before = build_residue(old, one.condition) if one else None
    after = build_residue(new, two.condition) if two else None
    asked = {q for residue in (before, after) if residue is not None for q, _ in list_asked(residue)}
    if before == after and all(_is_same_question(old, new, q) for q in asked):
        return []
    pairs = _Search(old, new).run(before if before is not None else -1, after if after is not None else -1)
    return [
        Move(_name(pair[0]), _name(pair[1]), _open_gates(old, new, example, rules, pair))
        for pair, example in sorted(pairs.items(), key=lambda row: (-abs(row[0][0] - row[0][1]), row[0]))
        if pair[0] != pair[1]
    ]


def _name(verdict: int) -> Verdict | None:
    return None if verdict < 0 else Verdict(verdict)


def _is_same_question(old: Edition, new: Edition, q: str) -> bool:
    one, two = old.questions.get(q), new.questions.get(q)
    if one is None or two is None:
        return False
    return (one.kind, one.sensitive, list(old.bits[q])) == (two.kind, two.sensitive, list(new.bits[q]))


class _Search:
    """Pairs of verdicts reachable from a pair of remainders; -1 stands for a record that is not there."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.old, self.new = old, new
        self._picker = Picker(old, new)
        self._seen: dict[tuple[Residue, Residue], dict[Pair, Given]] = {}
        self._answers: dict[str, list[frozenset[str] | None]] = {}

    def run(self, before: Residue, after: Residue) -> dict[Pair, Given]:
        facts = {*list_asked(before), *list_asked(after)}
        for question in {q for q, _ in facts}:
            self._answers[question] = self._picker.list_answers(question, facts)
        return self._find(before, after)

    def _find(self, before: Residue, after: Residue) -> dict[Pair, Given]:
        if isinstance(before, int) and isinstance(after, int):
            return {(before, after): ()}
        key = (before, after)
        found = self._seen.get(key)
        if found is not None:
            return found
        best: dict[Pair, Given] = {}
        question = self._pick_question(before, after)
        for ticks in self._answers[question]:
            rest = self._find(
                settle(before, question, ticks, self.old), settle(after, question, ticks, self.new)
            )
            for pair, given in rest.items():
                mine = given if ticks is None else ((question, ticks), *given)
                if pair not in best or _weigh(mine) < _weigh(best[pair]):
                    best[pair] = mine
        self._seen[key] = best
        return best

    def _pick_question(self, before: Residue, after: Residue) -> str:
        names = {q for residue in (before, after) for q, _ in list_asked(residue)}
        index = self.new.index | {q: i for q, i in self.old.index.items() if q not in self.new.index}
        return min(names, key=lambda q: (index.get(q, 0), q))


def _weigh(given: Given) -> tuple[int, int, list[tuple[str, list[str]]]]:
    rows = [(q, sorted(ticks or ())) for q, ticks in given]
    return (len(rows), sum(len(ticks) for _, ticks in rows), rows)


def _open_gates(
    old: Edition, new: Edition, example: Given, rules: Sequence[Rule | None], pair: Pair
) -> Given:
    """The example with the answers that open its questions, so that a person could really give it."""
    answers = {q: ticks for q, ticks in example if ticks is not None}
    for edition in (new, old):
        for _ in range(len(edition.applies)):
            closed = [
                q
                for q in answers
                if q in edition.applies and edition.applies[q](_know(edition, answers))[0] != 2
            ]
            opener = next((o for q in closed if (o := _find_opener(edition, q, answers))), None)
            if opener is None:
                break
            question, choice = opener
            answers[question] = frozenset({choice}) | answers.get(question, frozenset())
    done = tuple(sorted(answers.items(), key=lambda row: new.index.get(row[0], old.index.get(row[0], 0))))
    return done if judge_pair(old, new, rules, answers) == pair else example


def _find_opener(
    edition: Edition, question: str, answers: Mapping[str, frozenset[str]]
) -> tuple[str, str] | None:
    """One answer, not given yet, that makes the question apply."""
    for name, choices in list_asked(build_residue(edition, edition.questions[question].applies)):
        if name in answers and edition.questions[name].kind != "many":
            continue
        for choice in sorted(choices):
            wider = {**answers, name: answers.get(name, frozenset()) | {choice}}
            if edition.applies[question](_know(edition, wider))[0] == 2:
                return name, choice
    for name, choices in list_asked(build_residue(edition, edition.questions[question].applies)):
        if name not in answers:
            return name, sorted(choices)[0]
    return None


def _know(edition: Edition, answers: Mapping[str, frozenset[str]]) -> Known:
    valid = {
        q: kept
        for q, ticks in answers.items()
        if q in edition.bits
        and (kept := tuple(t for t in sorted(ticks) if t in edition.bits[q] or t == "unknown"))
    }
    return edition.know_choices(valid)


def judge_pair(
    old: Edition, new: Edition, rules: Sequence[Rule | None], answers: Mapping[str, frozenset[str]]
) -> Pair:
    """The verdicts of both rules for these answers, -1 where there is no rule."""
    found = []
    for edition, rule in zip((old, new), rules, strict=True):
        found.append(-1 if rule is None else rule.run(_know(edition, answers))[0])
    return found[0], found[1]


__all__ = ["Effect", "Effects", "Move", "compare", "find_moves", "judge_pair"]
