"""``torch.autograd.variable``: what tensors that require grad were called until 2018."""

from __future__ import annotations

from operator import index
from typing import Any

from gradwalk.engine.errors import NOT_A_FLOAT_LEAF
from gradwalk.engine.surface.argument_parser import type_name
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn


class _VariableMeta(type):
    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(other, Tensor)

    @property
    def _execution_engine(cls) -> Any:
        raise AttributeError("Gradwalk has no Variable._execution_engine: torch.autograd.backward runs passes.")


class Variable(metaclass=_VariableMeta):
    """``Variable(tensor)`` gives a tensor; every tensor is an instance."""

    __module__ = "torch.autograd.variable"

    def __new__(cls, data: Any = None, requires_grad: Any = False, volatile: Any = False, **unknown: Any) -> Any:
        for name in unknown:
            raise TypeError(f"'{name}' is an invalid keyword argument for this function")
        requires_grad, volatile = index(requires_grad), index(volatile)
        if volatile:
            warn("volatile was removed and now has no effect. Use `with torch.no_grad():` instead.")
        if data is None:
            data = FUNCTIONS["empty"](0)
        elif not isinstance(data, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type_name(data)}")
        if requires_grad and not data.is_floating_point():
            raise RuntimeError(NOT_A_FLOAT_LEAF)
        result = data.detach()
        return result.requires_grad_() if requires_grad else result
