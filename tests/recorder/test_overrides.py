"""A subclass that says what becomes of calls on it is asked about the snippet's calls, and never by the recorder."""

from __future__ import annotations

import pytest

from tests.recorder.tracing import trace_of

LOGGED = """\
import torch
class Logged(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        print(func.__name__)
        return super().__torch_function__(func, types, args, kwargs or {})
x = torch.ones(2, requires_grad=True)
y = x.as_subclass(Logged)
z = y * 2
"""


@pytest.mark.parametrize("settled", ["", "# weakref: written down at once\n"])
def test_only_what_the_snippet_calls_is_printed(settled: str) -> None:
    trace = trace_of(LOGGED + settled)
    assert "".join(output.text for output in trace.cells[0].outputs) == "mul\n"
