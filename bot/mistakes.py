"""Turns what pydantic finds wrong with a record into findings that name the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.values import HIDDEN, field_names, is_date, show, turn_date
from dialogs.findings import Findings, Origin, Pen, read_as_latin, say_path, suggest
from dialogs.findings import Path as RecordPath
from dialogs.records import Record
from dialogs.words import N_

R = TypeVar("R", bound=Record)
_MAPPINGS = ("amounts", "replaces", "words")
_SPOILT = ("condition", "too_short", "missing", "tuple_type")
_SPOILING = ("equals_sign", "wrong_braces", "comma_in_braces")
_ADDRESS = re.compile(r"(?:[a-z]+:/*)?([\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?)")
_CYRILLIC = re.compile("[а-яєіїґ]", re.IGNORECASE)


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
            _Problem(model, problem, path, base, Pen(findings, origin), example).tell()
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


class _Problem:
    """One problem of one record, and how it is told."""

    def __init__(
        self,
        model: type[BaseModel],
        problem: Any,
        path: RecordPath,
        base: RecordPath,
        pen: Pen,
        example: Mapping[str, Any],
    ) -> None:
        self.model, self.path, self.pen, self.example = model, path, pen, example
        self.kind: str = problem["type"]
        self.loc: tuple[Any, ...] = problem["loc"]
        self.context: dict[str, Any] = problem.get("ctx") or {}
        self.input = problem.get("input")
        fields = [part for part in path[len(base) :] if part != "[key]"]
        self.name = say_path(fields) or say_path(base[-2:]) or "record"
        self.value = show(self.input)

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
        near = suggest(key, field_names(self.model, self.loc[:-1]))
        what = N_("there is no field `{key}`")
        if HIDDEN.search(key):
            self._error(
                "hidden_in_key",
                N_("the name of the field `{key}` has an invisible character in it"),
                N_("Type it anew: `{near}`.") if near else N_("Type it anew; do not copy it."),
                key=HIDDEN.sub("", key),
                near=near,
            )
        elif re.fullmatch("[a-z]{2}", key) and len(self.loc) == 1:
            self._error(
                "language_outside",
                N_("the text in the language `{key}` belongs to no field"),
                N_("Put it below its field, beside the other languages: two spaces further right."),
                key=key,
            )
        elif near and near == read_as_latin(key):
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
        shown = self.example.get(self.loc[0]) if len(self.loc) == 1 else None
        self._error(
            "missing_field",
            N_("the field `{name}` is missing"),
            N_("Add it, for example: `{name}: {shown}`.")
            if shown is not None
            else N_("Add it; a neighbouring file shows how it looks."),
            shown=show(shown),
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
        near = suggest(HIDDEN.sub("", str(self.input)).strip().lower(), valid)
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
            latin = read_as_latin(text)
            if latin != text and re.fullmatch(pattern, latin):
                self._error(
                    "cyrillic_id",
                    N_("`{value}` is typed with Cyrillic letters that look like Latin ones"),
                    N_("Type it anew with the Latin keyboard: `{near}`."),
                    near=latin,
                )
                return
            near = re.sub(r"[^a-z0-9]+", "_", latin.lower()).strip("_")[:48]
            near = "" if _CYRILLIC.search(latin) else near
            what = N_("`{value}` cannot be an id")
            remedy = (
                N_("Ids have small Latin letters, digits and _, 48 at most: for example `{near}`.")
                if near
                else N_("Ids have small Latin letters, digits and _, 48 at most.")
            )
        elif "https" in pattern:
            found = _ADDRESS.fullmatch(text.strip())
            near = f"https://{found[1]}" if found else ""
            what = N_("`{value}` is not a link")
            remedy = (
                N_("A link begins with https:// and has no spaces: perhaps `{near}`.")
                if near
                else N_("Copy the address anew from the browser: it begins with https:// and has no spaces.")
            )
        elif "UA-" in pattern:
            near = text.strip().upper().replace("_", "-")
            what = N_("`{value}` is not a region")
            remedy = N_("Regions are named by their codes, such as UA-63; regions.yaml lists them.")
            if re.fullmatch(pattern, near):
                remedy = N_("Did you mean `{near}`?")
        elif "[0-9]{4}" in pattern:
            what = N_("`{value}` is not the date of a page")
            remedy = N_("Write the year, year and month, or day: 2026, 2026-11 or 2026-11-23.")
            near = turn_date(text.strip("“”„«»\"'"))
            if near and is_date(near):
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
        fields = field_names(self.model, self.loc)
        self._error(
            "no_record",
            N_("`{name}` should be lines of the form `field: value`, and is `{value}`"),
            N_("Write its fields, each on a line of its own: {fields}.")
            if fields and fields != field_names(self.model, ()) and self.loc != ("amounts",)
            else N_(
                "Write the name of the sum first, `payment:`, and its line below it: - {{value: 2000, …}}."
            )
            if self.loc == ("amounts",)
            else N_("Compare with a neighbouring record."),
            fields=", ".join(fields),
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
            )
        else:
            self._error(
                "no_text",
                N_("`{name}` should be one text, and is a list or a record"),
                N_("Write one text; with a colon, bracket or dash in it, put it in quotes."),
            )

    def _bad_date(self) -> None:
        near = turn_date(self.value)
        missing = near and not is_date(near)
        self._error(
            "bad_date",
            N_("`{name}` is a day that does not exist: `{value}`")
            if missing or re.fullmatch(r"\d{4}-\d\d-\d\d", self.value)
            else N_("`{name}` is not a date: `{value}`"),
            N_("Write it as {near}.")
            if near and not missing
            else N_("Look the day up, and write year-month-day, such as 2026-11-23."),
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
