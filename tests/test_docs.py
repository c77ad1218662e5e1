"""What the documents tell a person to do can be done."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.sandbox.forkserver import ForkServerExecutor

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(path.name for path in ROOT.glob("*.md"))


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server has."""
    return "asyncio"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def make_targets() -> set[str]:
    """The targets that a person may call: those that `.PHONY` declares."""
    return {name for line in re.findall(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE) for name in line.split()}


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert set(re.findall(r"^  make ([a-z0-9-]+) +\S", listed.stdout, re.MULTILINE)) == make_targets()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_a_document_names_exists(document: str) -> None:
    code = re.findall(r"`[^`\n]+`|^(?: {4}|\t).+$", text(document), re.MULTILINE)
    named = {target for part in code for target in re.findall(r"\bmake ([a-z][a-z0-9-]*)", part)}
    assert named <= make_targets()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_links_to_exists(document: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(document))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_ci_runs_what_a_person_runs() -> None:
    assert "make test" in text(".ci/run")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.anyio
async def test_the_readmes_request_gives_the_lessons_first_gradient() -> None:
    (body,) = re.findall(r"curl \S+/api/v1/traces .* -d '(.+?)'\n```", text("README.md"), re.DOTALL)
    executor = ForkServerExecutor(slots=1)
    transport = httpx.ASGITransport(create_app(Settings(), executor))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        headers = {"content-type": "application/json"}
        answer = await client.post("/api/v1/traces", content=body, headers=headers)
    await executor.stop()
    assert answer.status_code == 200
    shown = [[output["text"] for output in cell["outputs"]] for cell in answer.json()["cells"]]
    assert shown == [[], ["tensor(28., grad_fn=<MulBackward0>)"], ["tensor([ 0.,  4.,  8., 12.])"]]


def test_every_scene_and_test_that_the_players_page_names_exists() -> None:
    page = (ROOT / "docs" / "player.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ") and line.count("|") == 4]
    scenes = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row[2])}
    tests = {name for row in rows for name in re.findall(r"`(test_\w+)`", row[3])}
    e2e = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "e2e").glob("*.py"))
    units = {name for row in rows for name in re.findall(r"`([a-z0-9/]+\.test\.ts)`", row[3])}
    assert len(scenes) > 40
    assert len(tests) > 40
    # A lesson's scene has the lesson's name.
    assert [name for name in scenes if f'"{name.removeprefix("error-")}"' not in e2e] == []
    assert [name for name in tests if f"def {name}(" not in e2e] == []
    assert [name for name in units if not (ROOT / "frontend" / "test" / name).exists()] == []


def test_the_table_of_rounds_says_what_each_round_comes_to() -> None:
    table = (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8").replace(",", "")
    stated = re.findall(
        r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| [\d.]+ % \| (\d*) \| (?:[\d.]+ %)? \|$", table, re.MULTILINE
    )
    pages = (ROOT / "docs" / "third-party-sources.md").read_text(encoding="utf-8")
    sums = re.findall(
        r"^## Round (\d+): (\d+) sources(?s:.+?)\*\*all\*\* \| (\d+) \| (\d+) \| [\d.]+ % \|(?: (\d+) \|)? \d+ \|$",
        pages, re.MULTILINE,
    )  # fmt: skip
    assert len(sums) == len(re.findall(r"^## Round ", pages, re.MULTILINE))
    assert set(sums) <= set(stated)
