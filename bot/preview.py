"""A record as people and operators will see it, before it is live; and the proof that Telegram takes every screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from types import MappingProxyType

from bot.telegram.layout import MAX_TEXT, count_units, find_breaches, lay_out
from bot.texts import build_all
from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.findings import Findings
from dialogs.learned import Weighed
from dialogs.machine import ASKING, name_state
from dialogs.reply import Reply
from dialogs.rules import Condition, write_condition
from dialogs.screens.lines import format_phone
from dialogs.session import Answer, Session
from dialogs.tools import Found
from dialogs.words import N_

MANY_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """A screen that shows one record: the list it is of, its id, and the place."""

    kind: str
    id: str
    state: str
    arg: str


class _Deaf:
    """Hears nothing: screens of records are drawn without search and without crisis words."""

    def find(self, text: str) -> Found:
        return Found(False)

    def known_words(self, text: str) -> tuple[str, ...]:
        return ()

    def read(self, text: str) -> str | None:
        return None

    def weigh(self, text: str) -> Weighed | None:
        return None

    def find_like(self, base: Base, text: str) -> list[tuple[str, str, float]]:
        return []


def build_drawer(edition: Edition) -> Engine:
    """An engine that only shows places; ready at once."""
    deaf = _Deaf()
    return Engine(edition, build_all(edition.languages), deaf, deaf)


def list_slots(edition: Edition) -> Iterator[Slot]:
    """A screen for each record that has one."""
    for question in edition.questions.values():
        yield Slot("questions", question.id, name_state(ASKING, question.id), "!" if question.covered else "")
    for topic in edition.topic_order:
        yield Slot("topics", topic, "topic", topic)
        yield Slot("topics", topic, "contacts", topic)
    for kind, state, ids in (
        ("groups", "group", edition.groups),
        ("entitlements", "entitlement", edition.entitlements),
        ("contacts", "contact", edition.contacts),
        ("about", "about", [page.id for page in edition.base.about]),
    ):
        for id in ids:
            yield Slot(kind, id, state, id)


def find_slots(edition: Edition, id: str) -> list[Slot]:
    return [slot for slot in list_slots(edition) if slot.id == id]


def show_slot(engine: Engine, slot: Slot, language: str, now: datetime, place: str = "") -> Reply:
    session = Session(state=slot.state, arg=slot.arg, language=language, seen=now)
    if place and "place" in engine.edition.questions:
        mine = MappingProxyType({"place": Answer((place,), now.date())})
        session = Session(
            state=slot.state,
            arg=slot.arg,
            language=language,
            seen=now,
            answers=MappingProxyType({"self": mine}),
        )
    return engine.show(session, now)


def prove_layout(engine: Engine, findings: Findings, now: datetime) -> None:
    """Draw the screen of every record in every language as Telegram would get it."""
    for slot in list_slots(engine.edition):
        for language in engine.edition.languages:
            reply = show_slot(engine, slot, language, now)
            origin, top = engine.edition.base.find(slot.kind, slot.id)
            for breach in find_breaches(reply):
                findings.add(
                    origin,
                    (*top, "id"),
                    "error",
                    "telegram_refuses",
                    N_("Telegram would refuse the screen of `{id}` in the language `{language}`: {breach}"),
                    N_("Shorten its texts or ids until it fits."),
                    id=slot.id,
                    language=language,
                    breach=breach,
                )
            parts = len(lay_out(reply))
            if parts >= MANY_MESSAGES and slot.kind in ("entitlements", "about"):
                findings.add(
                    origin,
                    (*top, "id"),
                    "warning",
                    "many_messages",
                    N_("`{id}` takes {parts} messages in the language `{language}`"),
                    N_("Shorten its texts; two messages are the most that people read."),
                    id=slot.id,
                    parts=parts,
                    language=language,
                )


def preview(engine: Engine, id: str, language: str, now: datetime) -> list[str] | None:
    """Lines: each Telegram message with its buttons, then what the operator reads; None for no such id."""
    slots = find_slots(engine.edition, id)
    if not slots:
        return None
    lines: list[str] = []
    for slot in slots:
        parts = lay_out(show_slot(engine, slot, language, now))
        for number, part in enumerate(parts, 1):
            text = str(part.body["text"])
            seen = count_units(unescape(text))
            lines.append(f"── Telegram {number}/{len(parts)} · {slot.state} · {seen}/{MAX_TEXT}")
            lines.extend(text.split("\n"))
            for row in (part.keyboard or {}).get("inline_keyboard", ()):
                lines.append("   ".join(f"[ {button['text']} ]" for button in row))
        lines.append("")
    lines.extend(_show_operator(engine, id, language))
    return lines


def _show_operator(engine: Engine, id: str, language: str) -> Iterator[str]:
    """What stands beside the person's wording: what to say, what never to say, who decides, what to check."""
    edition = engine.edition
    words = engine.tools.words.get(language) or engine.tools.words[edition.languages[0]]
    say = words.gettext

    def text(value: dict[str, str] | None) -> str:
        return (value or {}).get(language) or next(iter((value or {"": ""}).values()))

    condition, confirms, check = say(N_("Condition")), say(N_("Who confirms")), say(N_("To check"))
    yield "── " + say(N_("What the operator reads"))
    if id in edition.questions:
        question = edition.questions[id]
        yield text(question.operator)
        if question.avoid:
            yield "⚠ " + text(question.avoid)
        for choice in edition.choices[id]:
            yield f"  ( ) {text(choice.label)}" + (f" — {text(choice.hint)}" if choice.hint else "")
    elif id in edition.entitlements:
        record = edition.entitlements[id]
        yield f"{condition}: {say_condition(edition, record.when, language)}"
        for decision in record.decided_elsewhere:
            yield f"  ? {text(decision.what)} — {text(decision.who)}"
        confirm = edition.contacts.get(record.confirm_with)
        if confirm is not None:
            phones = ", ".join(format_phone(p) for p in confirm.phones)
            yield f"{confirms}: {text(confirm.short)} {phones}"
        if record.check:
            yield f"{check}: {record.check}"
    elif id in edition.groups:
        yield f"{condition}: {say_condition(edition, edition.groups[id].when, language)}"
    elif id in edition.contacts and edition.contacts[id].check:
        yield f"{check}: {edition.contacts[id].check}"


def say_condition(edition: Edition, condition: Condition | None, language: str) -> str:
    """A condition with the labels of its choices instead of their ids."""
    if condition is None:
        return "?"

    def read(raw: object) -> str:
        if raw == "always":
            return "✓"
        assert isinstance(raw, dict)
        key, value = next(iter(raw.items()))
        if key in ("all", "any"):
            sign = " ∧ " if key == "all" else " ∨ "
            return "(" + sign.join(read(part) for part in value) + ")"
        if key == "not":
            return "¬" + read(value)
        labels = {c.id: c.label.get(language, c.id) for c in edition.choices[key]}
        return f"{key}: " + " / ".join(labels.get(c, c) for c in value)

    return read(write_condition(condition))
