"""The dialogue at `/`. Works without scripts: a press is a POST, committed before the page is shown again."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.folding import Arrival, Taken
from bot.handover import Offer, put_code
from bot.keys import UnreadableError
from bot.store.base import StoreDownError
from bot.turns import BusyError
from bot.web.deps import Deps
from bot.web.pages import Pages, Retry, pick_language
from bot.web.printout import print_rest, print_results
from bot.web.render import lay_out
from bot.web.security import is_trusted, read_form
from bot.web.visitor import LOOKS, Visitor, forget_visitor, read_visitor, write_visitor
from bot.web.wording import Voice
from dialogs.edition import Edition
from dialogs.engine import IDLE
from dialogs.press import Incoming, Opened, Press, Said
from dialogs.reply import Paragraph, Reply
from dialogs.session import Session

# Where "leave now" leads: looked at by everybody, loads anywhere, tells nothing.
NEUTRAL = "https://www.google.com/"
ERASE = Press("do", "erase")
# Pages of ours where a look may be chosen.
_BACK = re.compile(r"/(privacy|handbook[\w/-]*)?(\?lang=[a-z]{2})?", re.ASCII)
_NOTICE_LIFE = 60.0
_NOTICES = 2_000
MAX_TEXT = 2_000


class Notices:
    """What a turn had to say besides its place, until the page after it is drawn; lost without harm."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()

    def keep(self, token: str, texts: tuple[str, ...]) -> None:
        self._kept.pop(token, None)
        if texts:
            self._kept[token] = (time.monotonic(), texts)
        while len(self._kept) > _NOTICES:
            self._kept.popitem(last=False)

    def take(self, token: str) -> tuple[str, ...]:
        at, texts = self._kept.pop(token, (0.0, ()))
        return texts if time.monotonic() - at < _NOTICE_LIFE else ()


def read_notices(reply: Reply, plain: Reply) -> tuple[str, ...]:
    """The notes that a turn's reply has before what its place always says."""
    extra = len(reply.blocks) - len(plain.blocks)
    return tuple(b.text for b in reply.blocks[: max(extra, 0)] if isinstance(b, Paragraph))


def read_presses(form: FormData, session: Session, edition: Edition) -> list[Incoming]:
    """What a sent form means: one press, one text, or a set of ticks."""
    pressed, text, question = (str(form.get(name, "")) for name in ("p", "t", "q"))
    if pressed:
        return [Press.parse(pressed)]
    if question in edition.questions:
        had = session.here.get(question)
        before = set(had.choices) if had else set()
        after = {str(choice) for choice in form.getlist("c")}
        found: list[Incoming] = [
            Press("tick" if choice in after else "untick", question, choice)
            for choice in edition.bits[question]
            if choice != "none" and (choice in after) != (choice in before)
        ]
        return [*found, Press("done", question)]
    return [Said(text[:MAX_TEXT])]


def read_retry(form: FormData, edition: Edition) -> Retry | None:
    """What can be sent again: a press, or a set of ticks. Typed words never come back in a page."""
    pressed, question = str(form.get("p", "")), str(form.get("q", ""))
    if pressed:
        return Retry((("p", Press.parse(pressed).data),))
    if question not in edition.questions:
        return None
    ticks = [str(c) for c in form.getlist("c") if str(c) in edition.bits[question]]
    return Retry((("q", question), *(("c", tick) for tick in ticks)))


def _lay_idle(session: Session, now: datetime) -> bool:
    return session.seen is not None and now - session.seen >= IDLE


class Chat:
    """The pages of the dialogue."""

    def __init__(self, deps: Deps, pages: Pages, voice: Callable[[], Voice]) -> None:
        self._deps, self._pages, self._voice = deps, pages, voice
        self._notices = Notices()

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/", self.chat_page),
            Route("/", self.chat_press, methods=["POST"]),
            Route("/exit", self.chat_exit, methods=["POST"]),
            Route("/look", self.chat_look, methods=["POST"]),
            Route("/erased", self.chat_erased),
            Route("/print", self.chat_print),
        ]

    async def chat_page(self, request: Request) -> Response:
        """The place where the session is. Reading changes nothing, but after half an hour a cover is shown."""
        visitor = read_visitor(request)
        session = await self._load(visitor)
        now = self._deps.clock()
        if session is not None and _lay_idle(session, now):
            session = (await self._deps.turns.take(Arrival(visitor.address, Opened()))).session
        if session is None and "begun" in request.query_params:
            return self._page("cookies.html", self._language(request), visitor)
        session = session or Session(language=self._language(request))
        offer = None
        handover = self._deps.handover
        if (
            session.state == "handover"
            and handover is not None
            and not self._voice().view(session, now).unsafe
        ):
            offer = await handover.recall(visitor.address, now)
        return self._show(session, visitor, now, self._notices.take(visitor.token), offer)

    async def chat_press(self, request: Request) -> Response:
        form = await read_form(request)
        visitor = read_visitor(request)
        if not is_trusted(request, self._deps.sealer.keys, visitor.token, str(form.get("csrf", ""))):
            return self._pages.problem(request, self._voice(), 403)
        try:
            session = await self._load(visitor)
            fresh = session is None
            if session is None:  # a name that nobody bears yet is never taken from outside
                visitor = visitor.renew()
                session = Session(language=self._language(request))
            taken = await self._take(visitor, session, read_presses(form, session, self._edition), fresh)
        except (StoreDownError, BusyError):
            return self._pages.problem(request, self._voice(), 503, read_retry(form, self._edition))
        await self._hand_over(visitor, taken)
        if taken.event == "erase":
            return self._forget(request, taken.session.language)
        plain = self._voice().engine.show(taken.session, self._deps.clock())
        self._notices.keep(visitor.token, read_notices(taken.reply, plain))
        response = RedirectResponse("/?begun" if fresh else "/", 303)
        said = bool(taken.reply.blocks)  # nothing is said to who presses far too fast
        if fresh or (said and visitor.language != taken.session.language):
            write_visitor(
                request,
                response,
                replace(visitor, language=taken.session.language),
            )
        return response

    async def chat_exit(self, request: Request) -> Response:
        """Leave at once: the answers are erased, the cookie is gone, another site takes this page's place.

        Whoever cannot prove that our page asked still leaves, but erases nothing.
        """
        visitor = read_visitor(request)
        form = await read_form(request)
        if visitor.token and is_trusted(
            request, self._deps.sealer.keys, visitor.token, str(form.get("csrf", ""))
        ):
            # Leaving matters more than a database that is away; idle sessions are purged in any case.
            with suppress(StoreDownError, BusyError):
                taken = await self._deps.turns.take(Arrival(visitor.address, ERASE))
                await self._hand_over(visitor, taken)
            self._notices.take(visitor.token)
        # Not a redirect: a browser keeps the form's page in its history then, and a policy for forms stops it.
        response = HTMLResponse("", headers={"Refresh": f"0; url={NEUTRAL}"})
        forget_visitor(request, response)
        return response

    async def chat_look(self, request: Request) -> Response:
        """Large type and high contrast, without scripts and for every page."""
        form = await read_form(request)
        visitor = read_visitor(request)
        if not is_trusted(request, self._deps.sealer.keys, visitor.token, str(form.get("csrf", ""))):
            return self._pages.problem(request, self._voice(), 403)
        name, _, value = str(form.get("look", "")).partition(":")
        if name in LOOKS:
            visitor = visitor.with_look(name, value == "on")
        back = str(form.get("back", "/"))
        response = RedirectResponse(back if _BACK.fullmatch(back) else "/", 303)
        write_visitor(request, response, visitor if visitor.token else visitor.renew())
        return response

    async def chat_erased(self, request: Request) -> Response:
        session = Session(state="erased", language=self._language(request))
        return self._show(session, read_visitor(request), self._deps.clock())

    async def chat_print(self, request: Request) -> Response:
        """Everything that was found, on paper. What is hidden stays so under this address too."""
        visitor, now = read_visitor(request), self._deps.clock()
        session = await self._load(visitor)
        if session is None or session.is_covered or _lay_idle(session, now):
            return RedirectResponse("/", 303)
        view = self._voice().view(session, now)
        return self._page(
            "print.html",
            session.language,
            visitor,
            cards=print_results(view),
            rest=print_rest(view),
            edition=view.edition.base.label,
        )

    # ---- what they share ----

    @property
    def _edition(self) -> Edition:
        return self._voice().engine.edition

    def _language(self, request: Request) -> str:
        return pick_language(request, self._voice())

    async def _load(self, visitor: Visitor) -> Session | None:
        if not visitor.token:
            return None
        sealer = self._deps.sealer
        persons = sealer.keys.find_persons(visitor.address)
        rows, _ = await self._deps.store.read(persons, [])
        for person in persons:
            if person in rows:
                try:
                    return sealer.open_session(rows[person]).session
                except UnreadableError:
                    return None
        return None

    async def _take(self, visitor: Visitor, session: Session, presses: list[Incoming], fresh: bool) -> Taken:
        """Queue everything at once, in order, so that it is committed together."""
        if fresh and session.language != Session().language:
            presses = [Press("set", "language", session.language), *presses]
        arrivals = [Arrival(visitor.address, press) for press in presses]
        return (await asyncio.gather(*map(self._deps.turns.take, arrivals)))[-1]

    async def _hand_over(self, visitor: Visitor, taken: Taken) -> None:
        """Make a code when the person asks for somebody to talk to; take it back when they hide or erase."""
        handover, now = self._deps.handover, self._deps.clock()
        if handover is None:
            return
        # What the turn did is kept already: a code can be asked for again, and dies by itself in minutes.
        with suppress(StoreDownError):
            unsafe = self._voice().view(taken.session, now).unsafe  # there nobody may be told to call us
            if taken.event == "handover" and not unsafe:
                await handover.offer(visitor.address, taken.session, now)
            elif taken.event in ("hide", "erase"):
                await handover.withdraw(visitor.address, now)

    def _forget(self, request: Request, language: str) -> Response:
        response = RedirectResponse(f"/erased?lang={language}", 303)
        forget_visitor(request, response)
        return response

    def _show(
        self,
        session: Session,
        visitor: Visitor,
        now: datetime,
        notices: tuple[str, ...] = (),
        offer: Offer | None = None,
    ) -> Response:
        voice = self._voice()
        reply = voice.show(session, now, notices)
        if offer is not None:
            reply = put_code(reply, offer, voice.words(session.language), voice.engine.edition.hotline)
        return self._page(
            "chat.html",
            session.language,
            visitor,
            layout=lay_out(reply),
            progress=reply.progress,
            state=session.state,
            kept=session.seen is not None,
            here="/" if session.seen or session.language == voice.codes[0] else f"/?lang={session.language}",
        )

    def _page(self, name: str, language: str, visitor: Visitor, **context: Any) -> Response:
        return self._pages.page(name, self._voice(), language, visitor, **context)
