"""What came in, and what it does: presses, typed words, photos, a fresh start."""

from __future__ import annotations

from dialogs import hearing
from dialogs.answering import Answering
from dialogs.asked_back import AskedBack
from dialogs.counting import count_search
from dialogs.machine import ASKING, name_state
from dialogs.moving import ASIDE, Wish
from dialogs.press import Handed, Press
from dialogs.private import is_private
from dialogs.reaching import list_phones
from dialogs.sayings import COURTESIES, SENT, UNREAD
from dialogs.screens import notices
from dialogs.screens.draw import draw, split_page
from dialogs.screens.lines import format_phone
from dialogs.screens.menu import list_human_lines
from dialogs.session import SUBJECTS, Session
from dialogs.words import N_

MISSES_TO_HUMAN = 2


class Stepping(Answering):
    """One turn, from what came in to the place reached."""

    def open(self, idle: bool, payload: str = "") -> None:
        """A start. A payload that nobody here made leads to the menu, and past no cover."""
        if self.session.state == "erased":
            self.move("welcome")
        elif self.session.state == "hidden" or (idle and self.session.answers):
            self.cover()
        elif self.session.state in ("cover",):
            pass
        elif not self.session.answers:
            self.move("welcome")
        elif payload:
            self.move("more")
        elif self.session.state == "welcome":
            self.advance("")

    def take_over(self, handed: Handed) -> None:
        """Answers given elsewhere come in like presses, so nothing can be said that a person could not."""
        if handed.fault:
            self.notices.append(self.say(handed.fault))
            return
        for press in handed.presses:
            self.press(press)
        self.event = ""
        self.notices = [
            self.say(
                N_(
                    "This is what the operator sees. You can change any answer. What stood here before is replaced."
                )
            )
        ]

    def press(self, press: Press) -> None:
        match press.kind:
            case "answer" | "tick" | "untick":
                self.answer(press)
            case "done" | "unknown" | "withheld" | "ask" | "open":
                self.steer(press)
            case "go":
                self._go(press.name, press.value)
            case "set":
                self._set(press.name, press.value)
            case "do":
                self._do(press.name, press.value)

    def receive(self, what: str, idle: bool, caption: str = "") -> None:
        """Photos, voice and stickers: a kind answer, and nothing personal stays in the chat.

        Words written under a picture are read for danger and for what is personal, and for nothing else.
        """
        caption = hearing.clean(caption, hearing.MAX_WHOLE)
        paper, private = what in ("photo", "document", "contact", "location"), is_private(caption)
        self.discard = paper or private
        said = self.say(SENT.get("private" if private and not paper else what, UNREAD))
        kind = self.tools.alarm.read(caption)
        line = "" if self.discard or kind is not None else self._name_line()
        if line:
            said += " " + self.say(N_("You can also call: {line}.")).format(line=line)
        if self.discard or kind is None:
            self.notices.append(said)
        if kind is not None:
            self._alarm(kind)
        else:
            self._cover_after(idle)

    def _name_line(self) -> str:
        """A line with people and its number; nothing where no number works."""
        view = self.tools.view(self.session, self.now)
        for contact in list_human_lines(view):
            for number in list_phones(contact, view.caller_place):
                return f"{view.say(contact.short)}, {format_phone(number)}"
        return ""

    def hear(self, text: str, idle: bool) -> None:
        whole = hearing.clean(text, hearing.MAX_WHOLE)
        private, kind = is_private(whole), self.tools.alarm.read(whole)
        text = hearing.clean(text)
        if kind is not None:
            if private:
                self._discard()
            self._alarm(kind)
            return
        command = hearing.hear_command(text)
        if command is not None:
            self.press(self._translate(command))
            return
        if private:
            self._discard()
            self._cover_after(idle)
            return
        if idle and self.session.answers:
            self._hear_covered(text)
            return
        if not text:
            self.notices.append(self.say(UNREAD))
            return
        courtesy = hearing.hear_courtesy(text)
        if courtesy:
            self.notices.append(self.say(COURTESIES[courtesy]))
            return
        if self._hear_choice(text):
            return
        self._search(text)

    def _alarm(self, kind: str) -> None:
        self.event = "crisis"
        self.aside("crisis", kind)

    def _discard(self) -> None:
        self.discard = True
        self.notices.append(self.say(SENT["private"]))

    def _cover_after(self, idle: bool) -> None:
        """What came in leads nowhere, so after a silence nothing but the answer to it is shown."""
        if idle and self.session.answers and self.session.state not in ASIDE:
            self.cover()

    def _hear_covered(self, text: str) -> None:
        """After a silence: the words are read, and what came of them is shown after a press. Phones are shared.

        Nothing of the words themselves is kept, only the place they led to.
        """
        before, covered = self.session, self.session.is_covered
        if text and not hearing.hear_courtesy(text):
            if not self._hear_choice(text):
                self._search(text)
            elif covered:  # what stands on the cover's own buttons
                return
        if self.event in ("hide", "erase", "restart") or (self.session.state in ASIDE and not covered):
            return  # help that was asked for does not wait
        if self.session != before:
            self.notices = [self.say(N_("To see the answer, tap «Go on»."))]
        self.cover()

    def _translate(self, press: Press) -> Press:
        """Commands that mean the place where the person is."""
        question = self._asked()
        if press.kind != "do":
            return press
        if press.name == "back":
            for choice in draw(self.tools.view(self.session, self.now)).choices:
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
        shown = list(draw(self.tools.view(self.session, self.now)).choices)
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
                self.say(N_("There is no such number here. Look at the list and write one of its numbers."))
            )
            return True
        labelled = hearing.hear_label(text, shown)
        if labelled is not None:
            self.press(labelled.press)
            return True
        question = self._asked()
        if question:
            record = self.edition.questions[question]
            covered = record.covered and not self.session.arg.endswith("!")
            likely = () if covered else hearing.hear_answer(text, self.edition, record, self.session.language)
            found = self.tools.finder.find(text)
            if record.kind == "region":
                likely = found.regions[:3] or likely
            if likely:
                records = () if covered else tuple(f"{hit.kind}:{hit.id}" for hit in found.hits[:2])
                asked_back = AskedBack(likely, records, self.scope(question))
                self.move(name_state(ASKING, question), asked_back.write())
                return True
        return False

    def _search(self, text: str) -> None:
        result = self.tools.finder.find(text)
        words = () if result.understood else self.tools.finder.known_words(text)
        self.heard += count_search(result.understood, words)
        if not result.understood:
            misses = self.session.misses + 1
            self.session = self.session._replace(misses=misses)
            self.move("search", "!2" if misses >= MISSES_TO_HUMAN else "!1")
            return
        self.session = self.session._replace(misses=0)
        order = {item.id: i for i, item in enumerate(self.listed()) if item.verdict == 0}
        hits = sorted(result.hits[:3], key=lambda h: (h.id in order, -h.score))
        regions = [f"region:{r}" for r in result.regions[:3]]
        self.move("search", ",".join([*regions, *(f"{h.kind}:{h.id}" for h in hits)]))

    def _go(self, place: str, arg: str) -> None:
        name, _ = split_page(arg)
        exists = {
            "topic": name in self.edition.topic_order,
            "group": name in self.edition.groups,
            "entitlement": arg in self.edition.entitlements,
            "why": arg in self.edition.entitlements,
            "contact": arg in self.edition.contacts,
            "contacts": name in ("", "all") or name in self.edition.topic_order,
            "notices": arg == "" or arg in self.tools.counting.plain,
        }
        if place not in self.tools.mover.states or place in (
            "crisis",
            "hidden",
            "erased",
            "search",
            "cover",
            ASKING,
        ):
            self.move("more")
        elif not exists.get(place, True):
            self.notices.append(self.say(N_("That page is no longer in the directory.")))
            self.move("topics")
        elif place in ASIDE:
            if place == "handover":
                self.event = "handover"
            self.aside(place)
        elif place == "contacts" and self._should_ask_region():
            self.move(
                name_state(ASKING, self.edition.region_question), f"contacts={arg}" if arg else "contacts"
            )
        else:
            self.move(place, arg)

    def _should_ask_region(self) -> bool:
        view = self.tools.view(self.session, self.now)
        return (
            bool(self.edition.region_question)
            and self.edition.region_question not in view.answers
            and not view.unsafe
            and view.caller_place != "abroad"
        )

    def _set(self, name: str, value: str) -> None:
        if name == "language" and value in self.edition.languages and value in self.tools.words:
            self.session = self.session._replace(language=value)
        elif name == "subject" and value in SUBJECTS:
            subject = next(s for s in SUBJECTS if s == value)
            self.session = self.session._replace(subject=subject)
        elif name == "discreet" and value in ("on", "off"):
            self.session = self.session._replace(discreet=value == "on")
            if self.session.discreet:
                self.stop_notices()
        elif name == "notice":
            self._set_notice(value)
        elif name == "unnotice":
            self._end_notice(value)
        else:
            self.move("more")

    def _set_notice(self, topic: str) -> None:
        """Begin to be told of a topic, or end all of it. It sets, so a second press changes nothing."""
        view = self.tools.view(self.session, self.now)
        if topic == "off":
            self.stop_notices()
            self.notices.append(self.say(N_("You will get no more notices.")))
            self.move("notices")
        elif topic in self.tools.counting.plain and notices.may_follow(view):
            self.wish = Wish(topic, view.region or "")
            if topic not in self.session.notices:
                self.session = self.session._replace(notices=(*self.session.notices, topic))
            self.move("notices", topic)
        else:
            self.move("notices")

    def _end_notice(self, topic: str) -> None:
        """Be told no more of one topic; the others stay."""
        view = self.tools.view(self.session, self.now)
        titles = {t.id: view.say(t.title) for t in self.edition.base.topics}
        self.wish = Wish(topic, ends=True)
        left = tuple(other for other in self.session.notices if other != topic)
        self.session = self.session._replace(notices=left)
        if topic in titles:
            said = self.say(N_("You will get no more notices of: {topic}."))
            self.notices.append(said.format(topic=titles[topic]))
        self.move("notices")

    def _do(self, action: str, value: str) -> None:
        match action:
            case "hide":
                self.event = "hide"
                self.aside("hidden")
            case "cover":
                self.cover()
            case "erase":
                self.event = "erase"
                self.session = Session(state="erase", language=self.session.language)
                self.move("erased")
            case "restart":
                self.event = "restart"
                self.session = Session(language=self.session.language, notices=self.session.notices)
            case "resume":
                self.resume()
            case "continue":
                self.advance("c")
            case "more" if value in self.edition.entitlements:
                self.advance(f"e:{value}")
            case "topic" if value in self.edition.topic_order:
                self.advance(f"t:{value}")
            case "region" if self.edition.region_question:
                self.move(name_state(ASKING, self.edition.region_question), "contacts")
            case "region_is" if value in self.edition.regions:
                self.store(self.edition.region_question, (value,))
                self.move("contacts")
            case _:
                self.move("more")
