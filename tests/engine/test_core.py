"""What is compiled does as the Python that it stands for, and steps aside for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gradwalk.engine import FUNCTIONS, Tensor, backward
from gradwalk.engine.backward import BackwardPass
from gradwalk.engine.core import CORE, part


def pure() -> dict[str, str]:
    """The environment of a process in which Python alone runs."""
    return {**os.environ, "GRADWALK_PURE": "1"}


def printed(program: str) -> tuple[str, str]:
    """What a program prints where the core is used, and where Python alone runs."""
    run = [sys.executable, "-W", "ignore", "-c", program]
    compiled = subprocess.run(run, check=True, capture_output=True, text=True)
    python = subprocess.run(run, env=pure(), check=True, capture_output=True, text=True)
    return compiled.stdout, python.stdout


def graph() -> Tensor:
    """A loss with branches that meet again, a node of two results, a leaf used twice and a constant."""
    x, w = FUNCTIONS["arange"](6.0, requires_grad=True), FUNCTIONS["ones"](6, requires_grad=True)
    low, high = (x * w + 2).chunk(2)
    greatest = (low * high).max(dim=0).values
    total: Tensor = (greatest + w.sum() * greatest).sum()
    return total


@pytest.mark.core
def test_dependencies_are_counted_as_python_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    roots = [(graph().grad_fn, 0), (None, 0), (graph().grad_fn, 0)]
    compiled = BackwardPass(roots, True, False)._dependencies
    monkeypatch.setattr(backward, "CORE", None)
    python = BackwardPass(roots, True, False)._dependencies
    assert list(compiled.items()) == list(python.items())
    assert len(compiled) > 10


@pytest.mark.core
def test_what_is_no_node_is_refused() -> None:
    assert CORE is not None
    for wrong in ([(3, 0)], [3], [(None,)], 3):
        with pytest.raises(TypeError):
            CORE.count_dependencies(wrong)  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="edges"):
        CORE.learn_nodes(int)  # type: ignore[arg-type]


def test_python_alone_runs_if_that_is_asked_for() -> None:
    program = "from gradwalk.engine.core import CORE; print(CORE)"
    ran = subprocess.run([sys.executable, "-c", program], env=pure(), check=True, capture_output=True, text=True)
    assert ran.stdout == "None\n"


def test_a_core_older_than_its_sources_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "aged"
    (package / "csrc").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "_core.py").touch()
    source = package / "csrc" / "a.c"
    source.touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("GRADWALK_PURE", raising=False)
    made = (package / "_core.py").stat().st_mtime
    os.utime(source, (made - 10, made - 10))
    assert isinstance(part("aged"), ModuleType)
    os.utime(source, (made + 10, made + 10))
    assert part("aged") is None


def test_a_package_without_a_core_has_none() -> None:
    assert part("gradwalk.formula") is None
