"""Pictures as plain SVG: columns of boxes joined by lines, readable without any program but a browser."""

from __future__ import annotations

from html import escape

from dialogs.engine import Engine
from dialogs.machine import ASKING
from dialogs.rules import read_questions

_WIDE, _HIGH, _GAP, _LANE = 250, 26, 8, 130
_COLOURS = {"question": "#e8f0fe", "group": "#e6f4ea", "entitlement": "#fef7e0", "place": "#f3e8fd"}
Box = tuple[str, str, str]  # id, label, kind


def draw_svg(engine: Engine, what: str, language: str) -> str | None:
    """The states, or questions → groups → entitlements around one record."""
    edition = engine.edition
    if what == "machine":
        return _draw_machine(engine)
    groups = {g.id: read_questions(g.when) for g in edition.groups.values()}
    cards = {
        e.id: read_questions(e.when) if e.when is not None else frozenset()
        for e in edition.entitlements.values()
    }
    if what in edition.questions:
        shown_groups = [g for g, asked in groups.items() if what in asked]
        shown_cards = [c for c, asked in cards.items() if what in asked]
        questions = [what]
    elif what in edition.groups:
        shown_groups = [what]
        shown_cards = [e.id for e in edition.entitlements.values() if what in e.groups]
        questions = [q for q in edition.questions if q in groups[what]]
    elif what in edition.entitlements:
        shown_groups = [g for g in edition.entitlements[what].groups if g in groups]
        shown_cards = [what]
        questions = [q for q in edition.questions if q in cards[what]]
    else:
        return None
    columns: list[list[Box]] = [
        [(q, q, "question") for q in questions],
        [(g, edition.groups[g].short.get(language, g), "group") for g in shown_groups],
        [(c, edition.entitlements[c].title.short.get(language, c), "entitlement") for c in shown_cards],
    ]
    lines = [(q, g) for g in shown_groups for q in questions if q in groups[g]]
    lines += [(q, c) for c in shown_cards for q in questions if q in cards[c]]
    lines += [(g, c) for c in shown_cards for g in shown_groups if g in edition.entitlements[c].groups]
    return _draw_columns(columns, lines)


def _draw_machine(engine: Engine) -> str:
    """Every state and the trigger that leads to it; a move is legal from every state but where it says so."""
    places: list[Box] = []
    asking: list[Box] = []
    ends: list[Box] = []
    states = len(engine.tools.mover.states)
    for move in engine.tools.mover.transitions:
        dest, label = move["dest"], f"{move['trigger']} → {move['dest']}"
        count = len(move["source"])
        if dest.startswith(f"{ASKING}."):
            asking.append((dest, label, "question"))
        elif count == states:
            places.append((dest, label, "place"))
        else:
            ends.append((dest, f"{label} ({count}/{states})", "group"))
    return _draw_columns([places, ends, asking], [])


def _draw_columns(columns: list[list[Box]], lines: list[tuple[str, str]]) -> str:
    columns = [column for column in columns if column]
    rows = max(len(column) for column in columns)
    width = len(columns) * (_WIDE + _LANE) - _LANE + 20
    height = rows * (_HIGH + _GAP) + 20
    at: dict[str, tuple[int, int]] = {}
    boxes = []
    for i, column in enumerate(columns):
        x = 10 + i * (_WIDE + _LANE)
        top = 10 + (rows - len(column)) * (_HIGH + _GAP) // 2
        for j, (id, label, kind) in enumerate(column):
            y = top + j * (_HIGH + _GAP)
            at[id] = (x, y)
            boxes.append(
                f'<g><title>{escape(id)}</title><rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="5" '
                f'fill="{_COLOURS[kind]}" stroke="#555"/><text x="{x + 8}" y="{y + 17}">{escape(label[:38])}</text></g>'
            )
    joins = []
    for start, end in lines:
        (x1, y1), (x2, y2) = at[start], at[end]
        a, b = x1 + _WIDE, y1 + _HIGH // 2
        c, d = x2, y2 + _HIGH // 2
        middle = (a + c) // 2
        joins.append(f'<path d="M{a},{b} C{middle},{b} {middle},{d} {c},{d}" fill="none" stroke="#999"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12">{"".join(joins)}{"".join(boxes)}</svg>'
    )
