"""An edition loaded by a process of its own, and how it comes over to the one that serves.

The child reads, checks and builds, and hands the finished edition over in pieces; this process only puts them
together. So the start waits on two processors at once, a reload holds no turn up, and what reading leaves behind
ends with the child.

Run as `python -m bot.carry FOLDER DAY start|change`, this module is that child. A change is also proven, and gives
way to people's turns.
"""

from __future__ import annotations

import gc
import pickle
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

from bot.child import Child, give_way, hand_over, spare_collector, unpack
from bot.kept import PLACE

if TYPE_CHECKING:
    from bot.dialogue import Dialogue
    from dialogs.base import Base
    from dialogs.edition import Edition
    from dialogs.findings import Finding, Findings

_CHUNK = 16
_LISTS = ("entitlements", "contacts", "questions", "groups", "regions", "acts")


class Arrived:
    """What a child found: the edition's id, all findings, and an edition to put together when it is sound."""

    def __init__(self, out: bytes) -> None:
        """The bytes are our own child's, through a pipe, or were kept from it under a seal (`bot.first`)."""
        self._answer: dict[str, Any] = unpack(out)
        self.edition: str = self._answer["edition"]
        self.findings: tuple[Finding, ...] = self._answer["findings"]
        self.errors = [f for f in self.findings if f.severity == "error"]

    def put_together(self) -> Dialogue:
        """Once; in pieces, so that none of them holds the loop up for long when a thread does this."""
        from bot.dialogue import Dialogue
        from bot.texts import build_all
        from dialogs.edition import Edition
        from dialogs.engine import Engine

        lists: dict[str, list[Any]] = {}
        base: Any = None
        gc.disable()  # a collection in the middle would be a pause of its own
        try:
            for piece in self._answer.pop("pieces"):
                kind, rows = unpack(piece)
                if kind:
                    lists.setdefault(kind, []).extend(rows)
                else:
                    base = rows
            for kind, rows in lists.items():
                setattr(base, kind, rows)
            edition = Edition.build(base)
            search, crisis = (unpack(self._answer.pop(name)) for name in ("search", "crisis"))
            return Dialogue(Engine(edition, build_all(edition.languages), search, crisis))
        finally:
            gc.freeze()  # the next collection would go through all of it
            gc.enable()


def start_child(folder: Path, day: date, why: str) -> Child:
    """Begin to load; `why` is "start" or "change"."""
    return Child("bot.carry", str(folder), day.isoformat(), why)


# ---- the child ----


def load(folder: Path, day: date, proven: bool, place: Path = PLACE) -> bytes:
    """Everything a sound edition needs, or what is wrong with it; what is learned for it is kept in `place`."""
    from bot.library import read_library
    from bot.revision import find_revision
    from dialogs.checks import check_base
    from dialogs.edition import Edition
    from dialogs.findings import Findings

    findings = Findings()
    base = read_library(folder, findings)
    base.revision = find_revision(folder)
    check_base(base, findings, day, style=proven)
    edition = None if findings.errors else Edition.build(base)
    if edition is not None and proven:
        _prove(edition, findings, day)
    answer: dict[str, Any] = {"edition": base.id, "findings": tuple(findings.sort())}
    if edition is not None and not findings.errors:
        answer |= _pack(edition, place)
    return pickle.dumps(answer, protocol=5)


def _prove(edition: Edition, findings: Findings, day: date) -> None:
    from bot.preview import build_drawer, prove_layout
    from bot.proving import prove
    from dialogs.engine import KYIV

    prove(edition.base, findings, day)
    if not findings.errors:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=KYIV)
        prove_layout(build_drawer(edition), findings, noon)


def _pack(edition: Edition, place: Path) -> dict[str, Any]:
    from bot.learning import find_learned
    from dialogs.crisis import Crisis
    from dialogs.search import Search

    search = Search.build(edition)
    crisis = Crisis.build(edition, find_learned(edition.base, place))
    _leave_behind(edition.base)
    return {
        "search": pickle.dumps(search, protocol=5),
        "crisis": pickle.dumps(crisis, protocol=5),
        "pieces": list(_cut(edition.base)),
    }


def _leave_behind(base: Base) -> None:
    """What only checks, and the building of search and of the recogniser, have read."""
    from dialogs.languages import KINDS, walk_texts
    from dialogs.sheets import LexiconSheet, OrdinarySheet, WordsSheet

    kinds = tuple(kind.model_copy(update={"examples": ()}) for kind in base.crisis.kinds)
    base.crisis = base.crisis.model_copy(update={"kinds": kinds, "words": {}})
    base.ordinary, base.lexicon, base.words, base.origins = OrdinarySheet(), LexiconSheet(), WordsSheet(), {}
    for name in KINDS:
        for record in getattr(base, name):
            for _, text in walk_texts(record):
                named = {intern(language): words for language, words in text.items()}
                text.clear()
                text.update(named)


def _cut(base: Any) -> Iterator[bytes]:
    """The records of a base by tens, then what is left of it."""
    for kind in _LISTS:
        rows = getattr(base, kind)
        for at in range(0, len(rows), _CHUNK):
            yield pickle.dumps((kind, rows[at : at + _CHUNK]), protocol=5)
        setattr(base, kind, [])
    yield pickle.dumps(("", base), protocol=5)


def main() -> None:
    folder, day, why = sys.argv[1:]
    if why == "change":
        give_way()
    spare_collector()
    hand_over(load(Path(folder), date.fromisoformat(day), proven=why == "change"))


if __name__ == "__main__":
    main()
