"""Login, lock, invitation, leaving: the pages before the console."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.keys import Keys
from bot.web.console.accounts import Accounts, LoginError, is_locked
from bot.web.console.gate import HOME, Gate, check_form, send_to
from bot.web.console.passwords import SHORTEST, TooBusyError, is_usable
from bot.web.pages import Pages, pick_language
from bot.web.security import make_token, read_form
from bot.web.visitor import read_visitor
from bot.web.wording import Voice
from dialogs.words import N_

WRONG = N_("The name or the password is wrong.")
WAIT = N_("Too many tries. Wait a quarter of an hour, or ask your administrator for a new link.")
BUSY = N_("Many people are logging in just now. Try again in a minute.")
SHORT = N_("The password needs at least {count} characters. A few words in a row are good.")
UNLIKE = N_("The two passwords are not the same.")
GONE = N_("This link was used already, or is out of date. Ask your administrator for a new one.")
_REFUSALS = {"wrong": WRONG, "wait": WAIT}


class Entrance:
    """Everything that works without being logged in."""

    def __init__(
        self,
        accounts: Accounts,
        gate: Gate,
        pages: Pages,
        keys: Keys,
        clock: Callable[[], datetime],
        voice: Callable[[], Voice],
    ) -> None:
        self._accounts, self._gate, self._pages = accounts, gate, pages
        self._clock, self._voice = clock, voice
        self._token = make_token(keys, "console entrance")

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/console/login", self.log_in, methods=["POST"]),
            Route("/console/unlock", self.unlock, methods=["POST"]),
            Route("/console/invite/{token}", self.invite, methods=["GET"]),
            Route("/console/invite", self.accept, methods=["POST"]),
            Route("/console/logout", self.leave, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response | None:
        """The login or the lock; None for somebody who is in."""
        shift = await self._gate.find(request)
        if shift is None:
            return self._page(request, "login")
        if is_locked(shift, self._clock()):
            self._gate.speak(request, shift)
            return self._page(request, "lock", who=shift.operator.name, form=shift.csrf.hex())
        return None

    async def log_in(self, request: Request) -> Response:
        form = await read_form(request)
        check_form(request, form, self._token)
        name, password = str(form.get("name", "")), str(form.get("password", ""))
        try:
            entry = await self._accounts.log_in(name, password, _address(request), self._clock())
        except LoginError as error:
            return self._page(request, "login", _REFUSALS[error.kind], _status(error), who=name[:80])
        except TooBusyError:
            return self._page(request, "login", BUSY, 503, who=name[:80])
        return self._gate.admit(request, send_to(request, HOME), entry)

    async def unlock(self, request: Request) -> Response:
        shift = await self._gate.find(request)
        if shift is None:
            return send_to(request, HOME)
        self._gate.speak(request, shift)
        form = await read_form(request)
        check_form(request, form, shift.csrf.hex())
        try:
            password = str(form.get("password", ""))
            await self._accounts.unlock(shift, password, _address(request), self._clock())
        except (LoginError, TooBusyError) as error:
            text = _REFUSALS[error.kind] if isinstance(error, LoginError) else BUSY
            context = {"who": shift.operator.name, "form": shift.csrf.hex()}
            return self._page(request, "lock", text, _status(error), **context)
        return send_to(request, HOME)

    async def invite(self, request: Request) -> Response:
        """Opening the link changes nothing: previews and scanners open links too."""
        token = request.path_params["token"]
        operator = await self._accounts.read_invitation(token, self._clock())
        if operator is None:
            return self._page(request, "login", GONE, 410)
        return self._page(request, "invite", who=operator.name, invitation=token)

    async def accept(self, request: Request) -> Response:
        form = await read_form(request)
        check_form(request, form, self._token)
        token, password = str(form.get("invitation", "")), str(form.get("password", ""))
        operator = await self._accounts.read_invitation(token, self._clock())
        if operator is None:
            return self._page(request, "login", GONE, 410)
        fault = SHORT if not is_usable(password) else UNLIKE if password != form.get("again") else ""
        if fault:
            return self._page(request, "invite", fault, 422, who=operator.name, invitation=token)
        try:
            entry = await self._accounts.accept(token, password, self._clock())
        except TooBusyError:
            return self._page(request, "invite", BUSY, 503, who=operator.name, invitation=token)
        if entry is None:
            return self._page(request, "login", GONE, 410)
        return self._gate.admit(request, send_to(request, HOME), entry)

    async def leave(self, request: Request) -> Response:
        """Also from the lock: the next operator at this computer does not know the password of the last."""
        shift = await self._gate.find(request)
        if shift is None:
            return send_to(request, HOME)
        self._gate.speak(request, shift)
        check_form(request, await read_form(request), shift.csrf.hex())
        await self._accounts.leave(shift)
        return self._gate.dismiss(request, send_to(request, HOME))

    def _page(
        self, request: Request, name: str, fault: str = "", status: int = 200, **context: str
    ) -> Response:
        voice = self._voice()
        language = request.scope.get("operator language") or pick_language(request, voice)
        say = voice.words(language).gettext
        if "hx-request" in request.headers:
            raise HTTPException(400)
        values = {"who": "", "invitation": "", "form": self._token, **context}
        return self._pages.page(
            f"console/{name}.html",
            voice,
            language,
            read_visitor(request),
            status,
            None,
            fault=say(fault).format(count=SHORTEST) if fault else "",
            shortest=SHORTEST,
            values=values,
        )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _status(error: Exception) -> int:
    if isinstance(error, LoginError):
        return 429 if error.kind == "wait" else 401
    return 503
