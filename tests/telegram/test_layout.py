"""Laying out within Telegram's limits, proven against the double's strict reading."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.layout import MAX_TEXT, Part, count_units, find_breaches, lay_out
from dialogs.press import Press
from dialogs.reply import Block, Choice, Heading, Link, Paragraph, Phone, Reply, Steps
from tests.double.markup import read_html
from tests.double.model import TelegramModel

MENU = Choice("Menu", Press("go", "more"))


def show(parts: tuple[Part, ...]) -> TelegramModel:
    """Send the parts to the double, which refuses what Telegram refuses."""
    model = TelegramModel(lambda: 0.0)
    model.say(1, "/start")
    for part in parts:
        model.call("sendMessage", {"chat_id": 1, **part.body})
    assert model.breaches == []
    return model


def text_of(reply: Reply) -> list[str]:
    return [message.text for message in show(lay_out(reply)).chat(1).own]


def test_blocks_look_as_they_should() -> None:
    reply = Reply(
        (
            Heading("Help & housing"),
            Paragraph("Plain <text>."),
            Paragraph("Careful.", "warning"),
            Paragraph("Small.", "note"),
            Paragraph("The law.", "quote"),
            Steps(("First", "Second"), numbered=True),
            Steps(("Passport",)),
            Phone("0 800 500 335", "+380800500335", "free"),
            Link("Diia", "https://diia.gov.ua/?a=1&b=2"),
        )
    )

    (part,) = lay_out(reply)

    assert part.body["text"] == (
        "<b>Help &amp; housing</b>\n\nPlain &lt;text&gt;.\n\n⚠️ Careful.\n\n<i>Small.</i>\n\n"
        "<blockquote>The law.</blockquote>\n\n1. First\n2. Second\n\n• Passport\n\n"
        '<code>0 800 500 335</code>\nfree\n\n<a href="https://diia.gov.ua/?a=1&amp;b=2">Diia</a>'
    )
    assert part.body["link_preview_options"] == {"is_disabled": True}
    assert "0 800 500 335\n" in text_of(reply)[0]


def test_blocks_of_equal_members_look_each_as_its_kind() -> None:
    """Named tuples are equal whatever their class, and what is laid out is remembered."""
    note, phone = Paragraph("112", "note"), Phone("112", "note")

    first, second = lay_out(Reply((note,)))[0], lay_out(Reply((phone,)))[0]

    assert note == phone
    assert first.body["text"] == "<i>112</i>"
    assert second.body["text"] == "<code>112</code>"


def test_sensitive_texts_are_protected_and_others_can_be_passed_on() -> None:
    assert lay_out(Reply((Paragraph("x"),), sensitive=True))[0].body["protect_content"] is True
    assert "protect_content" not in lay_out(Reply((Paragraph("x"),)))[0].body


def test_long_replies_are_split_between_paragraphs_with_buttons_under_the_last() -> None:
    paragraphs = tuple(Paragraph(f"{i} " + "слово " * 150) for i in range(12))

    model = show(lay_out(Reply(paragraphs, ((MENU,),))))

    own = model.chat(1).own
    assert len(own) == 3
    assert [message.labels for message in own] == [[], [], ["Menu"]]
    assert [message.text.split(" ")[0] for message in own] == ["0", "4", "8"]


def test_one_endless_paragraph_is_cut_at_a_sentence() -> None:
    sentence = "Це речення повторюється багато разів. "

    texts = text_of(Reply((Paragraph(sentence * 300),)))

    assert all(text.endswith("разів.") for text in texts)
    assert " ".join(texts) == (sentence * 300).strip()


def test_more_entities_than_are_shown_make_another_message() -> None:
    phones = tuple(Phone(f"0 800 500 {i:03}", f"+380800500{i:03}") for i in range(150))

    assert len(text_of(Reply(phones))) == 2


def test_nothing_to_say_is_still_a_message() -> None:
    assert text_of(Reply((Paragraph("\x00 \u0007"),))) == ["…"]


def test_a_ticked_choice_is_marked_once() -> None:
    reply = Reply(
        (Paragraph("x"),),
        (
            (Choice("Housing", Press("untick", "q", "a"), ticked=True),),
            (Choice("✓ Money", MENU.press, ticked=True),),
        ),
    )

    assert show(lay_out(reply)).chat(1).screen.labels == ["✓ Housing", "✓ Money"]


def test_what_telegram_would_refuse_is_known_beforehand() -> None:
    too_long = Press("answer", "q" * 40, "c" * 40)
    reply = Reply(
        (Link("x", "tel:112"),),
        (
            tuple(Choice("x", MENU.press) for _ in range(9)),
            (Choice(" ", MENU.press),),
            (Choice("x", too_long),),
        ),
    )

    breaches = find_breaches(reply)

    assert len(breaches) == 4
    assert find_breaches(Reply((Paragraph("x"),), ((MENU,),))) == []
    assert find_breaches(Reply(())) == ["nothing to say"]


texts = st.text(max_size=6_000)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, texts),
    st.builds(Paragraph, texts, st.sampled_from(["plain", "warning", "note", "quote"])),
    st.builds(Steps, st.lists(texts, max_size=4).map(tuple), st.booleans()),
    st.builds(Phone, texts, texts, texts),
    st.builds(Link, texts, st.just("https://example.org/?q=\"'<>&")),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(blocks, max_size=8).map(tuple))
def test_whatever_is_said_fits(said: tuple[Block, ...]) -> None:
    for part in lay_out(Reply(said, ((MENU,),))):
        visible, entities = read_html(part.body["text"])
        assert 1 <= count_units(visible) <= MAX_TEXT
        assert entities <= 100
        assert len(part.body["text"].encode()) <= 32_768
