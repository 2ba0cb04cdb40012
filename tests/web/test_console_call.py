"""A call without a browser: ticks in any order, what is asked, what is found, what is summed up."""

from __future__ import annotations

import gc
import random
import weakref
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from bot.explain import explain
from bot.web.console.call import Call, dump_call, load_call
from bot.web.console.find import Ticks, list_idle
from bot.web.console.frame import Frame
from bot.web.console.script import CONTACTS, KEPT, Script, press_for, write_script
from bot.web.console.summary import SMS, SMS_LONG, count_sms, summarise, take_sentences
from bot.web.pages import Pages
from bot.web.static import Assets
from bot.web.wording import Voice
from dialogs.engine import KYIV, Engine
from dialogs.press import Press
from dialogs.screens.view import View
from dialogs.session import Answer, Session
from tests.fakes import make_sealer

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MOTHER = {
    "for_whom": ("self",),
    "place": ("calm",),
    "region": ("UA-46",),
    "situation": ("moved", "home", "dependants"),
    "idp_certificate": ("has_certificate",),
    "care_for": ("child_disability",),
    "close_person": ("none",),
    "personal_topics": ("withheld",),
}
CALLERS: dict[str, dict[str, tuple[str, ...]]] = {
    "mother": MOTHER,
    "nobody": {},
    "occupied": {"for_whom": ("self",), "place": ("occupied",), "situation": ("returned",)},
    "abroad": {"place": ("abroad",), "situation": ("moved",), "close_person": ("missing", "captive")},
    "violence": {**MOTHER, "personal_topics": ("violence", "home_safety")},
    "relative": {
        "for_whom": ("relative",),
        "place": ("fighting",),
        "situation": ("health",),
        "health": ("age_60",),
    },
    "child": {"for_whom": ("under_18",), "place": ("near_front",)},
    "unknown": {"place": ("unknown",), "situation": ("moved", "unknown")},
}


def begin(ticks: dict[str, tuple[str, ...]], **more: object) -> Call:
    call = Call("ref", "123456", ticks=MappingProxyType(ticks), closed=tuple(ticks))
    return replace(call, **more)  # type: ignore[arg-type]


def look(engine: Engine, call: Call) -> View:
    return engine.tools.view(call.session(engine.edition, NOW.date()), NOW.astimezone(KYIV))


def script(engine: Engine, call: Call) -> Script:
    return write_script(look(engine, call), call)


def asked(engine: Engine, call: Call) -> str | None:
    found = script(engine, call).asked
    return found.id if found else None


@pytest.mark.parametrize("name", CALLERS)
def test_console_and_explain_say_the_same(engine: Engine, name: str) -> None:
    """Rule 1: identical groups, reasons, entitlements and contacts for the same answers."""
    call = begin(CALLERS[name])
    view = look(engine, call)

    told = explain(engine.edition, {q: list(c) for q, c in CALLERS[name].items()}, NOW.astimezone(KYIV))

    shown = [(e["id"], e["verdict"]) for e in told["entitlements"] if e["shown"]]
    assert [(i.id, i.verdict.word) for i in view.listed if i.shown] == shown
    rows = {row.id: row.verdict for row in script(engine, call).groups}
    wanted = {g["id"]: g["verdict"] for g in told["groups"] if g["verdict"] == "yes"}
    assert {id: verdict for id, verdict in rows.items() if verdict == "yes"} == wanted
    assert {row.id for row in script(engine, call).cards} <= {id for id, _ in shown}


def test_reasons_remembered_between_ticks_are_those_worked_out_anew(engine: Engine) -> None:
    edition = engine.edition
    for seed in range(12):
        chance, call = random.Random(seed), Call("ref", "123456")
        for _ in range(25):
            question = asked(engine, call) or chance.choice(list(edition.questions))
            choice = chance.choice(edition.choices[question]).id
            call = call.press(press_for(edition, question, choice, False), question, edition)
            remembered = script(engine, call)
            del edition.memo["console directory"]
            edition._known.clear()
            assert script(engine, call) == remembered


def forget(engine: Engine) -> dict[object, dict[object, object]]:
    """What the console remembers of an edition, taken away."""
    memo = engine.edition.memo
    return {key: memo.pop(key) for key in [("console", kind) for kind in KEPT] if key in memo}


def test_what_is_remembered_of_other_calls_is_what_this_one_would_be_shown(engine: Engine) -> None:
    """Languages, whom it is about, what does not fit together and what is dangerous to call: each call has its own."""
    edition, looks = engine.edition, []
    for seed in range(6):
        chance, call = random.Random(seed), Call("ref", "123456")
        for _ in range(20):
            question = asked(engine, call) or chance.choice(list(edition.questions))
            if chance.random() < 0.2:
                question = chance.choice(list(edition.questions))
            choice = chance.choice(edition.choices[question]).id
            call = call.press(press_for(edition, question, choice, False), question, edition)
            if chance.random() < 0.2:
                call = call.press(Press(chance.choice(["unknown", "withheld"]), question), question, edition)
            looks += [replace(call, language=language) for language in edition.languages]
            looks += [
                replace(call, ticks=MappingProxyType({**call.ticks, **more}))
                for more in ({"for_whom": ("relative",)}, {"place": ("occupied",)}, {"place": ("abroad",)})
            ]
    random.Random(7).shuffle(looks)
    for call in looks[:250]:
        remembered = script(engine, call)
        kept = forget(engine)
        assert script(engine, call) == remembered
        engine.edition.memo.update(kept)


def test_what_the_console_remembers_has_an_end(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(engine)
    most = {"asked": 2, "said": 5, "groups": 6, "entitlements": 7}
    monkeypatch.setattr("bot.web.console.script.KEPT", most)
    for name in CALLERS:
        script(engine, begin(CALLERS[name]))

    kept = forget(engine)

    assert {key: len(rows) for key, rows in kept.items()} == {
        ("console", kind): n for kind, n in most.items()
    }


@pytest.mark.parametrize("name", CALLERS)
def test_first_stands_who_can_be_called_from_there(engine: Engine, name: str) -> None:
    lines = script(engine, begin(CALLERS[name])).contacts

    assert 1 <= len(lines) <= CONTACTS
    assert [bool(line.phones) for line in lines] == sorted(
        (bool(line.phones) for line in lines), reverse=True
    )
    assert not [line.id for line in lines if engine.edition.contacts[line.id].emergency]
    assert len({line.id for line in lines}) == len(lines)


def test_what_was_drawn_does_not_keep_a_former_edition_in_memory(engine: Engine) -> None:
    frame = Frame(Pages(Assets(), make_sealer().keys), "")
    former = Voice(engine)
    kept = weakref.ref(former)
    for voice in (former, Voice(engine)):
        assert "Підсумок" in frame.pieces(voice, "uk", "uk")("tools", [False])
    del former, voice
    gc.collect()

    assert kept() is None


def test_each_operator_is_shown_their_own_language_and_the_callers(engine: Engine) -> None:
    frame, voice = Frame(Pages(Assets(), make_sealer().keys), ""), Voice(engine)
    question = script(engine, Call("ref", "123456")).asked

    drawn = {
        (own, callers): frame.pieces(voice, own, callers)("asked", [question], [False])
        for own in ("uk", "en")
        for callers in ("uk", "en")
    }

    for (own, callers), html in drawn.items():
        assert ("Не знає" if own == "uk" else "Does not know") in html
        assert f'data-question="{question.id if question else ""}" lang="{callers}"' in html


def test_what_a_piece_shows_is_escaped_and_its_mark_is_its_own(engine: Engine) -> None:
    frame, voice = Frame(Pages(Assets(), make_sealer().keys), ""), Voice(engine)
    pieces = frame.pieces(voice, "uk", "uk")
    line = replace(script(engine, begin(MOTHER)).contacts[0], name="<b>Лінія</b>")

    html = pieces("line", [line, line], [None, ("works", "23.11")])

    assert "<b>" not in html
    assert html.count("&lt;b&gt;Лінія") >= 2
    assert html.count("23.11") == 1


def test_the_order_of_ticks_changes_nothing(engine: Engine) -> None:
    presses = [
        Press("tick", "situation", "home"),
        Press("answer", "for_whom", "relative"),
        Press("tick", "situation", "moved"),
        Press("answer", "region", "UA-46"),
        Press("answer", "place", "calm"),
        Press("tick", "care_for", "child_disability"),
    ]
    seen = set()
    for seed in range(20):
        call = Call("ref", "123456")
        for press in random.Random(seed).sample(presses, len(presses)):
            call = call.press(press, "", engine.edition)
        view = look(engine, call)
        seen.add(
            (view.session.subject, frozenset(call.ticks.items()), tuple(i.id for i in view.listed if i.shown))
        )

    assert len(seen) == 1
    assert next(iter(seen))[0] == "relative"


def test_a_call_is_asked_about_safety_place_and_region_first(engine: Engine) -> None:
    call, order = Call("ref", "123456"), []
    for choice in ("self", "calm", "UA-46"):
        question = asked(engine, call) or ""
        order.append(question)
        call = call.press(Press("answer", question, choice), question, engine.edition)

    assert [*order, asked(engine, call)] == ["for_whom", "place", "region", "situation"]


@pytest.mark.parametrize("place", ["occupied", "russia_belarus", "abroad"])
def test_the_region_is_not_asked_where_it_means_nothing_or_endangers(engine: Engine, place: str) -> None:
    assert asked(engine, begin({"for_whom": ("self",), "place": (place,)})) != "region"


def test_what_is_ticked_in_passing_is_still_asked_about(engine: Engine) -> None:
    call = Call("ref", "123456").press(Press("tick", "situation", "moved"), "for_whom", engine.edition)
    assert asked(engine, call) == "for_whom"
    call = replace(
        begin({**call.ticks, "for_whom": ("self",), "place": ("calm",), "region": ("UA-46",)}), closed=()
    )

    assert asked(engine, call) == "situation"
    call = call.press(Press("done", "situation"), "situation", engine.edition)
    assert call.ticks["situation"] == ("moved",)
    assert asked(engine, call) == "close_person"


def test_a_question_put_off_comes_back_when_nothing_else_is_left(engine: Engine) -> None:
    call = begin({}).press(Press("do", "later"), "for_whom", engine.edition)
    order = []
    for _ in range(200):
        question = asked(engine, call)
        if question is None or question == "for_whom":
            break
        order.append(question)
        call = call.press(Press("unknown", question), question, engine.edition)

    assert question == "for_whom"
    assert len(order) == len(set(order)) > 3


def test_back_shows_the_question_before_with_its_answer(engine: Engine) -> None:
    call = begin({}).press(Press("answer", "for_whom", "self"), "for_whom", engine.edition)
    call = call.press(Press("answer", "place", "calm"), "place", engine.edition)

    call = call.press(Press("do", "back"), "region", engine.edition)

    found = script(engine, call).asked
    assert found is not None
    assert (found.id, [o.data for o in found.options if o.ticked]) == ("place", ["u:place:calm"])
    assert call.ticks["place"] == ("calm",)


def test_a_tick_taken_back_opens_its_question_again(engine: Engine) -> None:
    call = begin(MOTHER).press(Press("untick", "place", "calm"), "", engine.edition)

    assert "place" not in call.ticks
    assert asked(engine, call) == "place"


@pytest.mark.parametrize(
    "data",
    [
        "a:place:mars",
        "a:nothing:x",
        "t::",
        "d:nothing",
        "q:nothing",
        "s:language:xx",
        "",
        "x:erase",
        "p:results",
    ],
)
def test_forged_and_foreign_buttons_change_no_answer(engine: Engine, data: str) -> None:
    call = begin(MOTHER)

    assert call.press(Press.parse(data), "place", engine.edition).ticks == call.ticks


def test_an_edition_that_lost_a_question_goes_on(engine: Engine) -> None:
    call = replace(
        begin({**MOTHER, "gone": ("x",), "place": ("mars",)}), asked="gone", later=("gone",), trail=("gone",)
    )

    found = script(engine, call)

    assert found.asked is not None
    assert found.asked.id == "place"


def test_a_call_is_read_back_as_it_was_written() -> None:
    call = begin(MOTHER, asked="place", later=("age",), trail=("for_whom",), discreet=True, practice="wife")

    assert load_call(dump_call(call)) == call


def test_a_person_who_comes_with_a_code_is_not_asked_again(engine: Engine) -> None:
    session = Session(language="en").with_answer("situation", ("moved", "unknown"), NOW.date())

    call = Call("ref", "123456").take_session(session)

    assert call.language == "en"
    assert call.session(engine.edition, NOW.date()).here == {
        "situation": Answer(("moved", "unknown"), NOW.date())
    }
    assert asked(
        engine, begin({**call.ticks, "for_whom": ("self",), "place": ("calm",), "region": ("UA-46",)})
    ) == ("close_person")


# ---- search ----


@pytest.mark.parametrize(
    ("typed", "question", "choice"),
    [
        ("довідка", "idp_certificate", "has_certificate"),
        ("ДОВІДК", "idp_certificate", "has_certificate"),
        ("льв", "region", "UA-46"),
        ("lviv", "region", "UA-46"),
        ("kmdsd", "region", "UA-46"),
        ("дит інв", "care_for", "child_disability"),
        ("оренла", "living_in", "rent_contract"),
        ("disability child", "care_for", "child_disability"),
        ("зникл", "close_person", "missing"),
    ],
)
def test_a_tick_is_found_by_what_is_said(engine: Engine, typed: str, question: str, choice: str) -> None:
    view = look(engine, begin({"situation": ("moved", "dependants")}))

    assert (question, choice) in Ticks(engine.edition).find(typed, "", list_idle(view))[:3]


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "щщщщщщ", "a" * 5000, "ь", "'"])
def test_what_is_not_understood_finds_nothing(engine: Engine, typed: str) -> None:
    assert Ticks(engine.edition).find(typed) == []


# ---- summary ----


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("discreet", [False, True])
def test_the_text_for_the_phone_fits_and_begins_with_a_number(
    engine: Engine, name: str, language: str, discreet: bool
) -> None:
    view = look(engine, begin(CALLERS[name], language=language, discreet=discreet))

    summary = summarise(view, "https://example.org/handbook")

    assert count_sms(summary.sms) <= SMS
    assert count_sms(summary.sms_long) <= SMS_LONG
    assert (name == "occupied") == (summary.sms == "")
    if summary.sms:
        assert summary.sms[0] in "0123456789+"


@pytest.mark.parametrize("discreet", [False, True])
def test_personal_topics_never_stand_in_a_text(engine: Engine, discreet: bool) -> None:
    view = look(engine, begin(CALLERS["violence"], discreet=discreet))

    summary = summarise(view)

    guarded = [card.title for card in summary.cards if card.guarded] + [
        line.name for line in summary.lines if line.guarded
    ]
    assert guarded
    assert [title for title in guarded if title in summary.sms + summary.sms_long] == []


def test_a_discreet_text_is_nothing_but_numbers(engine: Engine) -> None:
    sms = summarise(look(engine, begin(MOTHER, discreet=True)), "https://example.org").sms_long

    assert set(sms) <= set("0123456789+-; .example/org")


def test_under_occupation_no_number_is_said(engine: Engine) -> None:
    summary = summarise(look(engine, begin(CALLERS["occupied"])))

    assert [line.phones for line in summary.lines if line.phones] == []
    assert "0 800" not in " ".join(summary.spoken)
    assert summary.spoken[-1] == (
        "Звідти, де ви, не телефонуйте на українські номери. Видаліть цей дзвінок із телефона."
    )


def test_letters_are_counted_as_phones_count_them() -> None:
    assert (count_sms("абв"), count_sms("😀")) == (3, 2)


@pytest.mark.parametrize(
    ("text", "most", "said"),
    [
        ("Одне. Друге речення. Третє.", 20, "Одне. Друге речення."),
        ("Перше речення довше за межу. Друге.", 5, "Перше речення довше за межу."),
        (
            "Строк — 40 днів від 1.09.2025. Не відкладайте",
            200,
            "Строк — 40 днів від 1.09.2025. Не відкладайте",
        ),
    ],
)
def test_nothing_is_read_out_by_half(text: str, most: int, said: str) -> None:
    assert take_sentences(text, most) == said
