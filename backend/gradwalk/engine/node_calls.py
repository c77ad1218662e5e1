"""A node called by hand: the gradients of its operands, from those of its results, and nothing else happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .graph import AccumulateGrad, Node
from .tensor import Tensor


def called(node: Node, gradients: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """A tensor, or a tuple of tensors and None where there are several operands. Raises TypeError for other arguments
    than a tensor or None for each result."""
    if named:
        raise TypeError("keyword arguments are not supported")
    if len(gradients) != len(node.outputs):
        raise TypeError(f"expected {len(node.outputs)} arguments, got {len(gradients)} instead")
    for place, gradient in enumerate(gradients):
        if gradient is not None and not isinstance(gradient, Tensor):
            raise TypeError(f"argument {place} is not a Variable")
    if isinstance(node, AccumulateGrad):
        raise NotImplementedError("Gradwalk's AccumulateGrad is not called by hand; add to the leaf's .grad.")
    found = node.vjp(list(gradients), True)
    return found[0] if len(found) == 1 else tuple(found)
