"""What a person in danger sees: lines by place, one gentle sentence, the way back to the same question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialogs.engine import Engine
from dialogs.press import Press, Said
from dialogs.reply import Heading, Paragraph, Phone
from dialogs.session import Session

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
SAID = {
    "suicide": "не хочу більше жити",
    "violence_now": "чоловік б'є мене",
    "injury_now": "тато впав і не дихає",
    "child_danger": "тато мене б'є",
}
EMERGENCY = {"101", "102", "103", "112"}


def be(**answers: str) -> Session:
    session = Session(language="uk")
    for question, choice in answers.items():
        session = session.with_answer(question, (choice,), NOW.date())
    return session


@pytest.mark.parametrize("kind", SAID)
def test_urgent_lines_come_before_the_sentence(engine: Engine, kind: str) -> None:
    turn = engine.turn(be(place="calm"), Said(SAID[kind]), NOW)

    record = next(k for k in engine.tools.edition.base.crisis.kinds if k.id == kind)
    blocks = list(turn.reply.blocks)
    sentence = next(
        i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and b.text == record.sentence["uk"]
    )
    urgent = [i for i, b in enumerate(blocks) if isinstance(b, Phone) and b.dial in EMERGENCY]
    assert turn.session.state == "crisis"
    assert turn.session.arg.partition("~")[0] == kind
    assert len(urgent) >= 3
    assert max(urgent[:3]) < sentence


@pytest.mark.parametrize("place", ["occupied", "russia_belarus"])
@pytest.mark.parametrize("whom", ["self", "under_18"])
@pytest.mark.parametrize("kind", SAID)
def test_no_ukrainian_number_under_occupation_or_in_russia(
    engine: Engine, kind: str, whom: str, place: str
) -> None:
    reply = engine.turn(be(for_whom=whom, place=place), Said(SAID[kind]), NOW).reply

    assert [b.shown for b in reply.blocks if isinstance(b, Phone)] == []


@pytest.mark.parametrize("kind", SAID)
def test_children_see_their_own_line_first(engine: Engine, kind: str) -> None:
    reply = engine.turn(be(for_whom="under_18", place="calm"), Said(SAID[kind]), NOW).reply

    line = engine.tools.edition.contacts["la_strada_child"]
    assert next(b.text for b in reply.blocks if isinstance(b, Heading)) == line.short["uk"]


def test_back_leads_to_the_same_question_with_its_answers(engine: Engine) -> None:
    before = engine.turn(be(for_whom="self"), Said("почати"), NOW).session
    told = engine.turn(before, Said(SAID["suicide"]), NOW)

    after = engine.turn(told.session, Press("do", "resume"), NOW).session

    assert (after.state, after.arg) == (before.state, before.arg)
    assert after.answers == before.answers


@pytest.mark.parametrize("place", ["occupied", "russia_belarus", "abroad"])
def test_a_child_is_not_sent_to_a_line_that_cannot_be_called_from_there(engine: Engine, place: str) -> None:
    """Its very name holds the number."""
    child = be(for_whom="under_18", place=place)
    line = engine.tools.edition.contacts["la_strada_child"]
    things = [
        Press("go", "results"),
        Press("go", "urgent"),
        Press("go", "handover"),
        *map(Said, SAID.values()),
    ]

    shown = [str(block) for thing in things for block in engine.turn(child, thing, NOW).reply.blocks]

    assert [text for text in shown if "116 111" in text or line.short["uk"] in text] == []
    assert any("116 111" in str(b) for b in engine.turn(be(for_whom="under_18"), things[0], NOW).reply.blocks)


@pytest.mark.parametrize("place", ["occupied", "russia_belarus"])
def test_no_card_names_a_number_there_without_the_warning(engine: Engine, place: str) -> None:
    """Texts of the base say «102 або 112» for those who can call."""
    session = be(for_whom="self", place=place)
    edition = engine.tools.edition
    presses = [
        *(Press("go", "entitlement", id) for id in edition.entitlements),
        *(Press("go", "contact", id) for id in edition.contacts),
    ]

    without = [
        press.value
        for press in presses
        if not any(
            isinstance(block, Paragraph) and block.tone == "warning" and "Не дзвоніть звідти" in block.text
            for block in engine.turn(session, press, NOW).reply.blocks[:2]
        )
    ]

    assert without == []
