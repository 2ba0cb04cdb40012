"""Turns what pydantic finds wrong with a record into findings that name the remedy."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dialogs.findings import Findings, Origin, suggest
from dialogs.findings import Path as RecordPath
from dialogs.records import Record

R = TypeVar("R", bound=Record)


def check_record(model: type[R], raw: Any, origin: Origin, base: RecordPath, findings: Findings) -> R | None:
    """Validate one record; None when it does not fit its model."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            _tell_problem(model, problem, origin, base, findings)
        return None


def _tell_problem(
    model: type[BaseModel], problem: Any, origin: Origin, base: RecordPath, findings: Findings
) -> None:
    context: dict[str, Any] = problem.get("ctx") or {}
    path: RecordPath = (*base, *problem["loc"], *context.get("path", ()))
    name = ".".join(str(part) for part in problem["loc"])
    kind = problem["type"]
    if kind == "extra_forbidden":
        key = str(problem["loc"][-1])
        near = suggest(key, _field_names(model, problem["loc"][:-1]))
        if near:
            findings.add(
                origin,
                (*path, "[key]"),
                "error",
                "unknown_key",
                "there is no field `{key}`",
                "Did you mean `{near}`?",
                key=key,
                near=near,
            )
        else:
            findings.add(
                origin,
                (*path, "[key]"),
                "error",
                "unknown_key",
                "there is no field `{key}`",
                "Delete it, or look up the fields in knowledge/README.md.",
                key=key,
            )
    elif kind == "missing":
        findings.add(
            origin, path, "error", "missing_field", "the field `{name}` is missing", "Add it.", name=name
        )
    elif kind == "condition":
        findings.add(
            origin,
            path,
            "error",
            "condition",
            "{detail}",
            "See «conditions» in knowledge/README.md.",
            detail=str(context.get("message")),
        )
    elif kind == "text_empty":
        findings.add(
            origin,
            path,
            "error",
            "empty_text",
            "`{name}` has an empty text in `{language}`",
            "Fill it in.",
            name=name,
            language=context.get("language"),
        )
    elif kind == "literal_error":
        value = str(problem.get("input"))
        valid = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        findings.add(
            origin,
            path,
            "error",
            "wrong_value",
            "`{name}` cannot be `{value}`; it is one of: {valid}",
            "Did you mean `{near}`?",
            name=name,
            value=value[:40],
            valid=", ".join(valid),
            near=suggest(value, valid) or (valid[0] if valid else ""),
        )
    elif kind == "string_type" and isinstance(problem.get("input"), int | float | bool):
        findings.add(
            origin,
            path,
            "error",
            "number_for_text",
            "`{name}` is read as a number or true/false, and should be text",
            'Put it in quotes: "{value}".',
            name=name,
            value=str(problem.get("input")),
        )
    elif kind == "string_pattern_mismatch":
        findings.add(
            origin,
            path,
            "error",
            "wrong_form",
            "`{name}` is `{value}`, which does not have the right form",
            "{form}",
            name=name,
            value=str(problem.get("input"))[:60],
            form=_explain_pattern(str(context.get("pattern"))),
        )
    elif kind.startswith("date"):
        findings.add(
            origin,
            path,
            "error",
            "bad_date",
            "`{name}` is not a date: `{value}`",
            "Write it as 2026-11-23.",
            name=name,
            value=str(problem.get("input"))[:40],
        )
    else:
        findings.add(
            origin,
            path,
            "error",
            "wrong_type",
            "`{name}` does not fit: {detail}",
            "Compare with a neighbouring record.",
            name=name or "record",
            detail=str(problem["msg"]),
        )


def _explain_pattern(pattern: str) -> str:
    if "a-z0-9_" in pattern:
        return "An id has small Latin letters, digits and _ only, 48 at most."
    if "https" in pattern:
        return "A link begins with https:// and has no spaces."
    if "UA-" in pattern:
        return "A region is named by its code, such as UA-63."
    if "[0-9]{4}" in pattern:
        return "Write a date as 2026, 2026-11 or 2026-11-23."
    if "[a-z]{2}" in pattern:
        return "A language is named by two small letters, such as uk or en."
    return "Compare with a neighbouring record."


def _field_names(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    names: list[str] = []
    current: Any = model
    for part in loc:
        if isinstance(part, int) or not (isinstance(current, type) and issubclass(current, BaseModel)):
            continue
        found = current.model_fields.get(str(part))
        current = _inner_model(found.annotation) if found else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        for key, info in current.model_fields.items():
            names.append(info.alias or key)
    return names


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for arg in getattr(annotation, "__args__", ()):
        inner = _inner_model(arg)
        if inner is not None:
            return inner
    return None
