"""Screens that are kept show exactly what drawing them anew shows, whoever looked before."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest

from dialogs.edition import Edition
from dialogs.engine import KYIV, Engine
from dialogs.hours import is_open, list_changes
from dialogs.reply import Reply
from dialogs.screens import draw as drawing
from dialogs.screens import view as views
from dialogs.screens.keeping import _ALL, _NOBODY, _WHERE
from dialogs.session import SUBJECTS, Answer, Session
from tests.test_properties import invent_person

START = datetime(2026, 11, 26, 7, 50, tzinfo=KYIV)
STATES = (*_ALL, *_WHERE, *_NOBODY, "welcome", "topics", "entitlement", "asking")


def invent_sessions(
    edition: Edition, chance: random.Random, count: int
) -> list[tuple[Session, datetime, str]]:
    """People who differ in one thing or a few, at moments minutes or days apart: whatever is left out of a key shows."""
    found = []
    while len(found) < count:
        person = invent_person(edition, chance)
        answers = {q: Answer(a, START.date()) for q, a in person.items() if chance.random() < 0.5}
        session = Session(language="uk", answers=MappingProxyType({"self": MappingProxyType(answers)}))
        for _ in range(3):
            session, moment = _go_on(edition, session, chance), START
            for _ in range(6):
                if chance.random() < 0.2:
                    moment += timedelta(minutes=chance.randrange(0, 7 * 60 * 24, 7))
                found.append((session, moment, chance.choice(("", "", "A notice."))))
                session = _change(edition, session, chance)
    return found


def _go_on(edition: Edition, session: Session, chance: random.Random) -> Session:
    topic, place = chance.choice(list(edition.topic_order)), chance.choice(STATES)
    args = {
        "topic": f"{topic}{chance.choice(('', '-2'))}",
        "group": chance.choice(list(edition.groups)),
        "why": chance.choice(list(edition.entitlements)),
        "entitlement": chance.choice(list(edition.entitlements)),
        "contacts": chance.choice(("", topic, "all-2")),
        "contact": chance.choice(list(edition.contacts)),
        "about": chance.choice(("", "privacy", "groups")),
    }
    state = f"asking.{chance.choice(list(edition.questions))}" if place == "asking" else place
    return replace(session, state=state, arg=args.get(place, ""))


def _change(edition: Edition, session: Session, chance: random.Random) -> Session:
    """The same place for somebody who differs in one thing."""
    match chance.randrange(8):
        case 0:
            return replace(session, language=chance.choice(edition.languages))
        case 1:
            return replace(session, subject=chance.choice(SUBJECTS))
        case 2:
            return replace(session, discreet=chance.random() < 0.5)
        case 3:
            return replace(session, reachable=chance.random() < 0.7, notices=_follow(session, chance))
        case 4:
            return replace(session, misses=chance.randrange(3), edition="former", seen=START)
        case _:
            question = chance.choice(("place", "region", edition.subject_question, *edition.questions))
            choices = [c.id for c in edition.choices[question]]
            return session.with_answer(question, (chance.choice([*choices, "unknown"]),), START.date())


def _follow(session: Session, chance: random.Random) -> tuple[str, ...]:
    return (session.arg.partition("-")[0],) if chance.random() < 0.5 else ()


def show(engine: Engine, one: tuple[Session, datetime, str]) -> Reply:
    session, moment, notice = one
    return engine.show(session, moment, [notice] if notice else [])


@pytest.mark.parametrize("seed", range(4))
def test_a_kept_screen_is_what_drawing_it_anew_gives(engine: Engine, seed: int) -> None:
    """Nothing of one person may show to another, and no line may be open that has closed."""
    edition, sessions = engine.edition, invent_sessions(engine.edition, random.Random(seed), 600)
    anew = []
    for session, moment, notice in sessions:
        for kept in ("screens", "contact blocks"):
            edition.memo.pop(kept, None)
        view = engine.tools.view(session, moment, [notice] if notice else [])
        anew.append(drawing._draw(view))
    edition.memo.pop("screens", None)

    there = [(show(engine, one), show(engine, one)) for one in sessions]
    back = [show(engine, one) for one in reversed(sessions)]

    for one, replies, again, fresh in zip(sessions, there, reversed(back), anew, strict=True):
        assert (*replies, again) == (fresh, fresh, fresh), one


def test_as_many_screens_are_kept_as_was_meant(engine: Engine) -> None:
    for one in invent_sessions(engine.edition, random.Random(9), 600):
        show(engine, one)

    assert len(engine.edition.memo["screens"]) == views._SHARED


def test_between_two_changes_of_a_day_no_line_opens_or_closes(edition: Edition) -> None:
    hours = [c.hours for c in edition.contacts.values()]
    changes = {*list_changes(hours)}
    for day in range(7):
        midnight = START.replace(hour=0, minute=0) + timedelta(days=day)
        moments = [midnight + timedelta(minutes=minute) for minute in range(24 * 60)]
        opened = [[is_open(h, moment) for h in hours] for moment in moments]
        changed = {at for at in range(1, 24 * 60) if opened[at] != opened[at - 1]}

        assert changed <= changes, day
