"""Templates, and the pages that say what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.visitor import NodeTransformer
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match, Route

from bot.keys import Keys
from bot.web.security import make_token
from bot.web.static import Assets
from bot.web.visitor import Visitor, read_operator_language, read_visitor
from bot.web.wording import Voice
from dialogs.words import N_

TEMPLATES = Path(__file__).resolve().parent / "templates"

PROBLEMS = {
    400: N_("This request could not be read. Go back and try again."),
    403: N_("This form is out of date, or came from another site. Nothing was changed. Open the page anew."),
    404: N_("There is no such page here."),
    405: N_("This address cannot be opened that way."),
    413: N_("That was too long. Write a few words."),
    429: N_("That was a lot at once. Everything before is kept. Please wait a minute and go on."),
    500: N_("Something broke here, and your last step was not taken in. Your earlier answers are kept."),
    503: N_("The service is resting for a moment. What you answered before is kept. Try again in a minute."),
}
OTHER_ROLE = N_("This page is for another role. If you need it, ask your administrator.")


@dataclass(frozen=True, slots=True)
class Retry:
    """What was sent when the database was away, to be sent again: fields and their values, never typed words."""

    fields: tuple[tuple[str, str], ...]


def pick_language(request: Request, voice: Voice) -> str:
    """The language that the address names or that was chosen here, else the base's first.

    What the browser asks for does not count: the law on the State language wants Ukrainian first, and many who
    read Ukrainian keep their phone in another language. The others stand at the top of every page.
    """
    for chosen in (request.query_params.get("lang", ""), read_visitor(request).language):
        if chosen in voice.codes:
            return chosen
    return voice.codes[0]


def list_methods(request: Request) -> list[str]:
    """The ways in which this address can be opened, by all routes that share it."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    ways = [route.methods or () for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted(set().union(*ways))


class _Saying(NodeTransformer):
    def __init__(self, say: Callable[[str], str]) -> None:
        self._say = say

    def visit(self, node: nodes.Node, *_: Any, **__: Any) -> Any:
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(text))]):
                return nodes.Const(self._say(text), lineno=node.lineno)
        return self.generic_visit(node)


class _Templates(Environment):
    """Templates in one language: what stands in them to be translated is translated when they are loaded."""

    def __init__(self, assets: Assets, say: Callable[[str], str]) -> None:
        super().__init__(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            auto_reload=False,
        )
        self.globals["asset"] = assets.url
        self._say = say

    def compile(self, source: Any, *where: Any, **how: Any) -> Any:
        tree = self.parse(source, *where[:2]) if isinstance(source, str) else source
        _Saying(self._say).visit(tree)
        return super().compile(tree, *where, **how)


class Pages:
    """Draws pages in a language."""

    def __init__(self, assets: Assets, keys: Keys) -> None:
        self._keys, self._nobody, self._assets = keys, make_token(keys, ""), assets
        self._templates: dict[tuple[str, str], _Templates] = {}

    def draw(self, name: str, voice: Voice, language: str, visitor: Visitor, **context: Any) -> str:
        return self._find(name, voice, language).render(
            _=voice.words(language).gettext,
            language=language,
            languages=voice.languages,
            home="/" if language == voice.codes[0] else f"/?lang={language}",
            visitor=visitor,
            token=make_token(self._keys, visitor.token) if visitor.token else self._nobody,
            **context,
        )

    def read_macros(self, name: str, voice: Voice, language: str, **context: Any) -> Any:
        """A template's macros as functions, for what is drawn often: nothing is set up for each call."""
        given = {"_": voice.words(language).gettext, "language": language, "languages": voice.languages}
        return self._find(name, voice, language).make_module({**given, **context})

    def _find(self, name: str, voice: Voice, language: str) -> Template:
        spoken = language, voice.codes[0]  # what a language lacks is said in the first one
        templates = self._templates.get(spoken)
        if templates is None:  # catalogues stay as they are while a process runs
            say = voice.words(language).gettext
            templates = self._templates[spoken] = _Templates(self._assets, say)
        return templates.get_template(name)

    def page(
        self,
        name: str,
        voice: Voice,
        language: str,
        visitor: Visitor,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        html = self.draw(name, voice, language, visitor, **context)
        return HTMLResponse(html, status, {"Vary": "Cookie", **(headers or {})})

    def problem(
        self, request: Request, voice: Voice, status: int, retry: Retry | None = None, text: str = ""
    ) -> HTMLResponse:
        """One clear sentence in the person's language and the way on: an operator's is the console.

        `text` is said in place of what the status says by itself.
        """
        inside = request.url.path.startswith(("/console", "/health/knowledge"))
        spoken = request.scope.get("operator language") or (read_operator_language(request) if inside else "")
        language = spoken if spoken in voice.codes else pick_language(request, voice)
        known = status if status in PROBLEMS else 500
        headers = {"Retry-After": "30"} if status in (429, 503) else {}
        if status == 405:
            headers["Allow"] = ", ".join(list_methods(request))
        return self.page(
            "console/problem.html" if inside else "problem.html",
            voice,
            language,
            read_visitor(request),
            status,
            headers,
            text=voice.words(language).gettext(text or PROBLEMS[known]),
            retry=retry,
        )
