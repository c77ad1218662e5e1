"""/api/v1/snippets: what was acknowledged can be had by its name, by everybody, until it is taken back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.api import snippets as module
from gradwalk.api.rate import Rate
from gradwalk.errors import GradwalkError
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/snippets"
CODE = {"cells": ["import torch", {"source": "x = torch.ones(2)", "execution_count": 3}], "options": {"seed": 1}}


@contextlib.asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, FakeExecutor())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gradwalk.test")
    async with app.router.lifespan_context(app), client:
        yield client


@pytest.fixture
async def client(page: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with connected(Settings(page=page, database="sqlite://")) as client:
        yield client


async def test_what_was_put_there_is_found_and_runs(client: httpx.AsyncClient) -> None:
    put = await client.post(URL, json=CODE)
    assert (put.status_code, put.headers["cache-control"]) == (201, "no-store")
    found = await client.get(put.headers["location"])
    snippet = found.json()
    assert snippet.pop("id") == put.json()["id"]
    assert [cell["source"] for cell in snippet["cells"]] == ["import torch", "x = torch.ones(2)"]
    assert [cell["execution_count"] for cell in snippet["cells"]] == [None, 3]
    assert snippet["options"]["seed"] == 1
    ran, meant = await client.post("/api/v1/traces", json=snippet), await client.post("/api/v1/traces", json=CODE)
    assert ran.headers["location"] == meant.headers["location"]
    again = await client.get(put.headers["location"], headers={"if-none-match": found.headers["etag"]})
    assert again.status_code == 304


async def test_the_same_from_somebody_else_is_the_same_snippet(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post(URL, json={"source": "x = 1\n\n# %%\ny"}),
        await client.post(URL, content=b"x = 1\r\n# %%\r\ny", headers={"content-type": "text/x-python"}),
        await client.post(URL, json={"cells": ["x = 1", "y"]}),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len({answer.json()["secret"] for answer in answers}) == 3


async def test_a_request_that_is_sent_again_is_answered_again(client: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "0123456789abcdef"}
    first, again = await client.post(URL, json=CODE, headers=key), await client.post(URL, json=CODE, headers=key)
    assert first.json() == again.json()
    short = await client.post(URL, json=CODE, headers={"idempotency-key": "short"})
    assert (short.status_code, short.json()["errors"][0]["location"]) == (422, "idempotency-key")


async def test_only_who_has_a_secret_takes_it_back(client: httpx.AsyncClient) -> None:
    mine, yours = [(await client.post(URL, json=CODE)).json() for _ in range(2)]
    where = f"{URL}/{mine['id']}"
    without = await client.delete(where)
    assert (without.status_code, without.headers["www-authenticate"]) == (401, "Bearer")
    wrong = await client.delete(where, headers={"authorization": "Bearer nonsense"})
    assert (wrong.status_code, wrong.json()["type"]) == (403, "/problems/wrong-secret")
    gone = [await client.delete(where, headers={"authorization": f"Bearer {one['secret']}"}) for one in (mine, yours)]
    assert [answer.json() for answer in gone] == [{"gone": False}, {"gone": True}]
    assert (await client.get(where)).status_code == 404


async def test_an_address_names_all_its_methods(client: httpx.AsyncClient) -> None:
    refused = await client.put(f"{URL}/2222222222")
    assert (refused.status_code, refused.headers["allow"]) == (405, "DELETE, GET, HEAD")


async def test_too_many_at_once_are_told_when_to_come_again(page: Path) -> None:
    settings = replace(Settings(page=page, database="sqlite://"), snippet_burst=2, snippet_seconds=30.0)
    async with connected(settings) as client:
        answers = [await client.post(URL, json={"source": str(k)}) for k in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].json()["type"] == "/problems/too-many-requests"
    assert 25 <= int(answers[2].headers["retry-after"]) <= 30


async def test_without_a_database_all_else_is_served(page: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    app = create_app(Settings(page=page, database=f"sqlite:///{tmp_path}/file/snippets.db"), FakeExecutor())
    async with app.router.lifespan_context(app):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gradwalk.test")
        async with client:
            refused = await client.post(URL, json=CODE)
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/store-unavailable")
            assert "retry-after" in refused.headers
            assert (await client.post("/api/v1/traces", json=CODE)).status_code == 200


def test_what_speaks_to_databases_is_not_loaded_before_the_server_serves() -> None:
    program = "import sys; import gradwalk.api; print({'alembic', 'sqlalchemy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("url", ["snippets.db", "mysql://host/snippets", "postgresql+asyncpg://host/snippets", ""])
def test_a_url_of_no_database_is_refused_before_the_server_starts(url: str, page: Path) -> None:
    with pytest.raises(GradwalkError, match=r"give sqlite:///PATH or postgresql://"):
        create_app(Settings(page=page, database=url), FakeExecutor())


async def test_a_url_that_cannot_be_read_to_its_end_is_a_database_that_is_not_there(page: Path) -> None:
    async with connected(Settings(page=page, database="postgresql://host:port/snippets")) as client:
        assert (await client.get(f"{URL}/{'2' * 10}")).status_code == 503


@pytest.mark.parametrize("name", ["short", "A" * 12, "..%2f..%2fx", "2" * 33])
async def test_what_is_no_name_is_refused_before_the_database_is_asked(name: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{URL}/{name}")).status_code in (404, 422)


async def test_the_log_says_once_a_minute_why_a_database_does_not_answer_and_clients_are_not_told(
    page: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    app = create_app(Settings(page=page, database=f"sqlite:///{tmp_path}/file/snippets.db"), FakeExecutor())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gradwalk.test")
    with caplog.at_level(logging.WARNING):
        async with app.router.lifespan_context(app), client:
            refused = [await client.post(URL, json=CODE) for _ in range(3)]
    assert {answer.json()["detail"] for answer in refused} == {"The database of snippets does not answer."}
    told = [record.getMessage() for record in caplog.records if str(tmp_path) in record.getMessage()]
    assert told == [f"What the database of snippets said: File exists: {tmp_path}/file"]
    assert "GRADWALK_DATABASE" in caplog.text


class Hours:
    """Clocks that go on while somebody sleeps; the one on the wall is set to another year in the first hours."""

    def __init__(self, jumps: list[float]) -> None:
        self.jumps, self.hours, self.set_by = jumps, 0.0, 0.0

    def time(self) -> float:
        """The clock on the wall."""
        return 1.7e9 + self.hours * 3600 + self.set_by

    def monotonic(self) -> float:
        """The one that nobody sets."""
        return self.hours * 3600

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.hours += seconds / 3600
        self.set_by += self.jumps.pop(0) if self.jumps else 0.0
        if self.hours > 9:
            raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("jumps", "cleared_at"),
    [([], [1, 7]), ([4e7], [2, 8]), ([4e7, -4e7], [3, 9]), ([-9e8], [2, 8]), ([2.0, -2.0], [1, 7])],
    ids=["even", "set ahead", "set ahead and back", "set back", "corrected a little"],
)
async def test_nothing_is_cleared_away_by_a_clock_that_was_just_set(
    jumps: list[float], cleared_at: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    hours, cleared = Hours(jumps), list[float]()

    def clear(days: int) -> int:
        cleared.append(hours.hours)
        return 0

    shelf = module.Shelf("sqlite://", Rate(1, 1.0))
    monkeypatch.setattr(shelf.store, "clear", clear)
    monkeypatch.setattr(module, "time", hours)
    monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=hours.sleep, to_thread=asyncio.to_thread))
    with pytest.raises(asyncio.CancelledError):
        await shelf.tidy(30)
    assert cleared == cleared_at
