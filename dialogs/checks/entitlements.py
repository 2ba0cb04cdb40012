"""Entitlements: what they refer to, their amounts and their guard."""

from __future__ import annotations

from datetime import date, timedelta

from dialogs.base import Base
from dialogs.checks.references import (
    NO_CONTACT,
    NO_GROUP,
    NO_TOPIC,
    check_condition,
    check_reference,
    check_references,
    check_short,
    pen_for,
    tell_no_condition,
    tell_no_source,
)
from dialogs.findings import Findings, Origin, Path, Pen
from dialogs.records import Amount, Contact, Entitlement
from dialogs.rules import read_questions
from dialogs.words import N_

TICK = "personal_topics"


def is_reachable(contact: Contact) -> bool:
    return bool(
        contact.phones
        or contact.abroad_phone
        or contact.url
        or contact.email
        or any(m.handle for m in contact.messengers)
    )


def check_entitlements(base: Base, findings: Findings) -> None:
    personal = {t.id for t in base.topics if t.personal}
    helpers = {t.id for t in base.topics if t.helpers}
    contacts = {c.id: c for c in base.contacts}
    ticks = [c.id for q in base.questions if q.id == TICK for c in q.choices]
    for e in base.entitlements:
        pen = pen_for(base, findings, "entitlements", e.id)
        _check_names(base, e, pen)
        check_condition(base, pen, ("when",), e.when)
        check_condition(base, pen, ("asked_by",), e.asked_by)
        check_short(pen, ("title", "short"), e.title.short)
        _check_guard(e, pen, personal, ticks)
        if e.guarded is None and e.asked_by is None and e.topic not in helpers:
            _check_contacts(e, pen, contacts)
        _check_amounts(e, pen)
        if not e.sources:
            tell_no_source(pen, e.id, pen.error)
        if not e.how:
            pen.warn(
                ("how",),
                "no_steps",
                N_("`{id}` does not say what to do"),
                N_("Write at least one step: whom to ask, where to go."),
                id=e.id,
            )
        if not e.keywords:
            pen.warn(
                ("keywords",),
                "no_keywords",
                N_("`{id}` has no keywords, so people will hardly find it by searching"),
                N_("Add the words people use for it, also mistyped and in Russian."),
                id=e.id,
            )
        folder = (base.find("entitlements", e.id)[0] or Origin("", {})).file.split("/")[-2:-1]
        if folder and folder[0] != e.topic and e.topic in (base.list_ids("topics") or ()):
            pen.note(
                ("topic",),
                "other_folder",
                N_("the topic is `{topic}`, and the file lies in the folder {folder}"),
                N_("Move the file to entitlements/{topic}, or correct the topic."),
                topic=e.topic,
                folder=folder[0],
            )
        if e.when is None and "when" not in pen.skip:
            tell_no_condition(pen, e.id, pen.warn, N_("`{id}` has no `when`: nobody can ever be told “yes”"))
        likely = [check_year(pen, (name,), name, getattr(e, name)) for name in ("valid_from", "valid_until")]
        if all(likely) and e.valid_from and e.valid_until and e.valid_from > e.valid_until:
            pen.error(
                ("valid_until",),
                "dates_swapped",
                N_("`{last}` is before `{first}`"),
                N_("Look the dates up; perhaps they are swapped."),
                first="valid_from",
                last="valid_until",
            )


def _check_names(base: Base, e: Entitlement, pen: Pen) -> None:
    contacts = {c.id: c for c in base.contacts}
    check_reference(pen, ("topic",), e.topic, base.list_ids("topics"), NO_TOPIC)
    check_references(pen, "groups", e.groups, base.list_ids("groups"), NO_GROUP)
    names = base.list_ids("contacts")
    check_references(pen, "contacts", e.contacts, names, NO_CONTACT)
    check_reference(pen, ("confirm_with",), e.confirm_with, names, NO_CONTACT)
    acts = base.list_ids("acts")
    for i, basis in enumerate(e.legal_basis):
        check_reference(
            pen, ("legal_basis", i, "act"), basis.act, acts, N_("there is no act `{name}` in sources.yaml")
        )
    confirm = contacts.get(e.confirm_with)
    if confirm is not None and not is_reachable(confirm):
        pen.error(
            ("confirm_with",),
            "unreachable",
            N_("`{name}` has no phone, handle, link or address, so it cannot confirm anything"),
            N_("Name a contact that can be reached, or add a number to the record `{name}`."),
            name=e.confirm_with,
        )


def _check_guard(e: Entitlement, pen: Pen, personal: set[str], ticks: list[str]) -> None:
    if e.when is not None and TICK in read_questions(e.when):
        pen.error(
            ("when",),
            "tick_as_proof",
            N_("a tick in `personal_topics` only means “I want to read about this” and proves no right"),
            N_("Leave it in `asked_by`, and write here `when: always` (for everybody) or another condition.")
            if e.asked_by is not None
            else N_(
                "Move it to `asked_by`, and write here `when: always` (for everybody) or another condition."
            ),
        )
    if e.topic in personal and e.guarded is None:
        written = pen.has("guarded")
        pen.warn(
            ("guarded",) if written else ("topic",),
            "unguarded",
            N_("the card `{id}` is of a personal topic and not hidden: people nearby may see it"),
            N_("In this line write `guarded: personal`.")
            if written and e.asked_by is not None
            else N_("Add the line `guarded: personal`.")
            if e.asked_by is not None
            else N_(
                "In this line write `guarded: personal`, and who asks for it: `asked_by: {{personal_topics: [{tick}]}}` "
                "(possible are: {ticks})."
            )
            if written
            else N_(
                "Add two lines: `guarded: personal` and `asked_by: {{personal_topics: [{tick}]}}` (possible are: {ticks})."
            ),
            id=e.id,
            tick=ticks[0] if ticks else "…",
            ticks=", ".join(ticks),
        )
    if e.guarded and e.asked_by is None:
        pen.note(
            ("guarded",),
            "guarded_unasked",
            N_("`{id}` is guarded and no answer asks for it: only the topic and the search lead to it"),
            N_("Add `asked_by`, unless that is intended."),
            id=e.id,
        )


def _check_contacts(e: Entitlement, pen: Pen, contacts: dict[str, Contact]) -> None:
    """A personal line on a card that shows unasked, to people who are no helpers themselves."""
    for i, name in enumerate(e.contacts):
        contact = contacts.get(name)
        if contact is not None and contact.guarded:
            pen.note(
                ("contacts", i),
                "guarded_contact",
                N_("the guarded contact `{name}` shows on a card that is not guarded"),
                N_("Name another contact, or guard this card too."),
                name=name,
            )


def _check_amounts(e: Entitlement, pen: Pen) -> None:
    for name, rows in e.amounts.items():
        if not rows:
            pen.error(
                ("amounts", name),
                "empty_amount",
                N_("the amount `{name}` has no value"),
                N_("Add a line with `value` and `unit`, or delete the name."),
                name=name,
            )
        for i, row in enumerate(rows):
            _check_amount(pen.below("amounts", name, i), name, row)
        _check_overlap(pen.below("amounts", name), name, rows)


def check_year(pen: Pen, path: Path, name: str, day: date | None) -> bool:
    """Whether the year can be right."""
    if day is not None and not 1990 <= day.year <= 2100:
        pen.error(
            path,
            "odd_year",
            N_("`{name}` is {day}, which cannot be right"),
            N_("Write year-month-day, such as 2026-11-23."),
            name=name,
            day=day.isoformat(),
        )
        return False
    return True


def _check_amount(pen: Pen, name: str, row: Amount) -> None:
    check_year(pen, ("from",), "from", row.start)
    check_year(pen, ("to",), "to", row.end)
    if not {"start", "from"} & row.model_fields_set:
        pen.warn(
            (),
            "undated_amount",
            N_("the amount `{name}` has no date"),
            N_("Add `from:` with the first day it holds, or `from: null` when that is not known."),
            name=name,
        )
    if row.start and row.end and row.start > row.end:
        pen.error(
            ("to",),
            "dates_swapped",
            N_("`{last}` is before `{first}`"),
            N_("Look the dates up; perhaps they are swapped."),
            first="from",
            last="to",
        )
    if row.value <= 0 or (row.unit == "percent" and row.value > 1000):
        pen.error(
            ("value",),
            "odd_amount",
            N_("the amount `{name}` is {value}"),
            N_("Write the sum a person receives, in digits, above zero."),
            name=name,
            value=row.value,
        )


def _check_overlap(pen: Pen, name: str, rows: tuple[Amount, ...]) -> None:
    for i, row in enumerate(rows):
        for j, other in enumerate(rows[:i]):
            starts_late = row.start is not None and other.end is not None and row.start > other.end
            ends_early = row.end is not None and other.start is not None and row.end < other.start
            if starts_late or ends_early:
                continue
            old, new = sorted((j, i), key=lambda k: rows[k].start or date.min)
            first = rows[new].start
            known = first is not None and first > (rows[old].start or date.min)
            pen.error(
                (i,),
                "amounts_overlap",
                N_("two values of the amount `{name}` hold at the same time (lines {lines})"),
                N_("In line {line} write `to: {day}`.")
                if known
                else N_(
                    "Write into the older one, as `to`, the last day it held (year-month-day), and into the newer one, as "
                    "`from`, the day after."
                ),
                name=name,
                lines=f"{pen.line(j)}, {pen.line(i)}",
                line=pen.line(old),
                day=(first - timedelta(days=1)).isoformat() if known and first else "",
            )
            break
