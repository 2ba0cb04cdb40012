"""Crisis words over the labelled lists: by kind and by language, and between the writers of the tuning half.

A writer's own phrases are taken out of the examples before they are read: what is left is how people are understood
whom nobody has met.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
    crisis, figures = _build(edition)
    found = [crisis.read(row["text"]) for row in rows]
    print(f"\nCrisis, {half} half; {figures}\n")
    _print_table(rows, found)
    fired = sum(crisis.read(text) is not None for text in queries)
    print(
        f"fires on {fired} of {len(queries)} search queries; {_time(crisis, [row['text'] for row in rows])}"
    )
    if misses or half == "test":
        for row, kind in zip(rows, found, strict=True):
            if (kind is None) != (row["kind"] == "neutral"):
                print(f"  {row['kind']} -> {kind}: {row['text']}")
    if half == "tuning":
        for writer, others, missed, alarms in _cross(edition.base, rows):
            print(f"without {writer}: heard {others - missed} of {others}, false alarms {alarms}")


def _print_table(rows: Sequence[Row], found: Sequence[str | None]) -> None:
    for key in ("kind", "language", "writer"):
        print(f"| {key} | heard | as this kind | false alarms |\n|---|---|---|---|")
        counts: dict[str, Counter[str]] = {}
        for row, kind in zip(rows, found, strict=True):
            count = counts.setdefault(row.get(key, "first"), Counter())
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


def _cross(base: Base, rows: Sequence[Row]) -> Iterator[tuple[str, int, int, int]]:
    for writer in sorted({row.get("writer", "first") for row in rows}):
        own = [row for row in rows if row.get("writer", "first") == writer]
        crisis = Crisis(_leave_out(base, {_name(row["text"]) for row in own}))
        heard = [(crisis.read(row["text"]) is not None, row["kind"] != "neutral") for row in own]
        danger = sum(danger for _, danger in heard)
        yield (
            writer,
            danger,
            sum(d and not h for h, d in heard),
            sum(h and not d for h, d in heard),
        )


def _leave_out(base: Base, names: set[str]) -> Base:
    def keep(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(text for text in texts if _name(text) not in names)

    kinds = tuple(kind.model_copy(update={"examples": keep(kind.examples)}) for kind in base.crisis.kinds)
    ordinary = keep(base.crisis.ordinary)
    return replace(base, crisis=base.crisis.model_copy(update={"kinds": kinds, "ordinary": ordinary}))


def _name(text: str) -> str:
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
