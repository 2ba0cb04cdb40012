"""The words of the base as stems, how telling each of them is, and which lie near a typed one."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence

from dialogs.spelling import count_edits, fold, split_words, stem

_NEAREST = 6
_CANDIDATES = 14
_MIN_SHARED = 0.34


def list_grams(skeleton: str) -> list[str]:
    """Runs of three letters, the beginning of the word marked."""
    padded = f"^{skeleton}$"
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


class Runs:
    """Many short lists of small numbers, one behind another: an array for each would take ten times as much."""

    __slots__ = ("_all", "_starts")

    def __init__(self, lists: Iterable[Sequence[int]]) -> None:
        self._all, self._starts = array("H"), array("I", [0])
        for numbers in lists:
            self._all.extend(numbers)
            self._starts.append(len(self._all))

    def __getitem__(self, at: int) -> array[int]:
        return self._all[self.locate(at)]

    def locate(self, at: int) -> slice:
        """Where a list stands among all of them."""
        return slice(self._starts[at], self._starts[at + 1])


class Stems(dict[str, tuple[str, str]]):
    """Skeleton and stem of each word, read once; most words of a base stand in it many times."""

    def __missing__(self, word: str) -> tuple[str, str]:
        skeleton = fold(word)
        found = self[word] = skeleton, stem(skeleton)
        return found

    def read_keys(self, text: str) -> tuple[str, ...]:
        """The stems of a text's words."""
        return tuple([self[word][1] for word in split_words(text)])


class Vocabulary:
    """Stems by number; filled while the index is built, then only read."""

    def __init__(self, read: Stems) -> None:
        self.numbers: dict[str, int] = {}
        self.stems: list[str] = []
        self.weights: list[float] = []
        self.heaviest = 1.0
        self._grams: dict[str, int] = {}
        self._alike = Runs(())
        self._read = read
        self._added: dict[str, int] = {}
        self._texts: dict[str, tuple[int, ...]] = {}
        self._words: list[str] = []

    def add_text(self, text: str) -> tuple[int, ...]:
        """The numbers of the stems of a text's words, new or known."""
        numbers = self._texts.get(text)
        if numbers is None:
            added = self._added
            numbers = tuple([added[word] if word in added else self._add(word) for word in split_words(text)])
            self._texts[text] = numbers
        return numbers

    def _add(self, word: str) -> int:
        key = self._read[word][1]
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.stems)
            self.stems.append(key)
            self._words.append(word)
        self._added[word] = number
        return number

    def list_skeletons(self) -> set[str]:
        """The skeletons of all words added so far."""
        return {self._read[word][0] for word in self._added}

    def close(self, documents: Sequence[Iterable[int]], rings: Mapping[int, set[int]]) -> None:
        """Weigh the stems by how few records have them, and make them findable by their letters.

        A stem and the words of its ring, which mean the same, count as one: else the rarest spelling of a
        common thing would tell the most.
        """
        where: list[list[int]] = [[] for _ in self.stems]
        for at, document in enumerate(documents):
            for number in document:
                where[number].append(at)
        weights = [self._weigh(found, len(documents)) for found in range(len(documents) + 1)]
        self.weights = [weights[len(found)] for found in where]
        for number, ring in rings.items():
            together = set(where[number]).union(*(where[other] for other in ring))
            self.weights[number] = weights[len(together)]
        self.heaviest = self._weigh(1, len(documents))
        grams: dict[str, list[int]] = {}
        for number, key in enumerate(self.stems):
            if not key.isdigit() and len(key) > 2:
                for gram in list_grams(key):
                    if gram in grams:
                        grams[gram].append(number)
                    else:
                        grams[gram] = [number]
        self._grams = {gram: at for at, gram in enumerate(grams)}
        self._alike = Runs(grams.values())
        self._added, self._texts, self._read = {}, {}, Stems()

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
            at = self._grams.get(gram)
            if at is not None:
                for number in self._alike[at]:
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
