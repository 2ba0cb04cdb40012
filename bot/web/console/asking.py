"""Which question the script asks next: the screening, then whatever settles most of what is open."""

from __future__ import annotations

from collections.abc import Sequence

from bot.web.console.call import Call
from dialogs.compiling import Known
from dialogs.edition import Edition
from dialogs.guidance import Listed
from dialogs.rules import Verdict
from dialogs.screening import ask_next, ask_next_for
from dialogs.session import UNKNOWN

LEADING = 12  # cards whose open questions come before those of the rest
_NO_REGION = ("occupied", "russia_belarus", "abroad")

Answers = dict[str, tuple[str, ...]]


def pick_question(
    edition: Edition, call: Call, known: Known, answers: Answers, listed: Sequence[Listed]
) -> str | None:
    """The question to ask now; None when nothing asked could change what is shown."""
    if call.asked in edition.questions:
        return call.asked
    put_off = [q for q in call.later if q in edition.questions and q not in answers]
    ahead = _close(edition, known, answers, put_off)
    return (
        _screen(edition, call, ahead, answers)
        or _follow(edition, ahead, {**answers, **dict.fromkeys(put_off, (UNKNOWN,))}, listed)
        or next(iter(put_off), None)
    )


def _close(edition: Edition, known: Known, answers: Answers, put_off: Sequence[str]) -> Known:
    """What would be known if the questions put off had been answered: they are not asked again yet."""
    if not put_off:
        return known
    return edition.know_choices({**answers, **dict.fromkeys(put_off, (UNKNOWN,))})


def _screen(edition: Edition, call: Call, known: Known, answers: Answers) -> str | None:
    """In the script's order, and the region as soon as it is known where the caller is.

    A question that was only ticked in passing is still asked: «anything else of these?»
    """
    open_now = ask_next(edition, known)
    unfinished = [
        q
        for q in edition.screening
        if UNKNOWN in answers.get(q, ())
        and len(answers[q]) > 1
        and q not in call.closed
        and q not in known.contradictions
    ]
    first = min([*([open_now] if open_now else []), *unfinished], key=edition.screening.index, default=None)
    region = edition.region_question
    if (
        region
        and region not in known.answered
        and edition.subject_question in known.answered
        and "place" in known.answered
        and not set(answers.get("place", ())) & set(_NO_REGION)
    ):
        return region
    return first


def _follow(edition: Edition, known: Known, answers: Answers, listed: Sequence[Listed]) -> str | None:
    open_cards = [item.id for item in listed if item.shown and item.verdict is Verdict.POSSIBLE]
    return ask_next_for(edition, known, answers, open_cards[:LEADING]) or ask_next_for(
        edition, known, answers, open_cards[LEADING:]
    )
