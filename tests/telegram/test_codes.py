"""Answers passed on by code, between a chat and the operators' console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.handover import LINK, CodeError, Handover
from bot.keys import Keys
from bot.store.hands import open_hands
from bot.store.slips import SqlSlips
from bot.telegram.codes import Codes, find_code
from bot.telegram.updates import News, read_update
from dialogs.engine import Engine
from dialogs.press import Incoming, Opened, Press, Said
from dialogs.session import Session
from tests.databases import open_database
from tests.fakes import SECRET, START
from tests.telegram.bench import CHAT, Bench, until


class Desk:
    """Stands for the console: open or not."""

    open = True

    async def is_open(self, now: object) -> bool:
        return self.open


class HandingBench(Bench):
    """A service with a console beside it."""

    handover: Handover


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine, desk: Desk) -> AsyncIterator[HandingBench]:
    """A chat with the real dialogue, and a console's codes beside it."""
    bench = HandingBench(talk=engine, words=engine.tools.words)
    async with open_database(f"sqlite:///{tmp_path}/codes.db") as database:
        hands = open_hands(database)
        bench.handover = Handover(SqlSlips(database, hands), Keys([SECRET]), desk.is_open)
        bench.codes = Codes(bench.handover, lambda: engine, bench.clock)
        yield bench
        await hands.close()


def answered(place: str = "calm") -> Session:
    return (
        Session(state="results")
        .with_answer("for_whom", ("self",), START.date())
        .with_answer("place", (place,), START.date())
        .with_answer("situation", ("moved",), START.date())
    )


async def answer(bench: HandingBench, place: str = "calm") -> None:
    bench.model.say(CHAT, "/start")
    await until(lambda: bool(bench.chat.own))
    for data in ("a:for_whom:self", f"a:place:{place}", "t:situation:moved", "p:handover"):
        bench.model.press(CHAT, data)
    await until(lambda: "Поговорити з людиною" in bench.chat.screen.text)


def read_shown_code(bench: HandingBench) -> str:
    first = bench.chat.screen.text.split("\n")[0]
    return first.rpartition(": ")[2].replace("\u00a0", "")


async def test_who_asks_for_a_person_gets_a_code_that_opens_the_answers_once(bench: HandingBench) -> None:
    async with bench.serving():
        await answer(bench)
        code = read_shown_code(bench)
        seen = await bench.handover.take(code, "operator 1", bench.clock())

    assert len(code) == 8
    assert seen.here["situation"].choices == ("moved", "unknown")
    assert "15-45" in bench.chat.screen.text


async def test_while_no_console_is_open_there_are_lines_and_no_code(bench: HandingBench, desk: Desk) -> None:
    desk.open = False

    async with bench.serving():
        await answer(bench)

    assert bench.chat.screen.text.startswith("Поговорити з людиною")
    assert "15-45" in bench.chat.screen.text


async def test_nobody_under_occupation_is_asked_to_call_us(bench: HandingBench) -> None:
    async with bench.serving():
        await answer(bench, "occupied")

    assert "код" not in bench.chat.screen.text.casefold()


async def test_hiding_takes_the_code_back(bench: HandingBench) -> None:
    async with bench.serving():
        await answer(bench)
        code = read_shown_code(bench)
        bench.model.say(CHAT, "сховати")
        await until(lambda: len(bench.chat.shown) == 1)

    with pytest.raises(CodeError):
        await bench.handover.take(code, "operator 1", bench.clock())


async def test_ones_own_code_is_not_used_up_by_typing_it_here(bench: HandingBench) -> None:
    async with bench.serving():
        await answer(bench)
        code = read_shown_code(bench)
        bench.model.say(CHAT, f"{code[:4]} {code[4:]}")
        await until(lambda: "ваш власний код" in bench.chat.screen.text)

    assert (await bench.handover.take(code, "operator 1", bench.clock())).here


@pytest.mark.parametrize("way", ["{0} {1}", "{0}{1}", "{0}-{1}", "/start " + LINK + "{0}{1}"])
async def test_an_operators_code_or_link_opens_the_same_results(bench: HandingBench, way: str) -> None:
    offer = await bench.handover.give(answered(), bench.clock())

    async with bench.serving():
        bench.model.say(CHAT, way.format(offer.code[:4], offer.code[4:]))
        await until(lambda: bool(bench.chat.own))
        first = bench.chat.screen.text
        bench.model.say(CHAT, way.format(offer.code[:4], offer.code[4:]))
        await until(lambda: "нічого не відкриває" in bench.chat.screen.text)

    session = await bench.session()
    assert "бачить оператор" in first
    assert session.state == "results"
    assert session.here["situation"].choices == ("moved",)


async def test_the_same_update_opens_the_same_again(bench: HandingBench) -> None:
    """A crash between opening the code and keeping the answers must not lose them."""
    assert bench.codes is not None
    offer = await bench.handover.give(answered(), bench.clock())
    update = bench.model.say(CHAT, offer.code)
    assert update is not None
    news = read_update(update.data)
    assert isinstance(news, News)

    first = await bench.codes.open(news.arrival)
    again = await bench.codes.open(news.arrival)

    assert first == again
    with pytest.raises(CodeError):
        await bench.handover.take(offer.code, "somebody else", bench.clock())


@pytest.mark.parametrize("payload", ["c1234567", "c123456789", "p:erase", "x_erase", "🙂", "c١٢٣٤٥٦٧٨"])
async def test_a_forged_link_shows_the_menu_and_changes_nothing(bench: HandingBench, payload: str) -> None:
    async with bench.serving():
        await answer(bench)
        before = (await bench.session()).answers
        bench.model.say(CHAT, f"/start {payload}")
        await until(lambda: bench.chat.screen.text.startswith("Меню"))

    assert (await bench.session()).answers == before


@pytest.mark.parametrize(
    ("incoming", "code"),
    [
        (Said("1234 5678"), "12345678"),
        (Said(" 12345678. "), "12345678"),
        (Said("1 2 3"), None),
        (Said("0501234567"), None),
        (Said("12 34 56 78"), None),
        (Opened("c12345678"), "12345678"),
        (Opened("12345678"), None),
        (Opened(), None),
        (Press("go", "more"), None),
    ],
)
def test_what_is_a_code(incoming: Incoming, code: str | None) -> None:
    assert find_code(incoming) == code
