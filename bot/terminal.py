"""The dialogue in a terminal; plain lines on a pipe, so that it can be scripted."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TextIO

from dialogs.engine import Engine
from dialogs.press import Opened, Said
from dialogs.reply import Choice, Heading, Link, Paragraph, Phone, Reply, Steps
from dialogs.session import Session

WIDTH = 78


def number_choices(reply: Reply) -> list[tuple[str, Choice]]:
    """What a person types for each button: the question's own numbers, then letters."""
    rows = []
    letters = (chr(c) for c in range(ord("a"), ord("z") + 1))
    for choice in reply.choices:
        rows.append((str(choice.number) if choice.number is not None else next(letters, "?"), choice))
    return rows


def lay_out(reply: Reply) -> str:
    """The reply as plain lines: text first, then one button a line."""
    lines: list[str] = []
    for block in reply.blocks:
        match block:
            case Heading(text):
                lines += ["", *_wrap(text.upper() if len(text) < 40 else text)]
            case Paragraph(text, tone):
                lead = {"warning": "! ", "note": "· "}.get(tone, "")
                lines += _wrap(lead + text)
            case Steps(items, numbered):
                for i, item in enumerate(items, 1):
                    lines += _wrap((f"{i}. " if numbered else "- ") + item, "   ")
            case Phone(shown, _, note):
                lines.append(f"    {shown}" + (f"  ({note})" if note else ""))
            case Link(text, url):
                lines.append(f"{text}: {url}")
    lines.append("")
    lines += [f"[{key}] {choice.label}" for key, choice in number_choices(reply)]
    return "\n".join(lines).strip("\n") + "\n"


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]


def chat(
    engine: Engine,
    lines: Iterable[str],
    out: TextIO,
    clock: Callable[[], datetime],
    language: str = "uk",
    session: Session | None = None,
) -> Session:
    """Talk until the lines end. A line is a letter or number of the list, or any words."""
    turn = engine.turn(session or Session(language=language), Opened(), clock())
    out.write(lay_out(turn.reply))
    for line in lines:
        text = line.strip()
        if text in ("/quit", "/exit", "вихід"):
            break
        keys = {key: choice for key, choice in number_choices(turn.reply) if not key.isdigit()}
        incoming = keys[text].press if text in keys else Said(text)
        if text == "/start":
            turn = engine.turn(turn.session, Opened(), clock())
        else:
            turn = engine.turn(turn.session, incoming, clock())
        out.write("\n" + "-" * WIDTH + "\n" + lay_out(turn.reply))
        out.flush()
    return turn.session
