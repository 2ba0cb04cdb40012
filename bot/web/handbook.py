"""The handbook at `/handbook`: permanent links, no session, no cookie of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.flood import Buckets
from bot.web.deps import Deps
from bot.web.pages import Pages, pick_language
from bot.web.render import split_sections
from bot.web.security import is_trusted, read_form
from bot.web.shelf import Address, Entry, Leaf, Librarian, Shelf
from bot.web.visitor import read_visitor
from bot.web.wording import Voice
from dialogs.hearing import clean
from dialogs.reply import Paragraph
from dialogs.session import Session
from dialogs.words import N_

HITS = 10
MAX_WORDS = 300
# Phones, accounts and numbers of papers, however they are broken up; a date or a sum stays.
_LONG_NUMBER = re.compile(r"\d(?:[ ()–-]{0,2}\d){5,}")
# "This is wrong" takes one of these, and a few words if somebody likes.
REASONS = {
    "number": N_("The number does not answer or is another's"),
    "amount": N_("The amount or the conditions have changed"),
    "ended": N_("This help has ended"),
    "other": N_("Something else is wrong"),
}


def clean_words(text: str) -> str:
    """Words about a mistake, on a line, without any long number that could be a person's."""
    return _LONG_NUMBER.sub("…", clean(text))[:MAX_WORDS].strip()


class Handbook:
    """Pages for everybody, the same for all who ask."""

    def __init__(self, deps: Deps, pages: Pages, voice: Callable[[], Voice]) -> None:
        self._deps, self._pages, self._voice = deps, pages, voice
        self._askers = Buckets(1 / 60, 5)
        self._all = Buckets(1.0, 60)

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/handbook", self.handbook_front),
            Route("/handbook/contacts", self.handbook_contacts),
            Route("/handbook/search", self.handbook_search, methods=["POST"]),
            Route("/handbook/search", self.handbook_back),
            Route("/handbook/wrong", self.handbook_wrong, methods=["POST"]),
            Route("/handbook/thanks", self.handbook_thanks),
            Route("/handbook/{kind}/{id}", self.handbook_page),
            Route("/privacy", self.handbook_privacy),
        ]

    async def handbook_front(self, request: Request) -> Response:
        return self._leaf(request, self._librarian(request).front())

    async def handbook_contacts(self, request: Request) -> Response:
        return self._leaf(request, self._librarian(request).contacts())

    async def handbook_page(self, request: Request) -> Response:
        leaf = self._librarian(request).find(request.path_params["kind"], request.path_params["id"])
        if leaf is None:
            raise HTTPException(404)
        return self._leaf(request, leaf)

    async def handbook_privacy(self, request: Request) -> Response:
        leaf = self._librarian(request).about("privacy")
        if leaf is None:
            raise HTTPException(404)
        return self._leaf(request, leaf)

    async def handbook_back(self, request: Request) -> Response:
        return RedirectResponse(self._address(request)("front", ""), 303)

    async def handbook_search(self, request: Request) -> Response:
        """Words come in a form's body and go nowhere: neither into an address nor back into the page."""
        form = await read_form(request)
        if not self._trusted(request, str(form.get("csrf", ""))):
            return self._pages.problem(request, self._voice(), 403)
        text = clean(str(form.get("t", "")))
        tools = self._voice().engine.tools
        librarian = self._librarian(request)
        kind = tools.alarm.read(text)
        if kind is not None:
            session = Session(state="crisis", arg=kind, language=self._language(request))
            reply = self._voice().show(session, self._deps.clock())
            leaf = Leaf(librarian.view._("Urgent"), split_sections(reply.blocks), [], [], quiet=True)
            return self._leaf(request, leaf)
        return self._leaf(request, self._find(librarian, self._address(request), text))

    def _find(self, librarian: Librarian, address: Address, text: str) -> Leaf:
        _, view, edition = librarian.view._, librarian.view, librarian.edition
        found = self._voice().engine.tools.finder.find(text)
        entries = [
            Entry(view.say(edition.regions[r].name), address("region", r))
            for r in found.regions
            if r in edition.regions
        ]
        for hit in found.hits[:HITS]:
            leaf = librarian.find(hit.kind, hit.id)
            if leaf is not None:
                entries.append(Entry(leaf.title, address(hit.kind, hit.id)))
        up = [Entry(_("Handbook"), address("front", ""))]
        if not entries:
            sorry = Paragraph(_("Nothing was found by these words. Try a few plain ones, or choose a topic."))
            return Leaf(_("Search"), split_sections([sorry]), [librarian.front().shelves[0]], up, quiet=True)
        return Leaf(_("Search"), [], [Shelf(_("Is it one of these?"), tuple(entries))], up, quiet=True)

    async def handbook_wrong(self, request: Request) -> Response:
        form = await read_form(request)
        if not self._trusted(request, str(form.get("csrf", ""))):
            return self._pages.problem(request, self._voice(), 403)
        kind, _, id = str(form.get("record", "")).partition(":")
        reason, words = str(form.get("reason", "")), str(form.get("words", ""))
        if reason not in REASONS or self._librarian(request).find(kind, id) is None:
            return self._pages.problem(request, self._voice(), 400)
        if len(words.replace("\r\n", "\n")) > MAX_WORDS:
            return self._pages.problem(request, self._voice(), 413)
        now = self._deps.clock()
        asker = request.client.host if request.client else ""
        if self._askers.take(asker, now.timestamp()) or self._all.take("", now.timestamp()):
            return self._pages.problem(request, self._voice(), 429)
        await self._deps.notes.add_note(f"{kind}:{id}", reason, clean_words(words), now)
        return RedirectResponse(self._address(request)("thanks", ""), 303)

    async def handbook_thanks(self, request: Request) -> Response:
        librarian = self._librarian(request)
        _ = librarian.view._
        thanks = Paragraph(_("Thank you. Those who look after this handbook will check it."))
        up = [Entry(_("Handbook"), self._address(request)("front", ""))]
        return self._leaf(request, Leaf(_("Noted"), split_sections([thanks]), [], up, quiet=True))

    # ---- what they share ----

    def _language(self, request: Request) -> str:
        return pick_language(request, self._voice())

    def _address(self, request: Request) -> Address:
        asked = request.query_params.get("lang", "")
        tail = f"?lang={asked}" if asked in self._voice().codes else ""
        fixed = {"front": "/handbook", "contacts": "/handbook/contacts", "thanks": "/handbook/thanks"}

        def address(kind: str, id: str) -> str:
            return fixed.get(kind, f"/handbook/{kind}/{quote(id)}") + tail

        return address

    def _librarian(self, request: Request) -> Librarian:
        session = Session(language=self._language(request))
        return Librarian(self._voice().view(session, self._deps.clock()), self._address(request))

    def _trusted(self, request: Request, given: str) -> bool:
        return is_trusted(request, self._deps.sealer.keys, read_visitor(request).token, given)

    def _leaf(self, request: Request, leaf: Leaf) -> Response:
        visitor = read_visitor(request)
        language = self._language(request)
        tail = f"?lang={language}" if "lang" in request.query_params else ""
        path = "/handbook" if request.method == "POST" else request.url.path
        return self._pages.page(
            "handbook.html",
            self._voice(),
            language,
            visitor,
            leaf=leaf,
            path=path,
            tail=tail,
            most=MAX_WORDS,
            reasons={key: self._voice().words(language).gettext(text) for key, text in REASONS.items()},
        )
