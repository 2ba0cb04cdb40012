"""What people do and what goes wrong: made from a seed, and small enough to read when it fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

METHODS = (
    "sendMessage",
    "editMessageText",
    "deleteMessages",
    "answerCallbackQuery",
    "editMessageReplyMarkup",
)
WIRE = ("lost", "deaf", "502", "429", "refused")
STORE = (
    "commit",
    "commit",
    "commit",
    "read",
    "claim",
    "read_owed",
    "claim_deletions",
    "finish_deletions",
    "hold",
    "slips",
)
POINTS = (
    *(f"{name}:{when}" for when in ("before", "after") for name in STORE),
    *(f"call:{when}:{method}" for when in ("before", "after") for method in METHODS),
    "call:before:getUpdates",
)
STEPS = 300  # awaits of a usual schedule's processes


@dataclass(frozen=True)
class Action:
    """A person does something at a moment: `say:TEXT`, `press:DATA`, `photo`, `code:ANSWER`.

    The last types the code under which an operator passed that answer on; everybody types the same three.
    """

    id: int
    at: float
    chat: int
    what: str


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    `wire` and `crash` and `store` happen at the `number`-th time of `what` (of `step`, the n-th time that any
    task goes on after an await); `repeat` concerns the action with that id; `block` and `delete` happen at a moment.
    """

    kind: Literal["wire", "crash", "store", "repeat", "block", "delete", "power"]
    what: str = ""
    number: int = 0
    at: float = 0.0
    chat: int = 0


@dataclass(frozen=True)
class Schedule:
    seed: int
    mode: Literal["polling", "webhook", "two"]
    actions: tuple[Action, ...]
    faults: tuple[Fault, ...]
    slow: float = 0.0  # the longest delay of a call, a commit or a delivery

    def __str__(self) -> str:
        lines = [f"seed {self.seed}, {self.mode}, delays up to {self.slow} s"]
        lines += [f"  {a.at:7.3f}  {a.chat}  {a.what}" for a in self.actions]
        lines += [f"  FAULT {f}" for f in self.faults]
        return "\n".join(lines)


def make_schedule(seed: int) -> Schedule:
    rng = random.Random(seed)
    people = range(1, rng.randint(1, 3) + 1)
    actions = []
    at = 0.0
    for id in range(rng.randint(3, 22)):
        at += rng.choice([0.0, 0.0, 0.001, 0.05, 0.4, 2.0, 8.0, 8.0 if rng.random() < 0.98 else 299.0])
        actions.append(Action(id, round(at, 3), rng.choice(people), _make_action(rng)))
    faults = tuple(_make_fault(rng, len(actions), at, people) for _ in range(rng.randint(0, 6)))
    mode = rng.choice(["polling", "webhook", "two", "two"])
    return Schedule(seed, mode, tuple(actions), faults, rng.choice([0.0, 0.02, 0.3, 1.5]))  # type: ignore[arg-type]


def _make_action(rng: random.Random) -> str:
    kind = rng.choices(
        [
            "discreet",
            "answer",
            "tick",
            "say",
            "start",
            "card",
            "menu",
            "hide",
            "erase",
            "typed hide",
            "photo",
            "boom",
            "iban",
            "ask for a person",
            "type a code",
        ],
        [1, 30, 8, 16, 8, 6, 6, 7, 4, 3, 4, 2, 2, 4, 5],
    )[0]
    match kind:
        case "discreet":
            return f"press:s:discreet:{rng.choice(['on', 'on', 'off'])}"
        case "answer":
            return f"press:a:{rng.choice('qrs')}:{rng.choice('abc')}"
        case "tick":
            return f"press:t:many:{rng.choice('abc')}"
        case "say":
            return f"say:text {rng.randint(0, 99)}"
        case "start":
            return "say:/start"
        case "card":
            return "press:p:card:x"
        case "menu":
            return "press:p:menu"
        case "hide":
            return "press:x:hide"
        case "erase":
            return "press:x:erase"
        case "typed hide":
            return "say:hide"
        case "photo":
            return "photo"
        case "boom":
            return "say:boom"
        case "ask for a person":
            return "press:p:handover"
        case "type a code":
            return f"code:{rng.choice('abc')}"
    return "say:UA00 IBAN"


def _make_fault(rng: random.Random, actions: int, end: float, people: range) -> Fault:
    kind = rng.choices(
        ["wire", "crash", "store", "repeat", "block", "delete", "power"], [30, 30, 10, 30, 3, 6, 8]
    )[0]
    match kind:
        case "wire":
            return Fault("wire", f"{rng.choice(METHODS)}:{rng.choice(WIRE)}", rng.randint(0, 12))
        case "crash" if rng.random() < 0.5:
            return Fault("crash", "step", rng.randrange(STEPS))
        case "crash":
            return Fault("crash", rng.choice(POINTS), rng.randint(0, 10))
        case "store":
            return Fault("store", f"{rng.choice(STORE)}:{rng.choice(['down', 'deaf'])}", rng.randint(0, 10))
        case "repeat":
            return Fault(
                "repeat",
                rng.choice(["same", "new"]),
                rng.randrange(actions),
                rng.choice([0.0, 0.01, 0.3, 5.0]),
            )
        case "power":
            return Fault("power", at=round(rng.uniform(0, end + 1), 3))
    return Fault(kind, at=round(rng.uniform(0, end + 1), 3), chat=rng.choice(people))  # type: ignore[arg-type]


def shrink(schedule: Schedule, fails: Callable[[Schedule], bool]) -> Schedule:
    """Leave out what is not needed for the failure; `fails` tells of a schedule whether it still does."""
    changed = True
    while changed:
        changed = False
        candidates = [replace(schedule, slow=0.0)] if schedule.slow else []
        candidates += [_without(schedule, "faults", i, i + 1) for i in range(len(schedule.faults))]
        for size in (len(schedule.actions) // 2, len(schedule.actions) // 4, 1):
            starts = range(0, len(schedule.actions), size) if size else ()
            candidates += [_without(schedule, "actions", i, i + size) for i in starts]
        candidates += [c for i in range(len(schedule.faults)) for c in _earlier(schedule, i)]
        for smaller in candidates:
            if fails(smaller):
                schedule, changed = smaller, True
                break
    return schedule


def _without(schedule: Schedule, name: str, start: int, end: int) -> Schedule:
    items = getattr(schedule, name)
    return replace(schedule, **{name: items[:start] + items[end:]})


def _earlier(schedule: Schedule, index: int) -> list[Schedule]:
    """The same with one fault striking earlier: what is left out before it moves its turn."""
    fault = schedule.faults[index]
    if fault.kind not in ("wire", "crash", "store"):
        return []
    sooner = [
        replace(fault, number=n) for n in {0, fault.number // 2, fault.number - 1} if 0 <= n < fault.number
    ]
    return [
        replace(schedule, faults=(*schedule.faults[:index], f, *schedule.faults[index + 1 :])) for f in sooner
    ]
