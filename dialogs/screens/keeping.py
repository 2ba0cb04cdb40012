"""Screens that are kept: drawn, and laid out, once for all to whom they look the same.

What a screen is drawn from is cut down to what it is kept under, so that nothing else of a person can get into it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from dialogs.edition import Edition
from dialogs.hours import list_changes
from dialogs.reply import Reply
from dialogs.screens.view import View
from dialogs.session import Answer, Answers, Session

_ALL = ("review", "results", "groups", "topic", "group", "why")  # of these every answer may show
_WHERE = ("contacts", "contact", "urgent", "handover")  # of these whose contacts work, and for whom
_NOBODY = ("more", "settings", "about")


def keep_screen(view: View, draw: Callable[[View], Reply]) -> Reply:
    """The screen of a place; `draw` is given somebody of whom nothing is known but what the place shows.

    Questions, cards and the topics look at even less (`View.share`); what words led to is not kept.
    """
    state, edition = view.session.state, view.edition
    if state in _ALL:
        answers = view.answers
    elif state in _WHERE:
        read = ("place", "region", edition.subject_question)
        answers = {q: view.answers[q] for q in read if q in view.answers}
    elif state == "welcome":
        answers = {q: a for q, a in view.answers.items() if q == edition.subject_question}
    elif state in _NOBODY:
        answers = {}
    else:
        return draw(view)
    session = view.session
    part = bisect_right(_list_changes(edition), view.now.hour * 60 + view.now.minute)
    shown = (
        state,
        session.arg,
        session.subject,
        session.language,
        session.discreet,
        session.reachable,
        session.notices,
        view.caller_place,
        view.today,
        part,
        frozenset(answers.items()),
    )
    return view.share(shown, lambda: draw(_reduce(view, answers, part)))


def _reduce(view: View, answers: dict[str, tuple[str, ...]], part: int) -> View:
    """Somebody who has said this alone, at the first minute from which the same lines are open."""
    session, today = view.session, view.today
    said: dict[str, Answers] = {session.subject: {q: Answer(a, today) for q, a in answers.items()}}
    here = {"place": Answer((view.caller_place,), today)} if view.caller_place else {}
    said["self"] = {**here, **said.get("self", {})}
    minute = _list_changes(view.edition)[part - 1]
    return replace(
        view,
        session=Session(
            state=session.state,
            arg=session.arg,
            subject=session.subject,
            language=session.language,
            discreet=session.discreet,
            answers=MappingProxyType(said),
            reachable=session.reachable,
            notices=session.notices,
        ),
        now=view.now.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0),
        notices=(),
    )


def _list_changes(edition: Edition) -> tuple[int, ...]:
    """The minutes of a day at which some line may open or close, midnight the first."""
    found: tuple[int, ...] | None = edition.memo.get("hours")
    if found is None:
        found = edition.memo["hours"] = list_changes(c.hours for c in edition.contacts.values())
    return found
