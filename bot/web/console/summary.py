"""The end of a call: what to read out, to send, and to print. No answer of the caller stands in any of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.console.directory import Directory, Line, find_directory
from dialogs.guidance import match_groups, pick_first
from dialogs.reaching import list_phones
from dialogs.records import Contact, Entitlement
from dialogs.rules import Verdict
from dialogs.screens.lines import format_phone, say_firmness
from dialogs.screens.view import View

SMS = 201  # three parts of 67: Cyrillic letters take two bytes each
SMS_LONG = 603
MOST_CONTACTS = 5
STEP = 180
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[«A-ZА-ЯІЇЄҐ])")


@dataclass(frozen=True, slots=True)
class Card:
    """An entitlement as it stands on a leaflet."""

    id: str
    title: str
    what: str
    steps: tuple[str, ...]
    documents: tuple[str, ...]
    deadline: str
    mark: str
    guarded: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """`sms` is empty where a text on the phone could harm."""

    cards: tuple[Card, ...]
    lines: tuple[Line, ...]
    spoken: tuple[str, ...]
    sms: str
    sms_long: str


def count_sms(text: str) -> int:
    """Letters as a phone counts them."""
    return len(text.encode("utf-16-le")) // 2


def summarise(view: View, address: str = "") -> Summary:
    """`address` is the public handbook's, the same for everybody."""
    records = [view.edition.entitlements[item.id] for item in pick_first(view.edition, view.listed)]
    cards = tuple(make_card(view, record) for record in records)
    directory = find_directory(view)
    lines = tuple(directory.make_line(view, contact) for contact in pick_contacts(view, records, directory))
    return Summary(
        cards,
        lines,
        _speak(view, cards, lines),
        _write(view, cards, lines, SMS, address),
        _write(view, cards, lines, SMS_LONG, address),
    )


def pick_contacts(view: View, records: Sequence[Entitlement], directory: Directory) -> list[Contact]:
    """Whom to call: the first of each card, then near by, then the lines that help with anything."""
    found: dict[str, Contact] = {}
    place, region = view.caller_place, view.region
    for record in records:
        found.update((c.id, c) for c in directory.find_first(record, place, region))
    near = [c for c in list_near(view, records, directory) if list_phones(c, place)]
    found.update((c.id, c) for c in near[:1])
    if len(found) < 2:
        found.update((c.id, c) for c in directory.list_human(place, region))
    return list(found.values())[:MOST_CONTACTS]


def list_near(view: View, records: Sequence[Entitlement], directory: Directory) -> list[Contact]:
    """Offices of the caller's region that serve what these cards are about, and somebody like the caller: not the
    veterans' office for a mother who moved."""
    mine = {m.id for m in match_groups(view.edition, view.known) if m.verdict is not Verdict.NO and m.pointed}
    found: dict[str, Contact] = {}
    for topic in dict.fromkeys(record.topic for record in records):
        for contact in directory.list_offices(view.caller_place, view.region, topic):
            if contact.guarded or not contact.groups or not mine.isdisjoint(contact.groups):
                found[contact.id] = contact
    return list(found.values())


def make_card(view: View, record: Entitlement) -> Card:
    firmness = view.edition.judge_firmness(view.today)[record.id]
    return Card(
        record.id,
        view.say(record.title.short),
        view.fill(record, record.what),
        tuple(view.fill(record, step) for step in record.how),
        tuple(view.fill(record, paper) for paper in record.documents),
        view.fill(record, record.deadline),
        say_firmness(view, firmness),
        record.guarded is not None,
    )


def take_sentences(text: str, most: int) -> str:
    """The first whole sentences of a text, as many as `most` letters hold, and one at least: nothing is read out by half."""
    taken = ""
    for sentence in _SENTENCE.split(text):
        if taken and len(taken) + 1 + len(sentence) > most:
            break
        taken = f"{taken} {sentence}".strip()
    return taken


def _speak(view: View, cards: tuple[Card, ...], lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Short sentences; the number comes last, when the caller has a pen."""
    _ = view._
    said = []
    if cards:
        said.append(_("By what you told me, this may concern you."))
    for number, card in enumerate(cards, 1):
        first = take_sentences(card.steps[0], STEP) if card.steps else ""
        said.append(f"{number}. {card.title}." + (f" {first.rstrip('.')}." if first else ""))
        if card.deadline:
            said.append(_("Time limit: {deadline}").format(deadline=take_sentences(card.deadline, STEP)))
    said.append(_("Nothing is certain: the office decides. You may ask for its answer in writing."))
    with_numbers = [line for line in lines if line.phones]
    if with_numbers:
        said.append(_("Please take a pen. I will say the numbers slowly."))
    said.extend(f"{line.name}: {line.phones[0]} ({line.hours})." for line in with_numbers)
    if view.edition.hotline and not view.unsafe:
        said.append(
            _("If we are cut off, our number is {number}.").format(number=format_phone(view.edition.hotline))
        )
    if view.unsafe:
        said.append(
            _("From where you are, please do not call Ukrainian numbers. Clear this call from your phone.")
        )
    return tuple(said)


def _write(view: View, cards: tuple[Card, ...], lines: tuple[Line, ...], most: int, address: str) -> str:
    """Numbers first. A text lies on a phone that others may read: personal topics never stand in it by
    name, and when discreet nothing does."""
    _ = view._
    if view.unsafe:
        return ""
    discreet = view.session.discreet
    parts = []
    for line in lines:
        if line.phones and not (discreet and line.guarded):
            parts.append(line.phones[0] if discreet or line.guarded else f"{line.phones[0]} {line.name}")
    text = _join("", parts, most, "; ")
    if not discreet:
        text = _join(text, [card.title for card in cards if not card.guarded], most, ". ", "; ")
    if address:
        text = _join(text, [address.removeprefix("https://")], most, ". ")
    return text


def _join(text: str, parts: list[str], most: int, first: str, then: str = "") -> str:
    """As many parts as fit, whole."""
    mark = first if text else ""
    for part in parts:
        longer = text + mark + part
        if count_sms(longer) <= most:
            text, mark = longer, then or first
    return text
