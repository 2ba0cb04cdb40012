"""`/health/knowledge`: the state of the base at a glance, for administrators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.responses import Response
from starlette.routing import Route

from bot.coverage import MARKS, survey
from bot.reload import Status
from bot.stats import hide_small, list_span, write_csv
from bot.web.console.gate import Gate, Visit
from bot.web.pages import Pages
from bot.web.visitor import Visitor
from dialogs.engine import KYIV, Engine
from dialogs.words import N_

DAYS = 28
WORK = 30
STATES = {
    "covered": N_("covered"),
    "national": N_("national lines only"),
    "thin": N_("thin"),
    "unconfirmed": N_("much is not confirmed"),
}


class Counts(Protocol):
    async def read_counts(self, first: int, last: int) -> dict[str, int]: ...


Notes = Callable[[], Awaitable[Mapping[tuple[str, str], int]]]


@dataclass(frozen=True, slots=True)
class Health:
    """The page and its export. Counts only; nothing here tells of a person."""

    gate: Gate
    pages: Pages
    engine: Callable[[], Engine]
    counts: Counts
    notes: Notes
    status: Callable[[], Status]

    @property
    def routes(self) -> tuple[Route, ...]:
        guard = self.gate.guard
        return (
            Route("/health/knowledge", guard(self.show, "administrator"), methods=["GET"]),
            Route("/health/knowledge.csv", guard(self.export, "administrator"), methods=["GET"]),
        )

    async def show(self, visit: Visit) -> Response:
        edition = self.engine().edition
        today = visit.now.astimezone(KYIV).date()
        first, last = list_span(today, DAYS)
        cells = await self.counts.read_counts(first, last)
        shown = {cell.removeprefix("shown "): n for cell, n in cells.items() if cell.startswith("shown ")}
        found = survey(edition, today, shown)
        status = self.status()
        say = visit.voice.words(visit.language).gettext
        return self.pages.page(
            "health.html",
            visit.voice,
            visit.language,
            Visitor(language=visit.language),
            headers={"Cache-Control": "no-store"},
            found=found,
            table=self._build_table(found, visit.language),
            states=[(MARKS[name], say(words)) for name, words in STATES.items()],
            regions=[(r.id, r.short.get(visit.language, r.id)) for r in edition.regions.values()],
            loading=status,
            refused=[f.render(say) for f in status.findings if f.severity == "error"][:20],
            warnings=[f.render(say) for f in status.findings if f.severity == "warning"][:60],
            work=found["work"][:WORK],
            counts=hide_small(cells),
            days=DAYS,
            notes=sorted((await self.notes()).items(), key=lambda row: -row[1]),
        )

    def _build_table(
        self, found: dict[str, Any], language: str
    ) -> list[tuple[str, list[tuple[str, str, str]]]]:
        groups = self.engine().edition.groups
        rows: dict[str, list[tuple[str, str, str]]] = {}
        for cell in found["cells"]:
            if cell["language"] == language:
                title = f"{cell['entitlements']} · {cell['regional_contacts']} · {cell['regional_phones']}"
                rows.setdefault(cell["group"], []).append((cell["state"], MARKS[cell["state"]], title))
        return [(groups[id].short.get(language, id), row) for id, row in rows.items()]

    async def export(self, visit: Visit) -> Response:
        first, last = list_span(visit.now.astimezone(KYIV).date(), DAYS)
        text = write_csv(await self.counts.read_counts(first, last))
        headers = {"Content-Disposition": 'attachment; filename="counts.csv"', "Cache-Control": "no-store"}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
