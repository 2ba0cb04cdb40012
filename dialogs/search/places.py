"""Finds the region a text names: the region itself, one of its towns, or a former name."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from dialogs.records import Region
from dialogs.search.vocabulary import Stems
from dialogs.spelling import count_edits, fold, split_words, stem

_BEFORE_TEXT = """
z iz zi s is so v u vo vid ot bila kolo do pri pid from in near misto horod m h smt selo siti town
"""
_BEFORE = frozenset(_BEFORE_TEXT.split())
_AFTER = frozenset(stem(fold(w)) for w in ("область", "обл", "region", "oblast", "район", "місто", "город"))
_KINDS_TEXT = "село деревня селище посёлок громада hromada village town city community хутір смт"
_KINDS = _AFTER | {stem(fold(w)) for w in _KINDS_TEXT.split()}
_LONGEST = 3
_SHORTEST_TYPO = 5


@dataclass(frozen=True, slots=True)
class Named:
    """Regions a text names, in the order of the text, and which of its words named them."""

    regions: tuple[str, ...] = ()
    words: frozenset[int] = frozenset()


class Places:
    """Names of places as stems; read-only once built."""

    def __init__(
        self, regions: Sequence[Region], also_words: Sequence[str], ignored: frozenset[str], read: Stems
    ) -> None:
        self._names: dict[tuple[str, ...], list[str]] = {}
        self._whole: set[str] = set()
        self._ignored = ignored
        self._also = {read.read_keys(name) for name in also_words}
        for region in regions:
            texts = [*region.name.values(), *region.short.values(), *region.names]
            texts += [text for city in region.cities for text in city.values()]
            for text in texts:
                words = [read[word] for word in split_words(text)]
                key = tuple([stem for _, stem in words])
                if len(key) > 1 and key[-1] in _AFTER:
                    key = key[:-1]
                self._whole.add(words[0][0])
                known = self._names.setdefault(key, [])
                if region.id not in known:
                    known.append(region.id)
        self._by_start: dict[str, list[str]] = {}
        for key in self._names:
            if len(key) == 1 and len(key[0]) >= _SHORTEST_TYPO:
                self._by_start.setdefault(key[0][:2], []).append(key[0])

    def find(self, words: Sequence[str], known: Container[str] = frozenset()) -> Named:
        """Read places out of words; a word of `known` is never taken for a mistyped name."""
        skeletons = [fold(word) for word in words]
        keys = [stem(s) for s in skeletons]
        regions: list[str] = []
        used: set[int] = set()
        at = 0
        while at < len(keys):
            length, found = self._match(keys, at, known)
            if found and self._stands(keys, skeletons, at, length):
                regions += [r for r in found if r not in regions]
                used.update(range(at, at + length))
            at += max(length, 1)
        if used:
            used.update(i for i, key in enumerate(keys) if key in _KINDS)
        return Named(tuple(regions), frozenset(used))

    def _match(self, keys: Sequence[str], at: int, known: Container[str]) -> tuple[int, Sequence[str]]:
        for length in range(min(_LONGEST, len(keys) - at), 0, -1):
            found = self._names.get(tuple(keys[at : at + length]))
            if found:
                return length, found
        key = keys[at]
        if len(key) >= _SHORTEST_TYPO and key not in known and key not in self._ignored:
            near = {
                region
                for name in self._by_start.get(key[:2], ())
                if count_edits(key, name, 1) <= 1
                for region in self._names[(name,)]
            }
            if len(near) == 1:
                return 1, tuple(near)
        return 1, ()

    def _stands(self, keys: Sequence[str], skeletons: Sequence[str], at: int, length: int) -> bool:
        """A name that is an ordinary word too counts alone, or where only a place can stand."""
        key = tuple(keys[at : at + length])
        if key[0] in self._ignored and skeletons[at] not in self._whole:
            return False
        if key not in self._also and key[0] not in self._ignored:
            return True
        after = keys[at + length] if at + length < len(keys) else ""
        before = skeletons[at - 1] if at else ""
        return len(keys) == length or before in _BEFORE or after in _AFTER
