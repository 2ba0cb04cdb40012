"""What is sent that is no step: personal things, voice, words for hiding; and what a shared phone shows then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogs.engine import Engine
from dialogs.press import Incoming, Press, Said, Sent
from dialogs.reply import Paragraph, Phone
from dialogs.sayings import SENT, SETTLED
from dialogs.session import Session
from tests.small import NOW
from tests.test_engine import MOVED, SELF, talk

SILENCE = timedelta(minutes=31)
PERSONAL: tuple[Incoming, ...] = (Sent("photo"), Sent("voice"), Said("067 123 45 67"))


@pytest.mark.parametrize("thing", PERSONAL)
def test_what_leads_nowhere_opens_no_cover_after_silence(small_engine: Engine, thing: Incoming) -> None:
    """Whoever holds the phone by now sees the answer to what was sent, and no results."""
    before = talk(small_engine, SELF, MOVED, Press("go", "results"))

    turn = small_engine.turn(before, thing, NOW + SILENCE)

    assert turn.session.state == "cover"
    assert [c.label for c in turn.reply.choices][:2] == ["Go on", "Start anew"]
    assert isinstance(turn.reply.blocks[0], Paragraph) and turn.reply.blocks[0].tone == "note"
    assert talk(small_engine, Press("do", "resume"), session=turn.session).state == "results"


@pytest.mark.parametrize("thing", PERSONAL)
def test_help_that_was_asked_for_stays_open_after_silence(small_engine: Engine, thing: Incoming) -> None:
    before = talk(small_engine, SELF, Press("go", "urgent"))

    assert small_engine.turn(before, thing, NOW + SILENCE).session.state == "urgent"


def test_what_is_personal_beside_a_cry_for_help_is_deleted_and_the_lines_stay_first(engine: Engine) -> None:
    turn = engine.turn(
        Session(language="uk"), Said("чоловік б'є мене, мій номер 067 123 45 67, Олена Петрівна"), NOW
    )

    assert (turn.event, turn.reply.discard, turn.session.state) == ("crisis", True, "crisis")
    phones = [i for i, block in enumerate(turn.reply.blocks) if isinstance(block, Phone)]
    notes = [i for i, b in enumerate(turn.reply.blocks) if isinstance(b, Paragraph) and b.tone == "note"]
    assert phones and max(phones) < max(notes) == len(turn.reply.blocks) - 1


def test_a_number_under_a_voice_note_is_deleted_and_said_so(small_engine: Engine) -> None:
    turn = small_engine.turn(
        talk(small_engine, SELF), Sent("voice", "IBAN UA21 3223 1300 0002 6007 2335 6600 1"), NOW
    )

    assert turn.reply.discard
    assert turn.reply.blocks[0] == Paragraph(SENT["private"], "note")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("/hide", "hidden"),
        ("/hide now", "hidden"),
        ("Сховати все!", "hidden"),
        ("спрячь", "hidden"),
        ("hide everything", "hidden"),
        ("/erase please", "erase"),
        ("видалити", "erase"),
        ("/urgent 1", "urgent"),
    ],
)
def test_hiding_and_erasing_are_understood_as_people_write_them(
    small_engine: Engine, text: str, state: str
) -> None:
    assert talk(small_engine, SELF, Said(text)).state == state


def test_who_asks_for_questions_that_would_settle_nothing_is_told_so(engine: Engine) -> None:
    """Where they are is not known, so the mortgage stays possible whatever else they answer."""
    session = Session(language="en")
    for question, values in (
        ("for_whom", ("client",)),
        ("situation", ("moved", "health", "roles")),
        ("place", ("unknown",)),
        ("roles", ("service",)),
        ("close_person", ("served",)),
        ("health", ("war_disability",)),
        ("other_home", ("small_other",)),
        ("age", ("age_18_22",)),
    ):
        session = session.with_answer(question, values, NOW.date())

    turn = engine.turn(session, Press("do", "more", "eoselia_military_veterans"), NOW)

    assert (turn.session.state, turn.session.arg) == ("entitlement", "eoselia_military_veterans")
    assert turn.reply.blocks[0] == Paragraph(SETTLED, "note")


LETTER = "Добрий день, я переселенка з Донеччини, живу у Вінниці з двома дітьми, шукаю житло й роботу. "


@pytest.mark.parametrize("times", [0, 6, 20, 40])
def test_of_a_letter_the_end_is_read_too(engine: Engine, times: int) -> None:
    """A letter ends with a name, a phone, or with what it was written for."""
    personal = engine.turn(
        Session(language="uk"), Said(LETTER * times + "Мій номер 067 123 45 67, Олена Петрівна."), NOW
    )
    danger = engine.turn(
        Session(language="uk"), Said(LETTER * times + "Він зараз б'є мене, допоможіть."), NOW
    )
    under = engine.turn(
        Session(language="uk"), Sent("voice", LETTER * min(times, 10) + "Він зараз б'є мене."), NOW
    )

    assert personal.reply.discard
    assert [turn.session.state for turn in (danger, under)] == ["crisis", "crisis"]
