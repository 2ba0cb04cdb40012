"""What a process tells those who watch over it: counts, durations and troubles; never a person.

`/metrics` shows the figures, `/readyz` the troubles. They belong to the process, so there is one of each.
"""

from __future__ import annotations

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

log = structlog.get_logger("troubles")

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # processor time, memory, open files
TURNS = Counter("turns", "Turns committed.", registry=REGISTRY)
WAITING = Gauge("turns_waiting", "Arrivals that wait for their turn.", registry=REGISTRY)
COMMIT = Histogram(
    "store_commit_seconds",
    "Time to commit one batch of turns.",
    registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
CALLS = Counter("telegram_calls", "Calls to Telegram by how they ended.", ["outcome"], registry=REGISTRY)
OWED = Gauge("replies_owed", "Replies that are owed and not yet out.", registry=REGISTRY)
OLDEST = Gauge("oldest_reply_owed_seconds", "Age of the oldest owed reply.", registry=REGISTRY)
RELOADS = Counter("reloads", "Changed editions, taken or refused.", ["result"], registry=REGISTRY)
REFUSED = Gauge("edition_refused", "1 while the newest files are refused.", registry=REGISTRY)
OVERDUE = Gauge("records_overdue", "Records whose review or term has passed.", registry=REGISTRY)

IN_TROUBLE = Gauge(
    "in_trouble",
    "1 while something keeps the process from its work, by its kind.",
    ["kind"],
    registry=REGISTRY,
)

TROUBLES: dict[str, str] = {}
"""What keeps the process from doing its work now, a sentence each, by its kind."""

STORE = "The database does not take what is written: look at its disk space, its owner and DATABASE_URL."
TOKEN = "Telegram does not take TELEGRAM_BOT_TOKEN: copy it anew from @BotFather and start again."  # noqa: S105 - a sentence
WEBHOOK = "Telegram does not take TELEGRAM_WEBHOOK_URL: it must be public, with https."
TELEGRAM = "Telegram cannot be reached: look at the network and TELEGRAM_API_URL. What people wrote waits there for a day."
CLOCK = "The clock of this machine is behind the newest source of the base: set it, opening hours and terms depend on it."
SKEW = "The clocks of this machine and of Telegram are more than five minutes apart: set this one, opening hours and terms depend on it."


def set_trouble(kind: str, sentence: str = "") -> None:
    """Begin a trouble, or end it with an empty sentence; both are told in the log once."""
    if sentence:
        if kind not in TROUBLES:
            log.error("in trouble", kind=kind, remedy=sentence)
        TROUBLES[kind] = sentence
        IN_TROUBLE.labels(kind).set(1)
    elif TROUBLES.pop(kind, None):
        log.info("trouble over", kind=kind)
        IN_TROUBLE.labels(kind).set(0)
