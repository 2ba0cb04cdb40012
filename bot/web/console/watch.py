"""Who is on shift, and who calls for help; nothing of any call."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from bot.handover import milliseconds
from bot.store.desk import Desk, Shift
from bot.web.console.accounts import IDLE
from bot.web.console.frame import Frame
from bot.web.console.gate import Gate, Visit
from bot.web.console.work import Work

HELP_FRESH = 3_000  # every open console asks; the answer is worked out once in so many milliseconds


class Watch:
    """The supervisor's table, and the line that every operator sees when a colleague needs a second pair of hands."""

    def __init__(self, work: Work, desk: Desk, gate: Gate, frame: Frame) -> None:
        self._work, self._desk, self._gate, self._frame = work, desk, gate, frame
        self._at = 0
        self._calling: tuple[Shift, ...] = ()

    @property
    def routes(self) -> list[Route]:
        guard = self._gate.guard
        return [
            Route("/console/shift", guard(self.shift, "supervisor"), methods=["GET"]),
            Route("/console/help", guard(self.help), methods=["GET"]),
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
            shifts = await self._desk.list_shifts(at, at - IDLE)
            self._calling = tuple(shift for shift in shifts if self._work.read_place(shift).help)
            self._at = at
        names = [s.operator.name for s in self._calling if s.digest != visit.shift.digest]
        return self._frame.page(visit, "help", names=names)
