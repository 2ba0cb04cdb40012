"""Recognises danger in typed words, before anything else reads them.

`crisis.yaml` holds examples of what people write in danger, of each kind, and of ordinary texts that only sound
like it. A text is taken for what it is more like (see `likeness` and `vocabulary`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain
from zlib import crc32

from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.learned import Learned
from dialogs.likeness import Features, Line, compare, draw_line, tell_apart
from dialogs.sheets import CrisisSheet
from dialogs.spelling import read_as_cyrillic_keys, read_as_latin_keys, split_words
from dialogs.vocabulary import BROAD, WORTH, Vocabulary, Word

# Of a long text its beginning and its end are read, of a long word its beginning.
_FIRST_LETTERS, _LAST_LETTERS = 600, 400
_FIRST_WORDS, _LAST_WORDS, _LONGEST_WORD = 40, 25, 80
_ROUNDS = 4
_ALARM = 0.05
_SHOWN = 3

Row = tuple[str, Features]


class Crisis:
    """Read-only once built, and remembers nothing of what it read."""

    def __init__(self, base: Base, learned: Learned | None = None) -> None:
        """`learned` is what the base's examples teach; without it they are learned from here."""
        self._vocabulary = Vocabulary(base.crisis.words)
        own = chain(_list_labels(base), _list_titles(base))
        self._own = frozenset(_name_typed(split_words(text)) for text in own)
        learned = learned or learn(base)
        ids = ["", *(kind.id for kind in base.crisis.kinds)]
        self._known = {name: ids[place] for name, place in learned.known.items()}
        self._danger = learned.danger
        self._kinds = list(zip(ids[1:], learned.kinds, strict=True))

    @classmethod
    def build(cls, edition: Edition, learned: Learned | None = None) -> Crisis:
        return cls(edition.base, learned)

    def read(self, text: str) -> str | None:
        """The kind of danger a text speaks of, or None; an example is what its list says."""
        if len(text) > _FIRST_LETTERS + _LAST_LETTERS:
            text = f"{text[:_FIRST_LETTERS]} {text[-_LAST_LETTERS:]}"
        typed = split_words(text)
        if _name_typed(typed) in self._own:
            return None
        words = _read(text, typed, self._vocabulary, self._vocabulary.read_pieces)
        known = self._known.get(_name_text(words))
        return self._judge(words) if known is None else known or None

    def _judge(self, words: Sequence[Word]) -> str | None:
        features = self._vocabulary.list_features(words)
        if not words or self._danger.weigh(features) <= _ALARM:
            return None
        return max(self._kinds, key=lambda kind: kind[1].weigh(features))[0]

    def find_like(self, base: Base, text: str) -> list[tuple[str, str]]:
        """The three examples a text is most like, each with its kind, which is empty for an ordinary one."""
        vocabulary = self._vocabulary
        look, list_features = cache(vocabulary.read_pieces), vocabulary.list_features

        def read(text: str) -> Features:
            return list_features(_read(text, split_words(text), vocabulary, look))

        features = read(text)
        rows = [(kind, example) for kind, texts in list_examples(base.crisis) for example in texts]
        rows.sort(key=lambda row: -compare(features, read(row[1]), WORTH))
        return rows[:_SHOWN]


def learn(base: Base) -> Learned:
    """What a base's examples teach."""
    vocabulary = Vocabulary(base.crisis.words)
    ids = ["", *(kind.id for kind in base.crisis.kinds)]
    known: dict[int, int] = {}
    rows: list[Row] = []
    for kind, words in _read_rows(base, vocabulary):
        known[_name_text(words)] = ids.index(kind)
        rows.append((kind, vocabulary.list_features(words)))
    danger = _draw_danger(rows, vocabulary.size)
    lists = [[features for kind, features in rows if kind == name] for name in ids[1:]]
    lines = tell_apart(lists, WORTH[:BROAD], vocabulary.broad_size)
    examples = rows[len(rows) - _count_examples(base) :]
    alarms = bytes(danger.weigh(features) > _ALARM for _, features in examples)
    return Learned(danger, tuple(lines), known, alarms)


def name_taught(base: Base) -> str:
    """A name for everything of a base that `learn` reads."""
    lists = [(kind, list(texts)) for kind, texts in list_examples(base.crisis)]
    words = [(name, list(words)) for name, words in base.crisis.words.items()]
    return sha256(json.dumps([words, lists, list(_list_labels(base))]).encode()).hexdigest()


def read_learned(base: Base, data: bytes) -> Learned | None:
    """What `learn` gave as bytes; None when it cannot be of this base."""
    vocabulary, kinds = Vocabulary(base.crisis.words), len(base.crisis.kinds)
    sizes = [vocabulary.size, *[vocabulary.broad_size] * kinds]
    return Learned.from_bytes(data, [WORTH, *[WORTH[:BROAD]] * kinds], sizes, _count_examples(base))


def _draw_danger(rows: Sequence[Row], size: int) -> Line:
    texts, wanted = [features for _, features in rows], [bool(kind) for kind, _ in rows]
    return draw_line(texts, wanted, WORTH, size, _ROUNDS)


def _read_rows(base: Base, vocabulary: Vocabulary) -> Iterator[tuple[str, list[Word]]]:
    """The words of each text to learn from, with its kind."""
    look = cache(vocabulary.read_pieces)
    for kind, texts in (("", _list_labels(base)), *list_examples(base.crisis)) if base.crisis.kinds else ():
        for text in texts:
            yield kind, _read(text, split_words(text), vocabulary, look)


def _read(
    text: str, typed: Sequence[str], vocabulary: Vocabulary, look: Callable[[str], list[Word]]
) -> list[Word]:
    words = _look_up(typed, look)
    if _count_known(words) * 2 < len(words):
        turned = split_words(read_as_cyrillic_keys(text) if text.isascii() else read_as_latin_keys(text))
        if vocabulary.may_know(turned):
            other = _look_up(turned, look)
            if _count_known(other) > _count_known(words):
                return other
    return words


def _count_examples(base: Base) -> int:
    return sum(len(texts) for _, texts in list_examples(base.crisis)) if base.crisis.kinds else 0


def list_examples(sheet: CrisisSheet) -> Iterator[tuple[str, Sequence[str]]]:
    """The lists of examples, each with its kind of danger, which is empty for ordinary texts."""
    for kind in sheet.kinds:
        yield kind.id, kind.examples
    yield "", sheet.ordinary


def _list_labels(base: Base) -> Iterator[str]:
    """What people type instead of pressing it, and what is never danger."""
    for question in base.questions:
        for choice in question.choices:
            yield from choice.label.values()
    for region in base.regions:
        yield from region.name.values()
    for topic in base.topics:
        yield from topic.title.values()


def _list_titles(base: Base) -> Iterator[str]:
    """Never danger either, but too official to learn from."""
    for entitlement in base.entitlements:
        yield from entitlement.title.short.values()
        yield from entitlement.title.full.values()


def _look_up(words: Sequence[str], look: Callable[[str], list[Word]]) -> list[Word]:
    if len(words) > _FIRST_WORDS + _LAST_WORDS:
        words = [*words[:_FIRST_WORDS], *words[-_LAST_WORDS:]]
    return [piece for word in words for piece in look(word[:_LONGEST_WORD])]


def _name_typed(words: Sequence[str]) -> int:
    return crc32(" ".join(words).encode())


def _name_text(words: Sequence[Word]) -> int:
    return hash(tuple(word.whole for word in words))


def _count_known(words: Sequence[Word]) -> int:
    return sum(bool(word.meant) for word in words)
