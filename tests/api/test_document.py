"""The blocks of docs/api.md, run as they stand against a real server, do what the page says of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "gradwalk", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        yield next(found.group() for line in server.stderr if (found := re.search(r"http://127[\d.]+:\d+", line)))
        server.terminate()


@pytest.fixture(scope="module")
def said(address: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block prints, in one shell, as a reader would have it."""
    mark = "=====8====="
    script = f"\necho {mark}\n".join(BLOCKS).replace("http://127.0.0.1:8000", address)
    ran = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=tmp_path_factory.mktemp("blocks"),
        env={**os.environ, "no_proxy": "*"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split(mark)


def test_each_block_gives_what_the_page_says(said: list[str]) -> None:
    whole, script, files, summary, events, again, drawn, snippets, listed, wrong = (part.strip() for part in said[1:])
    assert json.loads(whole)["cells"][0]["outputs"][0]["text"] == "tensor(6.)"
    assert list(json.loads(script)) == ["outcome"]
    assert [cell["outputs"] for cell in json.loads(files)["cells"]] == [
        [],
        [{"kind": "echo", "text": "tensor([2., 2.])"}],
    ]
    assert json.loads(summary)["tensors"][0]["grad"] == [0, 4, 8, 12]
    assert [line for line in events.splitlines() if line.startswith("event")][:: len(events)] == ["event: begin"]
    assert events.count("event: end") == 1
    assert "digraph" in again
    assert "flowchart" in drawn or "graph" in drawn
    assert '"gone":true' in snippets
    assert "Accumulate" in listed
    assert '"type":"/problems/no-such-trace"' in wrong
    assert "No such trace (HTTP 404)" in wrong
    assert "/problems/" not in "".join(said[1:-1])
