"""`/health/knowledge`: the state of the base at a glance, for administrators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from bot.coverage import MARKS, survey
from bot.handover import milliseconds
from bot.reload import Status
from bot.stats import Figure, count_shown, list_drops, list_weeks, pick, tell, write_csv
from bot.store.counted import Counts
from bot.store.desk import Marks
from bot.store.notes import Note, count_notes
from bot.web.console.gate import Gate, Visit
from bot.web.pages import Pages
from bot.web.tiles import draw_tiles
from bot.web.visitor import Visitor
from dialogs.counting import GUARDED, OTHER
from dialogs.engine import KYIV, Engine
from dialogs.words import N_

if TYPE_CHECKING:
    from bot.draft import Draft

WEEKS = 8
WORK, ROWS, REMARKS, FINDINGS = 30, 20, 100, 80
MARKS_FRESH = 30 * 86_400_000
STATES = {
    "covered": N_("covered"),
    "national": N_("national lines only"),
    "thin": N_("thin"),
    "unconfirmed": N_("much is not confirmed"),
}


Notes = Callable[[], Awaitable[list[Note]]]


@dataclass(frozen=True, slots=True)
class Health:
    """The page and its export. Counts only; nothing here tells of a person."""

    gate: Gate
    pages: Pages
    engine: Callable[[], Engine]
    counts: Counts
    notes: Notes
    status: Callable[[], Status]
    marks: Callable[[int], Awaitable[Mapping[str, Marks]]]
    draft: Callable[[], Awaitable[Draft | None]] | None = None

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
        weeks = list_weeks(today, WEEKS)
        figures = tell(await self.counts.read(weeks[0], weeks[-1]), weeks[-1])
        found = survey(edition, today, count_shown(figures))
        status, notes = self.status(), await self.notes()
        marks = await self.marks(milliseconds(visit.now) - MARKS_FRESH)
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
            **await self._look_at_draft(say, visit.language),
            work=found["work"][:WORK],
            **self._count(figures, weeks, say, visit.language),
            **self._draw_regions(found, say, visit.language),
            notes=count_notes(notes),
            marks=[
                (id, edition.contacts[id].short.get(visit.language, id), mark)
                for id, mark in sorted(marks.items(), key=lambda row: (-row[1].no_answer, row[0]))
                if id in edition.contacts
            ],
            remarks=[note for note in notes if note.words][:REMARKS],
        )

    async def _look_at_draft(self, say: Callable[[str], str], language: str) -> dict[str, Any]:
        """The draft beside the live edition; without a draft folder the page has no word of it."""
        if self.draft is None:
            return {"has_draft": False}
        draft = await self.draft()
        if draft is None:
            return {"has_draft": True, "draft": None}
        told = [f.render(say) for name in ("error", "warning") for f in draft.findings if f.severity == name]
        return {
            "has_draft": True,
            "draft": draft,
            "draft_findings": told[:FINDINGS],
            "draft_effects": draft.effects.get(language) or next(iter(draft.effects.values()), ()),
        }

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

    def _count(
        self, figures: list[Figure], weeks: list[int], say: Callable[[str], str], language: str
    ) -> dict[str, Any]:
        """Tables of what was counted, and two plots."""
        from bot.web.plots import draw_drops, draw_weeks

        edition = self.engine().edition
        alone = {f.cell: f for f in figures}
        drops = list_drops(figures, [*edition.questions, GUARDED])
        names = [name_question(say, d.question) for d in drops]
        series = [
            (say(N_("Dialogues begun")), alone.get("started")),
            (say(N_("Results shown")), alone.get("results")),
            (say(N_("Searches not understood")), alone.get("missed")),
        ]
        tables = [
            (say(N_("Topics opened")), "topic", {t.id: t.title for t in edition.base.topics}),
            (say(N_("Groups in the results")), "group", {g.id: g.short for g in edition.groups.values()}),
            (say(N_("Cards opened")), "opened", {e.id: e.title.short for e in edition.entitlements.values()}),
            (
                say(N_("Cards offered first")),
                "listed",
                {e.id: e.title.short for e in edition.entitlements.values()},
            ),
            (say(N_("Words of searches that were not understood")), "missed word", {}),
            (say(N_("Calls by topic")), "call topic", {t.id: t.title for t in edition.base.topics}),
            (say(N_("Calls by region")), "call region", {r.id: r.name for r in edition.regions.values()}),
            (say(N_("Calls by outcome")), "call outcome", {}),
        ]
        shown = []
        for title, kind, titles in tables:
            rows = [
                (titles.get(id, {}).get(language) or name_question(say, id), figure.text)
                for id, figure in list(pick(figures, kind).items())[:ROWS]
            ]
            shown.append((title, rows))
        totals = [(name, figure.text) for name, figure in series if figure is not None]
        totals += [
            (say(words), alone[cell].text)
            for cell, words in (
                ("searched", N_("Searches")),
                (f"missed {OTHER}", N_("Searches without any word of the base")),
                ("handover", N_("«Talk to a person» opened")),
                ("crisis", N_("Words of danger heard")),
                ("call", N_("Calls ended")),
            )
            if cell in alone
        ]
        return {
            "weeks": WEEKS,
            "totals": totals,
            "week_plot": draw_weeks(say(N_("By week")), weeks, series) if figures else None,
            "drops": list(zip(names, drops, strict=True)),
            "drop_plot": draw_drops(
                say(N_("Of a hundred asked, of how many nothing more came")), names, drops
            ),
            "counted": shown,
        }

    def _draw_regions(
        self, found: dict[str, Any], say: Callable[[str], str], language: str
    ) -> dict[str, Any]:
        edition = self.engine().edition
        names = {r.id: r.short.get(language, r.id) for r in edition.regions.values()}
        topics = {t.id: t.title.get(language, t.id) for t in edition.base.topics}
        title = say(N_("Regions and the lines of their own"))
        legend = say(N_("Phones of the region's own that a dated source names"))
        rows = [
            (
                names[row["id"]],
                row["contacts"],
                row["phones"],
                row["firm"],
                ", ".join(map(topics.__getitem__, row["topics"])),
            )
            for row in found["regions"]
        ]
        return {"map": draw_tiles(found["regions"], names, title, legend), "region_rows": rows}

    async def export(self, visit: Visit) -> Response:
        weeks = list_weeks(visit.now.astimezone(KYIV).date(), WEEKS)
        text = write_csv(await self.counts.read(weeks[0], weeks[-1]), weeks[-1])
        headers = {"Content-Disposition": 'attachment; filename="counts.csv"', "Cache-Control": "no-store"}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def name_question(say: Callable[[str], str], id: str) -> str:
    return say(N_("guarded, all together")) if id == GUARDED else id
