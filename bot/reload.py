"""Takes a changed knowledge folder while people are being served.

A child process reads, checks and proves the folder and hands the finished edition over; this process only
puts it in place, between two turns. A folder with an error changes nothing and is told in the log, in
`status` and in the metrics.

Run as `python -m bot.reload FOLDER DAY`, this module is that child.
"""

from __future__ import annotations

import asyncio
import gc
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog
from watchfiles import Change, awatch

from bot import gauges
from bot.child import ask_child, give_way, hand_over
from bot.dialogue import Dialogue
from bot.texts import build_all
from dialogs.edition import Edition
from dialogs.engine import KYIV, Engine
from dialogs.findings import Finding

SETTLE = 800  # milliseconds without a further change: an editor writes several files
_CHUNK = 16
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
    """Watches a folder; `use` is called in the loop with each new edition that is sound."""

    folder: Path
    use: Callable[[Dialogue], None]
    clock: Callable[[], datetime]
    status: Status = field(default_factory=Status)

    async def watch(self) -> None:
        """Until cancelled."""
        async for _ in awatch(self.folder, watch_filter=_is_knowledge, debounce=SETTLE, step=100):
            try:
                await self.reload()
            except Exception as error:  # nothing about an edition may end the service
                log.error("reload failed", error=type(error).__name__)

    async def reload(self) -> bool:
        """Load the folder beside the loop; tell whether its edition is now in use."""
        now = self.clock()
        answer = await self._ask_child(now.astimezone(KYIV).date())
        if answer is None:
            self._refuse("", (), now)
            log.error("edition refused", why="the check did not finish")
            return False
        findings: tuple[Finding, ...] = answer["findings"]
        errors = [f for f in findings if f.severity == "error"]
        if errors:
            self._refuse(answer["edition"], findings, now)
            for finding in errors[:5]:
                log.error(
                    "edition refused",
                    edition=answer["edition"],
                    file=finding.file,
                    line=finding.line,
                    what=finding.render(),
                    errors=len(errors),
                )
            return False
        if answer["edition"] == self.status.edition:
            return False
        gc.disable()  # a full collection in the middle would be a pause of its own
        try:
            dialogue = await asyncio.to_thread(_unpack, answer)
        finally:
            gc.enable()
        self.use(dialogue)
        gc.freeze()
        self.status.edition, self.status.since = answer["edition"], now
        self.status.refused, self.status.refused_at = "", None
        self.status.findings = findings
        self.status.taken += 1
        gauges.RELOADS.labels("taken").inc()
        gauges.REFUSED.set(0)
        log.info("edition taken", edition=answer["edition"], warnings=len(findings))
        return True

    def _refuse(self, edition: str, findings: tuple[Finding, ...], now: datetime) -> None:
        self.status.refused, self.status.refused_at = edition or "?", now
        self.status.findings = findings
        self.status.turned_down += 1
        gauges.RELOADS.labels("refused").inc()
        gauges.REFUSED.set(1)

    async def _ask_child(self, day: date) -> dict[str, Any] | None:
        out = await ask_child("bot.reload", str(self.folder), day.isoformat())
        if out is None:
            return None
        return await asyncio.to_thread(_read_answer, out)


def _is_knowledge(change: Change, path: str) -> bool:
    """An atomic replace shows its temporary name too, hence the ending."""
    return path.endswith(".yaml") and not Path(path).name.startswith(".")


# ---- what passes between the processes: our own child's bytes, in pieces, so that no piece holds the loop up ----


def pack(answer: dict[str, Any], pieces: Iterator[bytes]) -> bytes:
    return pickle.dumps((answer, list(pieces)), protocol=5)


def _read_answer(out: bytes) -> dict[str, Any]:
    answer, pieces = pickle.loads(out)  # noqa: S301 - written by our own child, through a pipe
    return {**answer, "pieces": pieces}


def _cut(base: Any) -> Iterator[bytes]:
    """The records of a base by tens, then what is left of it."""
    for kind in ("entitlements", "contacts", "questions", "groups", "regions", "acts"):
        rows = getattr(base, kind)
        for at in range(0, len(rows), _CHUNK):
            yield pickle.dumps((kind, rows[at : at + _CHUNK]), protocol=5)
        setattr(base, kind, [])
    yield pickle.dumps(("", base), protocol=5)


def _unpack(answer: dict[str, Any]) -> Dialogue:
    lists: dict[str, list[Any]] = {}
    base: Any = None
    for piece in answer["pieces"]:
        kind, rows = pickle.loads(piece)  # noqa: S301 - see above
        if kind:
            lists.setdefault(kind, []).extend(rows)
        else:
            base = rows
    for kind, rows in lists.items():
        setattr(base, kind, rows)
    edition = Edition.build(base)
    search, crisis = (pickle.loads(answer[name]) for name in ("search", "crisis"))  # noqa: S301 - see above
    return Dialogue(Engine(edition, build_all(edition.languages), search, crisis), answer["findings"])


def load(folder: Path, day: date) -> bytes:
    """The child's work: everything a sound edition needs, or what is wrong with it."""
    from bot.library import read_library
    from bot.preview import build_drawer, prove_layout
    from bot.proving import prove
    from bot.revision import find_revision
    from dialogs.checks import check_base
    from dialogs.crisis import Crisis
    from dialogs.findings import Findings
    from dialogs.search import Search

    findings = Findings()
    base = read_library(folder, findings)
    base.revision = find_revision(folder)
    check_base(base, findings, day)
    if not findings.errors:
        prove(base, findings, day)
    if not findings.errors:
        edition = Edition.build(base)
        prove_layout(build_drawer(edition), findings, datetime(day.year, day.month, day.day, 12, tzinfo=KYIV))
    answer: dict[str, Any] = {"edition": base.id, "findings": tuple(findings.sort())}
    if findings.errors:
        return pack(answer, iter(()))
    answer["search"] = pickle.dumps(Search.build(edition), protocol=5)
    answer["crisis"] = pickle.dumps(Crisis.build(edition), protocol=5)
    base.origins = {}
    return pack(answer, _cut(base))


def main() -> None:
    give_way()
    hand_over(load(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))


if __name__ == "__main__":
    main()
