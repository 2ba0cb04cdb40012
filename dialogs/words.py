"""The program's own words: an interface to gettext that the shell fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date


def N_(message: str) -> str:  # noqa: N802 - gettext's name for a marked, not yet translated text
    return message


def _english_plural(one: str, many: str, n: int) -> str:
    return one if n == 1 else many


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of one language.

    `gettext` and `ngettext` come from the catalogue; `date` and `number` follow the language's habits.
    """

    language: str
    gettext: Callable[[str], str] = field(default=lambda message: message)
    ngettext: Callable[[str, str, int], str] = field(default=_english_plural)
    format_date: Callable[[date], str] = field(default=lambda day: day.isoformat())
    format_month: Callable[[date], str] = field(default=lambda day: f"{day.month}/{day.year}")
    format_number: Callable[[float | int], str] = field(default=lambda value: f"{value:,}")


AllWords = Mapping[str, Words]
