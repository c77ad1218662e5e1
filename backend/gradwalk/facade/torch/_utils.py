"""``torch._utils``: many tensors as one vector, and back, as optimizers of others do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine import FUNCTIONS, Tensor

from ._missing import missing

__all__ = ["_flatten_dense_tensors", "_unflatten_dense_tensors"]


def _flatten_dense_tensors(tensors: Sequence[Tensor]) -> Tensor:
    flat = [tensor.contiguous().view(-1) for tensor in tensors]
    vector: Tensor = flat[0] if len(flat) == 1 else FUNCTIONS["cat"](flat)
    return vector


def _unflatten_dense_tensors(flat: Tensor, tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    found, start = [], 0
    for tensor in tensors:
        if not tensor.numel():
            found.append(FUNCTIONS["empty"](tensor.shape, dtype=flat.dtype))
            continue
        found.append(flat.narrow(0, start, tensor.numel()).view(tensor.shape))
        start += tensor.numel()
    return tuple(found)


def __getattr__(name: str) -> Any:
    raise missing("torch._utils", name)
