"""Tells by examples: lines between lists of texts, drawn when a base is loaded.

A text becomes a few groups of numbered features; a feature weighs what its group does. What tells two lists apart is one
weight for each feature: either those of a support vector machine with squared hinge loss, found by dual coordinate descent
(Hsieh and others, 2008), or how much oftener the feature stands in one list than in the other (naive Bayes). The first hears
more, the second is surer of words it has seldom seen. The same examples give the same weights on any machine.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from math import log, sqrt

_UNSURE = 1.0  # as if every feature stood once more in each list
_SLACK = 0.25  # 1 / (2 C): the smaller, the dearer a mistake on an example
_SMALL_CHANGE = 0.05
_STEPS = 2048  # weights are kept in steps of so many to one, in two bytes each
_MOST = 32767

Features = tuple[Sequence[int], ...]
"""The numbers of a text's features, group by group, none twice."""


class Line:
    """Weights of features; positive is what the first list is like."""

    __slots__ = ("_weights",)

    def __init__(self, weights: array[int]) -> None:
        self._weights = weights

    @classmethod
    def build(cls, weights: Sequence[float]) -> Line:
        """A line of weights below 16 either way."""
        most = _MOST / _STEPS
        return cls(
            array("h", [int(max(-most, min(most, weight)) * _STEPS) if weight else 0 for weight in weights])
        )

    def weigh(self, features: Features, scale: float) -> float:
        """How far on the side of the first list a text lies; `scale` is its `measure`."""
        return sum(map(self._weights.__getitem__, chain(*features))) * scale / _STEPS

    def to_bytes(self) -> bytes:
        return self._weights.tobytes()


def count_oftener(
    rows: Sequence[Features], wanted: Sequence[bool], worth: Sequence[float], size: int
) -> Line:
    """How much oftener a feature stands in the wanted rows than in the others; nothing for one never met."""
    counts = [array("I", bytes(4 * size)) for _ in range(2)]
    for row, want in zip(rows, wanted, strict=True):
        count = counts[want]
        for id in chain(*row):
            count[id] += 1
    yes = sum(wanted)
    others = len(rows) - yes
    often = log((others + 2 * _UNSURE) / (yes + 2 * _UNSURE))
    weights = array("d", bytes(8 * size))
    for row in rows:
        for group, factor in zip(row, worth, strict=True):
            for id in group:
                if not weights[id]:
                    weights[id] = factor * (
                        often + log((counts[True][id] + _UNSURE) / (counts[False][id] + _UNSURE))
                    )
    return Line.build(weights)


def draw_lines(
    rows: Sequence[Features], kinds: Sequence[int], worth: Sequence[float], size: int, rounds: int
) -> list[Line]:
    """For each kind from 1 on the line between its rows and those of kind 0; features are numbers below `size`.

    `worth` is the squared weight of each group. A feature's weight is kept times that of its group, so that a text
    weighs the bare sum over its features.
    """
    flat = [(tuple(chain(*row)), measure(row, worth)) for row in rows]
    lines = []
    for kind in range(1, max(kinds, default=0) + 1):
        own = [at for at, other in enumerate(kinds) if other in (0, kind)]
        examples = [(*flat[at], rows[at], 1.0 if kinds[at] else -1.0) for at in own]
        lines.append(_draw_line(examples, worth, size, rounds))
    return lines


def _draw_line(
    examples: Sequence[tuple[tuple[int, ...], float, Features, float]],
    worth: Sequence[float],
    size: int,
    rounds: int,
) -> Line:
    weights = array("d", bytes(8 * size))
    look = weights.__getitem__
    pulls = [0.0] * len(examples)
    order = _spread(len(examples))
    for _ in range(rounds):
        open_ones = []
        for at in order:
            ids, scale, row, side = examples[at]
            pull = pulls[at]
            lack = sum(map(look, ids)) * scale * side - 1.0 + _SLACK * pull
            if pull == 0.0 and lack > 0.0:
                continue
            open_ones.append(at)
            change = max(pull - lack / (1.0 + _SLACK), 0.0) - pull
            if abs(change) > _SMALL_CHANGE:
                pulls[at] += change
                change *= scale * side
                for group, square in zip(row, worth, strict=True):
                    step = change * square
                    for id in group:
                        weights[id] += step
        order = open_ones
    return Line.build(weights)


def measure(features: Features, worth: Sequence[float]) -> float:
    """Long texts have more features; this makes them comparable with short ones."""
    return 1.0 / sqrt(sum(square * len(group) for group, square in zip(features, worth, strict=True)))


def _spread(count: int) -> list[int]:
    """An order in which neighbours of a list, which are alike, stand far apart."""
    step = next((n for n in (997, 991, 983) if count % n), 1)
    return [at * step % count for at in range(count)]
