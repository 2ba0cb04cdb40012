"""The machine alone moves a session, and only along its table (DESIGN 4a.9)."""

from __future__ import annotations

import pytest

from bot.texts import build_all
from dialogs.crisis import Crisis
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.machine import PLACES, Mover, RefusedMoveError, list_states, list_transitions, name_trigger
from dialogs.press import Press
from dialogs.search import Search
from dialogs.session import Session
from tests.small import NOW

QUESTIONS = ("place", "health")


def test_each_destination_has_one_unconditional_trigger() -> None:
    table = list_transitions(QUESTIONS)

    assert [row["dest"] for row in table] == list_states(QUESTIONS)
    assert [row["trigger"] for row in table] == [name_trigger(state) for state in list_states(QUESTIONS)]
    assert all(set(row) == {"trigger", "source", "dest"} for row in table)


@pytest.mark.parametrize("dest", ["results", "asking.place", "asking.health", "cover", "erase"])
def test_the_machine_moves_to_the_place_named(dest: str) -> None:
    mover = Mover(QUESTIONS)

    assert mover.move("welcome", dest) == dest
    assert mover.move("asking.health", dest) == dest
    assert mover.move(dest, dest) == dest


@pytest.mark.parametrize("dest", ["results", "asking.place", "review", "entitlement"])
def test_from_erased_nothing_of_the_old_place_comes_back(dest: str) -> None:
    with pytest.raises(RefusedMoveError):
        Mover(QUESTIONS).move("erased", dest)


@pytest.mark.parametrize("dest", ["nowhere", "asking.gone", "asking", "", "__init__"])
def test_a_place_that_is_not_in_the_table_is_refused(dest: str) -> None:
    with pytest.raises(RefusedMoveError):
        Mover(QUESTIONS).move("welcome", dest)


@pytest.mark.parametrize("stored", ["asking.gone", "gone", ""])
def test_a_stored_place_that_is_gone_is_read_as_the_welcome(stored: str) -> None:
    assert Mover(QUESTIONS).move(stored, "results") == "results"


def test_without_a_transition_the_engine_refuses_the_move(small: Edition) -> None:
    """The engine works out where to go, the table decides whether that may be."""
    table = [row for row in list_transitions(small.questions) if row["trigger"] != "show_topics"]
    mover = Mover(small.questions, table)
    engine = Engine(small, build_all(small.languages), Search.build(small), Crisis.build(small), mover)

    with pytest.raises(RefusedMoveError):
        engine.turn(Session(), Press("go", "topics"), NOW)
    assert engine.turn(Session(), Press("go", "more"), NOW).session.state == "more"


def test_without_a_question_of_its_own_a_source_cannot_move_there(small: Edition) -> None:
    table = list_transitions(small.questions)
    for row in table:
        if row["dest"] == "asking.situation":
            row["source"] = ["review"]
    mover = Mover(small.questions, table)

    assert mover.move("review", "asking.situation") == "asking.situation"
    with pytest.raises(RefusedMoveError):
        mover.move("welcome", "asking.situation")


def test_every_place_can_be_reached_and_left() -> None:
    mover = Mover(QUESTIONS)

    for place in PLACES:
        assert mover.move("welcome", place) == place
        assert mover.move(place, "welcome") == "welcome"
