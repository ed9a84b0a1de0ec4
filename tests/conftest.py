"""For the tests without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_event_loop_of_others(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide Playwright's event loop, which its worker marks as running while the browser lives.

    Tests of the player start loops of their own, or need that none is there.
    """
    if request.path.parent.name == "browser":
        yield
        return
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)
