"""What a turn adds to the statistics: the edition's own ids and words, never a person and never an answer.

Everything guarded is one figure (`GUARDED`): on a quiet day even a number tells that somebody looked. Nothing is
counted of who asked for discretion, nor of anybody under occupation or in Russia.
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.edition import Edition
from dialogs.guidance import list_plain_topics, match_groups
from dialogs.machine import ASKING, name_state
from dialogs.records import Entitlement
from dialogs.reply import Reply
from dialogs.rules import Verdict, read_questions
from dialogs.screens.view import View
from dialogs.session import UNKNOWN, WITHHELD, Session

GUARDED = "guarded"
OTHER = "other"
MOST_WORDS = 8
_NO_ANSWER = {UNKNOWN, WITHHELD}


class Counting:
    """The cells of one edition, made once; a turn only picks."""

    def __init__(self, edition: Edition) -> None:
        quiet = _list_quiet(edition)
        names = {q: GUARDED if q in quiet else q for q in edition.questions}
        self._edition = edition
        self._asked = {name_state(ASKING, q): f"asked {name}" for q, name in names.items()}
        self._left = {
            name_state(ASKING, q): (q, f"answered {name}", f"skipped {name}", f"left {name}")
            for q, name in names.items()
        }
        first = edition.subject_question
        if first:  # the welcome carries the first question
            self._asked["welcome"] = self._asked[name_state(ASKING, first)]
            self._left["welcome"] = self._left[name_state(ASKING, first)]
        plain = self.plain = list_plain_topics(edition)
        self._topics = {t: f"topic {t if t in plain else GUARDED}" for t in edition.topic_order}
        self._groups = {
            g.id: f"group {GUARDED if read_questions(g.when) & quiet else g.id}"
            for g in edition.groups.values()
        }
        told = {g.id for g in edition.groups.values() if read_questions(g.when) & quiet}
        cards = {
            e.id: GUARDED if e.guarded or e.topic not in plain or _is_for(e, told, quiet) else e.id
            for e in edition.entitlements.values()
        }
        self._opened = {id: f"opened {name}" for id, name in cards.items()}
        self._listed = {id: f"listed {name}" for id, name in cards.items()}

    def count(self, before: Session, view: View, reply: Reply, heard: Sequence[str]) -> tuple[str, ...]:
        """The cells that one turn adds one to.

        Args:
            heard: What a search adds (`count_search`).
        """
        after = view.session
        if after.discreet or before.discreet or view.unsafe:
            return ()
        new = before.seen is None
        moved = new or after.state != before.state
        if not moved and after.arg == before.arg and not heard:
            return ()
        cells = ["started"] if new else []
        if moved:
            left = self._left.get(before.state)
            if left is not None and not new:
                cells.append(_judge(left, after))
            asked = self._asked.get(after.state)
            if asked is not None:
                cells.append(asked)
            elif after.state == "results":
                self._count_results(view, reply, cells)
            elif after.state in ("handover", "crisis"):
                cells.append(after.state)
        if after.state in ("topic", "group", "entitlement"):
            name = after.arg.partition("-")[0]
            if moved or name != before.arg.partition("-")[0]:
                table = {"topic": self._topics, "group": self._groups, "entitlement": self._opened}
                cell = table[after.state].get(name)
                if cell is not None:
                    cells.append(cell)
        cells.extend(heard)
        return tuple(cells)

    def _count_results(self, view: View, reply: Reply, cells: list[str]) -> None:
        """The cards offered at first, and the groups that fit."""
        cells.append("results")
        for choice in reply.choices:
            press = choice.press
            if press.name == "entitlement" and press.kind == "go" and press.value in self._listed:
                cells.append(self._listed[press.value])
        fitting = view.known.memo.get("counted groups")
        if fitting is None:
            matched = match_groups(self._edition, view.known)
            fitting = [self._groups[m.id] for m in matched if m.verdict is Verdict.YES]
            view.known.memo["counted groups"] = fitting
        cells.extend(fitting)


def count_search(understood: bool, words: Sequence[str]) -> list[str]:
    """The cells of one search; `words` are those of the base itself among the words typed."""
    if understood:
        return ["searched"]
    return ["searched", "missed", *([f"missed word {w}" for w in words[:MOST_WORDS]] or [f"missed {OTHER}"])]


def _judge(left: tuple[str, str, str, str], after: Session) -> str:
    """How a question was left: answered, skipped, or for something else."""
    question, answered, skipped, gone = left
    answer = after.here.get(question)
    if answer is None:
        return gone
    return skipped if _NO_ANSWER.issuperset(answer.choices) else answered


def _list_quiet(edition: Edition) -> frozenset[str]:
    """Personal questions, and those that are asked only after a personal answer."""
    quiet = {q.id for q in edition.questions.values() if q.covered}
    for question in edition.questions.values():
        opening = read_questions(question.applies) if question.applies is not None else frozenset()
        if opening and opening <= quiet:
            quiet.add(question.id)
    return frozenset(quiet)


def _is_for(record: Entitlement, told: set[str], quiet: frozenset[str]) -> bool:
    """Meant for those alone who gave a personal answer."""
    read = read_questions(record.when) if record.when is not None else frozenset()
    return (bool(record.groups) and set(record.groups) <= told) or bool(read & quiet)
