"""What every answer carries, and how a form proves that it came from our own page."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.keys import Keys

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    # Other sites never learn where a person came from; our own forms still carry an Origin.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"
MAX_BODY = 32_768
MAX_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


class SecurityHeaders:
    """Adds the headers to every answer; a header that the answer has already stays.

    Where people open https, it is https here too, though the proxy in between speaks http to us.
    """

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self._app, self._public = app, public_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._public:
            scope["scheme"] = "https"
        secure = scope.get("scheme") == "https"

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if secure:
                    headers.setdefault("Strict-Transport-Security", HSTS)
            await send(message)

        await self._app(scope, receive, send_with)


class TooLargeError(Exception):
    """A form larger than any of ours."""


class RoleError(Exception):
    """A page for another role than the operator's. Nothing was changed."""


async def read_form(request: Request, most: int = MAX_BODY) -> FormData:
    """The form's fields; none of what is sent in another way than our own forms are.

    Raises:
        TooLargeError: the body is longer than `most` bytes, whatever its header says.
        HTTPException: 400 for more fields than any of ours has.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise TooLargeError
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return FormData()
    try:
        return FormData(
            [*parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MAX_FIELDS)]
        )
    except ValueError:
        raise HTTPException(400) from None


def is_from_here(request: Request) -> bool | None:
    """Whether the browser says that our own page sent this; None when it says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return None
    return urlsplit(origin).netloc == request.headers.get("host", "")


def make_token(keys: Keys, purpose: str) -> str:
    """What a form carries. `purpose` holds the cookie, so that another person's token does not fit."""
    return keys.sign_link(b"form:" + purpose.encode()).hex()


def is_trusted(request: Request, keys: Keys, cookie: str, given: str) -> bool:
    """Whether this form may act for this cookie.

    A page that was open before the cookie was given carries the token of nobody; that is enough only when
    the browser itself vouches for the page.
    """
    here = is_from_here(request)
    if here is False:
        return False
    if hmac.compare_digest(given.encode(), make_token(keys, cookie).encode()):
        return True
    return bool(here) and hmac.compare_digest(given.encode(), make_token(keys, "").encode())
