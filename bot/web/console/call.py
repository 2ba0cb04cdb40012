"""A call: what the caller said, as ticks in any order, and where the operator is in the script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from dialogs.edition import Edition
from dialogs.press import Press
from dialogs.session import SUBJECTS, UNKNOWN, WITHHELD, Answer, Session

_TRAIL = 40


@dataclass(frozen=True, slots=True)
class Call:
    """What is kept while a call lasts, sealed, and forgotten after it.

    Attributes:
        ref: Names the call to the forms of its pages, so that an old tab cannot tick into the next call.
        code: By which it can be taken up again.
        ticks: One set for the whole call, whoever it is about: callers tell things in any order.
        closed: Questions the operator is done with; one that was only ticked in passing is still asked.
        later: Questions put off; they come back when nothing else is left.
        asked: The question the operator turned to; "" follows the script.
        trail: Questions before this one, for going back.
        practice: The made-up caller of a training call.
    """

    ref: str
    code: str
    language: str = "uk"
    ticks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    closed: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    asked: str = ""
    trail: tuple[str, ...] = ()
    discreet: bool = False
    practice: str = ""

    def session(self, edition: Edition, day: date) -> Session:
        """The dialogue these ticks amount to, as every other channel has it."""
        about = self.ticks.get(edition.subject_question, ())
        subject = next((s for s in SUBJECTS if s in about), SUBJECTS[0])
        answers = MappingProxyType({q: Answer(choices, day) for q, choices in self.ticks.items()})
        return Session(
            state="results",
            subject=subject,
            language=self.language,
            discreet=self.discreet,
            answers=MappingProxyType({subject: answers} if answers else {}),
            edition=edition.id,
        )

    def take_session(self, session: Session) -> Call:
        """The call of somebody who came with a code: their answers, asked no more."""
        here = {q: a.choices for q, a in session.here.items()}
        return replace(
            self,
            language=session.language,
            discreet=session.discreet,
            ticks=MappingProxyType(here),
            closed=tuple(here),
        )

    def press(self, press: Press, here: str, edition: Edition) -> Call:
        """What a button does. `here` is the question that was on the screen; ids this edition lacks do nothing."""
        match press.kind:
            case "answer" | "tick" | "untick":
                return self._tick(press, here, edition)
            case "done" | "unknown" | "withheld" if press.name in edition.questions:
                return self._close(press, here, edition)
            case "ask" if press.name in edition.questions:
                return self._turn(here, press.name)
            case "set" if press.name == "language" and press.value in edition.languages:
                return replace(self, language=press.value, asked=here)
            case "set" if press.name == "discreet":
                return replace(self, discreet=press.value == "on", asked=here)
            case "do" if press.name == "later" and here:
                return replace(self._turn(here), later=(*(q for q in self.later if q != here), here))
            case "do" if press.name == "back" and self.trail:
                return replace(self, asked=self.trail[-1], trail=self.trail[:-1])
        return replace(self, asked=here)

    def _tick(self, press: Press, here: str, edition: Edition) -> Call:
        question, choice = press.name, press.value
        if choice not in edition.bits.get(question, {}):
            return replace(self, asked=here)
        many = edition.questions[question].kind == "many"
        had = [c for c in self.ticks.get(question, ()) if c not in (UNKNOWN, WITHHELD)]
        if press.kind == "untick":
            left = [c for c in had if c != choice]
            call = self._set(question, (*left, UNKNOWN) if left and many else tuple(left))
            return replace(call, asked=here, closed=_without(self.closed, question))
        if not many or choice == "none":
            call = self._set(question, (choice,))
            call = replace(call, closed=(*_without(self.closed, question), question))
            return call._turn(here) if question == here else replace(call, asked=here)
        ticked = {*had, choice} - {"none"}
        order = [c for c in edition.bits[question] if c in ticked]
        done = question in self.closed and UNKNOWN not in self.ticks.get(question, (UNKNOWN,))
        return replace(self._set(question, (*order,) if done else (*order, UNKNOWN)), asked=here)

    def _close(self, press: Press, here: str, edition: Edition) -> Call:
        question = press.name
        ticks = tuple(c for c in self.ticks.get(question, ()) if c not in (UNKNOWN, WITHHELD))
        if press.kind == "done" and not ticks:
            return self.press(Press("do", "later"), here, edition)
        if press.kind == "done":
            after = ticks
        elif edition.questions[question].kind == "many" and ticks and "none" not in ticks:
            after = (*ticks, UNKNOWN)
        else:
            after = (UNKNOWN if press.kind == "unknown" else WITHHELD,)
        call = replace(self._set(question, after), closed=(*_without(self.closed, question), question))
        return call._turn(here)

    def _set(self, question: str, choices: tuple[str, ...]) -> Call:
        ticks = {q: c for q, c in self.ticks.items() if q != question}
        if choices:
            ticks[question] = choices
        return replace(self, ticks=MappingProxyType(ticks), later=_without(self.later, question))

    def _turn(self, here: str, to: str = "") -> Call:
        trail = (*_without(self.trail, here), here)[-_TRAIL:] if here and here != to else self.trail
        return replace(self, asked=to, trail=_without(trail, to) if to else trail)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(n for n in names if n != name)


def dump_call(call: Call) -> bytes:
    """Compact JSON; whoever keeps it seals it."""
    data = {
        "r": call.ref,
        "c": call.code,
        "l": call.language,
        "q": dict(call.ticks),
        "d": call.closed,
        "w": call.later,
        "a": call.asked,
        "t": call.trail,
        "x": int(call.discreet),
        "p": call.practice,
    }
    return json.dumps(data, separators=(",", ":")).encode()


def load_call(blob: bytes) -> Call:
    data = json.loads(blob)
    return Call(
        data["r"],
        data["c"],
        data["l"],
        MappingProxyType({q: tuple(choices) for q, choices in data["q"].items()}),
        tuple(data["d"]),
        tuple(data["w"]),
        data["a"],
        tuple(data["t"]),
        bool(data["x"]),
        data["p"],
    )
