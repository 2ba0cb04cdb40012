"""Groups, and the editions of the plan they belong to."""

from __future__ import annotations

from dialogs.base import Base
from dialogs.checks.references import (
    check_condition,
    check_reference,
    check_references,
    check_short,
    pen_for,
    tell_no_condition,
    tell_no_source,
)
from dialogs.findings import Findings
from dialogs.words import N_


def check_groups(base: Base, findings: Findings, whole: bool) -> None:
    if base.settings is not None:
        _check_plans(base, findings)
    plans = [p.id for p in base.settings.plan] if base.settings else None
    numbers: dict[tuple[str, int], str] = {}
    current = base.settings.current_plan if base.settings else ""
    for group in base.groups:
        pen = pen_for(base, findings, "groups", group.id)
        if group.when is None:
            tell_no_condition(
                pen, group.id, pen.error, N_("the group `{id}` has no `when`: nobody knows who belongs to it")
            )
        check_condition(base, pen, ("when",), group.when)
        check_reference(
            pen, ("edition",), group.edition, plans, N_("there is no edition of the plan `{name}`")
        )
        check_short(pen, ("short",), group.short)
        first = numbers.setdefault((group.edition, group.number), group.id)
        if first != group.id:
            pen.error(
                ("number",),
                "duplicate_number",
                N_("number {number} of the plan already belongs to `{first}`"),
                N_("Look the number up in the plan."),
                number=group.number,
                first=first,
            )
        if not group.sources:
            tell_no_source(pen, group.id, pen.warn)
        count = sum(group.id in e.groups for e in base.entitlements)
        if whole and group.edition == current and not count:
            pen.warn(
                ("id",),
                "empty_group",
                N_("no entitlement names the group `{id}`"),
                N_("Add it to the `groups` of those that concern it, or describe new ones."),
                id=group.id,
            )


def _check_plans(base: Base, findings: Findings) -> None:
    assert base.settings is not None
    pen = pen_for(base, findings, "settings", "")
    current, plans = base.settings.current_plan, [p.id for p in base.settings.plan]
    if current not in plans:
        pen.error(
            ("current_plan",),
            "unknown_reference",
            N_("there is no edition of the plan `{name}` under `plan` in this file"),
            N_(
                "There are: {valid}. If it is a slip, write one of these; if the plan is really new, add it under "
                "`plan` first."
            ),
            name=current,
            valid=", ".join(plans),
        )
    for i, plan in enumerate(base.settings.plan):
        mine = [g.id for g in base.groups if g.edition == plan.id]
        earlier = [g.id for g in base.groups if g.edition != plan.id]
        for new, old in plan.replaces.items():
            check_reference(
                pen, ("plan", i, "replaces", new), new, mine, N_("this edition has no group `{name}`")
            )
            under = pen.below("plan", i, "replaces")
            check_references(under, new, old, earlier, N_("no earlier edition has a group `{name}`"))
