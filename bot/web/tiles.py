"""The regions as tiles, roughly where they lie: a picture that needs no map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_AT = {  # column, row
    "UA-07": (1, 0), "UA-56": (2, 0), "UA-18": (3, 0), "UA-30": (4, 0), "UA-74": (5, 0), "UA-59": (6, 0),
    "UA-46": (0, 1), "UA-61": (1, 1), "UA-68": (2, 1), "UA-05": (3, 1), "UA-32": (4, 1), "UA-53": (5, 1),
    "UA-63": (6, 1), "UA-09": (7, 1),
    "UA-21": (0, 2), "UA-26": (1, 2), "UA-77": (2, 2), "UA-71": (4, 2), "UA-35": (5, 2), "UA-12": (6, 2),
    "UA-14": (7, 2),
    "UA-51": (3, 3), "UA-48": (4, 3), "UA-65": (5, 3), "UA-23": (6, 3),
    "UA-40": (4, 4), "UA-43": (5, 4),
}  # fmt: skip
_WIDE, _HIGH, _GAP, _ROWS, _COLUMNS = 92, 62, 5, 5, 8
_SHADES = (
    (5, "#14506e", "#ffffff"),
    (2, "#6fa3bd", "#000000"),
    (1, "#cfe2ec", "#000000"),
    (0, "#ffffff", "#000000"),
)
_NAME = 13


def draw_tiles(
    rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], title: str, legend: str
) -> Markup:
    """One tile a region, the darker the more lines of its own answer; the number stands in it too.

    Args:
        rows: `regions` of a survey.
        legend: What the number means.
    """
    parts = []
    spare = 0
    for row in rows:
        id, number = row["id"], row["firm"]
        at = _AT.get(id)
        if at is None:  # a region that came later
            at, spare = (spare, _ROWS), spare + 1
        x, y = (at[i] * (size + _GAP) + 2 for i, size in enumerate((_WIDE, _HIGH)))
        fill, ink = next((fill, ink) for least, fill, ink in _SHADES if number >= least)
        name = names.get(id, id)
        short = name if len(name) <= _NAME else name[: _NAME - 1] + "."
        parts.append(
            f"<g><title>{escape(name)}: {number}</title>"
            f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="6" fill="{fill}" stroke="#4a5865"/>'
            f'<text x="{x + _WIDE // 2}" y="{y + 23}" fill="{ink}" text-anchor="middle" font-size="12">{escape(short)}</text>'
            f'<text x="{x + _WIDE // 2}" y="{y + 47}" fill="{ink}" text-anchor="middle" font-size="19" font-weight="600">{number}</text></g>'
        )
    rows_shown = _ROWS + (1 if spare else 0)
    wide = max(_COLUMNS, spare) * (_WIDE + _GAP)
    high = rows_shown * (_HIGH + _GAP) + 28
    return Markup(  # noqa: S704 - every text in it is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" viewBox="0 0 {wide} {high}" '
        f'width="{wide}" height="{high}" font-family="sans-serif">{"".join(parts)}'
        f'<text x="4" y="{high - 8}" font-size="13" fill="currentColor">{escape(legend)}</text></svg>'
    )
