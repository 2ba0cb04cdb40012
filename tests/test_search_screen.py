"""What typed words lead to on the screen, over the whole base."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialogs.engine import Engine, Said
from dialogs.press import Press
from dialogs.reply import Reply, Steps
from dialogs.session import Session

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
GUARDED_BY_WORD = ("діти", "дитина", "ребенок", "чоловік", "муж", "мама", "служба", "лікар", "дом", "школа")


def write(engine: Engine, text: str, *presses: Press) -> tuple[Session, Reply]:
    session = Session()
    for press in presses:
        session = engine.turn(session, press, NOW).session
    turn = engine.turn(session, Said(text), NOW)
    return turn.session, turn.reply


def places(reply: Reply) -> list[tuple[str, str]]:
    """Where the buttons of found records lead, in order."""
    records = ("entitlement", "contact", "topic")
    return [(c.press.name, c.press.value) for c in reply.choices if c.press.name in records]


def lines(reply: Reply) -> list[str]:
    return [line for block in reply.blocks if isinstance(block, Steps) for line in block.items]


SELF, CALM, MOVED = (
    Press("answer", "for_whom", "self"),
    Press("answer", "place", "calm"),
    Press("tick", "situation", "moved"),
)


def test_what_the_answers_speak_for_says_so_and_offers_its_questions(engine: Engine) -> None:
    _, reply = write(engine, "довідка впо", SELF, CALM, MOVED, Press("done", "situation"))

    found = next(line for line in lines(reply) if line.startswith("Довідка переселенця"))

    assert "«Переїзд через війну»" in found
    assert any(c.press == Press("do", "more", "idp_certificate") for c in reply.choices)


def test_what_the_answers_speak_against_goes_last_and_is_not_hidden(engine: Engine) -> None:
    none = Press("answer", "situation", "none")
    _, reply = write(engine, "як отримати статус убд", SELF, CALM, none)

    shown = [line for line in lines(reply) if "умови не збігаються" in line]

    assert shown
    assert lines(reply)[-len(shown) :] == shown


@pytest.mark.parametrize("word", GUARDED_BY_WORD)
def test_one_plain_word_never_opens_on_a_guarded_card(engine: Engine, word: str) -> None:
    _, reply = write(engine, word)

    kind, first = places(reply)[0]

    assert kind != "entitlement" or engine.edition.entitlements[first].guarded is None


@pytest.mark.parametrize("text", ["зґвалтування", "чоловік б’є, куди подзвонити", "катування"])
def test_who_asks_for_a_guarded_card_gets_it(engine: Engine, text: str) -> None:
    found = engine.tools.finder.find(text)

    first = found.hits[0].id

    record = engine.edition.entitlements.get(first) or engine.edition.contacts[first]
    assert record.guarded


@pytest.mark.parametrize("text", ["так", "ні", "немає", "ну", "що", "чого"])
def test_words_that_tell_nothing_are_honestly_not_understood(engine: Engine, text: str) -> None:
    assert not engine.tools.finder.find(text).understood


def test_a_place_alone_leads_to_its_region_and_its_lines(engine: Engine) -> None:
    _, reply = write(engine, "я з села біля Бахмута")

    regions = [c.press.value for c in reply.choices if c.press.name == "region_is"]
    contacts = [engine.edition.contacts[id] for kind, id in places(reply) if kind == "contact"]

    assert regions == ["UA-14"]
    assert contacts
    assert all("UA-14" in c.regions for c in contacts)


@pytest.mark.parametrize("text", ["дякую", "Спасибо!", "добрий день", "Hello"])
def test_a_courtesy_is_answered_and_moves_nothing(engine: Engine, text: str) -> None:
    session, reply = write(engine, text, SELF)

    assert session.state == "asking.place"
    assert reply.blocks[0].tone == "note"  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["рятуйте", "Допоможіть!", "help me"])
def test_a_cry_for_help_shows_the_urgent_lines(engine: Engine, text: str) -> None:
    session, _ = write(engine, text, SELF)

    assert session.state == "urgent"


def test_a_place_in_two_regions_is_asked_back(engine: Engine) -> None:
    _, reply = write(engine, "я з Первомайська")

    regions = {c.press.value for c in reply.choices if c.press.name == "region_is"}

    assert len(regions) > 1
    assert "UA-48" in regions
    assert places(reply) == []


def test_answers_are_read_before_search_and_asked_back(engine: Engine) -> None:
    """Nothing is set by typed words alone; what else they may mean stands below."""
    health = Press("tick", "situation", "health")
    before = (SELF, CALM, health, Press("done", "situation"))
    asked, reply = write(engine, "інвалідність 2 група", *before)
    ticked = engine.turn(asked, Press("tick", "health", "war_disability"), NOW).session

    assert asked.state == "asking.health"
    assert "health" not in asked.here
    assert Press("tick", "health", "war_disability") in [c.press for c in reply.choices]
    assert places(reply)
    assert ticked.here["health"].choices == ("war_disability", "unknown")


def test_being_asked_back_keeps_why_the_question_was_asked(engine: Engine) -> None:
    asked, _ = write(
        engine, "так", SELF, CALM, MOVED, Press("done", "situation"), Press("do", "more", "idp_certificate")
    )

    assert asked.state.startswith("asking.")
    assert engine.show(asked, NOW)
    again = engine.turn(asked, Press("ask", asked.state.partition(".")[2]), NOW).session
    assert again.arg == "e:idp_certificate"
