"""A reply as the parts of a page: sections under their headings, answers, ticks, other buttons."""

from __future__ import annotations

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


@dataclass(slots=True)
class Section:
    heading: str = ""
    blocks: list[Block] = field(default_factory=list)


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
    def title(self) -> str:
        return next((section.heading for section in self.sections if section.heading), "")


def lay_out(reply: Reply) -> Layout:
    hints, blocks = _take_hints(reply)
    layout = Layout(split_sections(blocks))
    for row in reply.rows:
        if any(c.press == Press("do", "hide") for c in row):
            layout.safety = [_button(c) for c in row]
            continue
        left = []
        for choice in row:
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


def split_sections(blocks: tuple[Block, ...] | list[Block]) -> list[Section]:
    sections = [Section()]
    for block in blocks:
        if isinstance(block, Heading):
            sections.append(Section(block.text))
        else:
            sections[-1].blocks.append(block)
    return [s for s in sections if s.heading or s.blocks]
