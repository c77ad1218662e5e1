"""A trace has one name, and is answered again by it for as long as it is kept: whole, in part, compressed."""

from __future__ import annotations

import errno
import gzip
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import zstandard

from gradwalk.api import Settings, create_app, examples
from gradwalk.document.fold import frame_at
from gradwalk.document.parts import Digest
from gradwalk.document.schema import Outcome, Trace
from gradwalk.errors import GradwalkError
from gradwalk.store.traces import Kept, TraceCache
from tests.api.conftest import Connect
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/traces"
PYTHON = {"content-type": "text/x-python"}
NOTEBOOK = {"content-type": "application/x-ipynb+json"}


def lesson() -> FakeExecutor:
    """An executor for which every run goes as the example's did."""
    kept = Trace.model_validate(examples.RESPONSE)
    frame = {name: value for name, value in examples.RESPONSE.items() if isinstance(value, list) and name != "cells"}
    outputs = [
        {"cell": at, "output": k, "kind": output.kind, "text": output.text}
        for at, cell in enumerate(kept.cells)
        for k, output in enumerate(cell.outputs)
    ]
    return FakeExecutor([json.dumps(frame | {"outputs": outputs, "outcome": examples.RESPONSE["outcome"]}).encode()])


@pytest.fixture
async def client(connect: Connect) -> Any:
    async with connect(lesson()) as connected:
        yield connected


async def made(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post(URL, json={"source": examples.FIRST_GRAPH}, headers={"accept-encoding": "identity"})


async def test_a_trace_is_found_again_under_its_name(client: httpx.AsyncClient) -> None:
    posted = await made(client)
    found = await client.get(posted.headers["location"])
    assert found.content == posted.content
    assert Trace.model_validate_json(found.content) == Trace.model_validate(examples.RESPONSE)
    assert found.headers["etag"] == posted.headers["etag"]
    assert found.headers["cache-control"] == "public, max-age=60"


async def test_who_has_it_already_is_not_sent_it_again(client: httpx.AsyncClient) -> None:
    posted = await made(client)
    for asked in (posted.headers["etag"], f'"other", {posted.headers["etag"]}', "*"):
        again = await client.get(posted.headers["location"], headers={"if-none-match": asked})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == posted.headers["etag"]
    other = await client.get(posted.headers["location"], headers={"if-none-match": '"other"'})
    assert other.status_code == 200


async def test_the_same_code_has_the_same_name_however_it_comes(client: httpx.AsyncClient) -> None:
    cells = {"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a = 1\n", "a"]}]}
    answers = [
        await client.post(URL, json={"source": "a = 1\r\na"}),
        await client.post(URL, json={"cells": ["a = 1\na"], "options": {"max_elements": 1000}}),
        await client.post(URL, content=b"a = 1\na", headers=PYTHON),
        await client.post(URL, json=cells, headers=NOTEBOOK),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.headers["location"] for answer in answers}) == 1
    others = [
        await client.post(URL + "?seed=1", content=b"a = 1\na", headers=PYTHON),
        await client.post(URL, json={"source": "a = 1\na", "options": {"max_elements": 999}}),
        await client.post(URL, json={"cells": ["a = 1", "a"]}),
        await client.post(URL, json={"cells": [{"source": "a = 1\na", "execution_count": 2}]}),
    ]
    assert len({answer.headers["location"] for answer in (answers[0], *others)}) == 5


async def test_options_beside_the_body_count(client: httpx.AsyncClient) -> None:
    answer = await client.post(URL + "?seed=18446744073709551615&max_elements=7", content=b"x", headers=PYTHON)
    assert answer.json()["options"] == {"seed": 2**64 - 1, "max_elements": 7, "overrides": []}
    refused = await client.post(URL + "?seed=-1", content=b"x", headers=PYTHON)
    assert (refused.status_code, refused.json()["errors"][0]["location"]) == (422, "seed")


async def test_python_is_never_taken_for_a_notebook(connect: Connect) -> None:
    executor = FakeExecutor()
    async with connect(executor) as client:
        await client.post(URL, content=b'{"nbformat": 4, "cells": []}', headers=PYTHON)
    assert [cell.source for cell in executor.requests[0].cells] == ['{"nbformat": 4, "cells": []}']


async def test_what_runs_to_its_end_runs_once_unless_somebody_insists(connect: Connect) -> None:
    executor = FakeExecutor()
    async with connect(executor) as client:
        for _ in range(3):
            await client.post(URL, json={"source": "x"})
        assert len(executor.requests) == 1
        await client.post(URL, json={"source": "x"}, headers={"cache-control": "no-cache"})
        assert len(executor.requests) == 2


async def test_what_was_stopped_runs_again(connect: Connect) -> None:
    executor = FakeExecutor(ending=Outcome(status="timeout", message="Too long."))
    async with connect(executor) as client:
        posted = [await client.post(URL, json={"source": "x"}) for _ in range(2)]
        found = await client.get(posted[0].headers["location"])
    assert len(executor.requests) == 2
    assert found.json()["outcome"]["status"] == "timeout"
    assert found.headers["cache-control"] == "no-cache"


async def test_only_what_is_wanted_is_sent(client: httpx.AsyncClient) -> None:
    where = (await made(client)).headers["location"]
    whole = (await client.get(where)).json()
    some = await client.get(where + "?fields=outcome,events&steps=2..-1")
    assert some.json() == {"events": whole["events"][2:-1], "outcome": whole["outcome"]}
    posted = await client.post(URL + "?fields=cells", json={"source": examples.FIRST_GRAPH})
    assert posted.json() == {"cells": whole["cells"]}
    assert some.headers["etag"] != (await client.get(where)).headers["etag"]
    for wrong in ("fields=cels", "fields=", "steps=1-2", "steps=a..b", "level=all"):
        refused = await client.get(f"{where}?{wrong}")
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["location"] == wrong.partition("=")[0]


@pytest.mark.parametrize("wanted", ["fields=cells", "steps=1..2"])
async def test_what_cannot_be_cut_is_not_sent_whole_to_who_wants_a_part(wanted: str, client: httpx.AsyncClient) -> None:
    where = (await made(client)).headers["location"]
    body = {"source": examples.FIRST_GRAPH}
    for answer in (
        await client.get(f"{where}?level=summary&{wanted}"),
        await client.post(f"{URL}?{wanted}&level=summary", json=body),
        await client.post(f"{URL}?{wanted}", json=body, headers={"accept": "application/x-ndjson"}),
    ):
        assert answer.status_code == 422
        assert [error["location"] for error in answer.json()["errors"]] == [wanted.partition("=")[0]]


async def test_a_summary_says_what_the_variables_hold(client: httpx.AsyncClient) -> None:
    answer = await client.post(URL + "?level=summary", json={"source": examples.FIRST_GRAPH})
    said = Digest.model_validate_json(answer.content)
    assert answer.headers["location"] == f"{URL}/{said.id}"
    x, y = said.tensors
    assert (x.name, x.data, x.grad, x.requires_grad) == ("x", [0, 1, 2, 3], [0, 4, 8, 12], True)
    assert (y.name, y.data, y.grad, y.grad_fn) == ("y", [28], None, "MulBackward0")
    assert said.counts["ops"] == len(examples.RESPONSE["ops"])


async def test_a_frame_is_the_fold_up_to_its_step(client: httpx.AsyncClient) -> None:
    where = (await made(client)).headers["location"]
    trace = Trace.model_validate(examples.RESPONSE)
    events = len(trace.events)
    for asked, step in ((0, 0), (5, 5), (events, events), (-1, events), (-events - 1, 0)):
        answer = await client.get(f"{where}/frames/{asked}")
        assert answer.json() == json.loads(json.dumps(frame_at(trace, step).json()))
    for beyond in (events + 1, -events - 2):
        answer = await client.get(f"{where}/frames/{beyond}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-such-step")
    assert (await client.get(f"{where}/frames/x")).status_code == 422


@pytest.mark.parametrize("name", ["0" * 32, "0" * 31, "..%2f..%2fetc%2fpasswd", "A" * 32, "0" * 32 + "%0a"])
async def test_what_is_not_kept_says_how_it_is_made_again(name: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{URL}/{name}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    if name == "0" * 32:
        assert "POST" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, zstd, br", "zstd"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("identity", None),
        ("gzip;q=0, zstd;q=0", None),
        ("", None),
    ],
)
async def test_it_travels_as_its_client_takes_it(accepted: str, coding: str | None, client: httpx.AsyncClient) -> None:
    where = (await made(client)).headers["location"]
    plain = (await client.get(where, headers={"accept-encoding": "identity"})).content
    for url in (where, "/api/v1/openapi.json"):
        async with client.stream("GET", url, headers={"accept-encoding": accepted}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) == len(raw)
        unpack = {"gzip": gzip.decompress, "zstd": zstandard.decompress, None: bytes}
        unpacked = unpack[coding](raw)  # type: ignore[operator]
        assert json.loads(unpacked)
        if url == where:
            assert unpacked == plain


async def test_a_body_may_be_compressed_but_is_no_bomb(client: httpx.AsyncClient) -> None:
    for coding, pack in (("gzip", gzip.compress), ("zstd", zstandard.compress)):
        packed = {**PYTHON, "content-encoding": coding}
        answer = await client.post(URL, content=pack(b"print(1)"), headers=packed)
        assert answer.status_code == 200
        bomb = await client.post(URL, content=pack(b" " * 50_000_000), headers=packed)
        assert (bomb.status_code, bomb.json()["type"]) == (413, "/problems/body-too-large")
        two = pack(b"print(1)\n") + pack(b"print(2)\n")
        for broken in (b"print(1)", pack(b"print(1)")[:-6], two, pack(b"print(1)") + b"junk", pack(b"#" * 900) + b"x"):
            answer = await client.post(URL, content=broken, headers=packed)
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-body")
    for unknown in (["br"], ["gzip, gzip"], ["gzip", "gzip"]):
        headers = [*PYTHON.items(), *(("content-encoding", each) for each in unknown)]
        answer = await client.post(URL, content=b"x", headers=headers)
        assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "gzip, zstd")


async def test_head_is_get_without_its_body(client: httpx.AsyncClient) -> None:
    where = (await made(client)).headers["location"]
    plain = {"accept-encoding": "identity"}
    for url in (where, where + "/frames/1", "/api/v1/limits", "/healthz", "/api/v1/nothing"):
        head, get = await client.head(url, headers=plain), await client.get(url, headers=plain)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-length"] == get.headers["content-length"]


async def test_on_disk_it_outlives_its_server(page: Path, tmp_path: Path) -> None:
    settings = Settings(page=page, cache_directory=tmp_path / "traces")
    bodies = []
    for executor in (FakeExecutor(), FakeExecutor()):
        transport = httpx.ASGITransport(create_app(settings, executor))
        async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client:
            bodies.append((await client.post(URL, json={"source": "x"})).content)
    assert bodies[0] == bodies[1]
    assert executor.requests == []
    [file] = (tmp_path / "traces").iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    transport = httpx.ASGITransport(create_app(settings, executor))
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client:
        assert (await client.post(URL, json={"source": "x"})).content == bodies[0]
    assert len(executor.requests) == 1, "what does not read back is made again"


async def test_without_room_nothing_is_kept_and_all_is_answered(page: Path) -> None:
    app = create_app(replace(Settings(page=page), cache_bytes=0), lesson())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gradwalk.test") as client:
        answer = await client.post(URL + "?level=summary", json={"source": "x"})
        assert answer.status_code == 200
        assert (await client.get(answer.headers["location"])).status_code == 404
    assert app.state.traces.cache.size == 0


async def test_events_are_the_lines(connect: Connect) -> None:
    async with connect(lesson()) as client:
        told = await client.post(URL, json={"source": "x"}, headers={"accept": "text/event-stream"})
        lined = await client.post(URL, json={"source": "x"}, headers={"accept": "application/x-ndjson"})
        brief = await client.post(URL + "?level=summary", json={"source": "x"}, headers={"accept": "text/event-stream"})
    assert told.headers["content-type"].startswith("text/event-stream")
    events = [event.split("\n") for event in told.text.split("\n\n") if event]
    assert [event[0] for event in events] == ["event: begin", "event: frame", "event: end"]
    data = [json.loads(event[1].removeprefix("data: ")) for event in events]
    lines = [json.loads(line) for line in lined.text.splitlines()]
    for line in (data[1], lines[1]):
        del line["progress"]["seconds"]
    assert data == lines
    assert [line for line in brief.text.splitlines() if line.startswith("event")] == [
        "event: begin", "event: progress", "event: end"
    ]  # fmt: skip
    assert len(brief.content) < len(told.content) / 2


def test_a_disk_that_is_full_has_no_less_room_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    TraceCache(0, tmp_path, 10_000).save("0" * 32, Kept.of(b"{}", steady=True))
    assert list(tmp_path.iterdir()) == []


def test_what_a_server_left_that_was_killed_while_it_wrote_is_cleared_away(tmp_path: Path) -> None:
    for name, age in (("old.part", 100_000), ("new.part", 10), ("other.txt", 100_000)):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    TraceCache(0, tmp_path, 10_000)
    assert {path.name for path in tmp_path.iterdir()} == {"new.part", "other.txt"}


@pytest.mark.parametrize("unwritable", ["/proc/gradwalk", "FILE", "FILE/below"])
def test_a_directory_that_takes_no_traces_is_named_with_the_way_to_name_another(
    unwritable: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    directory = Path(unwritable.replace("FILE", str(tmp_path / "file")))
    with pytest.raises(GradwalkError, match="--cache-dir or GRADWALK_CACHE_DIR") as refused:
        TraceCache(0, directory, 10_000)
    assert str(directory) in str(refused.value)
