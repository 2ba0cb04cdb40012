"""What the recogniser of danger learned from its examples, how it weighs a text, and the bytes it can be kept as.

Learning takes seconds, and is a pure function of what it learned from; so it is done once and kept.
The bytes are numbers only: reading them runs nothing, and what does not fit exactly is no answer.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple
from zlib import compress, decompress, error

from dialogs.likeness import Features, Line, measure
from dialogs.neighbours import Neighbours
from dialogs.vocabulary import WORTH

# What each reading adds and where the alarm lies, by logistic regression over lists of blind writers, each read without its own.
_LINE, _OFTENER, _DANGER, _ORDINARY, _AHEAD = 3.0, 0.55, 6.8, 9.6, 0.47
ALARM = 1.5
_NEVER, _SURE = -3.0, 6.0  # beyond these the nearest examples change nothing
_LENGTH = 8
_SEAL = sha256().digest_size


class Weighed(NamedTuple):
    """What speaks for danger in a text; `kind` is the place of the likeliest kind, `score` all of it together."""

    kind: int
    line: float
    oftener: float
    danger: float
    ordinary: float
    score: float

    def explain(self) -> str:
        """Each reading and what it adds to the score."""
        parts = [f"line {_LINE * self.line:+.1f}", f"words {_OFTENER * self.oftener:+.1f}"]
        if self.danger or self.ordinary:
            parts.append(f"nearest danger {_DANGER * self.danger:+.1f}")
            parts.append(f"nearest ordinary {-_ORDINARY * self.ordinary:+.1f}")
        return ", ".join([*parts, f"beforehand {_AHEAD:+.1f}"])

    @property
    def alarms(self) -> bool:
        return self.score > ALARM


@dataclass(frozen=True, slots=True)
class Learned:
    """What tells danger from ordinary texts, and one kind of it from another.

    Attributes:
        kinds: Each kind's line against the ordinary examples.
        danger: Which of the texts in `near` are danger.
        known: The examples by number, each with its kind's place in the sheet, counted from 1; 0 is ordinary.
        alarms: Whether each example, list by list, would be taken for danger by likeness alone.
    """

    kinds: tuple[Line, ...]
    oftener: Line
    near: Neighbours
    danger: range
    known: dict[int, int]
    alarms: bytes = b""

    def weigh(self, features: Features, sure: float = _SURE) -> Weighed:
        """Judge a text; the nearest examples are asked only up to a score of `sure`."""
        scale = measure(features, WORTH)
        line, place = max((line.weigh(features, scale), -at) for at, line in enumerate(self.kinds, 1))
        oftener = self.oftener.weigh(features, scale)
        score = _AHEAD + _LINE * line + _OFTENER * oftener
        if not _NEVER < score < sure:
            return Weighed(-place, line, oftener, 0.0, 0.0, score)
        danger, ordinary = self.near.find_sides(features, self.danger)
        score += _DANGER * danger - _ORDINARY * ordinary
        return Weighed(-place, line, oftener, danger, ordinary, score)

    def to_bytes(self) -> bytes:
        parts = [
            array("q", self.known).tobytes(),
            array("H", self.known.values()).tobytes(),
            self.alarms,
            *self.near.to_bytes(),
            *(line.to_bytes() for line in (self.oftener, *self.kinds)),
        ]
        body = compress(b"".join(len(part).to_bytes(_LENGTH, "little") + part for part in parts), 6)
        return sha256(body).digest() + body

    @classmethod
    def from_bytes(
        cls, data: bytes, size: int, kinds: int, danger: range, examples: int, texts: int
    ) -> Learned | None:
        """What was kept, or None when it is damaged or is not of so many features, kinds, examples and texts."""
        seal, body = data[:_SEAL], data[_SEAL:]
        if sha256(body).digest() != seal:
            return None
        try:
            keys, places, alarms, *rest = _split(decompress(body))
            known = dict(zip(array("q", keys), array("H", places), strict=True))
            near = Neighbours.from_bytes(rest[:3], WORTH, size, texts)
            lines = [array("h", part) for part in rest[3:]]
        except (error, ValueError, IndexError):
            return None
        if (
            near is None
            or [len(line) for line in lines] != [size] * (kinds + 1)
            or len(alarms) != examples
            or max(known.values(), default=0) > kinds
        ):
            return None
        oftener, *others = map(Line, lines)
        return cls(tuple(others), oftener, near, danger, known, alarms)


def _split(data: bytes) -> list[bytes]:
    parts, at = [], 0
    while at < len(data):
        start = at + _LENGTH
        at = start + int.from_bytes(data[start - _LENGTH : start], "little")
        parts.append(data[start:at])
    return parts
