"""Examples of danger and of ordinary texts: lists that contradict each other, and what likeness makes of them."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.base import Base
from dialogs.checks.references import NO_CONTACT, check_references, pen_for
from dialogs.findings import Findings, Path
from dialogs.learned import Learned
from dialogs.spelling import fold, split_words
from dialogs.words import N_


def check_danger(base: Base, findings: Findings) -> None:
    pen = pen_for(base, findings, "crisis", "")
    contacts = base.list_ids("contacts")
    for i, kind in enumerate(base.crisis.kinds):
        check_references(pen.below("kinds", i), "contacts", kind.contacts, contacts, NO_CONTACT)
        if not kind.examples:
            pen.error(
                ("kinds", i, "id"),
                "no_examples",
                N_("the crisis `{id}` has no examples, so it is never recognised"),
                N_("Add `examples: […]` with what people write in such a moment."),
                id=kind.id,
            )
    seen: dict[tuple[str, ...], str] = {}
    for sheet, path, name, text in _list_rows(base):
        other = seen.setdefault(tuple(map(fold, split_words(text))), name)
        if other != name:
            pen_for(base, findings, sheet, "").error(
                path,
                "in_two_lists",
                N_("“{text}” stands here and under `{other}` too"),
                N_(
                    "If people in danger write so, delete it under `ordinary`: else it is not recognised. If they do not, "
                    "delete it under `{danger}`."
                )
                if "ordinary" in (name, other)
                else N_("Leave it only in the list where it belongs."),
                text=text,
                other=other,
                danger=name if other == "ordinary" else other,
            )


def check_likeness(base: Base, findings: Findings, learned: Learned) -> None:
    """Every example is also read as if it stood in no list."""
    if not base.crisis.kinds:
        return
    for (sheet, path, name, text), alarms in zip(_list_rows(base), learned.alarms, strict=True):
        if bool(alarms) == (name == "ordinary"):
            pen_for(base, findings, sheet, "").note(
                path,
                "unlike_its_list",
                N_("“{text}” is understood only word for word: it is more like the other lists"),
                N_("Add two or three more ways of saying the same, or move it to where it belongs."),
                text=text,
            )


def _list_rows(base: Base) -> Iterator[tuple[str, Path, str, str]]:
    """Where each example stands: its file, its place in it, and the list it is in."""
    for i, kind in enumerate(base.crisis.kinds):
        for j, text in enumerate(kind.examples):
            yield "crisis", ("kinds", i, "examples", j), kind.id, text
    for j, text in enumerate(base.ordinary.texts):
        yield "ordinary", ("texts", j), "ordinary", text
