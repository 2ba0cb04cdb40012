"""Dates: what lies ahead, what has passed, whose review is overdue."""

from __future__ import annotations

from datetime import date

from dialogs.base import Base
from dialogs.checks.references import pen_for
from dialogs.findings import Findings, Pen
from dialogs.firmness import find_due, read_page_date
from dialogs.records import Contact, Entitlement, Source
from dialogs.words import N_

OLDEST = date(1990, 1, 1)
_CALL_AHEAD = (
    N_("the day of the call (`{name}`) lies ahead: {day}"),
    N_(
        "Write the day on which somebody really called. If nobody did yet, write null in `called_on` and in `call_result`."
    ),
)
_REVIEW_AHEAD = (
    N_("the day of the review (`{name}`) lies ahead: {day}"),
    N_("Write the day on which somebody really checked. If nobody did yet, write null."),
)


def check_freshness(base: Base, findings: Findings, today: date) -> None:
    for e in base.entitlements:
        pen = pen_for(base, findings, "entitlements", e.id)
        _check_review(pen, e, today)
        _check_amount_terms(pen, e, today)
        _check_sources(pen, e.sources, today)
    for c in base.contacts:
        pen = pen_for(base, findings, "contacts", c.id)
        _check_review(pen, c, today)
        _check_past(pen, "called_on", c.called_on, today, _CALL_AHEAD)
        _check_sources(pen, c.sources, today)
    for kind, records in (("groups", base.groups), ("about", base.about), ("regions", base.regions)):
        for record in records:
            _check_sources(pen_for(base, findings, kind, record.id), record.sources, today)


def _check_past(pen: Pen, name: str, day: date | None, today: date, ahead: tuple[str, str]) -> bool:
    if day is None:
        return False
    if day > today:
        pen.error(
            (name,),
            "future_date",
            *ahead,
            name=name,
            day=day.isoformat(),
        )
        return True
    if day < OLDEST:
        pen.error(
            (name,),
            "old_date",
            N_("`{name}` is {day}, which cannot be right"),
            N_("Write year-month-day, such as 2026-11-23."),
            name=name,
            day=day.isoformat(),
        )
        return True
    return False


def _check_review(pen: Pen, record: Entitlement | Contact, today: date) -> None:
    if _check_past(pen, "checked_on", record.checked_on, today, _REVIEW_AHEAD):
        return
    due = find_due(record)
    if due is not None and due < today:
        pen.warn(
            ("checked_on",),
            "overdue",
            N_("the review of `{id}` was due on {day}; people now read “not confirmed” on it"),
            N_("Check it anew and write today's date into `checked_on`."),
            id=record.id,
            day=due.isoformat(),
        )


def _check_amount_terms(pen: Pen, e: Entitlement, today: date) -> None:
    if e.valid_until is not None and e.valid_until < today:
        return
    for name, rows in e.amounts.items():
        ends = [row.end for row in rows if not (row.start and row.end and row.start > row.end)]
        if ends and all(end is not None and end < today for end in ends):
            pen.warn(
                ("amounts", name),
                "amount_passed",
                N_("the last value of the amount `{name}` ended on {day}"),
                N_(
                    "Add a line with the value that holds now and its `from`, keep the old line, and put the page "
                    "that says it under `sources`. If the payment has ended, write its last day into `valid_until`."
                ),
                name=name,
                day=max(end for end in ends if end is not None).isoformat(),
            )


def _check_sources(pen: Pen, sources: tuple[Source, ...], today: date) -> None:
    for i, source in enumerate(sources):
        try:
            day = read_page_date(source.page_date)
        except ValueError:
            month = str(source.page_date)[5:7]
            pen.error(
                ("sources", i, "page_date"),
                "bad_date",
                N_("there is no month {month} in a year: `{value}`")
                if int(month) > 12
                else N_("`{name}` is a day that does not exist: `{value}`"),
                N_("Look the date up on the page."),
                month=month,
                name="page_date",
                value=source.page_date,
            )
            continue
        if day is not None and day > today:
            pen.error(
                ("sources", i, "page_date"),
                "future_date",
                N_("`{name}` lies ahead: {day}"),
                N_("Write the date of the page as it stands on it."),
                name="page_date",
                day=str(source.page_date),
            )
