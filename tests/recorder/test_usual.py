"""An op that is used often is written by a function of its own, and what it writes is what would be written anyhow."""

from __future__ import annotations

import pytest

from gradwalk.document.schema import Trace
from gradwalk.engine.compiled import number_anew
from gradwalk.recorder import usual

from .tracing import trace_of

LEAF = "import torch\nx = torch.arange(4.0, requires_grad=True)\nk = torch.ones(4)\n"


def traces(monkeypatch: pytest.MonkeyPatch, code: str) -> tuple[Trace, Trace]:
    """The trace where no op has a function of its own, and where each has one from its first use on."""
    found = []
    for often in (10**9, 1):
        monkeypatch.setattr(usual, "_used", {})
        monkeypatch.setattr(usual, "OFTEN", often)
        number_anew()
        found.append(trace_of(code))
    return found[0], found[1]


@pytest.mark.parametrize(
    "code",
    [
        "y = (2 * x + x * k - k * 3).pow(2).sum(0) + x.sum()\ny.backward()",
        "y = x * 2\ny.add_(1)\nz = y * y[1:].sum()\nz.backward(torch.ones(4))",
        "w = torch.tensor(3., requires_grad=True)\n(w ** 3).backward(create_graph=True)\nw.grad.backward()",
        "m = torch.randn(3, 2)\ny = torch.where(m > 0, m @ m.T @ m, m.tanh()).max(0).values\nz = y.data.mul_(2)",
        "with torch.no_grad():\n    y = x * k\n    k -= y\nz = torch.add(x, k, alpha=2) + k",
        "y = torch.ones(50, 30) * x[1]\ny = y.mean()",
    ],
)
def test_both_ways_give_the_same_trace(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    plainly, often = traces(monkeypatch, LEAF + code)
    assert plainly.outcome.status == "ok"
    assert often == plainly
