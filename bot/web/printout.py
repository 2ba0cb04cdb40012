"""What a session's answers lead to, on paper: the first cards in full, then everything else by name."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.firmness import judge_entitlement
from dialogs.guidance import Listed, pick_first
from dialogs.reaching import contacts_of, list_phones
from dialogs.screens.lines import format_phone, name_line, say_firmness, say_hours
from dialogs.screens.view import View

PHONES = 3
FULL = 6


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    phones: tuple[str, ...]
    hours: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of help on paper."""

    title: str
    verdict: str
    mark: str
    what: str
    steps: tuple[str, ...]
    papers: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """What there is besides, in one topic."""

    topic: str
    titles: tuple[str, ...]


def print_rest(view: View) -> list[Rest]:
    first = {item.id for item in _pick(view)}
    found = []
    for topic in view.edition.base.topics:
        titles = tuple(
            view.say(view.edition.entitlements[item.id].title.short)
            for item in view.listed
            if item.shown and item.id not in first and view.edition.entitlements[item.id].topic == topic.id
        )
        if titles:
            found.append(Rest(view.say(topic.title), titles))
    return found


def _pick(view: View) -> list[Listed]:
    return pick_first(view.edition, [item for item in view.listed if item.shown], FULL)


def print_results(view: View) -> list[Sheet]:
    """In the order of the screen; nothing that was not asked for."""
    sheets = []
    for item in _pick(view):
        record = view.edition.entitlements[item.id]
        lines = []
        for contact in contacts_of(view.edition, record, view.caller_place, view.region, view.now)[:PHONES]:
            phones = tuple(format_phone(number) for number in list_phones(contact, view.caller_place))
            phones = phones or tuple(m.handle for m in contact.messengers if m.handle)
            if phones:
                lines.append(Line(name_line(view.say(contact.short)), phones, say_hours(view, contact.hours)))
        sheets.append(
            Sheet(
                view.fill(record, record.title.full),
                view.verdict_words(item.verdict),
                say_firmness(view, judge_entitlement(record, view.today)),
                view.fill(record, record.what),
                tuple(view.fill(record, step) for step in record.how),
                tuple(view.fill(record, paper) for paper in record.documents),
                tuple(lines),
            )
        )
    return sheets
