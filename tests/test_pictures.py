"""Pictures say what the machine and the rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.pictures import Graph, build_graph, write_mermaid, write_svg
from dialogs.engine import Engine
from dialogs.machine import PLACES
from dialogs.rules import read_questions

DOCS = Path(__file__).resolve().parent.parent / "docs"


def draw(engine: Engine, what: str) -> Graph:
    graph = build_graph(engine, what, "uk")
    assert graph is not None
    return graph


def test_the_machine_shows_every_state_and_trigger_once(engine: Engine) -> None:
    graph = draw(engine, "machine")

    states = [box.id for box in graph.columns[1]]
    assert sorted(states) == sorted([*PLACES, "asking.QUESTION"])
    assert sorted(word for _, _, word in graph.lines) == sorted(
        ["ask_QUESTION", *(f"show_{place}" for place in PLACES)]
    )
    assert [box.label for box in graph.columns[0]] == ["any state but erased", "any state"]


def test_the_picture_in_the_docs_comes_from_the_machine(engine: Engine) -> None:
    """When this fails: .venv/bin/nap1325 draw machine --svg > docs/machine.svg"""
    assert (DOCS / "machine.svg").read_text(encoding="utf-8").strip() == write_svg(draw(engine, "machine"))


def test_a_group_shows_its_questions_facts_and_cards(engine: Engine) -> None:
    edition = engine.edition
    graph = draw(engine, "idp")

    assert {box.id for box in graph.columns[0]} == set(read_questions(edition.groups["idp"].when))
    assert [box.id for box in graph.columns[2]] == ["idp"]
    assert {box.id for box in graph.columns[3]} == {
        e.id for e in edition.entitlements.values() if "idp" in e.groups
    }
    assert ("situation", "situation.moved", "") in graph.lines
    assert ("situation.moved", "idp", "") in graph.lines


def test_a_question_shows_all_that_reads_it(engine: Engine) -> None:
    edition = engine.edition
    graph = draw(engine, "housing_kind" if "housing_kind" in edition.questions else "place")

    question = graph.columns[0][0].id
    reading = {
        e.id
        for e in edition.entitlements.values()
        if e.when is not None and question in read_questions(e.when)
    }
    assert {box.id for box in graph.columns[3]} == reading


@pytest.mark.parametrize("what", ["machine", "idp", "place", "idp_living_allowance"])
def test_both_ways_of_writing_have_every_box_and_line(engine: Engine, what: str) -> None:
    graph = draw(engine, what)
    boxes = sum(map(len, graph.columns))

    assert write_mermaid(graph).count("\n") == boxes + len(graph.lines)
    assert write_svg(graph).count("<path ") == len(graph.lines)
    assert write_svg(graph).count("<g><title>") == boxes


def test_unknown_ids_are_not_drawn(engine: Engine) -> None:
    assert build_graph(engine, "nothing_of_this_name", "uk") is None
