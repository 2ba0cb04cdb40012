"""Whom to call: contacts that work from where a person is, in the order they are worth trying."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from dialogs.edition import Edition
from dialogs.firmness import LAST, judge_contact
from dialogs.hours import is_open
from dialogs.records import Contact, Entitlement
from dialogs.session import UNKNOWN, WITHHELD


def reaches(contact: Contact, place: str) -> bool:
    """Whether a person in this place can use the contact at all.

    0 800 and short numbers do not work from abroad. Under occupation and in Russia no Ukrainian
    number is offered: only messengers and pages, with the record's own warning.
    """
    if place in ("occupied", "russia_belarus"):
        return not contact.emergency and any(m.handle for m in contact.messengers)
    if place == "abroad":
        if contact.emergency:
            return False
        return bool(
            contact.abroad_phone
            or any(_works_abroad(p) for p in contact.phones)
            or any(m.handle for m in contact.messengers)
            or contact.url
            or contact.email
        )
    return True


def _works_abroad(phone: str) -> bool:
    return phone.startswith("+") and not phone.startswith("+380800")


def list_phones(contact: Contact, place: str) -> list[str]:
    """The numbers that work from this place, the best first."""
    if place in ("occupied", "russia_belarus"):
        return []
    if place == "abroad":
        numbers = [contact.abroad_phone] if contact.abroad_phone else []
        return [*numbers, *(p for p in contact.phones if _works_abroad(p) and p not in numbers)]
    return list(contact.phones)


def order_contacts(
    edition: Edition, contacts: Iterable[Contact], place: str, region: str | None, moment: datetime
) -> list[Contact]:
    """Open now first, then with a number, then local, then firm."""
    firmness = _rank_contacts(edition, moment.date())

    def key(contact: Contact) -> tuple[object, ...]:
        opened = is_open(contact.hours, moment)
        return (
            not list_phones(contact, place),
            {True: 0, None: 1, False: 2}[opened],
            not (region and region in contact.regions),
            firmness[contact.id],
            {"high": 0, "medium": 1, "low": 2}[contact.confidence],
            contact.id,
        )

    return sorted((c for c in contacts if reaches(c, place)), key=key)


def _rank_contacts(edition: Edition, day: date) -> dict[str, int]:
    """How far down its firmness puts each contact on a day."""
    kept: tuple[date, dict[str, int]] | None = edition.memo.get("contacts' firmness")
    if kept is None or kept[0] != day:
        ranks = {id: LAST.get(judge_contact(c, day).mark, 0) for id, c in edition.contacts.items()}
        kept = edition.memo["contacts' firmness"] = day, ranks
    return kept[1]


def _list_on(edition: Edition, topic: str | None, guarded: bool) -> tuple[Contact, ...]:
    """The contacts on a topic, whatever the region; emergency numbers have a page of their own."""
    key = ("contacts", topic, guarded)
    found: tuple[Contact, ...] | None = edition.memo.get(key)
    if found is None:
        open_here = guarded or any(t.personal and t.id == topic for t in edition.base.topics)
        found = edition.memo[key] = tuple(
            c
            for c in edition.contacts.values()
            if not c.emergency and (open_here or not c.guarded) and (topic is None or topic in c.topics)
        )
    return found


def list_contacts(
    edition: Edition,
    topic: str | None,
    region: str | None,
    place: str,
    moment: datetime,
    guarded: bool = False,
    wanted: Callable[[Contact], object] = bool,
) -> list[Contact]:
    """Contacts for a topic and region, those of them that are wanted; guarded ones only when asked for."""
    near = filter(wanted, _list_near(edition, topic, region, guarded))
    return order_contacts(edition, near, place, region, moment)


def has_contacts(edition: Edition, topic: str, region: str | None, place: str) -> bool:
    """Whether `list_contacts` would find any."""
    return any(reaches(contact, place) for contact in _list_near(edition, topic, region, False))


def _list_near(edition: Edition, topic: str | None, region: str | None, guarded: bool) -> tuple[Contact, ...]:
    key = ("near", topic, region if region in edition.regions else None, guarded)
    found: tuple[Contact, ...] | None = edition.memo.get(key)
    if found is None:
        found = edition.memo[key] = tuple(
            contact
            for contact in _list_on(edition, topic, guarded)
            if not contact.regions or (region is not None and region in contact.regions)
        )
    return found


def contacts_of(
    edition: Edition, record: Entitlement, place: str, region: str | None, moment: datetime
) -> list[Contact]:
    """An entitlement's contacts in the administrator's order, those that do not reach left out."""
    own = [edition.contacts[c] for c in record.contacts if c in edition.contacts]
    return [c for c in own if reaches(c, place) and (not c.regions or region is None or region in c.regions)]


def read_place(answers: dict[str, tuple[str, ...]]) -> str:
    """The place answered, or an empty text."""
    choices = answers.get("place", ())
    return choices[0] if choices and choices[0] not in (UNKNOWN, WITHHELD) else ""


def read_region(answers: dict[str, tuple[str, ...]]) -> str | None:
    choices = answers.get("region", ())
    return choices[0] if choices and choices[0] not in (UNKNOWN, WITHHELD) else None
