"""The whole of search: readings of a text, the best one, and whether it was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogs.edition import Edition
from dialogs.search.index import Index, collect
from dialogs.search.meaning import MOST_WORDS, Concept, Meaning
from dialogs.search.places import Named, Places
from dialogs.search.vocabulary import Stems, Vocabulary
from dialogs.spelling import fold, read_as_cyrillic_keys, read_as_latin_keys, split_clauses, split_words, stem
from dialogs.tools import Found, Hit

MOST_HITS, MOST_LOCAL = 8, 3
UNDERSTOOD = 3.7
"""The least confidence at which results are shown; measured on the tuning half of the labelled queries."""

_WORDS, _COVER, _PHRASE = 1.5, 4.0, 8.0
_UNCOVERED = 0.5
_WORST_SHARE = 0.3
_OTHER_KEYS = 0.9
_PLACE = 0.5
_CONTACT, _CONTACT_ASKED, _CONTACT_WORD = 0.8, 1.25, 0.6
_LOCAL, _HERE = 0.55, 1.2
_RIGHT_WHEN_CONTACT_ASKED = 0.9
_TOPIC, _TOPIC_ALONE = 0.6, 1.0
_UNASKED, _MEANT = 0.5, 0.75
_SURE = 0.8
_FEW, _TELLING = 2, 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read in one way: the records it leads to, best first, and how far to trust that."""

    confidence: float
    hits: Sequence[tuple[float, int]]
    named: Named
    only_place: bool = False


class Search:
    """Search over one edition; read-only once built, and remembers nothing of what it was asked."""

    def __init__(self, meaning: Meaning, index: Index, places: Places, words: Mapping[str, str]) -> None:
        self._meaning, self._index, self._places, self._words = meaning, index, places, words

    @classmethod
    def build(cls, edition: Edition) -> Search:
        read = Stems()
        vocabulary = Vocabulary(read)
        documents = collect(edition, vocabulary)
        lexicon = edition.base.lexicon
        meaning = Meaning(lexicon, vocabulary, read)
        vocabulary.close([d.counts for d in documents], meaning.rings)
        places = Places(edition.base.regions, lexicon.also_words, meaning.ignored, read)
        return cls(meaning, Index(documents, vocabulary), places, meaning.list_words())

    def find(self, text: str) -> Found:
        """The records a text may mean, best first, and the regions it names."""
        readings = [self._read(split_clauses(text), 1.0)]
        if text.isascii():
            if not text.isdigit():
                readings.append(self._read(split_clauses(read_as_cyrillic_keys(text)), _OTHER_KEYS))
        elif readings[0].confidence < UNDERSTOOD:
            readings.append(self._read(split_clauses(read_as_latin_keys(text)), _OTHER_KEYS))
        best = max(readings, key=lambda r: (r.only_place and bool(r.named.regions), r.confidence))
        pairs: Sequence[tuple[float, int]] = best.hits if best.confidence >= UNDERSTOOD else ()
        place = best.only_place and bool(best.named.regions)
        if place:
            pairs = self._list_local(best.named.regions)
        records = self._index.documents
        hits = tuple(Hit(records[at].kind, records[at].id, score) for score, at in pairs)
        regions = best.named.regions if hits or place else readings[0].named.regions or best.named.regions
        return Found(bool(hits) or place, hits, regions)

    def _list_local(self, regions: Sequence[str]) -> Sequence[tuple[float, int]]:
        """What a place alone leads to: its own lines; nothing while two regions have a place of that name."""
        if len(regions) > 1:
            return ()
        return [(1.0, at) for at in self._index.list_local(frozenset(regions))[:MOST_LOCAL]]

    def known_words(self, text: str) -> tuple[str, ...]:
        """The words of a text that the base or the lexicon has, spelled as they stand there.

        For statistics: nothing a person typed comes back, only the base's own words. Words that tell
        nothing are left out; whatever is missing here may be counted, and no more.
        """
        keys = (stem(fold(word)) for word in split_words(text)[:MOST_WORDS])
        found = (self._words[key] for key in keys if key in self._words)
        return tuple(dict.fromkeys(found))

    def _read(self, clauses: Sequence[Sequence[str]], trust: float) -> Reading:
        words = [word for clause in clauses for word in clause][:MOST_WORDS]
        named = self._places.find(words, self._meaning.vocabulary.numbers.keys())
        concepts = self._meaning.read(clauses, named.words, _PLACE)
        asks_contact = any(concept.contact for concept in concepts)
        if asks_contact:
            for concept in concepts:
                if concept.contact:
                    concept.weight *= _CONTACT_WORD
                    concept.mass *= _CONTACT_WORD
        hits = self._rank(concepts, frozenset(named.regions), asks_contact)
        said = sum(c.mass for c in concepts)
        sure = sum(c.mass * c.sureness for c in concepts) / said if said else 0.0
        outside = sum(c.mass for c in concepts if c.outside) / said if said else 0.0
        top, _, cover = hits[0] if hits else (0.0, 0, 0.0)
        confidence = trust * top * (1 - _SURE + _SURE * sure) * (1 - outside)
        if sum(c.mass > _TELLING for c in concepts) <= _FEW:
            confidence *= cover
        kept = [(score, at) for score, at, _ in hits[:MOST_HITS] if score >= top * _WORST_SHARE]
        says_nothing_else = self._is_only_place(words, named.words)
        if says_nothing_else and not named.regions:
            confidence = 0.0
        return Reading(confidence, kept, named, says_nothing_else)

    def _is_only_place(self, words: Sequence[str], places: frozenset[int]) -> bool:
        rest = [word for i, word in enumerate(words) if i not in places]
        read = Stems()
        return all(self._meaning.is_ignored(word, key) for word in rest for key in read.read_keys(word))

    def _rank(
        self, concepts: Sequence[Concept], regions: frozenset[str], asks_contact: bool
    ) -> list[tuple[float, int, float]]:
        """Records with their scores, and how much of the text each covers. A contact stands back behind a right unless its kind or place is asked for."""
        records = self._index.documents
        telling = [c for c in concepts if c.mass > _TELLING]
        alone = len(telling) == 1
        may_be_personal = not alone or self._index.is_personal(telling[0])
        hits = []
        for at, (value, cover, phrase) in self._index.score(concepts).items():
            record = records[at]
            score = _WORDS * value + _COVER * cover + _PHRASE * phrase
            score *= record.prior * (_UNCOVERED + (1 - _UNCOVERED) * cover)
            if record.kind == "contact":
                score *= _CONTACT * (_CONTACT_ASKED if asks_contact else 1.0)
                if record.regions:
                    score *= _HERE if record.regions & regions else _LOCAL
            elif record.kind == "topic":
                score *= _TOPIC_ALONE if alone else _TOPIC
            elif asks_contact:
                score *= _RIGHT_WHEN_CONTACT_ASKED
            if record.guarded and not may_be_personal and phrase < _MEANT:
                score *= _UNASKED
            hits.append((score, at, cover))
        hits.sort(key=lambda hit: (-hit[0], hit[1]))
        return hits
