"""The welcome, the questions, the review of answers."""

from __future__ import annotations

from dialogs.press import Press
from dialogs.records import Question
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply, Steps
from dialogs.screens.view import View, shorten
from dialogs.session import UNKNOWN, WITHHELD

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
        rows = [(choice,) for choice in _choices(view, question)]
    rows.append((view.go(_("Topics"), "topics"), view.go(_("More"), "more")))
    rows.append((_other_language(view),))
    rows.append(view.safety_row())
    first = [Paragraph(notice, "note") for notice in view.notices]
    return Reply((*first, *blocks), tuple(rows), sensitive=view.session.discreet, place=("welcome", ""))


def _other_language(view: View) -> Choice:
    languages = view.edition.languages
    at = languages.index(view.session.language) if view.session.language in languages else 0
    other = languages[(at + 1) % len(languages)]
    settings = view.edition.base.settings
    names = {language.id: language.name for language in settings.languages} if settings else {}
    return Choice(names.get(other, other), Press("set", "language", other))


def _choices(view: View, question: Question) -> list[Choice]:
    """The question's own choices, numbered, with the present answer marked."""
    ticked = set(view.answers.get(question.id, ()))
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


def show_cover(view: View, question: Question) -> Reply:
    """A neutral sentence before a sensitive question; skipping it closes nothing."""
    blocks: list[Block] = [Paragraph(view.say(question.cover))]
    rows = [
        (Choice(view._("Show"), Press("open", question.id)),),
        (Choice(view._("Not now"), Press("withheld", question.id)),),
    ]
    return view.close(blocks, rows, back=_back(view, question.id))


def show_question(view: View, question: Question, opened: bool) -> Reply:
    """One question: text, numbered choices, "don't know" and "skip", and "show now" from the third screen."""
    _ = view._
    if question.covered and not opened:
        return show_cover(view, question)
    blocks: list[Block] = []
    scope = view.session.arg.rstrip("!")
    if question.screening and not scope:
        step = 1 + sum(q in view.answers for q in view.edition.screening if q != question.id)
        blocks.append(
            Paragraph(_("Question {step}, {most} at most").format(step=step, most=MOST_SCREENS - 1), "note")
        )
    blocks.append(Heading(view.ask_text(question)))
    choices = _choices(view, question)
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
    answered = sum(q in view.answers for q in view.edition.screening)
    if scope.startswith("e:"):
        rows.append((view.go(_("Back to the card"), "entitlement", scope[2:]),))
    elif scope.startswith("t:"):
        rows.append((view.go(_("Back to the topic"), "topic", scope[2:]),))
    elif scope == "contacts":
        pass
    elif answered >= SHOW_NOW_FROM:
        rows.append((view.go(_("Show results now"), "results"),))
    if view.place == "fighting" and question.screening:
        rows.append((view.go(_("Evacuation"), "topic", "safety"),))
    return view.close(blocks, rows, back=_back(view, question.id), sensitive=question.covered)


def _back(view: View, question: str) -> Press:
    """Back carries its destination: the question answered before this one, or where we came from."""
    scope = view.session.arg.rstrip("!")
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


def show_confirm(view: View, question: Question, choices: tuple[str, ...]) -> Reply:
    """Typed words that look like a choice: asked back, without repeating a sensitive one."""
    _ = view._
    blocks: list[Block] = [Paragraph(_("Did you mean one of these?"))]
    kind = "tick" if question.kind == "many" else "answer"
    rows: list[tuple[Choice, ...]] = [
        (Choice(view.choice_label(question.id, c), Press("answer" if c == "none" else kind, question.id, c)),)  # type: ignore[arg-type]
        for c in choices
    ]
    rows.append((Choice(_("No, show the question again"), Press("ask", question.id)),))
    return view.close(blocks, rows, back=_back(view, question.id), sensitive=question.covered)


__all__ = ["WITHHELD", "show_confirm", "show_cover", "show_question", "show_review", "show_welcome"]
