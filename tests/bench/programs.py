"""The programs that are timed: forward and backward, as a lesson writes them, for whichever `torch` is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Program = Callable[[], object]


def first_graph(torch: Any) -> Program:
    """The lesson's first: `y = 2 * dot(x, x)`."""

    def run() -> object:
        x = torch.arange(4.0, requires_grad=True)
        y = 2 * torch.dot(x, x)
        y.backward()
        return x.grad

    return run


def detached(torch: Any) -> Program:
    """The lesson's `detach()`."""

    def run() -> object:
        x = torch.arange(4.0, requires_grad=True)
        y = x * x
        u = y.detach()
        z = u * x
        z.sum().backward()
        return x.grad

    return run


def products(torch: Any) -> Program:
    """Twenty multiplications in a row."""

    def run() -> object:
        x = torch.ones(4, requires_grad=True)
        y = x
        for _ in range(20):
            y = y * x
        y.sum().backward()
        return x.grad

    return run


def while_loop(torch: Any) -> Program:
    """The lesson's control flow: how often the loop runs depends on the value."""

    def run() -> object:
        a = torch.ones((), requires_grad=True)
        b = a * 2
        while b.norm() < 100:
            b = b * 2
        c = b if b.sum() > 0 else 100 * b
        c.backward()
        return a.grad

    return run


def chain(torch: Any, length: int) -> Program:
    """A long chain of elementwise operations on four numbers."""

    def run() -> object:
        x = torch.ones(4, requires_grad=True)
        y = x
        for _ in range(length // 2):
            y = y * 1.0001
            y = y + x
        y.sum().backward()
        return x.grad

    return run


def programs(torch: Any) -> dict[str, Program]:
    """All of them, by the name they have in the table."""
    return {
        "first graph": first_graph(torch),
        "detach": detached(torch),
        "20 products": products(torch),
        "while loop": while_loop(torch),
        "chain of 1,000": chain(torch, 1_000),
        "chain of 10,000": chain(torch, 10_000),
    }
