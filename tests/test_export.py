"""The handbook in one file."""

from __future__ import annotations

import re

import pytest

from bot.export import export_html
from dialogs.engine import Engine
from tests.fakes import START


@pytest.fixture(scope="module")
def file(engine: Engine) -> str:
    return export_html(engine, START, ("uk", "en"))


def test_every_link_inside_leads_to_a_page(file: str) -> None:
    pages = re.findall(r'<article id="([^"]+)"', file)
    links = set(re.findall(r'href="#([^"]+)"', file))

    assert len(pages) == len(set(pages))
    assert links <= set(pages)


def test_it_holds_the_whole_base_in_both_languages(file: str, engine: Engine) -> None:
    for language in ("uk", "en"):
        for id in engine.edition.entitlements:
            assert f'<article id="{language}-entitlement-{id}"' in file


def test_it_asks_nobody(file: str) -> None:
    """Links to sources are there to be clicked; nothing is loaded."""
    assert "default-src 'none'" in file
    assert not re.findall(r"<(?:img|link|iframe|script|form)[^>]*(?:src|href|action)=", file)
    assert "url(" not in file
    assert "fetch(" not in file


def test_it_tells_nothing_of_the_hour_it_was_made_in(file: str) -> None:
    """It is opened months later."""
    assert "цілодобово" in file
    assert not re.findall("зараз (?:працює|зачинено);|(?:open|closed) now;", file)
