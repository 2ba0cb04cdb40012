"""What the proofs share: ways, witnesses, and a pen for what fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.findings import Findings, Path, Pen
from dialogs.guidance import Listed, list_entitlements
from dialogs.proofs.paths import Paths
from dialogs.rules import Condition, read_questions
from dialogs.ways import Given, Way, Ways
from dialogs.words import N_


@dataclass(slots=True)
class Proof:
    """What was proven, for `check --json` and for whoever wants to know a base.

    Attributes:
        witnesses: For (list, id) the fewest answers that make a group or entitlement a yes.
        stays_possible: Entitlements that no answer makes a yes, by design: a part of them is never
            asked, or hangs on something sensitive not being ticked, which is never taken for a no.
        settles: For each question the entitlements whose verdict it can change.
        alone: Of these, the entitlements that it can decide by itself.
        asked: For each question answers after which it is asked.
        not_proven: Where a budget ended before the proof did.
    """

    paths: Paths = field(default_factory=Paths)
    witnesses: dict[tuple[str, str], Given] = field(default_factory=dict)
    stays_possible: list[str] = field(default_factory=list)
    settles: dict[str, list[str]] = field(default_factory=dict)
    alone: dict[str, list[str]] = field(default_factory=dict)
    asked: dict[str, Given] = field(default_factory=dict)
    not_proven: list[str] = field(default_factory=list)


class Bench:
    """One base under proof.

    `logic` takes every answer as complete; in `lived` the unticked choices of a sensitive question
    stay open, as they do in a dialogue. `matters` names, for each question, the conditions
    (list, id, field) whose verdict it can change, and `shown` the entitlements that some answers
    were seen to show as a yes.
    """

    def __init__(self, base: Base, edition: Edition, findings: Findings, today: date) -> None:
        self.base = base
        self.edition = edition
        self.findings = findings
        self.today = today
        self.proof = Proof()
        self.logic = Ways(edition)
        self.lived = Ways(edition, partial=True)
        self.shown: set[str] = set()
        self.matters: dict[str, set[tuple[str, str, str]]] = {q: set() for q in edition.questions}

    def pen(self, kind: str, id: str) -> Pen:
        return Pen(self.findings, *self.base.find(kind, id))

    def say_not_proven(self, kind: str, id: str, path: Path) -> None:
        self.proof.not_proven.append(id or kind)
        origin, top = self.base.find(kind, id)
        self.findings.add(
            origin,
            (*top, *path),
            "note",
            "not_proven",
            N_("the condition of `{id}` is too large to be proven whole"),
            N_("Write it with fewer alternatives, or split the record."),
            id=id or kind,
        )

    def list_witnesses(self, ways: Ways, found: Iterable[Way]) -> Iterator[Given]:
        """Answers for these ways; none that a safe dialogue would not have asked for."""
        for way in found:
            for grounded in sorted(ways.ground(way), key=len):
                answers = ways.answer(grounded)
                if self.can_be_given(answers):
                    yield answers

    def can_be_given(self, answers: Given) -> bool:
        """Whether the answers fit together, and none is to a question that is never asked there."""
        known = self.edition.know_choices(answers)
        never = self.edition.never
        return not known.contradictions and not any(
            not self.edition.questions[q].asked or (q in never and never[q](known)[0] == 2) for q in answers
        )

    def list_items(self, answers: Given) -> tuple[Listed, ...]:
        items = list_entitlements(self.edition, self.edition.know_choices(answers), self.today)
        self.shown.update(item.id for item in items if item.shown and item.verdict == 2)
        return items

    def list_needed(self, condition: Condition) -> set[str]:
        """The questions that a condition reads, and those that open them."""
        needed: set[str] = set()
        todo = set(read_questions(condition))
        while todo:
            question = todo.pop()
            needed.add(question)
            applies = self.edition.questions[question].applies
            if applies is not None:
                todo |= read_questions(applies) - needed
        return needed


def say_answers(answers: Given) -> str:
    return ", ".join(f"{q} = {'+'.join(choices)}" for q, choices in answers.items()) or "—"
