"""A person's dialogue: answers, settings and the place. Nothing that can be worked out is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

UNKNOWN = "unknown"
WITHHELD = "withheld"
Subject = Literal["self", "relative", "client"]
SUBJECTS: tuple[Subject, ...] = ("self", "relative", "client")

_DAY_ZERO = date(2020, 1, 1).toordinal()
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Answer(NamedTuple):
    """Choices ticked on one question, and the day they were (`keeps`, DESIGN 4a.6).

    `("unknown",)` and `("withheld",)` are answers too; `("a", "unknown")` means that a holds and
    the rest is open, which is how an unfinished tick is stored.
    """

    choices: tuple[str, ...]
    day: date


Answers = Mapping[str, Answer]
NO_ANSWERS: Answers = MappingProxyType({})


class Session(NamedTuple):
    """What is kept of a dialogue. A new person is `Session()`.

    Attributes:
        state: The machine's state; only the machine moves it.
        arg: What the place shows (a topic, an entitlement, a question's ticks page …).
        answers: One set of answers per subject; switching never mixes them.
        seen: The moment of the last turn; after 30 idle minutes a cover is shown first.
        edition: The edition of the last turn, to say that the base has changed since.
        misses: How many texts in a row were not understood.
        reachable: The channel can write first, so notices of changes may be asked for.
        notices: The topics of which changes are told.
    """

    state: str = "welcome"
    arg: str = ""
    subject: Subject = "self"
    language: str = "uk"
    discreet: bool = False
    answers: Mapping[str, Answers] = MappingProxyType({})
    seen: datetime | None = None
    edition: str = ""
    misses: int = 0
    reachable: bool = False
    notices: tuple[str, ...] = ()

    @property
    def here(self) -> Answers:
        """The answers of the subject being talked about."""
        return self.answers.get(self.subject, NO_ANSWERS)

    @property
    def is_covered(self) -> bool:
        """Whether the place shows nothing of what was said."""
        return self.state in ("cover", "hidden")

    def with_answer(self, question: str, choices: tuple[str, ...], day: date) -> Session:
        """Set one answer; an empty tuple takes the answer away."""
        mine = dict(self.here)
        if choices:
            mine[question] = Answer(choices, day)
        else:
            mine.pop(question, None)
        return self.with_answers(mine)

    def with_answers(self, mine: Answers) -> Session:
        return self._replace(
            answers=MappingProxyType({**self.answers, self.subject: MappingProxyType(dict(mine))})
        )


def dump_session(session: Session) -> bytes:
    """Compact JSON, answers of one day together; the store seals it."""
    data: dict[str, Any] = {"s": session.state}
    if session.arg:
        data["a"] = session.arg
    if session.subject != "self":
        data["w"] = session.subject
    if session.language != "uk":
        data["l"] = session.language
    if session.discreet:
        data["d"] = 1
    if session.seen is not None:
        data["t"] = int(session.seen.timestamp())
    if session.edition:
        data["e"] = session.edition
    if session.misses:
        data["m"] = session.misses
    if session.reachable:
        data["r"] = 1
    if session.notices:
        data["n"] = session.notices
    answers: dict[str, dict[int, dict[str, str]]] = {}
    for subject, mine in session.answers.items():
        for question, answer in mine.items():
            days = answers.setdefault(subject, {})
            days.setdefault(answer.day.toordinal() - _DAY_ZERO, {})[question] = " ".join(answer.choices)
    if answers:
        data["q"] = answers
    return _encode(data).encode()


@lru_cache(maxsize=1024)
def _read_answer(choices: str, day: str) -> Answer:
    """Most people give answers that others gave too."""
    return Answer(tuple(choices.split()), date.fromordinal(int(day) + _DAY_ZERO))


def load_session(blob: bytes) -> Session:
    """The inverse of `dump_session`.

    Raises:
        ValueError: the bytes are no session.
    """
    try:
        data = json.loads(blob.decode())
        answers = {
            subject: MappingProxyType(
                {
                    question: _read_answer(choices, day)
                    for day, given in days.items()
                    for question, choices in given.items()
                }
            )
            for subject, days in data.get("q", {}).items()
        }
        return Session(
            state=data["s"],
            arg=data.get("a", ""),
            subject=data.get("w", "self"),
            language=data.get("l", "uk"),
            discreet=bool(data.get("d")),
            answers=MappingProxyType(answers),
            seen=datetime.fromtimestamp(data["t"], tz=UTC) if "t" in data else None,
            edition=data.get("e", ""),
            misses=data.get("m", 0),
            reachable=bool(data.get("r")),
            notices=tuple(data.get("n", ())),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("these bytes are not a session") from error
