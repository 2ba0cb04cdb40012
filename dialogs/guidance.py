"""What follows from the answers: groups, entitlements with their verdicts, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from dialogs.compiling import Known, Rule
from dialogs.edition import Edition
from dialogs.facts import Look
from dialogs.firmness import LAST
from dialogs.judging import AtomReasons, Compiled, Reason, find_reasons
from dialogs.rules import POSSIBLE, YES, Condition, Fact, Verdict

_URGENCY = {"hours": 0, "days": 1, "months": 2, "none": 3}
FIRST_CARDS = 5
_PER_TOPIC = 2
_VERDICTS = (Verdict.NO, Verdict.POSSIBLE, Verdict.YES)


class GroupMatch(NamedTuple):
    id: str
    verdict: Verdict
    pointed: bool


class Listed(NamedTuple):
    """An entitlement with its verdict. `shown` follows DESIGN 4a.5; `asked` means «show me»."""

    id: str
    verdict: Verdict
    pointed: int
    open: int
    shown: bool
    asked: bool


def list_plain_topics(edition: Edition) -> frozenset[str]:
    """Topics that say nothing about whoever opens them: not personal, and not made of guarded records alone."""
    plain: frozenset[str] | None = edition.memo.get("plain topics")
    if plain is None:
        unguarded = {e.topic for e in edition.entitlements.values() if e.guarded is None}
        plain = frozenset(t.id for t in edition.base.topics if not t.personal and t.id in unguarded)
        edition.memo["plain topics"] = plain
    return plain


def match_groups(edition: Edition, known: Known) -> tuple[GroupMatch, ...]:
    found: tuple[GroupMatch, ...] | None = known.memo.get("groups")
    if found is None:
        judged = zip(edition.groups, edition.judge_groups(known), strict=True)
        found = known.memo["groups"] = tuple(
            [GroupMatch(id, _VERDICTS[verdict], pointed) for id, (verdict, _, pointed) in judged]
        )
    return found


def has_unseen(edition: Edition, known: Known) -> bool:
    """Whether a group is possible to which no answer points."""
    return any(verdict == 1 and not pointed for verdict, _, pointed in edition.judge_groups(known))


# Parts of a sort key, each above all that stands to its right.
_HIDDEN, _ENDED, _CALM, _SLOW = 1 << 34, 1 << 33, 1 << 32, 1 << 31
_MERIT, _MIDDLE = 1 << 21, 1 << 9  # merit in steps; it may be negative, so it is counted down from the middle
_TOPIC = 1 << 14
_SEEN = 256  # answers to the few questions of one record; some 150 bytes each, and few records have so many


_Placed = tuple[int, Listed]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Of an entitlement, what its place in the list owes to the record and the day alone.

    Attributes:
        groups: A bit mask in the plan's order.
        look: Picks from all facts and groups those on which its place depends, and nothing else does.
        seen: Its entries in people's lists, each with its place there, by what was picked: few questions decide
            about it, so most people find theirs there, and no rule is run.
        made: The same entries by what they say: many hold equal ones.
    """

    id: str
    rule: Rule
    asked: Compiled | None
    groups: int
    guarded: bool
    hours: bool
    place: int
    look: Look
    seen: dict[object, _Placed]
    made: dict[tuple[int, int, int, bool, bool], _Placed]

    def put(self, known: Known, facts: Sequence[int], reachable: int, pointed: int) -> _Placed:
        """Its place among all; shown come first."""
        verdict, left = self.rule.run(known)
        pointers = self.rule.count_pointers(known) if verdict else 0
        asked = self.asked is not None and self.asked(known)[0] == 2
        if verdict == 0 or (self.guarded and not asked):
            shown = False
        elif asked:
            shown = True
        else:
            shown = (not self.groups or self.groups & reachable != 0) and (
                pointers > 0
                or self.rule.is_hinted(known)
                or (verdict == 2 and (not self.groups or self.groups & pointed != 0))
            )
        key = (verdict, pointers, left.bit_count(), shown, asked)
        placed = self.made.get(key)
        if placed is None:
            place = self.place - (3 * min(pointers + asked, 3) + 2 * verdict) * _MERIT
            if not shown:
                place += _HIDDEN
            if asked and self.guarded and self.hours:
                place -= _CALM
            placed = self.made[key] = place, Listed(self.id, _VERDICTS[verdict], *key[1:])
        self.seen[self.look(facts)] = placed
        if len(self.seen) > _SEEN:
            del self.seen[next(iter(self.seen))]
        return placed


def _list_standings(edition: Edition, today: date) -> list[_Standing]:
    key = ("standings", today)
    found: list[_Standing] | None = edition.memo.get(key)
    if found is None:
        for old in [k for k in edition.memo if isinstance(k, tuple) and k[0] == "standings"]:
            del edition.memo[old]
        firm = edition.judge_firmness(today)
        rank = {id: at for at, id in enumerate(sorted(edition.entitlements))}
        bits = {id: at for at, id in enumerate(edition.groups)}
        found = edition.memo[key] = []
        for id, record in edition.entitlements.items():
            firmness = LAST.get(firm[id].mark, 0)
            asked = edition.asked_rules.get(id)
            hours = record.urgency == "hours"
            merit = record.weight - firmness - _URGENCY[record.urgency]
            place = _CALM + (firmness == 2) * _ENDED + (not hours) * _SLOW
            place += (
                (_MIDDLE - merit) * _MERIT + edition.topic_order.get(record.topic, 99) * _TOPIC + rank[id]
            )
            groups = sum(1 << bits[g] for g in record.groups if g in bits)
            run = asked.run if asked is not None else None
            guarded = record.guarded is not None
            rule = edition.entitlement_rules[id]
            reads = (rule.reads, asked.reads) if asked is not None else (rule.reads,)
            look = edition.facts.pick(*reads, more=[bits[g] for g in record.groups if g in bits])
            found.append(_Standing(id, rule, run, groups, guarded, hours, place, look, {}, {}))
    return found


def list_entitlements(edition: Edition, known: Known, today: date) -> tuple[Listed, ...]:
    """Every entitlement; those that are shown come first, in the order a person reads them.

    What was asked for and counts in hours leads, then what else is urgent. Then counts how many answers point to a record, its weight (the administrators'
    sense of what people need first), yes before possible, its urgency and firmness; ties go by the
    topics' order. What has probably ended goes last.
    """
    found: tuple[Listed, ...] | None = known.memo.get(today)
    if found is None:
        found = known.memo[today] = _order_entitlements(edition, known, today)
    return found


def _order_entitlements(edition: Edition, known: Known, today: date) -> tuple[Listed, ...]:
    reachable = pointed = 0
    facts = edition.facts.read(known)
    for bit, (verdict, _, points) in enumerate(edition.judge_groups(known)):
        fits = verdict != 0
        reachable |= fits << bit
        pointed |= points << bit
        facts.append(2 * fits + points)
    placed = [
        at.seen.get(at.look(facts)) or at.put(known, facts, reachable, pointed)
        for at in _list_standings(edition, today)
    ]
    placed.sort(key=itemgetter(0))  # no two places are the same
    return tuple([listed for _, listed in placed])


def pick_first(edition: Edition, listed: Sequence[Listed], count: int = FIRST_CARDS) -> list[Listed]:
    """The first cards: at most two of a topic, so that no need crowds out the others."""
    chosen: list[Listed] = []
    per_topic: dict[str, int] = {}
    for item in listed:
        if not item.shown:
            break
        topic = edition.entitlements[item.id].topic
        if per_topic.get(topic, 0) < _PER_TOPIC:
            per_topic[topic] = per_topic.get(topic, 0) + 1
            chosen.append(item)
            if len(chosen) == count:
                break
    return chosen


# ---- reasons ----


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a verdict is what it is.

    `because` is the smallest set of answered questions that forces a yes or no, or, when possible,
    the answers that speak for it; `missing` are the open questions; `switch` is one answer that
    would change the verdict, as (question, choice, verdict).
    """

    verdict: Verdict
    because: tuple[str, ...]
    missing: tuple[str, ...]
    switch: tuple[str, str, Verdict] | None


def explain_rule(
    edition: Edition,
    known: Known,
    answers: dict[str, tuple[str, ...]],
    rules: str,
    id: str,
    switch: bool = False,
) -> Explanation:
    rule = (edition.group_rules if rules == "groups" else edition.entitlement_rules)[id]
    key = ("why", rules, id)
    why: Explanation | None = known.memo.get(key)
    if why is None:
        why = known.memo[key] = _explain(edition, known, rule)
    if not switch or rule.condition is None:
        return why
    questions = why.missing if why.verdict is POSSIBLE else why.because
    return replace(
        why, switch=_find_switch(edition, known, rule.condition, rule.run, why.verdict, answers, questions)
    )


def _explain(edition: Edition, known: Known, rule: Rule) -> Explanation:
    number, left = rule.run(known)
    verdict = Verdict(number)
    if rule.condition is None:
        return Explanation(POSSIBLE, (), (), None)
    if verdict is POSSIBLE:
        because = tuple(
            dict.fromkeys(
                edition.names[at]
                for at in (
                    *rule.list_pointers(known),
                    *(at for at, mask in rule.hints if known.ticked[at] & mask),
                )
            )
        )
    else:
        _, reasons = find_reasons(rule.condition, _atoms(edition, known))
        because = tuple(sorted(reasons[0], key=edition.index.__getitem__)) if reasons else ()
    missing = tuple(edition.list_open(left)) if verdict is POSSIBLE else ()
    return Explanation(verdict, because, missing, None)


def _atoms(edition: Edition, known: Known) -> AtomReasons:
    """Facts judged for one set of answers; remembered with it, since many rules name the same."""
    seen: dict[Fact, tuple[Verdict, list[Reason]]] = known.memo.setdefault("atoms", {})

    def atom(fact: Fact) -> tuple[Verdict, list[Reason]]:
        found = seen.get(fact)
        if found is None:
            found = seen[fact] = judge(fact)
        return found

    def judge(fact: Fact) -> tuple[Verdict, list[Reason]]:
        at = edition.index[fact.question]
        mask = 0
        for choice in fact.choices:
            mask |= edition.bits[fact.question][choice]
        question = edition.questions[fact.question]
        applies = question.applies
        if applies is not None and edition.applies[fact.question](known)[0] == 0:
            _, reasons = find_reasons(applies, atom)
            return Verdict.NO, reasons
        if known.ticked[at] & mask:
            return YES, [frozenset({fact.question})]
        if known.complete[at]:
            return Verdict.NO, [frozenset({fact.question})]
        return POSSIBLE, []

    return atom


def _find_switch(
    edition: Edition,
    known: Known,
    condition: Condition,
    run: Compiled,
    verdict: Verdict,
    answers: dict[str, tuple[str, ...]],
    questions: Iterable[str],
) -> tuple[str, str, Verdict] | None:
    """One answer that alone changes the verdict; a yes is looked for first.

    The choices that the condition does not name are all the same to it: one of them is tried for all.
    """
    best: tuple[str, str, Verdict] | None = None
    named = edition.name_choices(condition)
    for question in questions:
        spoken = named.get(question, ())
        rest = [c for c in edition.choices[question] if c.id not in spoken][:1]
        for choice in (c for c in edition.choices[question] if c.id in spoken or c in rest):
            if question in answers:
                supposed = edition.work_out({**answers, question: (choice.id,)})
            else:
                supposed = edition.suppose(known, answers, question, choice.id)
            then = Verdict(run(supposed)[0])
            if then is not verdict and (best is None or then > best[2]):
                best = (question, choice.id, then)
    return best
