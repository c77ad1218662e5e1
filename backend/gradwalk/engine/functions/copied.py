"""What undoes a rearranging copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import NAMESPACE, OPS
from ..tensor import Tensor
from .registry import function
from .shapes import reshape


@function
def rolled_back(grad: Any, shifts: Sequence[int], dims: Sequence[int]) -> Any:
    """The cotangent of what was rolled: rolled the other way."""
    return NAMESPACE["roll"](grad, tuple(-n for n in shifts), dims)


@function
def repeat_backward(grad: Any, repeats: Sequence[int], sizes: Sequence[int]) -> Any:
    """The cotangent of what was repeated: the sum over its copies."""
    leading = len(repeats) - len(sizes)
    for _ in range(leading):
        grad = _summed(grad, (0,))
    split: list[int] = []
    over: list[int] = []
    for n, times in zip(sizes, repeats[leading:], strict=True):
        if times != 1:
            over.append(len(split))
            split.append(times)
        split.append(n)
    return _summed(reshape(grad, tuple(split)), tuple(over)) if over else grad


def _summed(x: Any, dims: tuple[int, ...]) -> Any:
    if isinstance(x, Tensor):
        return OPS["sum.dim"](x, dim=dims, keepdim=False)
    return np.add.reduce(x, axis=dims)
