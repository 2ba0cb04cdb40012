"""Reading updates: what is the bot's business, and that nothing forged makes it stumble."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.folding import Arrival
from bot.telegram.updates import Invited, News, read_update
from dialogs.press import MENU, Opened, Press, Said, Sent

PRIVATE = {"id": 5, "type": "private"}


def message(**fields: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 9, "chat": PRIVATE, "date": 0, **fields}}


@pytest.mark.parametrize(
    ("fields", "incoming"),
    [
        ({"text": "housing"}, Said("housing")),
        ({"text": "/start"}, Opened()),
        ({"text": "/start@nap_bot topic_housing"}, Opened("topic_housing")),
        ({"text": "/menu@nap_bot"}, Said("/menu")),
        ({"photo": [{}]}, Sent("photo")),
        ({"voice": {}}, Sent("voice")),
        ({"sticker": {}}, Sent("sticker")),
        ({"animation": {}, "document": {}}, Sent("sticker")),
        ({"document": {}}, Sent("document")),
        ({"contact": {}}, Sent("contact")),
        ({"location": {}}, Sent("location")),
        ({"poll": {}}, Sent("other")),
    ],
)
def test_messages(fields: dict[str, Any], incoming: object) -> None:
    news = read_update(message(**fields))

    assert news == News(Arrival("tg:5", incoming, 1, 5, own=9))  # type: ignore[arg-type]


def press(**fields: Any) -> dict[str, Any]:
    return {"update_id": 2, "callback_query": {"id": "77", "from": {"id": 5}, **fields}}


def test_a_press_of_a_message_too_old_to_be_seen() -> None:
    old = {"chat": PRIVATE, "message_id": 8, "date": 0}

    news = read_update(press(message=old, data="a:place:abroad"))

    assert news == News(Arrival("tg:5", Press("answer", "place", "abroad"), 2, 5, edit=8), "77")


def test_a_press_without_a_message_is_answered_in_a_new_one() -> None:
    assert read_update(press(data="a:q:b")) == News(Arrival("tg:5", Press("answer", "q", "b"), 2, 5), "77")


@pytest.mark.parametrize("data", [None, "", "x" * 65, "a", "z:1:2", "a:<b>:дані", 7])
def test_forged_data_is_the_menu(data: Any) -> None:
    news = read_update(press(message={"chat": PRIVATE, "message_id": 8, "date": 0}, data=data))

    assert isinstance(news, News)
    assert news.arrival.incoming == MENU


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_groups_are_nobodys_business_but_an_invitation_is(kind: str) -> None:
    chat = {"id": -100, "type": kind}

    assert read_update({"update_id": 1, "message": {"message_id": 9, "chat": chat, "text": "/start"}}) is None
    assert read_update(
        {"update_id": 1, "my_chat_member": {"chat": chat, "new_chat_member": {"status": "member"}}}
    ) == Invited(-100, may_write=kind != "channel")
    assert (
        read_update({"update_id": 1, "my_chat_member": {"chat": chat, "new_chat_member": {"status": "left"}}})
        is None
    )


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        [],
        {},
        {"update_id": "1"},
        {"update_id": -1},
        {"update_id": 2**70},
        {"update_id": 1, "message": 5},
    ],
)
def test_what_is_no_update_is_passed_over(data: Any) -> None:
    assert read_update(data) is None


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.dictionaries(
            st.sampled_from(["message", "chat", "id", "type", "text", "data", "from", "message_id", "photo"]),
            inner,
        )
        | st.lists(inner, max_size=2)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["message", "callback_query", "my_chat_member"]), values)
def test_reading_never_raises(kind: str, body: Any) -> None:
    assert read_update({"update_id": 1, kind: body}) is None or isinstance(body, dict)
