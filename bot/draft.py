"""A draft folder beside the live one: what is wrong with it, and whose results it would change.

Administrators alone see it, and nobody is served from it. A child process does the work, once for each pair of
editions. Run as `python -m bot.draft LIVE DRAFT DAY`, this module is that child.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.child import Child, give_way, hand_over, spare_collector, unpack
from bot.files import name_edition, read_files, show_folder
from dialogs.engine import KYIV
from dialogs.findings import Finding, Findings
from dialogs.words import N_

LINES = 200
Pair = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class Draft:
    """What the health page tells. `effects` has lines by language; it is empty while there are errors.

    Attributes:
        live: The edition of the live folder, which may be newer than the one in use.
    """

    edition: str
    live: str
    findings: tuple[Finding, ...]
    effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Drafts:
    """Looks at the draft when somebody asks; what was found last is kept."""

    def __init__(self, live: Path, folder: Path, clock: Callable[[], datetime]) -> None:
        self._live, self._folder, self._clock = live, folder, clock
        self._found: tuple[Pair, Draft] | None = None
        self._work: asyncio.Task[None] | None = None

    async def look(self) -> Draft | None:
        """What is known of the draft as it stands now; None while that is being worked out."""
        if not self._folder.is_dir():
            what = N_("there is no folder {folder}")
            remedy = N_("Set KNOWLEDGE_DRAFT_DIR to the folder of the draft, or leave it out.")
            return self._refuse("", "no_folder", what, remedy)
        pair = await asyncio.to_thread(self._name)
        if self._found is not None and self._found[0] == pair:
            return self._found[1]
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._compare(pair))
        return None

    def _name(self) -> Pair:
        day = self._clock().astimezone(KYIV).date()
        live, draft = (name_edition(read_files(f, f.name, Findings())) for f in (self._live, self._folder))
        return live, draft, day

    async def _compare(self, pair: Pair) -> None:
        out = await Child("bot.draft", str(self._live), str(self._folder), pair[2].isoformat()).read()
        if out is None:
            what = N_("the draft could not be read to the end")
            draft = self._refuse(pair[1], "unread", what, N_("Run `nap1325 check --dir` on it."))
        else:
            draft = Draft(**unpack(out))
        self._found = pair, draft

    def _refuse(self, edition: str, code: str, what: str, remedy: str) -> Draft:
        shown = show_folder(self._folder)
        return Draft(edition, "", (Finding(shown, 1, 1, "error", code, what, remedy, {"folder": shown}),))


def compare_folders(live: Path, folder: Path, day: date) -> dict[str, Any]:
    """The child's work: the fields of a `Draft`."""
    from bot.checking import check_folder
    from bot.comparing import say_effects
    from bot.errors import BrokenBaseError
    from bot.loading import load_edition
    from dialogs.effects import compare

    findings, figures = check_folder(folder, day, memory=None)
    found: dict[str, Any] = {"edition": figures["label"], "live": "", "findings": tuple(findings)}
    if any(row.severity == "error" for row in findings):
        return found
    try:
        old, new = load_edition(live, day)[0], load_edition(folder, day)[0]
    except BrokenBaseError as error:
        return {**found, "findings": (*error.findings, *findings)}
    effects = compare(old, new, day)
    told = {name: tuple(say_effects(effects, old, new, name))[:LINES] for name in new.languages}
    return {**found, "live": old.base.label, "effects": told}


def main() -> None:
    give_way()
    spare_collector()
    hand_over(
        pickle.dumps(compare_folders(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3])))
    )


if __name__ == "__main__":
    main()
