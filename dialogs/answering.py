"""What a person answers: stored at once, changed at any time, and what comes next."""

from __future__ import annotations

from dialogs.asked_back import AskedBack
from dialogs.machine import ASKING, name_state
from dialogs.moving import Moving
from dialogs.press import Press
from dialogs.sayings import SETTLED
from dialogs.screening import ask_next, ask_next_for, list_open_for, results_come_first
from dialogs.session import SUBJECTS, UNKNOWN, WITHHELD
from dialogs.words import N_


class Answering(Moving):
    """Answers, and the question or place they lead to."""

    def answer(self, press: Press) -> None:
        question, choice = press.name, press.value
        if choice not in self.edition.bits.get(question, {}):
            self.gone()
            return
        record = self.edition.questions[question]
        if record.subject:
            self.choose_subject(question, choice)
            return
        had = self.session.here.get(question)
        scope = self.scope(question)
        if record.kind == "many" and choice != "none":
            ticks = [c for c in (had.choices if had else ()) if c not in (UNKNOWN, WITHHELD, "none", choice)]
            if press.kind != "untick":
                ticks.append(choice)
            order = list(self.edition.bits[question])
            ticks.sort(key=lambda c: order.index(c) if c in order else len(order))
            self.store(question, (*ticks, UNKNOWN) if ticks else ())
            self.move(name_state(ASKING, question), scope + ("!" if record.covered else ""))
            return
        self.store(question, (choice,))
        self.advance(scope)

    def scope(self, question: str) -> str:
        """Why the question on the screen is being asked; a button of another screen has no scope."""
        if self.session.state != name_state(ASKING, question):
            return ""
        asked_back = AskedBack.read(self.session.arg)
        return (asked_back.scope if asked_back else self.session.arg).rstrip("!")

    def choose_subject(self, question: str, choice: str) -> None:
        subject = next((s for s in SUBJECTS if s == choice), SUBJECTS[0])
        self.session = self.session._replace(subject=subject)
        self.store(question, (choice,))
        self.advance("")

    def store(self, question: str, choices: tuple[str, ...]) -> None:
        day = self.now.date()
        had = self.session.here.get(question)
        settled = had is not None and UNKNOWN not in had.choices and WITHHELD not in had.choices
        changed = settled and had is not None and had.choices != choices
        before = self.shown() if changed else set()
        self.session = self.session.with_answer(question, choices, day)
        if changed:
            self.tell_changes(before, self.shown())

    def shown(self) -> set[str]:
        return {item.id for item in self.listed() if item.shown}

    def tell_changes(self, before: set[str], after: set[str]) -> None:
        """What an answer changed in the results; guarded records are counted, never named."""
        words = self.words()
        added, gone = after - before, before - after
        parts = []
        if added:
            parts.append(
                words.ngettext("{count} more fits", "{count} more fit", len(added)).format(count=len(added))
                + self.name_some(added)
            )
        if gone:
            parts.append(
                words.ngettext("{count} no longer fits", "{count} no longer fit", len(gone)).format(
                    count=len(gone)
                )
                + self.name_some(gone)
            )
        if parts:
            self.notices.append(
                self.say(N_("The answer is changed. In the results: {changes}.")).format(
                    changes="; ".join(parts)
                )
            )
        else:
            self.notices.append(self.say(N_("The answer is changed. The results stay the same.")))

    def name_some(self, ids: set[str]) -> str:
        named = [
            self.edition.entitlements[i] for i in sorted(ids) if not self.edition.entitlements[i].guarded
        ][:3]
        language = self.session.language
        titles = [e.title.short.get(language) or next(iter(e.title.short.values())) for e in named]
        return f" ({'; '.join(titles)}{'…' if len(ids) > len(titles) else ''})" if titles else ""

    def steer(self, press: Press) -> None:
        question = press.name
        if question not in self.edition.questions:
            self.gone()
            return
        record = self.edition.questions[question]
        scope = self.scope(question)
        had = self.session.here.get(question)
        ticks = tuple(c for c in (had.choices if had else ()) if c not in (UNKNOWN, WITHHELD))
        match press.kind:
            case "ask":
                if self.session.state == "review":
                    scope = "review"
                elif self.session.state == "notices":
                    scope = f"notices={self.session.arg}"
                elif self.session.state == "why":
                    scope = f"e:{self.session.arg}"
                self.move(name_state(ASKING, question), scope)
            case "open":
                self.move(name_state(ASKING, question), scope + "!")
            case "done":
                if ticks:
                    self.store(question, ticks)
                    self.advance(scope)
                else:
                    self.move(name_state(ASKING, question), scope + ("!" if record.covered else ""))
            case _:
                word = UNKNOWN if press.kind == "unknown" else WITHHELD
                keeps_ticks = record.kind == "many" and ticks and "none" not in ticks
                self.store(question, (*ticks, UNKNOWN) if keeps_ticks else (word,))
                self.advance(scope)

    def advance(self, scope: str) -> None:
        """Go to what comes next: the next question of this scope, or what the questions were for."""
        known = self.edition.know(self.session.here, self.now.date())
        if scope.startswith(("e:", "t:")):
            ids = self.scope_ids(scope)
            answers = self.edition.filter_answers(self.session.here, self.now.date())
            question = ask_next_for(self.edition, known, answers, ids)
            if question is not None:
                self.move(name_state(ASKING, question), scope)
                return
            if list_open_for(self.edition, known, ids):  # what is possible for good is asked about no more
                self.notices.append(self.say(SETTLED))
            self.move("entitlement" if scope.startswith("e:") else "topic", scope[2:])
        elif scope == "review":
            self.move("review")
        elif scope.startswith("notices="):
            self.move("notices", scope.partition("=")[2])
        elif scope.startswith("contacts"):
            self.move("contacts", scope.partition("=")[2])
        else:
            question = ask_next(self.edition, known)
            if question is None or (scope != "c" and results_come_first(self.edition, known)):
                self.move("results")
            else:
                self.move(name_state(ASKING, question), scope)

    def scope_ids(self, scope: str) -> list[str]:
        name = scope[2:]
        if scope.startswith("e:"):
            return [name] if name in self.edition.entitlements else []
        topic = next((t for t in self.edition.base.topics if t.id == name), None)
        if topic is None:
            return []
        return [
            item.id
            for item in self.listed()
            if self.edition.entitlements[item.id].topic == name
            and item.verdict == 1
            and (topic.personal or not self.edition.entitlements[item.id].guarded or item.shown)
        ]
