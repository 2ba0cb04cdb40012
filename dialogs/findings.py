"""What is wrong with a knowledge base, said to whoever can mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from dialogs.words import N_

Severity = Literal["error", "warning", "note"]
Path = tuple[str | int, ...]
_SEVERITIES: dict[Severity, str] = {"error": N_("error"), "warning": N_("warning"), "note": N_("note")}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was read: its file, and (line, column) of each path in it."""

    file: str
    positions: Mapping[Path, tuple[int, int]]

    def find(self, path: Path) -> tuple[int, int]:
        """Line and column of the path, or of its nearest parent that is in the file."""
        at: list[str | int] = []
        for part in path:
            if (*at, part) in self.positions:
                at.append(part)
        return self.positions.get(tuple(at), (1, 1))


def say_path(path: Iterable[str | int]) -> str:
    """`how №1.uk`: a path as an editor counts, from one."""
    said = ""
    for part in path:
        said += f" №{part + 1}" if isinstance(part, int) else f".{part}" if said else part
    return said


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `what` and `remedy` are message ids with named placeholders."""

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    what: str
    remedy: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def render(self, say: Callable[[str], str] = lambda text: text) -> str:
        head = f"{self.file}:{self.line}:{self.column}: {say(_SEVERITIES[self.severity])}: "
        return head + self.say_what(say) + ". " + self.say_remedy(say)

    def say_what(self, say: Callable[[str], str]) -> str:
        return say(self.what).format(**self.values)

    def say_remedy(self, say: Callable[[str], str]) -> str:
        return say(self.remedy).format(**self.values)


class Findings:
    """Collects findings and points each at its place in a file."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def add(
        self,
        origin: Origin | None,
        path: Path,
        severity: Severity,
        code: str,
        what: str,
        remedy: str,
        /,
        **values: Any,
    ) -> None:
        line, column = origin.find(path) if origin else (1, 1)
        file = origin.file if origin else "knowledge"
        self.all.append(Finding(file, line, column, severity, code, what, remedy, values))

    def sort(self) -> list[Finding]:
        return sorted(set_unique(self.all), key=lambda f: (f.file, f.line, f.column, f.code))

    @property
    def errors(self) -> int:
        return sum(f.severity == "error" for f in self.all)


@dataclass(frozen=True, slots=True)
class Pen:
    """Notes findings about one record: its file and the path at which the record begins.

    `skip` are fields of the record that could not be read: nothing more is said of them.
    """

    findings: Findings
    origin: Origin | None
    top: Path = ()
    skip: frozenset[str] = frozenset()

    def has(self, *path: str | int) -> bool:
        """Whether this stands in the file."""
        return self.origin is not None and (*self.top, *path) in self.origin.positions

    def at(self, *path: str | int) -> tuple[int, int]:
        return self.origin.find((*self.top, *path)) if self.origin else (1, 1)

    def line(self, *path: str | int) -> int:
        return self.at(*path)[0]

    def below(self, *path: str | int) -> Pen:
        return Pen(self.findings, self.origin, (*self.top, *path))

    def error(self, path: Path, code: str, what: str, remedy: str, /, **values: Any) -> None:
        self._add(path, "error", code, what, remedy, values)

    def warn(self, path: Path, code: str, what: str, remedy: str, /, **values: Any) -> None:
        self._add(path, "warning", code, what, remedy, values)

    def note(self, path: Path, code: str, what: str, remedy: str, /, **values: Any) -> None:
        self._add(path, "note", code, what, remedy, values)

    def _add(
        self, path: Path, severity: Severity, code: str, what: str, remedy: str, values: dict[str, Any]
    ) -> None:
        if not (path and path[0] in self.skip):
            self.findings.add(self.origin, (*self.top, *path), severity, code, what, remedy, **values)


def set_unique(findings: list[Finding]) -> list[Finding]:
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for finding in findings:
        key = (finding.file, finding.line, finding.column, finding.code, str(finding.values))
        if key not in seen:
            seen.add(key)
            kept.append(finding)
    return kept


_LATIN_TWINS = str.maketrans("аеіорсухкмнтвАЕІОРСУХКМНТВ", "aeiopcyxkmhtbAEIOPCYXKMHTB")


def read_as_latin(name: str) -> str:
    """The word with Cyrillic letters replaced by the Latin ones that look the same."""
    return name.translate(_LATIN_TWINS)


def suggest(name: str, valid: Iterable[str]) -> str:
    """The nearest valid name, or an empty string."""
    names = list(valid)
    latin = read_as_latin(name)
    if latin in names:
        return latin
    near = get_close_matches(latin, names, n=1, cutoff=0.6)
    return near[0] if near else ""
