"""Every id that a record names must be the id of a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dialogs.base import Base
from dialogs.findings import Findings, Marked, Path, Pen, read_as_latin, suggest
from dialogs.records import SHORT_TITLE
from dialogs.rules import All, AnyOf, Condition, Fact, Not
from dialogs.words import N_

_SHOWN = 12


def pen_for(base: Base, findings: Findings, kind: str, id: str) -> Pen:
    """A pen for one record of the base."""
    return Pen(findings, *base.find(kind, id), base.patched.get((kind, id), frozenset()))


def check_reference(pen: Pen, path: Path, name: str, valid: Iterable[str] | None, thing: str) -> None:
    """`thing` is a message id: a group, a topic, a contact … Nothing is said when `valid` is not known."""
    if valid is None:
        return
    names = list(valid)
    if name in names:
        return
    near = suggest(name, names)
    pen.error(
        path,
        "unknown_reference",
        N_("no such record: {thing} `{name}`"),
        propose(name, near)
        if near
        else N_("Use the id of an existing record, or restore or add the one that is missing."),
        thing=Marked(thing),
        name=name,
        near=near,
    )


def propose(name: str, near: str) -> str:
    """How to mend a name that is nearly right; Cyrillic look-alikes cannot be told apart by eye."""
    if near == read_as_latin(name):
        return N_("Type it anew with the Latin keyboard: `{near}`.")
    return N_("Did you mean `{near}`?")


def check_references(
    pen: Pen, field: str, names: Sequence[str], valid: Iterable[str] | None, thing: str
) -> None:
    """A list of ids: each exists, none stands twice."""
    known = None if valid is None else list(valid)
    for i, name in enumerate(names):
        check_reference(pen, (field, i), name, known, thing)
        if name in names[:i]:
            pen.warn(
                (field, i),
                "listed_twice",
                N_("`{name}` stands twice in one list"),
                N_("Delete one of the two."),
                name=name,
            )


def place_facts(condition: Condition, path: Path) -> Iterator[tuple[Fact, Path]]:
    """Every fact of a condition with the path at which it is written."""
    match condition:
        case Fact(question, _):
            yield condition, (*path, question)
        case All(parts) | AnyOf(parts):
            word = "all" if isinstance(condition, All) else "any"
            for i, part in enumerate(parts):
                yield from place_facts(part, (*path, word, i))
        case Not(part):
            yield from place_facts(part, (*path, "not"))
        case _:
            return


def check_condition(base: Base, pen: Pen, path: Path, condition: Condition | None) -> None:
    """Every question and choice that a condition names must exist."""
    if condition is None:
        return
    questions = {q.id: q for q in base.questions}
    known, regions = base.list_ids("questions"), base.list_ids("regions")
    for fact, at in place_facts(condition, path):
        question = questions.get(fact.question)
        if question is None:
            if known is None or fact.question in known:
                continue
            near = suggest(fact.question, known)
            pen.error(
                (*at, "[key]"),
                "unknown_question",
                N_("the condition names the fact `{name}`, which no question asks about"),
                propose(fact.question, near)
                if near
                else N_("Use the id of a question of questions.yaml, or add one there."),
                name=fact.question,
                near=near,
            )
            continue
        valid = regions if question.kind == "region" else [c.id for c in question.choices]
        if valid is None:
            continue
        for i, choice in enumerate(fact.choices):
            if choice in valid:
                continue
            near = suggest(choice, valid)
            pen.error(
                (*at, i),
                "unknown_choice",
                N_("the question `{question}` has no choice `{name}`"),
                N_("Type it anew with the Latin keyboard: `{near}`.")
                if near and near == read_as_latin(choice)
                else N_("Did you mean `{near}`? The choices are: {valid}.")
                if near
                else N_("The choices are: {valid}."),
                question=fact.question,
                name=choice,
                near=near,
                valid=", ".join(valid[:_SHOWN]) + (", …" if len(valid) > _SHOWN else ""),
            )


def check_short(pen: Pen, path: Path, text: dict[str, str], most: int = SHORT_TITLE) -> None:
    """A text for a button."""
    for language, words in text.items():
        if len(words) > most:
            pen.error(
                (*path, language),
                "short_too_long",
                N_("the text for a button, “{words}”, has {count} characters, {most} at most"),
                N_("Leave out {over} characters; the full wording has a place of its own."),
                words=words[:60],
                count=len(words),
                most=most,
                over=len(words) - most,
            )


def find_repeated(texts: Iterable[str]) -> set[str]:
    return {text for text, count in Counter(texts).items() if count > 1}
