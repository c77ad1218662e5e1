"""What if a tensor had held other numbers: the same run, with the results of some ops replaced as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradwalk.engine import Op, Tensor
from gradwalk.engine.graph import Node
from gradwalk.limits import LIMITS, Limits

from .recorder import Recorder
from .stream import Emit


class WhatIf(Recorder):
    """A recorder that puts ``options["overrides"]`` in the place of what the ops of those positions gave.

    A result that is a view or was written in place belongs to others as well and stays as it is, and so does one of
    another size than the numbers given: the run then warns.
    """

    def __init__(self, emit: Emit, options: Mapping[str, Any], limits: Limits = LIMITS) -> None:
        super().__init__(emit, options, limits)
        self._overrides = {each["op"]: each["data"] for each in options["overrides"]}
        self._position = 0

    def op_applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        data = self._overrides.get(self._position)
        refused = None if data is None else _put(op, operands, outputs, data)
        if refused:
            self.warning("UserWarning", f"What if: op {self._position} ({op.name}) stays as it is: {refused}")
        self._position += 1
        super().op_applied(op, operands, params, outputs, node)


def _put(op: Op, operands: Sequence[Any], outputs: Sequence[Tensor], data: Sequence[float]) -> str:
    """Write the numbers into the first output; or why not."""
    if op.is_view or not outputs or any(outputs[0] is operand for operand in operands):
        return "its memory belongs to another tensor too"
    array = outputs[0]._array
    if array.size != len(data) or array.dtype.kind != "f":
        return f"it is not {len(data)} floating point numbers but {array.dtype} of shape {list(array.shape)}"
    array[...] = np.asarray(data, dtype=np.float64).reshape(array.shape)
    return ""
