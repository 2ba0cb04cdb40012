"""The words of the base as stems, how telling each of them is, and which lie near a typed one."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence

from dialogs.spelling import count_edits, fold, stem

_NEAREST = 6
_CANDIDATES = 14
_MIN_SHARED = 0.34


def list_grams(skeleton: str) -> list[str]:
    """Runs of three letters, the beginning of the word marked."""
    padded = f"^{skeleton}$"
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


class Vocabulary:
    """Stems by number; filled while the index is built, then only read."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.stems: list[str] = []
        self.weights: list[float] = []
        self.heaviest = 1.0
        self._grams: dict[str, array[int]] = {}
        self._forms: dict[str, str] = {}
        self._words: list[str] = []
        self.skeletons: set[str] = set()

    def add(self, word: str) -> int:
        """The number of a word's stem, new or known."""
        key = self._forms.get(word)
        if key is None:
            skeleton = fold(word)
            self.skeletons.add(skeleton)
            key = self._forms[word] = stem(skeleton)
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.stems)
            self.stems.append(key)
            self._words.append(word)
        return number

    def close(self, documents: Sequence[set[int]], rings: Mapping[int, set[int]]) -> None:
        """Weigh the stems by how few records have them, and make them findable by their letters.

        A stem and the words of its ring, which mean the same, count as one: else the rarest spelling of a
        common thing would tell the most.
        """
        where: dict[int, set[int]] = {}
        for at, document in enumerate(documents):
            for number in document:
                where.setdefault(number, set()).add(at)
        nowhere: set[int] = set()
        for number in range(len(self.stems)):
            found = where.get(number, nowhere)
            ring = rings.get(number)
            if ring:
                found = found.union(*(where.get(other, nowhere) for other in ring))
            self.weights.append(self._weigh(len(found), len(documents)))
        self.heaviest = self._weigh(1, len(documents))
        grams: dict[str, list[int]] = {}
        for number, key in enumerate(self.stems):
            if not key.isdigit() and len(key) > 2:
                for gram in list_grams(key):
                    grams.setdefault(gram, []).append(number)
        self._grams = {gram: array("H", numbers) for gram, numbers in grams.items()}
        self._forms, self.skeletons = {}, set()

    def list_words(self) -> dict[str, str]:
        """Every stem with a word it comes from."""
        return dict(zip(self.stems, self._words, strict=True))

    @staticmethod
    def _weigh(found: int, count: int) -> float:
        return math.log(1 + (count - found + 0.5) / (found + 0.5))

    def find_near(self, key: str) -> list[tuple[int, float]]:
        """Known stems that a typed stem may stand for, with how likely each is (below 1)."""
        if len(key) < 3 or key.isdigit():
            return []
        shared: dict[int, int] = {}
        grams = list_grams(key)
        for gram in grams:
            for number in self._grams.get(gram, ()):
                shared[number] = shared.get(number, 0) + 1
        stems = self.stems
        rated = []
        for number, count in shared.items():
            if count > 1 or len(key) < 5:
                rate = 2 * count / (len(grams) + len(stems[number]))
                if rate >= _MIN_SHARED:
                    rated.append((rate, number))
        rated.sort(reverse=True)
        near = []
        for _, number in rated[:_CANDIDATES]:
            likeness = rate_likeness(key, stems[number])
            if likeness:
                near.append((number, likeness))
        near.sort(key=lambda pair: -pair[1])
        return near[:_NEAREST]


def rate_likeness(typed: str, known: str) -> float:
    """How likely two different stems are one word: typos by length, or a longer form of the same."""
    short, long = (typed, known) if len(typed) <= len(known) else (known, typed)
    most = 0 if len(short) < 4 else 1 if len(short) < 7 else 2
    edits = count_edits(typed, known, most) if most else 9
    likeness = 0.0
    if edits <= most:
        same_start = typed[0] == known[0]
        likeness = (0.86 if edits == 1 else 0.66) - (0.0 if same_start else 0.12)
        if len(short) < 5:
            likeness -= 0.2
    if len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 4:
        likeness = max(likeness, 0.85 - 0.06 * (len(long) - len(short)) - (0.15 if len(short) < 5 else 0))
    return max(likeness, 0.0)
