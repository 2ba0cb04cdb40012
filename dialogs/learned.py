"""What the recogniser of danger learned from its examples, and the bytes it can be kept as.

Learning costs a start a second and more, and is a pure function of what it learned from; so it is done once and kept.
The bytes are numbers only: reading them runs nothing, and what does not fit exactly is no answer.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from zlib import compress, decompress, error

from dialogs.likeness import Line

_LENGTH = 8
_SEAL = sha256().digest_size


@dataclass(frozen=True, slots=True)
class Learned:
    """What tells danger from ordinary texts, and one kind of it from another."""

    danger: Line
    kinds: tuple[Line, ...]
    known: dict[int, int]
    """The examples by number, each with its kind's place in the sheet, 0 for an ordinary one, counted from 1."""
    alarms: bytes
    """Whether each example, list by list, would be taken for danger by likeness alone."""

    def to_bytes(self) -> bytes:
        parts = [
            array("q", self.known).tobytes(),
            array("H", self.known.values()).tobytes(),
            self.alarms,
            *(line.to_bytes() for line in (self.danger, *self.kinds)),
        ]
        body = compress(b"".join(len(part).to_bytes(_LENGTH, "little") + part for part in parts), 6)
        return sha256(body).digest() + body

    @classmethod
    def from_bytes(
        cls, data: bytes, worth: Sequence[Sequence[float]], sizes: Sequence[int], examples: int
    ) -> Learned | None:
        """What was kept, or None when it is damaged or is not of so many lines and examples.

        `worth` and `sizes` are those of the line of danger and of each kind's.
        """
        seal, body = data[:_SEAL], data[_SEAL:]
        if sha256(body).digest() != seal:
            return None
        try:
            parts = _split(decompress(body))
            keys, places = array("q", parts[0]), array("H", parts[1])
            weights = [array("f", part) for part in parts[3:]]
        except (error, ValueError, IndexError):
            return None
        alarms = parts[2]
        if (
            [len(one) for one in weights] != list(sizes)
            or len(alarms) != examples
            or len(keys) != len(places)
            or max(places, default=0) >= len(sizes)
        ):
            return None
        danger, *kinds = map(Line, weights, worth)
        return cls(danger, tuple(kinds), dict(zip(keys, places, strict=True)), alarms)


def _split(data: bytes) -> list[bytes]:
    parts, at = [], 0
    while at < len(data):
        start = at + _LENGTH
        at = start + int.from_bytes(data[start - _LENGTH : start], "little")
        parts.append(data[start:at])
    return parts
