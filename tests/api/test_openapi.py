"""The server keeps to its own description, whatever requests schemathesis makes of that, good ones and bad ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from gradwalk.api import Settings, create_app
from tests.api.fake import FakeExecutor
from tests.fuzzing import cases

schemathesis = pytest.importorskip("schemathesis", reason="make .venv/.dev installs it")

APP = create_app(Settings(page=Path("/nowhere"), snippet_burst=10**9), FakeExecutor())


@asynccontextmanager
async def once_for_all(app: FastAPI) -> AsyncIterator[None]:
    """In the place of starting and stopping everything around each request, as schemathesis does."""
    yield


APP.router.lifespan_context = once_for_all
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", APP)


@schema.parametrize()  # type: ignore[untyped-decorator]  # it is not there for mypy
@cases(20)
def test_every_answer_is_one_that_the_description_allows(case: Any) -> None:
    # Any text is Python; and no schema says that each reference in a trace must lead somewhere, or which parameters do
    # not go together.
    python, drawn = case.media_type == "text/x-python", case.operation.label == "POST /api/v1/render"
    cut_summary = case.query and case.query.get("level") == "summary" and case.query.keys() & {"fields", "steps"}
    excluded = [negative_data_rejection] * python + [positive_data_acceptance] * bool(drawn or cut_summary)
    case.call_and_validate(excluded_checks=excluded)
