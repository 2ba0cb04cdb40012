"""Crisis words over the labelled lists: by kind, language and writer.

The phrases of the tuning half have become examples: they are taken out of these before they are read, so that what is
left is how people are understood whom nobody has met.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from dialogs.base import Base
from dialogs.crisis import Crisis
from dialogs.edition import Edition
from dialogs.spelling import fold, split_words

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
LISTS = ("crisis_phrases.yaml", "neutral_phrases.yaml")
Row = Mapping[str, Any]


def read_phrases(half: str) -> list[Row]:
    rows = [row for name in LISTS for row in yaml.load((DATA / name).read_text("utf-8"), yaml.CSafeLoader)]
    return [row for row in rows if row["half"] == half]


def print_crisis(edition: Edition, half: str, queries: Sequence[str], misses: bool) -> None:
    rows = read_phrases(half)
    if half == "tuning":
        edition = replace(edition, base=leave_out(edition.base, {name_text(row["text"]) for row in rows}))
    crisis, figures = _build(edition)
    found = [crisis.read(row["text"]) for row in rows]
    print(f"\nCrisis, {half} half; {figures}\n")
    _print_table(rows, found)
    fired = [text for text in queries if crisis.read(text) is not None]
    print(
        f"fires on {len(fired)} of {len(queries)} search queries; {_time(crisis, [row['text'] for row in rows])}"
    )
    if misses:
        for row, kind in zip(rows, found, strict=True):
            if (kind is None) != (row["kind"] == "neutral"):
                print(f"  {row['kind']} -> {kind}: {row['text']}")
        for text in fired:
            print(f"  query: {text}")


def _print_table(rows: Sequence[Row], found: Sequence[str | None]) -> None:
    for key in ("kind", "language", "writer"):
        print(f"| {key} | heard | as this kind | false alarms |\n|---|---|---|---|")
        counts: dict[str, Counter[str]] = {}
        for row, kind in zip(rows, found, strict=True):
            count = counts.setdefault(row[key], Counter())
            danger = row["kind"] != "neutral"
            count["danger" if danger else "neutral"] += 1
            count["heard" if danger else "alarms"] += kind is not None
            count["right"] += kind == row["kind"]
        counts["**all**"] = sum(counts.values(), Counter())
        for name, c in counts.items():
            share = f" ({c['heard'] / c['danger']:.3f})" if c["danger"] else ""
            print(
                f"| {name} | {c['heard']} of {c['danger']}{share} | {c['right']} "
                f"| {c['alarms']} of {c['neutral']} |"
            )
        print()


def leave_out(base: Base, names: set[str]) -> Base:
    """The base without the examples of these names."""

    def keep(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(text for text in texts if name_text(text) not in names)

    kinds = tuple(kind.model_copy(update={"examples": keep(kind.examples)}) for kind in base.crisis.kinds)
    return replace(
        base,
        crisis=base.crisis.model_copy(update={"kinds": kinds}),
        ordinary=base.ordinary.model_copy(update={"texts": keep(base.ordinary.texts)}),
    )


def name_text(text: str) -> str:
    return " ".join(map(fold, split_words(text)))


def _build(edition: Edition) -> tuple[Crisis, str]:
    started = time.thread_time()
    crisis = Crisis.build(edition)
    seconds = time.thread_time() - started
    gc.collect()
    tracemalloc.start()
    kept = Crisis.build(edition)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    del kept
    return crisis, f"built in {seconds:.2f} s of processor time, {size:.1f} MiB"


def _time(crisis: Crisis, texts: Sequence[str]) -> str:
    times = []
    for text in texts:
        started = time.thread_time()
        crisis.read(text)
        times.append((time.thread_time() - started) * 1000)
    times.sort()
    return f"processor ms p50 {times[len(times) // 2]:.2f}, p99 {times[int(len(times) * 0.99)]:.2f}"
