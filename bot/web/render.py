"""A reply as the parts of a page: sections under their headings, answers, ticks, other buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialogs.press import Press
from dialogs.reply import Block, Choice, Heading, Reply, Steps

CHECKED = "✓ "


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as it stands on a page. `value` is the ticked choice's id, `lang` that of a language's own name."""

    label: str
    data: str
    value: str = ""
    hint: str = ""
    ticked: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons that stand where the reply lists what they open."""

    items: tuple[Button, ...]


@dataclass(slots=True)
class Section:
    heading: str = ""
    blocks: list[Block | Buttons] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """What the template fills in.

    Attributes:
        answers: One press each, numbered.
        ticks: Boxes of `question`, sent together.
        rows: All other buttons; the last one is the safety row.
    """

    sections: list[Section]
    answers: list[Button] = field(default_factory=list)
    ticks: list[Button] = field(default_factory=list)
    question: str = ""
    rows: list[list[Button]] = field(default_factory=list)
    safety: list[Button] = field(default_factory=list)

    @property
    def names_languages(self) -> bool:
        """Whether the reply itself offers another language."""
        return any(button.lang for row in self.rows for button in row)

    @property
    def title(self) -> str:
        return next((section.heading for section in self.sections if section.heading), "")


def lay_out(reply: Reply) -> Layout:
    hints, left_blocks = _take_hints(reply)
    blocks, placed = _place_buttons(reply, left_blocks)
    layout = Layout(split_sections(blocks))
    for row in reply.rows:
        if any(c.press == Press("do", "hide") for c in row):
            layout.safety = [_button(c) for c in row]
            continue
        left = []
        for choice in row:
            if choice in placed:
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
    press = choice.press
    lang = press.value if press.kind == "set" and press.name == "language" else ""
    return Button(choice.label.removeprefix(CHECKED), press.data, press.value, hint, choice.ticked, lang)


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
    for block in blocks:
        if not isinstance(block, Steps):
            found.append(block)
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
            sections.append(Section(block.text))
        else:
            sections[-1].blocks.append(block)
    return [s for s in sections if s.heading or s.blocks]
