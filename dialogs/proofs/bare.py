"""A base bared to what the proofs are of: conditions, groups, and questions as they are asked.

Proven is the bare base alone, so nothing it lacks can change a proof, and a proof holds as long as it is the same.
"""

from __future__ import annotations

from dialogs.base import Base
from dialogs.records import Entitlement, Group, Question, Title, Topic


def bare(base: Base) -> Base:
    """The base without other texts, contacts, sums, sources and dates; where its records stand is kept."""
    return Base(
        "",
        settings=base.settings,
        screening=base.screening,
        topics=[_bare_topic(topic) for topic in base.topics],
        questions=[_bare_question(question) for question in base.questions],
        groups=[_bare_group(group) for group in base.groups],
        entitlements=[_bare_entitlement(record) for record in base.entitlements],
        regions=base.regions,
        origins=base.origins,
    )


def name_bare(base: Base) -> str:
    """Everything that a bare base is, and in which file and where there each record begins."""
    records = (base.settings, base.screening, base.topics, base.questions, base.groups, base.entitlements)
    kinds = ("screening", "questions", "groups", "entitlements")
    places = [(*at, where.file, top) for at, (where, top) in base.origins.items() if at[0] in kinds]
    return repr((records, [(region.id, region.short) for region in base.regions], sorted(places, key=str)))


def _bare_topic(topic: Topic) -> Topic:
    return topic.model_copy(update={"title": {}, "about": {}})


def _bare_question(question: Question) -> Question:
    choices = tuple(choice.model_copy(update={"label": {}, "hint": None}) for choice in question.choices)
    return question.model_copy(
        update={
            "ask_relative": None,
            "operator": {},
            "avoid": None,
            "why": {},
            "cover": None,
            "choices": choices,
        }
    )


def _bare_group(group: Group) -> Group:
    return group.model_copy(update={"title": {}, "short": {}, "about": {}, "sources": ()})


def _bare_entitlement(record: Entitlement) -> Entitlement:
    return Entitlement.model_construct(
        id=record.id,
        topic=record.topic,
        title=Title.model_construct(short={}, full={}),
        groups=record.groups,
        guarded=record.guarded,
        asked_by=record.asked_by,
        when=record.when,
        who={},
        what={},
        how=(),
        urgency="none",
        contacts=(),
        confirm_with="",
        sources=(),
        confidence="low",
    )
