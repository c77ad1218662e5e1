"""A run carried to its trace leaves the event loop to others, whatever it sends."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from gradwalk.document.assemble import Taken
from gradwalk.document.schema import Options
from gradwalk.notebook import cells_of
from gradwalk.sandbox.collect import assembled
from gradwalk.sandbox.executor import RunRequest
from tests.api.fake import OK_FRAME, FakeExecutor

pytestmark = pytest.mark.anyio


async def test_others_have_their_turn_between_frames_that_take_long_to_check() -> None:
    seen: list[str] = []

    def slowly(_: Taken) -> None:
        time.sleep(0.03)
        seen.append("frame")

    async def others() -> None:
        while True:
            seen.append("others")
            await asyncio.sleep(0)

    going_on = asyncio.create_task(others())
    executor = FakeExecutor([b'{"events": []}', b'{"events": []}', OK_FRAME])
    await assembled(executor, RunRequest(tuple(cells_of("1")), Options()), taken=slowly)
    going_on.cancel()
    frames = [place for place, who in enumerate(seen) if who == "frame"]
    assert len(frames) == 3
    assert all(after - before > 1 for before, after in pairwise(frames))
