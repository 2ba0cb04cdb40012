"""The welcome, the questions, the review of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dialogs.asked_back import AskedBack
from dialogs.press import Press
from dialogs.records import Question
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply, Steps
from dialogs.screens.view import View, shorten
from dialogs.session import UNKNOWN, Session

SHOW_NOW_FROM = 2
MOST_SCREENS = 8


def show_welcome(view: View) -> Reply:
    """The first message already carries the first question (SCREENING.md 1)."""
    _ = view._
    blocks: list[Block] = [
        Paragraph(
            _(
                "A directory: what help you may be entitled to because of the war, and whom to call. Free. "
                "Do not write names, addresses or unit numbers. You can skip any question. "
                "We pass your answers to nobody unless you agree."
            )
        ),
        Paragraph(_("Life in danger, in government-controlled Ukraine: 112.")),
        Paragraph(_("Can someone see this phone? Tap Hide, then delete the chat.")),
    ]
    subject = view.edition.subject_question
    rows: list[tuple[Choice, ...]] = []
    if subject:
        question = view.edition.questions[subject]
        blocks.append(Paragraph(view.say(question.ask)))
        rows = [(choice,) for choice in _choices(view, question, view.answers.get(subject, ()))]
    rows.append((view.go(_("Topics"), "topics"), view.go(_("More"), "more")))
    rows.append((_other_language(view),))
    rows.append(view.safety_row())
    first = [Paragraph(notice, "note") for notice in view.notices]
    sensitive = view.session.discreet
    return Reply(
        (*view.veil(sensitive), *first, *blocks), tuple(rows), sensitive=sensitive, place=("welcome", "")
    )


def _other_language(view: View) -> Choice:
    languages = view.edition.languages
    at = languages.index(view.session.language) if view.session.language in languages else 0
    other = languages[(at + 1) % len(languages)]
    settings = view.edition.base.settings
    names = {language.id: language.name for language in settings.languages} if settings else {}
    return Choice(names.get(other, other), Press("set", "language", other))


def _choices(view: View, question: Question, ticked: tuple[str, ...]) -> list[Choice]:
    """The question's own choices, numbered, with the present answer marked."""
    many = question.kind == "many"
    found = []
    for number, choice in enumerate(view.edition.choices[question.id], 1):
        label = view.say(choice.label)
        is_ticked = choice.id in ticked
        if many and choice.id != "none":
            press = Press("untick" if is_ticked else "tick", question.id, choice.id)
        else:
            press = Press("answer", question.id, choice.id)
        found.append(Choice(("✓ " if is_ticked else "") + label, press, number, is_ticked))
    return found


class _Asked(NamedTuple):
    """All that the screen of a question shows of a session, so that equal screens are drawn once.

    Attributes:
        step: Which question of the screening it is; 0 does not say so.
        leave: The button that leads away: to a card or topic that asked, or to the results.
    """

    question: str
    language: str
    is_relative: bool
    ticked: tuple[str, ...]
    opened: bool
    step: int
    leave: Press | None
    evacuation: bool
    back: Press
    sensitive: bool
    place: tuple[str, str]


def show_question(view: View, question: Question, opened: bool) -> Reply:
    """One question, or its cover."""
    asked = _look_at(view, question, opened or not question.covered)

    def draw() -> Reply:
        someone = Session(language=asked.language, subject="relative" if asked.is_relative else "self")
        return _draw_question(View(view.edition, someone, view.words, view.now), question, asked)

    return view.share(asked, draw)


def _look_at(view: View, question: Question, opened: bool) -> _Asked:
    answers, session = view.answers, view.session
    scope = session.arg.rstrip("!")
    answered = sum(q in answers for q in view.edition.screening)
    step = 1 + answered - (question.id in answers) if question.screening and not scope else 0
    return _Asked(
        question.id,
        session.language,
        session.subject != "self",
        answers.get(question.id, ()),
        opened,
        step,
        _leave(scope, answered),
        bool(question.screening) and view.place == "fighting",
        back_from(view, question.id),
        session.discreet or view.unsafe or (question.covered and opened),
        (session.state, session.arg),
    )


def _leave(scope: str, answered: int) -> Press | None:
    if scope.startswith("e:"):
        return Press("go", "entitlement", scope[2:])
    if scope.startswith("t:"):
        return Press("go", "topic", scope[2:])
    if scope != "contacts" and answered >= SHOW_NOW_FROM:
        return Press("go", "results")
    return None


def _draw_question(view: View, question: Question, asked: _Asked) -> Reply:
    """Text, numbered choices, "don't know" and "skip", and "show now" from the third screen.

    `view` holds nothing of a person: all there is to know of one is in `asked`.
    """
    _ = view._
    if not asked.opened:
        return _draw_cover(view, question, asked)
    blocks: list[Block] = []
    if asked.step:
        blocks.append(
            Paragraph(
                _("Question {step}, {most} at most").format(step=asked.step, most=MOST_SCREENS - 1), "note"
            )
        )
    blocks.append(Heading(view.ask_text(question)))
    choices = _choices(view, question, asked.ticked)
    hints = [c.hint for c in view.edition.choices[question.id]]
    if any(hints):
        blocks.append(
            Steps(
                tuple(
                    view.say(c.label) + (f" — {view.say(c.hint)}" if c.hint else "")
                    for c in view.edition.choices[question.id]
                ),
                numbered=True,
            )
        )
    blocks.append(Paragraph(view.say(question.why), "note"))
    rows: list[tuple[Choice, ...]]
    if question.kind == "region":
        rows = [tuple(choices[i : i + 2]) for i in range(0, len(choices), 2)]
    else:
        rows = [(choice,) for choice in choices]
    if question.kind == "many" and any(c.ticked for c in choices):
        rows.append((Choice(_("Done, next →"), Press("done", question.id)),))
    skip = _("Not now") if question.covered else _("Skip")
    rows.append(
        (
            Choice(_("I don't know"), Press("unknown", question.id)),
            Choice(skip, Press("withheld", question.id)),
        )
    )
    labels = {
        "entitlement": _("Back to the card"),
        "topic": _("Back to the topic"),
        "results": _("Show results now"),
    }
    if asked.leave is not None:
        rows.append((Choice(labels[asked.leave.name], asked.leave),))
    if asked.evacuation:
        rows.append((view.go(_("Evacuation"), "topic", "safety"),))
    return _close(view, blocks, rows, asked)


def _draw_cover(view: View, question: Question, asked: _Asked) -> Reply:
    """A neutral sentence before a sensitive question; skipping it closes nothing."""
    rows = [
        (Choice(view._("Show"), Press("open", question.id)),),
        (Choice(view._("Not now"), Press("withheld", question.id)),),
    ]
    return _close(view, [Paragraph(view.say(question.cover))], rows, asked)


def _close(view: View, blocks: Sequence[Block], rows: Sequence[tuple[Choice, ...]], asked: _Asked) -> Reply:
    common = (view.back_row(asked.back), view.safety_row())
    is_counted = bool(asked.step and asked.opened)  # its first line tells only how far one has come
    return Reply(
        (*view.veil(asked.sensitive and not is_counted), *blocks),
        (*rows, *common),
        sensitive=asked.sensitive,
        place=asked.place,
        progress=(asked.step, MOST_SCREENS - 1) if is_counted else (0, 0),
    )


def back_from(view: View, question: str) -> Press:
    """Back carries its destination: the question answered before this one, or where we came from."""
    asked_back = AskedBack.read(view.session.arg)
    scope = (asked_back.scope if asked_back else view.session.arg).rstrip("!")
    if scope.startswith("e:"):
        return Press("go", "entitlement", scope[2:])
    if scope.startswith("t:"):
        return Press("go", "topic", scope[2:])
    if scope == "contacts":
        return Press("go", "more")
    if scope == "review":
        return Press("go", "review")
    order = view.edition.screening
    if question in order:
        for earlier in reversed(order[: order.index(question)]):
            if earlier in view.answers and earlier not in view.known.contradictions:
                return Press("ask", earlier)
    return Press("go", "welcome")


def show_review(view: View) -> Reply:
    """What was said, one line each; sensitive answers stay masked until tapped."""
    _ = view._
    blocks: list[Block] = [Heading(_("Your answers"))]
    rows: list[tuple[Choice, ...]] = []
    lines = []
    for question in sorted(view.answers, key=view.edition.order.__getitem__):
        record = view.edition.questions[question]
        labels = ", ".join(
            view.choice_label(question, c)
            for c in view.answers[question]
            if c != UNKNOWN or len(view.answers[question]) == 1
        )
        if view.is_masked(question):
            labels = _("personal, hidden")
            title = _("Personal question")
        else:
            title = view.ask_text(record).split("?")[0] + "?"
        mark = _(" (does not fit the rest)") if question in view.known.contradictions else ""
        lines.append(f"{title} — {labels}{mark}")
        rows.append((Choice(shorten(_("Change: {answer}").format(answer=labels)), Press("ask", question)),))
    if lines:
        blocks.append(Steps(tuple(lines), numbered=True))
        blocks.append(Paragraph(_("Tap an answer to change it. The others stay."), "note"))
    else:
        blocks.append(Paragraph(_("Nothing has been answered yet.")))
    if view.known.contradictions:
        blocks.append(Paragraph(_("Some answers do not fit together. Which is right? Nothing is lost.")))
    rows.append((view.go(_("To the results"), "results"),))
    return view.close(blocks, rows, back=Press("go", "results"))
