"""Conditions over facts, and their three verdicts (strong Kleene logic).

A condition is written in one closed grammar::

    always
    {all: [condition, …]}   {any: [condition, …]}   {not: condition}
    {question_id: choice_id}   {question_id: [choice_id, …]}

This module knows the grammar and nothing of questions: which choices a question has is
checked by the edition, and what was answered is read from `Values`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from dialogs.words import N_


class Verdict(IntEnum):
    """no < possible < yes, so that `all` is the minimum and `any` the maximum."""

    NO = 0
    POSSIBLE = 1
    YES = 2

    @property
    def word(self) -> str:
        return self.name.lower()


NO, POSSIBLE, YES = Verdict.NO, Verdict.POSSIBLE, Verdict.YES
EMPTY_LIST_REMEDY = N_(
    "Write this record's conditions below it, each on a line of its own with a dash, for example "
    "`- {{situation: [moved]}}`. If you do not know which stood here, take them from a copy."
)
EMPTY_REMEDY = N_("Write the ids of its choices in brackets; if none of them matters, delete the line.")
WORDS = frozenset({"all", "any", "not", "always"})


class GrammarError(ValueError):
    """A condition that the grammar does not have.

    `message` and `remedy` are message ids with named placeholders, `path` leads to the faulty part.
    """

    def __init__(self, message: str, remedy: str, path: tuple[str | int, ...], **values: Any) -> None:
        super().__init__(f"{message}. {remedy}".format(**values))
        self.message = message
        self.remedy = remedy
        self.values = values
        self.path = path


@dataclass(frozen=True, slots=True)
class Always:
    pass


@dataclass(frozen=True, slots=True)
class Fact:
    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Always | Fact | All | AnyOf | Not


def parse_condition(raw: Any, path: tuple[str | int, ...] = ()) -> Condition:
    """Read a condition as YAML gives it.

    Raises:
        GrammarError: the text is not a condition; the message names the remedy.
    """
    if raw == "always":
        return Always()
    if isinstance(raw, list):
        raise GrammarError(
            N_("a list of conditions stands here, and nothing says how they are joined"),
            N_(
                "Write above it, with two spaces before it, `all:` (every one must hold) or `any:` (one is enough)."
            ),
            path,
        )
    if not isinstance(raw, dict) or not raw:
        raise GrammarError(
            N_("this is not a condition"),
            N_(
                "Write a question with its choices, for example {{situation: [moved]}}, or `always` if it is for everybody."
            ),
            path,
        )
    if len(raw) != 1:
        shown = [_show({key: value}) for key, value in raw.items()]
        listed, dash = path[-2:-1] == ("all",), "- " if path[-2:-1] == ("any",) else ""
        raise GrammarError(
            N_("several conditions stand as one"),
            N_("Give each a line of its own: {near}.")
            if listed
            else N_(
                "Write one line in their place: `{near}` if every one must hold, or the same with `any` for `all` if "
                "one is enough."
            ),
            path,
            near=" / ".join(f"- {part}" for part in shown)
            if listed
            else f"{dash}{{all: [{', '.join(shown)}]}}",
        )
    key, value = next(iter(raw.items()))
    here = (*path, key)
    if key in ("all", "any"):
        if not value:
            raise GrammarError(
                N_("no condition stands after `{key}:`"),
                EMPTY_LIST_REMEDY
                if value is None
                else N_(
                    "Delete `[]` and write this record's conditions below, each on a line of its own with a dash, for "
                    "example `- {{situation: [moved]}}`. If you do not know which stood here, take them from a copy."
                ),
                here,
                key=key,
            )
        if not isinstance(value, list):
            raise GrammarError(
                N_("`{key}` has no list of conditions"),
                EMPTY_LIST_REMEDY,
                here,
                key=key,
            )
        parts = tuple(parse_condition(part, (*here, i)) for i, part in enumerate(value))
        return All(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(parse_condition(value, here))
    if key == "always":
        raise GrammarError(N_("`always` stands alone, without a value"), N_("Write `when: always`."), here)
    return Fact(str(key), _parse_choices(str(key), value, here))


def _parse_choices(key: str, value: Any, here: tuple[str | int, ...]) -> tuple[str, ...]:
    choices = value if isinstance(value, list) else [value]
    if not choices or choices == [None]:
        raise GrammarError(
            N_("`{key}` names no choice"),
            EMPTY_REMEDY,
            here,
            key=key,
        )
    for i, choice in enumerate(choices):
        if isinstance(choice, dict):
            raise GrammarError(
                N_("`{key}` is followed by conditions"),
                N_(
                    "Only `all`, `any` and `not` take conditions: write `all` (every one must hold) or `any` "
                    "(one is enough) in place of `{key}`."
                ),
                (*here, "[key]"),
                key=key,
            )
        if not isinstance(choice, str):
            raise GrammarError(
                N_("`{choice}` is not the id of a choice of `{key}`"),
                N_("Write the id of a choice as questions.yaml has it, a word in small letters."),
                (*here, i),
                key=key,
                choice=str(choice).lower(),
            )
        if choice in ("unknown", "withheld"):
            raise GrammarError(
                N_("`{choice}` never decides anything, so a condition cannot ask for it"),
                N_("Delete it; such an answer makes the result “possible” by itself."),
                (*here, i),
                choice=choice,
            )
        if choice in choices[:i]:
            raise GrammarError(
                N_("`{name}` stands twice in one list"), N_("Delete one of the two."), (*here, i), name=choice
            )
    return tuple(choices)


def _show(raw: Any) -> str:
    """A condition on one line, as it is written in braces."""
    if isinstance(raw, dict):
        return "{" + ", ".join(f"{key}: {_show(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(map(_show, raw)) + "]"
    return str(raw)


def write_condition(condition: Condition) -> Any:
    """Give the condition back in the shape that `parse_condition` reads."""
    match condition:
        case Always():
            return "always"
        case Fact(question, choices):
            return {question: list(choices)}
        case All(parts):
            return {"all": [write_condition(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [write_condition(part) for part in parts]}
        case Not(part):
            return {"not": write_condition(part)}


def walk_facts(condition: Condition) -> Iterator[Fact]:
    """Every fact that the condition names, in the order written."""
    match condition:
        case Fact():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from walk_facts(part)
        case Not(part):
            yield from walk_facts(part)
        case Always():
            return


def read_questions(condition: Condition) -> frozenset[str]:
    return frozenset(fact.question for fact in walk_facts(condition))
