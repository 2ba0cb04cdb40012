"""Replies laid out as pages, tested on values."""

from __future__ import annotations

from bot.web.render import Button, Buttons, lay_out
from bot.web.wording import ON_PAGES
from dialogs.press import Press
from dialogs.reply import Choice, Heading, Paragraph, Reply, Steps
from tests.catalogues import extract

SAFETY = (Choice("Urgent", Press("go", "urgent")), Choice("Hide", Press("do", "hide")))


def test_explanations_stand_on_their_buttons() -> None:
    reply = Reply(
        (Heading("Where?"), Steps(("Calm — far from it", "Near"), numbered=True), Paragraph("Why.")),
        (
            (Choice("Calm", Press("answer", "place", "calm"), 1),),
            (Choice("✓ Near", Press("answer", "place", "near"), 2, ticked=True),),
            SAFETY,
        ),
    )

    layout = lay_out(reply)

    assert layout.title == "Where?"
    assert layout.sections[0].blocks == [Paragraph("Why.")]
    assert layout.answers == [
        Button("Calm", "a:place:calm", "calm", "far from it"),
        Button("Near", "a:place:near", "near", "", ticked=True),
    ]
    assert [b.data for b in layout.safety] == ["p:urgent", "x:hide"]


def test_ticks_are_boxes_and_none_is_a_button() -> None:
    reply = Reply(
        (),
        (
            (Choice("✓ A", Press("untick", "q", "a"), 1, ticked=True),),
            (Choice("B", Press("tick", "q", "b"), 2),),
            (Choice("None", Press("answer", "q", "none"), 3),),
            (Choice("Done, next →", Press("done", "q")),),
        ),
    )

    layout = lay_out(reply)

    assert [(b.value, b.ticked) for b in layout.ticks] == [("a", True), ("b", False)]
    assert layout.question == "q"
    assert [b.data for b in layout.answers] == ["a:q:none"]
    assert layout.rows == []


def test_a_list_of_what_buttons_open_becomes_the_buttons() -> None:
    card = Choice("Rent", Press("go", "entitlement", "rent"))
    menu = Choice("Menu", Press("go", "more"))
    reply = Reply((Steps(("Rent — you may be entitled",)), Steps(("Other — text",))), ((card,), (menu,)))

    layout = lay_out(reply)

    assert layout.sections[0].blocks == [
        Buttons((Button("Rent", "p:entitlement:rent", "rent", "you may be entitled"),)),
        Steps(("Other — text",)),
    ]
    assert [b.data for b in layout.ways] == ["p:more"]
    assert layout.rows == []


def test_the_question_is_the_heading_and_the_rest_follows_in_plain_type() -> None:
    choices = ((Choice("Me", Press("answer", "q", "me"), 1),),)

    asked = lay_out(Reply((Paragraph("Hello."), Paragraph("Who is it for? Choose one.")), choices))
    headed = lay_out(Reply((Heading("Where? No town."), Paragraph("Why.", "note")), choices))

    assert asked.title == "Who is it for?"
    assert [part.blocks for part in asked.sections] == [[Paragraph("Hello.")], [Paragraph("Choose one.")]]
    assert headed.title == "Where?"
    assert headed.sections[0].blocks == [Paragraph("No town."), Paragraph("Why.", "note")]


def test_marks_are_kept_and_languages_stand_elsewhere() -> None:
    reply = Reply(
        (Heading("Settings"),),
        (
            (Choice("✓ A", Press("set", "language", "a")), Choice("B", Press("set", "language", "b"))),
            (Choice("✓ About: me", Press("set", "subject", "self")),),
            (Choice("✓ Rent", Press("go", "entitlement", "rent")),),
            (Choice("Go on", Press("do", "continue")),),
            (Choice("← Back", Press("go", "results")), Choice("Menu", Press("go", "more"))),
        ),
    )

    layout = lay_out(reply)

    assert layout.rows == [
        [Button("About: me", "s:subject:self", "self", ticked=True)],
        [Button("✓ Rent", "p:entitlement:rent", "rent")],
        [Button("Go on", "x:continue", main=True)],
    ]
    assert [b.label for b in layout.ways] == ["← Back", "Menu"]


def test_contacts_belong_to_the_heading_before_them() -> None:
    layout = lay_out(Reply((Heading("Card"), Heading("Whom to ask"), Heading("A line", below=True))))

    assert [(part.heading, part.below) for part in layout.sections] == [
        ("Card", False),
        ("Whom to ask", False),
        ("A line", True),
    ]


def test_an_answer_stands_once_on_the_button_that_changes_it() -> None:
    reply = Reply(
        (Heading("Your answers"), Steps(("Where? — Near", "Who? — Me"), numbered=True)),
        (
            (Choice("Change: Near", Press("ask", "place")),),
            (Choice("Change: Me", Press("ask", "who")),),
        ),
    )

    layout = lay_out(reply)

    assert layout.sections[0].blocks == [
        Buttons((Button("Near", "q:place", "", "Where?"), Button("Me", "q:who", "", "Who?")))
    ]
    assert layout.rows == []


def test_a_list_with_a_line_that_opens_nothing_stays_a_list() -> None:
    card = Choice("Rent", Press("go", "entitlement", "rent"))
    steps = Steps(("Rent — you may", "Call first"))

    layout = lay_out(Reply((steps,), ((card,),)))

    assert layout.sections[0].blocks == [steps]
    assert layout.rows == [[Button("Rent", "p:entitlement:rent", "rent")]]


def test_sentences_for_pages_stand_for_sentences_that_exist() -> None:
    """A reworded sentence of the dialogue must be followed here, or the page speaks of a chat again."""
    known = {message.id for message in extract()}

    assert set(ON_PAGES) <= known
