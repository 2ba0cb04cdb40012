"""What the base covers: group × region × language, what is thin, unconfirmed, overdue; and the work list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import log10
from typing import Any

from dialogs.edition import Edition
from dialogs.firmness import find_due, judge_contact, judge_entitlement
from dialogs.languages import walk_texts
from dialogs.records import Contact, Entitlement

THIN_RECORDS = 8
THIN_FIRM = 0.66
_URGENCY = {"hours": 3, "days": 2, "months": 1, "none": 0}
_NOT_FIRM = ("unconfirmed", "ended", "amount")
MARKS = {"covered": "●", "national": "◐", "thin": "○", "unconfirmed": "?"}


def survey(edition: Edition, today: date, shown: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Cells, and the lists of what to look at; `shown` counts how often a record was shown."""
    cells = []
    said = {language: _list_said(edition, language) for language in edition.languages}
    for group in edition.groups.values():
        records = [e for e in edition.entitlements.values() if group.id in e.groups]
        marks = [judge_entitlement(e, today).mark for e in records]
        firm = sum(mark not in ("unconfirmed", "ended") for mark in marks)
        contacts = [c for c in edition.contacts.values() if not c.groups or group.id in c.groups]
        for region in edition.regions:
            local = [c for c in contacts if region in c.regions]
            for language in edition.languages:
                translated = sum(e.id in said[language] for e in records)
                speaking = [c for c in local if not c.languages or language in c.languages]
                cells.append(
                    {
                        "group": group.id,
                        "region": region,
                        "language": language,
                        "entitlements": translated,
                        "firm": firm,
                        "regional_contacts": len(speaking),
                        "regional_phones": sum(bool(c.phones) for c in speaking),
                        "regional_firm": sum(
                            judge_contact(c, today).mark in ("called", "sources")
                            for c in speaking
                            if c.phones
                        ),
                        "state": _judge_cell(translated, firm, speaking, today),
                    }
                )
    return {
        "edition": edition.id,
        "revision": edition.base.revision,
        "day": today.isoformat(),
        "cells": cells,
        "regions": [_survey_region(edition, region, cells, today) for region in edition.regions],
        "overdue": _list_due(edition, today),
        "unconfirmed": _list_unconfirmed(edition, today),
        "never_checked": sum(e.checked_on is None for e in edition.entitlements.values()),
        "never_called": sum(c.called_on is None and bool(c.phones) for c in edition.contacts.values()),
        "without_phone": [c.id for c in edition.contacts.values() if not c.phones],
        "work": rank_work(edition, today, shown or {}),
    }


def _survey_region(edition: Edition, region: str, cells: list[dict[str, Any]], today: date) -> dict[str, Any]:
    """What a region has of its own: contacts, those with a phone, those whose phone a dated source names."""
    local = [c for c in edition.contacts.values() if region in c.regions]
    phones = [c for c in local if c.phones]
    firm = [c for c in phones if judge_contact(c, today).mark in ("called", "sources")]
    first = edition.languages[0]
    mine = [c for c in cells if c["region"] == region and c["language"] == first]
    return {
        "id": region,
        "contacts": len(local),
        "phones": len(phones),
        "firm": len(firm),
        "topics": sorted({t for c in firm for t in c.topics}),
        "covered_groups": sum(c["state"] == "covered" for c in mine),
    }


def _list_said(edition: Edition, language: str) -> set[str]:
    """The entitlements that are all in the language."""
    filled_from = edition.languages[0] if language in edition.unfinished else ""
    return {e.id for e in edition.entitlements.values() if _is_said(e, language, filled_from)}


def _is_said(record: Entitlement, language: str, filled_from: str) -> bool:
    """Whether all is in the language; in an unfinished one, what is filled in from another is not."""
    return all(
        language in text and (not filled_from or text[language] != text[filled_from])
        for _, text in walk_texts(record)
    )


def _judge_cell(records: int, firm: int, local: list[Contact], today: date) -> str:
    """`thin`: few records; `unconfirmed`: too many not firm; `national`: no number of the region's own."""
    if records < THIN_RECORDS:
        return "thin"
    if firm < records * THIN_FIRM:
        return "unconfirmed"
    if not any(c.phones and judge_contact(c, today).mark in ("called", "sources") for c in local):
        return "national"
    return "covered"


def count_overdue(edition: Edition, today: date) -> int:
    return len(_list_due(edition, today))


def _list_due(edition: Edition, today: date) -> list[dict[str, Any]]:
    rows = []
    for kind, records in (("entitlement", edition.entitlements), ("contact", edition.contacts)):
        for record in records.values():
            due = find_due(record)
            if due is not None and due < today:
                rows.append({"kind": kind, "id": record.id, "due": due.isoformat()})
    for record in edition.entitlements.values():
        if record.valid_until is not None and record.valid_until < today and not record.closed:
            rows.append({"kind": "term", "id": record.id, "due": record.valid_until.isoformat()})
    return sorted(rows, key=lambda row: (row["due"], row["id"]))


def _list_unconfirmed(edition: Edition, today: date) -> list[dict[str, Any]]:
    rows = [
        {"kind": "entitlement", "id": e.id, "mark": judge_entitlement(e, today).mark}
        for e in edition.entitlements.values()
        if judge_entitlement(e, today).mark in _NOT_FIRM
    ]
    rows += [
        {"kind": "contact", "id": c.id, "mark": judge_contact(c, today).mark}
        for c in edition.contacts.values()
        if judge_contact(c, today).mark == "unconfirmed"
    ]
    return rows


def rank_work(edition: Edition, today: date, shown: Mapping[str, int]) -> list[dict[str, Any]]:
    """What to check first: often shown, urgent, for many groups, and not firm.

    Ten times as often shown counts once more. How often a guarded record is shown is not known, so it stands
    as high as the most shown.
    """
    often = {id: 1 + log10(1 + count) for id, count in shown.items()}
    most = max(often.values(), default=1.0)
    rows = []
    for e in edition.entitlements.values():
        mark = judge_entitlement(e, today).mark
        due = find_due(e)
        overdue = due is not None and due < today
        risk = {"unconfirmed": 4, "amount": 3, "sources": 1, "ended": 0, "called": 0}[mark] + 3 * overdue
        risk += {"low": 3, "medium": 1, "high": 0}[e.confidence] + (e.checked_on is None)
        score = (
            risk * (1 + _URGENCY[e.urgency]) * (2 if e.guarded or e.warning else 1) + e.weight + len(e.groups)
        )
        rows.append(
            {
                "id": e.id,
                "score": round(score * (most if e.guarded else often.get(e.id, 1.0)), 1),
                "mark": mark,
                "confidence": e.confidence,
                "urgency": e.urgency,
                "check": e.check,
            }
        )
    return sorted(rows, key=lambda row: (-row["score"], row["id"]))


def draw_table(survey: dict[str, Any], language: str) -> list[str]:
    """Groups down, regions across, one mark a cell."""
    cells = {(c["group"], c["region"]): c for c in survey["cells"] if c["language"] == language}
    regions = list(dict.fromkeys(region for _, region in cells))
    lines = [" " * 24 + " ".join(region.removeprefix("UA-") for region in regions)]
    for group in dict.fromkeys(group for group, _ in cells):
        row = "  ".join(MARKS[cells[group, region]["state"]] for region in regions)
        lines.append(f"{group[:23]:24}{row}")
    return lines
