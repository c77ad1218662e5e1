"""What a node that is called by hand takes: a gradient for each of its results, or None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .tensor import Tensor


def refuse_other_than_gradients(given: Sequence[Any], named: Mapping[str, Any], results: int) -> None:
    """Raises TypeError for other arguments than a tensor or None for each of so many results."""
    if named:
        raise TypeError("keyword arguments are not supported")
    if len(given) != results:
        raise TypeError(f"expected {results} arguments, got {len(given)} instead")
    for place, gradient in enumerate(given):
        if gradient is not None and not isinstance(gradient, Tensor):
            raise TypeError(f"argument {place} is not a Variable")
