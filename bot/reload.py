"""Takes a changed knowledge folder while people are being served.

A child process reads, checks and proves the folder (`bot.carry`); this process only puts the finished edition in
place, between two turns. A folder with an error changes nothing and is told in the log, in `status` and in the
metrics.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import structlog
from watchfiles import Change, awatch

from bot import gauges
from bot.carry import Arrived, start_child
from bot.child import give_back
from bot.dialogue import Dialogue
from bot.files import name_edition, read_files
from bot.kept import is_code_changed, name_code
from dialogs.engine import KYIV
from dialogs.findings import Finding, Findings

SETTLE = 800  # milliseconds without a further change: an editor writes several files
LOOK = 1_000  # milliseconds of watching after which we look at what changed before
_SWITCH = 0.0005  # seconds
log = structlog.get_logger("reload")


@dataclass(slots=True)
class Status:
    """What the health page tells: the edition in use, and why the newest one is not."""

    edition: str = ""
    since: datetime | None = None
    refused: str = ""
    refused_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    taken: int = 0
    turned_down: int = 0


@dataclass(slots=True)
class Reloader:
    """Watches a folder; `use` is called in the loop with each new edition that is sound, `keep` beside it."""

    folder: Path
    use: Callable[[Dialogue], None]
    clock: Callable[[], datetime]
    keep: Callable[[str, date, bytes], None] = lambda edition, day, out: None
    is_other_code: Callable[[], bool] = is_code_changed
    status: Status = field(default_factory=Status)

    async def watch(self) -> None:
        """Until cancelled."""
        await asyncio.to_thread(name_code)  # while the files are still those of this process
        looked = False  # at what changed after the first edition was read, and before this began
        async for changes in awatch(
            self.folder,
            watch_filter=_is_knowledge,
            debounce=SETTLE,
            step=100,
            rust_timeout=LOOK,
            yield_on_timeout=True,
        ):
            try:
                if changes or (not looked and await asyncio.to_thread(self._is_changed)):
                    await self.reload()
            except Exception as error:  # nothing about an edition may end the service
                log.error("reload failed", error=type(error).__name__)
            looked = True

    def _is_changed(self) -> bool:
        return name_edition(read_files(self.folder, self.folder.name, Findings())) != self.status.edition

    async def reload(self) -> bool:
        """Load the folder beside the loop; tell whether its edition is now in use."""
        now = self.clock()
        day = now.astimezone(KYIV).date()
        if await asyncio.to_thread(self.is_other_code):  # what a child of other code hands over is not ours
            self._refuse("", (), now)
            log.error("edition refused", why="the program's files have changed too: restart the service")
            return False
        out = await start_child(self.folder, day, "change").read()
        if out is None:
            self._refuse("", (), now)
            log.error("edition refused", why="the check did not finish")
            return False
        with _short_turns_of_threads():
            return await self._take(out, day, now)

    async def _take(self, out: bytes, day: date, now: datetime) -> bool:
        """Put in place what the child handed over, if it is sound."""
        arrived = await asyncio.to_thread(Arrived, out)
        if arrived.errors:
            self._refuse(arrived.edition, arrived.findings, now)
            for finding in arrived.errors[:5]:
                log.error(
                    "edition refused",
                    edition=arrived.edition,
                    file=finding.file,
                    line=finding.line,
                    what=finding.render(),
                    errors=len(arrived.errors),
                )
            return False
        if arrived.edition == self.status.edition:
            return False
        dialogue = await asyncio.to_thread(arrived.put_together)
        self.use(dialogue)
        await asyncio.to_thread(self.keep, arrived.edition, day, out)
        del out
        await asyncio.to_thread(give_back)
        self.status.edition, self.status.since = arrived.edition, now
        self.status.refused, self.status.refused_at = "", None
        self.status.findings = arrived.findings
        self.status.taken += 1
        gauges.RELOADS.labels("taken").inc()
        gauges.REFUSED.set(0)
        log.info("edition taken", edition=arrived.edition, warnings=len(arrived.findings))
        return True

    def _refuse(self, edition: str, findings: tuple[Finding, ...], now: datetime) -> None:
        self.status.refused, self.status.refused_at = edition or "?", now
        self.status.findings = findings
        self.status.turned_down += 1
        gauges.RELOADS.labels("refused").inc()
        gauges.REFUSED.set(1)


@contextmanager
def _short_turns_of_threads() -> Iterator[None]:
    """A turn goes from thread to thread at every statement, and at each waits this long for one that computes."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _is_knowledge(change: Change, path: str) -> bool:
    """An atomic replace shows its temporary name too, hence the ending."""
    return path.endswith(".yaml") and not Path(path).name.startswith(".")
