"""Who is on shift, and who calls for help; nothing of any call."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.handover import milliseconds
from bot.store.desk import Desk
from bot.web.console.accounts import IDLE
from bot.web.console.frame import Frame
from bot.web.console.gate import HOME, Gate, Visit, send_to
from bot.web.console.work import Calling, Work, name_help

HELP_FRESH = 3_000  # every open console asks; the answer is worked out once in so many milliseconds


class Watch:
    """The supervisor's table, and the line that every operator sees when a colleague needs a second pair of hands."""

    def __init__(self, work: Work, desk: Desk, gate: Gate, frame: Frame) -> None:
        self._work, self._desk, self._gate, self._frame = work, desk, gate, frame
        self._at = 0
        self._calling: list[Calling] = []

    @property
    def routes(self) -> list[Route]:
        guard = self._gate.guard
        return [
            Route("/console/shift", guard(self.shift, "supervisor"), methods=["GET"]),
            Route("/console/help", guard(self.help), methods=["GET"]),
            Route("/console/come", guard(self.come), methods=["POST"]),
        ]

    async def shift(self, visit: Visit) -> Response:
        at = milliseconds(visit.now)
        rows = []
        for shift in await self._desk.list_shifts(at, at - IDLE):
            place = self._work.read_place(shift)
            rows.append(
                {
                    "name": shift.operator.name,
                    "role": shift.operator.role,
                    "minutes": (at - shift.seen) // 60_000,
                    "busy": bool(place.call),
                    "practice": place.practice,
                    "help": bool(place.help),
                }
            )
        rows.sort(key=lambda row: (not row["help"], row["name"]))
        return self._frame.page(visit, "shift", rows=rows, call=None)

    async def help(self, visit: Visit) -> Response:
        at = milliseconds(visit.now)
        if not 0 <= at - self._at < HELP_FRESH:
            self._calling = await self._work.list_calling(visit.now)
            self._at = at
        mine = [one for one in self._calling if one.shift.digest == visit.shift.digest]
        others = [one for one in self._calling if one not in mine]
        if not others and not any(one.coming for one in mine):
            return HTMLResponse("")  # every console asks every ten seconds, mostly for nothing
        going = [one for one in others if visit.place.coming == name_help(one.shift, one.place)]
        return self._frame.page(visit, "help", mine=mine, others=others, going=going)

    async def come(self, visit: Visit) -> Response:
        """A colleague goes to whoever called; both consoles say so."""
        to = visit.field("to")
        if to.isascii() and to.isdecimal() and len(to) < 20:
            await self._work.come(visit.shift, int(to), visit.now)
            self._at = 0
        return send_to(visit.request, HOME)
