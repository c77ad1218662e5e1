"""Elementary functions, remainders, bounds and interpolation, with PyTorch's overloads."""

from __future__ import annotations

from typing import Any

from ..apply import apply_in_place
from ..op import OPS, Op
from ..tensor import Tensor
from .graph import cast
from .pointwise import div as divide
from .pointwise import div_ as divide_
from .pointwise import operand
from .pointwise import pow as power
from .registry import METHODS, must_be_tensor, public, unary

for _name in (
    "exp2", "expm1", "log1p", "log2", "log10", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh",
    "erf", "erfc", "erfinv", "lgamma", "digamma", "i0", "floor", "ceil", "trunc", "frac", "sinc", "deg2rad", "rad2deg",
    "sgn",
):  # fmt: skip
    unary(_name, OPS[_name])
for _name, _meaning in {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "fix": "trunc",
}.items():  # fmt: skip
    unary(_name, OPS[_meaning])


def _of_two(name: str, op: Op, in_place: bool = True, second: str = "other") -> None:
    """Publish an op of two tensors."""

    def function(input: Tensor, other: Tensor) -> Tensor:
        return op(must_be_tensor(name, "input", 1, input), must_be_tensor(name, second, 2, other))

    def method(self: Tensor, other: Tensor) -> Tensor:
        return apply_in_place(op, self, must_be_tensor(name + "_", second, 1, other))

    public(name=name)(function)
    if in_place:
        public(function=False, name=name + "_")(method)


for _name in ("atan2", "hypot", "heaviside"):
    _of_two(_name, OPS[_name])
for _name in ("logaddexp", "logaddexp2", "maximum", "minimum", "fmax", "fmin"):
    _of_two(_name, OPS[_name], in_place=False)
_of_two("arctan2", OPS["atan2"])


def _of_tensor_and_number(name: str, of_tensors: Op, of_number: Op) -> None:
    """Publish an op whose second operand may be a number."""

    def function(input: Tensor, other: Any) -> Tensor:
        op = of_tensors if isinstance(other, Tensor) else of_number
        return op(must_be_tensor(name, "input", 1, input), operand(name, other))

    def method(self: Tensor, other: Any) -> Tensor:
        return apply_in_place(of_tensors if isinstance(other, Tensor) else of_number, self, operand(name, other))

    public(name=name)(function)
    public(function=False, name=name + "_")(method)


_of_tensor_and_number("fmod", OPS["fmod"], OPS["fmod.Scalar"])
_of_tensor_and_number("copysign", OPS["copysign"], OPS["copysign.Scalar"])
_of_tensor_and_number("floor_divide", OPS["floor_divide"], OPS["floor_divide"])
_of_tensor_and_number("_remainder", OPS["remainder"], OPS["remainder.Scalar"])
METHODS["remainder_"] = METHODS.pop("_remainder_")
METHODS.pop("_remainder")


@public()
def remainder(input: Any, other: Any) -> Tensor:
    """What is left of a division, with the divisor's sign; either may be a number."""
    if isinstance(other, Tensor):
        return OPS["remainder" if isinstance(input, Tensor) else "remainder.Scalar_Tensor"](input, other)
    return OPS["remainder.Scalar"](must_be_tensor("remainder", "input", 1, input), operand("remainder", other))


@public()
def xlogy(input: Any, other: Any) -> Tensor:
    """``input * log(other)``, 0 where ``input`` is 0; either may be a number."""
    if not isinstance(input, Tensor):
        must_be_tensor("xlogy", "other", 2, other)
    return OPS["xlogy"](input, operand("xlogy", other))


@public()
def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """``input / other``, in floating point; or rounded with ``"floor"`` or ``"trunc"``."""
    if rounding_mode is None:
        return divide(input, other)
    _check_rounding(rounding_mode)
    x = must_be_tensor("div", "input", 1, input)
    return OPS["div.Tensor_mode"](x, operand("div", other), rounding_mode=rounding_mode)


@public(function=False)
def div_(self: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """:func:`div`, in place."""
    if rounding_mode is None:
        return divide_(self, other)
    _check_rounding(rounding_mode)
    return apply_in_place(OPS["div.Tensor_mode"], self, operand("div_", other), rounding_mode=rounding_mode)


for _name in ("divide", "true_divide"):
    public(name=_name)(div)
    public(function=False, name=_name + "_")(div_)


def _check_rounding(mode: str) -> None:
    if mode not in ("floor", "trunc"):
        raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'")


@public()
def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """To the nearest integer, or number of decimals; halves to the even one."""
    x = must_be_tensor("round", "input", 1, input)
    return OPS["round.decimals"](x, decimals=decimals) if decimals else OPS["round"](x)


@public(function=False)
def round_(self: Tensor, *, decimals: int = 0) -> Tensor:
    """:func:`round`, in place."""
    return (
        apply_in_place(OPS["round.decimals"], self, decimals=decimals)
        if decimals
        else apply_in_place(OPS["round"], self)
    )


def _bounds(min: Any, max: Any) -> tuple[Op, tuple[Any, ...], dict[str, Any]]:
    """Which op clamps between these bounds, its other operands and its params."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        for name, position, bound in (("min", 1, min), ("max", 2, max)):
            if bound is not None and not isinstance(bound, Tensor):
                raise TypeError(
                    f"clamp(): argument '{name}' (position {position}) must be Tensor, not {type(bound).__name__}"
                )
        return OPS["clamp.Tensor"], (min, max), {}
    return OPS["clamp"], (), {"min": _number("min", min), "max": _number("max", max)}


def _number(name: str, bound: Any) -> Any:
    return None if bound is None else operand("clamp", bound)


@public()
def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """``input`` between two bounds: numbers, or tensors."""
    x = must_be_tensor("clamp", "input", 1, input)
    op, bounds, params = _bounds(min, max)
    return op(_widened(x, bounds), *bounds, **params)


def _widened(x: Tensor, bounds: tuple[Any, ...]) -> Tensor:
    from .. import promotion

    kind = promotion.common_dtype([x, *(bound for bound in bounds if bound is not None)])
    return cast(x, kind) if bounds and kind is not x.dtype else x


@public(function=False)
def clamp_(self: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """:func:`clamp`, in place."""
    op, bounds, params = _bounds(min, max)
    return apply_in_place(op, self, *bounds, **params)


public(name="clip")(clamp)
public(name="clip_", function=True)(clamp_)
public(name="clamp_", method=False)(clamp_)


@public()
def clamp_min(input: Tensor, min: Any) -> Tensor:
    """``input``, not below ``min``."""
    return OPS["maximum"](input, min) if isinstance(min, Tensor) else OPS["clamp_min"](input, min=min)


@public()
def clamp_max(input: Tensor, max: Any) -> Tensor:
    """``input``, not above ``max``."""
    return OPS["minimum"](input, max) if isinstance(max, Tensor) else OPS["clamp_max"](input, max=max)


@public(function=False)
def clamp_min_(self: Tensor, min: float) -> Tensor:
    """:func:`clamp_min`, in place."""
    return apply_in_place(OPS["clamp_min"], self, min=min)


@public(function=False)
def clamp_max_(self: Tensor, max: float) -> Tensor:
    """:func:`clamp_max`, in place."""
    return apply_in_place(OPS["clamp_max"], self, max=max)


@public()
def nan_to_num(
    input: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Numbers in place of NaN and of infinities."""
    return OPS["nan_to_num"](input, nan=nan, posinf=posinf, neginf=neginf)


@public(function=False)
def nan_to_num_(
    self: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """:func:`nan_to_num`, in place."""
    return apply_in_place(OPS["nan_to_num"], self, nan=nan, posinf=posinf, neginf=neginf)


@public()
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """``log(input / (1 - input))``."""
    return OPS["logit"](must_be_tensor("logit", "input", 1, input), eps=eps)


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
    return OPS["addcdiv"](input, tensor1, tensor2, value=value)


@public(function=False)
def addcmul_(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """:func:`addcmul`, in place."""
    return apply_in_place(OPS["addcmul"], self, tensor1, tensor2, value=value)


@public(function=False)
def addcdiv_(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """:func:`addcdiv`, in place."""
    return apply_in_place(OPS["addcdiv"], self, tensor1, tensor2, value=value)


@public()
def polygamma(n: Any, input: Any) -> Tensor:
    """The n-th derivative of digamma; as a method ``x.polygamma(n)``."""
    x, order = (n, input) if isinstance(n, Tensor) else (input, n)
    return OPS["polygamma"](must_be_tensor("polygamma", "input", 2, x), n=order)


@public()
def float_power(input: Any, exponent: Any) -> Tensor:
    """:func:`pow` in double precision."""
    from .. import dtypes

    x, y = (cast(t, dtypes.float64) if isinstance(t, Tensor) else float(t) for t in (input, exponent))
    return power(x, y)


@public()
def positive(input: Tensor) -> Tensor:
    """``input`` itself. Raises RuntimeError for booleans."""
    if must_be_tensor("positive", "input", 1, input)._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def _operators() -> None:
    def floor_division(self: Tensor, other: Any) -> Any:
        return OPS["floor_divide"](self, operand("floor_divide", other))

    def reflected_floor_division(self: Tensor, other: Any) -> Any:
        return OPS["floor_divide"](operand("floor_divide", other), self)

    METHODS["__floordiv__"] = floor_division
    METHODS["__rfloordiv__"] = reflected_floor_division
    METHODS["__ifloordiv__"] = lambda self, other: METHODS["floor_divide_"](self, other)
    METHODS["__mod__"] = remainder
    METHODS["__rmod__"] = lambda self, other: remainder(other, self)
    METHODS["__imod__"] = lambda self, other: METHODS["remainder_"](self, other)


_operators()
