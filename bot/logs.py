"""Structured logs without content: durations, counts, kinds of errors. Never a person, a text or an answer."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import traceback
from pathlib import Path

import structlog

_LOUD = (
    "httpx",
    "httpcore",
    "telegram",
    "aiohttp",
    "asyncio",
    "uvicorn",
    "sqlalchemy",
    "alembic",
    "watchfiles",
)

_HOUSE = Path(__file__).parent.parent
_ROOMS = [_HOUSE / "bot", _HOUSE / "dialogs"]


class Lines:
    """Writes to standard error as it is now. Where it is closed or full, a line is lost and the turn goes on."""

    def msg(self, message: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            print(message, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = msg


class Foreign(logging.Formatter):
    """A library's line: who spoke, the kind of error and where in our code; its words may hold what was said."""

    def format(self, record: logging.LogRecord) -> str:
        row = {"logger": record.name, "event": "library", "level": record.levelname.lower()}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            row["error"] = type(error).__name__
            row["at"] = _find_place(error)
        return json.dumps(row)


def _find_place(error: BaseException) -> str:
    """The last line of ours that was under way; "" when there is none."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if any(path.is_relative_to(room) for room in _ROOMS):
            place = f"{path.relative_to(_HOUSE)}:{frame.lineno}"
    return place


def set_up_logs(level: str) -> None:
    """One line an event on standard error: JSON where a program reads it, plain in a terminal.

    Libraries speak from WARNING on: some of them write addresses that hold the bot's token.
    """
    number = logging.getLevelNamesMapping()[level]
    handler = logging.StreamHandler()
    handler.setFormatter(Foreign())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    plain = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_names: Lines(),
        cache_logger_on_first_use=True,
    )
