"""Writes RESULTS.md and the picture for the README."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.bots import AIOGRAM, FLOOR, OURS, PTB, Kind
from bench.durability import Loss
from bench.growth import Reload
from bench.ladder import ALL, PHASES, STEPS, Ladder
from bench.measure import Phase, Sample, show

HERE = Path(__file__).resolve().parent
RESULTS, PICTURE = HERE / "RESULTS.md", HERE / "results.svg"
PEER_RATIOS = {"aiogram": 1.3, "floor": 19.6}  # to python-telegram-bot, measured before on a quiet machine
Burst = tuple[float, float, float, int]


@dataclass
class Findings:
    """Everything a run found. `samples` by phase and bot, in the order they were taken."""

    kinds: list[Kind]
    rounds: int
    quick: bool
    samples: dict[tuple[Phase, str], list[Sample]] = field(default_factory=dict)
    bursts: dict[str, list[Burst]] = field(default_factory=dict)
    losses: dict[str, Loss] = field(default_factory=dict)
    starts: dict[str, list[float]] = field(default_factory=dict)
    closed: Sample | None = None
    reload: Reload | None = None
    workers: dict[str, Sample] = field(default_factory=dict)
    ladder: Ladder = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    grown: dict[str, Sample] = field(default_factory=dict)
    core: dict[str, Any] = field(default_factory=dict)
    search: str = ""
    console: list[str] = field(default_factory=list)
    peers: dict[str, str] = field(default_factory=dict)
    load: tuple[float, float] = (0.0, 0.0)

    def rates(self, phase: Phase, kind: str) -> list[float]:
        return [sample.rate for sample in self.samples.get((phase, kind), [])]

    def ratios(self, phase: Phase, kind: str, to: str) -> list[float]:
        """Round by round: rounds differ more than bots within a round."""
        pairs = zip(self.rates(phase, kind), self.rates(phase, to), strict=False)
        return [mine / theirs for mine, theirs in pairs if theirs]


def write_results(found: Findings, phases: Sequence[Phase]) -> None:
    lines = ["# What was measured", "", *_say_how(found), ""]
    for phase in phases:
        if found.samples.get((phase, OURS.name)):
            lines += [f"## {phase.name}", "", *_tabulate(found, phase), ""]
    lines += ["## Ratios", "", *_compare(found, phases), ""]
    lines += [*_say_bursts(found), *_say_losses(found), *_say_starts(found), *_say_closed(found)]
    lines += [*_say_growth(found), *_say_ladder(found), *_say_core(found)]
    if found.console:
        lines += ["## The operators' console", "", *found.console, ""]
    if found.search:
        lines += ["## Search", "", found.search.strip(), ""]
    if found.failed:
        lines += ["## What could not be measured", "", *(f"- {line}" for line in found.failed), ""]
    kept = _read_kept()
    RESULTS.write_text("\n".join(lines).rstrip() + "\n" + kept, encoding="utf-8")
    PICTURE.write_text(_draw(found, phases), encoding="utf-8")


MARK = "<!-- below this line: written by hand, kept by the next run -->"


def _read_kept() -> str:
    """The steps, and what stands in the way, are told by a person and outlive a run."""
    if not RESULTS.exists():
        return ""
    _, mark, rest = RESULTS.read_text(encoding="utf-8").partition(MARK)
    return f"\n{mark}{rest}" if mark else ""


_CROWDED = (
    " **The machine was crowded: bots waited for it and not for themselves, so this run says little about speed.** "
    "What was measured in processor time by counted updates stands at the end."
)


def _say_how(found: Findings) -> list[str]:
    versions = ", ".join(
        f"{name} {version(name)}"
        for name in ("python-telegram-bot", "SQLAlchemy", "aiohttp", "uvloop", "transitions")
    )
    peers = ", ".join(f"{name} {number}" for name, number in found.peers.items())
    server = shutil.which("redis-server")
    redis = (
        subprocess.run([server, "--version"], capture_output=True, text=True).stdout.split(" sha")[0]
        if server
        else "no redis-server here, so aiogram runs on its memory storage, which keeps nothing"
    )
    return [
        f"`make bench` on {datetime.now(UTC):%Y-%m-%d}: Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; {versions}; peers on {peers}; {redis.strip()}.",
        "",
        f"All bots took their turns in one run, {found.rounds} "
        f"{'round' if found.rounds == 1 else 'rounds'}{' (quick)' if found.quick else ''}; values are median (min-max). "
        "The people and the fake Bot API share the machine with the bot, "
        f"and so does whatever else ran: load average {found.load[0]:.1f} at the start, {found.load[1]:.1f} at the end. "
        "Read ratios, not absolute figures."
        + (_CROWDED if found.load[0] > 1.5 * (os.cpu_count() or 1) else ""),
        "",
        "Ours is the real process with the whole base; the peers speak a small dialogue of ten screens. A person makes 15 updates, "
        "presses the real inline buttons, and each press is answered and its message edited. "
        "`TELEGRAM_CHAT_RATE` is opened for ours, since people here press at once; one row below has it closed.",
    ]  # fmt: skip


def _tabulate(found: Findings, phase: Phase) -> list[str]:
    lines = [
        "| bot | updates/s | p50 ms | p95 ms | p99 ms | CPU µs/update | Redis CPU µs | RSS MiB | CPU share | unanswered | characters, buttons a screen |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in found.kinds:
        rows = found.samples.get((phase, kind.name))
        if not rows:
            continue

        def say(pick: Callable[[Sample], float], digits: int = 0, rows: list[Sample] = rows) -> str:
            return show([pick(row) for row in rows], digits)

        server = say(lambda r: r.server_cpu) if kind.redis else "-"
        lines.append(
            f"| {kind.label} | {say(lambda r: r.rate)} | {say(lambda r: r.p50, 1)} | {say(lambda r: r.p95, 1)} | "
            f"{say(lambda r: r.p99, 1)} | {say(lambda r: r.cpu)} | {server} | {say(lambda r: r.memory)} | "
            f"{say(lambda r: r.share, 2)} | {sum(r.silent for r in rows)} | "
            f"{rows[-1].characters:.0f}, {rows[-1].buttons:.0f} |"
        )
    return lines


def _compare(found: Findings, phases: Sequence[Phase]) -> list[str]:
    lines = [
        "Updates a second of this service over each bot's, round by round.",
        "",
        "| | over python-telegram-bot | over aiogram | over the floor |",
        "|---|---|---|---|",
    ]
    for phase in phases:
        cells = [show(found.ratios(phase, OURS.name, to.name), 1) for to in (PTB, AIOGRAM, FLOOR)]
        if any(cell != "-" for cell in cells):
            lines.append(f"| {phase.name} | {' | '.join(cells)} |")
    first = phases[0]
    lines += ["", "The peers to each other, to see that they are the usual ones:", ""]
    for name, before in PEER_RATIOS.items():
        now = found.ratios(first, name, PTB.name)
        if now:
            off = 100 * (sorted(now)[len(now) // 2] / before - 1)
            lines.append(
                f"- {name} over python-telegram-bot: {show(now, 1)}; on a quiet machine before: {before} ({off:+.0f} %)"
            )
    cpu = {
        kind.name: [sample.cpu for sample in found.samples.get((first, kind.name), [])]
        for kind in found.kinds
    }
    if cpu.get(OURS.name):
        mine = sorted(cpu[OURS.name])[len(cpu[OURS.name]) // 2]
        told = [
            f"{name} {sorted(values)[len(values) // 2] / mine:.1f}"
            for name, values in cpu.items()
            if values and name != OURS.name
        ]
        lines += ["", f"CPU an update over ours: {', '.join(told)}."]
    return lines


def _say_bursts(found: Findings) -> list[str]:
    if not found.bursts:
        return []
    lines = [
        "## 2,000 people press at the same moment",
        "",
        "| bot | p50 ms | p99 ms | longest ms | p99/p50 | unanswered |",
        "|---|---|---|---|---|---|",
    ]
    for kind in found.kinds:
        rows = found.bursts.get(kind.name, [])
        if rows:
            lines.append(
                f"| {kind.label} | {show([r[0] for r in rows])} | {show([r[1] for r in rows])} | "
                f"{show([r[2] for r in rows])} | {show([r[1] / r[0] for r in rows if r[0]], 1)} | {sum(r[3] for r in rows)} |"
            )
    return [*lines, ""]


def _say_losses(found: Findings) -> list[str]:
    if not found.losses:
        return []
    lines = [
        "## `kill -9` in the middle",
        "",
        "Answers whose reply was seen, and what the bot still knew of them after the restart.",
        "",
        "| bot | acknowledged answers | lost | people with a loss | silent after the restart |",
        "|---|---|---|---|---|",
    ]
    for kind in found.kinds:
        loss = found.losses.get(kind.name)
        if loss:
            part = 100 * loss.lost / loss.acknowledged if loss.acknowledged else 0.0
            lines.append(
                f"| {kind.label} | {loss.acknowledged} | {loss.lost} ({part:.1f} %) | "
                f"{loss.with_loss} of {loss.people} | {loss.silent} |"
            )
    return [*lines, ""]


def _say_starts(found: Findings) -> list[str]:
    if not found.starts:
        return []
    rows = [
        f"- {kind.label}: {show(found.starts[kind.name], 1)} s"
        for kind in found.kinds
        if kind.name in found.starts
    ]
    return ["## From starting the process to the first reply", "", *rows, ""]


def _say_closed(found: Findings) -> list[str]:
    row = found.closed
    if row is None:
        return []
    return [
        "## With `TELEGRAM_CHAT_RATE` closed",
        "",
        f"At its default of one message a second to a chat, 50 people who press without a pause get {row.rate:.0f} replies a second "
        f"(p50 {row.p50:.0f} ms): what they wait for is the rate, and presses made meanwhile end in one edit.",
        "",
    ]


def _say_growth(found: Findings) -> list[str]:
    lines: list[str] = []
    if found.grown or found.workers:
        lines = [
            "## Grown",
            "",
            "50 people at once, each one whom the store knows already (with a larger base: new people); 500 at once on PostgreSQL.",
            "",
            "| | updates/s | p50 ms | p99 ms | CPU µs/update | RSS MiB |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {row.rate:.0f} | {row.p50:.1f} | {row.p99:.1f} | {row.cpu:.0f} | {row.memory:.0f} |"
            for name, row in (found.grown | found.workers).items()
        ]
        lines += ["", "RSS is of the process that serves Telegram, the web and the console together.", ""]
    if found.reload is not None:
        one = found.reload
        lines += [
            "## A new edition while people press",
            "",
            f"Five people press without a pause; one file of the base changes. The new edition is in use after {one.took:.1f} s. "
            f"The longest wait of {one.pressed} presses meanwhile is {one.during:.0f} ms (in the three seconds before: {one.before:.0f} ms).",
            "",
        ]
    return lines


def _say_ladder(found: Findings) -> list[str]:
    """Each step by what is lost without it; rounds are compared with the whole of the same round."""
    if not all(found.ladder.get((ALL, phase)) for phase in PHASES):
        return []
    lines = [
        "## The ladder",
        "",
        "The same service, with one step of the path of a press taken back at a time (`bench/without.py`). "
        "Bought: updates a second with the step over without it, round by round.",
        "",
        "| step | where it stands | bought | bought, 30 ms to Telegram | CPU µs/update without it | p99 ms without it |",
        "|---|---|---|---|---|---|",
    ]
    near, far = PHASES
    whole = {phase: found.ladder[ALL, phase] for phase in PHASES}
    lines.append(
        f"| all steps | | 1 | 1 | {show([s.cpu for s in whole[near]])} | {show([s.p99 for s in whole[near]], 1)} |"
    )
    for step in STEPS:
        rows = {phase: found.ladder.get((step.name, phase), []) for phase in PHASES}
        bought = [
            show([w.rate / r.rate for w, r in zip(whole[phase], rows[phase], strict=False) if r.rate], 2)
            for phase in (near, far)
        ]
        lines.append(
            f"| {step.what} | `{step.place.replace(', ', '`, `')}` | {bought[0]} | {bought[1]} | "
            f"{show([s.cpu for s in rows[near]])} | {show([s.p99 for s in rows[near]], 1)} |"
        )
    return [*lines, ""]


def _say_core(found: Findings) -> list[str]:
    core = found.core
    if not core:
        return []
    turns = core["turns"]
    screens = ", ".join(f"{count} with {number}" for number, count in core["screens"].items())
    lines = [
        "## The core alone",
        "",
        f"CPU time, edition {core['edition']}: {core['records']['entitlements']} entitlements, {core['records']['contacts']} contacts.",
        "",
        f"- load, schema, references and limits of the base: {core['load_s']:.2f} s; machine, words and search index: {core['index_s']:.2f} s; "
        f"memory of the edition with its index: {core['edition_mib']:.0f} MiB",
        f"- an asking turn: {turns['asking']['turn_us']:.0f} µs; results: {turns['results']['turn_us']:.0f} µs "
        f"(answers never seen before: {core['results_new_ms']['mean'] * 1e3:.0f} µs); all turns: {turns['all']['turn_us']:.0f} µs; "
        f"laying a screen out for Telegram: {turns['all']['layout_us']:.0f} µs",
        f"- `explain` for a whole person: {core['explain_ms']['mean']:.1f} ms (p99 {core['explain_ms']['p99']:.1f})",
        f"- screens until nothing is left to ask, people answering at random: median {core['screens_median']:.0f}, "
        f"worst {core['screens_worst']} ({screens})",
        f"- taps from /start to the first useful card: median {core['taps_median']:.0f}, worst {core['taps_worst']} "
        "(every tick counted; «show now» stands from the third screen on)",
        "",
        "| place | turns | turn µs | median µs | layout µs |",
        "|---|---|---|---|---|",
    ]
    for place, row in turns.items():
        lines.append(
            f"| {place} | {row['count']} | {row['turn_us']:.0f} | {row['turn_median_us']:.0f} | {row['layout_us']:.0f} |"
        )
    return [*lines, ""]


# ---- the picture ----

_COLOURS = {OURS.name: "#1b6e53", PTB.name: "#8a8a8a", AIOGRAM.name: "#b0b0b0", FLOOR.name: "#d6d6d6"}


def _draw(found: Findings, phases: Sequence[Phase]) -> str:
    """Bars of updates a second, as plain SVG."""
    rows = [
        (phase, kind, sorted(rates)[len(rates) // 2])
        for phase in phases
        for kind in found.kinds
        if (rates := found.rates(phase, kind.name))
    ]
    most = max((rate for _, _, rate in rows), default=1.0)
    parts, y, before = [], 8, None
    for phase, kind, rate in rows:
        if phase is not before:
            y += 26
            parts.append(f'<text x="12" y="{y}" font-weight="bold">Updates a second, {phase.name}</text>')
            y += 8
            before = phase
        width = max(1.0, 420 * rate / most)
        parts.append(
            f'<rect x="250" y="{y}" width="{width:.0f}" height="15" fill="{_COLOURS.get(kind.name, "#888")}"/>'
            f'<text x="242" y="{y + 12}" text-anchor="end">{_SHORT.get(kind.name, kind.name)}</text>'
            f'<text x="{256 + width:.0f}" y="{y + 12}">{rate:,.0f}</text>'
        )
        y += 20
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{y + 16}" font-family="sans-serif" font-size="12" '
        f'role="img" aria-label="Updates a second of this service beside other bots">\n'
        f'<rect width="760" height="{y + 16}" fill="white"/>\n{body}\n</svg>\n'
    )


_SHORT = {
    OURS.name: "this service, whole base",
    PTB.name: "python-telegram-bot, usual way",
    AIOGRAM.name: "aiogram 3 + Redis, usual way",
    FLOOR.name: "floor: aiohttp by hand",
}


def print_line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
