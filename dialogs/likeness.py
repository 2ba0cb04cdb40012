"""Tells by examples: a line between two lists of texts, drawn when a base is loaded.

A text becomes a few groups of numbered features; a feature weighs what its group does. What tells two lists apart is one
weight for each feature: those of a support vector machine with squared hinge loss, found by dual coordinate descent
(Hsieh and others, 2008). The same examples give the same weights on any machine.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from math import log, sqrt

_UNSURE = 1.0  # as if every feature stood once more in each list
_SLACK = 0.25  # 1 / (2 C): the smaller, the dearer a mistake on an example
_SMALL_CHANGE = 0.05

Features = tuple[Sequence[int], ...]
"""The numbers of a text's features, group by group, none twice."""


class Line:
    """Weights of features; positive is what the first list is like."""

    __slots__ = ("_weights", "_worth")

    def __init__(self, weights: array[float], worth: Sequence[float]) -> None:
        self._weights, self._worth = weights, tuple(worth)

    def to_bytes(self) -> bytes:
        return self._weights.tobytes()

    def weigh(self, features: Features) -> float:
        """How far on the side of the first list a text lies; about 1 for its own examples."""
        known = features[: len(self._worth)]
        return sum(map(self._weights.__getitem__, chain(*known))) * _measure(known, self._worth)


def tell_apart(lists: Sequence[Sequence[Features]], worth: Sequence[float], size: int) -> list[Line]:
    """For each list how much oftener a feature stands in it than in the others (naive Bayes)."""
    counts = []
    for rows in lists:
        count = array("d", bytes(8 * size))
        for row in rows:
            for group in row[: len(worth)]:
                for id in group:
                    count[id] += 1.0
        counts.append(count)
    seen = [(id, all) for id, all in enumerate(map(sum, zip(*counts, strict=True))) if all]
    together = sum(map(len, lists))
    lines = []
    for rows, count in zip(lists, counts, strict=True):
        weights = array("f", bytes(4 * size))
        often = log((together - len(rows) + 2 * _UNSURE) / (len(rows) + 2 * _UNSURE))
        for id, all in seen:
            here = count[id]
            weights[id] = often + log((here + _UNSURE) / (all - here + _UNSURE))
        lines.append(Line(weights, worth))
    return lines


def draw_line(
    rows: Sequence[Features], wanted: Sequence[bool], worth: Sequence[float], size: int, rounds: int
) -> Line:
    """The line between the rows that are wanted and the others; features are numbers below `size`.

    `worth` is the squared weight of each group. A feature's weight is kept times that of its group, so that a text
    weighs the bare sum over its features.
    """
    weights = array("d", bytes(8 * size))
    look = weights.__getitem__
    pulls = [0.0] * len(rows)
    examples = [
        (tuple(chain(*row)), _measure(row, worth) * (1.0 if yes else -1.0))
        for row, yes in zip(rows, wanted, strict=True)
    ]
    order = _spread(len(rows))
    for _ in range(rounds):
        open_ones = []
        for at in order:
            ids, scale = examples[at]
            pull = pulls[at]
            lack = sum(map(look, ids)) * scale - 1.0 + _SLACK * pull
            if pull == 0.0 and lack > 0.0:
                continue
            open_ones.append(at)
            change = max(pull - lack / (1.0 + _SLACK), 0.0) - pull
            if abs(change) > _SMALL_CHANGE:
                pulls[at] += change
                for group, square in zip(rows[at], worth, strict=True):
                    step = change * scale * square
                    for id in group:
                        weights[id] += step
        order = open_ones
    return Line(array("f", weights), worth)


def compare(one: Features, other: Features, worth: Sequence[float]) -> float:
    """How alike two texts are, from 0 to 1."""
    shared = sum(
        square * len(set(mine) & set(theirs)) for mine, theirs, square in zip(one, other, worth, strict=True)
    )
    return shared * _measure(one, worth) * _measure(other, worth)


def _measure(features: Features, worth: Sequence[float]) -> float:
    """Long texts have more features; this makes them comparable with short ones."""
    return 1.0 / sqrt(sum(square * len(group) for group, square in zip(features, worth, strict=True)))


def _spread(count: int) -> list[int]:
    """An order in which neighbours of a list, which are alike, stand far apart."""
    step = next((n for n in (997, 991, 983) if count % n), 1)
    return [at * step % count for at in range(count)]
