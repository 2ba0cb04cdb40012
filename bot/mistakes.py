"""Turns what pydantic finds wrong with a record into findings that name the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.problem import Problem
from bot.values import HIDDEN, field_names
from dialogs.findings import Findings, Origin, Pen, suggest
from dialogs.findings import Path as RecordPath
from dialogs.records import Record

R = TypeVar("R", bound=Record)
_SPOILT = ("condition", "too_short", "missing", "tuple_type")
_SPOILING = ("wrong_braces", "comma_in_braces")


def check_record(model: type[R], raw: Any, origin: Origin, base: RecordPath, findings: Findings) -> R | None:
    """Validate one record; None when it does not fit its model."""
    return check_patched(model, raw, origin, base, findings, {})[0]


def check_patched(
    model: type[R],
    raw: Any,
    origin: Origin,
    base: RecordPath,
    findings: Findings,
    example: Mapping[str, Any],
) -> tuple[R | None, frozenset[str]]:
    """Validate one record; where it is faulty, take the field from the example.

    Returns:
        The record, or None when even that does not help, and the fields that hold the example's value.
    """
    try:
        return model.model_validate(raw), frozenset()
    except ValidationError as error:
        told: set[RecordPath] = set()
        spoilt = {(f.line, f.column) for f in findings.all if f.file == origin.file and f.code in _SPOILING}
        problems = error.errors(include_url=False)
        misnamed = {
            (*p["loc"][:-1], suggest(HIDDEN.sub("", str(p["loc"][-1])), field_names(model, p["loc"][:-1])))
            for p in problems
            if p["type"] == "extra_forbidden"
        }
        for problem in problems:
            if problem["type"] == "missing" and problem["loc"] in misnamed:
                continue  # the field is there, under a name that is told as wrong
            path = _find_field(problem, origin, base)
            if path in told:  # the other members of a union
                continue
            told.add(path)
            at = (*path, *(problem.get("ctx") or {}).get("path", ()))
            if problem["type"] in _SPOILT and _is_spoilt(origin, at, spoilt):
                continue
            Problem(model, raw, problem, path, base, Pen(findings, origin), example).tell()
        if not example or not isinstance(raw, dict):
            return None, frozenset()
        faulty = {str(p["loc"][0]) for p in problems if p["loc"]}
        kept = {k: v for k, v in raw.items() if k not in faulty}
        filled = {k: v for k, v in example.items() if k in faulty}
        try:
            return model.model_validate({**kept, **filled}), frozenset(faulty)
        except ValidationError:
            return None, frozenset()


def _is_spoilt(origin: Origin, path: RecordPath, spoilt: set[tuple[int, int]]) -> bool:
    """Whether what is missing in these braces was told already, as something that could not be read."""
    line, column = origin.find(path)
    return any(row == line and at > column for row, at in spoilt)


def _find_field(problem: Any, origin: Origin, base: RecordPath) -> RecordPath:
    """The path without the names pydantic gives to the members of a union."""
    path = list(base)
    parts = problem["loc"]
    for i, part in enumerate(parts):
        is_last = i == len(parts) - 1
        if (*path, part) in origin.positions or (is_last and problem["type"] == "missing"):
            path.append(part)
    return tuple(path)
