"""Asking to be told of changes: where it is offered, what ends it, and what is worth telling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.folding import Arrival, Fold, Folder
from bot.speaker import Speaker
from bot.store.base import Quit, Subscription
from bot.telling import list_matters
from dialogs.edition import Edition
from dialogs.effects import compare
from dialogs.engine import Engine
from dialogs.guidance import list_plain_topics
from dialogs.moving import Turn, Wish
from dialogs.press import Press
from dialogs.session import Session, dump_session, load_session
from tests.fakes import START, make_sealer

FOLLOW = Press("set", "notice", "money")
IN_TELEGRAM = Session(state="more", reachable=True, seen=START)


def press(engine: Engine, session: Session, press: Press) -> Turn:
    return engine.turn(session, press, START)


def offers(turn: Turn) -> list[Press]:
    return [c.press for c in turn.reply.choices if c.press.name in ("notices", "notice")]


def at(session: Session, place: str) -> Session:
    return session.with_answer("place", (place,), START.date())


def test_a_plain_topic_offers_it_and_one_press_begins_it(engine: Engine) -> None:
    session = IN_TELEGRAM.with_answer("region", ("UA-63",), START.date())

    page = press(engine, session, Press("go", "topic", "money"))
    asked = press(engine, page.session, Press("go", "notices", "money"))
    done = press(engine, asked.session, FOLLOW)
    again = press(engine, done.session, FOLLOW)

    assert Press("go", "notices", "money") in offers(page)
    assert FOLLOW in offers(asked)
    assert (done.wish, again.wish) == (Wish("money", "UA-63"), Wish("money", "UA-63"))
    assert again.session.notices == ("money",)
    assert load_session(dump_session(done.session)).notices == ("money",)


def test_without_a_region_it_is_for_the_whole_country_and_the_region_can_be_named(engine: Engine) -> None:
    page = press(engine, IN_TELEGRAM, Press("go", "notices", "money"))
    asking = press(engine, page.session, Press("ask", "region"))
    back = press(engine, asking.session, Press("answer", "region", "UA-05"))

    assert press(engine, page.session, FOLLOW).wish == Wish("money", "")
    assert (back.session.state, back.session.arg) == ("notices", "money")
    assert press(engine, back.session, FOLLOW).wish == Wish("money", "UA-05")


@pytest.mark.parametrize("topic", ["personal", "memory", "nonsense"])
def test_never_to_a_guarded_topic(engine: Engine, topic: str) -> None:
    assert offers(press(engine, IN_TELEGRAM, Press("go", "topic", topic))) == []
    assert press(engine, IN_TELEGRAM, Press("set", "notice", topic)).wish is None


@pytest.mark.parametrize(
    "session",
    [
        IN_TELEGRAM._replace(reachable=False),
        IN_TELEGRAM._replace(discreet=True),
        at(IN_TELEGRAM, "occupied"),
        at(IN_TELEGRAM, "russia_belarus"),
    ],
)
def test_never_where_the_bot_may_not_write_first(engine: Engine, session: Session) -> None:
    turn = press(engine, session, FOLLOW)

    assert offers(press(engine, session, Press("go", "topic", "money"))) == []
    assert (turn.wish, turn.session.notices) == (None, ())


@pytest.mark.parametrize(
    "end",
    [Press("set", "discreet", "on"), Press("answer", "place", "occupied"), Press("set", "notice", "off")],
)
def test_discretion_danger_and_one_tap_end_all_of_it(engine: Engine, end: Press) -> None:
    session = IN_TELEGRAM._replace(notices=("money", "housing"))

    turn = press(engine, session, end)

    assert (turn.wish, turn.session.notices) == (Wish(), ())


def test_one_tap_stops_one_topic_and_the_others_stay(engine: Engine) -> None:
    session = IN_TELEGRAM._replace(notices=("money", "housing"))
    stop = Press("set", "unnotice", "money")

    page = press(engine, session, Press("go", "notices"))
    turn = press(engine, page.session, stop)
    again = press(engine, turn.session, stop)

    assert {stop, Press("set", "unnotice", "housing"), Press("set", "notice", "off")} <= {
        c.press for c in page.reply.choices
    }
    assert (turn.wish, turn.session.notices) == (Wish("money", ends=True), ("housing",))
    assert (again.wish, again.session.notices) == (Wish("money", ends=True), ("housing",))
    assert stop not in [c.press for c in turn.reply.choices]


def test_the_turn_ends_one_topic_under_every_key(engine: Engine) -> None:
    keys = make_sealer("n" * 40, "o" * 40).keys

    changes = fold(engine, Press("set", "unnotice", "money")).step.notices

    assert changes == tuple(Quit(person, "money") for person in keys.find_persons("tg:7"))


def test_starting_anew_keeps_it(engine: Engine) -> None:
    session = IN_TELEGRAM._replace(notices=("money",))

    turn = press(engine, session, Press("do", "restart"))

    assert (turn.wish, turn.session.notices) == (None, ("money",))


def fold(engine: Engine, *presses: Press, chat: int | None = 7) -> Fold:
    sealer = make_sealer("n" * 40, "o" * 40)
    folder = Folder(Speaker(engine, engine.tools.words), sealer)
    person = sealer.keys.find_person("tg:7")
    arrivals = [Arrival("tg:7", p, chat=chat) for p in presses]
    return folder.fold(person, arrivals, None, None, set(), START)


def test_the_turn_writes_it_under_the_first_key_alone(engine: Engine) -> None:
    sealer = make_sealer("n" * 40, "o" * 40)
    new, old = sealer.keys.find_persons("tg:7")

    changes = fold(engine, FOLLOW).step.notices

    assert [type(c) for c in changes] == [Quit, Subscription]
    assert changes[0] == Quit(old, "money")
    begun = changes[1]
    assert isinstance(begun, Subscription)
    assert (begun.person, begun.topic, begun.region, begun.told) == (new, "money", "", 0)
    assert sealer.open_follower(begun).address == "tg:7"


def test_erasing_ends_it_under_every_key_even_where_no_session_is_left(engine: Engine) -> None:
    keys = make_sealer("n" * 40, "o" * 40).keys

    assert fold(engine, Press("do", "erase")).step.notices == tuple(
        Quit(p) for p in keys.find_persons("tg:7")
    )


def test_a_browser_begins_nothing(engine: Engine) -> None:
    assert fold(engine, FOLLOW, chat=None).step.notices == ()


def change(edition: Edition, kind: str, id: str, **fields: object) -> Edition:
    records = getattr(edition.base, kind)
    changed = tuple(r.model_copy(update=fields) if r.id == id else r for r in records)
    return Edition.build(replace(edition.base, **{kind: changed}))


def test_plain_changes_are_told_by_topic_and_region_and_guarded_ones_never(edition: Edition) -> None:
    plain = next(e for e in edition.entitlements.values() if e.guarded is None and e.topic == "housing")
    guarded = next(e for e in edition.entitlements.values() if e.guarded == "personal")
    local = next(
        c
        for c in edition.contacts.values()
        if c.regions and not c.guarded and set(c.topics) & list_plain_topics(edition)
    )
    text = {"uk": "Інакше", "en": "Otherwise"}

    def matters(kind: str, id: str, **fields: object) -> dict[str, tuple[str, ...]]:
        new = change(edition, kind, id, **fields)
        return list_matters(compare(edition, new, date(2026, 11, 27)), edition, new)

    assert matters("entitlements", plain.id, what=text) == {"housing": ()}
    assert matters("entitlements", plain.id, keywords=("слово",)) == {}
    assert matters("entitlements", guarded.id, what=text) == {}
    topics = set(local.topics) & list_plain_topics(edition)
    assert matters("contacts", local.id, does=text) == {t: tuple(sorted(local.regions)) for t in topics}
