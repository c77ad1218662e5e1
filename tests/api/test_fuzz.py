"""Whatever JSON, or near-JSON, is sent: a trace or a problem, never a fault of the server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
from hypothesis import given
from hypothesis import strategies as st

from gradwalk.api import Settings, create_app
from gradwalk.api.problems import Problem
from gradwalk.document.schema import Trace
from tests.api.fake import FakeExecutor
from tests.fuzzing import cases

APP = create_app(Settings(page=Path("/nowhere")), FakeExecutor())

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
cells = st.text(max_size=20) | st.fixed_dictionaries({"source": st.text(max_size=20), "execution_count": scalars})
near = st.fixed_dictionaries(
    {},
    optional={
        "source": st.text(max_size=40) | scalars,
        "cells": st.lists(cells | scalars, max_size=4),
        "options": st.dictionaries(st.sampled_from(["seed", "max_elements", "other"]), scalars) | scalars,
        "other": scalars,
    },
)
bodies = near.map(lambda tree: json.dumps(tree).encode()) | st.binary(max_size=60)


async def answer(body: bytes) -> httpx.Response:
    """The server's answer."""
    transport = httpx.ASGITransport(APP, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client:
        return await client.post("/api/v1/traces", content=body, headers={"content-type": "application/json"})


@cases(200)
@given(bodies)
def test_any_body_is_answered_by_a_trace_or_by_a_problem(body: bytes) -> None:
    response = asyncio.run(answer(body))
    if response.status_code == 200:
        assert Trace.model_validate_json(response.content).outcome.status == "ok"
    else:
        assert Problem.model_validate_json(response.content).status in (400, 413, 422)
