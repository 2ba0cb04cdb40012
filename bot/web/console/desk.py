"""The console's pages: the start, the call, its end, and who is on shift."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import segno
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.handover import LINK, CodeError, Handover, milliseconds
from bot.store.desk import RESULTS, Desk
from bot.web.console.accounts import IDLE
from bot.web.console.call import Call
from bot.web.console.counting import OUTCOMES, list_cells
from bot.web.console.entrance import Entrance
from bot.web.console.find import Ticks, list_idle, show_hits
from bot.web.console.gate import HOME, Gate, Visit, send_to
from bot.web.console.lines import BEFORE, HARD, PRACTICE
from bot.web.console.script import write_script
from bot.web.console.summary import SMS, SMS_LONG, count_sms, summarise
from bot.web.console.work import CallGoneError, Work
from bot.web.pages import Pages
from bot.web.render import lay_out
from bot.web.visitor import Visitor
from dialogs.edition import Edition
from dialogs.guidance import explain_rule
from dialogs.press import MAX_DATA, Press
from dialogs.screens.cards import show_entitlement
from dialogs.screens.view import View
from dialogs.words import N_

REPORTS_FRESH = 30 * 86_400_000
WRONG_CODE = N_("This code does not open anything: used, out of date, or mistyped. Ask for it again.")
WAIT_CODE = N_("Too many wrong codes. Wait ten minutes.")
ENDED = N_("This call has ended, or another one was begun in another window. Nothing was changed.")
THANKS = N_("Noted. Thank you: it keeps the directory fresh.")


class Console:
    """What an operator sees after logging in."""

    def __init__(
        self,
        work: Work,
        desk: Desk,
        handover: Handover,
        gate: Gate,
        entrance: Entrance,
        pages: Pages,
        public_url: str,
        count: Callable[[Iterable[str]], None],
        bot_name: Callable[[], str],
    ) -> None:
        self._count = count
        self._work, self._desk, self._handover = work, desk, handover
        self._gate, self._entrance, self._pages = gate, entrance, pages
        self._public_url, self._bot_name = public_url, bot_name
        self._ticks: Ticks | None = None

    @property
    def routes(self) -> list[Route]:
        guard = self._gate.guard
        post: dict[str, Any] = {"methods": ["POST"]}
        return [
            Route(HOME, self.open, methods=["GET"]),
            Route("/console/start", guard(self.start), **post),
            Route("/console/code", guard(self.take_code), **post),
            Route("/console/call", guard(self.press), **post),
            Route("/console/find", guard(self.find), **post),
            Route("/console/place", guard(self.change_place), **post),
            Route("/console/card/{id}", guard(self.card), methods=["GET"]),
            Route("/console/summary", guard(self.summary), methods=["GET", "POST"]),
            Route("/console/leaflet", guard(self.leaflet), methods=["GET"]),
            Route("/console/end", guard(self.end), **post),
            Route("/console/shift", guard(self.shift, "supervisor"), methods=["GET"]),
        ]

    async def open(self, request: Request) -> Response:
        outside = await self._entrance.show(request)
        return outside if outside is not None else await self._gate.guard(self.home)(request)

    async def home(self, visit: Visit, fault: str = "", status: int = 200) -> Response:
        """The call in hand, or the start of one."""
        call = await self._work.find(visit.place, visit.now)
        if call is not None and not fault:
            return await self._show_call(visit, call)
        practice = {id: visit.voice.words(visit.language).gettext(text) for id, text in PRACTICE.items()}
        lost = bool(visit.place.call) and call is None
        return self._page(visit, "home", status, fault=fault, practice=practice, lost=lost, call=call)

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
            return await self.home(visit, visit.voice.words(visit.language).gettext(text), status)
        return send_to(visit.request, HOME)

    async def press(self, visit: Visit) -> Response:
        """A button of the call: a tick, the next question, a report on a number."""
        data = visit.field("press")
        if data == "find" and not visit.is_partial:
            call = await self._need_call(visit)
            return await self._show_call(visit, call, visit.field("text")) if call else self._gone(visit)
        news = ""
        if data.startswith("report:"):
            await self._report(visit, data)
            news = visit.voice.words(visit.language).gettext(THANKS)
        press = _read_press(data)
        try:
            call = await self._work.change(
                visit.place,
                visit.field("ref"),
                visit.now,
                lambda call: call.press(press, visit.field("here"), self._edition(visit)) if press else call,
            )
        except CallGoneError:
            return self._gone(visit)
        if visit.is_partial:
            return await self._show_call(visit, call, news=news)
        return send_to(visit.request, HOME)

    async def _report(self, visit: Visit, data: str) -> None:
        """A line that did not answer, or a number that works: kept unless it is practice."""
        _, _, rest = data.partition(":")
        result, _, contact = rest.partition(":")
        if contact in self._edition(visit).contacts and not visit.place.practice:
            for known in RESULTS:
                if known == result:
                    at = milliseconds(visit.now)
                    await self._desk.add_report(contact, known, visit.shift.operator.id, at)

    async def find(self, visit: Visit) -> Response:
        call = await self._need_call(visit)
        if call is None:
            return self._gone(visit)
        hits = self._find(visit, call, visit.field("text"), visit.field("here"))
        return self._page(visit, "hits", hits=hits, text=visit.field("text"), call=call)

    def _find(self, visit: Visit, call: Call, text: str, here: str) -> Any:
        edition = self._edition(visit)
        if self._ticks is None or self._ticks.edition is not edition:
            self._ticks = Ticks(edition)
        view = self._view(visit, call)
        return show_hits(view, self._ticks.find(text, here, list_idle(view)))

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
        if id not in self._edition(visit).entitlements:
            raise HTTPException(404)
        view = self._view(visit, call or Call("", "", visit.language))
        layout = lay_out(show_entitlement(view, id))
        why = explain_rule(view.edition, view.known, view.answers, "entitlements", id)
        asks = [(Press("ask", q).data, view.say(view.edition.questions[q].operator)) for q in why.missing]
        return self._page(
            visit, "card_part" if visit.is_partial else "card", layout=layout, asks=asks[:5], call=call
        )

    async def summary(self, visit: Visit) -> Response:
        """What to read out, send, print and hand on; a POST makes a code for the caller."""
        call = await self._work.find(visit.place, visit.now)
        if call is None:
            return self._gone(visit)
        offer = link = qr = bot_link = bot_qr = None
        if visit.request.method == "POST":
            if visit.field("ref") != call.ref:
                return self._gone(visit)
            if visit.field("set").startswith("discreet:"):
                on = visit.field("set").endswith("on")
                press = Press("set", "discreet", "on" if on else "off")
                await self._work.change(
                    visit.place, call.ref, visit.now, lambda c: c.press(press, c.asked, self._edition(visit))
                )
                return send_to(visit.request, "/console/summary")
            session = call.session(self._edition(visit), visit.now.date())
            offer = await self._handover.give(session, visit.now)
            link = f"{self._home_url(visit)}/take/{offer.code}"
            qr = _draw_qr(link)
            if self._bot_name():
                bot_link = f"https://t.me/{self._bot_name()}?start={LINK}{offer.code}"
                bot_qr = _draw_qr(bot_link)
        view = self._view(visit, call)
        summary = summarise(view, f"{self._home_url(visit)}/handbook")
        topics = [(t.id, visit_say(visit, t.title)) for t in self._edition(visit).base.topics]
        return self._page(
            visit,
            "summary",
            call=call,
            summary=summary,
            counted=(count_sms(summary.sms), SMS, count_sms(summary.sms_long), SMS_LONG),
            topics=topics,
            outcomes={key: visit.voice.words(visit.language).gettext(text) for key, text in OUTCOMES.items()},
            offer=offer,
            link=link,
            qr=qr,
            bot_link=bot_link,
            bot_qr=bot_qr,
            unsafe=view.unsafe,
        )

    async def leaflet(self, visit: Visit) -> Response:
        """For paper: it will be found on a table, so personal topics and the caller's answers are not on it."""
        call = await self._work.find(visit.place, visit.now)
        if call is None:
            return self._gone(visit)
        size = visit.request.query_params.get("size")
        view = self._view(visit, call)
        address = f"{self._home_url(visit)}/handbook"
        summary = summarise(view, address)
        cards = [card for card in summary.cards if not card.guarded and not call.discreet]
        lines = [line for line in summary.lines if line.phones and not line.guarded]
        left_out = len(summary.cards) - len(cards)
        return self._page(
            replace(visit, language=call.language),
            "leaflet",
            call=call,
            cards=cards,
            lines=lines,
            left_out=left_out,
            address=address,
            qr=_draw_qr(address),
            size="a5" if size == "a5" else "a4",
            day=view.words.format_date(view.today),
        )

    async def end(self, visit: Visit) -> Response:
        """Count what may be counted, and forget the call."""
        try:
            call = await self._work.finish(visit.shift, visit.place, visit.field("ref"), visit.now)
        except CallGoneError:
            return self._gone(visit)
        if not call.practice:
            edition = self._edition(visit)
            self._count(list_cells(edition, call, visit.field("topic"), visit.field("outcome")))
        return send_to(visit.request, HOME)

    async def shift(self, visit: Visit) -> Response:
        """Who is on shift and who calls for help; nothing of any call."""
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
        return self._page(visit, "shift", rows=rows, call=None)

    async def _need_call(self, visit: Visit) -> Call | None:
        call = await self._work.find(visit.place, visit.now)
        return call if call is not None and call.ref == visit.field("ref") else None

    async def _show_call(self, visit: Visit, call: Call, text: str = "", news: str = "") -> Response:
        view = self._view(visit, call)
        script = write_script(view, call)
        at = milliseconds(visit.now)
        reports = await self._desk.read_reports((c.id for c in script.contacts), at - REPORTS_FRESH)
        words = visit.voice.words(visit.language)
        here = script.asked.id if script.asked else ""
        return self._page(
            visit,
            "call_part" if visit.is_partial else "call",
            call=call,
            script=script,
            reports={
                id: (result, words.format_date(_day(when, visit.now)))
                for id, (result, when) in reports.items()
            },
            hits=self._find(visit, call, text, here) if text else (),
            text=text,
            news=news,
            before=BEFORE,
            hard=HARD,
            partial=visit.is_partial,
            story=words.gettext(PRACTICE[call.practice]) if call.practice in PRACTICE else "",
            fresh=not call.ticks,
        )

    def _gone(self, visit: Visit) -> Response:
        text = visit.voice.words(visit.language).gettext(ENDED)
        if visit.is_partial:
            return send_to(visit.request, HOME)
        return self._page(visit, "gone", 409, text=text, call=None)

    def _edition(self, visit: Visit) -> Edition:
        return visit.voice.engine.edition

    def _view(self, visit: Visit, call: Call) -> View:
        return visit.voice.view(call.session(self._edition(visit), visit.now.date()), visit.now)

    def _home_url(self, visit: Visit) -> str:
        return self._public_url or str(visit.request.base_url).rstrip("/")

    def _page(self, visit: Visit, name: str, status: int = 200, **context: Any) -> HTMLResponse:
        return self._pages.page(
            f"console/{name}.html",
            visit.voice,
            visit.language,
            Visitor(),
            status,
            None,
            place=visit.place,
            operator=visit.shift.operator,
            csrf=visit.csrf,
            idle=IDLE // 1000,
            **context,
        )


def visit_say(visit: Visit, text: dict[str, str]) -> str:
    return text.get(visit.language) or next(iter(text.values()))


def _read_press(data: str) -> Press | None:
    """A button of the dialogue; anything else changes nothing."""
    if not data or len(data) > MAX_DATA or data.startswith(("report:", "find")):
        return None
    return Press.parse(data)


def _day(at: int, now: datetime) -> Any:
    return datetime.fromtimestamp(at / 1000, now.tzinfo).date()


def _draw_qr(text: str) -> str:
    return segno.make(text, error="m").svg_data_uri(border=2, scale=1, dark="#000", light="#fff")
