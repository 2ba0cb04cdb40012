"""Which question comes next. Nobody writes skip logic: it follows from the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogs.edition import Edition, Known


def ask_next(edition: Edition, known: Known) -> str | None:
    """The next question of the first screening; None when none there can change a group.

    The question about whom we talk comes first, since it sets the wording and the risks.
    """
    left = 0
    for verdict, open_here in edition.judge_groups(known):
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
    yes or no on average. Sensitive questions come last; ties go by the administrator's order.
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
    candidates = edition.list_open(mask)
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    plain = [q for q in candidates if not edition.questions[q].sensitive]
    best, best_score = None, -1.0
    for question in plain or candidates:
        bit = 1 << edition.index[question]
        concerned = [id for id, left in still.items() if left & bit]
        choices = edition.choices[question]
        settled = 0
        for choice in choices:
            then = edition.know_choices({**answers, question: (choice.id,)})
            settled += sum(rules[id].run(then)[0] != 1 for id in concerned)
        score = settled / max(1, len(choices))
        if score > best_score + 1e-9:
            best, best_score = question, score
    return best


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
