"""The program's own words: gettext catalogues through Babel, compiled in memory when .mo is missing."""

from __future__ import annotations

import gettext
import io
from datetime import date
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any

from babel import core, localedata
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from dialogs.words import Words

DOMAIN = "nap1325"


def find_locales() -> Path:
    """The catalogues: beside the code in a checkout, inside the package in a wheel."""
    here = Path(__file__).resolve().parent
    packed = here / "data" / "locales"
    return packed if packed.is_dir() else here.parent / "locales"


def load_catalogue(folder: Path, language: str) -> gettext.NullTranslations:
    """One language's catalogue; the source texts (English) when there is none."""
    base = folder / language / "LC_MESSAGES" / DOMAIN
    compiled, source = base.with_suffix(".mo"), base.with_suffix(".po")
    if compiled.is_file() and (not source.is_file() or compiled.stat().st_mtime >= source.stat().st_mtime):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    if source.is_file():
        with source.open("rb") as file:
            catalogue = read_po(file, locale=language)
        buffer = io.BytesIO()
        write_mo(buffer, catalogue)
        buffer.seek(0)
        return gettext.GNUTranslations(buffer)
    return gettext.NullTranslations()


def _share(catalogue: gettext.NullTranslations) -> None:
    """Every language's catalogue has the same sources, and the English one has them for translations too."""
    words: dict[Any, str] = vars(catalogue).get("_catalog", {})
    shared = {key if isinstance(key, tuple) else intern(key): intern(word) for key, word in words.items()}
    words.clear()
    words.update(shared)


def build_words(language: str, folder: Path | None = None, otherwise: str = "") -> Words:
    """The words of one language; what its catalogue lacks is said in the language `otherwise`."""
    catalogue = load_catalogue(folder or find_locales(), language)
    _share(catalogue)
    if otherwise and otherwise != language:
        catalogue.add_fallback(load_catalogue(folder or find_locales(), otherwise))
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    localedata.load(str(locale))  # now, and not while the first person waits

    @cache
    def say_number(value: float | int) -> str:
        return format_decimal(value, locale=locale).replace("\u00a0", " ").replace("\u202f", " ")

    @cache
    def say_date(day: date) -> str:
        return format_date(day, "long", locale=locale).replace("\u00a0", " ").replace("\u202f", " ")

    @cache
    def say_month(day: date) -> str:
        return format_skeleton("yMMMM", day, locale=locale).replace("\u00a0", " ").replace("\u202f", " ")

    return Words(language, catalogue.gettext, catalogue.ngettext, say_date, say_month, say_number)


def build_all(languages: tuple[str, ...], folder: Path | None = None) -> dict[str, Words]:
    words = {language: build_words(language, folder, languages[0]) for language in languages}
    vars(core)["_global_data"] = None  # 2 MiB about the world, read again for a locale that is not read yet
    return words
