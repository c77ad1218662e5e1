"""Links that other sites show as players, and short ones; which routes pages of other sites may use."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.link import fragment
from gradwalk.notebook import CellSource
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

BASE = "http://gradwalk.test/"
OTHER = {"origin": "https://school.example"}


@pytest.fixture
def settings(page: Path) -> Settings:
    return Settings(page=page, database="sqlite://")


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with connected(settings) as client:
        yield client


@contextlib.asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, FakeExecutor())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE)
    async with app.router.lifespan_context(app), client:
        yield client


async def described(client: httpx.AsyncClient, url: str, more: str = "") -> httpx.Response:
    return await client.get(f"/oembed?format=json{more}&url={quote(url, safe='')}")


def framed(answer: httpx.Response) -> str:
    """The address in the frame."""
    (found,) = re.findall(r'^<iframe src="([^"]*)"', answer.json()["html"])
    return html.unescape(found)


async def test_a_link_to_the_page_is_a_player(client: httpx.AsyncClient) -> None:
    answer = await described(client, BASE + "#code=abc&step=3", "&maxwidth=500&maxheight=10000")
    assert answer.status_code == 200
    assert framed(answer) == BASE + "embed#code=abc&step=3"
    said = answer.json()
    assert (said["version"], said["type"], said["width"], said["height"]) == ("1.0", "rich", 500, 600)
    assert 'width="500" height="600"' in said["html"]
    assert framed(await described(client, BASE + "embed#lesson=x")) == BASE + "embed#lesson=x"


async def test_the_page_leads_there(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    (address,) = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="([^"]*)"', page.text)
    assert framed(await client.get(html.unescape(address))) == BASE + "embed"
    again = await client.get("/", headers={"if-none-match": page.headers["etag"]})
    assert again.status_code == 304


async def test_a_short_link_leads_to_the_code(client: httpx.AsyncClient) -> None:
    put = (await client.post("/api/v1/snippets", json={"source": "x = 1"})).json()
    code = fragment("", [CellSource("x = 1")])
    page = await client.get(f"/s/{put['id']}")
    assert f'content="0; url={BASE}#{code}"' in page.text
    assert framed(await described(client, f"{BASE}s/{put['id']}")) == f"{BASE}embed#{code}"
    (address,) = re.findall(r'json\+oembed" href="([^"]*)"', page.text)
    assert framed(await client.get(html.unescape(address))) == f"{BASE}embed#{code}"
    assert (await client.get("/s/2222222222")).status_code == 404


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "javascript:alert(1)", "http://gradwalk.test:1/", "http://[x/", "/", BASE + "metrics",
     "http://gradwalk.test@evil.example/", BASE + "s/2222222222", BASE + "s/../metrics"],
)  # fmt: skip
async def test_other_links_are_none_of_its_business(url: str, client: httpx.AsyncClient) -> None:
    answer = await described(client, url)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_stands_in_a_link_stays_in_its_attribute(client: httpx.AsyncClient) -> None:
    answer = await described(client, BASE + '#"><script>alert(1)</script>')
    assert "<script" not in answer.json()["html"]
    page = await client.get("/", headers={"host": 'a"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


async def test_there_is_no_xml(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/oembed?format=xml&url={quote(BASE)}")
    assert (answer.status_code, answer.json()["type"]) == (501, "/problems/unsupported-format")


READ = ["/api/v1/limits", "/api/v1/openapi.json", "/api/v1/examples", "/api/v1/formats", "/problems/not-found",
        "/api/v1/traces/" + "0" * 32, "/api/v1/snippets/2222222222", f"/oembed?url={quote(BASE)}"]  # fmt: skip


@pytest.mark.parametrize("url", READ)
async def test_every_site_may_read(url: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(url, headers=OTHER)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    asked = {**OTHER, "access-control-request-method": "GET", "access-control-request-headers": "if-none-match"}
    preflight = await client.options(url, headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")


@pytest.mark.parametrize("url", ["/", "/healthz", "/metrics"])
async def test_no_site_reads_what_is_not_the_apis(url: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(url, headers=OTHER)
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("method", "url"),
    [("POST", "/api/v1/traces"), ("POST", "/api/v1/render"), ("POST", "/api/v1/snippets"),
     ("DELETE", "/api/v1/snippets/2222222222")],
)  # fmt: skip
async def test_only_named_sites_make_and_delete(method: str, url: str, settings: Settings) -> None:
    for origins, allowed in (((), None), (("https://school.example",), "https://school.example")):
        async with connected(replace(settings, origins=origins)) as client:
            asked = {
                **OTHER,
                "access-control-request-method": method,
                "access-control-request-headers": "content-type, authorization, idempotency-key",
            }
            preflight = await client.options(url, headers=asked)
            answer = await client.request(method, url, headers=OTHER)
        assert preflight.headers.get("access-control-allow-origin") == allowed
        assert preflight.is_success is (allowed is not None)
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers


async def test_the_lessons_can_be_run_as_they_are_listed(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/v1/examples?language=zh")).json()
    assert len(listed) > 50
    lesson = (await client.get(f"/api/v1/examples/{listed[0]['id']}?language=zh")).json()
    assert lesson["title"] == listed[0]["title"]
    ran = await client.post("/api/v1/traces", json={"cells": [cell["source"] for cell in lesson["cells"]]})
    assert ran.status_code == 200
    missing = await client.get("/api/v1/examples/no-such-lesson")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/no-such-example")


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("address", "status"), [("/s/2222222222", 404), ("/s/cut", 422), ("/nothing/<script>alert(1)</script>", 404)]
)
async def test_a_browser_is_told_on_a_page_what_a_program_is_told_as_a_problem(
    client: httpx.AsyncClient, address: str, status: int
) -> None:
    page = await client.get(address, headers=BROWSER)
    problem = await client.get(address, headers={"accept": "*/*"})
    assert page.status_code == problem.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert problem.headers["content-type"] == "application/problem+json"
    assert "Accept" in page.headers["vary"].split(", ")
    assert "Accept" in problem.headers["vary"].split(", ")
    assert html.escape(problem.json()["detail"]) in page.text
    assert "<script" not in page.text
    assert f'<a href="{BASE}">' in page.text


async def test_what_is_for_programs_is_a_problem_in_a_browser_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing", headers=BROWSER)
    assert answer.headers["content-type"] == "application/problem+json"
