"""Operators on bits, and tests of single elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..apply import apply_in_place
from ..dtypes import FLOATS
from ..op import OPS, Op
from ..tensor import Tensor
from .pointwise import NUMBERS, operand
from .reduction import refuse_negative
from .registry import METHODS, must_be_tensor, public, unary

unary("bitwise_not", OPS["bitwise_not"])
for _name in ("signbit", "isposinf", "isneginf", "isreal"):
    unary(_name, OPS[_name], in_place=False)


def _inverted(self: Tensor) -> Tensor:
    if self._array.dtype.kind in FLOATS:
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return OPS["bitwise_not"](self)


METHODS["__invert__"] = _inverted


def _publish(name: str, op: Op, operator: str) -> None:
    def function(input: Any, other: Any) -> Tensor:
        if not isinstance(other, Tensor):
            must_be_tensor(name, "input", 1, input)
        return op(operand(name, input), operand(name, other))

    def in_place(self: Tensor, other: Any) -> Tensor:
        return apply_in_place(op, self, operand(name, other))

    def checked(f: Callable[[Any, Any], Any], swapped: bool = False) -> Callable[[Any, Any], Any]:
        def method(self: Tensor, other: Any) -> Any:
            if not isinstance(other, Tensor) and not isinstance(other, NUMBERS):
                return NotImplemented
            return f(other, self) if swapped else f(self, other)

        return method

    public(name=name)(function)
    public(function=False, name=name + "_")(in_place)
    METHODS[f"__{operator}__"] = checked(function)
    METHODS[f"__r{operator}__"] = checked(function, swapped=True)
    METHODS[f"__i{operator}__"] = checked(in_place)


for _name, _operator in {
    "bitwise_and": "and", "bitwise_or": "or", "bitwise_xor": "xor", "bitwise_left_shift": "lshift",
    "bitwise_right_shift": "rshift",
}.items():  # fmt: skip
    _publish(_name, OPS[_name], _operator)


@public()
def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether ``|input - other| <= atol + rtol * |other|``, element by element."""
    x, y = must_be_tensor("isclose", "input", 1, input), must_be_tensor("isclose", "other", 2, other)
    if x.dtype is not y.dtype:
        names = [t.dtype.legacy_name.removesuffix("Tensor") for t in (x, y)]
        raise RuntimeError(f"{names[0]} did not match {names[1]}")
    refuse_negative(rtol, atol)
    return OPS["isclose"](x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
