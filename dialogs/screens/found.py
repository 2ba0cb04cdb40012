"""What typed words led to: three cards at most, or an honest "not understood"."""

from __future__ import annotations

import re

from dialogs.press import Press
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply, Steps
from dialogs.screens.view import View

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9 ]{11,30}\b", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+?38)?[ (-]*0\d{2}[ )-]*\d{3}[ -]*\d{2}[ -]*\d{2}\b")
_LONG_NUMBER = re.compile(r"\b(?:\d[ -]?){9,19}\b")
_PASSPORT = re.compile(r"\b[А-ЯІЇЄҐ]{2}[ №]*\d{6}\b")
_FULL_NAME = re.compile(
    r"\b[А-ЯІЇЄҐ][а-яіїєґ'’]+\s+[А-ЯІЇЄҐ][а-яіїєґ'’]+\s+[А-ЯІЇЄҐ][а-яіїєґ'’]+(?:ович|евич|йович|івна|ївна|овна|евна|ич|іч)\b"
)


def is_private(text: str) -> bool:
    """A phone, account, card, passport number or a full name with patronymic, typed into the chat."""
    return any(p.search(text) for p in (_IBAN, _PHONE, _LONG_NUMBER, _PASSPORT, _FULL_NAME))


def show_search(view: View, arg: str) -> Reply:
    _ = view._
    if arg.startswith("!"):
        return _show_miss(view, second=arg == "!2")
    blocks: list[Block] = [Heading(_("Is it one of these?"))]
    rows: list[tuple[Choice, ...]] = []
    lines = []
    guarded = False
    for item in arg.split(","):
        kind, _sep, id = item.partition(":")
        if kind == "entitlement" and id in view.edition.entitlements:
            record = view.edition.entitlements[id]
            topic = next((view.say(t.title) for t in view.edition.base.topics if t.id == record.topic), "")
            guarded = guarded or record.guarded is not None
            lines.append(f"{view.say(record.title.short)} — {topic}")
            rows.append((view.go(view.say(record.title.short), "entitlement", id),))
        elif kind == "contact" and id in view.edition.contacts:
            contact = view.edition.contacts[id]
            guarded = guarded or contact.guarded
            lines.append(f"{view.say(contact.short)} — " + _("a contact"))
            rows.append((view.go(view.say(contact.short), "contact", id),))
        elif kind == "topic" and id in view.edition.topic_order:
            title = next(view.say(t.title) for t in view.edition.base.topics if t.id == id)
            lines.append(f"{title} — " + _("a topic"))
            rows.append((view.go(title, "topic", id),))
        elif kind == "region" and id in view.edition.regions:
            name = view.say(view.edition.regions[id].name)
            rows.append((Choice(_("My region: {name}").format(name=name), Press("do", "region_is", id)),))
    if guarded:
        blocks.insert(0, Paragraph(_("The page you opened:")))
    if lines:
        blocks.append(Steps(tuple(lines)))
    rows.append((view.go(_("None of these: topics"), "topics"), view.go(_("Talk to a person"), "handover")))
    return view.close(blocks, rows, back=Press("do", "continue"), sensitive=guarded)


def _show_miss(view: View, second: bool) -> Reply:
    _ = view._
    blocks: list[Block] = [
        Paragraph(_("I did not understand that. Nothing is lost.")),
        Paragraph(_("Try a few plain words, for example: «certificate», «rent», «missing». Or choose:")),
    ]
    human = (view.go(_("Talk to a person"), "handover"),)
    topics = (view.go(_("Topics"), "topics"), view.go(_("Contacts nearby"), "contacts"))
    on = (Choice(_("Go on with the questions"), Press("do", "continue")),)
    rows = [human, topics, on] if second else [topics, on, human]
    return view.close(blocks, rows)
