"""The state of a run after some of its events, as plain data: what :mod:`.fold` comes to.

``tests/golden/*.frames.json`` holds such states of some runs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Progress = Literal["pending", "active", "done"]


@dataclass(frozen=True)
class CellState:
    """How far a cell got, and how much of each of its outputs has been written (UTF-16 code units)."""

    status: Literal["not_run", "running", "done", "error", "stopped"] = "not_run"
    outputs: tuple[int, ...] = ()


@dataclass(frozen=True)
class TensorState:
    """What may change about a tensor object; its numbers are those of its storage."""

    requires_grad: bool
    is_leaf: bool
    grad_fn: tuple[int, int] | None
    grad: int | None = None


@dataclass(frozen=True)
class StorageState:
    """The version a storage is at and the value that holds its numbers."""

    version: int
    value: int | None


@dataclass(frozen=True)
class NodeState:
    """What the current backward pass (or the last one, between two) has done with an autograd node.

    ``received`` are the contributions so far, in order of arrival, each (value, output number of this node).
    """

    state: Progress = "pending"
    freed: bool = False
    received: tuple[tuple[int, int], ...] = ()
    cotangents_in: tuple[int | None, ...] = ()
    cotangents_out: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Frame:
    """Everything the fold knows after ``at`` events. Keys are positions in the trace's lists."""

    at: int
    cell: int | None
    span: int | None
    scope: int | None
    backward: int | None = field(metadata={"doc": "The running backward pass, counted from 1."})
    backwards: int = field(metadata={"doc": "How many backward passes have begun."})
    cells: list[CellState]
    tensors: dict[int, TensorState]
    storages: dict[int, StorageState]
    globals: dict[str, int]
    locals: dict[int, dict[str, int]]
    ops: list[int]
    nodes: dict[int, NodeState]
    edges: dict[int, int] = field(metadata={"doc": "Edge to the cotangent that went back along it."})
    grads: dict[int, int | None] = field(metadata={"doc": "Tensor to the value of its .grad."})
    captured: dict[int, int] = field(metadata={"doc": "Tensor to the gradient that was taken out or retained."})

    def json(self) -> dict[str, Any]:
        """As plain JSON data; keys become strings when it is written."""
        return asdict(self)
