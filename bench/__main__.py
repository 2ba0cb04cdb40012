"""`make bench`: our service beside its peers, in one run and interleaved. `--quick` for a few minutes."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.bots import AIOGRAM_MEMORY, OURS, PEER_PYTHON, PEERS, ROOT, Kind, find_kinds
from bench.console import measure_console, say_console
from bench.durability import measure_loss
from bench.growth import measure_known, measure_large_base, measure_reload
from bench.ladder import ALL, STEPS, climb
from bench.measure import (
    AT_50,
    AT_500,
    FAR_50,
    FAR_500,
    FAR_BOTH,
    Phase,
    run_bot,
    take_burst,
    take_sample,
    time_start,
)
from bench.report import Findings, print_line, write_results
from bench.workers import measure_workers

PHASES = (AT_50, AT_500, FAR_50, FAR_500, FAR_BOTH)
BURST = 2_000
PEER_PHASES: dict[str, tuple[Phase, ...]] = {OURS.name: PHASES}
USUAL = (AT_50, AT_500, FAR_50, FAR_500)


def prepare_peers() -> dict[str, str]:
    """The peers' own environment, made at the first run; the versions it holds."""
    stamp = PEERS / ".venv" / ".ready"
    locked = PEERS / "requirements.txt"
    if not stamp.exists() or stamp.stat().st_mtime < locked.stat().st_mtime:
        print_line("making the peers' environment …")
        uv = Path(sys.executable).with_name("uv")
        if not PEER_PYTHON.exists():
            subprocess.run([sys.executable, "-m", "venv", PEERS / ".venv"], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", PEER_PYTHON, "--require-hashes", "-r", locked],
            check=True,
        )
        stamp.touch()
    code = (
        "import json; from importlib.metadata import version as v;"
        "print(json.dumps({n: v(n) for n in ('python-telegram-bot', 'aiogram', 'redis', 'aiohttp')}))"
    )
    out = subprocess.run([PEER_PYTHON, "-c", code], check=True, capture_output=True, text=True).stdout
    versions: dict[str, str] = json.loads(out)
    return versions


@asynccontextmanager
async def row(found: Findings, name: str, seconds: float = 300.0) -> AsyncIterator[None]:
    """What fails here is told in the results, and the rest goes on."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except Exception as error:
        found.failed.append(f"{name}: {type(error).__name__} {str(error)[:300]}".strip())
        print_line(f"failed: {found.failed[-1]}")


async def compare(found: Findings, seconds: float) -> None:
    """Every bot in every round, each round beginning with another one."""
    for turn in range(found.rounds):
        order = found.kinds[turn % len(found.kinds) :] + found.kinds[: turn % len(found.kinds)]
        for kind in order:
            async with row(found, f"{kind.name}, round {turn + 1}"), run_bot(kind) as (bot, crowd):
                for phase in PEER_PHASES.get(kind.name, USUAL):
                    if found.quick and phase in (FAR_500, FAR_BOTH):
                        continue
                    sample = await take_sample(bot, crowd, phase, seconds)
                    found.samples.setdefault((phase, kind.name), []).append(sample)
                    print_line(
                        f"round {turn + 1}, {kind.name}, {phase.name}: {sample.rate:.0f}/s, p99 {sample.p99:.0f} ms, "
                        f"{sample.cpu:.0f} us CPU"
                    )
                if not found.quick:
                    found.bursts.setdefault(kind.name, []).append(await take_burst(crowd, BURST))


async def climb_all(found: Findings, seconds: float) -> None:
    for turn in range(found.rounds):
        names = [ALL, *(step.name for step in STEPS)]
        for name in names if turn % 2 == 0 else reversed(names):
            async with row(found, f"without {name}" if name else "the whole ladder"):
                await climb(found.ladder, name, seconds)
                print_line(f"ladder, round {turn + 1}, {'without ' + name if name else 'all steps'}")


async def measure_rest(found: Findings, seconds: float) -> None:
    for kind in found.kinds:
        async with row(found, f"start of {kind.name}"):
            found.starts[kind.name] = [await time_start(kind) for _ in range(1 if found.quick else 3)]
            print_line(f"{kind.name} starts in {found.starts[kind.name][0]:.1f} s")
    for kind in found.kinds:
        async with row(found, f"kill -9 of {kind.name}"):
            found.losses[kind.name] = await measure_loss(kind)
            print_line(f"{kind.name} lost {found.losses[kind.name].lost}")
    async with row(found, "the rate closed"), run_bot(OURS, {"TELEGRAM_CHAT_RATE": "1"}) as (bot, crowd):
        found.closed = await take_sample(bot, crowd, AT_50, seconds + 2)


async def measure_growth(found: Findings, seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-grown-") as made:
        folder = Path(made)
        for count in (1_000,) if found.quick else (1_000, 100_000):
            name = f"{count:,} people known"
            async with row(found, name, 600):
                found.grown[name] = await measure_known(count, seconds + 2, folder / str(count))
                print_line(f"{name}: {found.grown[name].rate:.0f}/s, {found.grown[name].memory:.0f} MiB")
        async with row(found, "a new edition"):
            found.reload = await measure_reload(folder / "reload")
            print_line(f"longest wait while a new edition is loaded: {found.reload.during:.0f} ms")
        if not found.quick:
            async with row(found, "a base three times as large"):
                found.grown["a base three times as large"] = await measure_large_base(
                    seconds, folder / "large"
                )
        async with row(found, "PostgreSQL"):
            found.workers = await measure_workers((1, 2), seconds, folder)
            print_line(", ".join(f"{name}: {one.rate:.0f}/s" for name, one in found.workers.items()))


def run_module(name: str) -> str:
    result = subprocess.run([sys.executable, "-m", name], cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{name} failed: {result.stderr[-800:]}")
    return result.stdout


async def measure_operators(found: Findings, seconds: float) -> None:
    async with row(found, "the console"):
        found.console = say_console(await measure_console(4 * seconds))
        print_line(found.console[-1])


PARTS = {
    "compare": compare,
    "rest": measure_rest,
    "growth": measure_growth,
    "ladder": climb_all,
    "console": measure_operators,
}


async def main(found: Findings, seconds: float, parts: list[str]) -> None:
    for name, part in PARTS.items():
        if name in parts:
            await part(found, seconds)


def start() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round; figures are rough")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0, help="length of each measurement")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=[*PARTS, "core"],
        default=[*PARTS, "core"],
        help="leave out the other parts",
    )
    parser.add_argument("--dry", action="store_true", help="print progress, write nothing")
    options = parser.parse_args()
    peers = prepare_peers()
    kinds: list[Kind] = find_kinds()
    if AIOGRAM_MEMORY in kinds:
        print_line("no redis-server here: aiogram runs on its memory storage, which keeps nothing")
    rounds = options.rounds or (1 if options.quick else 3)
    found = Findings(kinds, rounds, options.quick, peers=peers)
    before = os.getloadavg()[0]
    seconds = options.seconds or (1.5 if options.quick else 2.5)
    loop_factory = None
    if importlib.util.find_spec("uvloop"):
        import uvloop

        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(main(found, seconds, options.only))
    found.load = (before, os.getloadavg()[0])
    for module in ("core", "search") if "core" in options.only else ():
        print_line(f"the {module} …")
        try:
            text = run_module(f"bench.{module}")
        except RuntimeError as error:
            found.failed.append(str(error))
            continue
        if module == "core":
            found.core = json.loads(text)
        else:
            found.search = text
    if not options.dry:
        write_results(found, PHASES)
        print_line("written: bench/RESULTS.md, bench/results.svg")
    told = (f"{k.name} {max(rates):.0f}/s" for k in kinds if (rates := found.rates(AT_50, k.name)))
    print_line("; ".join(told))
    for line in found.failed:
        print_line(f"failed: {line}")


if __name__ == "__main__":
    start()
