"""``torch.autograd.variable``: what tensors that require grad were called until 2018."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn


class _VariableMeta(type):
    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(other, Tensor)


class Variable(metaclass=_VariableMeta):
    """``Variable(tensor)`` gives a tensor; every tensor is an instance."""

    __module__ = "torch.autograd.variable"

    def __new__(cls, data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Any:
        if volatile:
            warn("volatile was removed and now has no effect. Use `with torch.no_grad():` instead.")
        result = data.detach()
        return result.requires_grad_() if requires_grad else result
