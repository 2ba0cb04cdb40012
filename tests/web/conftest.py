from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from dialogs.engine import Engine
from tests.web.house import House, open_house


@pytest.fixture
async def house(engine: Engine) -> AsyncIterator[House]:
    async with open_house(engine) as house:
        yield house
