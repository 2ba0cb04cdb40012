"""Who is let through to a console page, and what every handler gets."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.handover import milliseconds
from bot.store.desk import Desk, Role, Shift
from bot.store.slips import Rewrite
from bot.web.console.accounts import SEEN_EVERY, Accounts, Entry, is_locked
from bot.web.console.work import Place, Plan, Work
from bot.web.security import RoleError, is_from_here, read_form
from bot.web.visitor import is_secure, name_cookie, read_operator_language, write_operator_language
from bot.web.wording import Voice

HOME = "/console"
_RANK: dict[Role, int] = {"operator": 0, "supervisor": 1, "administrator": 2}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of an operator who is let in. `plan` is what it has changed of the call in hand."""

    request: Request
    shift: Shift
    place: Place
    form: FormData
    now: datetime
    voice: Voice
    language: str
    plan: Plan | None = None

    def field(self, name: str) -> str:
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def is_partial(self) -> bool:
        """Whether only the part that changes is wanted."""
        return "hx-request" in self.request.headers

    @property
    def csrf(self) -> str:
        return self.shift.csrf.hex()


Handler = Callable[[Visit], Awaitable[Response]]
Planner = Callable[[Visit], Plan | None]
Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """Knows sessions by their cookie; refuses forged forms; locks who was away."""

    def __init__(
        self,
        accounts: Accounts,
        work: Work,
        desk: Desk,
        clock: Callable[[], datetime],
        voice: Callable[[], Voice],
    ) -> None:
        self._accounts, self._work, self._desk = accounts, work, desk
        self._clock, self._voice = clock, voice

    def speak(self, request: Request, shift: Shift, place: Place | None = None) -> str:
        """The operator's language; what goes wrong with this request later is said in it too."""
        place = place or self._work.read_place(shift)
        codes = self._voice().codes
        language = place.language or shift.operator.language
        language = request.scope["operator language"] = language if language in codes else codes[0]
        return language

    def _read_token(self, request: Request) -> str:
        return request.cookies.get(name_cookie("operator", request), "")

    async def find(self, request: Request) -> Shift | None:
        """The session of the cookie, locked or not."""
        token = self._read_token(request)
        return await self._accounts.find(token, self._clock()) if token else None

    def admit(self, request: Request, response: Response, entry: Entry) -> Response:
        """Give the cookie. It goes along only within our own pages."""
        name, secure = name_cookie("operator", request), is_secure(request)
        response.set_cookie(name, entry.token, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    def dismiss(self, request: Request, response: Response) -> Response:
        name, secure = name_cookie("operator", request), is_secure(request)
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    def guard(self, handler: Handler, role: Role = "operator") -> Endpoint:
        """Let through an operator of that role or above, unlocked, with a form of our own."""

        async def handle(request: Request) -> Response:
            now = self._clock()
            form = await _read_form(request)
            visit = self._let_in(request, form, await self.find(request), now, role)
            return await self._go_on(request, visit, handler)

        return _name(handle, handler)

    def guard_change(self, plan: Planner, handler: Handler) -> Endpoint:
        """As `guard`, for the button that is pressed most: one transaction lets in and makes the planned change.

        Who is not let in changes nothing: `plan` is asked only after the session, the lock and the form. While the disk
        makes the change durable its page is drawn already, and is sent after that.
        """

        async def handle(request: Request) -> Response:
            now = self._clock()
            form = await _read_form(request)
            visit: Visit | None = None

            def admit(shift: Shift | None) -> Rewrite | None:
                nonlocal visit
                visit = self._let_in(request, form, shift, now)
                if visit is None:
                    return None
                visit = replace(visit, plan=plan(visit))
                return visit.plan.rewrite if visit.plan is not None else None

            loop, written = asyncio.get_running_loop(), asyncio.Event()
            kept = loop.create_task(
                self._accounts.work_as(
                    self._read_token(request), now, admit, lambda: loop.call_soon_threadsafe(written.set)
                )
            )
            kept.add_done_callback(lambda _: written.set())
            await written.wait()
            if kept.done():
                await kept
            try:
                return await self._go_on(request, visit, handler)
            finally:
                await kept

        return _name(handle, handler)

    def _let_in(
        self, request: Request, form: FormData, shift: Shift | None, now: datetime, role: Role = "operator"
    ) -> Visit | None:
        """None for somebody who has to log in or unlock first. Raises RoleError, and HTTPException for a forged form."""
        if shift is None or is_locked(shift, now):
            return None
        place = self._work.read_place(shift)
        language = self.speak(request, shift, place)
        if _RANK[shift.operator.role] < _RANK[role]:
            raise RoleError
        if request.method == "POST":
            check_form(request, form, shift.csrf.hex())
        return Visit(request, shift, place, form, now, self._voice(), language)

    async def _go_on(self, request: Request, visit: Visit | None, handler: Handler) -> Response:
        if visit is None:
            return send_to(request, HOME)
        at = milliseconds(visit.now)
        if request.method == "POST" and at - visit.shift.seen >= SEEN_EVERY:
            await self._desk.touch_shift(visit.shift.digest, at)
        response = await handler(visit)
        if read_operator_language(request) != visit.language:
            write_operator_language(request, response, visit.language)
        return response


def _name(endpoint: Endpoint, handler: Handler) -> Endpoint:
    """Answers are counted by the names of endpoints (`probes.Measure`)."""
    endpoint.__name__ = f"console_{handler.__name__}"
    return endpoint


async def _read_form(request: Request) -> FormData:
    return await read_form(request) if request.method == "POST" else FormData()


def check_form(request: Request, form: FormData, csrf: str) -> None:
    """Raises HTTPException 403 for a form that another site sent, or that belongs to another session."""
    given = form.get("csrf", "")
    fits = isinstance(given, str) and hmac.compare_digest(given.encode(), csrf.encode())
    if is_from_here(request) is False or not fits:
        raise HTTPException(403)


def send_to(request: Request, path: str) -> Response:
    """Go on elsewhere; a page that swaps its parts is told to load anew."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)
