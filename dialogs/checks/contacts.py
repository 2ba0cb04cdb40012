"""Contacts: a wrong number harms more than a missing one."""

from __future__ import annotations

import re

import phonenumbers

from dialogs.base import Base
from dialogs.checks.entitlements import is_reachable
from dialogs.checks.references import (
    NO_GROUP,
    NO_TOPIC,
    check_references,
    check_short,
    pen_for,
    tell_no_source,
)
from dialogs.findings import Findings, Pen
from dialogs.records import Contact
from dialogs.words import N_

_LIKE_DIGITS = str.maketrans("OoОоIlІіЗз", "0000111133")
SHORT_NUMBER = re.compile(r"[0-9]{3,6}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "(" + "|".join(DAYS) + ")"
HOURS_PART = re.compile(
    rf"((daily|{_DAY}(-{_DAY})?) )?([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]"
)


def check_contacts(base: Base, findings: Findings, whole: bool) -> None:
    topics, groups, regions = (base.list_ids(kind) for kind in ("topics", "groups", "regions"))
    named = {name for e in base.entitlements for name in (*e.contacts, e.confirm_with)}
    named |= {name for kind in base.crisis.kinds for name in kind.contacts}
    for c in base.contacts:
        pen = pen_for(base, findings, "contacts", c.id)
        check_references(pen, "topics", c.topics, topics, NO_TOPIC)
        check_references(pen, "groups", c.groups, groups, NO_GROUP)
        check_references(pen, "regions", c.regions, regions, N_("there is no region `{name}`"))
        check_short(pen, ("short",), c.short)
        _check_numbers(c, pen)
        _check_hours(c, pen)
        if c.email and not EMAIL.fullmatch(c.email):
            pen.error(
                ("email",),
                "bad_email",
                N_("`{email}` is not an e-mail address"),
                N_(
                    "An address has the form name@example.org, without spaces; that of a page belongs into `url`. If there "
                    "is none, write null."
                ),
                email=c.email,
            )
        if not c.sources:
            tell_no_source(pen, c.id, pen.error)
        if whole and not c.topics and not c.emergency and c.id not in named:
            pen.warn(
                ("id",),
                "unused_contact",
                N_("nothing leads to `{id}`: it has no topic and no card names it"),
                N_("Write its topic into `topics`, or add `{id}` to the `contacts` of a card."),
                id=c.id,
            )
        if c.emergency and not c.phones:
            pen.error(
                ("phones",),
                "emergency_without_phone",
                N_("the emergency contact `{id}` has no phone"),
                N_("Add its number, or write `emergency: false`."),
                id=c.id,
            )
        if (c.call_result is None) != (c.called_on is None):
            pen.error(
                ("called_on",),
                "half_a_call",
                N_("`called_on` and `call_result` belong together, and one is missing"),
                N_(
                    "Write the day of the call and what came of it: works, no_answer, wrong_number or changed; "
                    "or null in both."
                ),
            )
        if c.call_result in ("works",) and not is_reachable(c):
            pen.error(
                ("call_result",),
                "call_without_number",
                N_("a call that works is noted, and there is no number in the record"),
                N_("Add the number that was called to `phones`."),
            )


def check_hotline(base: Base, findings: Findings, style: bool) -> None:
    """The number that people are told beside a code."""
    if base.settings is None:
        return
    pen = pen_for(base, findings, "settings", "")
    phone = base.settings.hotline
    if phone is None and style:
        pen.note(
            ("hotline",),
            "no_hotline",
            N_("the hotline's own number is not written: who gets a code for an operator is told no number"),
            N_('Write `hotline: "+380…"` once the line has a number.'),
        )
    elif phone is not None and not SHORT_NUMBER.fullmatch(phone) and not is_number(phone):
        _tell_number(pen, ("hotline",), phone, N_("Compare it with the number of the line itself."))


def _check_numbers(c: Contact, pen: Pen) -> None:
    for i, phone in enumerate(c.phones):
        if SHORT_NUMBER.fullmatch(phone) or is_number(phone):
            if phone in c.phones[:i]:
                pen.warn(
                    ("phones", i),
                    "listed_twice",
                    N_("`{name}` stands twice in one list"),
                    N_("Delete one of the two."),
                    name=phone,
                )
            continue
        _tell_number(pen, ("phones", i), phone)
    if c.abroad_phone and not is_number(c.abroad_phone):
        _tell_number(pen, ("abroad_phone",), c.abroad_phone)
    elif c.abroad_phone and c.abroad_phone.startswith("+380800"):
        pen.error(
            ("abroad_phone",),
            "not_from_abroad",
            N_("numbers that begin with 0 800 cannot be called from abroad"),
            N_('Write an ordinary number, in quotes and without spaces: "+380…"; or null.'),
        )


def is_number(phone: str) -> bool:
    """A complete international number that its country's numbering plan has."""
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", phone):
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return False


def _tell_number(
    pen: Pen, path: tuple[str | int, ...], phone: str, source: str = N_("Compare it with the source.")
) -> None:
    near = guess_number(phone)
    several = guess_numbers(phone)
    digits = re.sub(r"\D", "", phone)
    if not near and several:
        what = (
            N_("several numbers stand in one: `{phone}`")
            if several[1:]
            else N_("besides the number there is text: `{phone}`")
        )
        remedy = (
            N_("Write each by itself, in quotes: {near}.")
            if several[1:]
            else N_("Leave the number alone: {near}; an extension goes into `does`.")
        )
        near = ", ".join(f'"{number}"' for number in several)
    elif near and phone[:1] in "“”„«‘’":
        what, remedy = N_("curly quotes stand around `{phone}`"), N_('Put straight ones: "{near}".')
    elif near and phone.translate(_LIKE_DIGITS) != phone:
        what, remedy = N_("letters stand in `{phone}` where digits belong"), N_('Write "{near}".')
    elif near:
        what, remedy = N_("`{phone}` is not a phone number that can be dialled"), N_('Did you mean "{near}"?')
    elif re.search(r"[^\W\d_]", phone):
        what = N_("there are letters in the number `{phone}`")
        remedy = N_("Write it in digits, as the source has it.")
    elif phone.startswith("+380") and len(digits) != 12:
        what, remedy = N_("the number `{phone}` has {count} digits and should have 12"), source
    elif len(digits) < 3:
        what, remedy = N_("the number `{phone}` is too short"), source
    else:
        what, remedy = N_("`{phone}` is not a phone number that can be dialled"), source
    pen.error(path, "bad_phone", what, remedy, phone=phone, near=near, count=len(digits))


def guess_number(phone: str) -> str:
    """The international form of a number as people write it; empty when that is no number either."""
    bare = phone.translate(_LIKE_DIGITS).strip("“”„«»\"' ")
    if re.search(r"[^\d\s+()./-]", bare):
        return ""
    digits = re.sub(r"\D", "", bare)
    for guess in (f"+{digits}", f"+38{digits}", f"+380{digits}", f"+3{digits}"):
        if is_number(guess) and guess.startswith("+380"):
            return guess
    return digits if SHORT_NUMBER.fullmatch(digits) and digits != phone else ""


def guess_numbers(phone: str) -> list[str]:
    """Several numbers written as one, or a number with something behind it."""
    parts = [part.strip() for part in re.split(r"[,;/(]|\s[а-яєіїґa-z]", phone, flags=re.IGNORECASE)]
    good = [p if is_number(p) or SHORT_NUMBER.fullmatch(p) else guess_number(p) for p in parts]
    return [number for number in good if number] if good and good[0] else []


def _check_hours(c: Contact, pen: Pen) -> None:
    if not c.hours or c.hours == "24/7":
        return
    for part in c.hours.split(", "):
        if not HOURS_PART.fullmatch(part):
            pen.error(
                ("hours",),
                "bad_hours",
                N_("`{part}` is not an opening time"),
                N_(
                    "Write 24/7, daily 09:00-18:00 or Mon-Fri 09:00-18:00; join several with a comma and "
                    "a space; null if not known."
                ),
                part=part,
            )
