"""All pages under one roof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.store.base import StoreDownError
from bot.turns import BusyError
from bot.web.chat import Chat
from bot.web.deps import Deps
from bot.web.handbook import Handbook
from bot.web.pages import OTHER_ROLE, Pages
from bot.web.probes import Measure, list_probes
from bot.web.security import RoleError, SecurityHeaders, TooLargeError
from bot.web.static import Assets
from bot.web.take import Take
from bot.web.wording import Voice

log = structlog.get_logger("web")
Handler = Callable[[Request, Exception], Awaitable[Response]]


class Voices:
    """The voice of the edition in use; made anew when the edition is swapped."""

    def __init__(self, deps: Deps) -> None:
        self._engine = deps.engine
        self._voice = Voice(deps.engine())

    def __call__(self) -> Voice:
        engine = self._engine()
        if engine is not self._voice.engine:
            self._voice = Voice(engine)
        return self._voice


def build_web(deps: Deps) -> Starlette:
    """The web chat, the handbook, the probes, and whatever routes are given beside them."""
    assets = Assets()
    pages = Pages(assets, deps.sealer.keys)
    voices = Voices(deps)
    return Starlette(
        routes=[
            *list_probes(deps),
            assets.route,
            *Chat(deps, pages, voices).routes,
            *Handbook(deps, pages, voices).routes,
            *(Take(deps, pages, voices, deps.handover).routes if deps.handover is not None else ()),
            *deps.routes,
        ],
        middleware=[
            Middleware(Measure, registry=deps.registry),
            Middleware(SecurityHeaders, public_url=deps.public_url),
            Middleware(GZipMiddleware, minimum_size=600, compresslevel=3),
            Middleware(Guard, pages=pages, voice=voices),
        ],
        exception_handlers=_handlers(pages, voices),
    )


def _handlers(pages: Pages, voices: Voices) -> dict[int | type[Exception], Handler]:
    """Every failure becomes a page that says what to do, in the person's language, and nothing more."""

    def answer(status: int, text: str = "") -> Handler:
        async def handle(request: Request, _: Exception) -> Response:
            return pages.problem(request, voices(), status, text=text)

        return handle

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return pages.problem(request, voices(), status)

    return {
        HTTPException: refuse,
        TooLargeError: answer(413),
        RoleError: answer(403, OTHER_ROLE),
        StoreDownError: answer(503),
        BusyError: answer(503),
    }


class Guard:
    """Turns a fault of ours into a page. Inside the other middleware, so that it bears their headers too."""

    def __init__(self, app: ASGIApp, pages: Pages, voice: Callable[[], Voice]) -> None:
        self._app, self._pages, self._voice = app, pages, voice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except ClientDisconnect:
            return
        except (
            Exception
        ) as error:  # its words may hold what a person wrote: only its kind and place are logged
            log.error("page failed", error=type(error).__name__, where=_find(error))
            if scope["type"] == "http" and not begun:
                response = self._pages.problem(Request(scope), self._voice(), 500)
                await response(scope, receive, send)


def _find(error: BaseException) -> str:
    """Where an error arose: file and line, never a value."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}" if at else ""
