"""The console's first pages: the start of a call, and the call itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.handover import CodeError, milliseconds
from bot.store.desk import RESULTS
from bot.web.console.call import Call
from bot.web.console.entrance import Entrance
from bot.web.console.find import Hits, Ticks, find_records, list_idle, show_hits
from bot.web.console.frame import Frame, edition_of, look, say
from bot.web.console.gate import HOME, Gate, Visit, send_to
from bot.web.console.lines import BEFORE, HARD, PRACTICE
from bot.web.console.reports import Reports
from bot.web.console.script import write_script
from bot.web.console.work import Plan, Work
from bot.web.render import lay_out
from bot.web.wording import Voice
from dialogs.engine import KYIV
from dialogs.guidance import explain_rule
from dialogs.press import MAX_DATA, Press
from dialogs.screens.cards import show_entitlement
from dialogs.words import N_

WRONG_CODE = N_("This code does not open anything: used, out of date, or mistyped. Ask for it again.")
WAIT_CODE = N_("Too many wrong codes. Wait ten minutes.")
THANKS = N_("Noted. Thank you: it keeps the directory fresh.")
NOT_KEPT = N_("Practice: this mark is not kept.")


class Console:
    """What an operator sees after logging in."""

    def __init__(self, work: Work, reports: Reports, gate: Gate, entrance: Entrance, frame: Frame) -> None:
        self._work, self._reports = work, reports
        self._gate, self._entrance, self._frame = gate, entrance, frame
        self._ticks: Ticks | None = None
        self._panels: dict[str, tuple[Markup, Markup]] = {}
        self._panels_of: Voice | None = None

    @property
    def routes(self) -> list[Route]:
        guard = self._gate.guard
        post: dict[str, Any] = {"methods": ["POST"]}
        return [
            Route(HOME, self.open, methods=["GET"]),
            Route("/console/start", guard(self.start), **post),
            Route("/console/code", guard(self.take_code), **post),
            Route("/console/call", self._gate.guard_change(self.plan_press, self.press), **post),
            Route("/console/find", guard(self.find), **post),
            Route("/console/place", guard(self.change_place), **post),
            Route("/console/card/{id}", guard(self.card), methods=["GET"]),
        ]

    async def open(self, request: Request) -> Response:
        outside = await self._entrance.show(request)
        return outside if outside is not None else await self._gate.guard(self.home)(request)

    async def home(self, visit: Visit, fault: str = "", status: int = 200) -> Response:
        """The call in hand, or the start of one."""
        call = await self._work.find(visit.place, visit.now)
        if call is not None and not fault:
            return await self._show_call(visit, call)
        practice = {id: say(visit, text) for id, text in PRACTICE.items()}
        lost = bool(visit.place.call) and call is None
        if lost:
            visit = replace(visit, place=await self._work.put_away(visit.shift, visit.place, visit.now))
        return self._frame.page(
            visit,
            "home",
            status,
            fault=fault,
            practice=practice,
            lost=lost,
            call=call,
            number=edition_of(visit).hotline,
        )

    async def start(self, visit: Visit) -> Response:
        practice = visit.field("practice")
        await self._work.start(
            visit.shift, visit.language, visit.now, practice if practice in PRACTICE else ""
        )
        return send_to(visit.request, HOME)

    async def take_code(self, visit: Visit) -> Response:
        try:
            await self._work.open(visit.shift, visit.field("code"), visit.now)
        except CodeError as error:
            text = WAIT_CODE if error.kind == "wait" else WRONG_CODE
            status = 429 if error.kind == "wait" else 404
            return await self.home(visit, say(visit, text), status)
        return send_to(visit.request, HOME)

    def plan_press(self, visit: Visit) -> Plan | None:
        """What a button makes of the call in hand."""
        data = visit.field("press")
        if _is_search(visit, data):
            return None
        press, here, edition = _read_press(data), visit.field("here"), edition_of(visit)
        return self._work.plan(
            visit.place,
            visit.field("ref"),
            visit.now,
            lambda call: call.press(press, here, edition) if press else call,
        )

    async def press(self, visit: Visit) -> Response:
        """A button of the call: a tick, the next question, a report on a number."""
        data = visit.field("press")
        if _is_search(visit, data):
            call = await self._need_call(visit)
            return (
                await self._show_call(visit, call, visit.field("text")) if call else self._frame.gone(visit)
            )
        news = ""
        if data.startswith("report:"):
            noted = await self._report(visit, data)
            news = say(visit, noted) if noted else ""
        call = visit.plan.call if visit.plan is not None else None
        if call is None:
            return self._frame.gone(visit)
        if visit.is_partial:
            return await self._show_call(visit, call, news=news)
        return send_to(visit.request, HOME)

    async def _report(self, visit: Visit, data: str) -> str:
        """Keep that a line did not answer or that its number works, unless it is practice; what to say of it."""
        _, _, rest = data.partition(":")
        result, _, contact = rest.partition(":")
        if contact in edition_of(visit).contacts and not visit.place.practice:
            for known in RESULTS:
                if known == result:
                    await self._reports.add(contact, known, visit.shift.operator.id, visit.now)
                    return THANKS
        return NOT_KEPT if visit.place.practice else ""

    async def find(self, visit: Visit) -> Response:
        call = await self._need_call(visit)
        if call is None:
            return self._frame.gone(visit)
        hits = self._find(visit, call, visit.field("text"), visit.field("here"))
        return self._frame.page(visit, "hits", hits=hits, text=visit.field("text"), call=call)

    def _find(self, visit: Visit, call: Call, text: str, here: str) -> Hits:
        """Ticks first, then records by the same words."""
        edition = edition_of(visit)
        if self._ticks is None or self._ticks.edition is not edition:
            self._ticks = Ticks(edition)
        view = look(visit, call)
        ticks = show_hits(view, self._ticks.find(text, here, list_idle(view)))
        return find_records(view, visit.voice.engine.tools.finder, text, ticks)

    def _draw_panels(self, visit: Visit) -> tuple[Markup, Markup]:
        """What stands ready for hard moments: the same in every call, so it is drawn once a language."""
        if self._panels_of is not visit.voice:
            self._panels, self._panels_of = {}, visit.voice
        found = self._panels.get(visit.language)
        if found is None:
            before, hard = (self._frame.draw(visit, "panel", ready=ready) for ready in (BEFORE, HARD))
            found = Markup(before), Markup(hard)  # noqa: S704 - our own template, which escapes
            self._panels[visit.language] = found
        return found

    async def change_place(self, visit: Visit) -> Response:
        """How this operator works: keys on or off, the console's language, a supervisor called for."""
        what, _, value = visit.field("set").partition(":")
        place = visit.place
        if what == "keys":
            place = replace(place, keys=value == "on")
        elif what == "language" and value in visit.voice.codes:
            place = replace(place, language=value)
        elif what == "help":
            place = replace(place, help=milliseconds(visit.now) if value == "on" else 0)
        await self._work.save_place(visit.shift, place, visit.now)
        return send_to(visit.request, HOME)

    async def card(self, visit: Visit) -> Response:
        """An entitlement as the caller would see it, for reading out."""
        call = await self._work.find(visit.place, visit.now)
        id = visit.request.path_params["id"]
        if id not in edition_of(visit).entitlements:
            raise HTTPException(404)
        view = look(visit, call or Call("", "", visit.language))
        layout = lay_out(show_entitlement(view, id))
        why = explain_rule(view.edition, view.known, view.answers, "entitlements", id)
        asks = [(Press("ask", q).data, view.say(view.edition.questions[q].operator)) for q in why.missing]
        return self._frame.page(
            visit, "card_part" if visit.is_partial else "card", layout=layout, asks=asks[:5], call=call
        )

    async def _need_call(self, visit: Visit) -> Call | None:
        call = await self._work.find(visit.place, visit.now)
        return call if call is not None and call.ref == visit.field("ref") else None

    async def _show_call(self, visit: Visit, call: Call, text: str = "", news: str = "") -> Response:
        view = look(visit, call)
        script = write_script(view, call)
        marked = await self._reports.read(visit.now)
        words = visit.voice.words(visit.language)
        marks = [
            (report[0], words.format_date(_day(report[1]))) if (report := marked.get(line.id)) else None
            for line in script.contacts
        ]
        here = script.asked.id if script.asked else ""
        return self._frame.page(
            visit,
            "call_part" if visit.is_partial else "call",
            call=call,
            script=script,
            pieces=self._frame.pieces(visit.voice, visit.language, call.language),
            marks=marks,
            hits=self._find(visit, call, text, here) if text else Hits(),
            text=text,
            news=news,
            panels=() if visit.is_partial else self._draw_panels(visit),
            partial=visit.is_partial,
            story=words.gettext(PRACTICE[call.practice]) if call.practice in PRACTICE else "",
            fresh=not call.ticks and not call.practice,
        )


def _is_search(visit: Visit, data: str) -> bool:
    """A page without scripts looks for ticks by a button of the same form."""
    return data == "find" and not visit.is_partial


def _read_press(data: str) -> Press | None:
    """A button of the dialogue; anything else changes nothing."""
    if not data or len(data) > MAX_DATA or data.startswith(("report:", "find")):
        return None
    return Press.parse(data)


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / 1000, KYIV).date()
