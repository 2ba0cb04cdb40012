"""Recognises danger in typed words, before anything else reads them.

`crisis.yaml` holds examples of what people write in danger, of each kind, and of ordinary texts that only sound
like it. A text is taken for what it is more like. Likeness is measured on words without endings, their parts, their
neighbours, and what they speak of: `words` lists the words that mean the same here. All are compared as skeletons
(see `spelling`), so that one list serves every script, keyboard and haste.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from zlib import crc32

from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.likeness import Features, Line, compare, draw_line
from dialogs.sheets import CrisisSheet
from dialogs.spelling import fold, read_as_cyrillic_keys, read_as_latin_keys, split_words, stem

_FIRST_WORDS, _LAST_WORDS = 50, 30
_NEAR = 4
_HASHED = 1 << 16
_GLUED, _LONGEST_PIECE, _SMALL = 9, 14, ("не", "ми", "бє")
_CHILD_AGES, _YEARS, _SUMS_FROM = range(3, 18), range(1990, 2031), 100
_NUMBERS = ("#age", "#year", "#sum", "#number")
_NONE: frozenset[int] = frozenset()
# What a feature weighs beside the others.
_ALWAYS, _BIAS = 0, 0.7
_STEM, _NEIGHBOURS, _PART, _MEANING, _MEANINGS = 1.0, 0.5, 0.4, 1.0, 0.7
_PART_LENGTH = 4
_ROUNDS, _KIND_ROUNDS = 6, 2
_ALARM = 0.0
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of one word: its number, that without ending, those of its parts, the lists it is in."""

    whole: int
    stem: int
    parts: tuple[int, ...]
    meant: frozenset[int]


class Vocabulary:
    """Lists of words that mean the same, by number; turns a text into features."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._numbers = {name: n for n, name in enumerate((*lists, *_NUMBERS))}
        self._whole: dict[str, frozenset[int]] = {}
        self._beginnings: dict[str, frozenset[int]] = {}
        for name, words in lists.items():
            for word in words:
                known = self._beginnings if word.endswith("*") else self._whole
                for piece in split_words(word.removesuffix("*"))[:1]:
                    key = fold(piece)
                    known[key] = known.get(key, frozenset()) | {self._numbers[name]}
        count = len(self._numbers)
        self._pairs = _HASHED + count
        self.size = self._pairs + count * count

    def read_word(self, text: str) -> Word:
        skeleton = fold(text)
        bounded = f"<{skeleton}>"
        parts = {bounded[at : at + _PART_LENGTH] for at in range(len(bounded) - _PART_LENGTH + 1)}
        return Word(
            crc32(skeleton.encode()),
            crc32(stem(skeleton).encode()),
            tuple(crc32(part.encode(), 1) % _HASHED for part in sorted(parts)),
            self.find(text, skeleton),
        )

    def read_pieces(self, text: str) -> list[Word]:
        """The word, or the words it was glued of."""
        return [self.read_word(piece) for piece in self.unglue(text)]

    def list_features(self, words: Sequence[Word]) -> dict[int, float]:
        """The features of a text, each with its weight."""
        features = {_ALWAYS: _BIAS}
        for word in words:
            features[word.stem % _HASHED] = _STEM
            features.update(dict.fromkeys(word.parts, _PART))
            for one in word.meant:
                features[_HASHED + one] = _MEANING
        stems = [0, *(word.stem for word in words), 1]
        for before, after in pairwise(stems):
            features[(before * 31 + after * 17) % _HASHED] = _NEIGHBOURS
        count = len(self._numbers)
        for at, word in enumerate(words):
            for near in words[at + 1 : at + _NEAR]:
                for one in word.meant:
                    for other in near.meant:
                        low, high = (one, other) if one < other else (other, one)
                        features[self._pairs + low * count + high] = _MEANINGS
        return features

    def unglue(self, word: str) -> list[str]:
        """Words typed without spaces, when they are all words of the lists; else the word as it is."""
        if len(word) < _GLUED or word.isdigit() or self.find(word, fold(word)):
            return [word]
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PIECE), end):
                before, piece = best[start], word[start:end]
                if before is None or (len(piece) <= len(_SMALL[0]) and piece not in _SMALL):
                    continue
                if fold(piece) in self._whole:
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = [*before, piece]
        return best[len(word)] or [word]

    def find(self, word: str, skeleton: str) -> frozenset[int]:
        """The lists a word is in."""
        found = self._whole.get(skeleton, _NONE)
        if word.isdecimal():
            return found or frozenset({self._numbers[_name_number(int(word[:6]))]})
        for length in range(len(skeleton), 2, -1):
            begun = self._beginnings.get(skeleton[:length])
            if begun is not None:
                return found | begun
        return found


class Crisis:
    """What one edition's examples teach; read-only once built, and remembers nothing of what it read."""

    def __init__(self, base: Base) -> None:
        sheet = base.crisis
        self._vocabulary = Vocabulary(sheet.words)
        self._known: dict[int, str] = {}
        rows: list[tuple[str, Features]] = []
        for kind, words in _read_rows(base, self._vocabulary):
            self._known[_name_text(words)] = kind
            rows.append((kind, self._vocabulary.list_features(words)))
        size, kinds = self._vocabulary.size, [kind.id for kind in sheet.kinds]
        self._danger = _draw(rows, set(kinds), size, _ROUNDS)
        urgent = [row for row in rows if row[0]]
        self._kinds = [(kind, _draw(urgent, {kind}, size, _KIND_ROUNDS)) for kind in kinds]

    @classmethod
    def build(cls, edition: Edition) -> Crisis:
        return cls(edition.base)

    def read(self, text: str) -> str | None:
        """The kind of danger a text speaks of, or None; an example is what its list says."""
        words = _read(text, self._vocabulary.read_pieces)
        known = self._known.get(_name_text(words))
        return self._judge(words) if known is None else known or None

    def _judge(self, words: Sequence[Word]) -> str | None:
        features = self._vocabulary.list_features(words)
        if not words or self._danger.weigh(features) <= _ALARM:
            return None
        return max(self._kinds, key=lambda kind: kind[1].weigh(features))[0]

    def find_like(self, base: Base, text: str) -> list[tuple[str, str]]:
        """The three examples a text is most like, each with its kind, which is empty for an ordinary one."""
        look, list_features = cache(self._vocabulary.read_pieces), self._vocabulary.list_features
        features = list_features(_read(text, look))
        rows = [(kind, example) for kind, texts in list_examples(base.crisis) for example in texts]
        rows.sort(key=lambda row: -compare(features, list_features(_read(row[1], look))))
        return rows[:_SHOWN]


def judge_examples(base: Base) -> list[bool]:
    """Whether each example, list by list, would be taken for danger by likeness alone."""
    vocabulary = Vocabulary(base.crisis.words)
    rows = [(kind, vocabulary.list_features(words)) for kind, words in _read_rows(base, vocabulary)]
    danger = _draw(rows, {kind.id for kind in base.crisis.kinds}, vocabulary.size, _ROUNDS)
    own = sum(1 for _ in _list_own_words(base))
    return [danger.weigh(features) > _ALARM for _, features in rows[own:]]


def _read_rows(base: Base, vocabulary: Vocabulary) -> Iterator[tuple[str, list[Word]]]:
    """The words of each text to learn from, with its kind."""
    look = cache(vocabulary.read_pieces)
    for kind, texts in (
        (("", _list_own_words(base)), *list_examples(base.crisis)) if base.crisis.kinds else ()
    ):
        for text in texts:
            yield kind, _read(text, look)


def _read(text: str, look: Callable[[str], list[Word]]) -> list[Word]:
    words = _look_up(split_words(text), look)
    if _count_known(words) * 2 < len(words):
        turned = read_as_cyrillic_keys(text) if text.isascii() else read_as_latin_keys(text)
        other = _look_up(split_words(turned), look)
        if _count_known(other) > _count_known(words):
            return other
    return words


def _draw(rows: Sequence[tuple[str, Features]], wanted: set[str], size: int, rounds: int) -> Line:
    return draw_line([row for _, row in rows], [kind in wanted for kind, _ in rows], size, rounds)


def list_examples(sheet: CrisisSheet) -> Iterator[tuple[str, Sequence[str]]]:
    """The lists of examples, each with its kind of danger, which is empty for ordinary texts."""
    for kind in sheet.kinds:
        yield kind.id, kind.examples
    yield "", sheet.ordinary


def _list_own_words(base: Base) -> Iterator[str]:
    """Labels and titles, which people type instead of pressing them, and which are never danger."""
    for question in base.questions:
        for choice in question.choices:
            yield from choice.label.values()
    for entitlement in base.entitlements:
        yield from entitlement.title.short.values()
        yield from entitlement.title.full.values()
    for region in base.regions:
        yield from region.name.values()
    for topic in base.topics:
        yield from topic.title.values()


def _look_up(words: Sequence[str], look: Callable[[str], list[Word]]) -> list[Word]:
    if len(words) > _FIRST_WORDS + _LAST_WORDS:
        words = [*words[:_FIRST_WORDS], *words[-_LAST_WORDS:]]
    return [piece for word in words for piece in look(word)]


def _name_text(words: Sequence[Word]) -> int:
    return hash(tuple(word.whole for word in words))


def _name_number(value: int) -> str:
    if value in _CHILD_AGES:
        return "#age"
    if value in _YEARS:
        return "#year"
    return "#sum" if value > _SUMS_FROM else "#number"


def _count_known(words: Sequence[Word]) -> int:
    return sum(bool(word.meant) for word in words)
