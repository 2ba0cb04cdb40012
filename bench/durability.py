"""`kill -9` in the middle: which answers whose reply was seen does the bot still know?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random

from bench.botapi import Shown
from bench.bots import Kind
from bench.measure import run_bot
from bench.people import Crowd, Person

ASKED_BACK = 200  # people who look after the restart
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Loss:
    acknowledged: int
    lost: int
    people: int
    with_loss: int
    silent: int


async def measure_loss(kind: Kind, size: int = 50, seconds: float = 2.5) -> Loss:
    async with run_bot(kind) as (bot, crowd):
        crowd.keep_everybody = True
        crowd.fill(size)
        await asyncio.sleep(seconds + Random(7).random())
        await bot.kill()
        people = [p for p in crowd.everybody if p.truth and p.shown]
        people = people[-ASKED_BACK:]
        crowd.people.clear()
        await bot.start()
        await asyncio.sleep(0.5)  # what was not confirmed is delivered again
        known, silent = await _ask_back(crowd, people)
        acknowledged = lost = with_loss = 0
        for person in people:
            sure = {q: c for q, c in person.truth.items() if not _is_open(person, q)}
            found = known.get(person.chat, {})
            gone = sum(len(c - found.get(q, set())) for q, c in sure.items())
            acknowledged += sum(len(c) for c in sure.values())
            lost += gone
            with_loss += gone > 0
        return Loss(acknowledged, lost, len(people), with_loss, silent)


def _is_open(person: Person, question: str) -> bool:
    """The press that was under way concerns this question: whether it counted is not known."""
    parts = person.pressed.split(":")
    return question in parts


async def _ask_back(crowd: Crowd, people: list[Person]) -> tuple[dict[int, dict[str, set[str]]], int]:
    """Everybody asks to be shown their answers, one question after the other."""
    known: dict[int, dict[str, set[str]]] = {}
    waiting: dict[int, asyncio.Event] = {}

    def show(shown: Shown) -> None:
        if shown.markup is not None and shown.chat in waiting:
            known.setdefault(shown.chat, {}).update(crowd.habit.read_back(shown))
            waiting[shown.chat].set()

    crowd.api.show = show
    silent = 0

    async def ask(person: Person) -> int:
        for question in crowd.habit.ask_back(person):
            waiting[person.chat] = asyncio.Event()
            if question.startswith("/"):
                crowd.api.write(person.chat, question)
            else:
                assert person.shown is not None
                crowd.api.press(person.chat, person.shown, question)
            try:
                await asyncio.wait_for(waiting[person.chat].wait(), PATIENCE)
            except TimeoutError:
                return 1
        return 0

    for at in range(0, len(people), 40):
        silent += sum(await asyncio.gather(*(ask(person) for person in people[at : at + 40])))
    return known, silent
