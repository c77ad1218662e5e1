"""``torch.save`` outside a run: nothing is kept there, and whoever saves is told."""

from __future__ import annotations

import io
from typing import Any

import pytest

from gradwalk.engine import kept
from gradwalk.facade.torch import load, ones, save
from tests.recorder.tracing import trace_of


def test_outside_a_run_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_RUN", None)
    with pytest.raises(NotImplementedError, match=r"Gradwalk has no torch\.save outside a run"):
        save(ones(1), "a.pt")
    with pytest.raises(NotImplementedError, match=r"Gradwalk has no torch\.load outside a run"):
        load("a.pt")


@pytest.mark.parametrize("call", [lambda file: save(ones(1), file), load])
def test_open_files_are_refused(call: Any) -> None:
    with pytest.raises(NotImplementedError, match="an open file: give it a path"):
        call(io.BytesIO())


def test_the_next_run_finds_nothing_of_the_last() -> None:
    said = [
        "".join(output.text for output in trace_of(source).cells[0].outputs)
        for source in (
            "import torch\ntorch.save(torch.ones(1), 'a.pt')\nprint(torch.load('a.pt'))",
            "import torch\ntry: torch.load('a.pt')\nexcept FileNotFoundError as error: print(error)",
        )
    ]
    assert said == ["tensor([1.])\n", "[Errno 2] No such file or directory: 'a.pt'\n"]
