"""Whole files that hold lists of words: crisis phrases, the lexicon of search, words we avoid."""

from __future__ import annotations

from pydantic import Field

from dialogs.records import Id, Record, Text


class CrisisKind(Record):
    """Phrases that mean danger now, in whatever language people write them."""

    id: Id
    sentence: Text = Field(description="Одне лагідне речення.")
    contacts: tuple[Id, ...] = Field(default=(), description="Лінії після екстрених номерів.")
    phrases: tuple[str, ...] = ()


class CrisisSheet(Record):
    kinds: tuple[CrisisKind, ...] = ()
    never: tuple[str, ...] = Field(default=(), description="Звичайні вислови, які не є кризою.")


class LexiconSheet(Record):
    """Words as people say them, and the words the base uses for the same."""

    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class AvoidedWord(Record):
    match: str = Field(description="Слово або початок слова.")
    language: str
    kind: str = Field(description="promise, blame, officialese або label.")
    instead: str = Field(description="Як сказати натомість.")


class WordsSheet(Record):
    avoid: tuple[AvoidedWord, ...] = ()
