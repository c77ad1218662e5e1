"""``torch._utils``: many tensors as one vector, and back, as optimizers of others do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine import FUNCTIONS, Tensor

from ._missing import missing
from ._pickled import _rebuild_from_type_v2, _rebuild_parameter, _rebuild_parameter_with_state, _rebuild_tensor_v2

__all__ = [
    "_flatten_dense_tensors", "_rebuild_from_type_v2", "_rebuild_parameter", "_rebuild_parameter_with_state",
    "_rebuild_tensor_v2", "_unflatten_dense_tensors",
]  # fmt: skip


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
