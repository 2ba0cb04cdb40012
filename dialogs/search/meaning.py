"""What typed words may mean: the base's own stems, near ones, and what the lexicon says for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogs.search.clauses import Clause, set_back
from dialogs.search.vocabulary import Stems, Vocabulary, rate_likeness
from dialogs.sheets import LexiconSheet
from dialogs.spelling import fold, split_words, stem

MOST_WORDS = 24
_SAME = 0.92
_SIBLING = 0.75
_PART = 0.7
_IGNORED = 0.12
_NEAR_BESIDE_EXACT = 0.8
_UNKNOWN, _OUTSIDE, _LEAST_UNSURE = 0.9, 1.5, 0.7
_LONGEST_SAYING = 4
_TELLING = 1.0


@dataclass(slots=True)
class Concept:
    """One thing a person said.

    Attributes:
        options: Stems that would do for it, with how well (1 is the word itself).
        weight: How telling it is; no option counts for more.
        mass: What it adds to the weight of the whole text.
        sureness: How sure it is that the word was read rightly, from 0 to 1.
        contact: The word asks for a number or a place.
        outside: The word is about something the base does not hold.
    """

    options: dict[int, float]
    weight: float
    mass: float
    sureness: float = 1.0
    contact: bool = False
    outside: bool = False


class Meaning:
    """Turns typed words into concepts; built once from the lexicon, read-only afterwards."""

    def __init__(self, sheet: LexiconSheet, vocabulary: Vocabulary, read: Stems) -> None:
        self.vocabulary = vocabulary
        ignored = {entry: read.read_keys(entry) for entry in sheet.ignored}
        self.ignored = frozenset(key for keys in ignored.values() for key in keys)
        cyrillic = {key for entry, keys in ignored.items() if not entry.isascii() for key in keys}
        self._ignored_latin = self.ignored - cyrillic
        self.contact = frozenset(key for entry in sheet.contact_words for key in read.read_keys(entry))
        self.asking = frozenset(key for entry in sheet.asking_words for key in read.read_keys(entry))
        self.sayings: dict[tuple[str, ...], tuple[tuple[int, ...], ...]] = {}
        self.rings: dict[int, set[int]] = {}
        self._words: dict[str, str] = {}
        for base, ways in sheet.words.items():
            self._add_row(base, {way: read.read_keys(way) for way in ways})
        self.outside, self._outside_forms = self._read_outside(sheet.outside, read)
        self._starts = frozenset(keys[0] for keys in self.sayings)
        by_start: dict[str, list[str]] = {}
        for keys in self.sayings:
            if len(keys) == 1 and len(keys[0]) >= 5:
                by_start.setdefault(keys[0][:2], []).append(keys[0])
        self._by_start = {start: tuple(keys) for start, keys in by_start.items()}

    def read(
        self, clauses: Sequence[Sequence[str]], places: frozenset[int] = frozenset(), place_share: float = 1.0
    ) -> list[Concept]:
        """Concepts of a text's first MOST_WORDS words; those at `places` weigh `place_share` of their own."""
        words = [word for clause in clauses for word in clause]
        parts = [Clause() for _ in clauses]
        part_of = [part for part, clause in zip(parts, clauses, strict=True) for _ in clause]
        words = words[:MOST_WORDS]
        skeletons = [fold(word) for word in words]
        keys = [stem(skeleton) for skeleton in skeletons]
        concepts: list[Concept] = []
        at = 0
        while at < len(keys):
            length = self._measure_saying(keys, at)
            run = [self._read_word(words[i], skeletons[i], keys[i]) for i in range(at, at + length)]
            if length > 1:
                run = self._lay_saying(run, self.sayings[tuple(keys[at : at + length])])
            for i, concept in enumerate(run, at):
                concept.contact = keys[i] in self.contact
                part = part_of[i]
                part.concepts.append(concept)
                part.asks |= keys[i] in self.asking
                if i in places:
                    concept.mass *= place_share
                    concept.weight *= place_share
                elif not concept.contact and not concept.outside:
                    part.tells |= concept.mass * concept.sureness > _TELLING
            concepts.extend(run)
            at += length
        if len(clauses) > 1:
            set_back(parts)
        return [c for c in concepts if c.mass > 0]

    def is_ignored(self, word: str, key: str) -> bool:
        """A word that tells nothing. English ones count only in Latin letters: «б’є» is no "be"."""
        return key in self.ignored and (key not in self._ignored_latin or word.isascii())

    def list_words(self) -> dict[str, str]:
        """Every telling stem of the base and the lexicon, with a word it comes from."""
        words = {**self._words, **self.vocabulary.list_words()}
        return {key: word for key, word in words.items() if key not in self.ignored}

    def _add_row(self, base: str, ways: Mapping[str, tuple[str, ...]]) -> None:
        vocabulary = self.vocabulary
        target = vocabulary.add_text(base)
        for way, key in ways.items():
            if not key or len(key) > _LONGEST_SAYING:
                continue
            meant = self.sayings.get(key, ())
            if target not in meant:
                self.sayings[key] = (*meant, target)
            if len(key) == 1:
                self._words.setdefault(key[0], way)
                other = vocabulary.numbers.get(key[0])
                if len(target) == 1 and other is not None:
                    self.rings.setdefault(other, set()).add(target[0])
                    self.rings.setdefault(target[0], set()).add(other)

    def _read_outside(self, entries: Sequence[str], read: Stems) -> tuple[frozenset[str], frozenset[str]]:
        """Words about something else, unless the base itself uses them, as stems and as forms; a run of such words is a saying.

        Where the base has only another word of the same stem, the form as it is written still counts.
        """
        numbers, skeletons = self.vocabulary.numbers, self.vocabulary.list_skeletons()
        stems, forms = set[str](), set[str]()
        for entry in entries:
            words = [read[word] for word in split_words(entry)]
            key = tuple([stem for _, stem in words])
            if len(key) > 1:
                self.sayings.setdefault(key, ())
            elif key and key not in self.sayings:
                skeleton = words[0][0]
                if key[0] not in numbers:
                    stems.add(key[0])
                elif skeleton not in skeletons:
                    forms.add(skeleton)
        return frozenset(stems), frozenset(forms)

    def _measure_saying(self, keys: Sequence[str], at: int) -> int:
        if keys[at] in self._starts:
            for length in range(min(_LONGEST_SAYING, len(keys) - at), 1, -1):
                if tuple(keys[at : at + length]) in self.sayings:
                    return length
        return 1

    def _lay_saying(self, run: list[Concept], targets: Sequence[tuple[int, ...]]) -> list[Concept]:
        """Lay what a saying means over its words, the last of them taking what is left.

        A saying without a meaning is about something else, and so are its words.
        """
        if not targets:
            return [self._stand_outside() for _ in run]
        for target in targets:
            for i, number in enumerate(target):
                options = run[min(i, len(run) - 1)].options
                options[number] = max(options.get(number, 0.0), _SAME)
        weights = self.vocabulary.weights
        for concept in run:
            concept.sureness = 1.0
            likely = [weights[n] for n, share in concept.options.items() if share > _PART]
            if likely:
                concept.weight = max(likely)
                concept.mass = min(concept.mass, concept.weight)
        return run

    def _read_word(self, word: str, skeleton: str, key: str) -> Concept:
        vocabulary = self.vocabulary
        weights = vocabulary.weights
        number = vocabulary.numbers.get(key)
        if self.is_ignored(word, key):
            weight = _IGNORED * (vocabulary.heaviest if number is None else weights[number])
            return Concept({} if number is None else {number: 1.0}, weight, weight)
        if key in self.outside or skeleton in self._outside_forms:
            return self._stand_outside()
        options = self._list_exact(key, number)
        if options:
            likely = [weights[n] * share for n, share in options.items() if share > _PART]
            weight = max(likely or [weights[n] * share for n, share in options.items()])
            for near, likeness in vocabulary.find_near(key):
                options.setdefault(near, likeness * _NEAR_BESIDE_EXACT)
            return Concept(options, weight, weight)
        self._read_near_sayings(key, options)
        for near, likeness in vocabulary.find_near(key):
            options.setdefault(near, likeness)
        if not options:
            return Concept(options, 0.0, vocabulary.heaviest * _UNKNOWN, sureness=0.0)
        weight, likeness = max(weights[n] for n in options), max(options.values())
        return Concept(
            options, weight, max(weight * likeness, vocabulary.heaviest * _LEAST_UNSURE), likeness / 2
        )

    def _list_exact(self, key: str, number: int | None) -> dict[int, float]:
        """The word itself, what means the same in the base, and what the lexicon says for it."""
        options: dict[int, float] = {}
        if number is not None:
            options[number] = 1.0
            for other in self.rings.get(number, ()):
                options[other] = _SIBLING
        for target in self.sayings.get((key,), ()):
            share = _SAME if len(target) == 1 else _PART
            for part in target:
                options[part] = max(options.get(part, 0.0), share)
        return options

    def _stand_outside(self) -> Concept:
        return Concept({}, 0.0, self.vocabulary.heaviest * _OUTSIDE, sureness=0.0, outside=True)

    def _read_near_sayings(self, key: str, options: dict[int, float]) -> None:
        """A mistyped word of the lexicon, looked for among those that begin alike."""
        for known in self._by_start.get(key[:2], ()) if len(key) >= 5 else ():
            if abs(len(known) - len(key)) <= 2:
                likeness = rate_likeness(key, known)
                if likeness > 0.6:
                    for target in self.sayings[(known,)]:
                        share = likeness * (_SAME if len(target) == 1 else _PART)
                        for part in target:
                            options[part] = max(options.get(part, 0.0), share)
