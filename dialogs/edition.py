"""One loaded, checked base, with everything worked out that belongs to the edition and not to a person."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dialogs.base import Base
from dialogs.compiling import Compiler, Known, Rule
from dialogs.facts import Facts, Look
from dialogs.firmness import Firmness, judge_entitlement
from dialogs.judging import Compiled, Leading
from dialogs.languages import fill_in
from dialogs.records import Act, Choice, Contact, Entitlement, Group, Question, Region
from dialogs.rules import Condition, read_questions, walk_facts
from dialogs.session import UNKNOWN, WITHHELD, Answers

_SEEN = 64  # facts on which one group depends
_FOREVER = 1 << 30  # days
_CACHED = 128  # sets of answers; with what was worked out from it each takes some 15 KiB


_ALPHABET = {letter: i for i, letter in enumerate("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")}


def _collate(region: Region) -> list[int]:
    """The Ukrainian alphabet's order, which code points do not keep (ґ, є, і, ї)."""
    name = next(iter(region.short.values()), "").casefold()
    return [_ALPHABET.get(letter, 99) for letter in name if letter.isalpha()]


@dataclass(frozen=True, slots=True)
class _Judge:
    """A group's rule, and what it said of those who were known alike where it looks."""

    rule: Rule
    look: Look
    seen: dict[object, tuple[int, int, bool]] = field(default_factory=dict)

    def run(self, known: Known, facts: Sequence[int]) -> tuple[int, int, bool]:
        rule = self.rule
        pointed = bool(rule.count_pointers(known)) or rule.is_hinted(known)
        judged = self.seen[self.look(facts)] = (*rule.run(known), pointed)
        if len(self.seen) > _SEEN:
            del self.seen[next(iter(self.seen))]
        return judged


@dataclass(frozen=True, slots=True)
class _Sayable:
    """What may be answered to a question, and how many days each choice counts; `term` is the least of them."""

    choices: dict[str, int]
    term: int

    @classmethod
    def read(cls, choices: Iterable[Choice]) -> _Sayable:
        days = {UNKNOWN: _FOREVER, WITHHELD: _FOREVER}
        days |= {c.id: _FOREVER if c.keeps is None else c.keeps for c in choices}
        return cls(days, min(days.values()))


@dataclass(frozen=True, slots=True)
class _FollowUp:
    """A question with `applies`: where it stands, and bit masks of what that reads and of all it hangs on."""

    question: str
    at: int
    reads: int
    hangs: int
    lead: Leading


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
    compiler: Compiler = field(default_factory=lambda: Compiler({}, {}, {}))
    _sayable: dict[str, _Sayable] = field(default_factory=dict)
    _follow_ups: tuple[_FollowUp, ...] = ()
    _steering: int = 0
    _askable: tuple[int, ...] = ()
    _closable: tuple[int, ...] = ()
    _untold: Known | None = None
    facts: Facts = field(default_factory=lambda: Facts(0, ()))
    _judges: tuple[_Judge, ...] = ()
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
            self._sayable[question.id] = _Sayable.read(self.choices[question.id])
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
        self.topic_order = {t.id: i for i, t in enumerate(base.topics)}
        compiler = self.compiler = Compiler(self.questions, self.index, self.bits)
        self.screening_mask = compiler.mask(self.screening)
        for question in base.questions:
            if question.applies is not None:
                self.applies[question.id] = compiler.compile(question.applies)
            if question.never_when is not None:
                self.never[question.id] = compiler.compile(question.never_when)
        self._follow_ups = tuple(
            _FollowUp(
                question,
                self.index[question],
                compiler.mask(read_questions(applies)) or -1,
                compiler.mask(compiler.add_steering({question})),
                compiler.compile_leading(applies),
            )
            for question, applies in compiler.sort_applies()
        )
        self._steering = compiler.mask(compiler.list_steering())
        if base.screening.results_first is not None:
            self.results_first = compiler.compile(base.screening.results_first)
        self.group_rules = {g.id: compiler.build_rule(g.when) for g in self.groups.values()}
        self.entitlement_rules = {e.id: compiler.build_rule(e.when) for e in self.entitlements.values()}
        self.asked_rules = {
            e.id: compiler.build_rule(e.asked_by)
            for e in self.entitlements.values()
            if e.asked_by is not None
        }
        rules = (self.group_rules, self.entitlement_rules, self.asked_rules)
        self.facts = Facts(len(self.index), (rule.reads for some in rules for rule in some.values()))
        self._judges = tuple(_Judge(rule, self.facts.pick(rule.reads)) for rule in self.group_rules.values())
        self._untold = self.work_out({})
        return self

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
        found = self.compiler.add_steering(
            read_questions(rule.condition) if rule.condition is not None else ()
        )
        read = tuple(q for q in self.index if q in found)
        self.memo["read", id(rule)] = rule, read  # holding it, so that its id is nobody else's
        return read

    def list_follow_ups(self) -> tuple[str, ...]:
        """Questions with `applies`, each after those on which it hangs."""
        return tuple(follow_up.question for follow_up in self._follow_ups)

    # ---- what a person's answers establish ----

    def filter_answers(self, answers: Answers, day: date) -> dict[str, tuple[str, ...]]:
        """The answers that count in this edition on this day (`keeps`; unknown ids are ignored)."""
        valid: dict[str, tuple[str, ...]] = {}
        for q, answer in answers.items():
            sayable = self._sayable.get(q)
            if sayable is None:
                continue
            choices, age = answer.choices, (day - answer.day).days
            if age > sayable.term or not sayable.choices.keys() >= {*choices}:
                choices = tuple([c for c in choices if c in sayable.choices and age <= sayable.choices[c]])
            if choices:
                valid[q] = choices
        return valid

    def know(self, answers: Answers, day: date) -> Known:
        """What these answers establish on this day; remembered, since a turn asks several times."""
        valid = self.filter_answers(answers, day)
        return self.know_choices(valid)

    def know_choices(self, valid: Mapping[str, tuple[str, ...]]) -> Known:
        key = frozenset(valid.items())
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.work_out(valid)
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
        settled = sum([1 << self.index[q] for q in valid])
        for each in self._follow_ups:
            # Where nothing it reads is known, it is possible; most are, so this saves most of the work.
            if each.reads & settled and each.lead(known)[0] == 0:
                q, i = each.question, each.at
                if q in valid and not set(valid[q]) <= {UNKNOWN, WITHHELD}:
                    contradictions.append(q)
                ticked[i], complete[i], openers[i], closers[i] = 0, True, 0, 0
                settled |= 1 << i
        # Only now are all facts settled, so what is never asked can be closed, and after it whatever
        # only it could have opened: asking `roles` for a follow-up's sake is asking `roles`.
        for q, never in self.never.items():
            if q not in valid and never(known)[0] == 2:
                openers[self.index[q]] = closers[self.index[q]] = 0
        untold = self._untold  # what hangs on nothing that was answered is as it is for everybody
        for each in self._follow_ups:
            i = each.at
            if complete[i] or ticked[i]:
                continue
            if untold is not None and not each.hangs & settled:
                openers[i], closers[i] = untold.openers[i], untold.closers[i]
                continue
            verdict, to_yes, to_no = each.lead(known)
            if verdict == 1:
                # Skipped or never asked, it can still turn out not to apply.
                answerable = openers[i] and not self.questions[each.question].sensitive
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

    def judge_groups(self, known: Known) -> tuple[tuple[int, int, bool], ...]:
        """Of every group in the plan's order: verdict, open questions, whether an answer points to it."""
        if known.groups is None:
            facts = self.facts.read(known)
            known.groups = tuple(
                [judge.seen.get(judge.look(facts)) or judge.run(known, facts) for judge in self._judges]
            )
        return known.groups

    def list_open(self, mask: int) -> list[str]:
        """The questions of a bit mask, sensitive ones last."""
        found = [q for q, i in self.index.items() if mask >> i & 1]
        return sorted(found, key=self.order.__getitem__)
