"""PyTorch as the engine, where there is no PyTorch: one sentence that says the way out."""

from __future__ import annotations

import sys

import pytest

import gradwalk
from gradwalk.cli import main, status
from gradwalk.errors import ExtraMissing

WAY_OUT = "pip install 'gradwalk\\[torch\\]'"


@pytest.fixture(autouse=True)
def _no_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [name for name in sys.modules if name.startswith("gradwalk.pytorch")]:
        monkeypatch.delitem(sys.modules, name)


def test_trace_says_what_to_install() -> None:
    with pytest.raises(ExtraMissing, match=WAY_OUT):
        gradwalk.trace("1 + 1", engine="torch")


def test_watch_says_so_before_the_block() -> None:
    with pytest.raises(ExtraMissing, match=WAY_OUT):
        gradwalk.watch()


def test_command_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", __file__, "--engine", "torch"]) == status.USAGE
    assert "pip install 'gradwalk[torch]'" in " ".join(capsys.readouterr().err.split())
