"""What the command line tells about an edition: questions, found records, calls to make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.firmness import judge_contact
from dialogs.records import Contact
from dialogs.rules import read_questions
from dialogs.screens.lines import format_phone


def describe_questions(edition: Edition) -> list[dict[str, Any]]:
    """Every question: texts, choices, kind, sensitive, and who reads it."""
    rows = []
    for question in edition.questions.values():
        groups = [g.id for g in edition.groups.values() if question.id in read_questions(g.when)]
        entitlements = [
            e.id
            for e in edition.entitlements.values()
            if e.when is not None and question.id in read_questions(e.when)
        ]
        rows.append(
            {
                "id": question.id,
                "kind": question.kind,
                "sensitive": question.sensitive,
                "screening": question.screening,
                "texts": {
                    "ask": question.ask,
                    "ask_relative": question.ask_relative or question.ask,
                    "operator": question.operator,
                    "why": question.why,
                },
                "choices": [{"id": c.id, "texts": c.label} for c in edition.choices[question.id]],
                "groups": groups,
                "entitlements": entitlements,
            }
        )
    return rows


def name_record(edition: Edition, kind: str, id: str, language: str) -> str:
    text: dict[str, str] = {}
    if kind == "entitlement":
        text = edition.entitlements[id].title.short
    elif kind == "contact":
        text = edition.contacts[id].short
    elif kind == "topic":
        text = next((t.title for t in edition.base.topics if t.id == id), {})
    elif kind == "region":
        text = edition.regions[id].name
    return text.get(language) or next(iter(text.values()), id)


def describe_found(engine: Engine, text: str, language: str) -> dict[str, Any]:
    """`{understood, crisis, results: [{kind, id, title, score}]}`, best first."""
    crisis = engine.tools.alarm.read(text)
    found = engine.tools.finder.find(text)
    results = [
        {
            "kind": hit.kind,
            "id": hit.id,
            "title": name_record(engine.edition, hit.kind, hit.id, language),
            "score": round(hit.score, 2),
        }
        for hit in found.hits
    ]
    return {
        "understood": found.understood,
        "crisis": crisis,
        "results": results,
        "regions": list(found.regions),
    }


_DANGER = ("safety", "personal", "search", "health", "documents", "money", "housing")


def list_calls(edition: Edition, count: int, language: str, today: date) -> Iterator[str]:
    """The numbers to call first: never called, needed in danger, thin in sources, named by many cards."""
    used: dict[str, int] = {}
    for record in edition.entitlements.values():
        for name in {*record.contacts, record.confirm_with}:
            used[name] = used.get(name, 0) + 1

    def key(contact: Contact) -> tuple[object, ...]:
        firm = {"unconfirmed": 0, "sources": 1, "called": 2}.get(judge_contact(contact, today).mark, 1)
        danger = min((_DANGER.index(t) for t in contact.topics if t in _DANGER), default=9)
        return (contact.called_on is not None, firm, danger, -used.get(contact.id, 0), contact.id)

    rows = sorted((c for c in edition.contacts.values() if c.phones), key=key)
    for number, contact in enumerate(rows[:count], 1):
        phones = ", ".join(format_phone(p) for p in contact.phones)
        name = contact.short.get(language) or next(iter(contact.short.values()))
        yield f"{number:2}. {phones}  {name}  [{contact.id}]  {contact.confidence}; {contact.hours or '?'}"
        if contact.check:
            yield f"    ? {contact.check}"
