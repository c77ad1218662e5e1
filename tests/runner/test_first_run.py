"""A run in a process of its own loads what it uses: whoever has no sandbox waits for that before each run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gradwalk.engine.core import CORE

USELESS = (
    "asyncio", "bz2", "decimal", "difflib", "email", "fractions", "gzip", "logging", "lzma", "numpy.fft", "numpy.ma",
    "numpy.polynomial", "numpy.random", "pydantic", "random", "shutil", "tarfile", "tempfile", "traceback", "unittest",
    "zipfile", "gradwalk.document", "gradwalk.engine.autocast", "gradwalk.engine.custom", "gradwalk.engine.forward_ad",
    "gradwalk.engine.mixed_losses", "gradwalk.engine.ops.comparison", "gradwalk.engine.ops.over_complex",
    "gradwalk.engine.random", "gradwalk.engine.raw_saved", "gradwalk.engine.sequential",
    "gradwalk.engine.surface.complexes", "gradwalk.engine.surface.out", "gradwalk.engine.surface.shape",
    "gradwalk.recorder.whatif", "gradwalk.runner.pared", "gradwalk.runner.tracebacks",
    "gradwalk.runner.undrawn", "torch.distributions", "torch.func", "torch.nn", "torch.optim", "torch.utils",
)  # fmt: skip
"""To a lesson that counts to four, multiplies and goes backward, and shows a tensor."""

IN_PYTHON_ALONE = (
    "gradwalk.engine.elementary_steps", "gradwalk.engine.product_orders", "gradwalk.engine.rounded_math",
    "gradwalk.engine.square_roots", "gradwalk.engine.vector_math", "gradwalk.engine.vml_math",
)  # fmt: skip
"""What the compiled core does without."""


@pytest.mark.parametrize("core", ["", "1"], ids=["compiled", "pure"])
def test_a_short_lesson_loads_nothing_that_it_has_no_use_for(core: str) -> None:
    program = """
import sys
from gradwalk.sandbox.unconfined_child import load
source = "import torch\\nx = torch.arange(4.0, requires_grad=True)\\n(2 * torch.dot(x, x)).backward()\\nx.grad"
cells, ends = [{"source": source, "execution_count": None}], []
run = load("gradwalk.runner.run:run")
run(cells, {"max_elements": 9}, lambda frame: ends.append(frame.get("outcome")) or 1)
print(ends[-1]["status"], *sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"GRADWALK_PURE": core}
    )
    status, *loaded = done.stdout.split()
    assert status == "ok"
    useless = USELESS if core or CORE is None else (*USELESS, *IN_PYTHON_ALONE)
    assert sorted({*useless}.intersection(loaded)) == []
