"""What is wrong with a base: references, conditions, texts. The proofs are in `proofs`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from pydantic import BaseModel

from dialogs.base import Base
from dialogs.findings import Findings, Origin, Path, suggest
from dialogs.records import CHOICE_LABEL, QUESTION_AND_CHOICE, SHORT_TITLE, Entitlement, Question
from dialogs.rules import Condition, Fact, read_questions, walk_facts

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
TYPED_PHONE = re.compile(r"(\+38|\b0[ -]?800|\b0\d{2}[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}\b|\b15-?4[57]\b)")
SHORT_NUMBER = re.compile(r"^[0-9]{3,6}$")
E164 = re.compile(r"^\+[1-9][0-9]{7,14}$")
HOURS_PART = re.compile(
    r"^((daily|(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))?) )?[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"
)
MAX_PARAGRAPH = 3000


def check_base(base: Base, findings: Findings, today: date) -> None:
    """Add everything that is wrong with the records of a base."""
    _check_languages(base, findings)
    _check_questions(base, findings)
    _check_groups(base, findings)
    _check_entitlements(base, findings, today)
    _check_contacts(base, findings)
    _check_about(base, findings)


def _refer(
    base: Base, findings: Findings, kind: str, id: str, path: Path, name: str, valid: Iterable[str], what: str
) -> None:
    names = list(valid)
    if name in names:
        return
    origin, top = base.find(kind, id)
    near = suggest(name, names)
    if near:
        findings.add(
            origin,
            (*top, *path),
            "error",
            "unknown_reference",
            "there is no {thing} `{name}`",
            "Did you mean `{near}`?",
            thing=what,
            name=name,
            near=near,
        )
    else:
        findings.add(
            origin,
            (*top, *path),
            "error",
            "unknown_reference",
            "there is no {thing} `{name}`",
            "Use an existing id, or add the record.",
            thing=what,
            name=name,
        )


def check_condition(
    base: Base, findings: Findings, kind: str, id: str, path: Path, condition: Condition | None
) -> None:
    """Every question and choice that a condition names must exist."""
    if condition is None:
        return
    questions = {q.id: q for q in base.questions}
    regions = [r.id for r in base.regions]
    origin, top = base.find(kind, id)
    for fact in walk_facts(condition):
        at = _find_fact(origin, (*top, *path), fact)
        question = questions.get(fact.question)
        if question is None:
            near = suggest(fact.question, list(questions))
            findings.add(
                origin,
                at,
                "error",
                "unknown_question",
                "the condition names the fact `{name}`, which no question asks about",
                "Did you mean `{near}`?" if near else "Use a question of questions.yaml, or add one.",
                name=fact.question,
                near=near,
            )
            continue
        valid = regions if question.kind == "region" else [c.id for c in question.choices]
        for choice in fact.choices:
            if choice not in valid:
                near = suggest(choice, valid)
                findings.add(
                    origin,
                    at,
                    "error",
                    "unknown_choice",
                    "`{question}` has no choice `{name}`; it has: {valid}",
                    "Did you mean `{near}`?" if near else "Use one of them, or add the choice.",
                    question=fact.question,
                    name=choice,
                    near=near,
                    valid=", ".join(valid[:12]),
                )


def _find_fact(origin: Origin | None, start: Path, fact: Fact) -> Path:
    if origin is None:
        return start
    for path in origin.positions:
        if path[: len(start)] == start and path and path[-1] == fact.question:
            return path
    return start


def _texts(record: object, path: Path = ()) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every text of a record with its path."""

    if isinstance(record, BaseModel):
        for name in type(record).model_fields:
            yield from _texts(getattr(record, name), (*path, name))
    elif isinstance(record, tuple):
        for i, item in enumerate(record):
            yield from _texts(item, (*path, i))
    elif (
        isinstance(record, dict)
        and record
        and all(isinstance(v, str) and len(k) == 2 for k, v in record.items())
    ):
        yield path, record


def _check_languages(base: Base, findings: Findings) -> None:
    if base.settings is None:
        return
    wanted = [language.id for language in base.settings.languages]
    for kind in ("topics", "questions", "groups", "entitlements", "contacts", "regions", "acts", "about"):
        for record in getattr(base, kind):
            origin, top = base.find(kind, record.id)
            for path, text in _texts(record):
                for language in wanted:
                    if language not in text:
                        findings.add(
                            origin,
                            (*top, *path),
                            "error",
                            "missing_language",
                            "`{name}` has no text in `{language}`",
                            "Add it beside the others.",
                            name=".".join(map(str, path)),
                            language=language,
                        )
                for language in text:
                    if language not in wanted:
                        findings.add(
                            origin,
                            (*top, *path, language, "[key]"),
                            "error",
                            "unknown_language",
                            "`{language}` is not a language of settings.yaml",
                            "Add it there, or correct it.",
                            language=language,
                        )


def _check_questions(base: Base, findings: Findings) -> None:
    for question in base.questions:
        origin, top = base.find("questions", question.id)
        if question.kind == "region":
            if question.choices:
                findings.add(
                    origin,
                    (*top, "choices"),
                    "error",
                    "region_choices",
                    "a region question takes its choices from regions.yaml",
                    "Remove `choices`.",
                )
        elif not 2 <= len(question.choices) <= 8:
            findings.add(
                origin,
                (*top, "choices"),
                "error",
                "choice_count",
                "`{id}` has {count} choices, and should have 2 to 8",
                "Join or split some.",
                id=question.id,
                count=len(question.choices),
            )
        _check_choices(question, origin, top, findings)
        if question.sensitive and question.cover is None:
            findings.add(
                origin,
                (*top, "id"),
                "error",
                "no_cover",
                "`{id}` is sensitive and has no `cover`",
                "Add a neutral sentence that goes before it.",
                id=question.id,
            )
        for name in ("applies", "never_when"):
            condition = getattr(question, name)
            check_condition(base, findings, "questions", question.id, (name,), condition)
            if condition is not None and question.id in read_questions(condition):
                findings.add(
                    origin,
                    (*top, name),
                    "error",
                    "circle",
                    "`{id}` depends on itself",
                    "Take it out of its own `{name}`.",
                    id=question.id,
                    name=name,
                )
    _check_circles(base, findings)
    check_condition(base, findings, "screening", "", ("results_first",), base.screening.results_first)


def _check_choices(question: Question, origin: Origin | None, top: Path, findings: Findings) -> None:
    seen: set[str] = set()
    for i, choice in enumerate(question.choices):
        at = (*top, "choices", i)
        if choice.id in seen:
            findings.add(
                origin,
                (*at, "id"),
                "error",
                "duplicate_choice",
                "the choice `{id}` stands twice",
                "Give one another id.",
                id=choice.id,
            )
        seen.add(choice.id)
        if choice.id in ("unknown", "withheld"):
            findings.add(
                origin,
                (*at, "id"),
                "error",
                "reserved_choice",
                "`{id}` is added to every question by itself",
                "Remove it.",
                id=choice.id,
            )
        if len(question.id) + len(choice.id) > QUESTION_AND_CHOICE:
            findings.add(
                origin,
                (*at, "id"),
                "error",
                "id_too_long",
                "`{question}` and `{choice}` together are over {most} characters",
                "Shorten one of the ids.",
                question=question.id,
                choice=choice.id,
                most=QUESTION_AND_CHOICE,
            )
        for language, label in choice.label.items():
            if len(label) > CHOICE_LABEL:
                findings.add(
                    origin,
                    (*at, "label", language),
                    "error",
                    "label_too_long",
                    "the button «{label}» has {count} characters, {most} at most",
                    "Shorten it; the rest can stand in `hint`.",
                    label=label,
                    count=len(label),
                    most=CHOICE_LABEL,
                )
        if choice.id == "none" and question.kind == "many" and i != len(question.choices) - 1:
            findings.add(
                origin,
                (*at, "id"),
                "error",
                "none_not_last",
                "`none` is not the last choice",
                "Move it to the end.",
            )


def _check_circles(base: Base, findings: Findings) -> None:
    needs = {q.id: read_questions(q.applies) for q in base.questions if q.applies is not None}
    for start in needs:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for other in needs.get(todo.pop(), ()):
                if other == start and start not in seen:
                    origin, top = base.find("questions", start)
                    findings.add(
                        origin,
                        (*top, "applies"),
                        "error",
                        "circle",
                        "`{id}` depends on itself through `applies`",
                        "Take one link out of the circle.",
                        id=start,
                    )
                    seen.add(start)
                elif other not in seen:
                    seen.add(other)
                    todo.append(other)


def _check_groups(base: Base, findings: Findings) -> None:
    plans = [p.id for p in base.settings.plan] if base.settings else []
    for group in base.groups:
        check_condition(base, findings, "groups", group.id, ("when",), group.when)
        _refer(base, findings, "groups", group.id, ("edition",), group.edition, plans, "edition of the plan")
        _check_short(base, findings, "groups", group.id, ("short",), group.short)


def _check_short(
    base: Base, findings: Findings, kind: str, id: str, path: Path, text: dict[str, str]
) -> None:
    origin, top = base.find(kind, id)
    for language, words in text.items():
        if len(words) > SHORT_TITLE:
            findings.add(
                origin,
                (*top, *path, language),
                "error",
                "short_too_long",
                "«{words}» has {count} characters, a button holds {most}",
                "Shorten it; the full title stays beside it.",
                words=words,
                count=len(words),
                most=SHORT_TITLE,
            )


def _check_entitlements(base: Base, findings: Findings, today: date) -> None:
    topics, groups = [t.id for t in base.topics], [g.id for g in base.groups]
    contacts, acts = [c.id for c in base.contacts], [a.id for a in base.acts]
    reachable = {
        c.id
        for c in base.contacts
        if c.phones or c.abroad_phone or c.url or c.email or any(m.handle for m in c.messengers)
    }
    for e in base.entitlements:
        origin, top = base.find("entitlements", e.id)
        for i, group in enumerate(e.groups):
            _refer(base, findings, "entitlements", e.id, ("groups", i), group, groups, "group")
        _refer(base, findings, "entitlements", e.id, ("topic",), e.topic, topics, "topic")
        for i, contact in enumerate(e.contacts):
            _refer(base, findings, "entitlements", e.id, ("contacts", i), contact, contacts, "contact")
        _refer(base, findings, "entitlements", e.id, ("confirm_with",), e.confirm_with, contacts, "contact")
        for i, basis in enumerate(e.legal_basis):
            _refer(
                base,
                findings,
                "entitlements",
                e.id,
                ("legal_basis", i, "act"),
                basis.act,
                acts,
                "act in sources.yaml",
            )
        check_condition(base, findings, "entitlements", e.id, ("when",), e.when)
        check_condition(base, findings, "entitlements", e.id, ("asked_by",), e.asked_by)
        if e.when is not None and "personal_topics" in read_questions(e.when):
            findings.add(
                origin,
                (*top, "when"),
                "error",
                "tick_as_proof",
                "a tick of `personal_topics` means “show me” and proves nothing",
                "Move it to `asked_by`.",
            )
        if e.guarded and e.asked_by is None:
            findings.add(
                origin,
                (*top, "guarded"),
                "warning",
                "guarded_unasked",
                "`{id}` is guarded, and no answer asks for it: it shows by topic and search only",
                "Add `asked_by`, or leave it so on purpose.",
                id=e.id,
            )
        if not e.sources:
            findings.add(
                origin,
                (*top, "sources"),
                "error",
                "no_source",
                "`{id}` has no source",
                "Add at least one page that says it.",
                id=e.id,
            )
        if e.confirm_with in contacts and e.confirm_with not in reachable:
            findings.add(
                origin,
                (*top, "confirm_with"),
                "error",
                "unreachable",
                "`{name}` has no phone, handle, link or address, so it cannot confirm",
                "Name a contact with a number.",
                name=e.confirm_with,
            )
        _check_short(base, findings, "entitlements", e.id, ("title", "short"), e.title.short)
        _check_sums(e, origin, top, findings)
        if e.valid_from and e.valid_until and e.valid_from > e.valid_until:
            findings.add(
                origin,
                (*top, "valid_until"),
                "error",
                "dates_swapped",
                "`valid_until` is before `valid_from`",
                "Swap them.",
            )
        if e.checked_on and e.checked_on > today:
            findings.add(
                origin,
                (*top, "checked_on"),
                "error",
                "future_date",
                "`checked_on` is in the future",
                "Write the day somebody checked.",
            )


def _check_sums(e: Entitlement, origin: Origin | None, top: Path, findings: Findings) -> None:
    for path, text in _texts(e):
        if path[:1] in (("title",), ("decided_elsewhere",), ("sources",)) and not any(
            "{" in t for t in text.values()
        ):
            continue
        used = {language: set(PLACEHOLDER.findall(words)) for language, words in text.items()}
        for language, names in used.items():
            for name in names - e.amounts.keys():
                findings.add(
                    origin,
                    (*top, *path, language),
                    "error",
                    "unknown_amount",
                    "the text uses {{{name}}}, which `amounts` does not have",
                    "Add it to `amounts`, or correct the name.",
                    name=name,
                )
            if len(text[language]) > MAX_PARAGRAPH:
                findings.add(
                    origin,
                    (*top, *path, language),
                    "error",
                    "text_too_long",
                    "the text has {count} characters, one message holds {most}",
                    "Split it into steps.",
                    count=len(text[language]),
                    most=MAX_PARAGRAPH,
                )
            if TYPED_PHONE.search(text[language]):
                findings.add(
                    origin,
                    (*top, *path, language),
                    "error",
                    "typed_phone",
                    "a phone number is typed inside the text",
                    "Name the contact; its record holds the number.",
                )
        if len({frozenset(names) for names in used.values()}) > 1:
            findings.add(
                origin,
                (*top, *path),
                "error",
                "amounts_differ",
                "the languages do not use the same amounts in `{name}`",
                "Use the same {{names}} in each.",
                name=".".join(map(str, path)),
            )
    for name, rows in e.amounts.items():
        if not rows:
            findings.add(
                origin,
                (*top, "amounts", name),
                "error",
                "empty_amount",
                "`{name}` has no value",
                "Add one, or remove it.",
                name=name,
            )
        for i, row in enumerate(rows):
            if row.start and row.end and row.start > row.end:
                findings.add(
                    origin,
                    (*top, "amounts", name, i),
                    "error",
                    "dates_swapped",
                    "`to` is before `from`",
                    "Swap them.",
                )


def _check_contacts(base: Base, findings: Findings) -> None:
    topics, groups = [t.id for t in base.topics], [g.id for g in base.groups]
    regions = [r.id for r in base.regions]
    for c in base.contacts:
        origin, top = base.find("contacts", c.id)
        for i, topic in enumerate(c.topics):
            _refer(base, findings, "contacts", c.id, ("topics", i), topic, topics, "topic")
        for i, group in enumerate(c.groups):
            _refer(base, findings, "contacts", c.id, ("groups", i), group, groups, "group")
        for i, region in enumerate(c.regions):
            _refer(base, findings, "contacts", c.id, ("regions", i), region, regions, "region")
        _check_short(base, findings, "contacts", c.id, ("short",), c.short)
        for i, phone in enumerate(c.phones):
            if not E164.match(phone) and not SHORT_NUMBER.match(phone):
                findings.add(
                    origin,
                    (*top, "phones", i),
                    "error",
                    "bad_phone",
                    "`{phone}` is no phone number",
                    'Write it as "+380800500335", or a short number such as "1547".',
                    phone=phone,
                )
        if c.abroad_phone and not E164.match(c.abroad_phone):
            findings.add(
                origin,
                (*top, "abroad_phone"),
                "error",
                "bad_phone",
                "`{phone}` is no phone number",
                "From abroad a number begins with + and the country.",
                phone=c.abroad_phone,
            )
        if c.hours and c.hours != "24/7":
            for part in c.hours.split(", "):
                if not HOURS_PART.match(part):
                    findings.add(
                        origin,
                        (*top, "hours"),
                        "error",
                        "bad_hours",
                        "`{part}` is no opening time",
                        "Write 24/7, daily 09:00-18:00 or Mon-Fri 09:00-18:00, parts joined by a comma.",
                        part=part,
                    )
        if not c.sources:
            findings.add(
                origin,
                (*top, "sources"),
                "error",
                "no_source",
                "`{id}` has no source",
                "Add at least one page that says it.",
                id=c.id,
            )


def _check_about(base: Base, findings: Findings) -> None:
    for page in base.about:
        _check_short(base, findings, "about", page.id, ("title",), page.title)
