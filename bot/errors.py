"""Errors that end a command: one sentence for whoever can mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialogs.findings import Finding


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


class BrokenBaseError(Exception):
    """The knowledge base has errors; `findings` holds all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors = [f for f in findings if f.severity == "error"]
        first = errors[0].render()
        more = f" ({len(errors) - 1} more; run `nap1325 check`)" if len(errors) > 1 else ""
        super().__init__(f"The knowledge base cannot be used: {first}{more}")
        self.findings = findings
