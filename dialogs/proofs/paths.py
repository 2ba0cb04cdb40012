"""Every path through the screening, with a memo on what is left of the rules.

Two people of whose answers the same is left to find out go the same way on, so the search asks
only once from each such state. How many screens a path has: the welcome carries the first
question and is one, each further question is one, and the cover of a sensitive one is one more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from dialogs.compiling import Known
from dialogs.edition import Edition
from dialogs.rules import All, Always, AnyOf, Condition, Fact, Not, read_questions, walk_facts
from dialogs.screening import ask_next
from dialogs.session import UNKNOWN, WITHHELD
from dialogs.ways import Given

MOST_STATES = 20_000
_OPEN = "open"

Left = bool | str | frozenset[object] | tuple[object, ...]


@dataclass(slots=True)
class Paths:
    """What the search found. `proven` is false when the budget ended before the last path.

    Attributes:
        worst: Screens of the longest path, and `longest` the answers on it.
        spread: Share of people by number of screens, if each ticks one thing a screen, every
            button of a screen being as likely as the other.
        asked: Every question that some path asks, with the shortest answers found before it.
        twice: Questions that a path asks again although they were answered.
    """

    proven: bool = True
    states: int = 0
    worst: int = 1
    longest: Given = field(default_factory=dict)
    spread: Mapping[int, float] = field(default_factory=dict)
    asked: dict[str, Given] = field(default_factory=dict)
    twice: dict[str, Given] = field(default_factory=dict)

    @property
    def median(self) -> int:
        """The number of screens that half of the people do not exceed."""
        share = 0.0
        for screens in sorted(self.spread):
            share += self.spread[screens]
            if share >= 0.5:
                return screens
        return self.worst


def leave(condition: Condition, known: Known, edition: Edition) -> Left:
    """What is left of a condition: a verdict, `open` where nothing more can be asked, or its rest."""
    match condition:
        case Always():
            return True
        case Fact(question, choices):
            at = edition.index[question]
            mask = 0
            for choice in choices:
                mask |= edition.bits[question][choice]
            if known.ticked[at] & mask:
                return True
            if known.complete[at]:
                return False
            return (question, mask) if known.openers[at] or known.closers[at] else _OPEN
        case Not(part):
            inner = leave(part, known, edition)
            return (not inner) if isinstance(inner, bool) else inner if inner == _OPEN else ("not", inner)
        case All(parts) | AnyOf(parts):
            is_all = isinstance(condition, All)
            rest: set[Left] = set()
            for part in parts:
                inner = leave(part, known, edition)
                if inner is (not is_all):
                    return not is_all
                if not isinstance(inner, bool):
                    rest.add(inner)
            if len(rest) < 2:
                return next(iter(rest), is_all)
            return ("all" if is_all else "any", frozenset(rest))


class _Search:
    def __init__(self, edition: Edition, budget: int) -> None:
        self.edition = edition
        self.budget = budget
        self.paths = Paths()
        self.memo: dict[object, tuple[int, Given, dict[int, float]]] = {}
        self.groups = [g.when for g in edition.groups.values() if g.when is not None]
        self.steering = self._find_steering()
        self.telling = {q: self._find_telling(q) for q in edition.screening}

    def _find_steering(self) -> dict[str, list[Condition]]:
        """`applies` and `never_when` of every question that a group depends on, be it through others."""
        found: dict[str, list[Condition]] = {}
        todo = {q for condition in self.groups for q in read_questions(condition)}
        while todo:
            question = todo.pop()
            record = self.edition.questions[question]
            found[question] = [c for c in (record.applies, record.never_when) if c is not None]
            todo |= {q for c in found[question] for q in read_questions(c)} - found.keys()
        return found

    def _find_telling(self, question: str) -> list[int]:
        """Masks of the facts that can matter on a later screen: those that stand beside another question."""
        conditions = [c for c in self.groups if len(read_questions(c)) > 1]
        conditions += [c for steering in self.steering.values() for c in steering]
        bits = self.edition.bits[question]
        return sorted(
            {
                sum(bits[c] for c in fact.choices)
                for condition in conditions
                for fact in walk_facts(condition)
                if fact.question == question
            }
        )

    def key(self, known: Known) -> object:
        """What the rest of the path depends on: open conditions, and what opens the questions in them."""
        edition = self.edition
        rests = [leave(c, known, edition) for c in self.groups]
        steering = [
            (question, [leave(c, known, edition) for c in conditions])
            for question, conditions in self.steering.items()
            if known.openers[edition.index[question]] or known.closers[edition.index[question]]
        ]
        return (
            edition.subject_question in known.answered,
            frozenset(rest for rest in rests if not isinstance(rest, bool) and rest != _OPEN),
            tuple((question, *conditions) for question, conditions in steering),
        )

    def walk(self, given: Given) -> tuple[int, Given, dict[int, float]]:
        """Most further screens, the answers that lead there, and the spread of further screens."""
        known = self.edition.know_choices(given)
        key = self.key(known)
        if key in self.memo:
            return self.memo[key]
        question = ask_next(self.edition, known)
        ended: tuple[int, Given, dict[int, float]] = (0, {}, {0: 1.0})
        if question is None:
            self.memo[key] = ended
            return ended
        if question in given:
            self.paths.twice.setdefault(question, given)
            return ended
        if len(self.memo) >= self.budget:
            self.paths.proven = False
            return ended
        if len(given) < len(self.paths.asked.get(question, given)) or question not in self.paths.asked:
            self.paths.asked[question] = given
        screens = 2 if self.edition.questions[question].covered else 1
        worst, longest = -1, {}
        for choices in self.list_answers(question):
            most, rest, _ = self.walk({**given, question: choices})
            if most > worst:
                worst, longest = most, {question: choices, **rest}
        spread: dict[int, float] = {}
        buttons = self.list_single(question)
        for choices in buttons:
            # «Not now» on a cover: the list itself is never seen.
            here = 1 if choices == (WITHHELD,) else screens
            for further, share in self.walk({**given, question: choices})[2].items():
                spread[here + further] = spread.get(here + further, 0.0) + share / len(buttons)
        self.memo[key] = (screens + worst, longest, spread)
        return self.memo[key]

    def list_single(self, question: str) -> list[tuple[str, ...]]:
        choices = [c.id for c in self.edition.choices[question]]
        return [(choice,) for choice in (*choices, UNKNOWN, WITHHELD)]

    def list_answers(self, question: str) -> Iterator[tuple[str, ...]]:
        """One answer for each difference that a later screen can notice, done or left unfinished."""
        bits = self.edition.bits[question]
        masks = self.telling[question]
        seen: set[tuple[object, ...]] = set()
        plain = [c for c in bits if c != "none"]
        many = self.edition.questions[question].kind == "many"
        sets: Iterator[tuple[str, ...]] = (
            chosen
            for size in range(1, (len(plain) if many else 1) + 1)
            for chosen in combinations(plain, size)
        )
        for chosen in (*((("none",),) if "none" in bits else ()), *sets):
            ticked = sum(bits[c] for c in chosen)
            kind = tuple(bool(ticked & mask) for mask in masks)
            if kind not in seen:
                seen.add(kind)
                yield chosen
                if many and chosen != ("none",):
                    yield (*chosen, UNKNOWN)
        yield (UNKNOWN,)


def search_paths(edition: Edition, budget: int = MOST_STATES) -> Paths:
    """Walk every path of the screening that differs in what is asked."""
    search = _Search(edition, budget)
    most, longest, spread = search.walk({})
    # The welcome is a screen of its own only where it carries no question.
    subject = edition.subject_question
    alone = 0 if subject and subject in search.paths.asked else 1
    paths = search.paths
    paths.worst, paths.longest = most + alone, longest
    paths.spread = {screens + alone: share for screens, share in spread.items()}
    paths.states = len(search.memo)
    return paths
