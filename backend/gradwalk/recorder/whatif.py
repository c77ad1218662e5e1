"""What if a tensor had held other numbers: the same run, with the results of some ops replaced as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradwalk.engine import Op, Tensor
from gradwalk.engine.dtypes import FLOATS, Array
from gradwalk.engine.graph import Node
from gradwalk.engine.storage import Storage
from gradwalk.limits import LIMITS, Limits

from .recorder import Recorder
from .stream import Emit


class WhatIf(Recorder):
    """A recorder that puts ``options["overrides"]`` in the place of what the ops of those positions gave.

    The numbers of an op that writes in place are those of the whole memory that it writes into, so that a layer's
    weight can be varied where its initialisation fills it. A view and what has another size than the numbers given
    stay as they are: the run then warns.
    """

    def __init__(self, emit: Emit, options: Mapping[str, Any], limits: Limits = LIMITS) -> None:
        super().__init__(emit, options, limits)
        self._overrides = {each["op"]: each["data"] for each in options["overrides"]}
        self._position = 0
        self._filled = -1

    def storage_written(self, storage: Storage) -> None:
        """The op of this position writes in place and is about to be told; in a backward pass it may be a gradient."""
        data = None if self._running.layers else self._overrides.get(self._position)
        if data is not None and storage.base.flags.c_contiguous and not _misfit(storage.base, data):
            storage.base[...] = np.asarray(data, dtype=np.float64).reshape(storage.base.shape)
            self._filled = self._position
        super().storage_written(storage)

    def op_applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        data = self._overrides.get(self._position)
        is_done = data is None or self._filled == self._position
        refused = "" if is_done else _put(op, operands, outputs, data or ())
        if refused:
            self.warning("UserWarning", f"What if: op {self._position} ({op.name}) stays as it is: {refused}")
        self._position += 1
        super().op_applied(op, operands, params, outputs, node)


def _put(op: Op, operands: Sequence[Any], outputs: Sequence[Tensor], data: Sequence[float]) -> str:
    """Write the numbers into the first output; or why not."""
    if op.is_view or not outputs or any(outputs[0] is operand for operand in operands):
        return "its memory belongs to another tensor too"
    array = outputs[0]._array
    if refused := _misfit(array, data):
        return refused
    array[...] = np.asarray(data, dtype=np.float64).reshape(array.shape)
    return ""


def _misfit(array: Array, data: Sequence[float]) -> str:
    if array.size == len(data) and array.dtype.kind in FLOATS:
        return ""
    return f"it is not {len(data)} floating point numbers but {array.dtype} of shape {list(array.shape)}"
