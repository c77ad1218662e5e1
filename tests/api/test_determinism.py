"""The same request gives the same bytes, whichever server process answers it: no clock, no addresses, one seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

ONE_RUN_EACH = """
import asyncio, hashlib, json, sys
from gradwalk.notebook import cells_of
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.document.schema import Options

async def main():
    executor = ForkServerExecutor(slots=1)
    await executor.start()
    for source in json.load(sys.stdin):
        trace = await collect(executor, RunRequest(tuple(cells_of(source)), Options()))
        print(hashlib.sha256(trace.model_dump_json().encode()).hexdigest(), trace.outcome.status)
    await executor.stop()

asyncio.run(main())
"""

IMPORTED = "import torch\nfrom torch import nn\nx = torch.ones(40, 30, requires_grad=True)\n"
PROGRAMS = [
    IMPORTED + "y = 2 * x.sum()\ny.backward()\nx.grad",
    IMPORTED + "torch.rand(3)\nx = torch.randn(2, 2, requires_grad=True)\nx.sin().sum().backward()\nx.grad",
    IMPORTED + "m = nn.Linear(3, 2)\nm(torch.ones(4, 3)).pow(2).mean().backward()\nm.weight, m.weight.grad",
    IMPORTED + "for _ in range(50):\n    x = (x * 1.001).sin()\nx.sum().backward()",
    IMPORTED + "print(x.sum().grad_fn, (x * 2).grad_fn.next_functions)\nraise ValueError(x.sum().grad_fn)",
    IMPORTED + "x.add_(1)",
    "import random\nprint(random.random(), {'a', 'b', 'c'}, hash('gradwalk'))",
    "import numpy as np\nprint(np.random.rand(2))",
    "class A: pass\na = A()\nprint(a, A)\n[a, A()]",
]


def answers(hash_seed: str) -> list[str]:
    """What a process of its own, whose sets have an order of their own, gives for each."""
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", ONE_RUN_EACH]
    sources = json.dumps(PROGRAMS)
    ran = subprocess.run(command, input=sources, env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def test_two_server_processes_give_the_same_bytes() -> None:
    first, second = answers("1"), answers("2")
    assert len(first) == len(PROGRAMS)
    assert [k for k, pair in enumerate(zip(first, second, strict=True)) if len(set(pair)) > 1] == []
