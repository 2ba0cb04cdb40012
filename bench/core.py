"""Figures of the core alone, without network and disk: `python -m bench.core`. All times are CPU time."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections import defaultdict
from datetime import datetime
from random import Random
from statistics import mean, median
from time import process_time
from typing import Any

from bench.bots import ROOT
from bench.people import TURNS, Person, RealHabit
from bot.explain import explain
from bot.loading import build_engine, load_edition
from bot.telegram.layout import lay_out
from dialogs.engine import KYIV, Engine
from dialogs.moving import Turn
from dialogs.press import Incoming, Opened, Press
from dialogs.session import Session


def walk(engine: Engine, chance: Random, now: datetime, turns: int = TURNS) -> list[Turn]:
    """One person's dialogue, pressing real buttons as the people of the bench do."""
    habit, person = RealHabit(), Person(0, chance)
    session, incoming, steps = Session(), _open(), []
    for _ in range(turns):
        turn = engine.turn(session, incoming, now)
        steps.append(turn)
        session = turn.session
        data = habit.choose(person, [(c.label, c.press.data) for c in turn.reply.choices])
        person.seen.add(data)
        incoming = Press.parse(data)
    return steps


def _open() -> Incoming:
    return Opened()


def measure_turns(engine: Engine, now: datetime, people: int) -> dict[str, dict[str, float]]:
    """Microseconds of a turn by the place it leads to, and of laying it out for Telegram."""
    habit = RealHabit()
    turns: dict[str, list[float]] = defaultdict(list)
    lays: dict[str, list[float]] = defaultdict(list)
    for number in range(people):
        person, session, incoming = Person(0, Random(number)), Session(), _open()
        for _ in range(TURNS):
            began = process_time()
            turn = engine.turn(session, incoming, now)
            middle = process_time()
            lay_out(turn.reply)
            ended = process_time()
            place = turn.session.state.partition(".")[0]
            for name in (place, "all"):
                turns[name].append((middle - began) * 1e6)
                lays[name].append((ended - middle) * 1e6)
            session = turn.session
            data = habit.choose(person, [(c.label, c.press.data) for c in turn.reply.choices])
            person.seen.add(data)
            incoming = Press.parse(data)
    return {
        place: {"count": len(values), "turn_us": mean(values), "turn_median_us": median(values),
                "layout_us": mean(lays[place])}
        for place, values in sorted(turns.items())
    }  # fmt: skip


def measure_first_time(engine: Engine, now: datetime, people: int) -> list[float]:
    """Milliseconds of a results screen whose answers nobody gave before."""
    times = []
    for number in range(people):
        session = walk(engine, Random(50_000 + number), now, 12)[-1].session
        engine.edition._known.clear()
        began = process_time()
        engine.turn(session, Press("go", "results"), now)
        times.append((process_time() - began) * 1e3)
    return times


def count_screens(engine: Engine, now: datetime, people: int) -> dict[str, Any]:
    """Screens until nothing is left to ask, and taps to the first card, for people who answer at random."""
    screens, taps = [], []
    for number in range(people):
        chance, session = Random(90_000 + number), Session()
        turn = engine.turn(session, Opened(), now)
        shown, pressed, seen = 1, 0, {""}
        while turn.session.state != "results" and pressed < 60:
            question = turn.session.state.partition(".")[2]
            if question not in seen:
                seen.add(question)
                shown += 1
            datas = [c.press.data for c in turn.reply.choices]
            done = [d for d in datas if d.startswith("d:")]
            asks = [d for d in datas if d[:2] in ("a:", "t:", "o:", "k:", "w:")]
            data = done[0] if done and (not asks or chance.random() < 0.7) else chance.choice(asks)
            turn = engine.turn(turn.session, Press.parse(data), now)
            pressed += 1
        left = turn.session.state == "results"
        while left:  # what the results offer to ask is part of the screening
            more = [c for c in turn.reply.choices if c.press == Press("do", "continue")]
            if not more or shown > 20:
                break
            turn = engine.turn(turn.session, more[0].press, now)
            if turn.session.state.startswith("asking"):
                shown += 1
                skip = next(c for c in turn.reply.choices if c.press.kind == "withheld")
                turn = engine.turn(turn.session, skip.press, now)
        screens.append(shown)
        taps.append(pressed + 1)
    ordered = sorted(screens)
    return {
        "screens_median": median(ordered),
        "screens_worst": ordered[-1],
        "screens": {str(n): ordered.count(n) for n in sorted(set(ordered))},
        "taps_median": median(taps),
        "taps_worst": max(taps),
    }


def measure(people: int = 150) -> dict[str, Any]:
    now = datetime.now(KYIV)
    gc.collect()
    began = process_time()
    edition, _ = load_edition(ROOT / "knowledge", now.date())
    loaded = process_time()
    engine = build_engine(edition)
    built = process_time()
    answers = []
    for number in range(people):
        session = walk(engine, Random(number), now, 12)[-1].session
        answers.append({q: list(a.choices) for q, a in session.here.items()})
    explained = []
    for one in answers:
        edition._known.clear()
        start = process_time()
        explain(edition, {q: c if len(c) > 1 else c[0] for q, c in one.items()}, now)
        explained.append((process_time() - start) * 1e3)
    fresh = measure_first_time(engine, now, people)
    return {
        "edition": edition.id,
        "records": {"entitlements": len(edition.entitlements), "contacts": len(edition.contacts)},
        "load_s": loaded - began,
        "index_s": built - loaded,
        "explain_ms": {"mean": mean(explained), "p99": sorted(explained)[int(len(explained) * 0.99)]},
        "results_new_ms": {"mean": mean(fresh), "p99": sorted(fresh)[int(len(fresh) * 0.99)]},
        "turns": measure_turns(engine, now, people),
        **count_screens(engine, now, people),
    }


def measure_memory() -> float:
    """MiB of the edition with its search index."""
    now = datetime.now(KYIV)
    build_engine(load_edition(ROOT / "knowledge", now.date())[0])  # imports and caches of the reader
    gc.collect()
    tracemalloc.start()
    engine = build_engine(load_edition(ROOT / "knowledge", now.date())[0])
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    assert engine
    return size


if __name__ == "__main__":
    print(json.dumps({**measure(), "edition_mib": measure_memory()}, ensure_ascii=False, indent=1))
