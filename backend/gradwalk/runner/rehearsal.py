"""A small lesson that is run before any snippet: what is made at first use is there, what a run writes to is in memory.

In the fork server it fills the caches that all children share; there what lessons use most is run too. In a child that
waits it has the kernel copy the pages that a run writes to, which costs more than a short run itself. Nothing of it
shows in the runs that follow.
"""

from __future__ import annotations

import linecache
from typing import Any

import orjson

from gradwalk.engine.compiled import number_anew
from gradwalk.engine.random import DEFAULT_SEED, default_generator
from gradwalk.recorder.usual import make_used
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


PRACTICE = """\
import torch
from torch import nn
x = torch.tensor([1., 2, 3], requires_grad=True)
a = torch.randn(3, 3, requires_grad=True)
for i in range(2):
    y = (1 - x) / (2 + x) - x / 2 + 3 * x ** 2 - (-x).exp() + (x + 1).log() * x.sin() + x.cos().abs()
    z = (a @ x).tanh() + torch.dot(x, x).sqrt() + (a @ a).T.sum(0) + torch.mv(a, x)
    w = torch.where(x > 1, x, x * 0).relu() + torch.sigmoid(x).clamp(0, 1) + torch.softmax(x, 0) + x.pow(3)
    v = torch.cat([x, y]).view(2, 3)[0] + torch.stack([y, z]).mean(0) + x.reshape(3, 1).squeeze().unsqueeze(0)
    loss = v.sum() + w.mean() + z.norm() + (y - z).max() + x[0] + x[1:].sum() + x.detach().clone().sum()
    loss.backward()
    with torch.no_grad():
        x -= 0.1 * x.grad
        x.grad.zero_()
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
sgd = torch.optim.SGD(net.parameters(), lr=0.1)
out = net(a)
loss = nn.functional.cross_entropy(out, torch.tensor([0, 1, 1])) + nn.functional.mse_loss(out, torch.ones(3, 2))
sgd.zero_grad()
loss.backward()
sgd.step()
"""
"""What lessons use most: an op that has run once has its code made, in the engine and in the recorder."""

_practised = False


def rehearse() -> None:
    """Run it, and forget it. The first time, which is before any fork, the code of ops is made too."""
    global _practised
    if not _practised:
        _practised = True
        _run(PRACTICE)
        make_used()
    _run(LESSON)
    for name in [name for name in linecache.cache if name.startswith("<cell")]:
        del linecache.cache[name]
    default_generator.manual_seed(DEFAULT_SEED)
    number_anew()


def _run(source: str) -> None:
    run([{"source": source, "execution_count": None}], {"seed": 0, "max_elements": 1000}, _encode)


def _encode(frame: dict[str, Any]) -> int:
    return len(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY))
