"""Contacts ready to be dictated. They depend on the place, the region and the minute, not on who calls, so one call
works them out for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from re import compile

from dialogs.edition import Edition
from dialogs.firmness import judge_contact
from dialogs.guidance import list_contacts, list_phones
from dialogs.records import Contact
from dialogs.screens.lines import format_phone, name_messenger, say_firmness, say_open
from dialogs.screens.view import View

_NUMBER = compile(r"^[\d -]+: *")


@dataclass(frozen=True, slots=True)
class Line:
    """A contact as it is dictated.

    Attributes:
        phones: Those that work from where the caller is.
        handles: Messengers, for callers whom no number serves; under occupation none that is a Ukrainian number.
    """

    id: str
    name: str
    phones: tuple[str, ...]
    handles: tuple[str, ...]
    hours: str
    mark: str
    guarded: bool


class Directory:
    """What one minute makes of an edition's contacts."""

    def __init__(self, edition: Edition, minute: datetime) -> None:
        self.minute = minute
        self._edition = edition
        self._reach: dict[tuple[str, str | None, str | None], tuple[Contact, ...]] = {}
        self._lines: dict[tuple[str, str, str], Line] = {}

    def list_reachable(self, place: str, region: str | None, topic: str | None = None) -> tuple[Contact, ...]:
        """Who can be reached from there on a topic (None is any), near by or for the whole country."""
        found = self._reach.get((place, region, topic))
        if found is None:
            found = tuple(list_contacts(self._edition, topic, region, place, self.minute))
            self._reach[place, region, topic] = found
        return found

    def make_line(self, view: View, contact: Contact) -> Line:
        key = (contact.id, view.caller_place, view.session.language)
        found = self._lines.get(key)
        if found is None:
            found = self._lines[key] = _make_line(view, contact)
        return found


def find_directory(view: View) -> Directory:
    """The directory of this minute; the one before it is forgotten."""
    minute = view.now.replace(second=0, microsecond=0)
    found: Directory | None = view.edition.memo.get("console directory")
    if found is None or found.minute != minute:
        found = view.edition.memo["console directory"] = Directory(view.edition, minute)
    return found


def name_line(short: str) -> str:
    """A name without the number it begins with («15-45: урядова гаряча лінія»): the number stands beside it."""
    name = _NUMBER.sub("", short)
    return name[:1].upper() + name[1:]


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
        "" if firmness.mark == "sources" else say_firmness(view, firmness),
        contact.guarded,
    )
