"""What every page behind the login is drawn with."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from itertools import repeat
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from bot.web.console.accounts import IDLE
from bot.web.console.call import Call
from bot.web.console.gate import HOME, Visit, send_to
from bot.web.pages import Pages
from bot.web.visitor import Visitor
from bot.web.wording import Voice
from dialogs.edition import Edition
from dialogs.engine import KYIV
from dialogs.screens.view import View
from dialogs.words import N_

PIECES = 2_048
ENDED = N_("This call has ended, or another one was begun in another window. Nothing was changed.")


class Frame:
    """Pages with the operator's name, the keys and the lock."""

    def __init__(self, pages: Pages, public_url: str) -> None:
        self._pages, self._public_url = pages, public_url
        self._draw_piece = lru_cache(PIECES)(_draw_piece)
        self._macros: dict[tuple[str, str], Any] = {}
        self._drawn_of: Voice | None = None

    def page(self, visit: Visit, name: str, status: int = 200, **context: Any) -> HTMLResponse:
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

    def draw(self, visit: Visit, name: str, **context: Any) -> str:
        return self._pages.draw(f"console/{name}.html", visit.voice, visit.language, Visitor(), **context)

    def pieces(self, voice: Voice, language: str, shown_language: str) -> Callable[..., Markup]:
        """Draws values as a macro of `pieces.html` does. Most of a call's page stands as it did a tick ago."""
        if voice is not self._drawn_of:  # what is remembered would keep a former edition in memory
            self._draw_piece.cache_clear()
            self._macros.clear()
            self._drawn_of = voice
        spoken = language, shown_language
        macros = self._macros.get(spoken)
        if macros is None:
            macros = self._macros[spoken] = self._pages.read_macros(
                "console/pieces.html", voice, language, shown_language=shown_language
            )
        draw = self._draw_piece

        def pieces(name: str, *columns: Iterable[Hashable]) -> Markup:
            return Markup("").join(map(draw, repeat(macros), repeat(name), *columns))

        return pieces

    def gone(self, visit: Visit) -> Response:
        """The form belongs to a call that is not in hand any more."""
        if visit.is_partial:
            return send_to(visit.request, HOME)
        return self.page(visit, "gone", 409, text=say(visit, ENDED), call=None)

    def home_url(self, visit: Visit) -> str:
        return self._public_url or str(visit.request.base_url).rstrip("/")


def _draw_piece(macros: Any, name: str, *values: Hashable) -> Markup:
    drawn: Markup = getattr(macros, name)(*values)
    return drawn


def edition_of(visit: Visit) -> Edition:
    return visit.voice.engine.edition


def look(visit: Visit, call: Call) -> View:
    """The call as the dialogue sees it."""
    day = visit.now.astimezone(KYIV).date()
    return visit.voice.view(call.session(edition_of(visit), day), visit.now)


def say(visit: Visit, text: str) -> str:
    return visit.voice.words(visit.language).gettext(text)
