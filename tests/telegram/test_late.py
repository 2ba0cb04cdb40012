"""Replies that cannot go out when they should: how long they are worth sending, and what is shown then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.store.base import Settled
from dialogs.engine import Engine
from dialogs.reply import Paragraph, Reply
from dialogs.session import Session
from tests.fakes import FakeTalk
from tests.telegram.bench import CHAT, Bench, until


class Away:
    """A Telegram that shows nothing, until it is `back`."""

    def __init__(self, bench: Bench) -> None:
        self.tries = 0
        self.is_back = False
        self.model = bench.model
        bench.server.fault = self.plan

    def plan(self, method: str, params: dict[str, Any]) -> str | None:
        if self.is_back or method not in ("sendMessage", "editMessageText"):
            return None
        self.tries += 1
        return "502"

    async def press(self, data: str) -> None:
        tries = self.tries
        self.model.press(CHAT, data)
        await until(lambda: self.tries > tries)


async def press_in_vain(bench: Bench, *data: str) -> Away:
    """A dialogue, and presses that are taken and not answered; the last is `data`'s last."""
    bench.model.say(CHAT, "/start")
    await until(lambda: bool(bench.chat.own))
    away = Away(bench)
    for one in data:
        await away.press(one)
    return away


async def tried_often(bench: Bench, times: int) -> None:
    """As if so many attempts had failed."""
    person = bench.sealer.keys.find_person(f"tg:{CHAT}")
    now = int(bench.clock().timestamp() * 1000)
    for _ in range(times):
        (row,) = await bench.store.read_owed([person])
        again = Settled(person, row.ticket, row.generation, again=now)
        await bench.store.commit([], [again], now)


async def let_it_wait(bench: Bench) -> None:
    """Until the next attempt is minutes away, and then until it is due."""
    person = bench.sealer.keys.find_person(f"tg:{CHAT}")
    for _ in range(1_000):
        (row,) = await bench.store.read_owed([person])
        if row.due > bench.clock().timestamp() * 1000 + 200_000:
            break
        await asyncio.sleep(0.005)
    else:
        raise AssertionError("it was not put off")
    bench.clock.pass_(minutes=6)


async def test_a_reply_outlasts_a_telegram_that_is_away_for_hours() -> None:
    """Whoever pressed is waiting for it, however often it failed."""
    bench = Bench()

    async with bench.serving():
        away = await press_in_vain(bench, "a:q:b")
        await tried_often(bench, 100)
        await let_it_wait(bench)
        away.is_back = True
        await until(lambda: "q=b" in bench.chat.screen.text, 20)


async def test_after_two_days_it_is_given_up_and_the_next_press_shows_the_place() -> None:
    bench = Bench()

    with capture_logs() as logs:
        async with bench.serving():
            away = await press_in_vain(bench, "p:urgent")
            bench.clock.pass_(days=2)
            await until(lambda: any(log["event"] == "reply given up" for log in logs), 20)
            person = bench.sealer.keys.find_person(f"tg:{CHAT}")
            await asyncio.sleep(0.05)
            owed = await bench.store.read_owed([person])
            away.is_back = True
            bench.model.press(CHAT, "a:q:c")
            await until(lambda: "q=c" in bench.chat.screen.text)

    assert owed == []


@pytest.mark.parametrize(
    ("data", "state", "label"), [("p:results", "cover", "Продовжити"), ("p:urgent", "urgent", "Меню")]
)
async def test_what_comes_half_an_hour_late_is_covered_unless_it_is_help(
    engine: Engine, data: str, state: str, label: str
) -> None:
    """Somebody else may hold the phone by then."""
    bench = Bench(talk=engine, words=engine.tools.words)

    async with bench.serving() as telegram:
        away = await press_in_vain(bench, "a:for_whom:self", data)
        first = bench.chat.screen.text
        bench.clock.pass_(minutes=31)
        away.is_back = True
        await until(lambda: bench.chat.screen.text != first and telegram.sender.is_idle, 20)
        await asyncio.sleep(1.2)  # and nothing follows

    session = await bench.session()
    assert (session.state, session.here["for_whom"].choices) == (state, ("self",))
    assert label in bench.chat.screen.labels
    assert len(bench.chat.own) == 1


class LongTalk(FakeTalk):
    """Answers words with two messages."""

    def show(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> Reply:
        reply = super().show(session, now, notices)
        if session.state != "search" or notices:
            return reply
        return replace(reply, blocks=(Paragraph("first " * 600), Paragraph("second " * 500)))


async def test_of_a_reply_refused_in_its_midst_nothing_stays() -> None:
    """What stayed would be known to nobody, and outlast a hide."""
    bench = Bench(talk=LongTalk())

    def plan(method: str, params: dict[str, Any]) -> str | None:
        return "400" if method == "sendMessage" and "second" in str(params["text"]) else None

    async with bench.serving():
        bench.server.fault = plan
        bench.model.say(CHAT, "long")
        await until(lambda: any("Something broke here" in m.text for m in bench.chat.own), 20)

    assert len(bench.chat.own) == 1


class BlindTalk(FakeTalk):
    """Cannot draw a place any more, as after an edition that was taken over."""

    blind = False

    def show(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> Reply:
        if self.blind and not notices:
            raise KeyError
        return super().show(session, now, notices)


async def test_a_place_that_cannot_be_drawn_ends_in_an_apology() -> None:
    talk = BlindTalk()
    bench = Bench(talk=talk)

    async with bench.serving():
        away = await press_in_vain(bench, "a:q:b")
        await tried_often(bench, 3)
        talk.blind, away.is_back = True, True
        bench.clock.pass_(minutes=6)
        await until(lambda: "Something broke here" in bench.chat.screen.text, 20)

    assert (await bench.session()).here["q"].choices == ("b",)


async def test_a_429_is_waited_for_and_not_asked_again_meanwhile() -> None:
    """Telegram limits a bot that goes on asking."""
    bench = Bench()

    async with bench.serving():
        bench.model.say(CHAT, "/start")
        await until(lambda: bool(bench.chat.own))
        bench.model.flood(CHAT, 1.0)
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: "q=b" in bench.chat.screen.text, 20)

    assert len(bench.model.calls_of("editMessageText")) == 2


async def test_a_hide_that_meets_a_429_is_finished_later() -> None:
    bench = Bench()
    refusals = ["429", "429"]

    async with bench.serving():
        bench.model.say(CHAT, "/start")
        await until(lambda: bool(bench.chat.own))
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: "q=b" in bench.chat.screen.text, 20)
        bench.server.fault = lambda method, params: (
            refusals.pop() if refusals and method == "deleteMessages" else None
        )
        bench.model.press_label(CHAT, "Hide")
        await until(lambda: [m.text.split("\n")[0] for m in bench.chat.shown] == ["HIDDEN"], 20)

    assert refusals == []


async def test_a_press_whose_answer_meets_a_429_is_a_turn_all_the_same() -> None:
    bench = Bench()

    async with bench.serving():
        bench.model.say(CHAT, "/start")
        await until(lambda: bool(bench.chat.own))
        bench.server.fault = lambda method, params: "429" if method == "answerCallbackQuery" else None
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: "q=b" in bench.chat.screen.text, 20)

    assert bench.model.answered == set()
