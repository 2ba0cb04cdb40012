"""How the conditions of one base are compiled: what speaks for each, and which questions hang on which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogs.judging import Compiled, Leading, compile_condition, compile_leading
from dialogs.records import Question
from dialogs.rules import All, AnyOf, Condition, Fact, Not, read_questions, walk_facts


@dataclass(slots=True)
class Known:
    """What is known of every question, by its index (see `rules.Values`).

    Attributes:
        memo: What others worked out from it, for as long as it is remembered itself.
    """

    ticked: list[int]
    complete: list[bool]
    openers: list[int]
    closers: list[int]
    answered: frozenset[str]
    contradictions: tuple[str, ...]
    groups: tuple[tuple[int, int, bool], ...] | None = None
    memo: dict[object, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled condition, and the facts in it that speak for it when they hold.

    Attributes:
        reads: The choices, by the question's index, on which any of this depends; of the question's other choices
            nothing does.
    """

    condition: Condition | None
    run: Compiled
    pointers: tuple[tuple[int, int, Compiled | None], ...]
    hints: tuple[tuple[int, int], ...] = ()
    reads: Mapping[int, int] = field(default_factory=dict)

    def is_hinted(self, known: Known) -> bool:
        """Whether an answer opened a question that this condition cannot do without."""
        return any(known.ticked[at] & mask for at, mask in self.hints)

    def count_pointers(self, known: Known) -> int:
        return len(self.list_pointers(known))

    def list_pointers(self, known: Known) -> list[int]:
        """Indexes of the questions whose answers speak for the condition; dead branches do not count."""
        ticked = known.ticked
        return [
            at
            for at, mask, branch in self.pointers
            if ticked[at] & mask and (branch is None or branch(known)[0] != 0)
        ]


def _find_pointers(
    condition: Condition, positive: bool = True, branch: Condition | None = None
) -> list[tuple[Fact, Condition | None]]:
    """The facts that speak for a condition, each with the branch that must not be dead for it to count."""
    match condition:
        case Fact():
            return [(condition, branch)] if positive else []
        case All(parts):
            return [pair for part in parts for pair in _find_pointers(part, positive, branch)]
        case AnyOf(parts):
            return [
                pair
                for part in parts
                for pair in _find_pointers(part, positive, branch if isinstance(part, Fact) else part)
            ]
        case Not(part):
            return _find_pointers(part, not positive, branch)
        case _:
            return []


def _unwritten(_: object) -> tuple[int, int]:
    return 1, 0


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles conditions over these questions.

    Attributes:
        index: The place of each question in `Known`.
        bits: The bit of each choice.
    """

    questions: Mapping[str, Question]
    index: Mapping[str, int]
    bits: Mapping[str, Mapping[str, int]]

    def compile(self, condition: Condition) -> Compiled:
        return compile_condition(condition, self.index, self.bits)

    def compile_leading(self, condition: Condition) -> Leading:
        return compile_leading(condition, self.index, self.bits)

    def build_rule(self, condition: Condition | None) -> Rule:
        if condition is None:
            return Rule(None, _unwritten, ())
        pointers: dict[tuple[int, int], Compiled | None] = {}
        for fact, branch in _find_pointers(condition):
            if (mask := self._point(fact)) is not None and pointers.get(mask, True) is not None:
                pointers[mask] = self.compile(branch) if branch is not None else None
        hints = dict.fromkeys(mask for fact in self._find_hints(condition) if (mask := self._point(fact)))
        reads: dict[int, int] = {}
        for at, read in (*hints, *map(self._read, walk_facts(condition))):
            reads[at] = reads.get(at, 0) | read
        return Rule(
            condition,
            self.compile(condition),
            tuple((at, mask, branch) for (at, mask), branch in pointers.items()),
            tuple(hints),
            reads,
        )

    def _point(self, fact: Fact) -> tuple[int, int] | None:
        """A fact as (question index, choices).

        Half the choices of a question with one answer are a frame, such as "in Ukraine", and point to
        nothing.
        """
        one = self.questions[fact.question].kind == "one"
        if one and len(fact.choices) > 1 and len(fact.choices) * 2 >= len(self.bits[fact.question]):
            return None
        return self._read(fact)

    def _read(self, fact: Fact) -> tuple[int, int]:
        mask = 0
        for choice in fact.choices:
            mask |= self.bits[fact.question][choice]
        return self.index[fact.question], mask

    def _find_hints(self, condition: Condition) -> list[Fact]:
        """The facts that open the questions which every way to a yes needs."""
        match condition:
            case Fact(question, _):
                applies = self.questions[question].applies
                return (
                    []
                    if applies is None
                    else [*(fact for fact, _ in _find_pointers(applies)), *self._find_hints(applies)]
                )
            case All(parts):
                return [fact for part in parts for fact in self._find_hints(part)]
            case AnyOf(parts):
                found = [self._find_hints(part) for part in parts]
                return [fact for fact in found[0] if all(fact in other for other in found[1:])]
            case _:
                return []

    def sort_applies(self) -> list[tuple[str, Condition]]:
        """Every question with `applies`, each after those on which it hangs."""
        hanging = {id: q.applies for id, q in self.questions.items() if q.applies is not None}
        left = {q: read_questions(applies) & hanging.keys() for q, applies in hanging.items()}
        done: dict[str, Condition] = {}
        while left:
            ready = [q for q, needs in left.items() if not needs - done.keys()]
            for q in ready:
                del left[q]
                done[q] = hanging[q]
            assert ready, "checks refuse a circle of `applies`"
        return list(done.items())

    def mask(self, questions: Iterable[str]) -> int:
        return sum(1 << self.index[q] for q in questions)

    def add_steering(self, questions: Iterable[str]) -> set[str]:
        """These questions, and those whose answers decide whether they are asked."""
        found: set[str] = set()
        todo = set(questions)
        while todo:
            one = todo.pop()
            found.add(one)
            for condition in (self.questions[one].applies, self.questions[one].never_when):
                if condition is not None:
                    todo |= read_questions(condition) - found
        return found

    def list_steering(self) -> set[str]:
        """Questions whose answers decide whether others are asked."""
        read = [q.applies for q in self.questions.values()] + [q.never_when for q in self.questions.values()]
        return {question for condition in read if condition for question in read_questions(condition)}
