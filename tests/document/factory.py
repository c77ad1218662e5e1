"""Frames as an honest recorder sends them, in miniature: ``y = x * x``, its backward pass and its output."""

from __future__ import annotations

from typing import Any

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Options
from gradwalk.limits import LIMITS, Limits

Frame = dict[str, Any]

SOURCE = "x = torch.tensor(3., requires_grad=True)\ny = x * x\ny.backward()\nx.grad"
OK: Frame = {"outcome": {"status": "ok"}}


def assembler(*sources: str, limits: Limits = LIMITS) -> Assembler:
    """One for cells with these sources, by default the one that the frames below come from."""
    return Assembler([Cell(source=source) for source in sources or (SOURCE,)], Options(), limits)


def tensor(storage: int, op: int | None, **more: Any) -> dict[str, Any]:
    """A scalar tensor."""
    return {
        "storage": storage, "offset": 0, "shape": [], "strides": [], "dtype": "float32", "requires_grad": True,
        "is_leaf": op is None, "op": op, **more,
    }  # fmt: skip


def value(*data: float | str, **more: Any) -> dict[str, Any]:
    """Numbers."""
    return {"shape": [len(data)], "dtype": "float32", "data": list(data), **more}


def frames() -> list[Frame]:
    """The whole run, in four frames."""
    return [
        {
            "spans": [{"cell": 0, "line": 1, "column": 4, "end_line": 1, "end_column": 40}],
            "tensors": [tensor(0, 0)],
            "values": [value(3.0, storage=0, version=0)],
            "ops": [{"name": "tensor", "category": "creation", "inputs": [], "outputs": [0], "span": 0}],
            "events": [
                {"kind": "cell_begin", "cell": 0},
                {"kind": "line", "span": 0},
                {"kind": "op", "op": 0},
                {"kind": "write", "storage": 0, "version": 0, "value": 0},
                {"kind": "bind", "name": "x", "tensor": 0},
            ],
        },
        {
            "spans": [{"cell": 0, "line": 2, "column": 4, "end_line": 2, "end_column": 9}],
            "tensors": [tensor(1, 1, grad_fn=[1, 0])],
            "values": [value(9.0, storage=1, version=0)],
            "nodes": [
                {"name": "AccumulateGrad", "next_functions": [], "variable": 0},
                {
                    "name": "MulBackward0",
                    "next_functions": [[0, 0], [0, 0]],
                    "saved": [{"name": "self", "tensor": 0, "version": 0}],
                    "sequence_nr": 0,
                    "op": 1,
                },
            ],
            "ops": [
                {
                    "name": "mul",
                    "category": "pointwise",
                    "inputs": [{"argument": name, "tensor": 0, "version": 0} for name in ("self", "other")],
                    "outputs": [1],
                    "node": 1,
                    "span": 1,
                }
            ],
            "edges": [{"op": 1, "slot": slot, "producer": 0, "kind": "tracked"} for slot in (0, 1)],
            "events": [{"kind": "op", "op": 1}, {"kind": "bind", "name": "y", "tensor": 1}],
        },
        {
            "tensors": [tensor(2, None, gradient_of=0, requires_grad=False)],
            "values": [value(1.0), value(3.0), value(6.0)],
            "events": [
                {
                    "kind": "backward_begin", "roots": [1], "gradients": [2], "accumulate": True,
                    "retain_graph": False, "create_graph": False,
                },
                {"kind": "vjp", "node": 1, "cotangents_in": [2], "cotangents_out": [3, 3]},
                {
                    "kind": "accumulate", "node": 0, "tensor": 0, "grad": 2, "contribution": 4, "result": 4,
                    "first": True,
                },
                {"kind": "backward_end"},
            ],
        },
        {
            "outputs": [{"cell": 0, "output": 0, "kind": "echo", "text": "tensor(6.)"}],
            "events": [
                {"kind": "output", "cell": 0, "output": 0, "length": 10},
                {"kind": "cell_end", "cell": 0, "status": "done"},
            ],
            "outcome": {"status": "ok"},
        },
    ]  # fmt: skip
