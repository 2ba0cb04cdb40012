"""Telegram from update to message, over HTTP against the strict double."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import gauges
from bot.errors import MendableError
from bot.telegram.answers import CROWD
from bot.telegram.channel import Telegram
from bot.telegram.sender import DISCREET
from tests.telegram.bench import CHAT, Bench, until


async def start(bench: Bench, chat: int = CHAT) -> None:
    bench.model.say(chat, "/start")
    await until(lambda: bool(bench.model.chat(chat).own))


async def say(bench: Bench, number: int) -> None:
    """The so-many-eth text of somebody, and wait for its answer."""
    bench.model.say(CHAT, f"text {number}")
    await until(lambda: f"misses={number} " in bench.chat.screen.text)


async def test_a_start_is_answered_with_a_screen() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)

    assert bench.chat.screen.text.startswith("welcome")
    assert bench.chat.screen.labels == ["a", "b", "c", "Hide"]
    assert bench.model.updates == []
    assert bench.model.breaches == []


async def test_a_press_edits_the_message_in_place_and_is_answered() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.press_label(CHAT, "b")
        await until(lambda: "q=b" in bench.chat.screen.text)
        await until(lambda: len(bench.model.answered) == 1)

    assert len(bench.chat.own) == 1
    assert (await bench.session()).here["q"].choices == ("b",)


async def test_in_a_crowd_replies_go_first_and_yet_nobodys_button_spins_for_long() -> None:
    crowd = range(CHAT, CHAT + CROWD + 5)
    bench = Bench()
    for chat in crowd:
        bench.model.flood(chat, 15.0)
        bench.model.say(chat, "/start")

    async with bench.serving():
        await start(bench, CHAT - 1)
        bench.model.press_label(CHAT - 1, "b")
        await until(lambda: "q=b" in bench.model.chat(CHAT - 1).screen.text)
        await asyncio.sleep(0.3)
        at_once = len(bench.model.answered)
        await until(lambda: len(bench.model.answered) == 1)

    assert at_once == 0


async def test_typed_text_gets_a_new_message_and_the_old_buttons_go() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.say(CHAT, "housing")
        await until(lambda: len(bench.chat.own) == 2)
        await until(lambda: bench.chat.own[0].buttons == [])

    assert bench.chat.screen.labels == ["a", "b", "c", "Hide"]


async def test_a_text_to_keep_takes_the_place_of_the_list_and_is_not_written_over() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.press(CHAT, "p:card:x")
        await until(lambda: bench.chat.own[0].text.startswith("card"))
        bench.model.press(CHAT, "p:menu")
        await until(lambda: len(bench.chat.own) == 2 and bench.chat.own[0].buttons == [])

    assert [m.text.split("\n")[0] for m in bench.chat.own] == ["card", "menu"]


async def test_fifty_presses_in_a_second_are_stored_and_shown_once() -> None:
    bench = Bench(rate=1.0)

    async with bench.serving():
        await start(bench)
        for i in range(50):
            bench.model.press(CHAT, f"a:q{i}:yes")
        await until(lambda: "q49=yes" in bench.chat.screen.text)

    assert len((await bench.session()).here) == 50
    assert len(bench.model.calls_of("editMessageText")) < 5


async def test_a_button_of_last_week_still_sets_its_answer() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        old = bench.chat.screen
        bench.model.say(CHAT, "housing")
        await until(lambda: len(bench.chat.own) == 2)
        bench.clock.pass_(days=7)
        bench.model.press(CHAT, "a:place:abroad", old.id)
        await until(lambda: "place=abroad" in old.text)

    assert (await bench.session()).here["place"].choices == ("abroad",)


async def test_a_message_the_person_deleted_is_replaced_by_a_new_one() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        gone = bench.chat.screen.id
        del bench.chat.messages[gone]
        bench.model.press(CHAT, "a:q:b", gone)
        await until(lambda: bool(bench.chat.own))

    assert bench.chat.screen.text.startswith("asking.q")  # and nothing about something that broke
    assert "q=b" in bench.chat.screen.text


async def test_a_press_too_old_to_be_answered_is_a_turn_all_the_same() -> None:
    bench = Bench()
    bench.model.query_life = -1.0

    async with bench.serving():
        await start(bench)
        bench.model.press_label(CHAT, "b")
        await until(lambda: "q=b" in bench.chat.screen.text)

    assert bench.model.answered == set()


async def test_the_same_press_twice_changes_nothing_more() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        update = bench.model.press_label(CHAT, "b")
        await until(lambda: "q=b" in bench.chat.screen.text)
        assert update is not None
        bench.model.repeat(update)
        bench.model.repeat(update, same_id=False)
        await until(lambda: bench.model.updates == [])

    assert len(bench.chat.own) == 1
    assert (await bench.session()).here["q"].choices == ("b",)


async def test_one_chats_429_pauses_that_chat_only() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        await start(bench, CHAT + 1)
        bench.model.flood(CHAT, 1.0)
        bench.model.press(CHAT, "a:q:a")
        bench.model.press(CHAT + 1, "a:q:b")
        await until(lambda: "q=b" in bench.model.chat(CHAT + 1).screen.text, 0.5)
        before = bench.chat.screen.text
        await until(lambda: "q=a" in bench.chat.screen.text, 4)

    assert "q=a" not in before


async def test_the_rate_of_one_chat_is_kept() -> None:
    bench = Bench(rate=5.0)
    bench.model.flood_rate = 5.0

    async with bench.serving():
        await start(bench)
        for i in range(40):
            bench.model.press(CHAT, f"a:q{i % 10}:v{i}")
            await asyncio.sleep(0.01)
        await until(lambda: "q9=v39" in bench.chat.screen.text)

    assert (await bench.session()).here["q9"].choices == ("v39",)


@pytest.mark.parametrize("fault", ["502", "lost", "deaf"])
async def test_a_failed_edit_is_made_again(fault: str) -> None:
    bench = Bench()
    left = {"editMessageText": 2}

    def plan(method: str, params: dict[str, Any]) -> str | None:
        if left.get(method):
            left[method] -= 1
            return fault
        return None

    async with bench.serving():
        await start(bench)
        bench.server.fault = plan
        bench.model.press_label(CHAT, "b")
        await until(lambda: "q=b" in bench.chat.screen.text, 8)
        await until(lambda: left == {"editMessageText": 0}, 8)

    assert len(bench.chat.own) == 1


async def test_who_blocked_the_bot_is_not_written_to_again() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.press_label(CHAT, "b")
        bench.model.change_membership(CHAT, "kicked")
        await until(lambda: bench.model.updates == [])
        person = bench.sealer.keys.find_person(f"tg:{CHAT}")
        for _ in range(400):
            if not await bench.store.read_owed([person]):
                break
            await asyncio.sleep(0.005)

    assert await bench.store.read_owed([person]) == []
    assert (await bench.session()).here["q"].choices == ("b",)


async def test_the_session_of_a_deactivated_account_is_forgotten() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.chat.deactivated = True
        bench.model.press_label(CHAT, "b")
        for _ in range(400):
            if await bench.stored() is None:
                break
            await asyncio.sleep(0.005)

    assert await bench.stored() is None


async def test_an_update_that_always_fails_gets_an_apology_and_blocks_nobody() -> None:
    bench = Bench()

    with capture_logs() as logs:
        async with bench.serving():
            await start(bench)
            bench.model.say(CHAT, "boom")
            await until(lambda: "Something broke here" in bench.chat.screen.text)
            bench.model.press(CHAT, "a:q:b")
            await until(lambda: "q=b" in bench.chat.screen.text)

    assert bench.model.updates == []
    assert "Olena" not in str(logs)
    assert "boom" not in str(logs)


async def test_a_photo_is_deleted_and_answered() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        update = bench.model.say(CHAT, "", photo=[{"file_id": "x"}])
        assert update is not None
        photo = update.body["message_id"]
        await until(lambda: photo not in bench.chat.messages)
        await until(lambda: "sent photo" in bench.chat.screen.text)


async def test_a_voice_note_stays_and_is_answered() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        update = bench.model.say(CHAT, "", voice={"file_id": "x"})
        assert update is not None
        await until(lambda: "sent voice" in bench.chat.screen.text)

    assert update.body["message_id"] in bench.chat.messages


async def test_a_group_is_told_and_left() -> None:
    bench = Bench()

    async with bench.serving():
        bench.model.change_membership(-100, "member", kind="supergroup")
        await until(lambda: bench.model.chat(-100).left)
        bench.model.updates.clear()

    assert "https://t.me/nap1325_test_bot" in bench.model.chat(-100).own[0].text


async def test_words_in_a_group_are_nobodys() -> None:
    bench = Bench()
    bench.model.chat(-100, "group")

    async with bench.serving():
        bench.model.say(-100, "/start")
        await until(lambda: bench.model.updates == [])

    assert bench.model.chat(-100).own == []
    assert bench.model.calls_of("sendMessage") == []


async def test_commands_and_descriptions_are_set_in_every_language_once() -> None:
    bench = Bench()

    async with bench.serving():
        await until(lambda: ("short_description", "en") in bench.model.profile)
    first = len(bench.model.calls)
    async with bench.serving():
        await until(lambda: len(bench.model.calls_of("getMyShortDescription")) == 6)

    assert {language for _, language in bench.model.profile} == {"", "uk", "en"}
    assert all(not name.startswith("setMy") for name, _ in bench.model.calls[first:])


@pytest.mark.parametrize(("kind", "sentence"), [("token", gauges.TOKEN), ("telegram", gauges.TELEGRAM)])
async def test_what_is_in_the_way_at_the_start_is_told_once_and_outlasted(kind: str, sentence: str) -> None:
    bench = Bench()
    said: list[str] = []
    token = bench.model.token

    async with bench.server:
        telegram = bench.build()
        if kind == "token":
            bench.model.token = "654321:" + "B" * 35
        else:
            bench.server.fault = lambda method, params: "lost"
        await telegram.open()
        with capture_logs() as logs:
            connecting = asyncio.create_task(telegram.connect(say=said.append))
            await until(lambda: len(logs) == 3)
        told = dict(gauges.TROUBLES)
        bench.model.token, bench.server.fault = token, lambda method, params: None
        await asyncio.wait_for(connecting, 5)
        await telegram.stop()

    assert (told, said) == ({kind: sentence}, [sentence])
    assert [log.get("again_in", log.get("remedy")) for log in logs] == [sentence, 0.5, 1.0]
    assert token not in str(logs)
    assert gauges.TROUBLES == {}
    assert telegram.username == "nap1325_test_bot"


async def test_a_webhook_that_telegram_refuses_is_told_and_the_web_goes_on() -> None:
    """Its name may only be too young to be resolved, as on a platform at the first start."""
    bench = Bench()

    async with bench.server:
        telegram = bench.build()
        await telegram.open()
        connecting = asyncio.create_task(telegram.connect("http://far.example/hook", "secret"))
        await until(lambda: bool(gauges.TROUBLES))
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        await telegram.stop()

    assert gauges.TROUBLES == {"webhook": gauges.WEBHOOK}
    assert bench.model.webhook is None


async def test_a_second_poller_is_refused_and_the_first_goes_on() -> None:
    bench, other = Bench(), Bench()
    bench.steady = 0.0
    other.server, other.model = bench.server, bench.model

    async with bench.serving():
        await start(bench)
        newcomer = other.build()
        await newcomer.open()
        await newcomer.connect()
        with pytest.raises(MendableError, match="Another program receives this bot's messages"):
            await asyncio.wait_for(newcomer.poll(), 10)
        await newcomer.stop()
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: "q=b" in bench.chat.screen.text)


async def test_a_revoked_token_is_told_and_polling_goes_on_with_a_good_one() -> None:
    """The web chat of the same process must not end with the token."""
    bench = Bench()

    async with bench.serving():
        await start(bench)
        token, bench.model.token = bench.model.token, "1:revoked"
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: gauges.TROUBLES.get("token") == gauges.TOKEN)
        bench.model.token = token
        await until(lambda: "token" not in gauges.TROUBLES)
        bench.model.press(CHAT, "a:r:c")
        await until(lambda: "r=c" in bench.chat.screen.text)

    assert "q=b" in bench.chat.screen.text


async def test_nothing_is_lost_while_the_service_is_away() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
    bench.model.press(CHAT, "a:q:b")
    bench.model.say(CHAT, "more")
    async with bench.serving():
        await until(lambda: "misses=1" in bench.chat.screen.text)

    assert (await bench.session()).here["q"].choices == ("b",)


async def test_hiding_removes_a_hundred_messages_within_two_seconds() -> None:
    """The person's own and the bot's, at the rate of an ordinary chat, by a service started anew."""
    bench = Bench(rate=1_000.0)

    async with bench.serving() as telegram:
        await start(bench)
        for number in range(1, 51):
            await say(bench, number)
        await until(lambda: telegram.sender.is_idle)
    shown = list(bench.chat.shown)
    bench.rate = 1.0
    async with bench.serving():
        bench.model.press_label(CHAT, "Hide")
        await until(lambda: [m.text.split("\n")[0] for m in bench.chat.shown] == ["HIDDEN"], 2.0)

    assert (len([m for m in shown if m.mine]), len([m for m in shown if not m.mine])) == (51, 51)
    assert bench.chat.screen.silent


async def test_what_is_too_old_to_delete_is_written_over() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        old = bench.chat.screen
        bench.clock.pass_(days=3)
        bench.model.press(CHAT, "x:hide", old.id)
        await until(lambda: "HIDDEN" in bench.chat.screen.text)

    assert old.text == "A directory of contacts. To open it, write /start."
    assert old.buttons == []


async def test_erasing_forgets_the_person_and_says_so() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: "q=b" in bench.chat.screen.text)
        bench.model.press(CHAT, "x:erase")
        await until(lambda: bench.chat.own != [] and "ERASED" in bench.chat.screen.text)

    assert await bench.stored() is None
    assert len(bench.chat.own) == 1


async def test_after_erasing_everything_starts_anew() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.press(CHAT, "x:erase")
        await until(lambda: bench.chat.own != [] and "ERASED" in bench.chat.screen.text)
        bench.model.press(CHAT, "a:q:c")
        await until(lambda: "q=c" in bench.chat.screen.text)

    assert (await bench.session()).here["q"].choices == ("c",)


async def show_discreetly(bench: Bench, telegram: Telegram) -> None:
    await start(bench)
    bench.model.press(CHAT, "s:discreet:on")
    bench.model.say(CHAT, "certificate")
    bench.model.press(CHAT, "p:card:x")
    bench.model.press(CHAT, "a:q:b")
    await until(lambda: "q=b" in bench.chat.screen.text)
    await until(lambda: telegram.sender.is_idle)


async def test_in_discreet_mode_everything_is_hidden_after_a_time() -> None:
    bench = Bench()

    async with bench.serving() as telegram:
        await show_discreetly(bench, telegram)
        bench.clock.pass_(milliseconds=DISCREET + 1_000)
        await until(lambda: [m.text.split("\n")[0] for m in bench.chat.shown] == ["HIDDEN"])
        await until(lambda: telegram.sender.is_idle)
        bench.clock.pass_(milliseconds=DISCREET + 1_000)
        await asyncio.sleep(1.5)

    assert [m.text.split("\n")[0] for m in bench.chat.shown] == ["HIDDEN"]
    assert bench.chat.screen.silent
    assert (await bench.session()).here["q"].choices == ("b",)


async def test_what_is_discreet_is_hidden_also_when_the_service_was_away() -> None:
    bench = Bench()

    async with bench.serving() as telegram:
        await show_discreetly(bench, telegram)
    bench.clock.pass_(milliseconds=DISCREET + 1_000)
    async with bench.serving():
        await until(lambda: [m.text.split("\n")[0] for m in bench.chat.shown] == ["HIDDEN"])


async def test_whoever_goes_on_is_not_hidden_from() -> None:
    bench = Bench()

    async with bench.serving() as telegram:
        await show_discreetly(bench, telegram)
        bench.clock.pass_(milliseconds=DISCREET - 1_000)
        bench.model.press(CHAT, "a:q:c")
        await until(lambda: "q=c" in bench.chat.screen.text)
        await until(lambda: telegram.sender.is_idle)
        bench.clock.pass_(milliseconds=2_000)
        await asyncio.sleep(1.5)

    assert "q=c" in bench.chat.screen.text


async def test_forged_data_shows_the_menu() -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.press(CHAT, "<script>" + "я" * 10)
        await until(lambda: bench.chat.screen.text.startswith("more"))


@pytest.mark.parametrize(
    "text",
    ["\x00", "<b>", "*x*", "\u202eabc", "\u200b", "я" * 4096, "😀" * 2000, "/start@other x", "/", "&amp;"],
)
async def test_any_text_is_harmless(text: str) -> None:
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.say(CHAT, text)
        await until(lambda: len(bench.chat.own) >= 2)

    assert bench.model.updates == []


async def test_what_must_not_be_forwarded_gets_a_message_of_its_own() -> None:
    """An edit cannot protect a message that was sent without protection."""
    bench = Bench()

    async with bench.serving():
        await start(bench)
        bench.model.press(CHAT, "s:discreet:on")
        await until(lambda: len(bench.chat.own) == 1 and bench.chat.screen.protected)
        protected = bench.chat.screen.id
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: "q=b" in bench.chat.screen.text)

    assert [m.id for m in bench.chat.own] == [protected]


async def test_days_later_a_typed_hide_writes_over_what_still_stands_there() -> None:
    """Ids of messages are forgotten after two days; the screen is known for as long as it stands there."""
    bench = Bench()

    async with bench.serving() as telegram:
        await start(bench)
        bench.model.press(CHAT, "a:q:b")
        await until(lambda: "q=b" in bench.chat.screen.text and telegram.sender.is_idle)
        bench.clock.pass_(days=3)
        await bench.store.purge(int(bench.clock().timestamp() * 1000), 2**40)
        old = bench.chat.screen
        bench.model.say(CHAT, "hide")
        await until(lambda: "HIDDEN" in bench.chat.screen.text)

    assert (old.text, old.buttons) == ("A directory of contacts. To open it, write /start.", [])


async def test_one_message_too_old_costs_a_hide_no_hundred_calls() -> None:
    bench = Bench(rate=1_000.0)

    async with bench.serving() as telegram:
        await start(bench)
        old = bench.chat.screen
        bench.clock.pass_(days=3)
        for number in range(1, 41):
            await say(bench, number)
        await until(lambda: telegram.sender.is_idle)
        bench.model.calls.clear()
        bench.model.press_label(CHAT, "Hide")
        await until(lambda: "HIDDEN" in bench.chat.screen.text)

    assert [m.text for m in bench.chat.own if "HIDDEN" not in m.text] == [old.text]
    assert old.text == "A directory of contacts. To open it, write /start."
    assert len(bench.model.calls_of("deleteMessages") + bench.model.calls_of("deleteMessage")) < 35
