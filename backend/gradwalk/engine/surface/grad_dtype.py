"""``grad_dtype``: which dtype a leaf's gradient has, where it is not the leaf's own."""

from __future__ import annotations

from typing import Any

from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..ops._words import C_NAMES
from ..tensor import Tensor
from .argument_parser import type_name
from .registry import METHODS


def _get(self: Tensor) -> Dtype | None:
    if not self.is_leaf:
        raise RuntimeError("grad_dtype can only be accessed on leaf tensors.")
    found: Dtype | None = self.__dict__.get("_grad_dtype", self.dtype)
    return found


def _set(self: Tensor, value: Any) -> None:
    if not self.is_leaf:
        raise RuntimeError("grad_dtype can only be set on leaf tensors.")
    if value is not None and not isinstance(value, Dtype):
        raise RuntimeError(f"grad_dtype must be a torch.dtype or None, but got {type_name(value)}")
    if self._grad is not None and value is not None and self._grad.dtype is not value:
        raise RuntimeError(
            f"Cannot set grad_dtype to '{value.legacy_name.removesuffix('Tensor')}' because there is already a "
            f"gradient with dtype '{C_NAMES[self._grad.dtype.name]}'. Please clear the gradient (.grad = None) before "
            "changing grad_dtype, or ensure the new grad_dtype matches the existing gradient's dtype."
        )
    self.__dict__["_grad_dtype"] = value
    if self._accumulator is not None and (accumulator := self._accumulator()) is not None:
        accumulator.expect()


METHODS["grad_dtype"] = property(_get, _set)  # type: ignore[assignment]
