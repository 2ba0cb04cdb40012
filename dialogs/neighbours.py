"""Finds the examples a text is most like.

Two texts are the more alike the more features they share, and the rarer these are (cosine, squared inverse frequencies).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import accumulate, chain
from math import log, sqrt

from dialogs.likeness import Features

# A feature of more examples only counts for how long a text is: it says nothing of any one of them.
_COMMON, _COMMON_TOGETHER = 60, 5000
_SHORT = 65_536  # so many examples have numbers of two bytes


class Neighbours:
    """For each feature the examples it stands in."""

    __slots__ = ("_measures", "_rows", "_starts", "_worth")

    def __init__(
        self, starts: array[int], rows: array[int], measures: array[float], worth: Sequence[float]
    ) -> None:
        self._starts, self._rows, self._measures, self._worth = starts, rows, measures, tuple(worth)

    @classmethod
    def build(cls, texts: Sequence[Features], worth: Sequence[float], size: int) -> Neighbours:
        """The neighbourhood of texts, numbered as they come; features are numbers below `size`."""
        counts = array("I", bytes(4 * (size + 1)))
        for features in texts:
            for id in chain(*features):
                counts[id + 1] += 1
        starts = array("I", accumulate(counts))
        rows = array(_name_type(len(texts)), [0]) * starts[-1]
        free = array("I", starts)
        for row, features in enumerate(texts):
            for id in chain(*features):
                rows[free[id]] = row
                free[id] += 1
        built = cls(starts, rows, array("f", [0.0]) * len(texts), worth)
        for row, features in enumerate(texts):
            built._measures[row] = 1.0 / sqrt(sum(weight for *_, weight in built._look_up(features)))
        return built

    def find_sides(self, features: Features, danger: range) -> tuple[float, float]:
        """How like a text is to the nearest example of danger and to the nearest ordinary one, from 0 to 1."""
        sums, scale = self._share(features)
        measures = self._measures
        nearest = max([shared * measures[row] for row, shared in sums.items() if row in danger], default=0.0)
        other = max(
            [shared * measures[row] for row, shared in sums.items() if row not in danger], default=0.0
        )
        return nearest * scale, other * scale

    def find_nearest(self, features: Features, count: int, first: int) -> list[tuple[float, int]]:
        """The nearest examples from number `first` on, and how like they are; the nearest first."""
        sums, scale = self._share(features)
        alike = ((shared * self._measures[row] * scale, row) for row, shared in sums.items() if row >= first)
        return nlargest(count, alike)

    def _share(self, features: Features) -> tuple[dict[int, float], float]:
        """What each example shares with a text, and the measure of the text."""
        rows = self._rows
        common = min(_COMMON, _COMMON_TOGETHER // sum(map(len, features)))
        sums: defaultdict[int, float] = defaultdict(float)
        whole = 0.0
        for start, end, weight in self._look_up(features):
            whole += weight
            if end - start <= common:
                for row in rows[start:end]:
                    sums[row] += weight
        return sums, 1.0 / sqrt(whole)

    def _look_up(self, features: Features) -> Iterator[tuple[int, int, float]]:
        """For each feature where its examples stand, and what it weighs."""
        starts, all = self._starts, len(self._measures) + 1
        for group, square in zip(features, self._worth, strict=True):
            for id in group:
                start, end = starts[id], starts[id + 1]
                yield start, end, square * log(all / (end - start + 1)) ** 2

    def to_bytes(self) -> list[bytes]:
        return [self._starts.tobytes(), self._rows.tobytes(), self._measures.tobytes()]

    @classmethod
    def from_bytes(
        cls, parts: Sequence[bytes], worth: Sequence[float], size: int, texts: int
    ) -> Neighbours | None:
        """What `to_bytes` gave, or None when it is not of so many features and texts."""
        starts, measures = array("I", parts[0]), array("f", parts[2])
        rows = array(_name_type(texts), parts[1])
        if len(starts) != size + 1 or len(measures) != texts or starts[-1] != len(rows):
            return None
        return cls(starts, rows, measures, worth)


def _name_type(texts: int) -> str:
    return "H" if texts <= _SHORT else "I"
