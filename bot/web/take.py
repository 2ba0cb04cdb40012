"""Where a person opens what an operator handed on: `/take`. A link shows a button; only pressing it uses the code."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.folding import Arrival
from bot.handover import WAIT, WRONG, CodeError, Handover, list_presses, read_code
from bot.web.deps import Deps
from bot.web.pages import Pages, pick_language
from bot.web.security import is_trusted, read_form
from bot.web.visitor import is_secure, read_visitor, write_visitor
from bot.web.wording import Voice
from dialogs.press import Handed


class Take:
    """The results of a call, in the caller's own web chat."""

    def __init__(self, deps: Deps, pages: Pages, voice: Callable[[], Voice], handover: Handover) -> None:
        self._deps, self._pages, self._voice, self._handover = deps, pages, voice, handover

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/take", self.ask, methods=["GET"]),
            Route("/take/{code}", self.ask, methods=["GET"]),
            Route("/take", self.take, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        return self._page(request, read_code(request.path_params.get("code", "")) or "")

    async def take(self, request: Request) -> Response:
        form = await read_form(request)
        visitor = read_visitor(request)
        if not is_trusted(request, self._deps.sealer.keys, visitor.token, str(form.get("csrf", ""))):
            return self._pages.problem(request, self._voice(), 403)
        asker = f"web {request.client.host if request.client else ''}"
        try:
            said = await self._handover.take(str(form.get("code", "")), asker, self._deps.clock())
        except CodeError as error:
            wait = error.kind == "wait"
            return self._page(request, "", WAIT if wait else WRONG, 429 if wait else 404)
        fresh = not visitor.token
        visitor = visitor.renew() if fresh else visitor
        presses = list_presses(said, self._voice().engine.edition)
        await self._deps.turns.take(Arrival(visitor.address, Handed(tuple(presses))))
        response = RedirectResponse("/?begun" if fresh else "/", 303)
        if fresh:
            write_visitor(response, visitor, is_secure(request, self._deps.public_url))
        return response

    def _page(self, request: Request, code: str, fault: str = "", status: int = 200) -> Response:
        voice = self._voice()
        language = pick_language(request, voice)
        text = voice.words(language).gettext(fault) if fault else ""
        return self._pages.page(
            "take.html", voice, language, read_visitor(request), status, None, code=code, fault=text
        )
