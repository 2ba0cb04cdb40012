"""One turn: a pure function of the session, what came in, and the moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from dialogs import hearing
from dialogs.edition import Edition
from dialogs.guidance import Listed, list_entitlements
from dialogs.machine import ASKING, Mover, name_state
from dialogs.press import Incoming, Opened, Press, Said, Sent
from dialogs.reply import Reply
from dialogs.screening import ask_next, ask_next_for, results_come_first
from dialogs.screens import asking, cards, found, menu, results
from dialogs.screens.view import View
from dialogs.session import SUBJECTS, UNKNOWN, WITHHELD, Session
from dialogs.words import N_, AllWords, Words

KYIV = ZoneInfo("Europe/Kyiv")
IDLE = timedelta(minutes=30)
# Left by "go back": their argument holds where the person came from.
ASIDE = ("urgent", "handover", "crisis", "cover", "hidden", "erase")
Event = Literal["", "hide", "erase", "restart", "handover", "crisis"]
MISSES_TO_HUMAN = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn led to. `event` lets the shell act: delete messages, count, hand over."""

    session: Session
    reply: Reply
    event: Event = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found by words."""

    kind: Literal["entitlement", "contact", "topic"]
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a text was understood as; `regions` when it names one or, if unclear, several."""

    understood: bool
    hits: tuple[Hit, ...] = ()
    regions: tuple[str, ...] = ()


class Finder(Protocol):
    def find(self, text: str) -> Found: ...


class Alarm(Protocol):
    def read(self, text: str) -> str | None: ...


class Engine:
    """The dialogue of one edition."""

    def __init__(
        self, edition: Edition, words: AllWords, finder: Finder, alarm: Alarm, mover: Mover | None = None
    ) -> None:
        self.edition = edition
        self.words: Mapping[str, Words] = words
        self.finder = finder
        self.alarm = alarm
        self.mover = mover or Mover(edition.questions)

    # ---- the two things a channel calls ----

    def turn(self, session: Session, incoming: Incoming, now: datetime) -> Turn:
        """Take what came in and say what comes next.

        A press of any age sets the answer it names; a choice this edition no longer has changes
        nothing, and the person is shown where they are.
        """
        now = now.astimezone(KYIV)
        idle = session.seen is not None and now - session.seen >= IDLE
        step = _Step(self, session, now)
        match incoming:
            case Press():
                step.press(incoming)
            case Opened():
                step.open(idle)
            case Said(text):
                step.hear(text, idle)
            case Sent(what):
                step.receive(what)
        return step.finish()

    def show(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> Reply:
        """The place where the session is, drawn anew."""
        view = self._view(session, now.astimezone(KYIV), notices)
        return self._draw(view)

    # ---- drawing ----

    def _view(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> View:
        words = self.words.get(session.language) or self.words[self.edition.languages[0]]
        return View(self.edition, session, words, now, tuple(notices))

    def _draw(self, view: View) -> Reply:
        state, arg = view.session.state, view.session.arg
        if state.startswith(f"{ASKING}."):
            question = self.edition.questions.get(state.partition(".")[2])
            if question is None:
                return asking.show_welcome(view)
            if arg.startswith("?"):
                choices = tuple(c for c in arg[1:].split(",") if c in self.edition.bits[question.id])
                return asking.show_confirm(view, question, choices)
            return asking.show_question(view, question, opened=arg.endswith("!"))
        name, page = _split_page(arg)
        edition = self.edition
        screens: dict[str, Callable[[], Reply]] = {
            "review": lambda: asking.show_review(view),
            "results": lambda: results.show_results(view),
            "groups": lambda: results.show_groups(view),
            "topics": lambda: results.show_topics(view),
            "contacts": lambda: menu.show_contacts(view, "" if name == "all" else name, page),
            "urgent": lambda: menu.show_urgent(view),
            "search": lambda: found.show_search(view, arg),
            "about": lambda: menu.show_about(view, arg),
            "more": lambda: menu.show_more(view),
            "settings": lambda: menu.show_settings(view),
            "handover": lambda: menu.show_handover(view),
            "crisis": lambda: menu.show_crisis(view, arg.partition("~")[0]),
            "cover": lambda: menu.show_cover(view),
            "hidden": lambda: menu.show_hidden(view),
            "erase": lambda: menu.show_erase(view),
            "erased": lambda: menu.show_erased(view),
        }
        if state == "topic" and name in edition.topic_order:
            return results.show_topic(view, name, page)
        if state == "group" and name in edition.groups:
            return results.show_group(view, name, page)
        if state == "entitlement" and arg in edition.entitlements:
            return cards.show_entitlement(view, arg)
        if state == "why" and arg in edition.entitlements:
            return cards.show_why(view, arg)
        if state == "contact" and arg in edition.contacts:
            return menu.show_contact(view, arg)
        draw = screens.get(state)
        return draw() if draw else asking.show_welcome(view)


def _split_page(arg: str) -> tuple[str, int]:
    """`housing-2` is the second page of `housing`."""
    name, _, page = arg.partition("-")
    return name, int(page) if page.isdigit() and len(page) < 4 else 1


class _Step:
    """The work of one turn; lives for that turn only."""

    def __init__(self, engine: Engine, session: Session, now: datetime) -> None:
        self.engine = engine
        self.edition = engine.edition
        self.before = session
        self.session = session
        self.now = now
        self.notices: list[str] = []
        self.event: Event = ""
        self.reply: Reply | None = None
        self.discard = False
        if session.edition and session.edition != self.edition.id and self._state_is_gone():
            self._move("welcome")

    def finish(self) -> Turn:
        if self.event != "erase":
            self.session = replace(self.session, seen=self.now, edition=self.edition.id)
        reply = self.reply or self.engine.show(self.session, self.now, self.notices)
        if self.discard:
            reply = replace(reply, discard=True)
        return Turn(self.session, reply, self.event)

    # ---- moving ----

    def _state_is_gone(self) -> bool:
        return self.session.state not in self.engine.mover.states

    def _move(self, place: str, arg: str = "") -> None:
        """Let the machine move the session; a refused move is a fault of the rule book, not of the person."""
        state = self.engine.mover.move(self.session.state, place)
        self.session = replace(self.session, state=state, arg=arg)

    def _aside(self, place: str, head: str = "") -> None:
        """Go somewhere from which "go back" leads to where the person was."""
        if self.session.state in ASIDE:
            origin = (
                self.session.arg.partition("~")[2] if self.session.state == "crisis" else self.session.arg
            )
        else:
            origin = f"{self.session.state}~{self.session.arg}"
        self._move(place, f"{head}~{origin}" if head else origin)

    def _resume(self) -> None:
        arg = self.session.arg
        if self.session.state == "crisis":
            arg = arg.partition("~")[2]
        if self.session.state not in ASIDE:
            return
        state, _, rest = arg.partition("~")
        if state in self.engine.mover.states and state not in (*ASIDE, "erased"):
            self._move(state, rest)
        else:
            self._move("welcome")

    # ---- what came in ----

    def open(self, idle: bool) -> None:
        if self.session.state == "erased":
            self._move("welcome")
        elif self.session.state == "hidden" or (idle and self.session.answers):
            self._aside("cover")
        elif self.session.state in ("cover",):
            pass
        elif not self.session.answers:
            self._move("welcome")
        elif self.session.state == "welcome":
            self._advance("")

    def press(self, press: Press) -> None:
        match press.kind:
            case "answer" | "tick" | "untick":
                self._answer(press)
            case "done" | "unknown" | "withheld" | "ask" | "open":
                self._steer(press)
            case "go":
                self._go(press.name, press.value)
            case "set":
                self._set(press.name, press.value)
            case "do":
                self._do(press.name, press.value)

    def receive(self, what: str) -> None:
        """Photos, voice and stickers: a kind answer, and nothing personal stays in the chat."""
        texts = {
            "voice": N_(
                "I cannot listen to voice messages. Write a few words, or tap «Talk to a person»: there are numbers to call."
            ),
            "sticker": N_("Thank you. Tap a button, or write a few words about what you need."),
            "location": N_(
                "Please do not send your location here: it is safer. I have deleted it. The region is enough, and you can choose it in «Contacts nearby»."
            ),
            "contact": N_(
                "Please do not send phone numbers of people here. I have deleted it. To be called back, ring one of the lines under «Talk to a person»."
            ),
            "photo": N_(
                "Please do not send photos or papers here: I have deleted it. Papers go to the office named in the card, never to a chat."
            ),
            "document": N_(
                "Please do not send photos or papers here: I have deleted it. Papers go to the office named in the card, never to a chat."
            ),
        }
        text = texts.get(what, N_("I understand text and buttons. Write a few words about what you need."))
        self.discard = what in ("photo", "document", "contact", "location")
        self.notices.append(self._say(text))

    def hear(self, text: str, idle: bool) -> None:
        text = hearing.clean(text)
        kind = self.engine.alarm.read(text)
        if kind is not None:
            self.event = "crisis"
            self._aside("crisis", kind)
            return
        command = hearing.hear_command(text)
        if command is not None:
            self.press(self._translate(command))
            return
        if found.is_private(text):
            self.discard = True
            self.notices.append(
                self._say(
                    N_(
                        "This looks like a name, number or account. I have deleted it: nobody here needs it. Papers go to the office named in the card; a bank code to nobody."
                    )
                )
            )
            return
        if idle and self.session.answers:
            self._aside("cover")
            return
        if not text:
            self.notices.append(
                self._say(N_("I understand text and buttons. Write a few words about what you need."))
            )
            return
        if self._hear_choice(text):
            return
        self._search(text)

    def _translate(self, press: Press) -> Press:
        """Commands that mean the place where the person is."""
        question = self._asked()
        if press.kind != "do":
            return press
        if press.name == "back":
            for choice in self.engine.show(self.session, self.now).choices:
                if choice.label.startswith("←"):
                    return choice.press
            return Press("do", "resume") if self.session.state in ASIDE else Press("go", "more")
        if press.name == "next":
            return Press("done", question) if question else Press("do", "continue")
        if press.name == "unknown":
            return Press("unknown", question) if question else Press("do", "continue")
        if press.name == "skip":
            return Press("withheld", question) if question else Press("do", "continue")
        return press

    def _asked(self) -> str:
        """The question on the screen; the welcome carries the first one."""
        if self.session.state.startswith(f"{ASKING}."):
            return self.session.state.partition(".")[2]
        return self.edition.subject_question if self.session.state == "welcome" else ""

    def _hear_choice(self, text: str) -> bool:
        shown = list(self.engine.show(self.session, self.now).choices)
        numbers = hearing.hear_numbers(text)
        if numbers:
            by_number = {c.number: c for c in shown if c.number is not None} or dict(enumerate(shown, 1))
            picked = [by_number[n] for n in numbers if n in by_number]
            question = self._asked()
            many = bool(question) and self.edition.questions[question].kind == "many"
            if picked and (many or len(picked) == 1):
                for choice in picked:
                    if choice.press.kind != "untick":
                        self.press(choice.press)
                return True
            self.notices.append(
                self._say(N_("There is no such number here. Look at the list and write one of its numbers."))
            )
            return True
        labelled = hearing.hear_label(text, shown)
        if labelled is not None:
            self.press(labelled.press)
            return True
        question = self._asked()
        if question:
            record = self.edition.questions[question]
            covered = record.sensitive and not self.session.arg.endswith("!")
            likely = () if covered else hearing.hear_answer(text, self.edition, record, self.session.language)
            if record.kind == "region":
                likely = self.engine.finder.find(text).regions[:3] or likely
            if likely:
                self._move(name_state(ASKING, question), "?" + ",".join(likely))
                return True
        return False

    def _search(self, text: str) -> None:
        result = self.engine.finder.find(text)
        if not result.understood:
            misses = self.session.misses + 1
            self.session = replace(self.session, misses=misses)
            self._move("search", "!2" if misses >= MISSES_TO_HUMAN else "!1")
            return
        self.session = replace(self.session, misses=0)
        order = {item.id: i for i, item in enumerate(self._listed()) if item.verdict == 0}
        hits = sorted(result.hits, key=lambda h: (h.id in order, -h.score))[:3]
        regions = [f"region:{r}" for r in result.regions[:3]]
        self._move("search", ",".join([*regions, *(f"{h.kind}:{h.id}" for h in hits)]))

    def _listed(self) -> list[Listed]:
        known = self.edition.know(self.session.here, self.now.date())
        return list_entitlements(self.edition, known, self.now.date())

    # ---- answers ----

    def _gone(self) -> None:
        self.notices.append(
            self._say(N_("That choice is no longer in the directory. Here is where you are."))
        )

    def _answer(self, press: Press) -> None:
        question, choice = press.name, press.value
        if choice not in self.edition.bits.get(question, {}):
            self._gone()
            return
        record = self.edition.questions[question]
        if record.subject:
            self._choose_subject(question, choice)
            return
        had = self.session.here.get(question)
        scope = self._scope(question)
        if record.kind == "many" and choice != "none":
            ticks = [c for c in (had.choices if had else ()) if c not in (UNKNOWN, WITHHELD, "none", choice)]
            if press.kind != "untick":
                ticks.append(choice)
            order = list(self.edition.bits[question])
            ticks.sort(key=lambda c: order.index(c) if c in order else len(order))
            self._store(question, (*ticks, UNKNOWN) if ticks else ())
            self._move(name_state(ASKING, question), scope + ("!" if record.sensitive else ""))
            return
        self._store(question, (choice,))
        self._advance(scope)

    def _scope(self, question: str) -> str:
        """Why the question on the screen is being asked; a button of another screen has no scope."""
        if self.session.state == name_state(ASKING, question):
            scope = self.session.arg.rstrip("!")
            return "" if scope.startswith("?") else scope
        return ""

    def _choose_subject(self, question: str, choice: str) -> None:
        subject = choice if choice in SUBJECTS else "self"
        self.session = replace(self.session, subject=subject)  # type: ignore[arg-type]
        self._store(question, (choice,))
        self._advance("")

    def _store(self, question: str, choices: tuple[str, ...]) -> None:
        day = self.now.date()
        had = self.session.here.get(question)
        settled = had is not None and UNKNOWN not in had.choices and WITHHELD not in had.choices
        changed = settled and had is not None and had.choices != choices
        before = self._shown() if changed else set()
        self.session = self.session.with_answer(question, choices, day)
        if changed:
            self._tell_changes(before, self._shown())

    def _shown(self) -> set[str]:
        return {item.id for item in self._listed() if item.shown}

    def _tell_changes(self, before: set[str], after: set[str]) -> None:
        """What an answer changed in the results; guarded records are counted, never named."""
        words = self._words()
        added, gone = after - before, before - after
        parts = []
        if added:
            parts.append(
                words.ngettext("{count} more fits", "{count} more fit", len(added)).format(count=len(added))
                + self._name_some(added)
            )
        if gone:
            parts.append(
                words.ngettext("{count} no longer fits", "{count} no longer fit", len(gone)).format(
                    count=len(gone)
                )
                + self._name_some(gone)
            )
        if parts:
            self.notices.append(
                self._say(N_("The answer is changed. In the results: {changes}.")).format(
                    changes="; ".join(parts)
                )
            )
        else:
            self.notices.append(self._say(N_("The answer is changed. The results stay the same.")))

    def _name_some(self, ids: set[str]) -> str:
        named = [
            self.edition.entitlements[i] for i in sorted(ids) if not self.edition.entitlements[i].guarded
        ][:3]
        language = self.session.language
        titles = [e.title.short.get(language) or next(iter(e.title.short.values())) for e in named]
        return f" ({'; '.join(titles)}{'…' if len(ids) > len(titles) else ''})" if titles else ""

    def _steer(self, press: Press) -> None:
        question = press.name
        if question not in self.edition.questions:
            self._gone()
            return
        record = self.edition.questions[question]
        scope = self._scope(question)
        had = self.session.here.get(question)
        ticks = tuple(c for c in (had.choices if had else ()) if c not in (UNKNOWN, WITHHELD))
        match press.kind:
            case "ask":
                if self.session.state == "review":
                    scope = "review"
                elif self.session.state == "why":
                    scope = f"e:{self.session.arg}"
                self._move(name_state(ASKING, question), scope)
            case "open":
                self._move(name_state(ASKING, question), scope + "!")
            case "done":
                if ticks:
                    self._store(question, ticks)
                    self._advance(scope)
                else:
                    self._move(name_state(ASKING, question), scope + ("!" if record.sensitive else ""))
            case _:
                word = UNKNOWN if press.kind == "unknown" else WITHHELD
                keeps_ticks = record.kind == "many" and ticks and "none" not in ticks
                self._store(question, (*ticks, UNKNOWN) if keeps_ticks else (word,))
                self._advance(scope)

    def _advance(self, scope: str) -> None:
        """Go to what comes next: the next question of this scope, or what the questions were for."""
        known = self.edition.know(self.session.here, self.now.date())
        if scope.startswith(("e:", "t:")):
            ids = self._scope_ids(scope)
            answers = self.edition.filter_answers(self.session.here, self.now.date())
            question = ask_next_for(self.edition, known, answers, ids)
            if question is not None:
                self._move(name_state(ASKING, question), scope)
            elif scope.startswith("e:"):
                self._move("entitlement", scope[2:])
            else:
                self._move("topic", scope[2:])
        elif scope == "review":
            self._move("review")
        elif scope.startswith("contacts"):
            self._move("contacts", scope.partition("=")[2])
        else:
            question = ask_next(self.edition, known)
            if question is None or (scope != "c" and results_come_first(self.edition, known)):
                self._move("results")
            else:
                self._move(name_state(ASKING, question), scope)

    def _scope_ids(self, scope: str) -> list[str]:
        name = scope[2:]
        if scope.startswith("e:"):
            return [name] if name in self.edition.entitlements else []
        topic = next((t for t in self.edition.base.topics if t.id == name), None)
        if topic is None:
            return []
        return [
            item.id
            for item in self._listed()
            if self.edition.entitlements[item.id].topic == name
            and item.verdict == 1
            and (topic.personal or not self.edition.entitlements[item.id].guarded or item.shown)
        ]

    # ---- places, settings, actions ----

    def _go(self, place: str, arg: str) -> None:
        name, _ = _split_page(arg)
        exists = {
            "topic": name in self.edition.topic_order,
            "group": name in self.edition.groups,
            "entitlement": arg in self.edition.entitlements,
            "why": arg in self.edition.entitlements,
            "contact": arg in self.edition.contacts,
            "contacts": name in ("", "all") or name in self.edition.topic_order,
        }
        if place not in self.engine.mover.states or place in (
            "crisis",
            "hidden",
            "erased",
            "search",
            "cover",
            ASKING,
        ):
            self._move("more")
        elif not exists.get(place, True):
            self.notices.append(self._say(N_("That page is no longer in the directory.")))
            self._move("topics")
        elif place in ASIDE:
            if place == "handover":
                self.event = "handover"
            self._aside(place)
        elif place == "contacts" and self._should_ask_region():
            self._move(
                name_state(ASKING, self.edition.region_question), f"contacts={arg}" if arg else "contacts"
            )
        else:
            self._move(place, arg)

    def _should_ask_region(self) -> bool:
        view = self.engine._view(self.session, self.now)
        return (
            bool(self.edition.region_question)
            and self.edition.region_question not in view.answers
            and not view.unsafe
            and view.place != "abroad"
        )

    def _set(self, name: str, value: str) -> None:
        if name == "language" and value in self.edition.languages and value in self.engine.words:
            self.session = replace(self.session, language=value)
        elif name == "subject" and value in SUBJECTS:
            self.session = replace(self.session, subject=value)  # type: ignore[arg-type]
        elif name == "discreet" and value in ("on", "off"):
            self.session = replace(self.session, discreet=value == "on")
        else:
            self._move("more")

    def _do(self, action: str, value: str) -> None:
        match action:
            case "hide":
                self.event = "hide"
                self._aside("hidden")
            case "erase":
                self.event = "erase"
                self.session = Session(state="erase", language=self.session.language)
                self._move("erased")
            case "restart":
                self.event = "restart"
                self.session = Session(language=self.session.language)
            case "resume":
                self._resume()
            case "continue":
                self._advance("c")
            case "more" if value in self.edition.entitlements:
                self._advance(f"e:{value}")
            case "topic" if value in self.edition.topic_order:
                self._advance(f"t:{value}")
            case "region" if self.edition.region_question:
                self._move(name_state(ASKING, self.edition.region_question), "contacts")
            case "region_is" if value in self.edition.regions:
                self._store(self.edition.region_question, (value,))
                self._move("contacts")
            case _:
                self._move("more")

    def _words(self) -> Words:
        return self.engine.words.get(self.session.language) or self.engine.words[self.edition.languages[0]]

    def _say(self, message: str) -> str:
        return self._words().gettext(message)
