"""From a place to its screen."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.asked_back import AskedBack
from dialogs.machine import ASKING
from dialogs.reply import Reply
from dialogs.screens import about, asking, cards, danger, found, menu, notices, results
from dialogs.screens.view import View


def draw(view: View) -> Reply:
    """The place where the session is, whatever it is."""
    state, arg = view.session.state, view.session.arg
    if state.startswith(f"{ASKING}."):
        question = view.edition.questions.get(state.partition(".")[2])
        if question is None:
            return asking.show_welcome(view)
        asked_back = AskedBack.read(arg)
        if asked_back is not None:
            return found.show_asked_back(view, question, asked_back)
        return asking.show_question(view, question, opened=arg.endswith("!"))
    name, page = split_page(arg)
    edition = view.edition
    screens: dict[str, Callable[[], Reply]] = {
        "review": lambda: asking.show_review(view),
        "results": lambda: results.show_results(view),
        "groups": lambda: results.show_groups(view),
        "topics": lambda: results.show_topics(view),
        "contacts": lambda: menu.show_contacts(view, "" if name == "all" else name, page),
        "urgent": lambda: danger.show_urgent(view),
        "search": lambda: found.show_search(view, arg),
        "about": lambda: about.show_about(view, arg),
        "more": lambda: menu.show_more(view),
        "settings": lambda: menu.show_settings(view),
        "notices": lambda: notices.show_notices(view, arg),
        "handover": lambda: menu.show_handover(view),
        "crisis": lambda: danger.show_crisis(view, arg.partition("~")[0]),
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


def split_page(arg: str) -> tuple[str, int]:
    """`housing-2` is the second page of `housing`."""
    name, _, page = arg.partition("-")
    return name, int(page) if page.isdecimal() and len(page) < 4 else 1
