"""Whole files that hold lists of words: crisis phrases, ordinary texts, the lexicon of search, words we avoid."""

from __future__ import annotations

from pydantic import Field

from dialogs.records import Id, Record, Text


class CrisisKind(Record):
    """Examples of what people write in danger, in whatever language they write it."""

    id: Id
    sentence: Text = Field(description="Одне лагідне речення.")
    contacts: tuple[Id, ...] = Field(default=(), description="Лінії після екстрених номерів.")
    examples: tuple[str, ...] = Field(default=(), description="Як люди пишуть про таку небезпеку.")


class CrisisSheet(Record):
    """Kinds of danger with their examples, and words that mean the same."""

    kinds: tuple[CrisisKind, ...] = ()
    words: dict[Id, tuple[str, ...]] = Field(
        default_factory=dict, description="Слова, що тут означають те саме; слово* — будь-яке закінчення."
    )


class OrdinarySheet(Record):
    """What people write who are in no danger, above all what sounds like it."""

    texts: tuple[str, ...] = Field(
        default=(), description="Звичайні тексти, передусім ті, що лише звучать тривожно."
    )


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
    asking_words: tuple[str, ...] = Field(
        default=(),
        description="Слова, з яких видно, що людина питає чи просить; решта тексту лише розповідає.",
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
