"""Elementary functions, remainders, bounds and interpolation, with PyTorch's overloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..apply import apply_in_place
from ..op import OPS, Op
from ..tensor import Tensor
from .casts import cast
from .pointwise import first_operand, operand
from .pointwise import pow as power
from .registry import METHODS, must_be_tensor, public, unary

for _name in (
    "exp2", "expm1", "log1p", "log2", "log10", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh",
    "erf", "erfc", "erfinv", "lgamma", "digamma", "i0", "floor", "ceil", "trunc", "frac", "sinc", "deg2rad", "rad2deg",
    "sgn",
):  # fmt: skip
    unary(_name, OPS[_name], in_place_op=OPS.get(_name + "_"))
for _name, _meaning in {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "fix": "trunc",
}.items():  # fmt: skip
    unary(_name, OPS[_meaning], in_place_op=OPS.get(_meaning + "_"))


def _of_two(name: str, op: Op, in_place: bool = True, second: str = "other") -> None:
    """Publish an op of two tensors."""

    def function(input: Tensor, other: Tensor) -> Tensor:
        return op(must_be_tensor(name, "input", 1, input), must_be_tensor(name, second, 2, other))

    def method(self: Tensor, other: Tensor) -> Tensor:
        return apply_in_place(op, self, must_be_tensor(name + "_", second, 1, other))

    public(name=name)(function)
    if in_place:
        public(function=False, name=name + "_")(method)


for _name in ("atan2", "hypot"):
    _of_two(_name, OPS[_name])
for _name in ("logaddexp", "logaddexp2", "maximum", "minimum", "fmax", "fmin"):
    _of_two(_name, OPS[_name], in_place=False)
_of_two("arctan2", OPS["atan2"])


def _one_dtype(input: Tensor, values: Tensor) -> None:
    if input.dtype is not values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")


@public()
def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 for negative numbers, 1 for positive ones, ``values`` for 0."""
    x, y = must_be_tensor("heaviside", "input", 1, input), must_be_tensor("heaviside", "values", 2, values)
    _one_dtype(x, y)
    return OPS["heaviside"](x, y)


@public(function=False)
def heaviside_(self: Tensor, values: Tensor) -> Tensor:
    """:func:`heaviside`, in place."""
    _one_dtype(self, must_be_tensor("heaviside_", "values", 1, values))
    return apply_in_place(OPS["heaviside"], self, values)


def _of_tensor_and_number(name: str, of_tensors: Op, of_number: Op) -> None:
    """Publish an op whose second operand may be a number."""

    def function(input: Tensor, other: Any) -> Tensor:
        op = of_tensors if isinstance(other, Tensor) else of_number
        x = first_operand(name, input) if name == "floor_divide" else must_be_tensor(name, "input", 1, input)
        return op(x, operand(name, other))

    public(name=name)(function)
    _in_place_of_tensor_and_number(name, OPS.get(name + "_", of_tensors), OPS.get(name + "_", of_number))


def _in_place_of_tensor_and_number(name: str, of_tensors: Op, of_number: Op) -> None:
    def method(self: Tensor, other: Any) -> Tensor:
        return apply_in_place(of_tensors if isinstance(other, Tensor) else of_number, self, operand(name, other))

    public(function=False, name=name + "_")(method)


_of_tensor_and_number("fmod", OPS["fmod"], OPS["fmod.Scalar"])
_of_tensor_and_number("copysign", OPS["copysign"], OPS["copysign.Scalar"])
_of_tensor_and_number("floor_divide", OPS["floor_divide"], OPS["floor_divide"])
_in_place_of_tensor_and_number("remainder", OPS["remainder"], OPS["remainder.Scalar"])


@public()
def remainder(input: Any, other: Any) -> Tensor:
    """What is left of a division, with the divisor's sign; either may be a number."""
    if isinstance(other, Tensor):
        return OPS["remainder" if isinstance(input, Tensor) else "remainder.Scalar_Tensor"](input, other)
    return OPS["remainder.Scalar"](must_be_tensor("remainder", "input", 1, input), operand("remainder", other))


@public()
def xlogy(input: Any, other: Any) -> Tensor:
    """``input * log(other)``, 0 where ``input`` is 0; either may be a number."""
    return with_numbers("xlogy", input, other)


def with_numbers(name: str, input: Any, other: Any) -> Tensor:
    """An op of two tensors of which one may be a number; PyTorch's nodes differ."""
    if isinstance(other, Tensor):
        return OPS[name](input, other) if isinstance(input, Tensor) else OPS[f"{name}.Scalar_Self"](other, self=input)
    x = must_be_tensor(name, "input", 1, input)
    return OPS[f"{name}.Scalar_Other"](x, other=operand(name, other))


@public()
def xlogy_(input: Tensor, other: Any) -> Tensor:
    """:func:`xlogy`, in place."""
    if isinstance(other, Tensor):
        return apply_in_place(OPS["xlogy"], input, other)
    return apply_in_place(OPS["xlogy.Scalar_Other"], input, other=operand("xlogy", other))


@public()
def round(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """To the nearest integer, or number of decimals; halves to the even one."""
    x = must_be_tensor("round", "input", 1, input)
    return OPS["round"](x) if decimals is None else OPS["round.decimals"](x, decimals=decimals)


@public()
def round_(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """:func:`round`, in place."""
    if decimals is None:
        return apply_in_place(OPS["round"], input)
    return apply_in_place(OPS["round.decimals"], input, decimals=decimals)


@public()
def nan_to_num(
    input: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Numbers in place of NaN and of infinities."""
    return OPS["nan_to_num"](input, nan=nan, posinf=posinf, neginf=neginf)


@public()
def nan_to_num_(
    input: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """:func:`nan_to_num`, in place."""
    return apply_in_place(OPS["nan_to_num"], input, nan=nan, posinf=posinf, neginf=neginf)


@public()
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """``log(input / (1 - input))``."""
    return OPS["logit"](must_be_tensor("logit", "input", 1, input), eps=eps)


@public()
def logit_(input: Tensor, eps: float | None = None) -> Tensor:
    """:func:`logit`, in place."""
    return apply_in_place(OPS["logit"], input, eps=eps)


@public()
def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """``input + weight * (end - input)``."""
    x, y = must_be_tensor("lerp", "input", 1, input), must_be_tensor("lerp", "end", 2, end)
    return OPS["lerp.Tensor"](x, y, weight) if isinstance(weight, Tensor) else OPS["lerp.Scalar"](x, y, weight=weight)


@public(function=False)
def lerp_(self: Tensor, end: Tensor, weight: Any) -> Tensor:
    """:func:`lerp`, in place."""
    if isinstance(weight, Tensor):
        return apply_in_place(OPS["lerp.Tensor"], self, end, weight)
    return apply_in_place(OPS["lerp.Scalar"], self, end, weight=weight)


@public()
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """``input + value * tensor1 * tensor2``."""
    return OPS["addcmul"](input, tensor1, tensor2, value=value)


@public()
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """``input + value * tensor1 / tensor2``."""
    _refuse_whole_quotients(tensor1, tensor2)
    return OPS["addcdiv"](input, tensor1, tensor2, value=value)


@public(function=False)
def addcmul_(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """:func:`addcmul`, in place."""
    return apply_in_place(OPS["addcmul"], self, tensor1, tensor2, value=value)


def _refuse_whole_quotients(one: Tensor, other: Tensor) -> None:
    """Raises RuntimeError where both are whole numbers."""
    if one._array.dtype.kind in "biu" and other._array.dtype.kind in "biu":
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
            "true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value "
            "* torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / "
            "tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value "
            "* tensor1 / tensor2), for all dtypes."
        )


@public(function=False)
def addcdiv_(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """:func:`addcdiv`, in place."""
    _refuse_whole_quotients(tensor1, tensor2)
    return apply_in_place(OPS["addcdiv"], self, tensor1, tensor2, value=value)


@public(method=False)
def polygamma(n: int, input: Any) -> Tensor:
    """The n-th derivative of digamma."""
    return OPS["polygamma"](must_be_tensor("polygamma", "input", 2, input), n=n)


@public(function=False, name="polygamma")
def _polygamma_method(self: Tensor, n: int) -> Tensor:
    return polygamma(n, self)


@public(function=False)
def polygamma_(self: Tensor, n: int) -> Tensor:
    """:func:`polygamma`, in place."""
    return apply_in_place(OPS["polygamma_"], self, n=n)


@public(function=False)
def float_power_(self: Tensor, exponent: Any) -> Tensor:
    """:func:`float_power`, in place. Raises RuntimeError for all but doubles."""
    if self.dtype is not dtypes.float64:
        kind = self.dtype.legacy_name.removesuffix("Tensor")
        raise RuntimeError(
            f"the base given to float_power_ has dtype {kind} but the operation's result requires dtype Double"
        )
    if isinstance(exponent, Tensor):
        return apply_in_place(OPS["pow.Tensor_Tensor"], self, cast(exponent, dtypes.float64))
    return apply_in_place(OPS["pow.Tensor_Scalar"], self, exponent=exponent)


@public()
def float_power(input: Any, exponent: Any) -> Tensor:
    """:func:`pow` in double precision."""
    is_complex = any(t.dtype.is_complex if isinstance(t, Tensor) else isinstance(t, complex) for t in (input, exponent))
    kind, number = (dtypes.complex128, complex) if is_complex else (dtypes.float64, float)
    x, y = (cast(t, kind) if isinstance(t, Tensor) else number(t) for t in (input, exponent))
    return power(x, y)


@public()
def positive(input: Tensor) -> Tensor:
    """``input`` itself. Raises RuntimeError for booleans."""
    if must_be_tensor("positive", "input", 1, input)._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def _operators() -> None:
    def or_not(operator: Callable[[Tensor, Any], Any]) -> Callable[[Tensor, Any], Any]:
        """The operator, which leaves operands that it cannot take to the other side."""

        def tried(self: Tensor, other: Any) -> Any:
            if not isinstance(other, Tensor | bool | int | float | complex | np.generic):
                return NotImplemented
            return operator(self, other)

        return tried

    def floor_division(self: Tensor, other: Any) -> Any:
        return OPS["floor_divide"](self, operand("floor_divide", other))

    def reflected_floor_division(self: Tensor, other: Any) -> Any:
        return OPS["floor_divide"](operand("floor_divide", other), self)

    METHODS["__pos__"] = positive
    METHODS["__floordiv__"] = or_not(floor_division)
    METHODS["__rfloordiv__"] = or_not(reflected_floor_division)
    METHODS["__ifloordiv__"] = or_not(lambda self, other: METHODS["floor_divide_"](self, other))
    METHODS["__mod__"] = or_not(remainder)
    METHODS["__rmod__"] = or_not(lambda self, other: remainder(other, self))
    METHODS["__imod__"] = or_not(lambda self, other: METHODS["remainder_"](self, other))


_operators()
