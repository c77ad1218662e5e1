"""Arithmetic and elementwise functions, with PyTorch's overloads: tensors and Python numbers on either side."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .. import dtypes, ops
from ..apply import apply_in_place, refuse_leaves
from ..compiled import application
from ..errors import WITHOUT_BOOL, type_name
from ..modes import COMPLEX_NUMBERS, switch
from ..op import OPS, Op
from ..ops._arrays import SUB_BOOL
from ..promotion import common_dtype, held
from ..published import AsWrite
from ..tensor import Tensor, wrap
from .registry import METHODS, must_be_tensor, public, unary

NUMBERS = (bool, int, float, complex, np.number, np.bool_)


def operand(function: str, value: object) -> Any:
    """A second operand: a tensor or a Python number. Raises TypeError in PyTorch's words."""
    if isinstance(value, Tensor | bool | int | float):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, complex):
        switch(COMPLEX_NUMBERS, True)
    if isinstance(value, bool | int | float | complex):
        return value
    raise TypeError(f"{function}(): argument 'other' (position 2) must be Tensor, not {type_name(value)}")


def first_operand(function: str, value: object) -> Any:
    """A first operand of the functions that take a number there too. Raises TypeError in PyTorch's words."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, complex):
        switch(COMPLEX_NUMBERS, True)
    return value if isinstance(value, NUMBERS) else must_be_tensor(function, "input", 1, value)


@public()
def add(input: Any, other: Any, *, alpha: float = 1) -> Tensor:
    """``input + alpha * other``."""
    x, y = first_operand("add", input), operand("add", other)
    return ops.pointwise.add(x, y, alpha=alpha if alpha is _ONE else _weight(alpha, x, y))


@public()
def sub(input: Any, other: Any, *, alpha: float = 1) -> Tensor:
    """``input - alpha * other``."""
    x, y = first_operand("sub", input), operand("sub", other)
    _refuse_logic(x, y)
    return ops.pointwise.sub(x, y, alpha=alpha if alpha is _ONE else _weight(alpha, x, y))


_ONE = 1


def _weight(alpha: Any, *operands: Any) -> Any:
    """``alpha`` in the dtype that operands are computed in. Raises RuntimeError for one of a higher kind."""
    kind = common_dtype(operands)
    if type(alpha) is bool and kind.category != dtypes.BOOL:
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, float) and kind.category < dtypes.FLOATING:
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    if isinstance(alpha, complex) and not kind.is_complex:
        raise RuntimeError("For non-complex input tensors, argument alpha must not be a complex number.")
    return held(alpha, kind.numpy)


def _refuse_logic(x: Any, y: Any) -> None:
    """Raises RuntimeError if one of two operands is boolean: PyTorch subtracts none."""
    first = x._array.dtype.kind == "b" if isinstance(x, Tensor) else type(x) is bool
    second = y._array.dtype.kind == "b" if isinstance(y, Tensor) else type(y) is bool
    if first and second:
        raise RuntimeError(SUB_BOOL)
    if first or second:
        raise RuntimeError(WITHOUT_BOOL)


@public()
def mul(input: Any, other: Any) -> Tensor:
    """``input * other``."""
    return ops.pointwise.mul(first_operand("mul", input), operand("mul", other))


@public()
def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """``input / other``, in floating point; or rounded with ``"floor"`` or ``"trunc"``."""
    if rounding_mode is None:
        return ops.pointwise.div(first_operand("div", input), operand("div", other))
    _check_rounding(rounding_mode)
    x = first_operand("div", input)
    return OPS["div.Tensor_mode"](x, operand("div", other), rounding_mode=rounding_mode)


def _check_rounding(mode: str) -> None:
    if mode not in ("floor", "trunc"):
        raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'")


@public()
def pow(input: Any, exponent: Any) -> Tensor:
    """``input ** exponent``; either may be a Python number."""
    if not isinstance(input, Tensor):
        first_operand("pow", input)
        return ops.pointwise.pow_base(must_be_tensor("pow", "exponent", 2, exponent), self=input)
    if isinstance(exponent, Tensor):
        return ops.pointwise.pow_tensor(input, exponent)
    power = operand("pow", exponent)
    return (ops.pointwise.pow_scalar if power else ops.pointwise.pow_zero)(input, exponent=power)


@public()
def square(input: Any) -> Tensor:
    """``input ** 2``."""
    return pow(must_be_tensor("square", "input", 1, input), 2)


@public(method=False)
def rsub(input: Any, other: Any, alpha: float = 1) -> Tensor:
    """``other - alpha * input``."""
    must_be_tensor("rsub", "input", 1, input)
    _refuse_logic(input, other)
    first_operand("rsub", other)
    alpha = alpha if alpha is _ONE else _weight(alpha, input, other)
    if isinstance(other, Tensor):
        return ops.pointwise.rsub_tensor(input, other, alpha=alpha)
    return ops.pointwise.rsub(input, other=other, alpha=alpha)


for _name, _target in {"multiply": mul, "divide": div, "true_divide": div}.items():
    public(name=_name)(_target)


@public()
def subtract(input: Any, other: Any, weight: Any = None, /, *, alpha: float = 1) -> Tensor:
    """:func:`sub`, by another name; a number may have its weight by place, and is taken as a number then."""
    if weight is None:
        return sub(input, other, alpha=alpha)
    x, y = must_be_tensor("subtract", "input", 1, input), operand("subtract", other)
    _refuse_logic(x, y)
    return ops.pointwise.subtract_number(x, y, alpha=_weight(weight, x, y))

for _name in (
    "exp", "log", "sqrt", "rsqrt", "sin", "cos", "tan", "tanh", "sigmoid", "abs", "absolute", "sign", "relu", "neg",
    "reciprocal",
):  # fmt: skip
    unary(_name, getattr(ops.pointwise, _name))
unary("negative", ops.pointwise.neg)


# -- in place ---------------------------------------------------------------------------------------------------------


@public(function=False, straight=AsWrite("add"))
def add_(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """:func:`add`, in place."""
    y = operand("add_", other)
    return apply_in_place(ops.pointwise.add, self, y, alpha=alpha if alpha is _ONE else _weight(alpha, self, y))


@public(function=False, straight=AsWrite("sub"))
def sub_(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """:func:`sub`, in place."""
    refuse_leaves(self)
    _refuse_logic(self, other)
    y = operand("sub_", other)
    return apply_in_place(ops.pointwise.sub, self, y, alpha=alpha if alpha is _ONE else _weight(alpha, self, y))


@public(function=False)
def subtract_(self: Tensor, other: Any, weight: Any = None, /, *, alpha: float = 1) -> Tensor:
    """:func:`subtract`, in place."""
    if weight is None:
        return sub_(self, other, alpha=alpha)
    refuse_leaves(self)
    _refuse_logic(self, other)
    y = operand("subtract_", other)
    return apply_in_place(ops.pointwise.subtract_number, self, y, alpha=_weight(weight, self, y))


@public(function=False, straight=AsWrite("mul"))
def mul_(self: Tensor, other: Any) -> Tensor:
    """:func:`mul`, in place."""
    return apply_in_place(ops.pointwise.mul, self, operand("mul_", other))


@public(function=False, straight=AsWrite("div"))
def div_(self: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """:func:`div`, in place."""
    if rounding_mode is None:
        return apply_in_place(ops.pointwise.div, self, operand("div_", other))
    _check_rounding(rounding_mode)
    return apply_in_place(OPS["div.Tensor_mode"], self, operand("div_", other), rounding_mode=rounding_mode)


for _name in ("divide_", "true_divide_"):
    public(function=False, name=_name)(div_)


@public(function=False)
def pow_(self: Tensor, exponent: Any) -> Tensor:
    """:func:`pow`, in place."""
    if isinstance(exponent, Tensor):
        return apply_in_place(ops.pointwise.pow_tensor, self, exponent)
    return apply_in_place(ops.pointwise.pow_scalar, self, exponent=operand("pow_", exponent))


# -- operators --------------------------------------------------------------------------------------------------------


def operator(f: Callable[[Any, Any], Any], *, arrays: bool = False) -> Callable[[Tensor, Any], Any]:
    """An operator of tensors and numbers. What numpy does with an array and a tensor is up to numpy, as in PyTorch,
    but for the few operators that take ``arrays``."""

    def method(self: Tensor, other: Any) -> Any:
        if not isinstance(other, Tensor) and not isinstance(other, NUMBERS):
            takes_it = arrays and isinstance(other, np.ndarray)
            return f(wrap(self.numpy()), wrap(dtypes.noted(other))) if takes_it else NotImplemented
        return f(self, other)

    return method


def _in_place(op: str, f: Callable[[Any, Any], Any]) -> Callable[[Tensor, Any], Any]:
    """An operator that writes the result of an op."""
    method = operator(f)
    method.straight = AsWrite(op)  # type: ignore[attr-defined]
    return method


def _power(self: Tensor, other: Any) -> Any:
    """``self ** other``: for most exponents that programs have, right to the op."""
    if type(other) is int and other > 0:
        return ops.pointwise.pow_scalar(self, exponent=other)
    return _POWER(self, other)


_POWER = operator(pow)


def _on_the_right(f: Callable[[Any, Any], Any]) -> Callable[[Tensor, Any], Any]:
    """An operator of a number and a tensor; an array on the left is refused, as PyTorch does."""

    def method(self: Tensor, other: Any) -> Any:
        if isinstance(other, np.generic):
            other = other.item()
        return f(self, other) if isinstance(other, (Tensor, *NUMBERS)) else NotImplemented

    return method


def direct(name: str, op: Op, otherwise: Callable[[Tensor, Any], Any]) -> Callable[[Tensor, Any], Any]:
    """An operator that goes straight to its op for operands of the usual kind, and to ``otherwise`` for the rest."""

    @cache
    def short() -> Any:
        return application(op, otherwise)

    def first_time(self: Tensor, other: Any) -> Any:
        if vars(Tensor)[name] is first_time:  # and nothing that looks at the operands before
            setattr(Tensor, name, short())
        return short()(self, other)

    return first_time


def _over(x: Any, k: Any) -> Any:
    return mul(ops.pointwise.reciprocal(x), k)


_OPERATORS: dict[str, Callable[[Tensor, Any], Any]] = {
    "__rsub__": _on_the_right(rsub), "__rtruediv__": operator(_over, arrays=True),
    "__pow__": _power, "__rpow__": _on_the_right(lambda x, k: pow(k, x)),
    "__iadd__": _in_place("add", add_), "__isub__": _in_place("sub", sub_), "__imul__": _in_place("mul", mul_),
    "__itruediv__": _in_place("div", div_), "__ipow__": operator(pow_),
}  # fmt: skip
for _name, _operation in _OPERATORS.items():
    METHODS[_name] = _operation
for _name, _op, _otherwise in (
    ("__add__", ops.pointwise.add, operator(add)), ("__radd__", ops.pointwise.add, _on_the_right(add)),
    ("__sub__", ops.pointwise.sub, operator(sub)),
    ("__mul__", ops.pointwise.mul, operator(mul)), ("__rmul__", ops.pointwise.mul, _on_the_right(mul)),
    ("__truediv__", ops.pointwise.div, operator(div)),
):  # fmt: skip
    METHODS[_name] = direct(_name, _op, _otherwise)
METHODS["__neg__"] = lambda self: ops.pointwise.neg(self)
METHODS["__rdiv__"] = METHODS["__rtruediv__"]
METHODS["__div__"], METHODS["__idiv__"] = METHODS["__truediv__"], METHODS["__itruediv__"]
METHODS["__abs__"] = lambda self: ops.pointwise.abs(self)
