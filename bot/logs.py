"""Structured logs without content: durations, counts, kinds of errors. Never a person, a text or an answer."""

from __future__ import annotations

import contextlib
import logging
import sys

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


class Lines:
    """Writes to standard error as it is now. Where it is closed or full, a line is lost and the turn goes on."""

    def msg(self, message: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            print(message, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = msg


def set_up_logs(level: str) -> None:
    """One line an event on standard error: JSON where a program reads it, plain in a terminal.

    Libraries speak from WARNING on: some of them write addresses that hold the bot's token.
    """
    number = logging.getLevelNamesMapping()[level]
    logging.basicConfig(
        level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s"
    )
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
