"""A filled-in example of each record that has a file of its own: for `new`, and where a field is faulty."""

from __future__ import annotations

from typing import Any

_TEXT = {"uk": "Приклад", "en": "Example"}
_SOURCE = {"url": "https://example.org/page", "page_date": "2026-11", "says": "What the page says."}


def build_example(kind: str, id: str) -> dict[str, Any]:
    """An example of `groups`, `entitlements` or `contacts` that fits its model."""
    if kind == "groups":
        return {
            "id": id,
            "number": 99,
            "edition": "plan_2025",
            "title": _TEXT,
            "short": _TEXT,
            "about": _TEXT,
            "when": "always",
            "sources": [_SOURCE],
        }
    if kind == "contacts":
        return {
            "id": id,
            "name": _TEXT,
            "short": _TEXT,
            "kind": "hotline",
            "topics": ["money"],
            "phones": ["+380800500335"],
            "hours": "Mon-Fri 09:00-18:00",
            "does": _TEXT,
            "sources": [_SOURCE],
            "confidence": "medium",
        }
    return {
        "id": id,
        "topic": "money",
        "title": {"short": _TEXT, "full": _TEXT},
        "groups": [],
        "guarded": None,
        "when": "always",
        "who": _TEXT,
        "what": _TEXT,
        "how": [_TEXT],
        "urgency": "none",
        "contacts": ["gov_hotline_1545"],
        "confirm_with": "gov_hotline_1545",
        "sources": [_SOURCE],
        "confidence": "medium",
        "keywords": ["приклад"],
    }
