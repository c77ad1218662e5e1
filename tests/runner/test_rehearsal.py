"""Nothing of a rehearsal shows in the runs that follow it in the same process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

SOURCE = """
import torch, warnings
x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
print(y.grad_fn._sequence_nr(), torch.rand(2), torch.initial_seed())
y.backward()
z = torch.randn(3, requires_grad=True)
print((z * z).sum().grad_fn._sequence_nr(), "dot" in dir(), _ if "_" in dir() else "no _")
warnings.warn("once")
1 / 0
"""
PROCESS = """
import json, sys
from gradwalk.runner.imports import preload
from gradwalk.runner.rehearsal import rehearse
from gradwalk.runner.run import run
import orjson
preload()
for _ in range(int(sys.argv[1])):
    rehearse()
frames = []
run([{"source": sys.argv[2], "execution_count": None}], {"seed": None, "max_elements": 100}, frames.append)
sys.stdout.buffer.write(orjson.dumps(frames, option=orjson.OPT_SERIALIZE_NUMPY))
"""


def merged(rehearsals: int) -> dict[str, Any]:
    """All that a fresh process tells of the run after so many rehearsals, however it is cut into frames."""
    command = [sys.executable, "-c", PROCESS, str(rehearsals), SOURCE]
    frames = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    whole: dict[str, Any] = {}
    for frame in frames:
        for name, part in frame.items():
            whole[name] = whole[name] + part if isinstance(part, list) and name in whole else part
    whole["outputs"] = "".join(part["text"] for part in whole["outputs"])
    return whole


def test_a_run_after_rehearsals_is_as_in_a_process_in_which_nothing_has_run() -> None:
    fresh = merged(0)
    assert fresh["outputs"].startswith("1 tensor([")
    assert merged(2) == fresh
