"""Recognises danger in typed words, before anything else reads them.

`crisis.yaml` holds examples of what people write in danger, of each kind, `ordinary.yaml` of texts that only sound like
it. A text is taken for what it is more like (see `learned`, `likeness`, `neighbours` and `vocabulary`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import inf

from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.learned import Learned, Weighed
from dialogs.spelling import count_edits, split_words
from dialogs.teaching import count_examples, count_texts, learn, list_examples, list_labels, name_words
from dialogs.typed import read_words, shorten, split_sentences
from dialogs.vocabulary import Vocabulary, Word

_SHOWN = 3
_NO_DOUBT, _ASKS_NONE = 4.5, -inf
_LEAST_LETTERS = 5  # a shorter word with a mistake may be any other


class Crisis:
    """Read-only once built, and remembers nothing of what it read."""

    def __init__(self, base: Base, learned: Learned | None = None) -> None:
        """`learned` is what the base's examples teach; without it they are learned from here."""
        self._vocabulary = Vocabulary(base.crisis.words)
        own = chain(list_labels(base), _list_titles(base))
        self._own = frozenset(" ".join(split_words(text)) for text in own)
        self._by_length: dict[int, list[str]] = {}
        for typed in self._own:
            self._by_length.setdefault(len(typed), []).append(typed)
        self._learned = learned or learn(base)
        self._kinds = ["", *(kind.id for kind in base.crisis.kinds)]

    @classmethod
    def build(cls, edition: Edition, learned: Learned | None = None) -> Crisis:
        return cls(edition.base, learned)

    def read(self, text: str) -> str | None:
        """The kind of danger a text speaks of, or None; an example is what its list says."""
        text = shorten(text)
        typed = " ".join(split_words(text))
        if len(self._kinds) == 1 or typed in self._own:
            return None
        words = self._read_words(text)
        place = self._learned.known.get(name_words(words))
        if place is None and words:
            weighed = self._learned.weigh(self._vocabulary.list_features(words))
            place = weighed.kind if weighed.alarms else self._judge_sentences(text)
            if place and self._is_nearly_own(typed):
                return None
        return self._kinds[place or 0] or None

    def _judge_sentences(self, text: str) -> int:
        """A long account may name its danger in one sentence; such a one is believed when it leaves no doubt."""
        for sentence in reversed(split_sentences(text)):
            words = self._read_words(sentence)
            if words:
                weighed = self._learned.weigh(self._vocabulary.list_features(words), sure=_ASKS_NONE)
                if weighed.score > _NO_DOUBT:
                    return weighed.kind
        return 0

    def weigh(self, text: str) -> Weighed | None:
        """What speaks for danger in a text, as if it were no example; None when it holds no words."""
        words = self._read_words(shorten(text))
        if not words or len(self._kinds) == 1:
            return None
        return self._learned.weigh(self._vocabulary.list_features(words))

    def find_like(self, base: Base, text: str) -> list[tuple[str, str, float]]:
        """The three examples a text is most like, from 0 to 1; a kind is empty for an ordinary one."""
        words = self._read_words(shorten(text))
        if not words or len(self._kinds) == 1:
            return []
        rows = [(kind, example) for kind, texts in list_examples(base) for example in texts]
        first = count_texts(base) - count_examples(base)
        features = self._vocabulary.list_features(words)
        found = self._learned.near.find_nearest(features, _SHOWN, first)
        return [(*rows[row - first], alike) for alike, row in found]

    def _is_nearly_own(self, typed: str) -> bool:
        """Whether a label or a title was typed with a mistake."""
        length = len(typed)
        alike = chain.from_iterable(self._by_length.get(length + more, ()) for more in (-1, 0, 1))
        return length >= _LEAST_LETTERS and any(count_edits(typed, own, 1) == 1 for own in alike)

    def _read_words(self, text: str) -> list[Word]:
        return read_words(text, self._vocabulary, self._vocabulary.read_pieces)


def _list_titles(base: Base) -> Iterator[str]:
    """Never danger either, but too official to learn from."""
    for entitlement in base.entitlements:
        yield from entitlement.title.short.values()
        yield from entitlement.title.full.values()
