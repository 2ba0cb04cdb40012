"""What every screen is drawn from, and the rows that every screen ends with."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from dialogs.compiling import Known
from dialogs.edition import Edition
from dialogs.firmness import pick_amount
from dialogs.guidance import Listed, list_entitlements
from dialogs.press import Press
from dialogs.reaching import read_place, read_region
from dialogs.records import Amount, Entitlement, Question
from dialogs.reply import Block, Choice, Paragraph, Reply
from dialogs.rules import Verdict
from dialogs.session import UNKNOWN, WITHHELD, Session
from dialogs.words import Words

_SHARED = 160  # screens of an edition that look the same to many people; some 9 KiB each
_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
LABEL = 60
UNSAFE = ("occupied", "russia_belarus")


@dataclass
class View:
    """A session seen on a day, in the person's language.

    Attributes:
        lasting: What is drawn will be read another day, as a file is: it tells nothing of this hour.
    """

    edition: Edition
    session: Session
    words: Words
    now: datetime
    notices: tuple[str, ...] = ()
    lasting: bool = False

    @cached_property
    def answers(self) -> dict[str, tuple[str, ...]]:
        return self.edition.filter_answers(self.session.here, self.today)

    @cached_property
    def known(self) -> Known:
        return self.edition.know_choices(self.answers)

    @cached_property
    def listed(self) -> tuple[Listed, ...]:
        return list_entitlements(self.edition, self.known, self.today)

    @cached_property
    def today(self) -> date:
        return self.now.date()

    @property
    def place(self) -> str:
        return read_place(self.answers)

    @cached_property
    def caller_place(self) -> str:
        """Where the one who reads this is: it decides which numbers work and what is safe to show.

        Somebody who asks for a relative or a client is elsewhere; where, only their own answers tell.
        """
        if self.session.subject == "self":
            return self.place
        mine = self.session.answers.get("self", {})
        return read_place(self.edition.filter_answers(mine, self.today))

    @property
    def region(self) -> str | None:
        return read_region(self.answers)

    @property
    def unsafe(self) -> bool:
        """The reader is under occupation or in Russia: no Ukrainian numbers, nothing that shows on a lock screen."""
        return self.caller_place in UNSAFE

    @property
    def is_child(self) -> bool:
        return "under_18" in self.answers.get(self.edition.subject_question, ())

    def is_masked(self, question: str) -> bool:
        """Answers that no screen repeats: sensitive ones, and the place where it endangers."""
        return self.edition.questions[question].covered or (self.unsafe and question == "place")

    def _(self, message: str) -> str:
        return self.words.gettext(message)

    def n(self, one: str, many: str, count: int) -> str:
        return self.words.ngettext(one, many, count)

    def say(self, text: dict[str, str] | None) -> str:
        """A content text in the person's language, or in the base's first one."""
        if not text:
            return ""
        return (
            text.get(self.session.language)
            or text.get(self.edition.languages[0])
            or next(iter(text.values()))
        )

    def fill(self, record: Entitlement, text: dict[str, str] | None) -> str:
        """A content text with its amounts in force today."""
        words = self.say(text)
        if "{" not in words:
            return words
        return _PLACEHOLDER.sub(lambda m: self._amount(record.amounts.get(m[1])), words)

    def _amount(self, rows: tuple[Amount, ...] | None) -> str:
        if not rows:
            return "…"
        row, _ = pick_amount(rows, self.today)
        return self.money(row.value, row.unit)

    def money(self, value: float | int, unit: str) -> str:
        number = self.words.format_number(value)
        if unit == "percent":
            return self._("{number}%").format(number=number)
        if unit == "EUR":
            return self._("EUR {number}").format(number=number)
        if unit == "USD":
            return self._("USD {number}").format(number=number)
        return self._("UAH {number}").format(number=number)

    def ask_text(self, question: Question) -> str:
        if self.session.subject != "self" and question.ask_relative is not None:
            return self.say(question.ask_relative)
        return self.say(question.ask)

    def choice_label(self, question: str, choice: str) -> str:
        if choice == UNKNOWN:
            return self._("I don't know")
        if choice == WITHHELD:
            return self._("Skipped")
        for c in self.edition.choices.get(question, ()):
            if c.id == choice:
                return self.say(c.label)
        return choice

    def verdict_words(self, verdict: Verdict) -> str:
        if verdict is Verdict.YES:
            return self._("you may be entitled")
        if verdict is Verdict.POSSIBLE:
            return self._("possible, more answers would tell")
        return self._("by what you said the conditions do not match")

    def share(self, shown: Hashable, draw: Callable[[], Reply]) -> Reply:
        """A screen that is drawn, and laid out, once for all to whom it looks the same.

        Args:
            shown: Everything that it shows, apart from what the edition alone says.
            draw: Draws it without the notices.
        """
        screens: OrderedDict[Hashable, Reply] = self.edition.memo.setdefault("screens", OrderedDict())
        reply = screens.get(shown)
        if reply is None:
            reply = screens[shown] = draw()
            while len(screens) > _SHARED:
                screens.popitem(last=False)
        else:
            screens.move_to_end(shown)
        if self.notices:
            notices = (Paragraph(notice, "note") for notice in self.notices)
            at = int(reply.sensitive)  # what is sensitive begins with a line that tells nothing
            return replace(reply, blocks=(*reply.blocks[:at], *notices, *reply.blocks[at:]))
        return reply

    def veil(self, sensitive: bool, lead: str = "") -> tuple[Block, ...]:
        """The first line of what is sensitive: a locked screen and the list of chats show no other."""
        return (Paragraph(lead or self._("The page you opened:")),) if sensitive else ()

    def warn(self) -> tuple[Block, ...]:
        """Wherever words of the base may name a number: they are written for those who can call it."""
        if not self.unsafe:
            return ()
        said = self._(
            "Read this only when nobody sees the phone. Do not call Ukrainian numbers from there. Afterwards tap Hide and delete the chat."
        )
        return (Paragraph(said, "warning"),)

    # ---- common rows ----

    def go(self, label: str, place: str, arg: str = "") -> Choice:
        return Choice(label, Press("go", place, arg))

    def safety_row(self) -> tuple[Choice, ...]:
        """Urgent help, hiding and erasing are one tap away everywhere."""
        return (
            self.go(self._("Urgent"), "urgent"),
            Choice(self._("Hide"), Press("do", "hide")),
            self.go(self._("Erase"), "erase"),
        )

    def back_row(self, back: Press | None) -> tuple[Choice, ...]:
        row = [Choice(self._("← Back"), back)] if back else []
        return (*row, self.go(self._("Menu"), "more"))

    def close(
        self,
        blocks: list[Block],
        rows: Sequence[tuple[Choice, ...]],
        back: Press | None = None,
        keep: bool = False,
        sensitive: bool = False,
        lead: str = "",
    ) -> Reply:
        """Put the notices before the text and the common rows after the buttons."""
        sensitive = sensitive or self.session.discreet or self.unsafe
        first: list[Block] = [Paragraph(notice, "note") for notice in self.notices]
        return Reply(
            blocks=(*self.veil(sensitive, lead), *first, *blocks),
            rows=(*rows, self.back_row(back), self.safety_row()),
            keep=keep,
            sensitive=sensitive,
            place=(self.session.state, self.session.arg),
        )


def shorten(text: str, most: int = LABEL) -> str:
    """A label that fits a button, cut at a word."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(",.;: ") + "…"
