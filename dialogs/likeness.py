"""Tells by examples: a line between two lists of texts, drawn once when a base is loaded.

A text becomes a handful of numbered features; what tells the lists apart is one weight for each. The weights are
those of a support vector machine with squared hinge loss, found by dual coordinate descent (Hsieh and others,
2008): the same examples give the same weights, in any order of the day and on any machine.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from math import sqrt
from operator import mul

_SLACK = 0.5  # 1 / (2 C): the smaller, the dearer a mistake on an example
_SMALL_CHANGE = 0.002
_PLAIN = 0.3  # an example so far on its own side is not looked at again

Features = Mapping[int, float]


class Line:
    """Weights of features; positive is what the first list is like."""

    __slots__ = ("_weights",)

    def __init__(self, weights: array[float]) -> None:
        self._weights = weights

    def weigh(self, features: Features) -> float:
        """How far on the side of the first list a text lies; about 1 for its own examples."""
        weights = self._weights
        return sum(weights[id] * value for id, value in features.items()) * _measure(features)


def draw_line(rows: Sequence[Features], wanted: Sequence[bool], size: int, rounds: int) -> Line:
    """The line between the rows that are wanted and the others; features are numbers below `size`."""
    weights = [0.0] * size
    examples = []
    for row, yes in zip(rows, wanted, strict=True):
        scale = _measure(row) * (1.0 if yes else -1.0)
        values = [scale * value for value in row.values()]
        examples.append((tuple(row), values, sum(map(mul, values, values)) + _SLACK))
    pulls = [0.0] * len(examples)
    order = _spread(len(examples))
    for _ in range(rounds):
        open_ones = []
        for at in order:
            ids, values, curve = examples[at]
            pull = pulls[at]
            lack = sum(map(mul, map(weights.__getitem__, ids), values)) - 1.0 + _SLACK * pull
            if pull == 0.0 and lack > _PLAIN:
                continue
            open_ones.append(at)
            change = max(pull - lack / curve, 0.0) - pull
            if abs(change) > _SMALL_CHANGE:
                pulls[at] += change
                for id, value in zip(ids, values, strict=True):
                    weights[id] += change * value
        order = open_ones
    return Line(array("f", weights))


def compare(one: Features, other: Features) -> float:
    """How alike two texts are, from 0 to 1."""
    shared = sum(value * other[id] for id, value in one.items() if id in other)
    return shared * _measure(one) * _measure(other)


def _measure(features: Features) -> float:
    """Long texts have more features; this makes them comparable with short ones."""
    return 1.0 / sqrt(sum(value * value for value in features.values()))


def _spread(count: int) -> list[int]:
    """An order in which neighbours of a list, which are alike, stand far apart."""
    step = next((n for n in (997, 991, 983) if count % n), 1)
    return [at * step % count for at in range(count)]
