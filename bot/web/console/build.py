"""Builds the console from what `bot/app.py` has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.routing import Route

from bot.handover import Handover
from bot.keys import Keys
from bot.store.desk import Desk
from bot.store.slips import Slips
from bot.web.console.accounts import Accounts
from bot.web.console.desk import Console
from bot.web.console.ending import Ending
from bot.web.console.entrance import Entrance
from bot.web.console.frame import Frame
from bot.web.console.gate import Gate
from bot.web.console.passwords import Passwords
from bot.web.console.reports import Reports
from bot.web.console.watch import Watch
from bot.web.console.whole import Everything
from bot.web.console.work import Work
from bot.web.pages import Pages
from bot.web.static import Assets
from bot.web.wording import Voice
from dialogs.engine import Engine


@dataclass(frozen=True, slots=True)
class Parts:
    """The console's routes, and what others need of it: `handover` for the channels, `accounts` for the command line."""

    routes: tuple[Route, ...]
    handover: Handover
    accounts: Accounts
    gate: Gate
    pages: Pages


def build_console(
    desk: Desk,
    slips: Slips,
    keys: Keys,
    engine: Callable[[], Engine],
    clock: Callable[[], datetime],
    count: Callable[[Iterable[str]], None],
    public_url: str = "",
    passwords: Passwords | None = None,
    bot_name: Callable[[], str] = str,
) -> Parts:
    """`engine` is asked anew for each request, since editions are swapped; `count` takes the cells of ended calls.

    `bot_name` is empty without Telegram.
    """
    voices: list[Voice] = []

    def voice() -> Voice:
        now = engine()
        if not voices or voices[0].engine is not now:
            voices[:] = [Voice(now)]
        return voices[0]

    async def is_open(now: datetime) -> bool:
        return await work.is_open(now)

    handover = Handover(slips, keys, is_open)
    work = Work(desk, slips, keys, handover)
    accounts = Accounts(desk, slips, keys, passwords or Passwords())
    pages = Pages(Assets(), keys)
    gate = Gate(accounts, work, desk, clock, voice)
    entrance = Entrance(accounts, gate, pages, keys, clock, voice)
    frame = Frame(pages, public_url)
    parts = (
        entrance,
        Console(work, Reports(desk), gate, entrance, frame),
        Everything(work, gate, frame),
        Ending(work, handover, gate, frame, count, bot_name),
        Watch(work, desk, gate, frame),
    )
    routes = tuple(route for part in parts for route in part.routes)
    return Parts(routes, handover, accounts, gate, pages)
