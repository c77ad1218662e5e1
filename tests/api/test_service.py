"""The server under pressure: turned away with words, counted, logged without anybody's code, patient up to a point."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.api.journal import JsonLines
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/traces"
SECRET = "my_secret_variable = 1"


def connected(settings: Settings, executor: FakeExecutor) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(settings, executor), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test")


@pytest.fixture
def settings(page: Path) -> Settings:
    return Settings(page=page, running=1, client_queue=1)


async def test_whoever_asks_for_too_much_is_told_when_to_come_again(settings: Settings) -> None:
    executor = FakeExecutor(hang=True)
    async with connected(settings, executor) as client:
        tasks = [asyncio.create_task(client.post(URL, json={"source": source})) for source in "123"]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        (refused,) = [task.result() for task in done]
        assert refused.status_code == 503
        assert refused.json()["type"] == "/problems/too-busy"
        assert int(refused.headers["retry-after"]) >= 1
        metrics = (await client.get("/metrics")).text
        assert "gradwalk_running 1.0" in metrics
        assert "gradwalk_waiting 1.0" in metrics
        for task in pending:
            task.cancel()
        await asyncio.wait(pending)


async def test_runs_are_counted_by_how_they_ended(settings: Settings) -> None:
    async with connected(settings, FakeExecutor()) as client:
        for source in ("1", "2", "3"):
            await client.post(URL, json={"source": source})
        await client.post(URL, content=b"{")
        metrics = await client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'gradwalk_runs_total{outcome="ok"} 3.0' in metrics.text
    assert 'gradwalk_request_seconds_count{method="POST",status="200"} 3.0' in metrics.text
    assert 'gradwalk_request_seconds_count{method="POST",status="415"} 1.0' in metrics.text


@pytest.mark.parametrize("source", [SECRET, "\n" * 70_000 + SECRET])
async def test_the_log_has_a_line_for_each_request_and_nothing_of_its_code(
    source: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with connected(settings, FakeExecutor([b"what is this?"])) as client:
        answer = await client.post(URL, json={"source": source})
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "gradwalk.api.journal"]
    (line,) = map(json.loads, lines)
    assert (line["method"], line["path"], line["status"]) == ("POST", URL, answer.status_code)
    assert line["outcome"] == ("killed" if answer.status_code == 200 else None)
    assert "my_secret" not in caplog.text + "".join(lines)


async def test_an_address_cannot_forge_lines_of_the_log(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with connected(settings, FakeExecutor()) as client:
        await client.get("/a%0AERROR:%20forged%1b[31m?x=secret")
    (message,) = [record.getMessage() for record in caplog.records if record.name == "gradwalk.api.journal"]
    assert message.startswith(r"GET /a\nERROR: forged\x1b[31m 404 ")
    assert "secret" not in message


async def test_other_sites_may_use_the_api_only_if_they_are_named(settings: Settings) -> None:
    asked = {"origin": "https://school.example", "access-control-request-method": "POST"}
    for origins, allowed in (((), None), (("https://school.example",), "https://school.example")):
        async with connected(replace(settings, origins=origins), FakeExecutor()) as client:
            preflight = await client.options(URL, headers=asked)
            answer = await client.post(URL, json={"source": "1"}, headers={"origin": asked["origin"]})
        assert preflight.headers.get("access-control-allow-origin") == allowed
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8000",
        "[::1]:8000",
        "192.168.1.7",
        "localhost",
        "LOCALHOST.",
        "gradwalk",
        "box.local:80",
        "walk.school.edu",
        "Walk.School.edu.:8000",
    ],
)
async def test_a_server_answers_under_its_addresses_and_its_names(host: str, settings: Settings) -> None:
    async with connected(replace(settings, names=("walk.school.edu",)), FakeExecutor()) as client:
        answer = await client.post(URL, json={"source": "1"}, headers={"host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.com", "evil.com:8000", "walk.school.edu.evil.com", "127.0.0.1.evil.com", "evil.com.", "1.2.3"]
)
@pytest.mark.parametrize(("method", "path"), [("POST", URL), ("GET", "/"), ("GET", "/healthz"), ("OPTIONS", URL)])
async def test_a_page_that_leads_its_own_name_here_is_refused(
    host: str, method: str, path: str, settings: Settings
) -> None:
    executor = FakeExecutor()
    async with connected(replace(settings, names=("walk.school.edu",)), executor) as client:
        answer = await client.request(method, path, headers={"host": host})
    assert answer.status_code == 421
    assert answer.json()["type"] == "/problems/not-this-server"
    assert host.partition(":")[0].rstrip(".") in answer.json()["detail"]
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("hosts", [(), ("localhost", "localhost"), ("localhost", "evil.com")])
async def test_a_request_says_once_whom_it_asks(hosts: tuple[str, ...], settings: Settings) -> None:
    executor = FakeExecutor()
    async with connected(replace(settings, names=("*",)), executor) as client:
        request = client.build_request("POST", URL, json={"source": "1"})
        request.headers = httpx.Headers(
            [*((n, v) for n, v in request.headers.multi_items() if n != "host"), *(("host", host) for host in hosts)]
        )
        answer = await client.send(request)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-request")
    assert not executor.requests


async def test_any_name_may_be_a_servers(settings: Settings) -> None:
    async with connected(replace(settings, names=("*",)), FakeExecutor()) as client:
        assert (await client.get("/healthz", headers={"host": "anything.com"})).status_code == 200


@pytest.mark.parametrize(
    ("method", "address", "told"),
    [
        ("POST", URL + "?sed=1", "Did you mean seed?"),
        ("POST", URL + "?seed=1&max_element=3", "Did you mean max_elements?"),
        ("POST", URL + "?seed=1&seed=2", "2 times"),
        ("GET", f"{URL}/{'0' * 32}?step=3", "Did you mean steps?"),
        ("GET", f"{URL}/{'0' * 32}/graph.svg?colour=red", "It takes"),
        ("GET", "/api/v1/formats?page=2", "takes no parameters"),
        ("GET", "/api/v1/limits?page=2", "takes no parameters"),
        ("GET", "/api/v1/ops?page=2", "takes no parameters"),
        ("GET", "/api/v1/schema/trace.json?page=2", "takes no parameters"),
    ],
)
async def test_a_parameter_that_a_call_does_not_have_or_has_twice_is_refused(
    method: str, address: str, told: str, settings: Settings
) -> None:
    async with connected(settings, FakeExecutor()) as client:
        answer = await client.request(method, address, json={"source": "1"} if method == "POST" else None)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["location"] == address.rpartition("&" if "&" in address else "?")[2].partition("=")[0]
    assert told in error["message"]
