"""A person who presses only what a page offers: answers given form by form, results read back from the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from dialogs.edition import Edition
from tests.web.house import TAG, Browser, Page

NEXT = re.compile(r'<button name="p" value="(?:w|k|a|o):(\w+)')
FORM = re.compile(r'name="q" value="(\w+)"')
LINE = re.compile(r'<button name="p" value="([^"]+)"[^>]*>(.*?)(?:<small>(.*?)</small>)?</button>', re.DOTALL)
DIAL = re.compile(r'href="tel:([^"]+)"')
COUNT = re.compile(r"\((\d+)\)$")
MOST = 60
SAID = {"unknown": "не знаю", "withheld": "пропустити"}


@dataclass(frozen=True, slots=True)
class Line:
    """A button as a person reads it."""

    data: str
    label: str
    hint: str


def read_lines(page: Page, kind: str) -> list[Line]:
    """The buttons that lead to this kind of place, in their order."""
    return [
        Line(unescape(data), _plain(label), _plain(hint))
        for data, label, hint in LINE.findall(page.html)
        if data.startswith(f"p:{kind}:")
    ]


def read_question(page: Page) -> str:
    """The question that a page asks; empty where it asks none."""
    found = FORM.findall(page.html) or NEXT.findall(page.html)
    return str(found[0]) if found else ""


@dataclass
class Walker:
    """Walks with these answers. A question they do not hold is skipped, as a person may.

    Attributes:
        given: What was answered, as the pages took it.
    """

    browser: Browser
    edition: Edition
    wanted: dict[str, tuple[str, ...]]
    page: Page = field(init=False)
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)

    async def screen(self) -> None:
        """From the first page to the results of the short screening."""
        self.page = await self.browser.open()
        for _ in range(MOST):
            if "x:continue" in self.page.buttons:
                await self.press("x:continue")
            elif "p:groups" in self.page.buttons:
                return
            else:
                await self.answer(read_question(self.page))
        raise AssertionError("the screening does not end")

    async def deepen(self, entitlement: str) -> None:
        """Answer what one card still asks."""
        await self.open_card(entitlement)
        if f"x:more:{entitlement}" not in self.page.buttons:
            return
        await self.press(f"x:more:{entitlement}")
        for _ in range(MOST):
            question = read_question(self.page)
            if not question:
                return
            await self.answer(question)
        raise AssertionError(f"the questions of {entitlement} do not end")

    async def answer(self, question: str) -> None:
        """Answer the question on the page by its own buttons and boxes."""
        assert question, self.page.text
        value = self.wanted.get(question, ("withheld",))
        if question not in self.given or question in self.wanted:
            self.given[question] = value
        if value[0] in SAID:
            button = {"unknown": "k", "withheld": "w"}[value[0]] + f":{question}"
            if button in self.page.buttons:
                await self.press(button)
            else:  # the first page has no such button: words do it
                self.page = await self.browser.post(t=SAID[value[0]])
            return
        if f"o:{question}" in self.page.buttons:
            await self.press(f"o:{question}")
        if self.page.boxes and value != ("none",):
            assert set(value) <= set(self.page.boxes), question
            self.page = await self.browser.post(q=question, c=list(value))
        else:
            await self.press(f"a:{question}:{value[0]}")

    async def open_card(self, entitlement: str) -> None:
        """By the menu and the topics, page after page."""
        topic = self.edition.entitlements[entitlement].topic
        await self.press("p:more")
        await self.press("p:topics")
        await self.press(f"p:topic:{topic}")
        while f"p:entitlement:{entitlement}" not in self.page.buttons:
            await self.turn_page(topic)
        await self.press(f"p:entitlement:{entitlement}")

    async def turn_page(self, topic: str) -> None:
        pages = [d for d in self.page.buttons if d.startswith(f"p:topic:{topic}-")]
        assert pages, f"the topic {topic} ends"
        await self.press(pages[-1])

    async def press(self, data: str) -> None:
        assert data in self.page.buttons, f"{data} is not on the page: {self.page.buttons}"
        self.page = await self.browser.press(data)
        assert self.page.status == 200, data

    async def read_groups(self) -> dict[str, str]:
        """Group to what its line says."""
        await self.go_results()
        await self.press("p:groups")
        return {line.data.rpartition(":")[2]: line.hint for line in read_lines(self.page, "group")}

    async def read_fitting(self) -> dict[str, int]:
        """Topic to how many kinds of help fit, as the results count them."""
        await self.go_results()
        counts = {}
        for line in read_lines(self.page, "topic"):
            found = COUNT.search(line.label)
            assert found, line
            counts[line.data.rpartition(":")[2]] = int(found[1])
        return counts

    async def read_topic(self, topic: str, count: int) -> list[str]:
        """The kinds of help that a topic says fit: its first `count`."""
        await self.go_results()
        await self.press(f"p:topic:{topic}")
        found: list[str] = []
        while True:
            found += [line.data.rpartition(":")[2] for line in read_lines(self.page, "entitlement")]
            if len(found) >= count:
                return found[:count]
            await self.turn_page(topic)

    async def go_results(self) -> None:
        await self.press("p:more")
        await self.press("p:results")

    @property
    def numbers(self) -> list[str]:
        """What the page offers to dial."""
        return [unescape(number) for number in DIAL.findall(self.page.html)]


def _plain(html: str) -> str:
    return " ".join(unescape(TAG.sub(" ", html)).split())
