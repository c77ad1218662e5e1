"""Formulas as steps on a stack: what the compiled core runs, made from the text of declarations.

Only what a step can say: names, numbers, operators, calls of what formulas may call. Of all else there is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from .op import NAMESPACE

Steps = tuple[tuple[str, Any, int], ...]
"""Each of a kind, with its object and a number:

``name``      puts what stands under the name of that number on the stack
``constant``  puts the object there
``ufunc``     takes as many operands as numpy's function has and puts its result; so does a function that has such
              a ``ufunc`` for arrays in rows
``call``      takes as many arguments as the number says and puts what the function gives
"""

_UFUNCS: dict[type, np.ufunc] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.true_divide, ast.USub: np.negative,
    ast.Eq: np.equal, ast.NotEq: np.not_equal, ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}  # fmt: skip
"""What operators are on arrays."""


class NoSteps(Exception):
    """A formula says something that no step does."""


def steps_of(text: str, names: Sequence[str]) -> Steps | None:
    """The steps of a formula over these names; None if it has no such form."""
    try:
        return tuple(_steps(ast.parse(text, mode="eval").body, names))
    except NoSteps:
        return None


def _steps(part: ast.expr, names: Sequence[str]) -> Iterator[tuple[str, Any, int]]:
    match part:
        case ast.Name(id=name) if name in names:
            yield "name", None, names.index(name)
        case ast.Constant(value=value) if type(value) in (int, float):
            yield "constant", value, 0
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _UFUNCS:
            yield from _steps(left, names)
            yield from _steps(right, names)
            yield "ufunc", _UFUNCS[type(operator)], 0
        case ast.UnaryOp(op=operator, operand=operand) if type(operator) in _UFUNCS:
            yield from _steps(operand, names)
            yield "ufunc", _UFUNCS[type(operator)], 0
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _UFUNCS:
            yield from _steps(left, names)
            yield from _steps(right, names)
            yield "ufunc", _UFUNCS[type(operator)], 0
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if type(NAMESPACE.get(name)) is FunctionType:
            for argument in arguments:
                yield from _steps(argument, names)
            yield from _call(NAMESPACE[name], len(arguments))
        case _:
            raise NoSteps


def described_call(function: Any, count: int) -> Steps | None:
    """The call of an op's forward with all its arguments. None if it is compiled code that numpy would take for the
    caller's, should it report a division by zero."""
    if not isinstance(function, FunctionType | np.ufunc):
        return None
    call = tuple(_call(function, count))
    if call[0][0] == "call" and not isinstance(function, FunctionType):
        return None
    return (*(("name", None, index) for index in range(count)), *call)


def _call(function: Any, count: int) -> Iterator[tuple[str, Any, int]]:
    """The call of what stands for ``function`` on arrays, where that is known."""
    on_arrays = getattr(function, "on_arrays", function)
    ufunc = getattr(on_arrays, "ufunc", on_arrays)
    if isinstance(ufunc, np.ufunc) and ufunc.nin == count and ufunc.nout == 1 and _is_of_floats(ufunc):
        yield "ufunc", on_arrays, 0
    else:
        yield "call", on_arrays if isinstance(on_arrays, FunctionType) else function, count


def _is_of_floats(ufunc: np.ufunc) -> bool:
    inputs = ("f" * ufunc.nin, "d" * ufunc.nin)
    return all(any(x in (f"{kind}->{kind[0]}", f"{kind}->?") for x in ufunc.types) for kind in inputs)
