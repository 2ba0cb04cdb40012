"""Conditions at work: their verdicts on what is known of a person, and the answers that force them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Protocol

from dialogs.rules import NO, POSSIBLE, YES, All, Always, AnyOf, Condition, Fact, Not, Verdict


class Values(Protocol):
    """What is known of each question, by the question's index.

    `ticked[i]` is a bit mask of choices, and `complete[i]` tells whether an unticked choice is a
    no. `openers[i]` is a bit mask of the questions that could still make a fact about it hold, and
    `closers[i]` of those that could make it fail.
    """

    ticked: list[int]
    complete: list[bool]
    openers: list[int]
    closers: list[int]


Compiled = Callable[[Values], tuple[int, int]]
Leading = Callable[[Values], tuple[int, int, int]]
_SETTLED = ((0, 0), (1, 0), (2, 0))  # most verdicts: one of each for all the answers that are remembered


def compile_condition(
    condition: Condition, index: Mapping[str, int], bits: Mapping[str, Mapping[str, int]]
) -> Compiled:
    """Turn a condition into a function of `Values` to (verdict, questions still open).

    The second figure is a bit mask of question indexes: what is left of the condition after
    the known answers are put in, and can still change its verdict (DESIGN 4a.4).
    """
    lead = compile_leading(condition, index, bits)

    def run(values: Values) -> tuple[int, int]:
        verdict, to_yes, to_no = lead(values)
        still_open = to_yes | to_no
        return (verdict, still_open) if still_open else _SETTLED[verdict]

    return run


def compile_leading(
    condition: Condition, index: Mapping[str, int], bits: Mapping[str, Mapping[str, int]]
) -> Leading:
    """The same, with the questions that can lead to a yes apart from those that can lead to a no.

    They differ where a part is possible for good, such as a skipped question: then `all` can no
    longer become a yes, and what could only have helped it there is not worth asking.
    """
    match condition:
        case Always():
            return lambda values: (2, 0, 0)
        case Fact(question, choices):
            at = index[question]
            mask = 0
            for choice in choices:
                mask |= bits[question][choice]

            def fact(values: Values, at: int = at, mask: int = mask) -> tuple[int, int, int]:
                if values.ticked[at] & mask:
                    return 2, 0, 0
                if values.complete[at]:
                    return 0, 0, 0
                return 1, values.openers[at], values.closers[at]

            return fact
        case Not(part):
            inner = compile_leading(part, index, bits)

            def negation(values: Values) -> tuple[int, int, int]:
                verdict, to_yes, to_no = inner(values)
                return 2 - verdict, to_no, to_yes

            return negation
        case All(parts):
            return _join_leading([compile_leading(part, index, bits) for part in parts], alone=0)
        case AnyOf(parts):
            return _join_leading([compile_leading(part, index, bits) for part in parts], alone=2)


def _join_leading(parts: Sequence[Leading], alone: int) -> Leading:
    """One part alone makes `all` a no and `any` a yes; the other verdict needs every part."""
    together = 2 - alone

    def join(values: Values) -> tuple[int, int, int]:
        joined, to_yes, to_no, stuck = together, 0, 0, False
        for run in parts:
            verdict, yes, no = run(values)
            if verdict == alone:
                return alone, 0, 0
            if verdict == 1:
                joined = 1
                to_yes |= yes
                to_no |= no
                stuck = stuck or not (no if alone else yes)
        if stuck:
            return (joined, to_yes, 0) if alone else (joined, 0, to_no)
        return joined, to_yes, to_no

    return join


Reason = frozenset[str]
AtomReasons = Callable[[Fact], tuple[Verdict, list[Reason]]]
_ENOUGH = 64


def find_reasons(condition: Condition, atom: AtomReasons) -> tuple[Verdict, list[Reason]]:
    """The smallest sets of answered questions that force a yes or a no.

    `atom` tells a fact's verdict and the sets that force it. For `possible` the list is empty:
    nothing forces it. The sets are minimal by inclusion, the shortest first.
    """
    match condition:
        case Always():
            return YES, [frozenset()]
        case Fact():
            return atom(condition)
        case Not(part):
            verdict, reasons = find_reasons(part, atom)
            return Verdict(2 - verdict), reasons
        case All(parts):
            return _join(parts, atom, weakest=NO)
        case AnyOf(parts):
            return _join(parts, atom, weakest=YES)


def _join(parts: tuple[Condition, ...], atom: AtomReasons, weakest: Verdict) -> tuple[Verdict, list[Reason]]:
    """`all` is forced to no by one part and to yes by every part; `any` the other way round."""
    if len(parts) == 1:
        return find_reasons(parts[0], atom)
    alone: list[Reason] = []
    found: list[list[Reason]] = []
    forced, is_open = False, False
    for part in parts:
        verdict, reasons = find_reasons(part, atom)
        if verdict is weakest:
            forced = True
            alone += reasons
        elif verdict is POSSIBLE:
            is_open = True
        else:
            found.append(reasons)
    if forced:
        return weakest, _keep_minimal(alone)
    if is_open:
        return POSSIBLE, []
    together: list[Reason] = [frozenset()]
    for reasons in found:
        together = _keep_minimal([a | b for a, b in product(together, reasons)])
    return Verdict(2 - weakest), together


def _keep_minimal(reasons: list[Reason]) -> list[Reason]:
    if len(reasons) < 2:
        return reasons
    kept: list[Reason] = []
    for reason in sorted(set(reasons), key=lambda r: (len(r), sorted(r))):
        if not any(other <= reason for other in kept):
            kept.append(reason)
    return kept[:_ENOUGH]
