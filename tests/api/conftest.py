"""A client of an application whose executor is a fake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.sandbox.executor import Executor
from tests.api.fake import FakeExecutor

Connect = Callable[[Executor], httpx.AsyncClient]


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server has."""
    return "asyncio"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A built page, in miniature."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><head><title>Gradwalk</title></head>")
    (tmp_path / "assets" / "index-4f2a.js").write_text("export {}")
    return tmp_path


@pytest.fixture
def connect(page: Path) -> Connect:
    """A client of a server that runs snippets with the given executor."""

    def client(executor: Executor) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(create_app(Settings(page=page), executor), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test")

    return client


@pytest.fixture
def executor() -> FakeExecutor:
    """The executor that ``client`` reaches."""
    return FakeExecutor()


@pytest.fixture
async def client(connect: Connect, executor: FakeExecutor) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose snippets all end well at once."""
    async with connect(executor) as connected:
        yield connected
