"""What typed words may have meant, kept in the place where the person is asked back."""

from __future__ import annotations

from dataclasses import dataclass

_MARK, _BETWEEN, _LISTED = "?", "|", ","


@dataclass(frozen=True, slots=True)
class AskedBack:
    """Choices that the words look like, records they may be about (`kind:id`), and why the question was asked."""

    choices: tuple[str, ...]
    records: tuple[str, ...] = ()
    scope: str = ""

    def write(self) -> str:
        return _MARK + _BETWEEN.join((_LISTED.join(self.choices), _LISTED.join(self.records), self.scope))

    @classmethod
    def read(cls, arg: str) -> AskedBack | None:
        """What a place's argument says; None when nothing was asked back there."""
        if not arg.startswith(_MARK):
            return None
        choices, _, rest = arg[len(_MARK) :].partition(_BETWEEN)
        records, _, scope = rest.partition(_BETWEEN)
        return cls(_split(choices), _split(records), scope)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(_LISTED) if part)
