"""The ways in which a condition comes to yes or to no, found without trying answers one by one.

A way is a set of demands on the answers to a few questions; whoever meets all of them has the
verdict, whatever else is answered. The ways of a condition cover every complete set of answers,
so a condition without a way to yes can never hold, and one without a way to no always holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from dialogs.edition import Edition
from dialogs.rules import All, Always, AnyOf, Condition, Fact, Not
from dialogs.session import UNKNOWN, WITHHELD

MOST_WAYS = 4000
_SIFTED = 600
_GROUNDED = 64


@dataclass(frozen=True, slots=True)
class Demand:
    """Of each mask in `needs` a choice is ticked, and of `avoids` none is."""

    needs: frozenset[int]
    avoids: int


Way = Mapping[str, Demand]
Given = dict[str, tuple[str, ...]]
# No tick fits: the question must not apply at all.
_NOT_ASKED = Demand(frozenset(), -1)


class Ways:
    """Finds ways in one edition.

    With `partial` an unticked choice of a sensitive question is open, as in a dialogue (DESIGN
    4a.2); without it every answer is taken as complete, which is the logic of the condition.
    `capped` tells that some ways were dropped, so that nothing may be concluded from their lack.
    """

    def __init__(self, edition: Edition, partial: bool = False) -> None:
        self.edition = edition
        self.partial = partial
        self.capped = False
        self._full = {q: sum(bits.values()) for q, bits in edition.bits.items()}
        self._settled: dict[tuple[str, Demand], Demand | None] = {}
        self._of_fact: dict[tuple[str, int, bool], list[Way]] = {}

    def find(self, condition: Condition, want: bool) -> list[Way]:
        """The ways to yes, or with `want` false to no; the shortest first."""
        match condition:
            case Always():
                return [{}] if want else []
            case Not(part):
                return self.find(part, not want)
            case Fact(question, choices):
                mask = 0
                for choice in choices:
                    mask |= self.edition.bits[question][choice]
                return self._find_for_fact(question, mask, want)
            case All(parts) | AnyOf(parts):
                found = [self.find(part, want) for part in parts]
                if isinstance(condition, All) is want:
                    return self.combine(found)
                return self._sift(way for ways in found for way in ways)

    def _find_for_fact(self, question: str, mask: int, want: bool) -> list[Way]:
        key = (question, mask, want)
        if key not in self._of_fact:
            record = self.edition.questions[question]
            found: list[Way] = []
            if want:
                demand = self._settle(question, Demand(frozenset({mask}), 0))
                found = [{question: demand}] if demand else []
                if record.applies is not None:
                    found = self.combine([found, self.find(record.applies, True)])
            else:
                demand = self._settle(question, Demand(frozenset(), mask))
                closed = self.partial and record.sensitive
                if demand is not None and demand is not _NOT_ASKED and not closed:
                    found = [{question: demand}]
                elif record.applies is not None:
                    found = self.find(record.applies, False)
            self._of_fact[key] = found
        return self._of_fact[key]

    def combine(self, parts: Iterable[list[Way]]) -> list[Way]:
        """The ways that meet one way of each part."""
        together: list[Way] = [{}]
        for ways in parts:
            if not together:
                break
            together = self._sift(way for a, b in product(together, ways) for way in self.join(a, b))
        return together

    def join(self, a: Way, b: Way) -> list[Way]:
        """Both at once: none when they clash, several when a question may then not apply."""
        joined = dict(a)
        unasked: list[str] = []
        for question, demand in b.items():
            mine = joined.get(question)
            settled = self._settle(question, _add(mine, demand) if mine else demand)
            if settled is None:
                return []
            if settled is _NOT_ASKED:
                unasked.append(question)
            else:
                joined[question] = settled
        if not unasked:
            return [joined]
        found: list[Way] = [{q: d for q, d in joined.items() if q not in unasked}]
        for question in unasked:
            applies = self.edition.questions[question].applies
            closings = self.find(applies, False) if applies is not None else []
            found = [way for a, b in product(found, closings) for way in self.join(a, b)]
        return found

    def list_clashes(self, a: Way, b: Way) -> list[str]:
        """The questions on which the two ways cannot both be met."""
        small, large = (a, b) if len(a) <= len(b) else (b, a)
        return [
            q
            for q, demand in small.items()
            if q in large and self._settle(q, _add(large[q], demand)) in (None, _NOT_ASKED)
        ]

    def _settle(self, question: str, demand: Demand) -> Demand | None:
        """The demand in its simplest form; None when no answer meets it."""
        key = (question, demand)
        if key not in self._settled:
            record = self.edition.questions[question]
            if record.kind == "many":
                settled = self._settle_many(question, demand)
            else:
                allowed = self._full[question] & ~demand.avoids
                for need in demand.needs:
                    allowed &= need
                if allowed:
                    settled = Demand(frozenset({allowed}), 0) if demand.needs else demand
                else:
                    settled = None if demand.needs else _NOT_ASKED
            if settled is _NOT_ASKED and record.sensitive:
                settled = demand  # nothing on a sensitive screen needs to be ticked
            if settled is _NOT_ASKED and record.applies is None:
                settled = None
            self._settled[key] = settled
        return self._settled[key]

    def _settle_many(self, question: str, demand: Demand) -> Demand | None:
        none = self.edition.bits[question].get("none", 0)
        avoids = demand.avoids
        if any(need & ~avoids == none for need in demand.needs) and none:
            avoids |= self._full[question] & ~none
        elif any(not need & none for need in demand.needs):
            avoids |= none
        needs = {need & ~avoids for need in demand.needs}
        if 0 in needs:
            return None
        if not needs and avoids == self._full[question]:
            return _NOT_ASKED
        return Demand(frozenset(n for n in needs if not any(o != n and o & n == o for o in needs)), avoids)

    def _sift(self, ways: Iterable[Way]) -> list[Way]:
        """Drop a way that another one makes needless; keep at most `MOST_WAYS`, the shortest."""
        seen = {frozenset(way.items()): way for way in ways}
        rows = sorted(seen.items(), key=lambda row: len(row[0]))
        if len(rows) > MOST_WAYS:
            self.capped = True
            rows = rows[:MOST_WAYS]
        if len(rows) > _SIFTED:
            return [way for _, way in rows]
        kept: list[tuple[frozenset[tuple[str, Demand]], Way]] = []
        for items, way in rows:
            if not any(other <= items for other, _ in kept):
                kept.append((items, way))
        return [way for _, way in kept]

    def hold(self, found: Iterable[Way], answers: Mapping[str, tuple[str, ...]]) -> list[Way]:
        """The ways that these answers leave open, joined with the answers."""
        said: dict[str, Demand] = {}
        for question, choices in answers.items():
            bits = self.edition.bits[question]
            ticked = [bits[c] for c in choices if c in bits]
            partial = self.partial and self.edition.questions[question].sensitive
            finished = ticked and not partial and not {UNKNOWN, WITHHELD} & set(choices)
            avoids = self._full[question] - sum(ticked) if finished else 0
            said[question] = Demand(frozenset(ticked), avoids)
        return [joined for way in found for joined in self.join(way, said)]

    # ---- from demands to answers ----

    def ground(self, way: Way) -> Iterator[Way]:
        """The way with every question in it asked or closed: what «not ticked» leaves open is decided."""
        todo: list[tuple[Way, frozenset[str]]] = [(way, frozenset())]
        budget = _GROUNDED
        while todo and budget:
            current, done = todo.pop()
            budget -= 1
            loose = next(
                (
                    q
                    for q, demand in current.items()
                    if q not in done and not demand.needs and self.edition.questions[q].applies is not None
                ),
                None,
            )
            if loose is None:
                yield current
                continue
            applies = self.edition.questions[loose].applies
            rest = {q: demand for q, demand in current.items() if q != loose}
            for opening in self.find(applies, True):
                todo.extend((joined, done | {loose}) for joined in self.join(current, opening))
            for closing in self.find(applies, False):
                todo.extend((joined, done) for joined in self.join(rest, closing))

    def answer(self, way: Way) -> Given:
        """The fewest ticks that meet the way, in the order of the questions."""
        return {
            question: self._tick(question, way[question])
            for question in sorted(way, key=self.edition.index.__getitem__)
        }

    def list_ticks(self, question: str, demand: Demand) -> list[tuple[str, ...]]:
        """Every answer with which one tick meets the demand; the others stay open if they can."""
        allowed = self._full[question] & ~demand.avoids
        for need in demand.needs:
            allowed &= need
        bits = self.edition.bits[question]
        found = [choice for choice, bit in bits.items() if bit & allowed]
        if self.edition.questions[question].kind == "many" and demand.needs and not demand.avoids:
            return [(choice, UNKNOWN) if choice != "none" else (choice,) for choice in found]
        return [(choice,) for choice in found] or [self._tick(question, demand)]

    def _tick(self, question: str, demand: Demand) -> tuple[str, ...]:
        bits = self.edition.bits[question]
        ticked = 0
        for need in sorted(demand.needs, key=int.bit_count):
            if not need & ticked:
                ticked |= need & -need
        if not ticked:
            free = self._full[question] & ~demand.avoids
            none = bits.get("none", 0) & free
            ticked = none or free & -free
        return tuple(choice for choice, bit in bits.items() if bit & ticked) or (WITHHELD,)


def _add(a: Demand, b: Demand) -> Demand:
    return Demand(a.needs | b.needs, a.avoids | b.avoids)
