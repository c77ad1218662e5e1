"""Backward passes within each other: refused before they fill the stack."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from gradwalk.engine.nesting import _ROOM
from gradwalk.facade import torch


class Within(torch.autograd.Function):  # type: ignore[misc]
    """Its backward runs a pass of its own, so often."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        with torch.enable_grad():
            ctx.x = x.detach().requires_grad_() - 1
        return ctx.x.detach()

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        if ctx.x >= 0:
            with torch.enable_grad():
                Within.apply(ctx.x).backward()
        return gradient


@pytest.mark.skipif(sys.platform != "linux", reason="how long the stack is, is known on Linux")
def test_passes_too_deep_within_each_other_are_refused_and_the_next_run() -> None:
    limit = sys.getrecursionlimit()
    with pytest.raises(RecursionError, match="backward passes lie within each other at most"):
        Within.apply(torch.tensor(2.0 * _ROOM, requires_grad=True)).backward()
    assert sys.getrecursionlimit() == limit
    x = torch.tensor(min(2.0 * limit, _ROOM / 2), requires_grad=True)
    Within.apply(x).backward()
    assert x.grad == 1
