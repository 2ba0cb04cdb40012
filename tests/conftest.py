"""Fixtures that every folder of tests shares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.dialogue import build_engine, load_edition
from dialogs.edition import Edition
from dialogs.engine import Engine
from tests.databases import start_postgres

KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_postgres(Path(tmp_path_factory.mktemp("postgres"))) as url:
        yield url


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The real base, as it is served."""
    return load_edition(KNOWLEDGE, date(2026, 11, 23))[0]


@pytest.fixture(scope="session")
def engine(edition: Edition) -> Engine:
    return build_engine(edition)
