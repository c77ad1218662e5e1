"""``docs/cli.md``: its commands run, and it leaves none out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from gradwalk.cli import status

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A shell that stops at the first command that fails, with this Python's ``gradwalk``."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_block_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 4
    done = run("\n".join(blocks), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.splitlines()
    assert printed[:2] == ["tensor([ 0.,  4.,  8., 12.])", "42"]
    assert any(line.startswith("http://127.0.0.1:8000/#code=") for line in printed)
    assert (tmp_path / "lesson.dot").read_text().startswith("digraph")


def test_every_command_is_in_the_table(tmp_path: Path) -> None:
    script = "COMP_WORDS='gradwalk ' COMP_CWORD=1 _GRADWALK_COMPLETE=complete_bash gradwalk"
    commands = set(run(script, tmp_path).stdout.split())
    assert commands == set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))


def test_every_exit_status_is_told() -> None:
    told = {int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert told == {status.OK, status.SNIPPET, status.USAGE, status.INTERRUPTED}
