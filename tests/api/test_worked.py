"""The examples in the API's description are what it says of itself: each can be asked, and is answered like that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from gradwalk.api import Settings, create_app, examples
from gradwalk.api.worked import SNIPPET, TRACE
from tests.api.test_kept import lesson

pytestmark = pytest.mark.anyio

BASE = "http://127.0.0.1:8000"
APP = create_app(Settings(page=Path("/nowhere"), database="sqlite://"), lesson())
DESCRIBED = json.loads(json.dumps(APP.openapi()))
CALLS = [(method, path) for path, calls in DESCRIBED["paths"].items() for method in calls]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """The event loop that the server has."""
    return "asyncio"


def worked(part: dict[str, Any]) -> list[Any]:
    return [example["value"] for example in part.get("examples", {}).values()]


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_every_call_has_an_example_that_works(method: str, path: str) -> None:
    call = DESCRIBED["paths"][path][method]
    query = {}
    for parameter in call.get("parameters", ()):
        if parameter.get("required"):
            (value,) = worked(parameter)
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", str(value))
            else:
                query[parameter["name"]] = value
    bodies = [
        (media_type, example)
        for media_type, content in call.get("requestBody", {}).get("content", {}).items()
        for example in worked(content)
    ]
    transport = httpx.ASGITransport(APP)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        made = await client.post("/api/v1/traces", json={"source": examples.FIRST_GRAPH})
        assert made.headers["location"] == f"/api/v1/traces/{TRACE}"
        put = await client.post("/api/v1/snippets", json={"source": examples.FIRST_GRAPH})
        assert put.json()["id"] == SNIPPET
        secret = {"authorization": f"Bearer {put.json()['secret']}"}
        for media_type, body in bodies or [("", None)]:
            data = body if isinstance(body, str) else json.dumps(body)
            headers = {"content-type": media_type} if media_type else secret
            content = data.encode() if media_type else None
            answer = await client.request(method, path, params=query, content=content, headers=headers)
            assert answer.status_code in (200, 201), answer.text
            check(call["responses"]["200"], answer)
    APP.state.workers.stop()


def check(described: dict[str, Any], answer: httpx.Response) -> None:
    """The answer has the headers that are described, and is of a type that is described with examples, which are of the
    schema that it is of, too."""
    assert [name for name in described.get("headers", {}) if name not in answer.headers] == []
    content = described["content"][answer.headers["content-type"].partition(";")[0]]
    assert worked(content), "there is an example"
    if "json" in answer.headers["content-type"]:
        schema = {**content["schema"], "components": DESCRIBED["components"]}
        for document in (answer.json(), *worked(content)):
            jsonschema.Draft202012Validator(schema).validate(document)
