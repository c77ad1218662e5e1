"""The server keeps to its own description, whatever requests schemathesis makes of that, good ones and bad ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gradwalk.api import Settings, create_app
from tests.api.fake import FakeExecutor
from tests.fuzzing import cases

schemathesis = pytest.importorskip("schemathesis", reason="make .venv/.dev installs it")

APP = create_app(Settings(page=Path("/nowhere")), FakeExecutor())
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", APP)


@schema.parametrize()  # type: ignore[untyped-decorator]  # it is not there for mypy
@cases(30)
def test_every_answer_is_one_that_the_description_allows(case: Any) -> None:
    case.call_and_validate()
