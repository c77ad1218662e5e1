"""``gradwalk.trace``: what it takes, what it returns, and where it runs."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import gradwalk
from gradwalk.errors import SandboxUnsupported
from gradwalk.limits import LIMITS
from gradwalk.walk import local
from tests.walk.lessons import LESSON, PRODUCT


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"numpy", "pydantic", "rich", "typer", "httpx"}
    code = f"import sys, gradwalk; print([m for m in sys.modules if m.partition('.')[0] in {heavy}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    assert [name for name in gradwalk.__all__ if not hasattr(gradwalk, name)] == []
    assert set(gradwalk.__all__) <= set(dir(gradwalk))


def test_tracing_never_loads_the_engine() -> None:
    code = (
        "import sys, gradwalk; t = gradwalk.trace('import torch; torch.ones(2)'); print(t.ok, "
        "[m for m in sys.modules if m.startswith(('gradwalk.engine', 'gradwalk.runner', 'torch', 'fastapi'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True []\n"


def test_code_gives_outputs_and_outcome() -> None:
    walk = gradwalk.trace(PRODUCT)
    assert walk.ok
    assert walk.output == "tensor(5., grad_fn=<SumBackward0>)\n"
    assert repr(walk) == f"<Walk: 1 cell, 3 ops, {len(walk.document.events)} steps; ok>"


def test_a_list_is_cells() -> None:
    walk = gradwalk.trace(["a = 1", "a + 1"])
    assert [[output.text for output in cell.outputs] for cell in walk.cells] == [[], ["2"]]


def test_a_path_is_a_file_or_notebook(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text("# %%\nb = 2\n# %%\nb * b\n")
    assert gradwalk.trace(tmp_path / "two.py").output == "4\n"
    assert gradwalk.trace(str(tmp_path / "two.py")).output == "4\n"
    shown = [
        "".join(output["data"]["text/plain"])
        for cell in json.loads(LESSON.read_text())["cells"]
        for output in cell.get("outputs", ())
    ]
    assert gradwalk.trace(LESSON).output.splitlines() == "\n".join(shown).splitlines()


def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(gradwalk.GradwalkError, match=r"cannot read .*absent\.ipynb: No such file"):
        gradwalk.trace(tmp_path / "absent.ipynb")
    with pytest.raises(gradwalk.GradwalkError, match="longer than 64 KiB"):
        gradwalk.trace("#" * 70_000)
    with pytest.raises(gradwalk.GradwalkError, match="Only a function is called with arguments"):
        gradwalk.trace("1", 2)


def test_code_that_raises_is_a_result() -> None:
    walk = gradwalk.trace("1 / 0")
    assert not walk.ok
    assert walk.outcome.error is not None
    assert walk.outcome.error.type == "ZeroDivisionError"
    assert repr(walk).endswith("ZeroDivisionError: division by zero>")


def test_the_seed_decides_the_numbers() -> None:
    code = "import torch; torch.randn(3)"
    one, same, other = (gradwalk.trace(code, seed=seed).output for seed in (1, 1, 2))
    assert one == same != other


def test_limits_can_be_lowered_and_are_named_if_they_do_not_exist() -> None:
    short = gradwalk.trace("import torch\nx = torch.ones(1)\nfor _ in range(9): x = x + 1\nprint(x)", limits={"ops": 5})
    assert short.output == "tensor([10.])\n"
    assert len(short.document.ops) == 5
    with pytest.raises(ValueError, match="There is no limit 'walls'"):
        gradwalk.trace("1", limits={"walls": 1})


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"engine": "pytorch"}, "There is no engine 'pytorch': take gradwalk or torch."),
        ({"seed": -1}, "seed: Input should be greater than or equal to 0"),
        ({"seed": "a", "max_elements": 0}, "seed: give a number; max_elements: Input should be greater than"),
    ],
)
def test_what_cannot_be_asked_for_is_told_in_one_sentence(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        gradwalk.trace("1", **asked)
    assert "\n" not in str(raised.value)


def test_what_is_no_code_is_told_what_is() -> None:
    with pytest.raises(gradwalk.GradwalkError, match=r"^Give code as text, .* or a function, not int\.$"):
        gradwalk.trace(5)  # type: ignore[arg-type]


def test_it_works_where_an_event_loop_runs_already() -> None:
    async def inside() -> str:
        return gradwalk.trace("6 * 7").output

    assert asyncio.run(inside()) == "42\n"


def test_without_a_sandbox_it_warns_and_gives_the_same_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    confined = gradwalk.trace(PRODUCT, seed=0)
    monkeypatch.setattr(local, "LOCAL", local.Local())
    monkeypatch.setattr("gradwalk.walk.tracing.LOCAL", local.LOCAL)
    monkeypatch.setattr("gradwalk.sandbox.starting.check_system", _no_sandbox)
    with pytest.warns(gradwalk.NotConfined, match="Trace only code that you trust") as warned:
        walk = gradwalk.trace(PRODUCT, seed=0)
    assert warned[0].filename == __file__
    assert walk.to_json() == confined.to_json()


def _no_sandbox() -> None:
    raise SandboxUnsupported("not here")


def test_limits_of_ones_own_are_taken_as_they_are() -> None:
    assert gradwalk.trace("1", limits=LIMITS).ok
