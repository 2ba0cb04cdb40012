"""One problem that pydantic found in a record, told in the words of somebody who edits texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from bot.forms import Advice, advise, advise_date
from bot.values import HIDDEN, field_names, show
from dialogs.findings import Path as RecordPath
from dialogs.findings import Pen, read_as_latin, say_path, suggest
from dialogs.words import N_

_MAPPINGS = ("amounts", "replaces", "words")
_TEXT_SAMPLE = "{uk: …, en: …}"
_REFERRING = {
    "confirm_with": N_(
        "Add `confirm_with:` and the id of the contact who can confirm it, as a rule one of: {shown}."
    ),
    "contacts": N_(
        "Add `contacts:` and in brackets the ids of those to ask; they are named like the files in contacts."
    ),
    "topic": N_("Add `topic:` and the id of a topic from topics.yaml."),
    "edition": N_("Add `edition:` and the id of an edition of the plan from settings.yaml."),
}


_MEANT = {
    "грн": "UAH",
    "гривня": "UAH",
    "гривень": "UAH",
    "гривні": "UAH",
    "євро": "EUR",
    "€": "EUR",
    "долар": "USD",
    "доларів": "USD",
    "$": "USD",
    "%": "percent",
    "відсоток": "percent",
    "відсотків": "percent",
    "тг": "telegram",
    "телеграм": "telegram",
    "вайбер": "viber",
    "вотсап": "whatsapp",
    "сигнал": "signal",
    "терміново": "hours",
    "не терміново": "none",
    "вина": "blame",
    "докір": "blame",
    "обіцянка": "promise",
    "канцелярит": "officialese",
    "ярлик": "label",
}
_EXPLAINED = {
    "urgency": N_("Write hours, days or months (how soon it has to be done), or none (there is no hurry)."),
}


def _is_text(value: Any) -> bool:
    """Whether an example is a text in each language."""
    return isinstance(value, Mapping) and "uk" in value


def _say_field(path: list[str | int]) -> str:
    """A field as an editor reads it: within an entry of a list its own name says enough, since the line is told."""
    entry = max((at for at, part in enumerate(path) if isinstance(part, int)), default=-1)
    return say_path(path[entry + 1 :] or path)


class Problem:
    """One problem of one record, and how it is told."""

    def __init__(
        self,
        model: type[BaseModel],
        raw: Any,
        problem: Any,
        path: RecordPath,
        base: RecordPath,
        pen: Pen,
        example: Mapping[str, Any],
    ) -> None:
        self.model, self.raw, self.path, self.pen, self.example = model, raw, path, pen, example
        self.kind: str = problem["type"]
        self.loc: tuple[Any, ...] = problem["loc"]
        self.context: dict[str, Any] = problem.get("ctx") or {}
        self.input = problem.get("input")
        fields = [part for part in path[len(base) :] if part != "[key]"]
        self.name = _say_field(fields) or say_path(base[-2:]) or "record"
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
                N_("the line `{key}` is not indented, so it belongs to no field"),
                N_("Put two spaces at its beginning, so that it stands under the other language."),
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
        """What an id should be is said in words: a sample would be pasted as it is."""
        field = str(self.loc[0]) if len(self.loc) == 1 else ""
        shown = self.example.get(field)
        if _is_text(shown):
            shown = _TEXT_SAMPLE
        remedy = (
            N_("Add it, for example: `{name}: {shown}`.")
            if shown is not None
            else N_("Add it; a neighbouring file shows how it looks.")
        )
        if field in _REFERRING:
            remedy = _REFERRING[field]
            asked = self.raw.get("contacts") if isinstance(self.raw, dict) else None
            shown = ", ".join(map(str, asked)) if isinstance(asked, list) and asked else "contacts"
        self._error("missing_field", N_("the field `{name}` is missing"), remedy, shown=show(shown))

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
            N_("Write the translation after `{language}:`.")
            if isinstance(self.input, dict) and any(self.input.values())
            else N_("Write the text, or delete the whole field if nothing is to be said."),
            language=language,
        )

    def _wrong_value(self) -> None:
        valid = re.findall(r"'([^']*)'", str(self.context.get("expected", "")))
        typed = HIDDEN.sub("", str(self.input)).strip().lower()
        meant = _MEANT.get(typed, "")
        near = meant if meant in valid else suggest(typed, valid)
        explained = _EXPLAINED.get(self.name, "")
        self._error(
            "wrong_value",
            N_("`{name}` cannot be `{value}`"),
            N_("Did you mean `{near}`? Possible are: {valid}.")
            if near
            else explained or N_("Possible are: {valid}."),
            valid=", ".join(valid),
            near=near,
        )

    def _wrong_form(self) -> None:
        self._tell_advice(advise(str(self.context.get("pattern")), str(self.input)))

    def _bad_date(self) -> None:
        self._tell_advice(advise_date(self.value))

    def _tell_advice(self, advice: Advice) -> None:
        self._error(advice.code, advice.what, advice.remedy, near=advice.near)

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
        if self.loc[-1] == "check_every":
            self._error(
                "out_of_range",
                N_("`{name}` is {value}"),
                N_("Write after how many days this is to be checked again, for example 90."),
            )
            return
        self._error(
            "out_of_range",
            N_("`{name}` is {value}"),
            N_("It must be at least {least}.") if least is not None else N_("It must be at most {most}."),
            least=least,
            most=most,
        )

    def _no_record(self) -> None:
        if self.loc == ("amounts",):
            self._nameless_amount()
            return
        if "sources" in self.loc and str(self.input).startswith("http"):
            self._error(
                "no_record",
                N_("the source is a bare address"),
                N_(
                    "Write `- url: {value}`, and under `url`, with two spaces and no dash, the lines "
                    '`page_date: "…"` (the date on the page) and `says: …` (what it says).'
                ),
            )
            return
        fields = field_names(self.model, self.loc)
        self._error(
            "no_record",
            N_("`{name}` should be lines of the form `field: value`, and is `{value}`"),
            N_("Write its fields, each on a line of its own: {fields}.")
            if fields and fields != field_names(self.model, ())
            else N_("Compare with a neighbouring record."),
            fields=", ".join(fields),
        )

    def _nameless_amount(self) -> None:
        used = re.findall(r"\{([a-z0-9_]+)\}", str(self.raw))
        self._error(
            "no_record",
            N_("the amount has no name"),
            N_(
                "Above line {line} add `{near}:`, as the text names it in braces, with two spaces before it. "
                "Leave line {line} itself as it is."
            )
            if used
            else N_(
                "Above line {line} add its name with a colon, with two spaces before it, and write the name "
                "in braces in the text. Leave line {line} itself as it is."
            ),
            line=self.pen.origin.find((*self.path, 0))[0] if self.pen.origin else 1,
            near=used[0] if used else "",
        )

    def _no_mapping(self) -> None:
        if any(name in self.path for name in _MAPPINGS):
            self._no_record()
        elif isinstance(self.input, str) and not isinstance(self.path[-1], int):
            self._error(
                "no_languages",
                N_("the text after `{name}:` has no language"),
                N_(
                    "Move it below into a line `uk: {value}`, and add the translation under it: `en: …`. Begin both lines "
                    "two spaces further in, and leave nothing after `{name}:`."
                ),
                name=self.path[-1],
            )
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
            N_("Write it in square brackets: `{field}: [{value}]`.")
            if isinstance(self.input, str) and isinstance(self.path[-1], str)
            else N_("Put brackets around it, [a, b], or begin each line below it with a dash."),
            field=self.path[-1],
        )

    def _no_text(self) -> None:
        if isinstance(self.input, bool | int | float):
            self._error(
                "number_for_text",
                N_("`{name}` should be text, and is read as a number or as true/false"),
                N_('Put it in quotes: "{value}".'),
            )
        elif isinstance(self.input, list) and len(self.input) == 1 and isinstance(self.input[0], str):
            listed = self.path and isinstance(self.path[-1], int)
            self._error(
                "no_text",
                N_("the brackets around “{text}” do not belong here"),
                N_("Take these brackets off: {near}."),
                text=self.input[0],
                near=f"[{self.input[0]}, …]" if listed else self.input[0],
            )
        else:
            self._error(
                "no_text",
                N_("`{name}` should be one text, and is a list or a record"),
                N_("Write one text; with a colon, bracket or dash in it, put it in quotes."),
            )

    def _nothing(self) -> None:
        self._error(
            "empty_field",
            N_("`{name}` is empty"),
            N_("Write two lines below it, indented: `uk: …` and `en: …`.")
            if len(self.loc) == 1 and _is_text(self.example.get(self.loc[0]))
            else N_("Fill it in; a neighbouring file shows how it looks."),
        )

    def _other(self) -> None:
        self._error(
            "wrong_type",
            N_("`{name}` does not fit: `{value}`"),
            N_("Compare with a neighbouring record."),
        )
