"""Plots of what was counted, as SVG. Only figures that may be told are drawn; beside each stands its table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import leather
from leather import theme
from markupsafe import Markup

from bot.stats import Drop, Figure, name_week

_WIDE, _ROW, _HIGH = 720, 24, 260
_COLOURS = ("#14506e", "#b35c00", "#4a5865")

for part in ("title", "legend", "axis_title", "tick"):
    setattr(theme, f"{part}_font_family", "sans-serif")
theme.background_color = "#ffffff"
theme.tick_font_size = theme.legend_font_size = 13
theme.label_color = theme.legend_color = theme.axis_title_color = "#333333"
theme.tick_color = "#dddddd"


def draw_weeks(title: str, weeks: Sequence[int], series: Sequence[tuple[str, Figure | None]]) -> Markup:
    """A line a series over the weeks; a week that may not be told stands at nought."""
    chart = leather.Chart(title)
    for (name, figure), colour in zip(series, _COLOURS, strict=False):
        told = figure.weeks if figure is not None else {}
        chart.add_line([(name_week(w), told.get(w, 0)) for w in weeks], name=name, stroke_color=colour)
    days = [name_week(w) for w in weeks]
    chart.add_x_axis(ticks=days, tick_formatter=lambda day, _at, _count: day.strftime("%d.%m"))
    return _finish(chart, title, _HIGH)


def draw_drops(title: str, names: Sequence[str], drops: Sequence[Drop]) -> Markup | None:
    """Of a hundred who were asked, of how many nothing more came; None when no share may be told."""
    shares = [(n, round(100 * d.lost)) for n, d in zip(names, drops, strict=True) if d.lost is not None]
    if not shares:
        return None
    chart = leather.Chart(title)
    chart.add_x_scale(0, 100)
    chart.add_bars([(share, name) for name, share in shares], fill_color=_COLOURS[0])
    return _finish(chart, title, 110 + _ROW * len(shares))


def _finish(chart: leather.Chart, title: str, height: int) -> Markup:
    svg = chart.to_svg(width=_WIDE, height=height)
    label = Markup.escape(title)
    head = f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDE} {height}" '
    return Markup(re.sub(r"^<svg ", head, svg, count=1))  # noqa: S704 - the library escapes what it is given
