"""Turns: what comes in, and where it leads."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.engine import Engine
from dialogs.press import Incoming, Opened, Press, Said, Sent
from dialogs.reply import Paragraph, Reply
from dialogs.session import Answer, Session, dump_session, load_session
from tests.small import NOW, TODAY, give
from tests.strategies import draw_incoming


def talk(engine: Engine, *incoming: Incoming, session: Session | None = None, now: datetime = NOW) -> Session:
    """The session after all of it."""
    session = session or Session(language="en")
    for thing in incoming:
        session = engine.turn(session, thing, now).session
    return session


def choices(session: Session) -> dict[str, tuple[str, ...]]:
    return {q: answer.choices for q, answer in session.here.items()}


def read(reply: Reply) -> str:
    return "\n".join(block.text for block in reply.blocks if isinstance(block, Paragraph))


SELF = Press("answer", "for_whom", "self")
MOVED, ILL = Press("tick", "situation", "moved"), Press("tick", "situation", "health")
DONE = Press("done", "situation")


def test_the_screening_goes_from_the_welcome_to_the_results(small_engine: Engine) -> None:
    places = []
    session = Session(language="en")

    for thing in (Opened(), SELF, MOVED, DONE, Press("open", "personal"), Press("withheld", "personal")):
        session = small_engine.turn(session, thing, NOW).session
        places.append(session.state)

    assert places == [
        "welcome", "asking.situation", "asking.situation", "asking.personal", "asking.personal", "results",
    ]  # fmt: skip
    assert choices(session) == {"for_whom": ("self",), "situation": ("moved",), "personal": ("withheld",)}


def test_an_unfinished_tick_is_an_answer_at_once(small_engine: Engine) -> None:
    """4a.1: `[moved, unknown]` means moved holds and the rest is open."""
    assert choices(talk(small_engine, SELF, MOVED))["situation"] == ("moved", "unknown")
    assert choices(talk(small_engine, SELF, MOVED, DONE))["situation"] == ("moved",)


def test_ticks_are_kept_in_the_order_of_the_choices(small_engine: Engine) -> None:
    assert choices(talk(small_engine, ILL, MOVED, DONE))["situation"] == ("moved", "health")


def test_none_takes_the_other_ticks_away_and_a_tick_takes_none_away(small_engine: Engine) -> None:
    none = Press("answer", "situation", "none")

    assert choices(talk(small_engine, MOVED, none))["situation"] == ("none",)
    assert choices(talk(small_engine, none, MOVED))["situation"] == ("moved", "unknown")


@pytest.mark.parametrize(
    "press", [SELF, MOVED, Press("untick", "situation", "moved"), DONE, Press("go", "topics")]
)
def test_pressing_twice_changes_nothing_more(small_engine: Engine, press: Press) -> None:
    """4a.8: every button sets, none toggles."""
    before = talk(small_engine, SELF, ILL)

    once = small_engine.turn(before, press, NOW).session
    twice = small_engine.turn(once, press, NOW).session

    assert twice.answers == once.answers
    assert twice.state == once.state or press is DONE


def test_an_old_button_sets_its_answer_and_keeps_the_others(small_engine: Engine) -> None:
    """A person may press a button of a question already answered, days later."""
    before = talk(small_engine, SELF, MOVED, DONE, Press("withheld", "personal"))

    after = talk(
        small_engine, Press("answer", "for_whom", "relative"), session=before, now=NOW + timedelta(days=9)
    )

    assert after.subject == "relative"
    assert after.answers["self"] == before.answers["self"]


def test_what_changed_in_the_results_is_said(small_engine: Engine) -> None:
    before = talk(small_engine, SELF, MOVED, DONE, Press("withheld", "personal"))

    turn = small_engine.turn(before, Press("answer", "situation", "none"), NOW)

    assert choices(turn.session)["situation"] == ("none",)
    assert "The answer is changed." in read(turn.reply)
    assert "no longer fit" in read(turn.reply)


@pytest.mark.parametrize(
    "press",
    [
        Press("answer", "situation", "dragons"),
        Press("tick", "castle", "tall"),
        Press("ask", "castle"),
        Press("done", "x"),
    ],
)
def test_a_button_of_another_edition_says_so_and_loses_nothing(small_engine: Engine, press: Press) -> None:
    before = talk(small_engine, SELF, MOVED)

    turn = small_engine.turn(before, press, NOW)

    assert turn.session.answers == before.answers
    assert turn.session.state == before.state
    assert "no longer in the directory" in read(turn.reply)


@pytest.mark.parametrize(("kind", "word"), [("unknown", "unknown"), ("withheld", "withheld")])
def test_every_question_can_be_skipped(small_engine: Engine, kind: str, word: str) -> None:
    skipped = talk(small_engine, SELF, Press(kind, "situation"))  # type: ignore[arg-type]
    kept = talk(small_engine, SELF, MOVED, Press(kind, "situation"))  # type: ignore[arg-type]

    assert choices(skipped)["situation"] == (word,)
    assert choices(kept)["situation"] == ("moved", "unknown")


def test_subjects_are_switched_and_nothing_is_mixed(small_engine: Engine) -> None:
    """4a.7."""
    mine = talk(small_engine, SELF, MOVED, DONE)

    theirs = talk(small_engine, Press("set", "subject", "relative"), ILL, session=mine)
    back = talk(small_engine, Press("set", "subject", "self"), session=theirs)

    assert choices(theirs) == {"situation": ("health", "unknown")}
    assert back.here == mine.here


def test_a_contradiction_is_offered_for_correction_and_nothing_is_lost(small_engine: Engine) -> None:
    """4a.3: the person is asked gently which is right."""
    ill = talk(small_engine, SELF, ILL, DONE, Press("tick", "health", "injury"), Press("done", "health"))

    changed = talk(small_engine, Press("answer", "situation", "none"), Press("go", "review"), session=ill)

    assert choices(changed)["health"] == ("injury",)
    text = read(small_engine.show(changed, NOW))
    assert "do not fit together" in text
    again = talk(small_engine, ILL, DONE, session=changed)
    assert small_engine.edition.know(again.here, TODAY).contradictions == ()


def test_after_half_an_hour_of_silence_a_cover_comes_first(small_engine: Engine) -> None:
    """SCREENING rule 7: phones are shared."""
    before = talk(small_engine, SELF, MOVED)

    covered = talk(small_engine, Opened(), session=before, now=NOW + timedelta(minutes=30))
    soon = talk(small_engine, Opened(), session=before, now=NOW + timedelta(minutes=29))

    assert covered.state == "cover"
    assert soon.state == "asking.situation"
    assert talk(small_engine, Press("do", "resume"), session=covered).state == "asking.situation"
    assert talk(small_engine, Press("do", "restart"), session=covered).answers == {}


LATER = NOW + timedelta(hours=2)


def test_urgent_help_after_silence_meets_no_cover(small_engine: Engine) -> None:
    before = talk(small_engine, SELF, MOVED)

    for words in ("sos", "Urgent"):
        assert talk(small_engine, Said(words), session=before, now=LATER).state == "urgent"


def test_words_after_silence_are_answered_behind_the_cover(small_engine: Engine) -> None:
    """Nothing that was typed is lost, nothing of it is kept but where it led, and no bystander sees that."""
    before = talk(small_engine, SELF, MOVED, Press("go", "results"))
    at_once = talk(small_engine, Said("certificate"), session=before)

    turn = small_engine.turn(before, Said("certificate"), LATER)
    resumed = talk(small_engine, Press("do", "resume"), session=turn.session, now=LATER)

    assert turn.session.state == "cover"
    assert read(turn.reply) == "To see the answer, tap «Go on».\nHello. Go on, or start anew?"
    assert (resumed.state, resumed.arg) == (at_once.state, at_once.arg)
    assert at_once.state == "search"
    assert "certificate" not in dump_session(turn.session).decode().replace("idp_certificate", "")


def test_a_number_after_silence_is_an_answer_too(small_engine: Engine) -> None:
    before = talk(small_engine, SELF)

    covered = talk(small_engine, Said("1"), session=before, now=LATER)

    assert covered.state == "cover"
    assert (
        choices(covered)["situation"] == choices(talk(small_engine, Said("1"), session=before))["situation"]
    )


@pytest.mark.parametrize("words", ["thank you", "77", "\u200b"])
def test_after_silence_words_that_lead_nowhere_promise_no_answer(small_engine: Engine, words: str) -> None:
    before = talk(small_engine, SELF, MOVED)

    turn = small_engine.turn(before, Said(words), LATER)

    assert turn.session.state == "cover"
    assert "To see the answer" not in read(turn.reply)


def test_the_covers_own_words_open_it_after_any_time(small_engine: Engine) -> None:
    before = talk(small_engine, SELF, MOVED)
    covered = talk(small_engine, Opened(), session=before, now=LATER)

    opened = talk(small_engine, Said("go on"), session=covered, now=LATER + timedelta(days=1))

    assert (opened.state, opened.arg) == (before.state, before.arg)


def test_words_after_silence_in_discreet_mode_hide_what_was_shown(small_engine: Engine) -> None:
    before = talk(small_engine, SELF, MOVED, Press("set", "discreet", "on"))

    turn = small_engine.turn(before, Said("certificate"), LATER)

    assert (turn.event, turn.reply.wipe) == ("hide", "hide")


@pytest.mark.parametrize("aside", ["urgent", "handover", "erase"])
def test_going_aside_and_back_leads_to_the_same_place(small_engine: Engine, aside: str) -> None:
    before = talk(small_engine, SELF, MOVED, DONE, Press("open", "personal"))

    there = talk(small_engine, Press("go", aside), session=before)
    twice = talk(small_engine, Press("go", "urgent"), session=there)

    assert there.state == aside
    for away in (there, twice):
        back = talk(small_engine, Press("do", "resume"), session=away)
        assert (back.state, back.arg) == (before.state, before.arg)


def test_hiding_says_so_to_the_channel_and_can_be_gone_on_from(small_engine: Engine) -> None:
    before = talk(small_engine, SELF, MOVED)

    turn = small_engine.turn(before, Press("do", "hide"), NOW)

    assert (turn.event, turn.reply.wipe) == ("hide", "hide")
    assert turn.session.answers == before.answers
    opened = talk(small_engine, Opened(), session=turn.session)
    assert opened.state == "cover"
    assert talk(small_engine, Press("do", "resume"), session=opened).state == "asking.situation"


def test_erasing_forgets_everything_but_the_language(small_engine: Engine) -> None:
    before = talk(
        small_engine, SELF, MOVED, Press("set", "discreet", "on"), Press("set", "subject", "client"), ILL
    )

    turn = small_engine.turn(before, Press("do", "erase"), NOW)

    assert (turn.event, turn.reply.wipe) == ("erase", "erase")
    assert turn.session == Session(state="erased", language="en")


@pytest.mark.parametrize(
    "thing",
    [SELF, MOVED, Press("go", "results"), Press("do", "continue"), Said("rent"), Sent("photo"), Opened()],
)
def test_after_erasing_anything_is_a_fresh_start(small_engine: Engine, thing: Incoming) -> None:
    erased = talk(small_engine, SELF, ILL, Press("do", "erase"))

    turn = small_engine.turn(erased, thing, NOW)

    assert turn.session.state != "erased"
    assert set(choices(turn.session)) <= {getattr(thing, "name", "")}


@pytest.mark.parametrize("what", ["photo", "document", "contact", "location"])
def test_what_is_personal_is_deleted_from_the_chat(small_engine: Engine, what: str) -> None:
    turn = small_engine.turn(talk(small_engine, SELF), Sent(what), NOW)  # type: ignore[arg-type]

    assert turn.reply.discard
    assert turn.session.state == "asking.situation"


@pytest.mark.parametrize("what", ["voice", "sticker", "other"])
def test_what_cannot_be_read_gets_a_kind_answer(small_engine: Engine, what: str) -> None:
    turn = small_engine.turn(talk(small_engine, SELF), Sent(what), NOW)  # type: ignore[arg-type]

    assert not turn.reply.discard
    assert turn.session.state == "asking.situation"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", {"situation": ("moved", "unknown")}),
        ("1 2", {"situation": ("moved", "health", "unknown")}),
        ("1, 2", {"situation": ("moved", "health", "unknown")}),
        ("moved", {"situation": ("moved", "unknown")}),
        ("I don't know", {"situation": ("unknown",)}),
        ("skip", {"situation": ("withheld",)}),
        ("9", {}),
    ],
)
def test_numbers_labels_and_words_are_understood(
    small_engine: Engine, text: str, expected: dict[str, object]
) -> None:
    after = talk(small_engine, SELF, Said(text))

    assert choices(after) == {"for_whom": ("self",), **expected}


def test_a_name_or_number_typed_is_deleted_and_not_searched_for(small_engine: Engine) -> None:
    turn = small_engine.turn(talk(small_engine, SELF), Said("мій номер 067 123 45 67"), NOW)

    assert turn.reply.discard
    assert b"067" not in dump_session(turn.session)


def test_back_shows_the_question_before_with_its_answer_marked(small_engine: Engine) -> None:
    """4a.8: nothing is removed."""
    session = talk(small_engine, SELF, MOVED, DONE)

    back = talk(small_engine, Said("back"), session=session)

    assert back.state == "asking.situation"
    assert back.answers == session.answers
    assert [c.label for c in small_engine.show(back, NOW).choices if c.ticked] == ["✓ Moved"]


def test_questions_of_one_entitlement_lead_back_to_its_card(small_engine: Engine) -> None:
    session = talk(small_engine, SELF, MOVED, DONE, Press("withheld", "personal"))

    asked = talk(small_engine, Press("do", "more", "allowance"), session=session)
    end = talk(small_engine, Press("answer", "paper", "has"), Press("answer", "income", "low"), session=asked)

    assert (asked.state, asked.arg) == ("asking.paper", "e:allowance")
    assert (end.state, end.arg) == ("entitlement", "allowance")


def test_results_come_at_once_where_questions_endanger(small_engine: Engine) -> None:
    child = talk(small_engine, Press("answer", "for_whom", "under_18"))

    assert child.state == "results"
    assert talk(small_engine, Press("do", "continue"), session=child).state == "asking.situation"


def test_an_answer_that_no_longer_keeps_is_asked_again(small_engine: Engine) -> None:
    """4a.6."""
    old = {
        "self": {**give({"situation": "moved"}), "paper": Answer(("applied",), TODAY - timedelta(days=31))}
    }
    session = Session(language="en", answers=old)

    asked = talk(small_engine, Press("do", "more", "allowance"), session=session)

    assert asked.state == "asking.paper"
    assert asked.here["paper"].choices == ("applied",)


@pytest.mark.parametrize(
    "state", ["asking.castle", "dungeon", "", "asking.", "erased", "cover", "topic", "entitlement"]
)
def test_a_stored_place_that_is_gone_opens_the_nearest_one(small_engine: Engine, state: str) -> None:
    session = Session(
        state=state, arg="gone", language="en", edition="older", answers={"self": give({"for_whom": "self"})}
    )

    turn = small_engine.turn(session, Opened(), NOW)

    assert turn.session.state in small_engine.tools.mover.states
    assert turn.reply.rows


def _check_turn(engine: Engine, session: Session, thing: Incoming, now: datetime) -> Session:
    turn = engine.turn(session, thing, now)

    assert turn.session.state in engine.tools.mover.states
    assert load_session(dump_session(turn.session)).answers.keys() <= {"self", "relative", "client"}
    assert turn.reply.blocks
    for choice in turn.reply.choices:
        assert choice.label
        assert Press.parse(choice.press.data) == choice.press
    for subject, mine in session.answers.items():
        if turn.event in ("erase", "restart") or session.state == "erased":
            break
        lost = mine.keys() - turn.session.answers.get(subject, {}).keys()
        assert lost <= {getattr(thing, "name", "")}
    return turn.session


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_nothing_that_comes_in_is_an_error_on_the_small_base(
    small_engine: Engine, data: st.DataObject
) -> None:
    """Every Incoming, in any order, at any time: a reply, a legal place, nothing lost but by its own button."""
    session, now = Session(), NOW
    incoming = draw_incoming(small_engine.edition)

    for _ in range(data.draw(st.integers(1, 12))):
        now += timedelta(minutes=data.draw(st.sampled_from([0, 1, 31, 60 * 24 * 40])))
        session = _check_turn(small_engine, session, data.draw(incoming), now)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_that_comes_in_is_an_error_on_the_real_base(engine: Engine, data: st.DataObject) -> None:
    """People press what they see; now and then something else comes in."""
    session, now = Session(language=data.draw(st.sampled_from(["uk", "en", "fr"]))), NOW
    incoming = draw_incoming(engine.edition)

    for _ in range(data.draw(st.integers(1, 12))):
        now += timedelta(minutes=data.draw(st.sampled_from([0, 1, 31])))
        shown = list(engine.show(session, now).choices)
        thing: Incoming
        if shown and data.draw(st.integers(0, 4)):
            thing = data.draw(st.sampled_from(shown)).press
        else:
            thing = data.draw(incoming)
        session = _check_turn(engine, session, thing, now)
