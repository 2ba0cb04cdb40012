"""Which question comes next. Nobody writes skip logic: it follows from the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from dialogs.compiling import Known, Rule
from dialogs.edition import Edition
from dialogs.rules import read_questions
from dialogs.ways import Ways

_TRIES = 400


def ask_next(edition: Edition, known: Known) -> str | None:
    """The next question of the first screening; None when none there can change a group.

    The question about whom we talk comes first, since it sets the wording and the risks.
    """
    left = 0
    for verdict, open_here, _ in edition.judge_groups(known):
        if verdict == 1:
            left |= open_here
    left &= edition.screening_mask
    if not left:
        return None
    subject = edition.subject_question
    if subject and subject not in known.answered:
        return subject
    for question in edition.screening:
        if left >> edition.index[question] & 1:
            return question
    return None


def results_come_first(edition: Edition, known: Known) -> bool:
    return edition.results_first is not None and edition.results_first(known)[0] == 2


def list_open_for(edition: Edition, known: Known, entitlements: Iterable[str]) -> list[str]:
    """Questions that can still change the verdict of one of these entitlements, sensitive last."""
    left = 0
    for id in entitlements:
        verdict, open_here = edition.entitlement_rules[id].run(known)
        if verdict == 1:
            left |= open_here
    return edition.list_open(left)


def ask_next_for(
    edition: Edition, known: Known, answers: dict[str, tuple[str, ...]], entitlements: Sequence[str]
) -> str | None:
    """The question that settles most of what is open among these entitlements.

    What it settles is counted over its choices, each taken alone: how many open verdicts become
    yes or no on average. Sensitive questions come last; ties go by the administrator's order. A
    question that settles nothing alone is asked only if it can together with later answers.
    """
    rules = {id: edition.entitlement_rules[id] for id in entitlements}
    still: dict[str, int] = {}
    for id, rule in rules.items():
        verdict, left = rule.run(known)
        if verdict == 1 and left:
            still[id] = left
    mask = 0
    for left in still.values():
        mask |= left
    scored = []
    for at, question in enumerate(edition.list_open(mask)):
        bit = 1 << edition.index[question]
        concerned = [rules[id] for id, left in still.items() if left & bit]
        choices = edition.choices[question]
        settled = 0
        for choice in choices:
            then = edition.suppose(known, answers, question, choice.id)
            settled += sum(rule.run(then)[0] != 1 for rule in concerned)
        score = round(settled / max(1, len(choices)), 9)
        scored.append((edition.questions[question].covered, -score, at, question, concerned))
    for _, score, _, question, concerned in sorted(scored, key=lambda row: row[:3]):
        if score or any(can_lead(edition, rule, answers, question) for rule in concerned):
            return question
    return None


def can_lead(edition: Edition, rule: Rule, answers: dict[str, tuple[str, ...]], question: str) -> bool:
    """Whether further answers exist to which only the answer to this question adds a verdict.

    What is left of a rule may name a question that another part has made needless.
    """
    if rule.condition is None:
        return False
    ways = Ways(edition, partial=True)
    opened = _list_opened(edition, question)
    tries = 0
    for want in (True, False):
        for way in ways.hold(ways.find(rule.condition, want), answers):
            for grounded in ways.ground(way):
                if question not in grounded:
                    continue
                new = [q for q in grounded if q not in answers]
                for row in product(*(ways.list_ticks(q, grounded[q]) for q in new)):
                    full = {**answers, **dict(zip(new, row, strict=True))}
                    rest = {q: v for q, v in full.items() if q not in opened or q in answers}
                    if rule.run(edition.work_out(full))[0] != 1 and rule.run(edition.work_out(rest))[0] == 1:
                        return True
                    tries += 1
                    if tries > _TRIES:
                        return True
    return False


def _list_opened(edition: Edition, question: str) -> set[str]:
    """The question, and every question that it opens, be it through others."""
    opened = {question}
    for name in edition.list_follow_ups():
        if read_questions(edition.questions[name].applies) & opened:
            opened.add(name)
    return opened


def can_change(
    edition: Edition, known: Known, answers: dict[str, tuple[str, ...]], question: str, entitlement: str
) -> bool:
    """Whether some answer to the question gives the entitlement another verdict."""
    rule = edition.entitlement_rules[entitlement]
    now = rule.run(known)[0]
    return any(
        rule.run(edition.know_choices({**answers, question: (choice.id,)}))[0] != now
        for choice in edition.choices[question]
    )
