"""Simulated people: each reads what the bot shows, presses one of its buttons, and waits for the answer."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from bench.botapi import BotApi, Shown

TURNS = 15  # updates of one person, /start included
MARK = "✓"


@dataclass(slots=True, eq=False)
class Person:
    """`truth` holds the answers whose reply was seen: question to choices. `pressed` is not answered yet."""

    chat: int
    chance: random.Random
    turns: int = 0
    since: float = 0.0
    waiting: bool = False
    pressed: str = ""
    seen: set[str] = field(default_factory=set)
    truth: dict[str, set[str]] = field(default_factory=dict)
    shown: Shown | None = None


class Habit(Protocol):
    """How people talk with one kind of bot, and how they find out what it still knows of them."""

    def choose(self, person: Person, buttons: list[tuple[str, str]]) -> str: ...

    def learn(self, person: Person, data: str) -> None: ...

    def ask_back(self, person: Person) -> list[str]:
        """What to press or write to be shown the answers again."""
        ...

    def read_back(self, shown: Shown) -> dict[str, set[str]]: ...


class SmallHabit:
    """The small dialogue of the peers: `s1:2` answers, `m1:3` ticks or unticks, `m1:ok` goes on."""

    def choose(self, person: Person, buttons: list[tuple[str, str]]) -> str:
        datas = [data for _, data in buttons]
        ok = [d for d in datas if d.endswith(":ok")]
        ticked = sum(label.startswith(MARK) for label, _ in buttons)
        if ok and ticked >= 2:
            return ok[0]
        fresh = [d for label, d in buttons if not label.startswith(MARK) and not d.endswith(":ok")]
        return person.chance.choice(fresh)

    def learn(self, person: Person, data: str) -> None:
        question, _, choice = data.partition(":")
        if choice == "ok" or question[:1] not in "sm":
            return
        if question[0] == "s":
            person.truth[question] = {choice}
        else:
            person.truth[question] = person.truth.get(question, set()) ^ {choice}

    def ask_back(self, person: Person) -> list[str]:
        return ["/answers"]

    def read_back(self, shown: Shown) -> dict[str, set[str]]:
        pairs = (part.split("=", 1) for part in shown.text.split() if "=" in part)
        return {question: set(filter(None, choices.split(","))) for question, choices in pairs}


class RealHabit:
    """Our dialogue: answers every question, then reads results, cards and topics."""

    _read = ("results", "topic", "topics", "entitlement", "why", "group", "groups", "contacts", "about")

    def choose(self, person: Person, buttons: list[tuple[str, str]]) -> str:
        datas = [data for _, data in buttons]
        done = [d for d in datas if d.startswith("d:")]
        if done and person.chance.random() < 0.6:
            return done[0]
        asks = [d for d in datas if d[:2] in ("a:", "t:", "o:")]
        if asks:
            return person.chance.choice(asks)
        if done:
            return done[0]
        places = [d for d in datas if d.startswith("p:") and d.split(":")[1] in self._read]
        fresh = [d for d in places if d not in person.seen]
        return person.chance.choice(fresh or places or datas)

    def learn(self, person: Person, data: str) -> None:
        kind, _, rest = data.partition(":")
        question, _, choice = rest.partition(":")
        before = person.truth.get(question, set())
        if kind == "a":
            person.truth[question] = {choice}
        elif kind == "t":
            person.truth[question] = (before - {"none"}) | {choice}
        elif kind == "u":
            person.truth[question] = before - {choice}

    def ask_back(self, person: Person) -> list[str]:
        return [f"o:{question}" for question in person.truth]

    def read_back(self, shown: Shown) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for label, data in shown.buttons:
            kind, _, rest = data.partition(":")
            question, _, choice = rest.partition(":")
            if kind in ("a", "t", "u"):
                marked = found.setdefault(question, set())
                if label.startswith(MARK):
                    marked.add(choice)
        return found


class Crowd:
    """Keeps `size` people talking at once; who has finished makes room for the next."""

    def __init__(self, api: BotApi, habit: Habit, chats: Iterator[int] | None = None) -> None:
        self.api, self.habit = api, habit
        self.people: dict[int, Person] = {}
        self.latencies: list[float] = []
        self.characters = self.buttons = 0
        self.everybody: list[Person] = []
        self.keep_everybody = False
        self.finished: Callable[[], None] = lambda: None
        self._chats = chats or itertools.count(200_000_001)
        self._size = 0
        api.show = self.show

    def fill(self, size: int) -> None:
        """From now on that many talk at once."""
        self._size = size
        while len(self.people) < size:
            self._admit()

    def reset(self) -> None:
        self.latencies = []
        self.characters = self.buttons = 0

    def _admit(self) -> None:
        chat = next(self._chats)
        person = Person(chat, random.Random(chat))
        self.people[chat] = person
        if self.keep_everybody:
            self.everybody.append(person)
        self._wait(person)
        self.api.write(chat, "/start")

    def _wait(self, person: Person) -> None:
        person.waiting, person.since = True, perf_counter()

    def show(self, shown: Shown) -> None:
        """A screen with buttons appears. Texts without any are the first parts of a longer reply."""
        person = self.people.get(shown.chat)
        if person is None or not person.waiting or shown.markup is None:
            return
        self.latencies.append(perf_counter() - person.since)
        self.characters += len(shown.text)
        self.buttons += len(shown.buttons)
        person.waiting = False
        person.turns += 1
        person.shown = shown
        if person.pressed:
            self.habit.learn(person, person.pressed)
            person.pressed = ""
        if person.turns >= TURNS:
            del self.people[person.chat]
            if len(self.people) < self._size:
                self._admit()
            else:
                self.finished()
        elif len(self.people) <= self._size:
            self.press(person)
        else:
            del self.people[person.chat]

    def press(self, person: Person, data: str = "") -> None:
        assert person.shown is not None
        person.pressed = data or self.habit.choose(person, person.shown.buttons)
        person.seen.add(person.pressed)
        self._wait(person)
        self.api.press(person.chat, person.shown, person.pressed)

    async def leave(self, seconds: float) -> int:
        """Let everybody finish their turn and go; tell how many never got an answer."""
        self._size = 0
        end = perf_counter() + seconds
        while any(p.waiting for p in self.people.values()) and perf_counter() < end:
            await asyncio.sleep(0.02)
        silent = sum(p.waiting for p in self.people.values())
        self.people.clear()
        self.api.forget()
        return silent


async def press_together(crowd: Crowd, size: int, seconds: float) -> list[float]:
    """So many people who have opened the dialogue press at the same moment; the waits of those answered."""
    crowd.people.clear()
    crowd.reset()
    gathered: list[Person] = []

    def gather(shown: Shown) -> None:
        person = crowd.people.get(shown.chat)
        if person is not None and person.waiting and shown.markup is not None:
            person.waiting, person.shown = False, shown
            if person.pressed:
                waits.append(perf_counter() - person.since)
            else:
                gathered.append(person)

    waits: list[float] = []
    crowd.api.show = gather
    crowd.fill(size)
    await _until(lambda: len(gathered) == size, seconds)
    for person in gathered:
        crowd.press(person)
    await _until(lambda: len(waits) == len(gathered), seconds)
    crowd.api.show = crowd.show
    crowd.people.clear()
    return waits


async def _until(is_done: Callable[[], bool], seconds: float) -> None:
    end = perf_counter() + seconds
    while not is_done() and perf_counter() < end:
        await asyncio.sleep(0.01)
