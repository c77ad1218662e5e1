"""Every code block that a person may copy from a document runs, and gives what stands below it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import gradwalk
from tests.site.blocks import ROOT, Block, blocks, documents

ALL = [block for document in documents() for block in blocks(document)]
KNOWN = {"python", "sh", "json", "yaml", "html", "js"}
"""Tried below, or by the tests of what they are of."""

ELSEWHERE = {
    "README.md": "tests/test_docs.py",
    "docs/api.md": "tests/api/test_document.py",
    "docs/python.md": "tests/site/test_python_page.py",
    "docs/cli.md": "tests/site/test_cli_page.py",
    "docs/embedding.md": "tests/e2e/test_embed.py",
    "docs/exports.md": "tests/export/test_docs.py",
}
"""Documents whose blocks need more than a folder, by the tests that run them."""

HERE = [block for block in ALL if block.document not in ELSEWHERE and block.not_run is None]


def test_every_block_says_what_it_is_written_in() -> None:
    assert [str(block) for block in ALL if block.language not in KNOWN] == []


@pytest.mark.parametrize(("document", "test"), ELSEWHERE.items())
def test_the_test_that_runs_a_documents_blocks_reads_it(document: str, test: str) -> None:
    assert Path(document).name in (ROOT / test).read_text(encoding="utf-8")


def test_what_is_not_run_says_why() -> None:
    assert [str(block) for block in ALL if block.not_run == ""] == []


@pytest.mark.parametrize("block", HERE, ids=str)
def test_a_block_does_what_it_says(block: Block, tmp_path: Path) -> None:
    match block.language:
        case "python" if "gradwalk" not in block.text:
            lesson(block)
        case "python":
            shows(block, ran([sys.executable, "-c", block.text], tmp_path))
        case "sh":
            (tmp_path / ".venv").symlink_to(ROOT / ".venv")
            shows(block, ran(["bash", "-euo", "pipefail", "-c", block.text], tmp_path))
        case "json":
            json.loads(block.text)
        case "yaml":
            assert yaml.safe_load(block.text)


def lesson(block: Block) -> None:
    """The code runs as a snippet, and its last line shows what stands below it."""
    walk = gradwalk.trace(block.text)
    assert walk.outcome.status == "ok"
    if block.output is not None:
        assert "".join(output.text for cell in walk.cells for output in cell.outputs) == block.output.rstrip("\n")


def ran(command: list[str], folder: Path) -> str:
    """What a command prints that ends well."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shows(block: Block, printed: str) -> None:
    if block.output is not None:
        assert printed == block.output
