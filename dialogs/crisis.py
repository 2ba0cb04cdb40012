"""Recognises danger in typed words, before anything else reads them.

A phrase of `crisis.yaml` is a few slots, each a list of words; it is found when different words of a text,
near one another and in any order, fill them all. Words are compared as skeletons (see `spelling`), with typos
forgiven, so that one list serves every script, keyboard and haste.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dialogs.edition import Edition
from dialogs.sheets import CrisisSheet
from dialogs.spelling import count_edits, fold, read_as_cyrillic_keys, split_words

_PART = re.compile(r"<([^>]*)>|([^|<>]+)")
_MOST_WORDS = 80
_WHOLE_TEXT = 12
_EXTRA_WORDS_WHEN_WHOLE = 2
_GLUED = 6
_CHILD_AGES = range(4, 18)
_TYPO_FROM, _TWO_TYPOS_FROM, _TYPO_ALONE_FROM = 4, 9, 7


class PhraseError(ValueError):
    """A phrase names a list that is not there (its name is the argument), or has no words."""


def find_phrase_errors(sheet: CrisisSheet) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where a phrase names a list that `sets` lacks, and its name; empty for a phrase without words."""
    reader = _Reader(sheet.sets)
    rows: list[tuple[tuple[str | int, ...], str]] = [
        (("kinds", i, "phrases", j), phrase)
        for i, kind in enumerate(sheet.kinds)
        for j, phrase in enumerate(kind.phrases)
    ]
    rows += [(("never", i), phrase) for i, phrase in enumerate(sheet.never)]
    for path, phrase in rows:
        try:
            reader.read(phrase)
        except PhraseError as error:
            yield path, str(error)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Slots by number, how far apart their words may stand, and when the phrase is silent."""

    slots: tuple[int, ...]
    span: int
    soft: bool
    whole: bool


@dataclass(slots=True)
class Slots:
    """Lists of words by number: which of them a typed word fills.

    Words in Latin letters are compared as written, all others as skeletons, which may be typed in any script,
    but for the small words of English, such as "on".
    """

    written: dict[str, set[int]]
    sounded: dict[str, set[int]]
    beginnings: dict[str, set[int]]
    ages: set[int]
    ordinary: frozenset[str]
    english: frozenset[str]
    fillers: frozenset[str]
    starts: dict[str, list[str]]

    def fill(self, word: str) -> dict[int, int]:
        """The lists a typed word fills, with the number of typos forgiven for it."""
        skeleton = fold(word)
        found: dict[int, int] = {}
        if word not in self.english:
            found.update(dict.fromkeys(self.sounded.get(skeleton, ()), 0))
            if word.isascii() and word.endswith("t"):  # an infinitive in Latin letters has no soft sign
                found.update(dict.fromkeys(self.sounded.get(skeleton + "i", ()), 0))
        found.update(dict.fromkeys(self.written.get(word, ()), 0))
        for length in range(3, len(skeleton) + 1):
            found.update(dict.fromkeys(self.beginnings.get(skeleton[:length], ()), 0))
        if word.isdecimal():
            if int(word[:4]) in _CHILD_AGES:
                found.update(dict.fromkeys(self.ages, 0))
        elif not self._knows(word, skeleton):
            if len(skeleton) >= _TYPO_FROM - 1:
                self._fill_near(skeleton, self.sounded, found)
            if word.isascii() and len(word) >= _TYPO_FROM:
                self._fill_near(word, self.written, found)
        return found

    def unglue(self, word: str) -> list[str]:
        """Words typed without spaces, when they are all words of the lists; else the word as it is."""
        skeleton = fold(word)
        if len(word) < _GLUED or word.isdigit() or self._knows(word, skeleton):
            return [word]
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                before, piece = best[start], word[start:end]
                if before is None or (len(piece) < 2 and piece not in "яіiaвзу"):
                    continue
                key = fold(piece)
                if key in self.sounded or piece in self.written or key in self.fillers:
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = [*before, piece]
        pieces = best[len(word)]
        return pieces if pieces is not None and len(word) / len(pieces) >= 2.4 else [word]

    def _knows(self, word: str, skeleton: str) -> bool:
        return skeleton in self.sounded or word in self.written or skeleton in self.ordinary

    def _fill_near(self, word: str, known: Mapping[str, set[int]], found: dict[int, int]) -> None:
        most = 2 if len(word) >= _TWO_TYPOS_FROM else 1
        for near in self.starts.get(word[0], ()):
            if near in known and len(near) >= _TYPO_FROM and abs(len(near) - len(word)) <= most:
                edits = count_edits(word, near, most)
                if edits <= most:
                    cost = edits if len(near) >= _TYPO_ALONE_FROM else edits + 1
                    for slot in known[near]:
                        found[slot] = min(found.get(slot, 9), cost)


class Crisis:
    """All phrases of one edition; read-only once built, and remembers nothing of what it read."""

    def __init__(
        self,
        sheet: CrisisSheet,
        ordinary: frozenset[str] = frozenset(),
        fillers: Sequence[str] = (),
    ) -> None:
        reader = _Reader(sheet.sets)
        self._kinds = tuple(
            (kind.id, tuple(reader.read(phrase) for phrase in kind.phrases)) for kind in sheet.kinds
        )
        self._never = tuple(reader.read(phrase) for phrase in sheet.never)
        self._calm = reader.read_slot("|".join(sheet.calm)) if sheet.calm else -1
        self._slots = reader.close(ordinary, fillers)

    @classmethod
    def build(cls, edition: Edition) -> Crisis:
        """Every word of the base's own cards is an ordinary one, and never taken for a mistyped other."""
        texts: list[str] = []
        for e in edition.entitlements.values():
            texts += [*e.keywords, *e.who.values(), *e.what.values(), *e.title.full.values()]
            texts += [text for step in (*e.how, *e.documents) for text in step.values()]
        for ways in edition.base.lexicon.words.values():
            texts += ways
        for c in edition.contacts.values():
            texts += [*c.keywords, *c.name.values()]
        for question in edition.questions.values():
            texts += [text for choice in question.choices for text in choice.label.values()]
            texts += [*question.ask.values(), *question.why.values()]
        lexicon = edition.base.lexicon
        texts += [*lexicon.words, *lexicon.ignored, *lexicon.outside]
        words = {word for text in texts for word in split_words(text)}
        return cls(edition.base.crisis, frozenset(map(fold, words)), lexicon.ignored)

    def read(self, text: str) -> str | None:
        """The kind of danger a text speaks of, or None."""
        kind = self._read_words(split_words(text)[:_MOST_WORDS])
        if kind is None and text.isascii() and any(c.isalpha() for c in text):
            kind = self._read_words(split_words(read_as_cyrillic_keys(text))[:_MOST_WORDS])
        return kind

    def _read_words(self, words: Sequence[str]) -> str | None:
        words = [piece for word in words for piece in self._slots.unglue(word)]
        where: dict[int, list[tuple[int, int]]] = {}
        for at, word in enumerate(words):
            for slot, edits in self._slots.fill(word).items():
                where.setdefault(slot, []).append((at, edits))
        masked: set[int] = set()
        for phrase in self._never:
            masked.update(_find(phrase, where, len(words)) or ())
        if masked:
            where = {
                slot: kept
                for slot, places in where.items()
                if (kept := [place for place in places if place[0] not in masked])
            }
        calm = self._calm in where
        for kind, phrases in self._kinds:
            for phrase in phrases:
                if not (phrase.soft and calm) and _find(phrase, where, len(words)):
                    return kind
        return None


class _Reader:
    """Compiles phrases; equal slots share a number."""

    def __init__(self, sets: Mapping[str, Sequence[str]]) -> None:
        self._sets = sets
        self._numbers: dict[str, int] = {}
        self._written: dict[str, set[int]] = {}
        self._sounded: dict[str, set[int]] = {}
        self._beginnings: dict[str, set[int]] = {}
        self._ages: set[int] = set()

    def read(self, text: str) -> Phrase:
        soft = whole = far = False
        while text[:1] in ("~", "="):
            soft, whole, text = soft or text[0] == "~", whole or text[0] == "=", text[1:]
        parts = text.split()
        if parts and parts[-1] == "…":
            far, parts = True, parts[:-1]
        if not parts:
            raise PhraseError("")
        slots = tuple(self.read_slot(part) for part in parts)
        span = _WHOLE_TEXT * 4 if far else 2 * len(slots) + 2
        return Phrase(slots, span, soft, whole)

    def read_slot(self, text: str) -> int:
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self._numbers)
            for word in self._list_words(text):
                self._add(word, number)
        return number

    def _list_words(self, text: str) -> Iterable[str]:
        """The words of one slot: alternatives, of which `<name|other>` stand for whole lists."""
        for names, word in _PART.findall(text):
            if word:
                yield word
            for name in names.split("|") if names else ():
                if name not in self._sets:
                    raise PhraseError(name)
                yield from self._sets[name]
                if name == "age":
                    self._ages.add(self._numbers[text])

    def _add(self, word: str, number: int) -> None:
        """`word*` is a beginning, `!word` and Latin words are compared as written, others as skeletons.

        Of an entry of several words the longest stands for it.
        """
        if word.endswith("*"):
            self._beginnings.setdefault(fold(word[:-1]), set()).add(number)
            return
        piece = max(split_words(word.removeprefix("!")), key=len)
        if piece.isascii() or word.startswith("!"):
            self._written.setdefault(piece, set()).add(number)
        else:
            self._sounded.setdefault(fold(piece), set()).add(number)

    def close(self, ordinary: frozenset[str], fillers: Sequence[str]) -> Slots:
        starts: dict[str, list[str]] = {}
        for word in dict.fromkeys([*self._sounded, *self._written]):
            starts.setdefault(word[0], []).append(word)
        return Slots(
            self._written,
            self._sounded,
            self._beginnings,
            self._ages,
            ordinary,
            frozenset(word for word in fillers if word.isascii()),
            frozenset(fold(word) for word in fillers),
            starts,
        )


def _find(phrase: Phrase, where: Mapping[int, Sequence[tuple[int, int]]], count: int) -> list[int] | None:
    """Places of different words that fill all slots of a phrase close enough together, or None."""
    if phrase.whole and count > len(phrase.slots) + _EXTRA_WORDS_WHEN_WHOLE:
        return None
    places = []
    for slot in phrase.slots:
        if slot not in where:
            return None
        places.append(where[slot])
    places.sort(key=len)
    allowed = max(1, 2 * len(places) - 2)
    return _place(places, 0, [], allowed, phrase.span)


def _place(
    places: Sequence[Sequence[tuple[int, int]]], at: int, taken: list[int], allowed: int, span: int
) -> list[int] | None:
    if at == len(places):
        return list(taken)
    for word, edits in places[at]:
        if edits > allowed or word in taken:
            continue
        if taken and max(*taken, word) - min(*taken, word) >= span:
            continue
        taken.append(word)
        found = _place(places, at + 1, taken, allowed - edits, span)
        taken.pop()
        if found is not None:
            return found
    return None
