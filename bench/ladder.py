"""What each step on the path of a press buys: the service with all of them beside the service without one."""

from __future__ import annotations

from dataclasses import dataclass

from bench.bots import OURS
from bench.measure import AT_50, FAR_50, Phase, Sample, run_bot, take_sample

ALL = ""


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the one in bench/without.py; `place` is where the step stands."""

    name: str
    what: str
    place: str


STEPS = (
    Step("one_by_one", "updates of different people at once", "bot/telegram/polling.py"),
    Step("httpx", "calls over aiohttp, not HTTPX", "bot/telegram/request.py"),
    Step("parts", "a call made of aiohttp's parts, not by its session", "bot/telegram/request.py"),
    Step("commits", "one commit for all that is waiting", "bot/turns.py"),
    Step("thread", "a transaction in one thread, not a hop a statement", "bot/store/hands.py"),
    Step("screens", "screens, texts and buttons made once", "dialogs/screens/view.py, bot/telegram/layout.py"),
    Step("objects", "updates read as they come, not as objects", "bot/telegram/updates.py"),
    Step("collector", "the collector leaves alone what was built at the start", "bot/app.py"),
    Step("uvloop", "uvloop", "bot/app.py"),
)  # fmt: skip
PHASES = (AT_50, FAR_50)
Ladder = dict[tuple[str, Phase], list[Sample]]


async def climb(ladder: Ladder, name: str, seconds: float) -> None:
    """One round of one step, or of the whole for `ALL`."""
    async with run_bot(OURS, without=name) as (bot, crowd):
        for phase in PHASES:
            ladder.setdefault((name, phase), []).append(await take_sample(bot, crowd, phase, seconds))
