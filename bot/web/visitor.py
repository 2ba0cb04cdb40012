"""The one cookie: a random name for the session, how pages should look, and in which language."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

_VALUE = re.compile(r"([A-Za-z0-9_-]{32})(?:\.([a-z]{0,4})\.([a-z]{0,2}))?")
LOOKS = {"large": "l", "contrast": "c"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `token` is empty for somebody who has pressed nothing yet: they get no cookie at all."""

    token: str = ""
    look: str = ""
    language: str = ""

    @property
    def address(self) -> str:
        return f"web:{self.token}"

    @property
    def classes(self) -> str:
        return " ".join(name for name, letter in LOOKS.items() if letter in self.look)

    def renew(self) -> Visitor:
        return replace(self, token=secrets.token_urlsafe(24))

    def with_look(self, name: str, on: bool) -> Visitor:
        letters = set(self.look) - {LOOKS[name]} | ({LOOKS[name]} if on else set())
        return replace(self, look="".join(sorted(letters)))


def is_secure(request: Request, public_url: str = "") -> bool:
    return request.scope.get("scheme") == "https" or public_url.startswith("https://")


def read_visitor(request: Request) -> Visitor:
    """Read the cookie; a forged or broken one is nobody's."""
    value = request.cookies.get("__Host-s") or request.cookies.get("s") or ""
    found = _VALUE.fullmatch(value)
    return Visitor(found[1], found[2] or "", found[3] or "") if found else Visitor()


def write_visitor(response: Response, visitor: Visitor, secure: bool) -> None:
    """It lives as long as the browser's window does."""
    value = f"{visitor.token}.{visitor.look}.{visitor.language}"
    name = "__Host-s" if secure else "s"
    response.set_cookie(name, value, path="/", secure=secure, httponly=True, samesite="lax")


def forget_visitor(response: Response, secure: bool) -> None:
    name = "__Host-s" if secure else "s"
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
