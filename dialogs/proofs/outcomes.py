"""Groups and entitlements: each can be a yes, is shown to somebody, and no group is left empty."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from dialogs.compiling import Rule
from dialogs.proofs.bench import Bench, say_answers
from dialogs.rules import Condition, read_questions
from dialogs.ways import Given, Way
from dialogs.words import N_

_TRIES = 40


def find_witness(bench: Bench, kind: str, id: str, rule: Rule) -> Given | None:
    """The fewest answers that make the rule a yes; the rule itself is run on them."""
    if rule.condition is None:
        return None
    found = bench.lived.find(rule.condition, True)
    tried = islice(bench.list_witnesses(bench.lived, found), _TRIES)
    best = min(tried, key=len, default=None)
    if best is None:
        if found and not _stays_possible(bench, rule.condition):
            bench.pen(kind, id).warn(
                ("when",),
                "unsafe_yes",
                N_("every way to `{id}` needs an answer that is never asked for there"),
                N_("Look at `never_when` of the questions in it."),
                id=id,
            )
        return None
    assert rule.run(bench.edition.know_choices(best))[0] == 2, f"a way to {id} that its rule does not take"
    bench.proof.witnesses[kind, id] = best
    return best


def _stays_possible(bench: Bench, condition: Condition) -> bool:
    """Whether each way to a yes leads over a question that is never asked or cannot be denied."""
    asked = bench.edition.questions
    ways = bench.lived.find(condition, True)
    return bool(bench.logic.find(condition, True)) and not any(all(asked[q].asked for q in w) for w in ways)


def prove_groups(bench: Bench) -> None:
    named = {group for record in bench.edition.entitlements.values() for group in record.groups}
    for id, rule in bench.edition.group_rules.items():
        witness = find_witness(bench, "groups", id, rule)
        if id not in named:
            bench.pen("groups", id).error(
                ("id",),
                "empty_group",
                N_("no entitlement names the group `{id}`"),
                N_("Add it to `groups` of the help that is open to these people."),
                id=id,
            )
        elif witness is not None:
            _prove_group_shows(bench, id, bench.edition.groups[id].when)


def _prove_group_shows(bench: Bench, id: str, condition: Condition) -> None:
    """Whoever is in a group sees an entitlement, whatever else they answer.

    A yes stays a yes, so one entitlement that is shown and is a yes is enough; otherwise those that
    are shown must not all turn to no together. So only somebody in no group can see nothing, and
    there the screen of results gives the general lines and the topics.
    """
    ways = bench.lived.find(condition, True)
    for answers in _list_members(bench, ways):
        shown = [item for item in bench.list_items(answers) if item.shown]
        if any(item.verdict == 2 for item in shown):
            continue
        conditions = [bench.edition.entitlements[item.id].when for item in shown]
        closings = [
            bench.lived.hold(bench.lived.find(when, False), answers) if when is not None else []
            for when in conditions
        ]
        # The fewest first: often one that cannot be closed at all ends it.
        closed = bench.lived.combine(sorted(closings, key=len))
        for empty in islice(bench.list_witnesses(bench.lived, closed), _TRIES):
            if not any(item.shown for item in bench.list_items(empty)):
                bench.pen("groups", id).warn(
                    ("id",),
                    "nothing_shown",
                    N_("somebody in the group `{id}` may see no entitlement at all: {answers}"),
                    N_("Add one to the group that is open to all of it."),
                    id=id,
                    answers=say_answers(empty),
                )
                return


def _list_members(bench: Bench, ways: list[Way]) -> Iterator[Given]:
    """Everybody who is in a group with as few ticks as that takes; what else they tick stays open."""
    for way in ways:
        for grounded in bench.lived.ground(way):
            ticks = (bench.lived.list_ticks(q, demand) for q, demand in grounded.items())
            for row in product(*ticks):
                answers = dict(zip(grounded, row, strict=True))
                if bench.can_be_given(answers):
                    yield answers


def prove_entitlements(bench: Bench) -> None:
    for id, rule in bench.edition.entitlement_rules.items():
        if rule.condition is None:
            continue
        _count_questions(bench, id, rule.condition, rule)
        if find_witness(bench, "entitlements", id, rule) is not None:
            _prove_shown(bench, id, rule.condition)
        elif _stays_possible(bench, rule.condition):
            bench.proof.stays_possible.append(id)


def _count_questions(bench: Bench, id: str, condition: Condition, rule: Rule) -> None:
    for question in sorted(read_questions(condition)):
        if ("entitlements", id, "when") not in bench.matters[question]:
            continue
        bench.proof.settles.setdefault(question, []).append(id)
        then = (bench.edition.know_choices({question: (c.id,)}) for c in bench.edition.choices[question])
        if any(rule.run(known)[0] != 1 for known in then):
            bench.proof.alone.setdefault(question, []).append(id)


def _prove_shown(bench: Bench, id: str, condition: Condition) -> None:
    """Some answers show the entitlement as a yes; a guarded one, after it was asked for."""
    record = bench.edition.entitlements[id]
    if id in bench.shown or (record.guarded and record.asked_by is None):
        return
    own = bench.lived.find(condition, True)
    beside: list[list[Way]] = [[{}]]
    if record.asked_by is not None:
        beside.append(bench.lived.find(record.asked_by, True))
    for group in record.groups:
        if group in bench.edition.groups:
            beside.append(bench.lived.find(bench.edition.groups[group].when, True))
    for others in beside:
        joined = bench.lived.combine([own, others])
        for answers in islice(bench.list_witnesses(bench.lived, joined), _TRIES):
            bench.list_items(answers)
            if id in bench.shown:
                return
    bench.pen("entitlements", id).error(
        ("groups",),
        "never_shown",
        N_("no answers show `{id}`: when its condition holds, no group of it matches and nobody asks for it"),
        N_("Correct `groups` or `when`, or add `asked_by`."),
        id=id,
    )
