"""Values as an editor wrote them: shown again, dates turned round, and the fields a model has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

SHOWN = 60
HIDDEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def show(value: Any, most: int = SHOWN) -> str:
    """A value as an editor wrote it, or nearly."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{k}: {show(v)}" for k, v in value.items()) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(show(v) for v in value) + "]"
    else:
        text = "null" if value is None else str(value)
    return text if len(text) <= most else text[:most] + "…"


def quote(text: str) -> str:
    """A text in quotes, as YAML reads it."""
    return f'"{text}"' if '"' not in text and "\\" not in text else "'" + text.replace("'", "''") + "'"


def turn_date(text: str) -> str:
    """23.11.2026, 23/11/26, 11/23/2026 or 2026.11.23, with whatever dash, as 2026-11-23."""
    text = re.sub("[–—−]", "-", text.strip())
    found = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})", text)
    if found:
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        day, month = int(found[1]), int(found[2])
        if month > 12 >= day:
            day, month = month, day
        return f"{year}-{month:02}-{day:02}"
    found = re.fullmatch(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})", text)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""


def is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def field_names(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    current: Any = model
    for part in loc:
        if isinstance(part, int) or not (isinstance(current, type) and issubclass(current, BaseModel)):
            continue
        found = current.model_fields.get(str(part))
        current = _inner_model(found.annotation) if found else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [info.alias or key for key, info in current.model_fields.items()]
    return []


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for arg in getattr(annotation, "__args__", ()):
        inner = _inner_model(arg)
        if inner is not None:
            return inner
    return None
