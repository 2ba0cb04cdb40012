"""Every id that a record names must be the id of a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from dialogs.base import Base
from dialogs.findings import Finding, Findings, Origin, Path, Pen, read_as_latin, suggest
from dialogs.records import SHORT_TITLE
from dialogs.rules import All, AnyOf, Condition, Fact, Not
from dialogs.words import N_

_SHOWN = 24
NO_TOPIC = N_("there is no topic `{name}` in topics.yaml")
NO_GROUP = N_("there is no group `{name}`")
NO_CONTACT = N_("there is no contact `{name}`")


NO_QUESTION = N_("there is no question `{name}` in questions.yaml")
RESTORE_QUESTION = N_("If it was deleted by mistake, put it back; if on purpose, take this condition out.")
NO_CHOICE = N_("the question `{question}` has no choice `{name}`")
RESTORE_CHOICE = N_(
    "The choices are: {valid}. If it was deleted by mistake, put it back in questions.yaml; if on purpose, "
    "take it out here."
)
Writer = Callable[..., None]


def pen_for(base: Base, findings: Findings, kind: str, id: str) -> Pen:
    """A pen for one record of the base."""
    return Pen(findings, *base.find(kind, id), base.patched.get((kind, id), frozenset()))


def check_reference(
    pen: Pen, path: Path, name: str, valid: Iterable[str] | None, what: str, beside: Sequence[str] = ()
) -> None:
    """`what` says that there is none of the name. Nothing is said when `valid` is not known.

    `beside` are the names of the same list.
    """
    if valid is None:
        return
    names = list(valid)
    if name in names:
        return
    near = suggest(name, names)
    right = [other for other in dict.fromkeys(beside) if other in names]
    if near in right:
        remedy = N_("`{near}` stands in the list already. Leave: [{right}].")
    elif near:
        remedy = propose(name, near)
    elif len(names) > _SHOWN:
        remedy = N_("Use the id of an existing record, or restore or add the one that is missing.")
    elif beside:
        remedy = N_("There are: {valid}. If none of them fits, delete `{name}` from the list.")
    else:
        remedy = N_("There are: {valid}. Write the right one.")
    pen.error(
        path,
        "unknown_reference",
        what,
        remedy,
        name=name,
        near=near,
        right=", ".join(right),
        valid=", ".join(names),
    )


def tell_no_source(pen: Pen, id: str, write: Writer) -> None:
    """A record that names no page; `write` is how severely it is told."""
    write(
        ("sources",),
        "no_source",
        N_("`{id}` has no source"),
        N_(
            "Delete `[]` and write below it `- url: https://…`, and under `url` the lines `page_date` and `says`."
        )
        if pen.has("sources")
        else N_(
            "Add `sources:` and below it `- url: https://…`, and under `url` the lines `page_date` and `says`."
        ),
        id=id,
    )


def tell_no_condition(pen: Pen, id: str, write: Writer, what: str) -> None:
    """A record without `when`, or with an empty one; `write` is how severely it is told."""
    write(
        ("when",) if pen.has("when") else ("id",),
        "no_condition",
        N_("the condition of `{id}` is not filled in: nothing, or `null`, stands after `when:`")
        if pen.has("when")
        else what,
        N_(
            "In this same line write the condition, for example `when: {{situation: [moved]}}`. Write `when: always` only "
            "if it is for everybody."
        )
        if pen.has("when")
        else N_(
            "Add the condition, for example `when: {{situation: [moved]}}`. Write `when: always` only if it is for everybody."
        ),
        id=id,
    )


def propose(name: str, near: str) -> str:
    """How to mend a name that is nearly right; Cyrillic look-alikes cannot be told apart by eye."""
    if near == read_as_latin(name):
        return N_("Type it anew with the Latin keyboard: `{near}`.")
    return N_("Did you mean `{near}`?")


def check_references(
    pen: Pen, field: str, names: Sequence[str], valid: Iterable[str] | None, what: str
) -> None:
    """A list of ids: each exists, none stands twice."""
    known = None if valid is None else list(valid)
    for i, name in enumerate(names):
        check_reference(pen, (field, i), name, known, what, names)
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
                NO_QUESTION,
                propose(fact.question, near) if near else RESTORE_QUESTION,
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
            twin = bool(near) and near == read_as_latin(choice)
            pen.error(
                (*at, i),
                "unknown_choice",
                N_("`{name}` is typed with Cyrillic letters that look like Latin ones")
                if twin
                else NO_CHOICE,
                N_("Type it anew with the Latin keyboard: `{near}`.")
                if twin
                else N_("Did you mean `{near}`? The choices are: {valid}.")
                if near
                else RESTORE_CHOICE
                if question.kind != "region"
                else N_("The choices are: {valid}."),
                question=fact.question,
                name=choice,
                near=near,
                valid=", ".join(valid[:_SHOWN]) + (", …" if len(valid) > _SHOWN else ""),
            )


def join_removed(base: Base, findings: Findings) -> None:
    """What was removed and is still named in several places is told once, where it should stand."""
    by_cause: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings.all:
        if finding.remedy in (RESTORE_QUESTION, RESTORE_CHOICE):
            values = finding.values
            by_cause.setdefault((values.get("question", ""), values["name"]), []).append(finding)
    for (question, name), rows in by_cause.items():
        if len(rows) < 2:
            continue
        findings.all = [f for f in findings.all if f not in rows]
        origin, top = base.find("questions", question)
        origin = origin or Origin(_find_questions(base), {})
        findings.add(
            origin,
            (*top, "choices"),
            "error",
            rows[0].code,
            N_("`{question}` has no choice `{name}`, and it is used here: {places}")
            if question
            else N_("there is no question `{name}`, and it is used here: {places}"),
            N_(
                "If it was deleted by mistake, put it back; if on purpose, take it out in those places too; if its id was "
                "changed, write the new one there."
            ),
            question=question,
            name=name,
            places=", ".join(f"{f.file}:{f.line}" for f in rows),
        )


def _find_questions(base: Base) -> str:
    return next((base.origins["questions", q.id][0].file for q in base.questions), "questions.yaml")


def check_short(pen: Pen, path: Path, text: dict[str, str], most: int = SHORT_TITLE) -> None:
    """A text for a button."""
    for language, words in text.items():
        if len(words) > most:
            pen.error(
                (*path, language),
                "short_too_long",
                N_("the text for a button, “{words}”, has {count} characters, {most} at most"),
                N_("Leave out {over} characters; the full wording belongs into `full`.")
                if path == ("title", "short")
                else N_("Leave out {over} characters."),
                words=words[:60],
                count=len(words),
                most=most,
                over=len(words) - most,
            )


def find_repeated(texts: Iterable[str]) -> set[str]:
    return {text for text, count in Counter(texts).items() if count > 1}
