"""Gradients are brought to the shape and dtype that where they go expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtypes
from .errors import bracketed
from .functions.sums import sum_to_size
from .graph import NOT_GIVEN, Edge, Expected, Node
from .layouts import preserved
from .op import NAMESPACE, OPS
from .tensor import Tensor


def fit(gradient: Any, expected: Expected, node: Node, index: int) -> Any:
    """Bring a cotangent to the shape and dtype its receiver expects: summed over broadcast axes, cast.

    Raises RuntimeError if its shape cannot come from broadcasting.
    """
    size, dtype = expected
    if gradient.shape != size:
        _refuse_other_shape(gradient, size, node, index)
        if node.casts:  # by itself, before its gradient is summed
            gradient = _cast(gradient, dtype)
        gradient = sum_to_size(gradient, size)
    return _cast(gradient, dtype)


def _refuse_other_shape(gradient: Any, size: tuple[int, ...], whose: Node | None, index: int) -> None:
    """Raises RuntimeError if a gradient cannot come from a tensor of this size by broadcasting."""
    lead = len(gradient.shape) - len(size)
    if lead < 0 or any(n not in (1, m) for n, m in zip(size, gradient.shape[lead:], strict=True)):
        made = "" if whose is None else f"Function {whose.name()} returned an "
        raise RuntimeError(
            f"{made}invalid gradient at index {index} - got {bracketed(gradient.shape)} but expected shape compatible "
            f"with {bracketed(size)}"
        )


def fit_to_roots(roots: Sequence[Edge], gradients: Sequence[Any]) -> Sequence[Any]:
    """The gradients that a pass begins with, in the shapes that the roots had when their nodes were made: a root may
    have been turned since (``t_()``). Raises RuntimeError for one that does not come from its shape by broadcasting."""
    fitted = list(gradients)
    for index, ((node, nr), gradient) in enumerate(zip(roots, gradients, strict=False)):
        if gradient is None or node is None or nr >= len(node.outputs) or node.outputs[nr] is NOT_GIVEN:
            continue
        size, _ = node.outputs[nr]
        if gradient.shape != size:
            _refuse_other_shape(gradient, size, None, index)
            fitted[index] = sum_to_size(gradient, size)
    return fitted


def _cast(gradient: Any, dtype: np.dtype[Any]) -> Any:
    have = (gradient._array if isinstance(gradient, Tensor) else gradient).dtype
    if have == dtype:
        return gradient
    if have.kind == "c" and dtype.kind == "f":
        return _cast(NAMESPACE["real_part"](gradient), dtype)  # what changes a real number the most is real
    if isinstance(gradient, Tensor):
        return OPS["to_copy"](gradient, dtype=dtypes._BY_NUMPY[dtype])
    return preserved(gradient, dtype)
