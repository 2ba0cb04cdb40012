"""Fixtures that every folder of tests shares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot import gauges
from bot.loading import build_engine, load_edition
from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.engine import Engine
from tests.databases import start_postgres
from tests.small import SMALL
from tests.small import load_edition as load_small

KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"


@pytest.fixture(autouse=True)
def no_troubles() -> None:
    """What one test left a process in trouble with is not the next one's."""
    gauges.TROUBLES.clear()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_postgres(Path(tmp_path_factory.mktemp("postgres"))) as url:
        yield url


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The made-up base of tests/small.py."""
    return load_small(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="session")
def small_engine(small: Edition) -> Engine:
    return build_engine(small)


@pytest.fixture(scope="session")
def base(edition: Edition) -> Base:
    """The records of the real base."""
    return edition.base


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The real base, as it is served."""
    return load_edition(KNOWLEDGE, date(2026, 11, 23))[0]


@pytest.fixture(scope="session")
def engine(edition: Edition) -> Engine:
    return build_engine(edition)
