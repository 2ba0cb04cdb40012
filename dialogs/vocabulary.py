"""Turns a text into features for the likeness of danger.

Features are words without endings, the lists of `words` a word is in, pairs of lists near one another, parts of words,
and what stands beside what. Words are compared as skeletons (see `spelling`), so that one list serves every script,
keyboard and haste.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

from dialogs.likeness import Features
from dialogs.spelling import fold, split_words, stem

_NEAR = 3
_STEMS, _PARTS, _BESIDE = 1 << 15, 1 << 14, 1 << 17
_PART_LENGTH = 5
_GLUED, _LONGEST_PIECE, _SMALL = range(9, 81), 14, ("не", "ми", "бє")
_CHILD_AGES, _YEARS, _SUMS_FROM = range(3, 18), range(1990, 2031), 100
_NUMBERS = ("#age", "#year", "#sum", "#number")
_NONE: tuple[int, ...] = ()

WORTH = (0.5, 1.0, 0.81, 0.64, 0.36, 0.5)
"""What the groups of features weigh, squared: always there, lists, pairs of lists, stems, parts, beside one another."""
BROAD = 5
"""So many groups tell one kind of danger from another."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of one word: its number, that without ending, those of its parts, the lists it is in."""

    whole: int
    stem: int
    parts: tuple[int, ...]
    meant: tuple[int, ...]


class Vocabulary:
    """Lists of words that mean the same, by number."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._numbers = {name: n for n, name in enumerate((*lists, *_NUMBERS))}
        self._whole: dict[str, tuple[int, ...]] = {}
        self._beginnings: dict[str, tuple[int, ...]] = {}
        self._typed: set[str] = set()
        for name, words in lists.items():
            for word in words:
                known = self._beginnings if word.endswith("*") else self._whole
                for piece in split_words(word.removesuffix("*"))[:1]:
                    key = fold(piece)
                    if self._numbers[name] not in known.get(key, _NONE):
                        known[key] = (*known.get(key, _NONE), self._numbers[name])
                    if known is self._whole and (len(piece) > 2 or piece in _SMALL):
                        self._typed.add(piece)
        count = len(self._numbers)
        self._pairs = 1 + count
        self._stems = self._pairs + count * count
        self._parts = self._stems + _STEMS
        self._beside = self._parts + _PARTS
        self.broad_size, self.size = self._beside, self._beside + _BESIDE

    def read_pieces(self, text: str) -> list[Word]:
        """The word, or the words it was glued of."""
        skeleton = fold(text)
        meant = self.find(text, skeleton)
        if not meant and len(text) in _GLUED:
            pieces = self.unglue(text)
            if len(pieces) > 1:
                return [word for piece in pieces for word in self.read_pieces(piece)]
        bounded = f"<{skeleton}>".encode()
        return [
            Word(
                crc32(bounded),
                self._stems + crc32(stem(skeleton).encode()) % _STEMS,
                tuple(
                    [
                        self._parts + crc32(bounded[at : at + _PART_LENGTH]) % _PARTS
                        for at in range(len(bounded) - _PART_LENGTH + 1)
                    ]
                ),
                meant,
            )
        ]

    def may_know(self, words: Sequence[str]) -> bool:
        """Whether a word stands in the lists letter by letter."""
        return not self._typed.isdisjoint(words)

    def list_features(self, words: Sequence[Word]) -> Features:
        """The features of a text, in the groups of `WORTH`."""
        count, first_pair, first_beside = len(self._numbers), self._pairs, self._beside
        pairs, beside = set(), set()
        before, meant_before = 0, _NONE
        for at, word in enumerate(words):
            mine, meant = word.stem, word.meant
            beside.add(first_beside + (before * 31 + mine * 17) % _BESIDE)
            for one in meant:
                beside.add(first_beside + (before * 7 + one * 5003) % _BESIDE)
                for near in words[at + 1 : at + _NEAR]:
                    for other in near.meant:
                        low, high = (one, other) if one < other else (other, one)
                        pairs.add(first_pair + low * count + high)
            for one in meant_before:
                beside.add(first_beside + (mine * 13 + one * 7001) % _BESIDE)
            before, meant_before = mine, meant
        beside.add(first_beside + (before * 31 + 17) % _BESIDE)
        return (
            (0,),
            tuple({1 + one for word in words for one in word.meant}),
            tuple(pairs),
            tuple({word.stem for word in words}),
            tuple(set(chain.from_iterable([word.parts for word in words]))),
            tuple(beside),
        )

    def unglue(self, word: str) -> list[str]:
        """Words typed without spaces, when they are all words of the lists; else nothing."""
        typed = self._typed
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PIECE), end):
                before = best[start]
                if before is not None and word[start:end] in typed:
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = [*before, word[start:end]]
        return best[len(word)] or []

    def find(self, word: str, skeleton: str) -> tuple[int, ...]:
        """The lists a word is in."""
        found = self._whole.get(skeleton, _NONE)
        if word.isdecimal():
            return found or (self._numbers[_name_number(int(word[:6]))],)
        for length in range(len(skeleton), 2, -1):
            begun = self._beginnings.get(skeleton[:length])
            if begun is not None:
                return found + tuple([one for one in begun if one not in found])
        return found


def _name_number(value: int) -> str:
    if value in _CHILD_AGES:
        return "#age"
    if value in _YEARS:
        return "#year"
    return "#sum" if value > _SUMS_FROM else "#number"
