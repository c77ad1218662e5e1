"""In-place forms of comparisons, logic, squares and running sums, and other names of in-place arithmetic."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..apply import apply_in_place
from ..op import OPS
from ..tensor import Tensor
from .pointwise import mul_, operand
from .registry import must_be_tensor, public

public(function=False, name="multiply_")(mul_)


def _comparison(name: str, long_name: str | None) -> None:
    def in_place(self: Tensor, other: Any) -> Tensor:
        if isinstance(other, Tensor):
            return apply_in_place(OPS[f"{name}_.Tensor"], self, other)
        return apply_in_place(OPS[f"{name}_.Scalar"], self, other=operand(name, other))

    for published in (name, long_name):
        if published:
            public(function=False, name=f"{published}_")(in_place)


for _name, _long in {
    "eq": None, "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
}.items():  # fmt: skip
    _comparison(_name, _long)


def _logical(name: str) -> None:
    def in_place(self: Tensor, other: Any) -> Tensor:
        return apply_in_place(OPS[name], self, must_be_tensor(f"{name}_", "other", 1, other))

    public(function=False, name=f"{name}_")(in_place)


for _name in ("logical_and", "logical_or", "logical_xor"):
    _logical(_name)


@public(function=False)
def logical_not_(self: Tensor) -> Tensor:
    """1 where there was 0, in place."""
    return apply_in_place(OPS["logical_not"], self)


@public()
def square_(input: Tensor) -> Tensor:
    """``input ** 2``, in place."""
    return apply_in_place(OPS["pow.Tensor_Scalar"], input, exponent=2)


_CPP_NAMES = {
    "float16": "c10::Half", "float32": "float", "float64": "double", "int64": "long int", "int32": "int",
    "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "bool": "bool",
}  # fmt: skip


def _running(name: str) -> None:
    def in_place(self: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
        if dtype is not None and dtype is not self.dtype:
            raise RuntimeError(
                f"Bad in-place call: input tensor dtype {_CPP_NAMES[self.dtype.name]} and output tensor dtype "
                f"{_CPP_NAMES[dtype.name]} should match"
            )
        return apply_in_place(OPS[name], self, dim=dim, dtype=self.dtype)

    public(function=False, name=f"{name}_")(in_place)


for _name in ("cumsum", "cumprod"):
    _running(_name)
