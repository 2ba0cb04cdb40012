"""What the commands share: options, the moment, and how a command ends."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from bot.errors import BrokenBaseError
from bot.own import find_own

if TYPE_CHECKING:
    from bot.dialogue import Dialogue
    from dialogs.edition import Edition

KYIV = ZoneInfo("Europe/Kyiv")
DirOption = Annotated[Path | None, typer.Option("--dir", help="Folder of the knowledge base.")]
LangOption = Annotated[str, typer.Option("--lang", help="uk or en.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For scripts.")]


def fail(sentence: str, code: int = 2) -> NoReturn:
    """End with one sentence that names the remedy."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(code)


def read_now(on: str | None = None) -> datetime:
    """The moment in Kyiv, or noon of the day given by `--on`."""
    if on is None:
        return datetime.now(KYIV)
    try:
        day = date.fromisoformat(on)
    except ValueError:
        fail(f"`--on {on}` is no date; write it as 2026-11-23.")
    return datetime(day.year, day.month, day.day, 12, tzinfo=KYIV)


def find_knowledge() -> Path:
    """The base that the service is told to read; else the one that comes with the code."""
    from dotenv import dotenv_values

    named = os.environ.get("KNOWLEDGE_DIR") or dotenv_values(".env").get("KNOWLEDGE_DIR")
    return Path(named) if named else find_own()


def open_dialogue(folder: Path | None, today: date) -> Dialogue:
    from bot.loading import load_dialogue

    try:
        return load_dialogue(folder or find_knowledge(), today)
    except BrokenBaseError as error:
        fail(str(error), 1)


def open_edition(folder: Path | None, today: date) -> Edition:
    from bot.loading import load_edition

    try:
        return load_edition(folder or find_knowledge(), today)[0]
    except BrokenBaseError as error:
        fail(str(error), 1)
