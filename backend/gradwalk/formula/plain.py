"""Formulas as one line of plain text, for sentences: helpers replaced by what they mean, with the numbers put in."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from .along import along
from .meanings import is_mean, meaning_of, reduced

_SHORT = {
    "divided": "x / y", "shifted": "x + y", "power": "x ** y", "absolute": "abs(x)", "reciprocal": "1 / x",
    "rsqrt": "1 / sqrt(x)", "zero_where": "x * ~y", "zero_if": "x * ~y",
    "tanh_backward": "x * (1 - y ** 2)", "sigmoid_backward": "x * y * (1 - y)",
    "threshold_backward": "x * (y > 0)", "divisor_backward": "-x * y / z ** 2",
    "reciprocal_backward": "-x * y ** 2",
    "zeros_of": "0",
    "power_log": "z * log(x)",
    "mm": "x @ y", "mv": "x @ y", "bmm": "x @ y", "t": "x.T",
    "times_transposed": "x @ y.T", "transposed_times": "x.T @ y",
    "count_along": "n",
}  # fmt: skip
"""By helper: its meaning in its first three arguments, x, y and z."""

_SPREADS = ("expand", "sum_backward")


def plain(formula: str, params: Mapping[str, Any] | None = None) -> str:
    """The formula without helpers, where they mean something that can be written in a line."""
    return ast.unparse(_Plain(params or {}).visit(ast.parse(formula, mode="eval").body))


class _Plain(ast.NodeTransformer):
    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id.endswith("_numel"):
            return ast.Name("n")
        value = self._params.get(node.id)
        return ast.Constant(value) if type(value) in (int, float) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return ast.Subscript(self.visit(node.value), along(self.visit(node.slice), self._params), node.ctx)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = _name_of(node)
        meaning = meaning_of(name, node.args)
        if meaning is not None:
            return self.visit(meaning)  # type: ignore[no-any-return]
        arguments: list[ast.expr] = [self.visit(argument) for argument in node.args]
        if name == "bracket":  # as PyTorch's own code has it: True counts as 1
            return arguments[0]
        if name == "unless":
            return ast.UnaryOp(ast.Invert(), arguments[0])
        if name == "scaled":
            x, factor = arguments
            is_one = isinstance(factor, ast.Constant) and factor.value == 1
            return x if is_one else ast.BinOp(factor, ast.Mult(), x)
        if name == "reduce":
            return reduced(arguments[0], self._params.get("reduction"))
        if name == "averaged":
            reduction = arguments[1]
            fixed = reduction.value if isinstance(reduction, ast.Constant) else self._params.get("reduction")
            return ast.BinOp(arguments[0], ast.Div(), ast.Name("n")) if is_mean(fixed) else arguments[0]
        order = arguments[2].value if name == "norm_backward" and isinstance(arguments[2], ast.Constant) else None
        if order == 1 or order == 2:
            norm = ast.parse("x * sgn(y)" if order == 1 else "x * y / z", mode="eval").body
            return _Put({"x": arguments[0], "y": arguments[1], "z": arguments[3]}).visit(norm)  # type: ignore[no-any-return]
        if name == "divided" and isinstance(node.args[0], ast.Call) and _name_of(node.args[0]) in _SPREADS:
            # To be divided it need not be spread.
            arguments[0] = self.visit(node.args[0].args[0])
        if name in ("power_slope", "power_slopes"):
            return _power_slope(*arguments[:2])
        if name in _SHORT:
            short = ast.parse(_SHORT[name], mode="eval").body
            return _Put(dict(zip("xyz", arguments, strict=False))).visit(short)  # type: ignore[no-any-return]
        return ast.Call(node.func, arguments, node.keywords)


def _name_of(node: ast.expr) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _power_slope(base: ast.expr, exponent: ast.expr) -> ast.expr:
    if isinstance(exponent, ast.Constant) and isinstance(exponent.value, int | float):
        if exponent.value in (0, 1):
            return ast.Constant(int(exponent.value))
        lower: ast.expr = ast.Constant(exponent.value - 1)
        raised = base if exponent.value == 2 else ast.BinOp(base, ast.Pow(), lower)
    else:
        raised = ast.BinOp(base, ast.Pow(), ast.BinOp(exponent, ast.Sub(), ast.Constant(1)))
    return ast.BinOp(exponent, ast.Mult(), raised)


class _Put(ast.NodeTransformer):
    def __init__(self, arguments: dict[str, ast.expr]) -> None:
        self._arguments = arguments

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._arguments.get(node.id, node)
