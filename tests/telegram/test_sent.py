"""What people send that is no text, with the real dialogue: nothing personal stays, and nobody is left without a number."""

from __future__ import annotations

from typing import Any

import pytest

from dialogs.engine import Engine
from tests.telegram.bench import CHAT, Bench, until


async def send(bench: Bench, place: str, text: str = "", **fields: Any) -> int:
    """Say where we are, send it, and give its message id."""
    bench.model.say(CHAT, "/start")
    await until(lambda: bool(bench.chat.own))
    bench.model.press(CHAT, "a:for_whom:self")
    bench.model.press(CHAT, f"a:place:{place}")
    await until(lambda: bool(bench.model.answered) and not bench.model.updates)
    update = bench.model.say(CHAT, text, **fields)
    assert update is not None
    await until(lambda: not bench.model.updates and bench.chat.screen.id > update.body["message_id"])
    return int(update.body["message_id"])


@pytest.mark.parametrize("what", ["voice", "video_note", "sticker", "audio", "poll"])
async def test_a_kind_answer_with_a_number_to_call(engine: Engine, what: str) -> None:
    bench = Bench(talk=engine, words=engine.tools.words)

    async with bench.serving():
        sent = await send(bench, "calm", **{what: {"file_id": "x"}})

    first = bench.chat.screen.text.split("\n")[0]
    assert "15-45" in first
    assert sent in bench.chat.messages


async def test_under_occupation_no_number_is_named(engine: Engine) -> None:
    bench = Bench(talk=engine, words=engine.tools.words)

    async with bench.serving():
        await send(bench, "occupied", voice={"file_id": "x"})

    first, said = bench.chat.screen.text.split("\n\n")[:2]
    assert first == "Сторінка, яку ви відкрили:"
    assert "Голосових" in said
    assert "подзвонити:" not in said


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {"photo": [{"file_id": "x"}]}),
        ("", {"document": {"file_id": "x"}}),
        ("", {"contact": {"phone_number": "1"}}),
        ("", {"location": {"latitude": 50.4}}),
        ("", {"venue": {"title": "x"}}),
        ("", {"photo": [{"file_id": "x"}], "caption": "мій паспорт"}),
        ("UA213223130000026007233566001", {}),
        ("моя картка 5375 4141 0000 1111", {}),
        ("передзвоніть мені 067 123 45 67", {}),
        ("Шевченко Олена Петрівна", {}),
        ("паспорт КМ 123456", {}),
    ],
)
async def test_papers_and_numbers_of_a_person_are_deleted_at_once(
    engine: Engine, text: str, fields: dict[str, Any]
) -> None:
    bench = Bench(talk=engine, words=engine.tools.words)

    async with bench.serving():
        sent = await send(bench, "calm", text, **fields)
        await until(lambda: sent not in bench.chat.messages)

    assert "видал" in bench.chat.screen.text.split("\n")[0].casefold()


async def test_danger_in_the_words_under_a_picture_is_heard_and_the_picture_goes(engine: Engine) -> None:
    bench = Bench(talk=engine, words=engine.tools.words)

    async with bench.serving():
        sent = await send(bench, "calm", photo=[{"file_id": "x"}], caption="він мене зараз уб'є")
        await until(lambda: sent not in bench.chat.messages)

    assert "102" in bench.chat.screen.text
    assert (await bench.session()).state == "crisis"
