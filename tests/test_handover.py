"""Codes between a person and an operator: single use, minutes to live, equal results on both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.handover import (
    DIGITS,
    OFFERS,
    TRIES,
    CodeError,
    Handover,
    Offer,
    copy_answers,
    list_presses,
    put_code,
    read_code,
)
from bot.keys import Keys
from bot.store.hands import open_hands
from bot.store.slips import SqlSlips
from dialogs.engine import Engine
from dialogs.guidance import list_entitlements
from dialogs.reply import Heading, Paragraph, Phone, Reply
from dialogs.session import Session
from dialogs.words import Words
from tests.databases import open_database
from tests.fakes import SECRET, START, Clock

ME, OTHER = "web:me", "tg:2"


class Desk:
    """Somebody at a console, or nobody."""

    def __init__(self) -> None:
        self.open = True

    async def is_open(self, now: datetime) -> bool:
        return self.open


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def slips(tmp_path: Path) -> AsyncIterator[SqlSlips]:
    async with open_database(f"sqlite:///{tmp_path}/test.db") as engine:
        hands = open_hands(engine)
        yield SqlSlips(engine, hands)
        await hands.close()


@pytest.fixture
def handover(slips: SqlSlips, desk: Desk) -> Handover:
    return Handover(slips, Keys([SECRET]), desk.is_open)


def answered(**answers: list[str]) -> Session:
    session = Session(subject="relative" if answers.get("for_whom") == ["relative"] else "self")
    for question, choices in answers.items():
        session = session.with_answer(question, tuple(choices), START.date())
    return session


MOTHER = answered(
    for_whom=["self"], place=["calm"], situation=["moved", "home", "dependants"], region=["UA-46"]
)


async def test_an_operator_sees_the_answers_that_were_given_before_the_code(handover: Handover) -> None:
    offer = await handover.offer(ME, MOTHER, START)

    assert offer is not None
    seen = await handover.take(offer.shown, "operator 1", START)

    assert seen.answers == MOTHER.answers
    assert (seen.subject, seen.language, seen.state) == ("self", "uk", "welcome")


async def test_a_code_opens_once(handover: Handover) -> None:
    offer = await handover.give(MOTHER, START)
    await handover.take(offer.code, "operator 1", START)

    with pytest.raises(CodeError, match="wrong"):
        await handover.take(offer.code, "operator 1", START)


async def test_a_code_is_dead_after_ten_minutes(handover: Handover) -> None:
    clock = Clock()
    offer = await handover.give(MOTHER, clock())
    clock.pass_(minutes=10)

    with pytest.raises(CodeError, match="wrong"):
        await handover.take(offer.code, "operator 1", clock())


async def test_many_together_cannot_comb_through_codes(slips: SqlSlips, desk: Desk) -> None:
    """Each from an address of their own; whoever has the right code waits with them."""
    handover = Handover(slips, Keys([SECRET]), desk.is_open, all_tries=12)
    clock = Clock()
    offer = await handover.give(MOTHER, clock())
    wrong = f"{(int(offer.code) + 1) % 10**DIGITS:0{DIGITS}}"
    for number in range(12):
        with pytest.raises(CodeError, match="wrong"):
            await handover.take(wrong, f"web {number}", clock())

    with pytest.raises(CodeError, match="wait"):
        await handover.take(offer.code, "web last", clock())
    clock.pass_(minutes=10)
    later = await handover.give(MOTHER, clock())
    assert (await handover.take(later.code, "web last", clock())).here == MOTHER.here


async def test_after_five_wrong_codes_even_the_right_one_waits(handover: Handover) -> None:
    clock = Clock()
    offer = await handover.give(MOTHER, clock())
    wrong = f"{(int(offer.code) + 1) % 10**DIGITS:0{DIGITS}}"
    for _ in range(TRIES):
        with pytest.raises(CodeError, match="wrong"):
            await handover.take(wrong, "operator 1", clock())

    with pytest.raises(CodeError, match="wait"):
        await handover.take(offer.code, "operator 1", clock())
    assert (await handover.take(offer.code, "operator 2", clock())).here == MOTHER.here


async def test_pressing_twice_gives_the_same_code_and_a_used_one_is_not_shown_again(
    handover: Handover,
) -> None:
    first = await handover.offer(ME, MOTHER, START)
    assert first is not None

    assert await handover.offer(ME, MOTHER.with_answer("place", ("abroad",), START.date()), START) == first
    assert await handover.recall(ME, START) == first
    assert await handover.recall(OTHER, START) is None
    seen = await handover.take(first.code, "operator 1", START)
    assert seen.here["place"].choices == ("calm",)
    assert await handover.recall(ME, START) is None
    assert await handover.offer(ME, MOTHER, START) != first


async def test_no_code_is_made_when_no_console_is_open(handover: Handover, desk: Desk) -> None:
    desk.open = False

    assert await handover.offer(ME, MOTHER, START) is None


async def test_a_person_cannot_have_codes_made_without_end(handover: Handover) -> None:
    for _ in range(OFFERS):
        offer = await handover.offer(ME, MOTHER, START)
        assert offer is not None
        await handover.take(offer.code, "operator 1", START)

    assert await handover.offer(ME, MOTHER, START) is None


async def test_hiding_takes_the_code_back(handover: Handover) -> None:
    offer = await handover.offer(ME, MOTHER, START)
    assert offer is not None

    await handover.withdraw(ME, START)

    with pytest.raises(CodeError, match="wrong"):
        await handover.take(offer.code, "operator 1", START)


async def test_a_code_that_is_taken_already_is_drawn_anew(slips: SqlSlips, desk: Desk) -> None:
    drawn = iter(["11111111", "11111111", "22222222"])
    handover = Handover(slips, Keys([SECRET]), desk.is_open, lambda: next(drawn))

    assert (await handover.give(MOTHER, START)).code == "11111111"
    assert (await handover.give(MOTHER, START)).code == "22222222"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1234 5678", "12345678"),
        ("1234-5678", "12345678"),
        ("код 12345678", "12345678"),
        ("1234567", None),
        ("", None),
        ("١٢٣٤٥٦٧٨", None),
        ("9" * 500, None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str | None) -> None:
    assert read_code(typed) == code


SESSIONS = {
    "mother": MOTHER,
    "relative": answered(for_whom=["relative"], place=["occupied"], situation=["returned"]),
    "child": answered(for_whom=["under_18"], place=["near_front"]),
    "skipped": answered(for_whom=["self"], place=["withheld"], situation=["unknown"]),
    "unfinished": answered(for_whom=["self"], situation=["health", "unknown"], health=["age_60", "unknown"]),
    "personal": answered(place=["calm"], personal_topics=["violence", "captivity"], close_person=["none"]),
    "nothing": Session(),
}


@pytest.mark.parametrize("name", SESSIONS)
async def test_a_person_who_takes_a_code_sees_the_same_results(
    engine: Engine, handover: Handover, name: str
) -> None:
    said = SESSIONS[name]
    before = answered(for_whom=["self"], place=["abroad"], situation=["roles"], roles=["service"])

    offer = await handover.give(said, START)
    seen = await handover.take(offer.code, ME, START)
    session = before
    for press in list_presses(seen, engine.edition):
        session = engine.turn(session, press, START).session

    assert (session.state, session.subject) == ("results", said.subject)
    assert {q: a.choices for q, a in session.here.items()} == {q: a.choices for q, a in said.here.items()}
    rows = [
        list_entitlements(engine.edition, engine.edition.know(s.here, START.date()), START.date())
        for s in (said, session)
    ]
    assert rows[0] == rows[1]


def test_only_what_concerns_the_one_talked_about_crosses() -> None:
    """Of a person who asks for a relative goes along where they are: it decides which numbers are safe."""
    session = answered(for_whom=["self"], place=["occupied"], personal_topics=["violence"])
    session = Session(
        subject="relative",
        answers={
            **session.answers,
            **answered(for_whom=["relative"], place=["calm"]).answers,
            "client": session.here,
        },
    )

    crossed = copy_answers(session)

    assert {s: set(mine) for s, mine in crossed.answers.items()} == {
        "self": {"place"},
        "relative": {"for_whom", "place"},
    }


def test_answers_that_this_edition_lacks_do_not_stop_a_handover(engine: Engine) -> None:
    session = answered(for_whom=["self"], gone_question=["x"], place=["gone_choice"])

    presses = list_presses(session, engine.edition)

    assert [p.data for p in presses] == ["x:restart", "s:language:uk", "a:for_whom:self", "p:results"]


def test_the_code_stands_above_the_lines() -> None:
    reply = Reply((Paragraph("lines"),))

    blocks = put_code(reply, Offer("12345678", 0), Words("en"), "+380800500335").blocks

    assert blocks[0] == Heading("An operator is there now. Your code: 1234\u00a05678")
    assert blocks[2] == Phone("0 800 500 335", "+380800500335")
    assert blocks[-1] == Paragraph("lines")


def test_a_hotline_without_a_number_says_so() -> None:
    blocks = put_code(Reply((Paragraph("lines"),)), Offer("12345678", 0), Words("en")).blocks

    assert [b for b in blocks if isinstance(b, Phone)] == []
    assert "no number written here yet" in str(blocks[2])
