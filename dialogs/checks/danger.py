"""Examples of danger and of ordinary texts: lists that contradict each other, and what likeness makes of them."""

from __future__ import annotations

from dialogs.base import Base
from dialogs.checks.references import check_references, pen_for
from dialogs.crisis import Crisis
from dialogs.findings import Findings, Path
from dialogs.spelling import fold, split_words
from dialogs.words import N_


def check_danger(base: Base, findings: Findings, style: bool) -> None:
    """With `style` every example of lists that agree is also read as if it stood in none."""
    pen = pen_for(base, findings, "crisis", "")
    contacts = base.list_ids("contacts")
    rows: list[tuple[Path, str, str]] = []
    for i, kind in enumerate(base.crisis.kinds):
        check_references(pen.below("kinds", i), "contacts", kind.contacts, contacts, N_("contact"))
        rows += [(("kinds", i, "examples", j), kind.id, text) for j, text in enumerate(kind.examples)]
        if not kind.examples:
            pen.error(
                ("kinds", i, "id"),
                "no_examples",
                N_("the crisis `{id}` has no examples, so nothing is recognised"),
                N_("Add what people write in such a moment."),
                id=kind.id,
            )
    rows += [(("ordinary", j), "ordinary", text) for j, text in enumerate(base.crisis.ordinary)]
    seen: dict[tuple[str, ...], str] = {}
    torn = False
    for path, name, text in rows:
        other = seen.setdefault(tuple(map(fold, split_words(text))), name)
        if other != name:
            torn = True
            pen.error(
                path,
                "in_two_lists",
                N_("“{text}” stands here and under `{other}` too"),
                N_("Leave it only where it belongs."),
                text=text,
                other=other,
            )
    if style and base.crisis.kinds and not torn:
        _check_likeness(base, findings, rows)


def _check_likeness(base: Base, findings: Findings, rows: list[tuple[Path, str, str]]) -> None:
    crisis = Crisis(base)
    for path, name, text in rows:
        if (crisis.judge(text) is None) != (name == "ordinary"):
            pen_for(base, findings, "crisis", "").note(
                path,
                "unlike_its_list",
                N_("“{text}” is understood only word for word: it is more like the other lists"),
                N_("Add two or three more ways of saying the same, or move it to where it belongs."),
                text=text,
            )
