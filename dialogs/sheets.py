"""Whole files that hold lists of words: crisis phrases, the lexicon of search, words we avoid."""

from __future__ import annotations

from pydantic import Field

from dialogs.records import Id, Record, Text


class CrisisKind(Record):
    """Phrases that mean danger now, in whatever language people write them."""

    id: Id
    sentence: Text = Field(description="Одне лагідне речення.")
    contacts: tuple[Id, ...] = Field(default=(), description="Лінії після екстрених номерів.")
    phrases: tuple[str, ...] = Field(default=(), description="Вислови; як їх писати, сказано у файлі.")


class CrisisSheet(Record):
    """Kinds of danger, the most urgent reading first, and the lists of words their phrases are made of."""

    kinds: tuple[CrisisKind, ...] = ()
    sets: dict[Id, tuple[str, ...]] = Field(
        default_factory=dict, description="Списки слів, на які вислови посилаються як <ім’я>."
    )
    calm: tuple[str, ...] = Field(
        default=(), description="Слова, при яких вислови з ~ мовчать: папери, гроші, минуле."
    )
    never: tuple[str, ...] = Field(default=(), description="Звичайні вислови, які не є кризою.")


class LexiconSheet(Record):
    """Words of the base, and how people say the same; words that mean nothing, or something else."""

    words: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Слово бази: як те саме кажуть люди, будь-якою мовою."
    )
    ignored: tuple[str, ...] = Field(default=(), description="Слова, за якими нічого не знайдеш.")
    outside: tuple[str, ...] = Field(default=(), description="Слова про те, чого в базі немає.")
    contact_words: tuple[str, ...] = Field(
        default=(), description="Слова, з якими шукають не право, а телефон чи місце."
    )
    also_words: tuple[str, ...] = Field(
        default=(), description="Назви міст, що є й звичайними словами: лише з «я з», «місто» або самі."
    )


class AvoidedWord(Record):
    match: str = Field(description="Слово або початок слова.")
    language: str
    kind: str = Field(description="promise, blame, officialese або label.")
    instead: str = Field(description="Як сказати натомість.")


class WordsSheet(Record):
    avoid: tuple[AvoidedWord, ...] = ()
