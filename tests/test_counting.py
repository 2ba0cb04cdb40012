"""What a turn counts: ids of the base and its own words; nothing of who asks for discretion."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogs.counting import GUARDED
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.guidance import list_plain_topics
from dialogs.press import Incoming, Opened, Press, Said
from dialogs.session import Session
from tests.fakes import START


def talk(engine: Engine, *came: Incoming, session: Session | None = None) -> list[tuple[str, ...]]:
    """What each turn counted."""
    session = session or Session()
    counted = []
    for minute, incoming in enumerate(came):
        turn = engine.turn(session, incoming, START + timedelta(seconds=minute))
        session = turn.session
        counted.append(turn.counted)
    return counted


def answered(**answers: list[str]) -> Session:
    session = Session(seen=START, state="more")
    for question, choices in answers.items():
        session = session.with_answer(question, tuple(choices), START.date())
    return session


def test_a_question_is_counted_when_asked_and_by_how_it_was_left(engine: Engine) -> None:
    counted = talk(
        engine,
        Opened(),
        Press("answer", "for_whom", "self"),
        Press("withheld", "place"),
        Press("tick", "situation", "moved"),
        Press("go", "more"),
    )

    assert counted == [
        ("started", "asked for_whom"),
        ("answered for_whom", "asked place"),
        ("skipped place", "asked situation"),
        (),
        ("answered situation",),
    ]


def test_who_goes_elsewhere_without_an_answer_has_left(engine: Engine) -> None:
    assert talk(engine, Opened(), Press("go", "topics"))[1] == ("left for_whom",)


def test_results_count_what_is_offered_first_and_the_groups_that_fit(engine: Engine) -> None:
    session = answered(for_whom=["self"], place=["calm"], situation=["moved"])

    (cells,) = talk(engine, Press("go", "results"), session=session)

    assert cells[0] == "results"
    assert "group idp" in cells
    assert 1 <= sum(cell.startswith("listed ") for cell in cells) <= 5


def test_a_screen_drawn_again_is_not_counted_again(engine: Engine) -> None:
    session = answered(for_whom=["self"])

    counted = talk(engine, Press("go", "topic", "money"), Press("go", "topic", "money-2"), session=session)

    assert counted == [("topic money",), ()]


def test_everything_guarded_is_one_figure(engine: Engine, edition: Edition) -> None:
    """A number behind the name of a card about captivity or violence is too much on a quiet day."""
    guarded = {e.id for e in edition.entitlements.values() if e.guarded}
    covered = {q.id for q in edition.questions.values() if q.covered}
    seen: set[str] = set()
    for id in guarded:
        seen.update(talk(engine, Press("go", "entitlement", id), session=answered())[0])
    for topic in edition.base.topics:
        seen.update(talk(engine, Press("go", "topic", topic.id), session=answered())[0])
    for question in covered:
        seen.update(talk(engine, Press("ask", question), Press("withheld", question), session=answered())[0])

    names = {cell.split(" ", 1)[1] for cell in seen}
    assert GUARDED in names
    assert not names & (guarded | covered | {"personal", "memory"})
    assert list_plain_topics(edition) == set(edition.topic_order) - {"personal", "memory"}


def test_groups_known_by_a_personal_answer_are_one_figure(engine: Engine) -> None:
    session = answered(for_whom=["self"], place=["calm"], personal_topics=["torture"])

    (cells,) = talk(engine, Press("go", "results"), session=session)

    assert f"group {GUARDED}" in cells
    assert not [cell for cell in cells if "torture" in cell]


@pytest.mark.parametrize("place", ["occupied", "russia_belarus"])
def test_nothing_is_counted_where_it_endangers(engine: Engine, place: str) -> None:
    session = answered(for_whom=["self"], place=[place])

    assert talk(engine, Press("go", "results"), Said("zzqxw"), session=session) == [(), ()]


def test_nothing_is_counted_of_discreet_dialogues(engine: Engine) -> None:
    session = answered(for_whom=["self"])._replace(discreet=True)

    assert talk(engine, Press("go", "results"), Press("set", "discreet", "off"), session=session) == [(), ()]


def test_erasing_leaves_no_count(engine: Engine) -> None:
    assert talk(engine, Press("do", "erase"), session=answered()._replace(state="asking.place")) == [()]


def test_a_missed_search_counts_only_words_of_the_base(engine: Engine) -> None:
    known = talk(engine, Said("довідка Мурчик Пархомчук zzqxw"), session=answered())[0]
    other = talk(engine, Said("zzqxw"), session=answered())[0]

    assert set(known) <= {"searched", "missed", "missed word довідка"} and "searched" in known
    assert other == ("searched", "missed", "missed other")
