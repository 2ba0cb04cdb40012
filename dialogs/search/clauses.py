"""Which part of a text says what is needed, and which only tells when, where and by what it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

_BESIDE = 0.65
"""What a word beside the need weighs of its own; measured on the tuning halves of the labelled queries."""


class Weighed(Protocol):
    """What a word weighs, and whether it asks for a number or a place."""

    weight: float
    mass: float
    contact: bool


@dataclass(slots=True)
class Clause:
    """One clause: whether it asks for something, whether it says anything the base knows, and its words."""

    asks: bool = False
    tells: bool = False
    concepts: list[Weighed] = field(default_factory=list)


def set_back(clauses: Sequence[Clause]) -> None:
    """Let clauses that ask outweigh the others; where none asks, the first that says anything.

    «Подзвонити» and the like stay as they are: people add that last, and it goes with the need.
    """
    telling = [clause for clause in clauses if clause.tells]
    if not telling:
        return
    needs = [clause for clause in telling if clause.asks] or telling[:1]
    for clause in clauses:
        if clause not in needs:
            for concept in clause.concepts:
                if not concept.contact:
                    concept.weight *= _BESIDE
                    concept.mass *= _BESIDE
