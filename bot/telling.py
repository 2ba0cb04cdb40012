"""What of a change is worth a notice, and for whom: plain records alone, and what a person would act on."""

from __future__ import annotations

from dialogs.edition import Edition
from dialogs.effects import Effect, Effects
from dialogs.guidance import list_plain_topics

# What changes for the administrators alone.
_SILENT = frozenset(
    [
        "sources",
        "check",
        "check_every",
        "checked_on",
        "called_on",
        "call_result",
        "keywords",
        "confidence",
        "weight",
        "groups",
        "when",
        "asked_by",
        "legal_basis",
        "category",
        "superseded",
        "kind",
    ]
)


def list_matters(found: Effects, old: Edition, new: Edition) -> dict[str, tuple[str, ...]]:
    """By plain topic, the regions that a change concerns; none means the whole country."""
    plain = list_plain_topics(new)
    regions: dict[str, set[str] | None] = {}
    for effect in found.records:
        if not _is_worth(effect):
            continue
        for edition in (old, new):
            for topic, where in _place(effect, edition):
                if topic not in plain:
                    continue
                known = regions.setdefault(topic, set())
                if known is not None:
                    regions[topic] = known | set(where) if where else None
    return {topic: tuple(sorted(where or ())) for topic, where in regions.items()}


def _is_worth(effect: Effect) -> bool:
    return bool(effect.moves) or any(change.field not in _SILENT for change in effect.changes)


def _place(effect: Effect, edition: Edition) -> list[tuple[str, tuple[str, ...]]]:
    """The topics of a record that is not guarded, with its regions."""
    if effect.kind == "entitlements" and effect.id in edition.entitlements:
        record = edition.entitlements[effect.id]
        return [] if record.guarded else [(record.topic, ())]
    if effect.kind == "contacts" and effect.id in edition.contacts:
        contact = edition.contacts[effect.id]
        return [] if contact.guarded else [(topic, contact.regions) for topic in contact.topics]
    return []
