"""The end of a call: what to read out, send, print and hand on; then it is counted and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import segno
from starlette.responses import Response
from starlette.routing import Route

from bot.handover import LINK, Handover
from bot.web.console.counting import OUTCOMES, list_cells
from bot.web.console.frame import Frame, edition_of, look, say
from bot.web.console.gate import HOME, Gate, Visit, send_to
from bot.web.console.summary import SMS, SMS_LONG, count_sms, summarise
from bot.web.console.work import CallGoneError, Work
from dialogs.press import Press
from dialogs.screens.lines import format_phone


class Ending:
    """The summary, the leaflet, and the last button."""

    def __init__(
        self,
        work: Work,
        handover: Handover,
        gate: Gate,
        frame: Frame,
        count: Callable[[Iterable[str]], None],
        bot_name: Callable[[], str],
    ) -> None:
        self._work, self._handover, self._count = work, handover, count
        self._gate, self._frame, self._bot_name = gate, frame, bot_name

    @property
    def routes(self) -> list[Route]:
        guard = self._gate.guard
        return [
            Route("/console/summary", guard(self.summary), methods=["GET", "POST"]),
            Route("/console/leaflet", guard(self.leaflet), methods=["GET"]),
            Route("/console/end", guard(self.end), methods=["POST"]),
        ]

    async def summary(self, visit: Visit) -> Response:
        """What to read out, send, print and hand on; a POST makes a code for the caller."""
        call = await self._work.find(visit.place, visit.now)
        if call is None:
            return self._frame.gone(visit)
        offer = link = qr = bot_link = bot_qr = None
        edition, home = edition_of(visit), self._frame.home_url(visit)
        if visit.request.method == "POST":
            if visit.field("ref") != call.ref:
                return self._frame.gone(visit)
            if visit.field("set").startswith("discreet:"):
                on = visit.field("set").endswith("on")
                press = Press("set", "discreet", "on" if on else "off")
                await self._work.change(
                    visit.place, call.ref, visit.now, lambda c: c.press(press, c.asked, edition)
                )
                return send_to(visit.request, "/console/summary")
        view = look(visit, call)
        if visit.request.method == "POST" and not view.unsafe:
            offer = await self._handover.give(view.session, visit.now)
            link = f"{home}/take/{offer.code}"
            qr = _draw_qr(link)
            if self._bot_name():
                bot_link = f"https://t.me/{self._bot_name()}?start={LINK}{offer.code}"
                bot_qr = _draw_qr(bot_link)
        summary = summarise(view, f"{home}/handbook")
        topics = [
            (t.id, t.title.get(visit.language) or next(iter(t.title.values()))) for t in edition.base.topics
        ]
        return self._frame.page(
            visit,
            "summary",
            call=call,
            summary=summary,
            unsafe=view.unsafe,
            counted=(count_sms(summary.sms), SMS, count_sms(summary.sms_long), SMS_LONG),
            topics=topics,
            outcomes={key: say(visit, text) for key, text in OUTCOMES.items()},
            number=format_phone(edition.hotline),
            offer=offer,
            link=link,
            qr=qr,
            bot_link=bot_link,
            bot_qr=bot_qr,
            edition=edition.base.label,
        )

    async def leaflet(self, visit: Visit) -> Response:
        """For paper: it will be found on a table, so personal topics and the caller's answers are not on it."""
        call = await self._work.find(visit.place, visit.now)
        if call is None:
            return self._frame.gone(visit)
        size = visit.request.query_params.get("size")
        view = look(visit, call)
        address = f"{self._frame.home_url(visit)}/handbook"
        summary = summarise(view, address)
        quiet = call.discreet or view.unsafe
        cards = [card for card in summary.cards if not card.guarded and not quiet]
        lines = [line for line in summary.lines if line.phones and not line.guarded]
        return self._frame.page(
            replace(visit, language=call.language),
            "leaflet",
            call=call,
            cards=cards,
            lines=lines,
            left_out=len(summary.cards) - len(cards),
            address=address,
            qr=_draw_qr(address),
            size="a5" if size == "a5" else "a4",
            day=view.words.format_date(view.today),
            edition=view.edition.base.label,
        )

    async def end(self, visit: Visit) -> Response:
        """Count what may be counted, and forget the call."""
        try:
            call = await self._work.finish(visit.shift, visit.place, visit.field("ref"), visit.now)
        except CallGoneError:
            return self._frame.gone(visit)
        if not call.practice:
            self._count(list_cells(edition_of(visit), call, visit.field("topic"), visit.field("outcome")))
        return send_to(visit.request, HOME)


def _draw_qr(text: str) -> str:
    return segno.make(text, error="m").svg_data_uri(border=2, scale=1, dark="#000", light="#fff")
