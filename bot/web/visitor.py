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


def is_secure(request: Request) -> bool:
    return bool(request.scope.get("scheme") == "https")


def name_cookie(name: str, request: Request) -> str:
    """Over https a cookie is taken only under a name that a neighbouring site cannot set (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if is_secure(request) else name


def read_visitor(request: Request) -> Visitor:
    """Read the cookie; a forged or broken one is nobody's."""
    value = request.cookies.get(name_cookie("s", request), "")
    found = _VALUE.fullmatch(value)
    return Visitor(found[1], found[2] or "", found[3] or "") if found else Visitor()


def write_visitor(request: Request, response: Response, visitor: Visitor) -> None:
    """It lives as long as the browser's window does."""
    value = f"{visitor.token}.{visitor.look}.{visitor.language}"
    response.set_cookie(
        name_cookie("s", request), value, path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )


def read_operator_language(request: Request) -> str:
    """The language of whoever works at the console in this browser, for when nobody can be looked up."""
    return request.cookies.get(name_cookie("operator_language", request), "")


def write_operator_language(request: Request, response: Response, language: str) -> None:
    response.set_cookie(
        name_cookie("operator_language", request),
        language,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )


def forget_visitor(request: Request, response: Response) -> None:
    response.delete_cookie(
        name_cookie("s", request), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )
