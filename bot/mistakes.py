"""Turns what pydantic finds wrong with a record into findings that name the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dialogs.findings import Findings, Origin, Pen, read_as_latin, suggest
from dialogs.findings import Path as RecordPath
from dialogs.records import Record
from dialogs.words import N_

R = TypeVar("R", bound=Record)
_MAPPINGS = ("amounts", "replaces", "words")
_SHOWN = 60


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
        for problem in error.errors(include_url=False):
            path = _find_field(problem, origin, base)
            if path in told:  # the other members of a union
                continue
            told.add(path)
            _Problem(model, problem, path, base, Pen(findings, origin)).tell()
        if not example or not isinstance(raw, dict):
            return None, frozenset()
        faulty = {str(p["loc"][0]) for p in error.errors(include_url=False) if p["loc"]}
        kept = {k: v for k, v in raw.items() if k not in faulty}
        filled = {k: v for k, v in example.items() if k in faulty}
        try:
            return model.model_validate({**kept, **filled}), frozenset(faulty)
        except ValidationError:
            return None, frozenset()


def _find_field(problem: Any, origin: Origin, base: RecordPath) -> RecordPath:
    """The path without the names pydantic gives to the members of a union."""
    path = list(base)
    parts = problem["loc"]
    for i, part in enumerate(parts):
        is_last = i == len(parts) - 1
        if (*path, part) in origin.positions or (is_last and problem["type"] == "missing"):
            path.append(part)
    return tuple(path)


class _Problem:
    """One problem of one record, and how it is told."""

    def __init__(
        self, model: type[BaseModel], problem: Any, path: RecordPath, base: RecordPath, pen: Pen
    ) -> None:
        self.model, self.path, self.pen = model, path, pen
        self.kind: str = problem["type"]
        self.loc: tuple[Any, ...] = problem["loc"]
        self.context: dict[str, Any] = problem.get("ctx") or {}
        self.input = problem.get("input")
        fields = [str(part) for part in path[len(base) :] if part != "[key]"]
        self.name = ".".join(fields) or str(base[-1] if base else "record")
        self.value = str(self.input)[:_SHOWN]

    def tell(self) -> None:
        tellers: dict[str, Callable[[], None]] = {
            "extra_forbidden": self._unknown_key,
            "missing": self._missing,
            "condition": self._condition,
            "text_empty": self._empty_text,
            "literal_error": self._wrong_value,
            "string_pattern_mismatch": self._wrong_form,
            "bool_type": self._no_flag,
            "int_type": self._no_number,
            "float_type": self._no_number,
            "greater_than_equal": self._out_of_range,
            "less_than_equal": self._out_of_range,
            "model_type": self._no_record,
            "dict_type": self._no_mapping,
            "tuple_type": self._no_list,
            "too_short": self._nothing,
        }
        if self.input is None and self.kind not in ("missing", "extra_forbidden"):
            self._nothing()
        elif self.kind == "string_type":
            self._no_text()
        elif self.kind.startswith("date"):
            self._bad_date()
        else:
            tellers.get(self.kind, self._other)()

    def _error(self, code: str, what: str, remedy: str, /, **values: Any) -> None:
        self.pen.error(self.path, code, what, remedy, **{"name": self.name, "value": self.value, **values})

    def _unknown_key(self) -> None:
        key = str(self.loc[-1])
        self.path = (*self.path, "[key]")
        near = suggest(key, _field_names(self.model, self.loc[:-1]))
        what = N_("there is no field `{key}`")
        if near and near == read_as_latin(key):
            self._error(
                "cyrillic_key",
                N_("the field `{key}` is typed with Cyrillic letters that look like Latin ones"),
                N_("Type it anew with the Latin keyboard: `{near}`."),
                key=key,
                near=near,
            )
        elif near:
            self._error("unknown_key", what, N_("Did you mean `{near}`?"), key=key, near=near)
        else:
            self._error(
                "unknown_key",
                what,
                N_("Delete it, or look the fields up in a neighbouring file."),
                key=key,
            )

    def _missing(self) -> None:
        self._error(
            "missing_field",
            N_("the field `{name}` is missing"),
            N_("Add it; a neighbouring file shows how it looks."),
        )

    def _condition(self) -> None:
        self.path = (*self.path, *self.context.get("path", ()))
        self._error(
            "condition",
            str(self.context["message"]),
            str(self.context["remedy"]),
            **self.context["values"],
        )

    def _empty_text(self) -> None:
        language = self.context.get("language")
        self.path = (*self.path, str(language))
        self._error(
            "empty_text",
            N_("`{name}` has an empty text in the language `{language}`"),
            N_("Write the text, or delete the whole field if nothing is to be said."),
            language=language,
        )

    def _wrong_value(self) -> None:
        valid = re.findall(r"'([^']*)'", str(self.context.get("expected", "")))
        near = suggest(str(self.input), valid)
        self._error(
            "wrong_value",
            N_("`{name}` cannot be `{value}`"),
            N_("Did you mean `{near}`? Possible are: {valid}.") if near else N_("Possible are: {valid}."),
            valid=", ".join(valid),
            near=near,
        )

    def _wrong_form(self) -> None:
        pattern = str(self.context.get("pattern"))
        what, remedy, near = N_("`{name}` is not well formed: `{value}`"), "", ""
        text = str(self.input)
        if "a-z0-9_" in pattern:
            near = re.sub(r"[^a-z0-9]+", "_", read_as_latin(text).lower()).strip("_")[:48]
            what = N_("`{value}` cannot be an id")
            remedy = (
                N_("Ids have small Latin letters, digits and _, 48 at most: for example `{near}`.")
                if near
                else N_("Ids have small Latin letters, digits and _, 48 at most.")
            )
        elif "https" in pattern:
            near = "https://" + re.sub(r"^\w*:/*", "", text).strip().replace(" ", "%20")
            what = N_("`{value}` is not a link")
            remedy = N_("A link begins with https:// and has no spaces: perhaps `{near}`.")
        elif "UA-" in pattern:
            what = N_("`{value}` is not a region")
            remedy = N_("Regions are named by their codes, such as UA-63; regions.yaml lists them.")
        elif "[0-9]{4}" in pattern:
            what = N_("`{value}` is not the date of a page")
            remedy = N_("Write the year, year and month, or day: 2026, 2026-11 or 2026-11-23.")
            near = _turn_date(text)
            if near:
                remedy = N_("Write it as {near}.")
        elif "[a-z]{2}" in pattern:
            what = N_("`{value}` is not the name of a language")
            remedy = N_("Languages are named by two small letters, such as uk or en.")
        self._error("wrong_form", what, remedy or N_("Compare with a neighbouring record."), near=near)

    def _no_flag(self) -> None:
        self._error(
            "no_flag",
            N_("`{name}` should be true or false, and is `{value}`"),
            N_("Write true (yes) or false (no), without quotes."),
        )

    def _no_number(self) -> None:
        self._error(
            "no_number",
            N_("`{name}` should be a number, and is `{value}`"),
            N_("Write the digits alone: no quotes, spaces or units; a fraction has a point."),
        )

    def _out_of_range(self) -> None:
        least, most = self.context.get("ge"), self.context.get("le")
        self._error(
            "out_of_range",
            N_("`{name}` is {value}"),
            N_("It must be at least {least}.") if least is not None else N_("It must be at most {most}."),
            least=least,
            most=most,
        )

    def _no_record(self) -> None:
        self._error(
            "no_record",
            N_("`{name}` should be lines of the form `field: value`, and is `{value}`"),
            N_("Compare with a neighbouring record."),
        )

    def _no_mapping(self) -> None:
        if any(name in self.path for name in _MAPPINGS):
            self._no_record()
        else:
            self._error(
                "no_languages",
                N_("`{name}` should have a text in each language"),
                N_("Write two lines below it, indented: `uk: …` and `en: …`."),
            )

    def _no_list(self) -> None:
        self._error(
            "no_list",
            N_("`{name}` should be a list, and is `{value}`"),
            N_("Put brackets around it, [a, b], or begin each line below it with a dash."),
        )

    def _no_text(self) -> None:
        if isinstance(self.input, bool | int | float):
            self._error(
                "number_for_text",
                N_("`{name}` should be text, and is read as a number or as true/false"),
                N_('Put it in quotes: "{value}".'),
                value=str(self.input).lower() if isinstance(self.input, bool) else self.value,
            )
        else:
            self._error(
                "no_text",
                N_("`{name}` should be one text, and is a list or a record"),
                N_("Write one text; with a colon, bracket or dash in it, put it in quotes."),
            )

    def _bad_date(self) -> None:
        near = _turn_date(self.value)
        self._error(
            "bad_date",
            N_("`{name}` is not a date: `{value}`"),
            N_("Write it as {near}.") if near else N_("Write year-month-day, such as 2026-11-23."),
            near=near,
        )

    def _nothing(self) -> None:
        self._error(
            "empty_field",
            N_("`{name}` is empty"),
            N_("Fill it in; a neighbouring file shows how it looks."),
        )

    def _other(self) -> None:
        self._error(
            "wrong_type",
            N_("`{name}` does not fit: `{value}`"),
            N_("Compare with a neighbouring record."),
        )


def _turn_date(text: str) -> str:
    """23.11.2026 or 23/11/2026 as 2026-11-23."""
    found = re.fullmatch(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})\s*", text)
    if not found:
        found = re.fullmatch(r"\s*(\d{4})[./](\d{1,2})[./](\d{1,2})\s*", text)
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"


def _field_names(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
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
