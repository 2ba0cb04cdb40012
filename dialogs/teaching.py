"""Learns from the examples of a base what tells danger from ordinary texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from math import inf

from dialogs.base import Base
from dialogs.learned import Learned
from dialogs.likeness import Features, count_oftener, draw_lines
from dialogs.neighbours import Neighbours
from dialogs.typed import read_words
from dialogs.vocabulary import WORTH, Vocabulary, Word

_ROUNDS = 4
_ASKS_NONE = -inf  # an example is its own neighbour
_OFTENER_WORTH = (0.7, 1.0, 0.9, 0.8, 1.2, 0.7)


def learn(base: Base) -> Learned:
    """What a base's examples teach."""
    vocabulary = Vocabulary(base.crisis.words)
    ids = ["", *(kind.id for kind in base.crisis.kinds)]
    known: dict[int, int] = {}
    places: list[int] = []
    rows: list[Features] = []
    for kind, words in _read_rows(base, vocabulary):
        places.append(ids.index(kind))
        known[name_words(words)] = places[-1]
        rows.append(vocabulary.list_features(words))
    learned = Learned(
        tuple(draw_lines(rows, places, WORTH, vocabulary.size, _ROUNDS)),
        count_oftener(rows, list(map(bool, places)), _OFTENER_WORTH, vocabulary.size),
        Neighbours.build(rows, WORTH, vocabulary.size),
        _find_danger(base),
        known,
    )
    first = count_texts(base) - count_examples(base)
    alarms = bytes(learned.weigh(rows[at], sure=_ASKS_NONE).alarms for at in range(first, len(rows)))
    return replace(learned, alarms=alarms)


def name_taught(base: Base) -> str:
    """A name for everything of a base that `learn` reads."""
    lists = [(kind, list(texts)) for kind, texts in list_examples(base)]
    words = [(name, list(words)) for name, words in base.crisis.words.items()]
    return sha256(json.dumps([words, lists, list(list_labels(base))]).encode()).hexdigest()


def read_learned(base: Base, data: bytes) -> Learned | None:
    """What `learn` gave as bytes; None when it cannot be of this base."""
    return Learned.from_bytes(
        data,
        Vocabulary(base.crisis.words).size,
        len(base.crisis.kinds),
        _find_danger(base),
        count_examples(base),
        count_texts(base),
    )


def list_examples(base: Base) -> Iterator[tuple[str, Sequence[str]]]:
    """The lists of examples, each with its kind of danger, which is empty for ordinary texts."""
    for kind in base.crisis.kinds:
        yield kind.id, kind.examples
    yield "", base.ordinary.texts


def list_labels(base: Base) -> Iterator[str]:
    """What people type instead of pressing it, and what is never danger."""
    for question in base.questions:
        for choice in question.choices:
            yield from choice.label.values()
    for region in base.regions:
        yield from region.name.values()
    for topic in base.topics:
        yield from topic.title.values()


def count_examples(base: Base) -> int:
    return sum(len(texts) for _, texts in list_examples(base)) if base.crisis.kinds else 0


def count_texts(base: Base) -> int:
    """All texts that are learned from: the labels come before the examples."""
    return count_examples(base) + (sum(1 for _ in list_labels(base)) if base.crisis.kinds else 0)


def name_words(words: Sequence[Word]) -> int:
    """A number for a text, whatever it was typed with."""
    return hash(tuple(word.whole for word in words))


def _find_danger(base: Base) -> range:
    first = count_texts(base) - count_examples(base)
    return range(first, first + sum(len(kind.examples) for kind in base.crisis.kinds))


def _read_rows(base: Base, vocabulary: Vocabulary) -> Iterator[tuple[str, list[Word]]]:
    """The words of each text to learn from, with its kind."""
    look = cache(vocabulary.read_pieces)
    for kind, texts in (("", list_labels(base)), *list_examples(base)) if base.crisis.kinds else ():
        for text in texts:
            yield kind, read_words(text, vocabulary, look)
