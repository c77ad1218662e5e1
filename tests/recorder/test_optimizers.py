"""What optimizers keep changes in place: the trace has each value as it was."""

from __future__ import annotations

from typing import Any

import pytest

from gradwalk.document.schema import Value

from .tracing import events, numbers, trace_of

PROGRAM = """
import torch
w = torch.tensor([1.0, -2.0], requires_grad=True)
opt = torch.optim.{name}([w], lr=0.5, {options})
for step in range(3):
    (w * w).sum().backward()
    opt.step()
    opt.zero_grad()
print(w.tolist())
"""


@pytest.mark.parametrize(
    ("name", "options"),
    [("SGD", ""), ("SGD", "momentum=0.9"), ("Adam", ""), ("RMSprop", "centered=True"), ("Adagrad", "")],
)
def test_each_write_of_a_parameter_is_on_record_with_its_numbers(name: str, options: str) -> None:
    trace = trace_of(PROGRAM.format(name=name, options=options))
    leaf = trace.tensors[next(event.tensor for event in events(trace, "bind") if event.name == "w")]
    of_leaf = [value for value in trace.values if value.storage == leaf.storage]
    printed = trace.cells[0].outputs[0].text

    def of(value: Value) -> list[Any]:
        return numbers(trace, trace.values.index(value))

    versions = [value.version or 0 for value in of_leaf]
    assert versions == sorted(set(versions))
    assert of(of_leaf[0]) == [1.0, -2.0]
    assert of(of_leaf[-1]) == pytest.approx(eval(printed), rel=1e-6)
    products = [op for op in trace.ops if op.name == "mul" and len(op.inputs) == 2 and op.node is not None]
    for op in products[:3]:
        product = trace.tensors[op.outputs[0]]
        squares = next(value for value in trace.values if value.storage == product.storage)
        version = op.inputs[0].version
        before = next(value for value in of_leaf if value.version == version)
        assert of(squares) == pytest.approx([float(x) ** 2 for x in of(before)], rel=1e-6)


KEPT = """
import torch
w = torch.tensor([1.0, -2.0], requires_grad=True)
opt = torch.optim.Adam([w], lr=0.5)
def train():
    opt.zero_grad()
    (w * w).sum().backward()
    opt.step()
train()
m = opt.state[w]["exp_avg"]
print(m.tolist())
train()
print(m.tolist())
"""
RUNNING = """
import torch
layer = torch.nn.BatchNorm1d(2)
m = layer.running_mean
print(m.tolist())
layer(torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
print(m.tolist())
"""


@pytest.mark.parametrize("program", [KEPT, RUNNING], ids=["state of an optimizer", "running statistics"])
def test_what_is_kept_is_on_record_as_it_is_printed(program: str) -> None:
    trace = trace_of(program)
    kept = trace.tensors[next(event.tensor for event in events(trace, "bind") if event.name == "m")]
    printed = [eval(line) for line in trace.cells[0].outputs[0].text.splitlines()]
    recorded = [numbers(trace, at) for at, value in enumerate(trace.values) if value.storage == kept.storage]
    assert recorded[-2:] == [pytest.approx(each, rel=1e-6) for each in printed]
