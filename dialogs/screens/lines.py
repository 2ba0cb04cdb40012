"""Contacts as people read and dial them."""

from __future__ import annotations

from re import compile

from dialogs.firmness import Firmness, judge_contact
from dialogs.hours import is_open
from dialogs.reaching import list_phones
from dialogs.records import Contact
from dialogs.reply import Block, Heading, Link, Paragraph, Phone
from dialogs.screens.view import View

_NUMBER = compile(r"^[\d -]+: *")


def format_phone(number: str) -> str:
    """As people in Ukraine dial it: 0 800 500 335, 116 123, +380 44 238 15 50."""
    if number.startswith("+380800") and len(number) == 13:
        return f"0 800 {number[7:10]} {number[10:]}"
    if number.startswith("+380") and len(number) == 13:
        return f"+380 {number[4:6]} {number[6:9]} {number[9:11]} {number[11:]}"
    if number.isdigit() and len(number) == 4:
        return f"{number[:2]}-{number[2:]}" if number in ("1545", "1547") else number
    if number.isdigit() and len(number) == 6:
        return f"{number[:3]} {number[3:]}"
    return number


def name_line(short: str) -> str:
    """A name without the number it begins with («15-45: урядова гаряча лінія»): the number stands beside it."""
    name = _NUMBER.sub("", short)
    return name[:1].upper() + name[1:]


def say_hours(view: View, hours: str | None) -> str:
    _ = view._
    if not hours:
        return _("hours not known")
    if hours == "24/7":
        return _("day and night")
    names = {
        "daily": _("daily"),
        "Mon": _("Mon"),
        "Tue": _("Tue"),
        "Wed": _("Wed"),
        "Thu": _("Thu"),
        "Fri": _("Fri"),
        "Sat": _("Sat"),
        "Sun": _("Sun"),
    }
    words = hours
    for code, name in names.items():
        words = words.replace(code, name)
    return words.replace("-", "–")


def _is_open(view: View, contact: Contact) -> bool | None:
    return None if view.lasting else is_open(contact.hours, view.now)


def say_open(view: View, contact: Contact) -> str:
    opened = _is_open(view, contact)
    if opened is None:
        return say_hours(view, contact.hours)
    now = view._("open now") if opened else view._("closed now")
    return f"{now}; {say_hours(view, contact.hours)}"


def say_firmness(view: View, firmness: Firmness) -> str:
    """The mark of firmness in words; the normal case is no alarm."""
    _ = view._
    day, words = firmness.day, view.words
    match firmness.mark:
        case "called" if day:
            return _("number called on {day}").format(day=words.format_date(day))
        case "sources" if day:
            return _("by sources of {month}").format(month=words.format_month(day))
        case "amount" if day:
            return _("by sources of {month}; the amount may have changed").format(
                month=words.format_month(day)
            )
        case "ended" if day:
            return _("probably ended on {day}").format(day=words.format_date(day))
    if day:
        return _("not confirmed (source of {month}): ask first").format(month=words.format_month(day))
    return _("not confirmed: ask first")


_REMEMBERED = 1_024  # contacts as they stand on screens


def contact_blocks(view: View, contact: Contact, full: bool = False) -> tuple[Block, ...]:
    """Name, hours, then each number alone on its line; only what works from where the person is."""
    opened = _is_open(view, contact)
    key = (contact.id, full, view.session.language, view.caller_place, view.today, opened)
    found: dict[object, tuple[Block, ...]] = view.edition.memo.setdefault("contact blocks", {})
    blocks = found.get(key)
    if blocks is None:
        blocks = found[key] = tuple(_list_blocks(view, contact, full))
        if len(found) > _REMEMBERED:
            del found[next(iter(found))]
    return blocks


def _list_blocks(view: View, contact: Contact, full: bool) -> list[Block]:
    _ = view._
    blocks: list[Block] = [Heading(view.say(contact.name if full else contact.short), below=not full)]
    if contact.safety and (full or view.unsafe or not view.caller_place):
        blocks.append(
            Paragraph(
                contact.safety if isinstance(contact.safety, str) else view.say(contact.safety), "warning"
            )
        )
    blocks.append(Paragraph(view.say(contact.does)))
    phones = list_phones(contact, view.caller_place)
    if phones:
        notes = []
        if contact.cost == "free":
            notes.append(_("free"))
        if contact.confidential is True:
            notes.append(_("confidential"))
        said, lasting = (
            "; ".join([hours, *notes]) for hours in (say_open(view, contact), say_hours(view, contact.hours))
        )
        blocks.append(Paragraph(said, "note", lasting if lasting != said else ""))
    for number in phones:
        blocks.append(Phone(format_phone(number), number))
    handles = [m for m in contact.messengers if m.handle]
    for messenger in handles:
        blocks.append(Paragraph(f"{name_messenger(messenger.kind)}: {messenger.handle}"))
    if contact.email and not view.unsafe:
        blocks.append(Paragraph(_("E-mail: {email}").format(email=contact.email)))
    if contact.address and not contact.hide_address and not view.unsafe:
        address = contact.address if isinstance(contact.address, str) else view.say(contact.address)
        blocks.append(Paragraph(_("Address: {address}").format(address=address)))
    if contact.url and not view.unsafe:
        blocks.append(Link(_("Page"), contact.url))
    if full or judge_contact(contact, view.today).mark != "sources":
        blocks.append(Paragraph(say_firmness(view, judge_contact(contact, view.today)), "note"))
    return blocks


def name_messenger(kind: str) -> str:
    return {
        "telegram": "Telegram",
        "telegram_call": "Telegram",
        "viber": "Viber",
        "whatsapp": "WhatsApp",
        "signal": "Signal",
    }.get(kind, kind.capitalize())
