"""What does not depend on who calls is worked out once for all: contacts ready to be dictated, by the place, the region
and the minute; why a rule holds, by the answers that it reads."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from dialogs.edition import Edition
from dialogs.firmness import judge_contact
from dialogs.reaching import contacts_of, list_contacts, list_phones
from dialogs.records import Contact, Entitlement
from dialogs.screens.lines import (
    format_phone,
    name_line,
    name_messenger,
    say_firmness,
    say_hours,
    say_open,
)
from dialogs.screens.menu import HUMAN_LINES
from dialogs.screens.view import View

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Line:
    """A contact as it is dictated.

    Attributes:
        phones: Those that work from where the caller is.
        hours: Whether it is open now, and its hours; `week` is the hours alone, for paper.
        handles: Messengers, for callers whom no number serves; under occupation none that is a Ukrainian number.
    """

    id: str
    name: str
    phones: tuple[str, ...]
    handles: tuple[str, ...]
    hours: str
    week: str
    mark: str
    guarded: bool


class Directory:
    """What one minute makes of an edition's contacts."""

    def __init__(self, edition: Edition, minute: datetime) -> None:
        self.minute = minute
        self._edition = edition
        self._kept: dict[Hashable, object] = {}

    def keep(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` gave for this key within the minute."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
        return cast(_T, found)

    def list_offices(self, place: str, region: str | None, topic: str | None = None) -> tuple[Contact, ...]:
        """Who can be reached from there on a topic (None is any), of those that serve some regions only."""
        return self.keep(
            ("offices", place, region, topic),
            lambda: self._list(place, region, topic, lambda contact: contact.regions),
        )

    def list_human(self, place: str, region: str | None) -> tuple[Contact, ...]:
        """The lines that help with anything."""
        return self.keep(
            ("human", place, region),
            lambda: self._list(place, region, None, lambda contact: contact.id in HUMAN_LINES),
        )

    def _list(
        self, place: str, region: str | None, topic: str | None, wanted: Callable[[Contact], object]
    ) -> tuple[Contact, ...]:
        return tuple(list_contacts(self._edition, topic, region, place, self.minute, wanted=wanted))

    def list_own(self, record: Entitlement, place: str, region: str | None) -> tuple[Contact, ...]:
        """Whom an entitlement names, those left out who cannot be reached from there."""
        return self.keep(
            ("own", record.id, place, region),
            lambda: tuple(contacts_of(self._edition, record, place, region, self.minute)),
        )

    def find_first(self, record: Entitlement, place: str, region: str | None) -> tuple[Contact, ...]:
        """Of those the one to call first, if there is any: with a number that works from there."""
        own = self.list_own(record, place, region)
        return self.keep(
            ("first", record.id, place, region),
            lambda: tuple(c for c in own if list_phones(c, place) and not c.emergency)[:1] or own[:1],
        )

    def make_line(self, view: View, contact: Contact) -> Line:
        key = ("line", contact.id, view.caller_place, view.session.language)
        return self.keep(key, lambda: _make_line(view, contact))


def find_directory(view: View) -> Directory:
    """The directory of this minute; the one before it is forgotten."""
    minute = view.now.replace(second=0, microsecond=0)
    found: Directory | None = view.edition.memo.get("console directory")
    if found is None or found.minute != minute:
        found = view.edition.memo["console directory"] = Directory(view.edition, minute)
    return found


def _make_line(view: View, contact: Contact) -> Line:
    phones = list_phones(contact, view.caller_place)
    firmness = judge_contact(contact, view.today)
    return Line(
        contact.id,
        name_line(view.say(contact.short)),
        tuple(format_phone(phone) for phone in phones),
        ()
        if phones
        else tuple(
            f"{name_messenger(m.kind)}: {m.handle}"
            for m in contact.messengers
            if m.handle and not (view.unsafe and m.handle.startswith("+380"))
        ),
        say_open(view, contact),
        say_hours(view, contact.hours),
        "" if firmness.mark == "sources" else say_firmness(view, firmness),
        contact.guarded,
    )
