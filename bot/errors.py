"""Errors that end a command: one sentence for whoever can mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class MendableError(Exception):
    """Something the administrator can mend. `message` is a message id with named placeholders."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def say(self, gettext: Callable[[str], str] = lambda text: text) -> str:
        return gettext(self.message).format(**self.values)

    def __str__(self) -> str:
        return self.say()
