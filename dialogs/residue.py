"""What is left of a condition when some questions are answered: the verdicts it can still come to.

A condition of an edition is turned into a small tree of plain tuples (so that equal remainders are equal
and can be remembered), with the `applies` of each question built in: a fact of a question that does not
apply is a no, whatever was answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from dialogs.edition import Edition
from dialogs.rules import All, AnyOf, Condition, Fact, Not
from dialogs.session import UNKNOWN

NO, POSSIBLE, YES = 0, 1, 2
Residue = int | tuple[Any, ...]
Ticks = frozenset[str] | None  # None: not answered
Given = tuple[tuple[str, Ticks], ...]


def build_residue(edition: Edition, condition: Condition | None) -> Residue:
    """The whole condition, nothing answered yet; an unwritten one stays possible."""
    if condition is None:
        return POSSIBLE
    match condition:
        case Fact(question, choices):
            fact: Residue = ("fact", question, frozenset(choices))
            applies = edition.questions[question].applies
            return fact if applies is None else _gate(build_residue(edition, applies), fact)
        case All(parts):
            return _join("all", [build_residue(edition, part) for part in parts])
        case AnyOf(parts):
            return _join("any", [build_residue(edition, part) for part in parts])
        case Not(part):
            return _negate(build_residue(edition, part))
        case _:
            return YES


def _join(word: str, parts: list[Residue]) -> Residue:
    stop, neutral = (NO, YES) if word == "all" else (YES, NO)
    kept: set[Residue] = set()
    for part in parts:
        if part == stop:
            return stop
        if isinstance(part, tuple) and part[0] == word:
            kept |= part[1]
        elif part != neutral:
            kept.add(part)
    if not kept:
        return neutral
    return next(iter(kept)) if len(kept) == 1 else (word, frozenset(kept))


def _negate(part: Residue) -> Residue:
    if isinstance(part, int):
        return YES - part
    return part[1] if part[0] == "not" else ("not", part)


def _gate(applies: Residue, fact: Residue) -> Residue:
    if applies == NO or fact == NO:
        return NO
    return fact if isinstance(applies, int) else ("gate", applies, fact)


def list_asked(residue: Residue) -> Iterator[tuple[str, frozenset[str]]]:
    """Every fact in it, as (question, choices)."""
    if isinstance(residue, int):
        return
    if residue[0] == "fact":
        yield residue[1], residue[2]
    elif residue[0] in ("all", "any"):
        for part in residue[1]:
            yield from list_asked(part)
    else:
        for part in residue[1:]:
            yield from list_asked(part)


def settle(residue: Residue, question: str, ticks: Ticks, edition: Edition) -> Residue:
    """What is left once this question has this answer (None: it stays open for good)."""
    if isinstance(residue, int):
        return residue
    word = residue[0]
    if word == "fact":
        if residue[1] != question:
            return residue
        return judge_fact(edition, question, residue[2], ticks)
    if word in ("all", "any"):
        parts: frozenset[Residue] = residue[1]
        return _join(str(word), [settle(part, question, ticks, edition) for part in parts])
    if word == "not":
        return _negate(settle(residue[1], question, ticks, edition))
    applies = settle(residue[1], question, ticks, edition)
    return _gate(applies, settle(residue[2], question, ticks, edition))


def judge_fact(edition: Edition, question: str, choices: frozenset[str], ticks: Ticks) -> int:
    """An atom's verdict by DESIGN 4a.2; choices the edition lacks are ignored."""
    valid = edition.bits.get(question)
    if ticks is None or valid is None:
        return POSSIBLE
    mine = {choice for choice in ticks if choice in valid}
    if mine & choices:
        return YES
    if not mine or UNKNOWN in ticks or edition.questions[question].sensitive:
        return POSSIBLE
    return NO


@dataclass(frozen=True, slots=True)
class Picker:
    """The answers to one question that two editions can tell apart."""

    old: Edition
    new: Edition

    def list_answers(self, question: str, facts: set[tuple[str, frozenset[str]]]) -> list[Ticks]:
        """Not answered first, then the simplest; choices that no fact tells apart stand for one another."""
        editions = [e for e in (self.old, self.new) if question in e.questions]
        names = list(dict.fromkeys(choice for e in editions for choice in e.bits[question]))
        lists = sorted((choices for q, choices in facts if q == question), key=sorted)
        kinds: dict[tuple[bool, ...], str] = {}
        for name in names:
            signature = (
                *(name in e.bits[question] for e in editions),
                *(name in choices for choices in lists),
                name == "none",
            )
            kinds.setdefault(signature, name)
        many = any(e.questions[question].kind == "many" for e in editions)
        alone: list[Ticks] = [frozenset({name}) for name in kinds.values()]
        if not many:
            return [None, *alone]
        plain = [name for name in kinds.values() if name != "none"]
        sets: list[Ticks] = [None, *alone]
        for size in range(2, len(plain) + 1):
            sets.extend(frozenset(chosen) for chosen in combinations(plain, size))
        open_ended = [ticks | {UNKNOWN} for ticks in sets if ticks and "none" not in ticks]
        return [*sets, *open_ended]
