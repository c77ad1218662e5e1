"""Comparisons of tensors and numbers, what is asked of each number, and logic: functions, methods and operators."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..dtypes import FLOATS
from ..op import Op
from ..saved import HOOKS
from ..tensor import Tensor
from .pointwise import direct, operand, operator
from .registry import METHODS, must_be_tensor, public, unary

for _name in ("logical_not", "isnan", "isinf"):
    unary(_name, getattr(ops.comparison, _name), in_place=False)


@public()
def isfinite(input: Any) -> Tensor:
    """Where a number is neither infinite nor NaN."""
    x = must_be_tensor("isfinite", "input", 1, input)
    if HOOKS and x._array.dtype.kind in FLOATS:
        ops.pointwise.abs(x)  # PyTorch compares the absolute values, and they see what that saves
    return ops.comparison.isfinite(x)


def _publish_comparison(name: str, op: Op, long_name: str | None = None) -> None:
    def compare(input: Any, other: Any) -> Tensor:
        return op(must_be_tensor(name, "input", 1, input), operand(name, other))

    compare.__name__ = name
    public(name=name)(compare)
    if long_name:
        public(name=long_name)(compare)


for _name, _long in {
    "eq": None, "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
}.items():  # fmt: skip
    _publish_comparison(_name, getattr(ops.comparison, _name), _long)


def _publish_logic(name: str, op: Op) -> None:
    def function(input: Any, other: Any) -> Tensor:
        return op(must_be_tensor(name, "input", 1, input), must_be_tensor(name, "other", 2, other))

    function.__name__ = name
    public(name=name)(function)


for _name in ("logical_and", "logical_or", "logical_xor"):
    _publish_logic(_name, getattr(ops.comparison, _name))

_OPERATORS = {
    "__eq__": ops.comparison.eq, "__ne__": ops.comparison.ne, "__lt__": ops.comparison.lt,
    "__le__": ops.comparison.le, "__gt__": ops.comparison.gt, "__ge__": ops.comparison.ge,
}  # fmt: skip
for _name, _op in _OPERATORS.items():
    METHODS[_name] = direct(_name, _op, operator(_op, arrays=_name == "__eq__"))
