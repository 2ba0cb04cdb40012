"""The first line of what is sensitive: a locked screen, a notification and the list of chats show it."""

from __future__ import annotations

import pytest

from dialogs.engine import Engine
from dialogs.press import Incoming, Press, Said, Sent
from dialogs.reply import Paragraph
from dialogs.session import Session
from tests.small import NOW

LINE, HELP = Paragraph("The page you opened:"), Paragraph("Here is what may help:")
PLACES = (
    "more",
    "results",
    "topics",
    "groups",
    "review",
    "settings",
    "urgent",
    "handover",
    "notices",
    "contacts",
)
SAID = ("він мене б'є", "не хочу більше жити", "допомога переселенцям", "асдфг", "067 123 45 67")


def list_everything(engine: Engine) -> list[Incoming]:
    """A way to each page there is."""
    edition = engine.edition
    return [
        *(Press("go", place) for place in PLACES),
        *(Press("go", "topic", id) for id in edition.topic_order),
        *(Press("go", "contacts", id) for id in edition.topic_order),
        *(Press("go", "group", id) for id in edition.groups),
        *(Press("go", "entitlement", id) for id in edition.entitlements),
        *(Press("go", "why", id) for id in list(edition.entitlements)[::5]),
        *(Press("go", "contact", id) for id in list(edition.contacts)[::5]),
        *(Press(kind, id) for kind in ("ask", "open") for id in edition.questions),
        *(Press("go", "about", page) for page in ("", "privacy")),
        Press("go", "erase"),
        Press("go", "welcome"),
        *map(Said, SAID),
        Sent("photo"),
    ]


@pytest.mark.parametrize("who", ["discreet", "occupied", "plain"])
def test_what_is_sensitive_begins_with_a_line_that_tells_nothing(engine: Engine, who: str) -> None:
    """Discreet mode promises it; under occupation a heading in the list of chats may be enough."""
    place = "occupied" if who == "occupied" else "calm"
    session = Session(language="en", discreet=who == "discreet")
    for question, choice in (("for_whom", "self"), ("situation", "moved"), ("place", place)):
        session = session.with_answer(question, (choice,), NOW.date())
    told, sensitive = [], 0

    for thing in list_everything(engine):
        reply = engine.turn(session, thing, NOW).reply
        if not reply.sensitive:
            continue
        sensitive += 1
        counted = reply.progress[0] and str(reply.progress[0]) in getattr(reply.blocks[0], "text", "")
        if reply.blocks[0] not in (LINE, HELP) and not counted:
            told.append((thing, reply.blocks[0]))
        assert reply.blocks.count(LINE) <= 1

    assert told == []
    assert sensitive > (50 if who == "plain" else 300)
