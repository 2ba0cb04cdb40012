"""Random conditions, answers and incoming things, and a slow second opinion on every verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import get_args

from hypothesis import strategies as st

from dialogs.edition import Edition
from dialogs.machine import PLACES
from dialogs.press import Incoming, Kind, Opened, Press, Said, Sent
from dialogs.rules import NO, POSSIBLE, YES, All, Always, AnyOf, Condition, Fact, Not, Verdict
from dialogs.session import UNKNOWN, WITHHELD

Given = dict[str, tuple[str, ...]]


# ---- a second opinion: DESIGN 4a.1-4a.3 written down word for word, without compiling anything ----


def judge(condition: Condition, given: Given, edition: Edition) -> Verdict:
    match condition:
        case Always():
            return YES
        case All(parts):
            return min(judge(part, given, edition) for part in parts)
        case AnyOf(parts):
            return max(judge(part, given, edition) for part in parts)
        case Not(part):
            return {NO: YES, POSSIBLE: POSSIBLE, YES: NO}[judge(part, given, edition)]
        case Fact(question, choices):
            record = edition.questions[question]
            if record.applies is not None and judge(record.applies, given, edition) is NO:
                return NO
            ticked = set(given.get(question, ())) - {UNKNOWN, WITHHELD}
            if ticked & set(choices):
                return YES
            finished = ticked and not set(given[question]) & {UNKNOWN, WITHHELD}
            return NO if finished and not record.sensitive else POSSIBLE


def find_contradictions(given: Given, edition: Edition) -> list[str]:
    return [
        q
        for q, choices in given.items()
        if set(choices) - {UNKNOWN, WITHHELD}
        and (applies := edition.questions[q].applies) is not None
        and judge(applies, given, edition) is NO
    ]


# ---- everything that can be answered ----


def list_values(edition: Edition, question: str, finished: bool = False) -> list[tuple[str, ...]]:
    """Every value of a question: ticks, unfinished ticks, unknown, withheld; or only the finished ones."""
    record = edition.questions[question]
    choices = list(edition.bits[question])
    if record.kind != "many":
        values: list[tuple[str, ...]] = [(c,) for c in choices]
    else:
        plain = [c for c in choices if c != "none"]
        values = [("none",)] if "none" in choices else []
        values += [t for n in range(1, len(plain) + 1) for t in combinations(plain, n)]
    if finished:
        return values
    unfinished = [(*v, UNKNOWN) for v in values if record.kind == "many" and v != ("none",)]
    return [*values, *unfinished, (UNKNOWN,), (WITHHELD,)]


def list_all_answers(edition: Edition, questions: list[str]) -> Iterator[Given]:
    """Every combination of values, with every question also left unasked."""
    options = [[None, *list_values(edition, q)] for q in questions]
    for row in product(*options):
        yield {q: v for q, v in zip(questions, row, strict=True) if v is not None}


def draw_answers(edition: Edition, questions: list[str] | None = None) -> st.SearchStrategy[Given]:
    """Any answers, also such as contradict each other."""
    names = list(edition.questions) if questions is None else questions

    @st.composite
    def build(draw: st.DrawFn) -> Given:
        chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=min(12, len(names))))
        return {q: draw(draw_value(edition, q)) for q in chosen}

    return build()


def draw_value(edition: Edition, question: str) -> st.SearchStrategy[tuple[str, ...]]:
    choices = list(edition.bits[question])
    single = st.sampled_from(choices).map(lambda c: (c,))
    skipped = st.sampled_from([(UNKNOWN,), (WITHHELD,)])
    if edition.questions[question].kind != "many":
        return st.one_of(single, single, skipped)
    plain = [c for c in choices if c != "none"]
    several = st.lists(st.sampled_from(plain), unique=True, min_size=1).map(tuple)
    return st.one_of(single, several, several.map(lambda v: (*v, UNKNOWN)), skipped)


def drop_contradictions(edition: Edition, given: Given) -> Given:
    """The same answers without those that have no effect."""
    while wrong := find_contradictions(given, edition):
        given = {q: v for q, v in given.items() if q not in wrong}
    return given


# ---- conditions ----


def draw_conditions(choices: Mapping[str, list[str]], leaves: int = 7) -> st.SearchStrategy[Condition]:
    @st.composite
    def fact(draw: st.DrawFn) -> Condition:
        question = draw(st.sampled_from(sorted(choices)))
        listed = draw(st.lists(st.sampled_from(choices[question]), unique=True, min_size=1, max_size=2))
        return Fact(question, tuple(listed))

    def extend(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(parts.map(All), parts.map(AnyOf), inner.map(Not))

    return st.recursive(st.one_of(fact(), fact(), fact(), st.just(Always())), extend, max_leaves=leaves)


# ---- what may come in ----


def draw_incoming(edition: Edition) -> st.SearchStrategy[Incoming]:
    """Presses that screens offer, presses that no screen offers, words, things, starts."""
    names = st.sampled_from(
        [*edition.questions, *PLACES, "language", "subject", "discreet", "region_is", "erase", "hide", "gone"]
    )
    records = [*edition.entitlements, *edition.groups, *edition.contacts, *edition.topic_order]
    values = st.one_of(
        st.sampled_from(sorted({c for bits in edition.bits.values() for c in bits})),
        st.sampled_from(records),
        st.sampled_from(
            ["", "uk", "en", "fr", "self", "relative", "client", "on", "off", "money-2", "-", "~"]
        ),
        st.text(max_size=8),
    )
    kinds: st.SearchStrategy[Kind] = st.sampled_from(get_args(Kind))
    answers = st.sampled_from([(q, c) for q, bits in edition.bits.items() for c in bits])
    likely = st.builds(
        lambda kind, qc: Press(kind, *qc), st.sampled_from(["answer", "tick", "untick"]), answers
    )
    actions = st.sampled_from(
        ["hide", "erase", "restart", "resume", "continue", "more", "topic", "region", "back"]
    )
    return st.one_of(
        likely,
        st.builds(Press, st.sampled_from(["done", "unknown", "withheld", "ask", "open"]), names),
        st.builds(Press, kinds, names, values),
        st.builds(Press, st.just("go"), st.sampled_from(PLACES), values),
        st.builds(Press, st.just("do"), actions, values),
        st.builds(Press, kinds, st.text(max_size=6), st.text(max_size=6)),
        st.builds(
            Said,
            st.one_of(st.text(max_size=60), st.sampled_from(["1", "1 3", "99", "назад", "далі", "/start"])),
        ),
        st.builds(
            Sent, st.sampled_from(["photo", "voice", "sticker", "document", "contact", "location", "other"])
        ),
        st.builds(Opened, st.text(max_size=8)),
    )
