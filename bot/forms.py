"""What to say of a text that has not the form of its field: an id, a link, a region, a date."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.values import is_date, turn_date
from dialogs.findings import read_as_latin
from dialogs.words import N_

REGION_REMEDY = N_("Regions are named by their codes, such as UA-63; regions.yaml lists them.")
_ADDRESS = re.compile(r"(?:[a-z]+:/*)?([\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?)")
_DISK = re.compile(r"[A-Za-z]:[\\/]|file:|[/~]|\\\\")
_CYRILLIC = re.compile("[а-яєіїґ]", re.IGNORECASE)
_QUOTES = "“”„«»‘’\"'"


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong and its remedy, as message ids; `near` is what was probably meant."""

    what: str
    remedy: str
    near: str = ""
    code: str = "wrong_form"


def advise(pattern: str, text: str) -> Advice:
    """`pattern` is that of the field, as the record's model has it."""
    for sign, adviser in _ADVISERS.items():
        if sign in pattern:
            return adviser(pattern, text)
    return Advice(N_("`{name}` is not well formed: `{value}`"), N_("Compare with a neighbouring record."))


def _advise_id(pattern: str, text: str) -> Advice:
    latin = read_as_latin(text)
    if latin != text and re.fullmatch(pattern, latin):
        return Advice(
            N_("`{value}` is typed with Cyrillic letters that look like Latin ones"),
            N_("Type it anew with the Latin keyboard: `{near}`."),
            latin,
            "cyrillic_id",
        )
    near = re.sub(r"[^a-z0-9]+", "_", latin.lower()).strip("_")[:48]
    near = "" if _CYRILLIC.search(latin) else near
    return Advice(
        N_("`{value}` cannot be an id"),
        N_("Ids have small Latin letters, digits and _, 48 at most: for example `{near}`.")
        if near
        else N_("Ids have small Latin letters, digits and _, 48 at most."),
        near,
    )


def _advise_link(_pattern: str, text: str) -> Advice:
    if _DISK.match(text):
        return Advice(
            N_("`{value}` is a file on a computer, and others cannot open it"),
            N_("Find the page on the web and copy its address: it begins with https://."),
        )
    found = _ADDRESS.fullmatch(text.strip())
    return Advice(
        N_("`{value}` is not a link"),
        N_("A link begins with https:// and has no spaces: perhaps `{near}`.")
        if found
        else N_("Copy the address anew from the browser: it begins with https:// and has no spaces."),
        f"https://{found[1]}" if found else "",
    )


def _advise_region(pattern: str, text: str) -> Advice:
    near = text.strip().upper().replace("_", "-")
    if re.fullmatch(pattern, near):
        return Advice(N_("`{value}` is not a region"), N_("Did you mean `{near}`?"), near)
    return Advice(N_("in place of `{value}` the code of a region belongs"), REGION_REMEDY)


def _advise_page_date(_pattern: str, text: str) -> Advice:
    bare = text.strip(_QUOTES)
    near = turn_date(bare)
    if bare != text and is_date(near):
        return Advice(
            N_("curly quotes stand around `{value}`"),
            N_('Put straight ones: "{near}".'),
            near,
            "curly_quotes",
        )
    what = N_("`{value}` is not the date of a page")
    if is_date(near):
        return Advice(what, N_("Write it as {near}."), near)
    return Advice(what, N_("Write the year, year and month, or day: 2026, 2026-11 or 2026-11-23."))


def _advise_language(_pattern: str, _text: str) -> Advice:
    return Advice(
        N_("`{value}` is not the name of a language"),
        N_("Languages are named by two small letters, such as uk or en."),
    )


_ADVISERS = {
    "a-z0-9_": _advise_id,
    "https": _advise_link,
    "UA-": _advise_region,
    "[0-9]{4}": _advise_page_date,
    "[a-z]{2}": _advise_language,
}


def advise_date(text: str) -> Advice:
    """A day that was expected, and what stands there."""
    near = turn_date(text)
    if is_date(near):
        dashed = re.search("[–—−]", text)
        return Advice(
            N_("long dashes stand in the date `{value}`")
            if dashed
            else N_("the date in `{name}` is not written as it should be: `{value}`"),
            N_("Put ordinary hyphens: {near}.") if dashed else N_("Write it as {near}."),
            near,
            "bad_date",
        )
    return Advice(
        N_("`{name}` is a day that does not exist: `{value}`")
        if near
        else N_("`{name}` is not a date: `{value}`"),
        N_("Look the day up, and write year-month-day, such as 2026-11-23."),
        near,
        "bad_date",
    )
