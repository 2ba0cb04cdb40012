"""Where a person opens what an operator handed on: `/take`. A link shows a button; only pressing it uses the code."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.folding import Arrival
from bot.handover import WAIT, WRONG, CodeError, Handover, list_presses, read_code
from bot.store.base import StoreDownError
from bot.turns import BusyError
from bot.web.deps import Deps
from bot.web.pages import PROBLEMS, Pages, pick_language
from bot.web.security import is_trusted, read_form
from bot.web.visitor import read_visitor, write_visitor
from bot.web.wording import Voice
from dialogs.press import Handed

_ONCE = re.compile(r"[0-9a-f]{32}")


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
        code, once = str(form.get("code", "")), str(form.get("once", ""))
        once = once if _ONCE.fullmatch(once) else ""
        try:
            return await self._open(request, code, asker, once)
        except (
            StoreDownError,
            BusyError,
        ):  # sent again from this page, the code opens though it may be used up
            return self._page(request, read_code(code) or "", PROBLEMS[503], 503, once)
        except CodeError as error:
            wait = error.kind == "wait"
            return self._page(request, "", WAIT if wait else WRONG, 429 if wait else 404)

    async def _open(self, request: Request, code: str, asker: str, once: str) -> Response:
        said = await self._handover.take(code, asker, self._deps.clock(), once)
        visitor = read_visitor(request)
        fresh = not visitor.token
        visitor = visitor.renew() if fresh else visitor
        presses = list_presses(said, self._voice().engine.edition)
        await self._deps.turns.take(Arrival(visitor.address, Handed(tuple(presses))))
        response = RedirectResponse("/?begun" if fresh else "/", 303)
        if fresh:
            write_visitor(request, response, visitor)
        return response

    def _page(
        self, request: Request, code: str, fault: str = "", status: int = 200, once: str = ""
    ) -> Response:
        voice = self._voice()
        language = pick_language(request, voice)
        text = voice.words(language).gettext(fault) if fault else ""
        return self._pages.page(
            "take.html",
            voice,
            language,
            read_visitor(request),
            status,
            {"Retry-After": "30"} if status == 503 else None,
            code=code,
            fault=text,
            once=once or secrets.token_hex(16),
        )
