"""A small lesson that is run before any snippet: what is made at first use is there, what a run writes to is in memory.

In the fork server it fills the caches that all children share. In a child that waits it has the kernel copy the pages
that a run writes to, which costs more than a short run itself. Nothing of it shows in the runs that follow.
"""

from __future__ import annotations

import linecache
from typing import Any

import orjson

from gradwalk.engine.compiled import number_anew
from gradwalk.engine.random import DEFAULT_SEED, default_generator
from gradwalk.runner.run import run

LESSON = """\
import torch
x = torch.arange(4.0, requires_grad=True)
def f(a):
    return 2 * torch.dot(a, a)
y = f(x)
for i in range(1):
    if y.sum() > 0:
        y = y + (x * x).sum()
y.backward()
print(x.grad)
x.grad
"""


def rehearse() -> None:
    """Run it, and forget it."""
    run([{"source": LESSON, "execution_count": None}], {"seed": 0, "max_elements": 1000}, _encode)
    for name in [name for name in linecache.cache if name.startswith("<cell")]:
        del linecache.cache[name]
    default_generator.manual_seed(DEFAULT_SEED)
    number_anew()


def _encode(frame: dict[str, Any]) -> int:
    return len(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY))
