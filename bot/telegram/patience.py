"""When Telegram does not answer, or refuses: how long to wait, and what the probes tell meanwhile."""

from __future__ import annotations

import structlog
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot import gauges
from bot.telegram.eraser import seconds_of

FIRST, LONGEST = 0.5, 30.0  # seconds
log = structlog.get_logger("telegram")


class Patience:
    """Grows with each failure in a row."""

    def __init__(self, told_from: float = 0.0) -> None:
        """`told_from`: the pause from which on it is a trouble that Telegram cannot be reached; blips are none."""
        self._told_from = told_from
        self.pause = 0.0
        self.trouble = ""  # the sentence that the probes tell

    def fail(self, error: TelegramError) -> None:
        """Set `pause` to the seconds until the next try."""
        if isinstance(error, RetryAfter):
            self.pause = seconds_of(error)
            return
        self.pause = min(LONGEST, self.pause * 2 or FIRST)
        if isinstance(error, InvalidToken):
            self._tell("token", gauges.TOKEN)
            log.error("Telegram does not take the token", again_in=self.pause)
        elif isinstance(error, BadRequest):  # of calls without a person only this one can be refused
            self._tell("webhook", gauges.WEBHOOK)
            log.error("Telegram does not take the webhook", error=error.message, again_in=self.pause)
        else:
            if self.pause >= self._told_from:
                self._tell("telegram", gauges.TELEGRAM)
            log.warning("Telegram cannot be reached", error=type(error).__name__, again_in=self.pause)

    def _tell(self, kind: str, sentence: str) -> None:
        self.trouble = sentence
        gauges.set_trouble(kind, sentence)

    def succeed(self) -> None:
        self.pause = 0.0
        for kind in ("token", "webhook", "telegram"):
            gauges.set_trouble(kind)
