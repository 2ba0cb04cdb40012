"""Everything that follows from what was said, for a caller who asks about one thing in particular."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from bot.web.console.directory import Line, find_directory
from bot.web.console.frame import Frame, look
from bot.web.console.gate import Gate, Visit
from bot.web.console.script import Row, list_groups, make_row
from bot.web.console.work import Work
from dialogs.records import Contact
from dialogs.rules import Verdict
from dialogs.screens.view import View
from dialogs.words import N_

REFUSAL = N_(
    "By what you said the conditions do not match. The office decides: you can apply and get the answer in writing."
)


@dataclass(frozen=True, slots=True)
class Whole:
    """Topics as (id, title, rows). `refused` are those whose conditions do not match, though a group leads to them."""

    groups: tuple[Row, ...]
    topics: tuple[tuple[str, str, tuple[Row, ...]], ...]
    refused: tuple[Row, ...]
    contacts: tuple[Line, ...]


def write_whole(view: View) -> Whole:
    edition, place, region = view.edition, view.caller_place, view.region
    directory = find_directory(view)
    groups = tuple(list_groups(view))
    mine = {row.id for row in groups}
    rows: dict[str, list[Row]] = {}
    refused = []
    contacts: dict[str, Contact] = {}
    for item in view.listed:
        record = edition.entitlements[item.id]
        if item.shown:
            rows.setdefault(record.topic, []).append(make_row(view, item))
            contacts.update((c.id, c) for c in directory.list_own(record, place, region))
        elif item.verdict is Verdict.NO and record.guarded is None and mine & set(record.groups):
            refused.append(make_row(view, item))
    if region:
        contacts.update((c.id, c) for c in directory.list_offices(place, region))
    return Whole(
        groups,
        tuple((t.id, view.say(t.title), tuple(rows[t.id])) for t in edition.base.topics if t.id in rows),
        tuple(refused),
        tuple(directory.make_line(view, contact) for contact in contacts.values()),
    )


class Everything:
    """Its page."""

    def __init__(self, work: Work, gate: Gate, frame: Frame) -> None:
        self._work, self._gate, self._frame = work, gate, frame

    @property
    def routes(self) -> list[Route]:
        return [Route("/console/all", self._gate.guard(self.show), methods=["GET"])]

    async def show(self, visit: Visit) -> Response:
        call = await self._work.find(visit.place, visit.now)
        if call is None:
            return self._frame.gone(visit)
        view = look(visit, call)
        return self._frame.page(visit, "all", call=call, whole=write_whole(view), refusal=view._(REFUSAL))
