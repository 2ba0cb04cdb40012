"""One loaded, checked base, with everything worked out that belongs to the edition and not to a person."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dialogs.base import Base
from dialogs.firmness import Firmness, judge_entitlement
from dialogs.languages import fill_in
from dialogs.records import Act, Choice, Contact, Entitlement, Group, Question, Region
from dialogs.rules import (
    All,
    AnyOf,
    Compiled,
    Condition,
    Fact,
    Leading,
    Not,
    compile_condition,
    compile_leading,
    read_questions,
    walk_facts,
)
from dialogs.session import UNKNOWN, WITHHELD, Answers

_CACHED = 256  # sets of answers; with what was worked out from it each takes some 15 KiB


@dataclass(slots=True)
class Known:
    """What is known of every question, by its index (see `rules.Values`).

    `memo` keeps what others worked out from it, for as long as it is remembered itself.
    """

    ticked: list[int]
    complete: list[bool]
    openers: list[int]
    closers: list[int]
    answered: frozenset[str]
    contradictions: tuple[str, ...]
    groups: tuple[tuple[int, int], ...] | None = None
    entitlements: tuple[tuple[int, int], ...] | None = None
    memo: dict[object, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled condition, and the facts in it that speak for it when they hold."""

    condition: Condition | None
    run: Compiled
    pointers: tuple[tuple[int, int, Compiled | None], ...]
    hints: tuple[tuple[int, int], ...] = ()

    def is_hinted(self, known: Known) -> bool:
        """Whether an answer opened a question that this condition cannot do without."""
        return any(known.ticked[at] & mask for at, mask in self.hints)

    def count_pointers(self, known: Known) -> int:
        return len(self.list_pointers(known))

    def list_pointers(self, known: Known) -> list[int]:
        """Indexes of the questions whose answers speak for the condition; dead branches do not count."""
        ticked = known.ticked
        return [
            at
            for at, mask, branch in self.pointers
            if ticked[at] & mask and (branch is None or branch(known)[0] != 0)
        ]


def _find_pointers(
    condition: Condition, positive: bool = True, branch: Condition | None = None
) -> list[tuple[Fact, Condition | None]]:
    """The facts that speak for a condition, each with the branch that must not be dead for it to count."""
    match condition:
        case Fact():
            return [(condition, branch)] if positive else []
        case All(parts):
            return [pair for part in parts for pair in _find_pointers(part, positive, branch)]
        case AnyOf(parts):
            return [
                pair
                for part in parts
                for pair in _find_pointers(part, positive, branch if isinstance(part, Fact) else part)
            ]
        case Not(part):
            return _find_pointers(part, not positive, branch)
        case _:
            return []


_ALPHABET = {letter: i for i, letter in enumerate("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")}


def _collate(region: Region) -> list[int]:
    """The Ukrainian alphabet's order, which code points do not keep (ґ, є, і, ї)."""
    name = next(iter(region.short.values()), "").casefold()
    return [_ALPHABET.get(letter, 99) for letter in name if letter.isalpha()]


def _unwritten(_: object) -> tuple[int, int]:
    return 1, 0


@dataclass(slots=True, repr=False)
class Edition:
    """Records by id and compiled rules; immutable once built."""

    base: Base
    id: str = ""
    questions: dict[str, Question] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    entitlements: dict[str, Entitlement] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    bits: dict[str, dict[str, int]] = field(default_factory=dict)
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    group_rules: dict[str, Rule] = field(default_factory=dict)
    entitlement_rules: dict[str, Rule] = field(default_factory=dict)
    asked_rules: dict[str, Rule] = field(default_factory=dict)
    applies: dict[str, Compiled] = field(default_factory=dict)
    never: dict[str, Compiled] = field(default_factory=dict)
    results_first: Compiled | None = None
    languages: tuple[str, ...] = ("uk", "en")
    unfinished: tuple[str, ...] = ()
    subject_question: str = ""
    region_question: str = ""
    hotline: str = ""  # the operators' own number; empty while the administrators gave none
    screening: tuple[str, ...] = ()
    order: dict[str, int] = field(default_factory=dict)
    topic_order: dict[str, int] = field(default_factory=dict)
    screening_mask: int = 0
    _leading: dict[str, Leading] = field(default_factory=dict)
    _applies_order: tuple[str, ...] = ()
    _applies_reads: dict[str, int] = field(default_factory=dict)
    _steering: int = 0
    _askable: tuple[int, ...] = ()
    _closable: tuple[int, ...] = ()
    _applies_hang: dict[str, int] = field(default_factory=dict)
    _untold: Known | None = None
    _known: OrderedDict[object, Known] = field(default_factory=OrderedDict)
    _firmness: dict[date, dict[str, Firmness]] = field(default_factory=dict)
    memo: dict[object, Any] = field(default_factory=dict)  # what others worked out of the edition alone

    def __repr__(self) -> str:
        return f"Edition({self.id})"

    @classmethod
    def build(cls, base: Base) -> Edition:
        """Compile a base that `checks.check_base` found free of errors."""
        fill_in(base)
        self = cls(base, id=base.id)
        if base.settings:
            self.languages = tuple(language.id for language in base.settings.languages)
            self.unfinished = tuple(one.id for one in base.settings.languages if one.unfinished)
        self.hotline = (base.settings.hotline or "") if base.settings else ""
        current = base.settings.current_plan if base.settings else ""
        self.questions = {q.id: q for q in base.questions}
        self.groups = {g.id: g for g in sorted(base.groups, key=lambda g: g.number) if g.edition == current}
        self.entitlements = {e.id: e for e in base.entitlements}
        self.contacts = {c.id: c for c in base.contacts}
        self.acts = {a.id: a for a in base.acts}
        self.regions = {r.id: r for r in base.regions}
        self.index = {q: i for i, q in enumerate(self.questions)}
        self.names = tuple(self.questions)
        self._askable = tuple(1 << i if q.asked else 0 for i, q in enumerate(base.questions))
        self._closable = tuple(
            0 if q.sensitive else bit for q, bit in zip(base.questions, self._askable, strict=True)
        )
        for question in base.questions:
            self.choices[question.id] = (
                tuple(
                    Choice.model_construct(id=r.id, label=r.short, hint=None, keeps=None)
                    for r in sorted(base.regions, key=_collate)
                )
                if question.kind == "region"
                else question.choices
            )
            self.bits[question.id] = {c.id: 1 << i for i, c in enumerate(self.choices[question.id])}
            if question.subject:
                self.subject_question = question.id
            if question.kind == "region":
                self.region_question = question.id
        self.order = {
            q: (len(self.index) if self.questions[q].covered else 0) + i for q, i in self.index.items()
        }
        self.screening = tuple(
            sorted((q.id for q in base.questions if q.screening), key=self.order.__getitem__)
        )
        self.screening_mask = sum(1 << self.index[q] for q in self.screening)
        self.topic_order = {t.id: i for i, t in enumerate(base.topics)}
        for question in base.questions:
            if question.applies is not None:
                self.applies[question.id] = self._compile(question.applies)
                self._leading[question.id] = compile_leading(question.applies, self.index, self.bits)
            if question.never_when is not None:
                self.never[question.id] = self._compile(question.never_when)
        self._applies_order = self._sort_applies()
        self._applies_reads = {
            q: sum(1 << self.index[r] for r in read_questions(self.questions[q].applies)) or -1
            for q in self._applies_order
        }
        for q in self._applies_order:
            self._applies_hang[q] = self._hang_on(q)
        self._steering = sum(1 << self.index[q] for q in self._list_steering())
        if base.screening.results_first is not None:
            self.results_first = self._compile(base.screening.results_first)
        self.group_rules = {g.id: self._rule(g.when) for g in self.groups.values()}
        self.entitlement_rules = {e.id: self._rule(e.when) for e in self.entitlements.values()}
        self.asked_rules = {
            e.id: self._rule(e.asked_by) for e in self.entitlements.values() if e.asked_by is not None
        }
        self._untold = self.work_out({})
        return self

    def _compile(self, condition: Condition) -> Compiled:
        return compile_condition(condition, self.index, self.bits)

    def _rule(self, condition: Condition | None) -> Rule:
        if condition is None:
            return Rule(None, _unwritten, ())
        pointers: dict[tuple[int, int], Compiled | None] = {}
        for fact, branch in _find_pointers(condition):
            if (mask := self._point(fact)) is not None and pointers.get(mask, True) is not None:
                pointers[mask] = self._compile(branch) if branch is not None else None
        hints = [mask for fact in self._find_hints(condition) if (mask := self._point(fact))]
        return Rule(
            condition,
            self._compile(condition),
            tuple((at, mask, branch) for (at, mask), branch in pointers.items()),
            tuple(dict.fromkeys(hints)),
        )

    def _point(self, fact: Fact) -> tuple[int, int] | None:
        """A fact as (question index, choices).

        Half the choices of a question with one answer are a frame, such as "in Ukraine", and point to
        nothing.
        """
        one = self.questions[fact.question].kind == "one"
        if one and len(fact.choices) > 1 and len(fact.choices) * 2 >= len(self.bits[fact.question]):
            return None
        mask = 0
        for choice in fact.choices:
            mask |= self.bits[fact.question][choice]
        return self.index[fact.question], mask

    def _find_hints(self, condition: Condition) -> list[Fact]:
        """The facts that open the questions which every way to a yes needs."""
        match condition:
            case Fact(question, _):
                applies = self.questions[question].applies
                return (
                    []
                    if applies is None
                    else [*(fact for fact, _ in _find_pointers(applies)), *self._find_hints(applies)]
                )
            case All(parts):
                return [fact for part in parts for fact in self._find_hints(part)]
            case AnyOf(parts):
                found = [self._find_hints(part) for part in parts]
                return [fact for fact in found[0] if all(fact in other for other in found[1:])]
            case _:
                return []

    def name_choices(self, condition: Condition | None) -> dict[str, set[str]]:
        """The choices that a condition speaks of, its questions' `applies` included."""
        if condition is None:
            return {}
        kept: tuple[Condition, dict[str, set[str]]] | None = self.memo.get(("named", id(condition)))
        if kept is not None and kept[0] is condition:
            return kept[1]
        named: dict[str, set[str]] = {}
        todo = [condition]
        while todo:
            for fact in walk_facts(todo.pop()):
                applies = self.questions[fact.question].applies
                if fact.question not in named and applies is not None:
                    todo.append(applies)
                named.setdefault(fact.question, set()).update(fact.choices)
        self.memo["named", id(condition)] = condition, named  # holding it, so that its id is nobody else's
        return named

    def list_read(self, rule: Rule) -> tuple[str, ...]:
        """Every question whose answer can change what becomes of a rule: those it names, and those that steer these."""
        kept: tuple[Rule, tuple[str, ...]] | None = self.memo.get(("read", id(rule)))
        if kept is not None:
            return kept[1]
        found = self._add_steering(read_questions(rule.condition) if rule.condition is not None else ())
        read = tuple(q for q in self.index if q in found)
        self.memo["read", id(rule)] = rule, read  # holding it, so that its id is nobody else's
        return read

    def _sort_applies(self) -> tuple[str, ...]:
        left = {q: read_questions(self.questions[q].applies) & self.applies.keys() for q in self.applies}
        done: list[str] = []
        while left:
            ready = [q for q, needs in left.items() if not (needs - set(done))]
            for q in ready:
                del left[q]
            done.extend(ready)
            assert ready, "checks refuse a circle of `applies`"
        return tuple(done)

    def _hang_on(self, question: str) -> int:
        """The questions whose answers can change who may still be asked this one, itself included."""
        return sum(1 << self.index[q] for q in self._add_steering({question}))

    def _add_steering(self, questions: Iterable[str]) -> set[str]:
        """These questions, and those whose answers decide whether they are asked."""
        found: set[str] = set()
        todo = set(questions)
        while todo:
            one = todo.pop()
            found.add(one)
            for condition in (self.questions[one].applies, self.questions[one].never_when):
                if condition is not None:
                    todo |= read_questions(condition) - found
        return found

    def _list_steering(self) -> set[str]:
        """Questions whose answers decide whether others are asked."""
        read = [q.applies for q in self.base.questions] + [q.never_when for q in self.base.questions]
        return {question for condition in read if condition for question in read_questions(condition)}

    def list_follow_ups(self) -> tuple[str, ...]:
        """Questions with `applies`, each after those on which it hangs."""
        return self._applies_order

    # ---- what a person's answers establish ----

    def filter_answers(self, answers: Answers, day: date) -> dict[str, tuple[str, ...]]:
        """The answers that count in this edition on this day (`keeps`; unknown ids are ignored)."""
        valid: dict[str, tuple[str, ...]] = {}
        for q, answer in answers.items():
            bits = self.bits.get(q)
            if bits is None:
                continue
            kept = []
            for choice in answer.choices:
                if choice in (UNKNOWN, WITHHELD):
                    kept.append(choice)
                elif choice in bits:
                    keeps = self._keeps(q, choice)
                    if keeps is None or (day - answer.day).days <= keeps:
                        kept.append(choice)
            if kept:
                valid[q] = tuple(kept)
        return valid

    def _keeps(self, question: str, choice: str) -> int | None:
        return self.choices[question][self.bits[question][choice].bit_length() - 1].keeps

    def know(self, answers: Answers, day: date) -> Known:
        """What these answers establish on this day; remembered, since a turn asks several times."""
        valid = self.filter_answers(answers, day)
        return self.know_choices(valid)

    def know_choices(self, valid: Mapping[str, tuple[str, ...]]) -> Known:
        key = frozenset(valid.items())
        known = self._known.get(key)
        if known is None:
            known = self.work_out(valid)
            self._known[key] = known
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return known

    def work_out(self, valid: Mapping[str, tuple[str, ...]]) -> Known:
        """The same for answers that nobody gave: not remembered, so they push out nobody's."""
        count = len(self.index)
        ticked, complete = [0] * count, [False] * count
        openers, closers = list(self._askable), list(self._closable)
        for q, choices in valid.items():
            i = self.index[q]
            openers[i] = closers[i] = 0
            bits = self.bits[q]
            for choice in choices:
                ticked[i] |= bits.get(choice, 0)
            complete[i] = (
                bool(ticked[i])
                and not self.questions[q].sensitive
                and UNKNOWN not in choices
                and WITHHELD not in choices
            )
        known = Known(ticked, complete, openers, closers, frozenset(valid), ())
        contradictions = []
        settled = sum(1 << self.index[q] for q in valid)
        for q in self._applies_order:
            # Where nothing it reads is known, it is possible; most are, so this saves most of the work.
            if self._applies_reads[q] & settled and self._leading[q](known)[0] == 0:
                if q in valid and not set(valid[q]) <= {UNKNOWN, WITHHELD}:
                    contradictions.append(q)
                i = self.index[q]
                ticked[i], complete[i], openers[i], closers[i] = 0, True, 0, 0
                settled |= 1 << i
        # Only now are all facts settled, so what is never asked can be closed, and after it whatever
        # only it could have opened: asking `roles` for a follow-up's sake is asking `roles`.
        for q, never in self.never.items():
            if q not in valid and never(known)[0] == 2:
                openers[self.index[q]] = closers[self.index[q]] = 0
        untold = self._untold  # what hangs on nothing that was answered is as it is for everybody
        for q in self._applies_order:
            i = self.index[q]
            if complete[i] or ticked[i]:
                continue
            if untold is not None and not self._applies_hang[q] & settled:
                openers[i], closers[i] = untold.openers[i], untold.closers[i]
                continue
            verdict, to_yes, to_no = self._leading[q](known)
            if verdict == 1:
                # Skipped or never asked, it can still turn out not to apply.
                answerable = openers[i] and not self.questions[q].sensitive
                closers[i] = to_no | to_yes if answerable else to_no
                openers[i] = to_yes if openers[i] else 0
        known.contradictions = tuple(contradictions)
        return known

    def suppose(
        self, known: Known, valid: Mapping[str, tuple[str, ...]], question: str, choice: str
    ) -> Known:
        """What would be known if this choice were answered to an open question; `known` is of `valid`.

        An answer that decides about no other question changes its own facts alone, so nothing is worked out anew.
        """
        i = self.index[question]
        if self._steering >> i & 1:
            return self.work_out({**valid, question: (choice,)})
        then = Known(
            known.ticked.copy(),
            known.complete.copy(),
            known.openers.copy(),
            known.closers.copy(),
            known.answered | {question},
            known.contradictions,
        )
        then.ticked[i] = self.bits[question][choice]
        then.complete[i] = not self.questions[question].sensitive
        then.openers[i] = then.closers[i] = 0
        return then

    def judge_firmness(self, day: date) -> dict[str, Firmness]:
        """How firm each entitlement is on a day; belongs to (edition, day), not to a person."""
        found = self._firmness.get(day)
        if found is None:
            found = {e.id: judge_entitlement(e, day) for e in self.entitlements.values()}
            if len(self._firmness) > 7:
                self._firmness.clear()
            self._firmness[day] = found
        return found

    def judge_groups(self, known: Known) -> tuple[tuple[int, int], ...]:
        """(verdict, open questions) of every group, in the plan's order."""
        if known.groups is None:
            known.groups = tuple([rule.run(known) for rule in self.group_rules.values()])
        return known.groups

    def judge_entitlements(self, known: Known) -> tuple[tuple[int, int], ...]:
        """(verdict, open questions) of every entitlement, in the order of the base."""
        if known.entitlements is None:
            known.entitlements = tuple([rule.run(known) for rule in self.entitlement_rules.values()])
        return known.entitlements

    def list_open(self, mask: int) -> list[str]:
        """The questions of a bit mask, sensitive ones last."""
        found = [q for q, i in self.index.items() if mask >> i & 1]
        return sorted(found, key=self.order.__getitem__)
