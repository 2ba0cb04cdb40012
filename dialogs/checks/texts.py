"""Texts: each language there and different, nothing typed that a record should hold, nothing too long."""

from __future__ import annotations

import re

from dialogs.base import Base
from dialogs.checks.numbers import compare_numbers
from dialogs.checks.references import pen_for
from dialogs.checks.wording import Wording
from dialogs.findings import Findings, Path, Pen, say_path, suggest
from dialogs.languages import KINDS, walk_texts
from dialogs.records import Settings
from dialogs.words import N_

MAX_PARAGRAPH = 3000
# What `new` writes for an administrator to replace: nobody may read it in an answer.
SAMPLES = ("ЗРАЗОК", "SAMPLE")
SAMPLE_PAGE = "https://example.org/page"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What a pattern can begin with stands first and alone: so it is searched for quickly.
TYPED_PHONE = re.compile(
    r"[+01](?:(?<=\+)38[\d() -]+\d"
    r"|(?<=\b0)(?:[ -]?800[ -]?\d{3}[ -]?\d{3}|\d{2}[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}\b)"
    r"|(?<=\b1)(?:5-?4[57]\b|16[ -]?1[12]\d\b))"
)
TYPED_SUM = re.compile(
    r"[\dUuEe€$](?i:(?<![\w№-].)(?<=\d)[\d  .,]* ?((тис|млн|млрд)\.? ?)?"
    r"(грн|гривень|гривні|євро|доларів|UAH|EUR|USD|hryvnias?|euros?)\b"
    r"|(?:(?<=U)(?:AH|SD)|(?<=E)UR|(?<=[€$])) ?\d)"
)
TYPED_LINK = re.compile(r"(https?://|www\.)\S+|\[[^\]]+\]\([^)]+\)")
MARKUP = re.compile(r"</?[a-z][^>]*>|\*\*|__|&[a-z]+;")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
CYRILLIC = re.compile("[а-яєіїґ]", re.IGNORECASE)
LATIN = re.compile("[a-z]", re.IGNORECASE)


def check_texts(base: Base, findings: Findings, style: bool = True) -> None:
    if base.settings is None:
        return
    wanted = _Wanted(base.settings)
    wording, lines = Wording(base.words.avoid), _list_lines(base)
    for kind in KINDS:
        for record in getattr(base, kind):
            pen = pen_for(base, findings, kind, record.id)
            amounts = set(record.amounts) if kind == "entitlements" else set()
            known = None if "amounts" in pen.skip else amounts
            used: set[str] = set()
            samples: list[Path] = []
            for path, text in walk_texts(record):
                _check_languages(pen, path, text, wanted)
                used |= _check_placeholders(pen, path, text, known)
                for language, words in text.items():
                    at = (*path, language)
                    if words.startswith(SAMPLES):
                        samples.append(at)
                        continue
                    _check_signs(pen, at, words)
                    _check_typed(pen, at, words, kind, lines)
                    if style:
                        wording.check(pen, at, words, kind)
                _compare_languages(pen, path, text, style)
            pages = [source.url for source in getattr(record, "sources", ())]
            samples += [("sources", i, "url") for i, url in enumerate(pages) if url == SAMPLE_PAGE]
            _tell_samples(pen, samples)
            for name in sorted(amounts - used):
                pen.warn(
                    ("amounts", name, "[key]"),
                    "unused_amount",
                    N_("no text uses the amount `{name}`"),
                    N_("Write {{{name}}} where the sum belongs, or delete the amount."),
                    name=name,
                )
    for i, crisis in enumerate(base.crisis.kinds):
        pen = pen_for(base, findings, "crisis", "").below("kinds", i)
        _check_languages(pen, ("sentence",), crisis.sentence, wanted)
    pen = pen_for(base, findings, "settings", "")
    for path, text in walk_texts(base.settings):
        _check_languages(pen, path, text, wanted)
    wanted.tell(pen)
    if base.settings.controller is None and style:
        pen.note(
            ("controller",),
            "no_controller",
            N_("nobody is named who answers for people's data: the page on what is kept says so"),
            N_(
                "In place of `null` write two lines below `controller:`, with two spaces before them: "
                "`name: {{uk: …, en: …}}` is the organisation, `reach: {{uk: …, en: …}}` how to reach it."
            ),
        )


def _tell_samples(pen: Pen, places: list[Path]) -> None:
    if places:
        pen.error(
            places[0],
            "sample",
            N_("samples that `nap1325 new` wrote still stand in this record (lines {lines})"),
            N_("Write your own in their place. A field that the record does not need is deleted as a whole."),
            lines=", ".join(map(str, sorted({pen.line(*place) for place in places}))),
        )


class _Wanted:
    """The languages each text is to have, and how many texts the unfinished ones lack."""

    def __init__(self, settings: Settings) -> None:
        self.all = [language.id for language in settings.languages]
        self.finished = [language.id for language in settings.languages if not language.unfinished]
        self.lacking = {language: 0 for language in self.all if language not in self.finished}

    def tell(self, pen: Pen) -> None:
        for i, language in enumerate(self.all):
            if self.lacking.get(language):
                pen.note(
                    ("languages", i, "id"),
                    "unfinished_language",
                    N_("{count} texts have no `{language}` yet: people read them in `{first}`"),
                    N_("Take `unfinished` out when all are there: each that lacks is then listed."),
                    count=self.lacking[language],
                    language=language,
                    first=self.all[0],
                )


def _check_languages(pen: Pen, path: Path, text: dict[str, str], wanted: _Wanted) -> None:
    for language in wanted.lacking:
        wanted.lacking[language] += language not in text
    # A language among the faulty fields of the record is told as not indented.
    lacking = [language for language in wanted.finished if language not in {*text, *pen.skip}]
    strange = [language for language in text if language not in wanted.all]
    misnamed = len(lacking) == len(strange)
    for language in () if misnamed else lacking:
        pen.error(
            path,
            "missing_language",
            N_("`{name}` has no text in the language `{language}`"),
            N_("Add it in the same braces: {{{near}}}.")
            if all(pen.at(*path) != pen.at(*path, other, "[key]") for other in text)
            else N_("Add the line `{language}: …` beside the others."),
            name=say_path(path),
            language=language,
            near=", ".join(f"{other}: …" for other in (*text, language)),
        )
    for i, language in enumerate(strange):
        pen.error(
            (*path, language, "[key]"),
            "unknown_language",
            N_("`{language}` is not a language of settings.yaml"),
            N_("Did you mean `{near}`? Otherwise add it to `languages` there.")
            if misnamed
            else N_(
                "Delete the text here. If the language is really new, add it to `languages` there: then every record needs "
                "a text in it."
            ),
            language=language,
            near=lacking[i] if misnamed else "",
        )


def _check_placeholders(pen: Pen, path: Path, text: dict[str, str], amounts: set[str] | None) -> set[str]:
    """The names in braces; without `amounts` they could not be read, and any may be right."""
    used = {language: set(PLACEHOLDER.findall(words)) for language, words in text.items()}
    for language, names in used.items():
        for name in sorted(names - amounts if amounts is not None else ()):
            pen.error(
                (*path, language),
                "unknown_amount",
                N_("the text uses {{{name}}}, and the record has no such amount"),
                N_("Did you mean {{{near}}}? If it is another amount, add it under `amounts`.")
                if (near := suggest(name, amounts or ()))
                else N_("Add it under `amounts`, or correct the name: {valid}.")
                if amounts
                else N_("Add it under `amounts`, or delete the braces."),
                name=name,
                near=near,
                valid=", ".join(sorted(amounts or ())),
            )
        bare = PLACEHOLDER.sub("", text[language])
        if "{" in bare or "}" in bare:
            pen.error(
                (*path, language),
                "stray_brace",
                N_("a brace stands alone in the text"),
                N_("Write {{name}} with both braces, or delete it."),
            )
    known = all(names <= amounts for names in used.values()) if amounts is not None else True
    if known and len({frozenset(names) for names in used.values()}) > 1:
        pen.error(
            path,
            "amounts_differ",
            N_("the languages do not use the same amounts in `{name}`"),
            N_("Use the same names in braces in each language."),
            name=say_path(path),
        )
    return set().union(*used.values())


def _check_signs(pen: Pen, at: Path, words: str) -> None:
    if len(words) > MAX_PARAGRAPH:
        pen.error(
            at,
            "text_too_long",
            N_("the text has {count} characters, one message holds {most}"),
            N_("Shorten it by {over} characters, or move a part of it to another step or field."),
            count=len(words),
            most=MAX_PARAGRAPH,
            over=len(words) - MAX_PARAGRAPH,
        )
    odd = INVISIBLE.search(words)
    if odd:
        pen.warn(
            at,
            "invisible_character",
            N_("an invisible character stands in the text after “{before}”"),
            N_("Delete the words around it and type them anew."),
            before=words[max(0, odd.start() - 20) : odd.start()],
        )
    markup = MARKUP.search(words)
    if markup:
        pen.warn(
            at,
            "markup",
            N_("`{found}` would be shown as it is: texts have no markup"),
            N_("Write plain words."),
            found=markup.group(),
        )
    odd_one = _find_unbalanced(words)
    if odd_one is not None:
        sign = words[odd_one]
        pen.warn(
            at,
            "unbalanced",
            N_("the sign {sign} before “{near}” is opened and not closed")
            if sign == "«"
            else N_("the sign {sign} after “{near}” closes what was not opened"),
            N_("Put » behind the words in quotes, or delete «.")
            if sign == "«"
            else N_("Put the opening sign before the words, or delete {sign}."),
            sign=sign,
            near=_cut(words[odd_one + 1 :]) if sign == "«" else _cut(words[:odd_one][::-1])[::-1],
        )


def _cut(words: str, most: int = 20) -> str:
    """The first whole words."""
    return words if len(words) <= most else words[: most + 1].rsplit(" ", 1)[0][: 2 * most].strip()


def _find_unbalanced(words: str) -> int | None:
    """Where a sign stands without its other half."""
    opened, closed = words.count("«"), words.count("»")
    if opened != closed:
        return words.rfind("«") if opened > closed else words.rfind("»")
    return words.rfind(")") if words.count("(") < words.count(")") - _count_lists(words) else None


def _count_lists(words: str) -> int:
    """Brackets that only close: the marks of a list, 1) 2) а) б)."""
    return len(re.findall(r"(?<![\w(])[\w]{1,2}\)", words))


def _list_lines(base: Base) -> dict[str, str]:
    """Contacts by the last digits of their numbers, as these are typed in texts."""
    return {_bare(phone): contact.id for contact in base.contacts for phone in contact.phones}


def _bare(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-9:]


def _check_typed(pen: Pen, at: Path, words: str, kind: str, lines: dict[str, str]) -> None:
    """Numbers, sums and links belong into fields of their own, where they are checked and dated."""
    phone = TYPED_PHONE.search(words)
    if phone and kind in ("questions", "groups", "entitlements", "topics"):
        pen.error(
            at,
            "typed_phone",
            N_("a phone number is typed inside the text: “{found}”"),
            N_(
                "Take the number out of the text: it is that of the contact `{id}`. Its id belongs into `contacts`."
            )
            if kind == "entitlements" and _bare(phone.group()) in lines
            else N_("Take the number out of the text, and add the id of its contact to `contacts`.")
            if kind == "entitlements"
            else N_("Take the number out of the text: numbers stand in the records of contacts."),
            found=phone.group(),
            id=lines.get(_bare(phone.group()), ""),
        )
    total = TYPED_SUM.search(words)
    if total and kind == "entitlements":
        pen.warn(
            at,
            "typed_sum",
            N_("a sum is typed inside the text: “{found}”"),
            N_(
                "Put it under `amounts` with a name of its own and its dates, and write that name in braces here, such as "
                "{{other_sum}}."
            ),
            found=total.group().strip(),
        )
    link = TYPED_LINK.search(words)
    if link:
        pen.warn(
            at,
            "typed_link",
            N_("a link is typed inside the text: {found}"),
            N_(
                "Nobody can tap it here: take it out and reword the sentence. The page where people apply stands in "
                "`online`, that of a contact in `url`: one link in each, so leave the better one."
            ),
            found=link.group().rstrip(".,;"),
        )


def _compare_languages(pen: Pen, path: Path, text: dict[str, str], style: bool) -> None:
    ukrainian = text.get("uk", "")
    for language, words in text.items():
        if language == "uk":
            if (
                len(words) > 15
                and not CYRILLIC.search(words)
                and " " in words
                and path[-1:] not in (("name",), ("short",))
            ):
                pen.warn(
                    (*path, "uk"),
                    "not_translated",
                    N_("the Ukrainian text has no Ukrainian letters"),
                    N_("Write it in Ukrainian; a name may stand in quotes."),
                )
            continue
        if words == ukrainian and CYRILLIC.search(words):
            pen.error(
                (*path, language),
                "identical",
                N_("the text in the language `{language}` is the Ukrainian one"),
                N_("Translate it."),
                language=language,
            )
        elif not style:
            continue
        elif language == "en" and len(CYRILLIC.findall(words)) > len(LATIN.findall(words)):
            pen.warn(
                (*path, language),
                "not_translated",
                N_("the text in the language `{language}` is mostly Cyrillic"),
                N_("Translate it."),
                language=language,
            )
        elif 40 <= len(ukrainian) <= MAX_PARAGRAPH and len(words) * 4 < len(ukrainian):
            pen.warn(
                (*path, language),
                "much_shorter",
                N_("the text in the language `{language}` is four times shorter than the Ukrainian one"),
                N_("Translate the whole text."),
                language=language,
            )
        else:
            compare_numbers(pen, (*path, language), ukrainian, words)
