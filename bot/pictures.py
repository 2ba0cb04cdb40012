"""The dialogue as a picture, from the machine and the rules: one graph, written as SVG or as Mermaid."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Literal

from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.machine import ASKING
from dialogs.rules import Condition, walk_facts

Kind = Literal["question", "fact", "group", "entitlement", "place"]
_WIDE, _HIGH, _GAP, _LANE, _LABEL = 280, 26, 8, 120, 40
_COLOURS: dict[Kind, str] = {
    "question": "#e8f0fe",
    "fact": "#ffffff",
    "group": "#e6f4ea",
    "entitlement": "#fef7e0",
    "place": "#f3e8fd",
}


@dataclass(frozen=True, slots=True)
class Box:
    id: str
    label: str
    kind: Kind


@dataclass(slots=True)
class Graph:
    """Boxes in columns, and lines from left to right; a line may bear a word."""

    columns: list[list[Box]]
    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def join(self, start: str, end: str, word: str = "") -> None:
        if (start, end, word) not in self.lines:
            self.lines.append((start, end, word))


def build_graph(engine: Engine, what: str, language: str) -> Graph | None:
    """The states, or question → facts → groups → entitlements around one record; None for an unknown id."""
    if what == "machine":
        return _build_machine(engine)
    edition = engine.edition
    groups = {g.id: _read_facts(g.when) for g in edition.groups.values()}
    cards = {e.id: _read_facts(e.when) for e in edition.entitlements.values()}
    if what in edition.questions:
        facts = [(what, choice.id) for choice in edition.choices[what]]
        shown_groups = [g for g, read in groups.items() if read & set(facts)]
        shown_cards = [c for c, read in cards.items() if read & set(facts)]
    elif what in edition.groups:
        shown_groups = [what]
        shown_cards = [e.id for e in edition.entitlements.values() if what in e.groups]
        facts = _sort(edition, groups[what])
    elif what in edition.entitlements:
        shown_cards = [what]
        shown_groups = [g for g in edition.entitlements[what].groups if g in groups]
        facts = _sort(edition, cards[what].union(*(groups[g] for g in shown_groups)))
    else:
        return None
    graph = Graph(
        [
            [Box(q, q, "question") for q in dict.fromkeys(q for q, _ in facts)],
            [Box(f"{q}.{c}", _say_choice(edition, q, c, language), "fact") for q, c in facts],
            [Box(g, edition.groups[g].short.get(language, g), "group") for g in shown_groups],
            [
                Box(c, edition.entitlements[c].title.short.get(language, c), "entitlement")
                for c in shown_cards
            ],
        ]
    )
    for question, choice in facts:
        name = f"{question}.{choice}"
        graph.join(question, name)
        for group in shown_groups:
            if (question, choice) in groups[group]:
                graph.join(name, group)
        for card in shown_cards:
            if (question, choice) in cards[card]:
                graph.join(name, card)
    for card in shown_cards:
        for group in shown_groups:
            if group in edition.entitlements[card].groups:
                graph.join(group, card)
    return graph


def _read_facts(condition: Condition | None) -> set[tuple[str, str]]:
    facts = walk_facts(condition) if condition is not None else ()
    return {(fact.question, choice) for fact in facts for choice in fact.choices}


def _sort(edition: Edition, facts: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """In the order in which they are asked and offered."""
    questions, order = list(edition.questions), edition.bits
    return sorted(facts, key=lambda f: (questions.index(f[0]), list(order[f[0]]).index(f[1])))


def _say_choice(edition: Edition, question: str, choice: str, language: str) -> str:
    label = next((c.label for c in edition.choices.get(question, ()) if c.id == choice), {})
    return label.get(language) or choice


def _build_machine(engine: Engine) -> Graph:
    """From which states each trigger leads where. Moves to a question are one box: they are all alike, or they are not folded."""
    states = engine.tools.mover.states
    moves = [(frozenset(m["source"]), m["trigger"], m["dest"]) for m in engine.tools.mover.transitions]
    asking = {source for source, _, dest in moves if dest.startswith(f"{ASKING}.")}
    if len(asking) == 1:
        moves = [m for m in moves if not m[2].startswith(f"{ASKING}.")]
        moves.append((next(iter(asking)), "ask_QUESTION", f"{ASKING}.QUESTION"))
    sources = {
        source: "any state" if source == states else "any state but " + ", ".join(sorted(states - source))
        for source in sorted({m[0] for m in moves}, key=len)
    }
    graph = Graph(
        [
            [Box(f"from{at}", label, "group") for at, label in enumerate(sources.values())],
            [
                Box(dest, dest, "question" if dest.startswith(f"{ASKING}.") else "place")
                for _, _, dest in moves
            ],
        ]
    )
    names = {source: f"from{at}" for at, source in enumerate(sources)}
    for source, trigger, dest in moves:
        graph.join(names[source], dest, trigger)
    return graph


def write_mermaid(graph: Graph) -> str:
    """For pages that draw Mermaid; identifiers are made safe, labels quoted."""
    names = {box.id: f"n{at}" for at, box in enumerate(b for column in graph.columns for b in column)}
    out = ["flowchart LR"]
    for column in graph.columns:
        for box in column:
            label = box.label.replace('"', "'")
            out.append(f'    {names[box.id]}["{label}"]')
    for start, end, word in graph.lines:
        out.append(f"    {names[start]} -->{f'|{word}|' if word else ''} {names[end]}")
    return "\n".join(out)


def write_svg(graph: Graph) -> str:
    """Readable without any program but a browser."""
    columns = [column for column in graph.columns if column]
    rows = max(len(column) for column in columns)
    width = len(columns) * (_WIDE + _LANE) - _LANE + 20
    height = rows * (_HIGH + _GAP) + 20
    at: dict[str, tuple[int, int]] = {}
    boxes = []
    for i, column in enumerate(columns):
        x = 10 + i * (_WIDE + _LANE)
        top = 10 + (rows - len(column)) * (_HIGH + _GAP) // 2
        for j, box in enumerate(column):
            y = top + j * (_HIGH + _GAP)
            at[box.id] = (x, y)
            label = box.label if len(box.label) <= _LABEL else box.label[: _LABEL - 1] + "…"
            boxes.append(
                f'<g><title>{escape(box.id)}</title><rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="5" '
                f'fill="{_COLOURS[box.kind]}" stroke="#555"/><text x="{x + 8}" y="{y + 17}">{escape(label)}</text></g>'
            )
    joins = [_draw_line(at[start], at[end], word) for start, end, word in graph.lines]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(joins)}{''.join(boxes)}</svg>"
    )


def _draw_line(start: tuple[int, int], end: tuple[int, int], word: str) -> str:
    a, b = start[0] + _WIDE, start[1] + _HIGH // 2
    c, d = end[0], end[1] + _HIGH // 2
    middle = (a + c) // 2
    path = f'<path d="M{a},{b} C{middle},{b} {middle},{d} {c},{d}" fill="none" stroke="#999"/>'
    if not word:
        return path
    return (
        path
        + f'<text x="{c - 4}" y="{d - 3}" text-anchor="end" fill="#333" font-size="11">{escape(word)}</text>'
    )
