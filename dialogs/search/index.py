"""Records as stems: how much each word tells about each record, and the phrases people know them by."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from dialogs.edition import Edition
from dialogs.records import Contact
from dialogs.search.meaning import Concept
from dialogs.search.vocabulary import Runs, Vocabulary

_K1 = 1.4
_B = 0.55
_TITLE, _KEYWORD, _TEXT, _NEARBY = 1.5, 2.2, 0.5, 0.25
_BY_WEIGHT = 0.01
_SURELY, _OFTENER = 0.6, 2
_FOR_HELPERS = 0.95


@dataclass(slots=True)
class Document:
    """One record on its way into the index: phrases that name it, and looser words."""

    kind: Literal["entitlement", "contact", "topic"]
    id: str
    prior: float = 1.0
    regions: frozenset[str] = frozenset()
    rank: int = 0
    guarded: bool = False
    phrases: list[tuple[int, ...]] = field(default_factory=list)
    counts: dict[int, float] = field(default_factory=dict)
    length: float = 0.0

    def add(
        self, vocabulary: Vocabulary, texts: Iterable[str], weight: float, *, phrase: bool = False
    ) -> None:
        counts = self.counts
        for text in texts:
            numbers = vocabulary.add_text(text)
            for number in numbers:
                counts[number] = counts.get(number, 0.0) + weight
            self.length += weight * len(numbers)
            if phrase and numbers:
                self.phrases.append(tuple(dict.fromkeys(numbers)))


@dataclass(frozen=True, slots=True)
class Listed:
    """What ranking needs to know of a record."""

    kind: Literal["entitlement", "contact", "topic"]
    id: str
    prior: float
    regions: frozenset[str]
    rank: int
    guarded: bool


class Index:
    """Impacts of words on records, and phrases; read-only once built."""

    def __init__(self, documents: Sequence[Document], vocabulary: Vocabulary) -> None:
        self.documents = tuple(Listed(d.kind, d.id, d.prior, d.regions, d.rank, d.guarded) for d in documents)
        self._personal = _find_personal(documents)
        self._weights = vocabulary.weights
        self._owners, self._masses = array("H"), array("f")
        records: list[list[int]] = [[] for _ in self._weights]
        impacts: list[list[float]] = [[] for _ in self._weights]
        phrases: list[list[int]] = [[] for _ in self._weights]
        average = sum(d.length for d in documents) / max(1, len(documents))
        for at, document in enumerate(documents):
            norm = _K1 * (1 - _B + _B * document.length / average)
            for number, count in document.counts.items():
                records[number].append(at)
                impacts[number].append(count * (_K1 + 1) / (count + norm))
            for phrase in document.phrases:
                for number in phrase:
                    phrases[number].append(len(self._owners))
                self._owners.append(at)
                self._masses.append(sum([self._weights[n] for n in phrase]))
        self._records, self._phrases = Runs(records), Runs(phrases)
        self._impacts = array("f", chain.from_iterable(impacts))

    def list_local(self, regions: frozenset[str]) -> list[int]:
        """Records that belong to regions: lines for everybody first, and the most local before others."""
        found = [at for at, record in enumerate(self.documents) if record.regions & regions]
        found.sort(key=lambda at: (self.documents[at].rank, len(self.documents[at].regions)))
        return found

    def is_personal(self, concept: Concept) -> bool:
        """The word alone asks for a guarded record."""
        return any(share > _SURELY and number in self._personal for number, share in concept.options.items())

    def score(self, concepts: Sequence[Concept]) -> dict[int, tuple[float, float, float]]:
        """By record: what its words say, how much of the text it covers, how well its best phrase meets it.

        The last two go from 0 to 1.
        """
        words: dict[int, float] = {}
        covers: dict[int, float] = {}
        met: dict[int, float] = {}
        for concept in concepts:
            full = concept.weight or 1.0
            best, best_phrase = self._match(concept, full)
            for at, value in best.items():
                words[at] = words.get(at, 0.0) + value
                covers[at] = covers.get(at, 0.0) + concept.mass * min(1.0, value / full)
            for phrase, value in best_phrase.items():
                met[phrase] = met.get(phrase, 0.0) + value
        said = sum(c.mass for c in concepts) or 1.0
        phrases = self._judge_phrases(met, said)
        root = math.sqrt(said)
        return {at: (value / root, covers[at] / said, phrases.get(at, 0.0)) for at, value in words.items()}

    def _match(self, concept: Concept, full: float) -> tuple[dict[int, float], dict[int, float]]:
        """What one concept says about records and phrases, by the best of its stems in each."""
        best: dict[int, float] = {}
        best_phrase: dict[int, float] = {}
        weights = {n: share * min(self._weights[n], full) for n, share in concept.options.items()}
        for number in sorted(weights, key=weights.__getitem__):  # of a phrase the last, heaviest stem stays
            weight = weights[number]
            best_phrase.update(dict.fromkeys(self._phrases[number], weight))
            impacts = self._impacts[self._records.locate(number)]
            if not best:
                best = {
                    at: impact * weight for at, impact in zip(self._records[number], impacts, strict=True)
                }
                continue
            for at, impact in zip(self._records[number], impacts, strict=True):
                value = impact * weight
                if value > best.get(at, 0.0):
                    best[at] = value
        return best, best_phrase

    def _judge_phrases(self, met: dict[int, float], said: float) -> dict[int, float]:
        """By record, the best overlap of one of its phrases with the whole text."""
        phrases: dict[int, float] = {}
        owners, masses = self._owners, self._masses
        for phrase, value in met.items():
            rate = 2 * value / (said + masses[phrase])
            at = owners[phrase]
            if rate > phrases.get(at, 0.0):
                phrases[at] = rate
        return phrases


def collect(edition: Edition, vocabulary: Vocabulary) -> list[Document]:
    """Every entitlement, contact and topic of an edition as a document."""
    topics = {t.id: t for t in edition.base.topics}
    personal = {t.id for t in edition.base.topics if t.personal}
    documents = []
    for e in edition.entitlements.values():
        prior = (1 + _BY_WEIGHT * e.weight) * (_FOR_HELPERS if e.topic == "helpers" else 1.0)
        document = Document("entitlement", e.id, prior, guarded=e.guarded is not None)
        document.add(vocabulary, [*e.title.short.values(), *e.title.full.values()], _TITLE, phrase=True)
        document.add(vocabulary, e.keywords, _KEYWORD, phrase=True)
        document.add(vocabulary, [*e.who.values(), *e.what.values()], _TEXT)
        near = [edition.groups[g].short for g in e.groups if g in edition.groups]
        if e.topic in topics:
            near.append(topics[e.topic].title)
        document.add(vocabulary, [text for names in near for text in names.values()], _NEARBY)
        documents.append(document)
    for c in edition.contacts.values():
        document = Document(
            "contact", c.id, regions=frozenset(c.regions), rank=_rank_contact(c, personal), guarded=c.guarded
        )
        document.add(vocabulary, [*c.name.values(), *c.short.values()], _TITLE, phrase=True)
        document.add(vocabulary, [*c.keywords, *c.phones], _KEYWORD, phrase=True)
        documents.append(document)
    for topic in edition.base.topics:
        document = Document("topic", topic.id)
        document.add(vocabulary, topic.title.values(), 2 * _TITLE, phrase=True)
        document.add(vocabulary, topic.about.values(), _TEXT)
        documents.append(document)
    return documents


def _rank_contact(contact: Contact, personal: Container[str]) -> int:
    """Where a contact stands among those of its region for somebody who named nothing but a place."""
    if contact.guarded:
        return 3
    if not contact.phones:
        return 2
    return 1 if any(topic in personal for topic in contact.topics) else 0


def _find_personal(documents: Sequence[Document]) -> frozenset[int]:
    """Stems that alone ask for a guarded record: its whole keywords, and words said of few other records."""
    whole = {phrase[0] for d in documents if d.guarded for phrase in d.phrases if len(phrase) == 1}
    guarded, others = Counter[int](), Counter[int]()
    for document in documents:
        (guarded if document.guarded else others).update(n for n, c in document.counts.items() if c >= _TITLE)
    return frozenset(whole | {n for n, count in guarded.items() if count > _OFTENER * others[n]})
