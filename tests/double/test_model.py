"""The double refuses what Telegram refuses; a double that is lenient would prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.double.model import RefusedError, TelegramModel

NOW = [1_000_000.0]


@pytest.fixture
def model() -> TelegramModel:
    NOW[0] = 1_000_000.0
    model = TelegramModel(lambda: NOW[0])
    model.say(1, "/start")
    return model


def send(model: TelegramModel, **params: Any) -> int:
    return int(model.call("sendMessage", {"chat_id": 1, "text": "hello", **params})["message_id"])


def keyboard(*data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", "callback_data": d}] for d in data]}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x" * 32_769, "parse_mode": "HTML"}, "text is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<h1>x</h1>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"reply_markup": keyboard("я" * 33)}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": keyboard("")}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": keyboard(*["x"] * 101)}, "reply markup is too long"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "", "callback_data": "x"}]]}}, "text is empty"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "url": "tel:112"}]]}}, "BUTTON_URL_INVALID"),
        ({"chat_id": 2}, "chat not found"),
    ],
)
def test_what_it_refuses_to_send(model: TelegramModel, params: dict[str, Any], words: str) -> None:
    with pytest.raises(RefusedError, match=words) as caught:
        send(model, **params)

    assert caught.value.code == 400


def test_what_just_fits(model: TelegramModel) -> None:
    send(model, text="😀" * 2048)
    send(model, reply_markup=keyboard("я" * 32))
    send(model, reply_markup=keyboard(*["x"] * 100))


def test_an_equal_edit_is_refused(model: TelegramModel) -> None:
    id = send(model)

    with pytest.raises(RefusedError, match="message is not modified"):
        model.call("editMessageText", {"chat_id": 1, "message_id": id, "text": "hello"})


def test_edits_of_other_and_deleted_messages_are_refused(model: TelegramModel) -> None:
    persons = next(iter(model.chat(1).messages))

    with pytest.raises(RefusedError, match="can't be edited"):
        model.call("editMessageText", {"chat_id": 1, "message_id": persons, "text": "x"})
    with pytest.raises(RefusedError, match="message to edit not found"):
        model.call("editMessageText", {"chat_id": 1, "message_id": 99_999, "text": "x"})


def test_deletion_ends_at_48_hours(model: TelegramModel) -> None:
    young, old = send(model), send(model)
    NOW[0] += 48 * 3600 - 1
    model.call("deleteMessage", {"chat_id": 1, "message_id": young})
    NOW[0] += 1

    with pytest.raises(RefusedError, match="message can't be deleted"):
        model.call("deleteMessage", {"chat_id": 1, "message_id": old})
    with pytest.raises(RefusedError, match="message can't be deleted"):
        model.call("deleteMessages", {"chat_id": 1, "message_ids": [old]})
    with pytest.raises(RefusedError, match="message to delete not found"):
        model.call("deleteMessage", {"chat_id": 1, "message_id": young})


@pytest.mark.parametrize("count", [0, 101])
def test_a_hundred_deletions_a_call(model: TelegramModel, count: int) -> None:
    with pytest.raises(RefusedError, match="from 1 to 100"):
        model.call("deleteMessages", {"chat_id": 1, "message_ids": list(range(count))})


def test_presses_expire(model: TelegramModel) -> None:
    send(model, reply_markup=keyboard("x"))
    model.press(1, "x")
    NOW[0] += 149
    assert [u.kind for u in model.pending()] == ["message", "callback_query"]
    NOW[0] += 1
    assert [u.kind for u in model.pending()] == ["message"]

    with pytest.raises(RefusedError, match="query is too old"):
        model.call("answerCallbackQuery", {"callback_query_id": "1"})


def test_blocked_deactivated_and_never_started(model: TelegramModel) -> None:
    model.chat(3)
    model.chat(1).blocked = True

    for chat, words in ((1, "blocked by the user"), (3, "can't initiate conversation")):
        with pytest.raises(RefusedError, match=words) as caught:
            send(model, chat_id=chat)
        assert caught.value.code == 403


def test_too_fast_for_one_chat(model: TelegramModel) -> None:
    model.flood_rate = 1.0
    model.say(2, "/start")
    with pytest.raises(RefusedError) as caught:
        for _ in range(20):
            send(model)

    assert caught.value.body["parameters"] == {"retry_after": 3}
    send(model, chat_id=2)


def test_a_higher_offset_confirms(model: TelegramModel) -> None:
    model.say(1, "two")
    first, second = model.poll(0, 100, None)

    assert [u["update_id"] for u in model.poll(first["update_id"] + 1, 100, None)] == [second["update_id"]]
    assert [u["update_id"] for u in model.poll(0, 100, None)] == [second["update_id"]]


def test_kinds_not_asked_for_do_not_come(model: TelegramModel) -> None:
    model.poll(0, 100, ["message"])

    assert model.change_membership(1, "kicked") is None


def test_unknown_methods_are_not_found(model: TelegramModel) -> None:
    with pytest.raises(RefusedError) as caught:
        model.call("sendTelepathy", {})

    assert caught.value.code == 404
