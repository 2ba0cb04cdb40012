"""What is counted of a call: its topic, region and outcome, each by itself, so that no call can be told from another."""

from __future__ import annotations

from bot.web.console.call import Call
from dialogs.counting import GUARDED
from dialogs.edition import Edition
from dialogs.guidance import list_plain_topics
from dialogs.words import N_

OUTCOMES = {
    "told": N_("Told what to do and whom to call"),
    "passed_on": N_("Passed on to a colleague or another service"),
    "no_answer": N_("No answer found here"),
    "cut_off": N_("The call broke off"),
}


def list_cells(edition: Edition, call: Call, topic: str, outcome: str) -> list[str]:
    """Cells of the counts table; unknown ids count as nothing, and guarded topics as one."""
    cells = ["call"]
    if topic in edition.topic_order:
        cells.append(f"call topic {topic if topic in list_plain_topics(edition) else GUARDED}")
    if outcome in OUTCOMES:
        cells.append(f"call outcome {outcome}")
    regions = [r for r in call.ticks.get(edition.region_question, ()) if r in edition.regions]
    cells.extend(f"call region {r}" for r in regions[:1])
    return cells
