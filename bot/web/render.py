"""A reply as the parts of a page: sections under their headings, answers, ticks, other buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dialogs.press import MENU, Press
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply, Steps

CHECKED = "✓ "
BACK = "←"
# What leads on where a place offers several ways.
LEADING = ("continue", "more", "topic", "resume")


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as it stands on a page. `value` is the ticked choice's id; `main` leads on."""

    label: str
    data: str
    value: str = ""
    hint: str = ""
    ticked: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons that stand where the reply lists what they open."""

    items: tuple[Button, ...]


@dataclass(slots=True)
class Section:
    """`below`: it belongs to the one before, as a contact to "Whom to ask". `url` is the page of what it names."""

    heading: str = ""
    below: bool = False
    blocks: list[Block | Buttons] = field(default_factory=list)
    url: str = ""


@dataclass(slots=True)
class Layout:
    """What the template fills in.

    Attributes:
        answers: One press each, numbered.
        ticks: Boxes of `question`, sent together.
        rows: All other buttons of this place. Other languages stand at the top of the page instead.
        ways: Back and the menu.
    """

    sections: list[Section]
    answers: list[Button] = field(default_factory=list)
    ticks: list[Button] = field(default_factory=list)
    question: str = ""
    rows: list[list[Button]] = field(default_factory=list)
    ways: list[Button] = field(default_factory=list)
    safety: list[Button] = field(default_factory=list)

    @property
    def title(self) -> str:
        return next((part.heading for part in self.sections if part.heading and not part.below), "")


def lay_out(reply: Reply) -> Layout:
    hints, left_blocks = _take_hints(reply)
    blocks, placed = _place_buttons(reply, _raise_question(reply, left_blocks))
    layout = Layout(split_sections(blocks))
    for row in reply.rows:
        if any(c.press == Press("do", "hide") for c in row):
            layout.safety = [_button(c) for c in row]
            continue
        if row[-1].press == MENU and all(c.label.startswith(BACK) for c in row[:-1]):
            layout.ways = [replace(_button(c), main=False) for c in row]
            continue
        left = []
        for choice in row:
            if choice in placed or (choice.press.kind, choice.press.name) == ("set", "language"):
                continue
            button = _button(choice, hints.get(choice.number or 0, ""))
            if choice.number is not None and choice.press.kind in ("tick", "untick"):
                layout.ticks.append(button)
                layout.question = choice.press.name
            elif choice.number is not None:
                layout.answers.append(button)
            elif choice.press.kind != "done":  # a page has its own button below the boxes
                left.append(button)
        if left:
            layout.rows.append(left)
    return layout


def _button(choice: Choice, hint: str = "") -> Button:
    """A mark that is not said by `ticked` (this fits you) stays in the label."""
    press = choice.press
    ticked = choice.ticked or (press.kind == "set" and choice.label.startswith(CHECKED))
    label = choice.label.removeprefix(CHECKED) if ticked else choice.label
    main = press.kind == "do" and press.name in LEADING
    return Button(label, press.data, press.value, hint, ticked, main)


def _raise_question(reply: Reply, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The question itself is the page's heading; what is said beside it follows in plain type."""
    if not any(c.number is not None for c in reply.choices):
        return blocks
    at = next((n for n, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks) - 1)
    block = blocks[at] if blocks else None
    if not isinstance(block, Heading | Paragraph) or "?" not in block.text:
        return blocks
    question, mark, rest = block.text.partition("?")
    lead = (Paragraph(rest.strip()),) if rest.strip() else ()
    return (*blocks[:at], Heading(question + mark), *lead, *blocks[at + 1 :])


def _take_hints(reply: Reply) -> tuple[dict[int, str], tuple[Block, ...]]:
    """The list that repeats the choices with their explanations; on a page each stands on its button."""
    labels = {c.number: c.label.removeprefix(CHECKED) for c in reply.choices if c.number is not None}
    for block in reply.blocks:
        if not isinstance(block, Steps) or not block.numbered or len(block.items) != len(labels):
            continue
        hints = {}
        for number, item in enumerate(block.items, 1):
            label = labels.get(number)
            if label is None or not item.startswith(label):
                break
            hints[number] = item[len(label) :].removeprefix(" — ")
        else:
            return hints, tuple(b for b in reply.blocks if b is not block)
    return {}, reply.blocks


def _place_buttons(
    reply: Reply, blocks: tuple[Block, ...]
) -> tuple[tuple[Block | Buttons, ...], set[Choice]]:
    """A list whose lines each begin with a button's label becomes those buttons, with the rest as their hint."""
    placed: set[Choice] = set()
    found: list[Block | Buttons] = []
    free = {c.label.removeprefix(CHECKED): c for c in reply.choices if c.number is None}
    asked = [c for c in reply.choices if c.press.kind == "ask" and not c.label.startswith(BACK)]
    for block in blocks:
        if not isinstance(block, Steps):
            found.append(block)
            continue
        if (
            block.numbered and asked and len(block.items) == len(asked)
        ):  # answers, each with the button that changes it
            lines = [item.partition(" — ") for item in block.items]
            found.append(
                Buttons(
                    tuple(
                        Button(answer, choice.press.data, choice.press.value, question)
                        for choice, (question, _, answer) in zip(asked, lines, strict=True)
                    )
                )
            )
            placed.update(asked)
            continue
        pairs = [
            (free.get(label), hint) for label, _, hint in (item.partition(" — ") for item in block.items)
        ]
        buttons = [_button(choice, hint) for choice, hint in pairs if choice is not None]
        if len(buttons) < len(pairs):
            found.append(block)
        else:
            placed.update(choice for choice, _ in pairs if choice is not None)
            found.append(Buttons(tuple(buttons)))
    return tuple(found), placed


def split_sections(blocks: Sequence[Block | Buttons]) -> list[Section]:
    sections = [Section()]
    for block in blocks:
        if isinstance(block, Heading):
            sections.append(Section(block.text, block.below))
        else:
            sections[-1].blocks.append(block)
    return [s for s in sections if s.heading or s.blocks]
