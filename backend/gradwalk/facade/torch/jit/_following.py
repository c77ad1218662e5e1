"""Which ops a function applies, and to what: two calls of what was traced must do the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradwalk.engine import Tensor

from ._passing import Passing
from ._unnamed import hide, is_called_otherwise

_MANY: Final = 4096
"""Constants of more numbers are not copied when they are seen first."""


class Constant:
    """A tensor that a traced function got from elsewhere than from its arguments."""

    __slots__ = ("array", "tensor")

    def __init__(self, tensor: Tensor) -> None:
        self.tensor, array = tensor, tensor._array
        self.array = array.copy() if array.size <= _MANY else array

    def is_like(self, other: Constant) -> bool:
        """Whether a trace, which has kept the one, gives what the other would; of other sizes all numbers are one."""
        if self.tensor is other.tensor:
            return True
        mine, its = self.array, other.array
        if mine.dtype != its.dtype:
            return False
        if mine.shape == its.shape:
            return bool(np.array_equal(mine, its, equal_nan=mine.dtype.kind in "fc"))
        return bool(mine.size and its.size and (mine == mine.flat[0]).all() and (its == mine.flat[0]).all())


class Following(Passing):
    """Notes which ops are applied while it watches, and tells whoever watched before of everything."""

    def __init__(self, inputs: Sequence[Any]) -> None:
        super().__init__()
        self.steps: list[tuple[Any, ...]] = []
        self.sources: dict[int, Any] = {}
        """Where each tensor that was seen comes from, by its id."""
        self._alive: list[Any] = []
        for at, tensor in enumerate(inputs):
            self._name(tensor, ("input", at))

    def _name(self, tensor: Any, source: Any) -> None:
        self.sources[id(tensor)] = source
        self._alive.append(tensor)

    def source(self, value: Any) -> Any:
        """What a value is to the trace: where a tensor comes from, or the number."""
        if not isinstance(value, Tensor):
            return _fixed(value)
        if id(value) not in self.sources:
            self._name(value, Constant(value))
        return self.sources[id(value)]

    def op_applied(self, op: Any, operands: Any, params: Any, outputs: Any, node: Any) -> None:
        """See :meth:`Observer.op_applied`."""
        self.further.op_applied(op, operands, params, outputs, node)
        if op.name in ("bool", "item", "tolist"):
            return  # what comes of it is seen in what follows
        if is_called_otherwise(op, operands, node):
            hide(node)
        given = tuple(self.source(value) for value in operands)
        self.steps.append((op.name, given, tuple((name, _fixed(value)) for name, value in params.items())))
        for at, output in enumerate(outputs):
            self._name(output, ("step", len(self.steps) - 1, at))


def _fixed(value: Any) -> Any:
    """What is compared of an argument that is no tensor."""
    if isinstance(value, list | tuple):
        return tuple(_fixed(each) for each in value)
    if isinstance(value, slice):
        return ("slice", _fixed(value.start), _fixed(value.stop), _fixed(value.step))
    if value is None or isinstance(value, bool | int | float | complex | str):
        return value
    if isinstance(value, Tensor):
        return Constant(value)
    return repr(type(value))


def agree(kept: Any, found: Any, *, sizes: bool) -> bool:
    """Whether a call does what the trace has kept; ``sizes``: so, too, in all whole numbers."""
    if isinstance(kept, Constant):
        return isinstance(found, Constant) and kept.is_like(found)
    if type(kept) is not type(found):
        return False
    if isinstance(kept, tuple):
        return len(kept) == len(found) and all(agree(a, b, sizes=sizes) for a, b in zip(kept, found, strict=True))
    if type(kept) is int and not sizes:
        return True
    return bool(kept == found or (kept != kept and found != found))
