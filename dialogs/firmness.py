"""How firm a record is today, said to people: never one warning for everything (DESIGN 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from dialogs.records import Amount, Contact, Entitlement, Source

Mark = Literal["called", "sources", "amount", "ended", "unconfirmed"]
LAST = {"ended": 2, "unconfirmed": 1}  # how far down a list each mark puts a record; the others do not


@dataclass(frozen=True, slots=True)
class Firmness:
    """The mark, and the day or month it speaks of."""

    mark: Mark
    day: date | None = None


@lru_cache(maxsize=1024)
def read_page_date(text: str | None) -> date | None:
    """The last day that a page date of the form 2026, 2026-11 or 2026-11-23 can mean, roughly."""
    if not text:
        return None
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1)
    return date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)


def find_newest(sources: tuple[Source, ...]) -> date | None:
    return _find_newest(tuple([source.page_date for source in sources]))


@lru_cache(maxsize=1024)
def _find_newest(page_dates: tuple[str | None, ...]) -> date | None:
    return max(filter(None, map(read_page_date, page_dates)), default=None)


def pick_amount(rows: tuple[Amount, ...], today: date) -> tuple[Amount, bool]:
    """The value in force today, and whether it surely is; else the newest that was."""
    for row in rows:
        if (row.start is None or row.start <= today) and (row.end is None or today <= row.end):
            return row, True
    past = [row for row in rows if row.end is not None and row.end < today]
    return (max(past, key=lambda r: r.end or today) if past else rows[0]), False


def judge_entitlement(record: Entitlement, today: date) -> Firmness:
    newest = find_newest(record.sources)
    term_passed = record.valid_until is not None and record.valid_until < today
    if record.closed and (record.valid_until is None or term_passed):
        return Firmness("ended", record.valid_until or newest)
    if term_passed:
        return Firmness("unconfirmed", newest)
    if record.confidence == "low" or newest is None:
        return Firmness("unconfirmed", newest)
    if record.checked_on is not None:
        if (today - record.checked_on).days > record.check_every:
            return Firmness("unconfirmed", record.checked_on)
        return Firmness("sources", record.checked_on)
    if any(not pick_amount(rows, today)[1] for rows in record.amounts.values()):
        return Firmness("amount", newest)
    return Firmness("sources", newest)


def judge_contact(record: Contact, today: date) -> Firmness:
    newest = find_newest(record.sources)
    if record.called_on is not None and record.call_result == "works":
        if (today - record.called_on).days <= record.check_every:
            return Firmness("called", record.called_on)
        return Firmness("unconfirmed", record.called_on)
    if record.confidence == "low" or newest is None or record.call_result in ("wrong_number", "no_answer"):
        return Firmness("unconfirmed", newest)
    return Firmness("sources", newest)


def find_due(record: Entitlement | Contact) -> date | None:
    """The day the next review is due; None when nobody has checked the record yet."""
    if record.checked_on is None:
        return None
    try:
        return record.checked_on + timedelta(days=record.check_every)
    except OverflowError:
        return None
