"""What is wrong with a base: references, conditions, texts, contacts, dates. The proofs are in `proofs`."""

from __future__ import annotations

from datetime import date

from dialogs.base import Base
from dialogs.checks.contacts import check_contacts, check_hotline
from dialogs.checks.danger import check_danger, check_likeness
from dialogs.checks.entitlements import check_entitlements
from dialogs.checks.freshness import check_freshness
from dialogs.checks.groups import check_groups
from dialogs.checks.pages import check_pages
from dialogs.checks.questions import check_questions
from dialogs.checks.references import check_condition, join_removed
from dialogs.checks.texts import check_texts
from dialogs.findings import Findings

_CAUSES = ("no_condition", "wrong_ending", "stray_file")
_DERIVED = ("unread_question", "unused_act", "unused_contact", "unused_amount", "empty_topic", "empty_group")


def check_base(base: Base, findings: Findings, today: date, style: bool = True) -> None:
    """Add everything that is wrong with the records of a base; without `style` nothing on wording.

    When some could not be read, nothing is said of what only they may have referred to.
    """
    whole = not base.lost and not base.patched
    check_questions(base, findings, whole)
    check_groups(base, findings, whole)
    check_entitlements(base, findings)
    check_contacts(base, findings, whole)
    check_hotline(base, findings, style)
    check_pages(base, findings, whole)
    check_danger(base, findings)
    check_texts(base, findings, style)
    check_freshness(base, findings, today)
    join_removed(base, findings)


def drop_derived(findings: Findings) -> None:
    """While something else is wrong, that nothing leads to a record may only follow from it."""
    others = [f for f in findings.all if f.code not in _DERIVED]
    if any(f.severity == "error" or f.code in _CAUSES for f in others):
        findings.all = others


__all__ = ["check_base", "check_condition", "check_likeness", "drop_derived"]
