"""From a place to its screen."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.asked_back import AskedBack
from dialogs.machine import ASKING
from dialogs.reply import Reply
from dialogs.screens import about, asking, cards, danger, found, menu, notices, results
from dialogs.screens.view import View

_SCREENS: dict[str, Callable[[View], Reply]] = {
    "review": asking.show_review,
    "results": results.show_results,
    "groups": results.show_groups,
    "topics": results.show_topics,
    "urgent": danger.show_urgent,
    "more": menu.show_more,
    "settings": menu.show_settings,
    "handover": menu.show_handover,
    "cover": menu.show_cover,
    "hidden": menu.show_hidden,
    "erase": menu.show_erase,
    "erased": menu.show_erased,
}
_WITH_ARGUMENT: dict[str, Callable[[View, str], Reply]] = {
    "search": found.show_search,
    "about": about.show_about,
    "notices": notices.show_notices,
}


def draw(view: View) -> Reply:
    """The place where the session is, whatever it is."""
    state, arg = view.session.state, view.session.arg
    if state.startswith(f"{ASKING}."):
        return _draw_asking(view, state.partition(".")[2], arg)
    if state in _SCREENS:
        return _SCREENS[state](view)
    if state in _WITH_ARGUMENT:
        return _WITH_ARGUMENT[state](view, arg)
    name, page = split_page(arg)
    edition = view.edition
    if state == "contacts":
        return menu.show_contacts(view, "" if name == "all" else name, page)
    if state == "crisis":
        return danger.show_crisis(view, arg.partition("~")[0])
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
    return asking.show_welcome(view)


def _draw_asking(view: View, id: str, arg: str) -> Reply:
    question = view.edition.questions.get(id)
    if question is None:
        return asking.show_welcome(view)
    asked_back = AskedBack.read(arg)
    if asked_back is not None:
        return found.show_asked_back(view, question, asked_back)
    return asking.show_question(view, question, opened=arg.endswith("!"))


def split_page(arg: str) -> tuple[str, int]:
    """`housing-2` is the second page of `housing`."""
    name, _, page = arg.partition("-")
    return name, int(page) if page.isdecimal() and len(page) < 4 else 1
