"""Formulas of op declarations, typeset: the text that runs is the text that is shown.

``grad``, the cotangent of the result, is set as the result under a bar. Arguments that are fixed for an application (an
exponent, ``alpha``) are put in, and what they make trivial goes away: ``scaled(grad, 1)`` is ``grad``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from .along import along
from .boxes import Bar, Box, Fenced, Fraction, Name, Number, Root, Row, Sign, Superscript
from .meanings import is_mean, meaning_of, reduced

SUM, SIGNED, PRODUCT, POWER, ATOM = range(5)
"""How tightly a piece holds together; a looser one inside a tighter one is put in brackets."""

Piece = tuple[Box, int]
_RESULTS = ("grad", "grads")
_OPPOSITE = {"<": "≥", "≤": ">", ">": "≤", "≥": "<", "=": "≠", "≠": "="}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠",
}  # fmt: skip


def typeset(formula: str, params: Mapping[str, Any] | None = None) -> Box:
    """Boxes for a formula, with numbers among ``params`` put in for their names."""
    node = ast.parse(formula, mode="eval").body
    typesetter = _Typesetter(params or {})
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            # A test, which may fail: with one sign it would read as an equation.
            return Row([typesetter.within(left, SUM), Sign("=="), typesetter.within(right, SUM)])
    return typesetter.piece(node)[0]


class _Typesetter:
    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params

    def piece(self, node: ast.expr) -> Piece:
        match node:
            case ast.Name(id=name) if name in _RESULTS:
                return Bar(Name("result")), ATOM
            case ast.Name(id=name):
                if isinstance(self._params.get(name), int | float):
                    return _number(self._params[name])
                return Name("n" if name.endswith("_numel") else _GREEK.get(name, name)), ATOM
            case ast.Constant(value=value):
                return _number(value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Row([Sign("−"), self.within(operand, PRODUCT)]), SIGNED
            case ast.BinOp():
                return self._binary(node)
            case ast.Compare():
                return self._comparison(node), SUM
            case ast.Call(func=ast.Name(id=name), args=args):
                meaning = meaning_of(name, args)
                if meaning is not None:
                    return self.piece(meaning)
                return _CALLS[name](self, args) if name in _CALLS else self._plain_call(name, args)
            case ast.Subscript(value=ast.Name(id=name) as value, slice=index) if name not in _RESULTS:
                return Row([self.piece(value)[0], Fenced(self._index(along(index, self._params)), "[", "]")]), ATOM
            case ast.Subscript(value=value):
                return self.piece(value)
        raise ValueError(f"nothing says how to typeset {ast.unparse(node)!r}")

    def _index(self, node: ast.expr) -> Box:
        """What stands between the brackets of an element or a stretch."""
        match node:
            case ast.Tuple(elts=items):
                parts = [[Sign(","), self._index(item)] for item in items]
                return Row([box for part in parts for box in part][1:])
            case ast.Constant(value=value) if value is ...:
                return Sign("…")
            case ast.Slice(lower=lower, upper=upper):
                ends = [Row([]) if end is None else self.piece(end)[0] for end in (lower, upper)]
                return Row([ends[0], Sign(":"), ends[1]])
        return self.piece(node)[0]

    def within(self, node: ast.expr, level: int) -> Box:
        """A piece, in brackets if it would fall apart at this level."""
        box, held = self.piece(node)
        return Fenced(box) if held < level else box

    def constant(self, node: ast.expr) -> Any:
        """The number that a node stands for in this application; None if it is not fixed."""
        if isinstance(node, ast.Constant):
            return node.value
        return self._params.get(node.id) if isinstance(node, ast.Name) else None

    def _binary(self, node: ast.BinOp) -> Piece:
        left, right = node.left, node.right
        match node.op:
            case ast.Add():
                return Row([self.within(left, SUM), Sign("+"), self.within(right, SUM)]), SUM
            case ast.Sub():
                return Row([self.within(left, SUM), Sign("−"), self.within(right, PRODUCT)]), SUM
            case ast.Mult():
                return self.product(left, right)
            case ast.Div():
                return Fraction(self.piece(left)[0], self.piece(right)[0]), POWER
            case ast.Pow():
                return Superscript(self.within(left, ATOM), self.piece(right)[0]), POWER
            case ast.MatMult():
                return Row([self.within(left, PRODUCT), Sign(""), self.within(right, PRODUCT)]), PRODUCT
        raise ValueError(f"nothing says how to typeset {ast.unparse(node)!r}")

    def product(self, left: ast.expr, right: ast.expr) -> Piece:
        return Row([self.within(left, SIGNED), Sign("·"), self.within(right, PRODUCT)]), PRODUCT

    def _comparison(self, node: ast.Compare, negated: bool = False) -> Box:
        """Of a chain ``low <= x <= high`` only the ends that are there."""
        ends = [node.left, *node.comparators]
        signs = [_COMPARISONS[type(op)] for op in node.ops]
        if len(ends) == 3:
            absent = [self._is_none(end) for end in ends]
            ends, signs = ends[absent[0] : 3 - absent[2]], signs[absent[0] : 2 - absent[2]]
        parts: list[Box] = [self.within(ends[0], SUM)]
        for sign, end in zip(signs, ends[1:], strict=True):
            parts += [Sign(_OPPOSITE[sign] if negated else sign), self.within(end, SUM)]
        return Row(parts)

    def _is_none(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant):
            return node.value is None
        return isinstance(node, ast.Name) and node.id in self._params and self._params[node.id] is None

    def bracket(self, condition: ast.expr) -> Box:
        """An Iverson bracket: 1 where the condition holds."""
        inside = self._comparison(condition) if isinstance(condition, ast.Compare) else self.piece(condition)[0]
        return Fenced(inside, "[", "]")

    def unless(self, condition: ast.expr) -> Box:
        """An Iverson bracket: 1 where the condition fails, 0 where it holds."""
        if isinstance(condition, ast.Compare):
            return Fenced(self._comparison(condition, negated=True), "[", "]")
        return Fenced(Row([Name("not"), Sign(""), self.within(condition, SUM)]), "[", "]")

    def _plain_call(self, name: str, args: list[ast.expr]) -> Piece:
        if "_" in name and name not in _WORDS and args and isinstance(args[0], ast.Name) and args[0].id in _COTANGENTS:
            # What every VJP is, where nothing shorter can be said: the transposed Jacobian, times the cotangent.
            return Row([Superscript(Name("J"), Sign("⊤")), Sign(""), self.piece(args[0])[0]]), PRODUCT
        shown = [argument for argument in args if not _is_about_shape(argument)]
        inside: list[Box] = []
        for argument in shown:
            inside += [self.piece(argument)[0], Sign(",")]
        return Row([Name(_WORDS.get(name, name)), Fenced(Row(inside[:-1]))]), ATOM


def _number(value: Any) -> Piece:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return Number(str(value)), SIGNED if isinstance(value, int | float) and value < 0 else ATOM


_SHAPE_NAMES = (
    "dim",
    "dims",
    "keepdim",
    "size",
    "stride",
    "storage_offset",
    "dim0",
    "dim1",
    "index",
    "start",
    "end",
    "step",
)


def _is_about_shape(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.Name) and (
        isinstance(node, ast.Constant) or node.id in _SHAPE_NAMES or node.id.endswith(("_sizes", "_strides"))
    )


_GREEK = {"pi": "π", "alpha": "α", "beta": "β", "inf": "∞"}
_COTANGENTS = ("grad", "grads")

_WORDS = {
    "sum_backward": "expand", "inverse_permute": "permute", "unsqueeze_to": "unsqueeze", "into_select": "scatter",
    "into_slice": "scatter", "into_strided": "scatter", "stacked": "stack", "sum_to_size": "sum", "log": "ln",
    "tensor": "tensor", "joined": "join", "index_backward": "scatter", "gather_backward": "scatter",
    "select_along_backward": "scatter", "take_backward": "scatter", "choose_backward": "scatter",
    "scatter_source": "pick", "indexed": "pick", "gathered": "gather", "selected_along": "pick", "taken": "pick",
    "chosen": "pick", "put_source": "pick", "source_cotangent": "pick", "total_along": "sum", "total_where": "sum",
    "put_aside": "blank", "put_down": "blank", "scattered_aside": "blank", "filled_aside": "blank",
    "rolled_back": "roll", "repeat_backward": "sum", "diagonal_backward": "diag", "unfold_backward": "scatter",
    "block_parts": "blocks", "without_select": "blank", "without_slice": "blank",
    "without_diagonal": "blank", "strided_alone": "pick", "strided_part": "pick",
    "split_sizes": "split", "unbound": "unbind",
}  # fmt: skip

Call = Callable[[_Typesetter, list[ast.expr]], Piece]


def _scaled(t: _Typesetter, args: list[ast.expr]) -> Piece:
    x, factor = args
    value = t.constant(factor)
    if value == 1:
        return t.piece(x)
    return t.product(factor, x)


def _averaged(t: _Typesetter, args: list[ast.expr]) -> Piece:
    if is_mean(t.constant(args[1])):
        return t.piece(ast.BinOp(args[0], ast.Div(), ast.Name("n")))
    return t.piece(args[0])


def _power(t: _Typesetter, args: list[ast.expr]) -> Piece:
    return Superscript(t.within(args[0], ATOM), t.piece(args[1])[0]), POWER


def _power_slope(t: _Typesetter, args: list[ast.expr]) -> Piece:
    base, exponent = args
    value = t.constant(exponent)
    if isinstance(value, int | float):
        if value == 0:
            return Number("0"), ATOM
        if value == 1:
            return Number("1"), ATOM
        lower = _number(value - 1)[0]
        raised = t.within(base, ATOM) if value == 2 else Superscript(t.within(base, ATOM), lower)
        return Row([_number(value)[0], Sign("·"), raised]), PRODUCT
    raised = Superscript(t.within(base, ATOM), Row([t.within(exponent, SUM), Sign("−"), Number("1")]))
    return Row([t.within(exponent, PRODUCT), Sign("·"), raised]), PRODUCT


def _power_log(t: _Typesetter, args: list[ast.expr]) -> Piece:
    logarithm = Row([Name("ln"), t.within(args[0], ATOM)])
    return Row([t.within(args[2], PRODUCT), Sign("·"), logarithm]), PRODUCT


def _norm_backward(t: _Typesetter, args: list[ast.expr]) -> Piece:
    grad, x, order, norm = args[:4]
    value = t.constant(order)
    if value == 2:
        return Row([t.within(grad, PRODUCT), Sign("·"), Fraction(t.piece(x)[0], t.piece(norm)[0])]), PRODUCT
    if value == 1:
        return Row([t.within(grad, PRODUCT), Sign("·"), Row([Name("sgn"), Fenced(t.piece(x)[0])])]), PRODUCT
    return Row([Name("norm_backward"), Fenced(Row([t.piece(grad)[0], Sign(","), t.piece(x)[0]]))]), ATOM


def _zero_where(t: _Typesetter, args: list[ast.expr]) -> Piece:
    return Row([t.within(args[0], PRODUCT), Sign("·"), t.unless(args[1])]), PRODUCT


def _threshold_backward(t: _Typesetter, args: list[ast.expr]) -> Piece:
    failing = ast.Compare(args[1], [ast.LtE()], [args[2] if len(args) > 2 else ast.Constant(0)])
    return _zero_where(t, [args[0], failing])


def _divisor_backward(t: _Typesetter, args: list[ast.expr]) -> Piece:
    slope = Fraction(t.piece(args[1])[0], Superscript(t.within(args[2], ATOM), Number("2")))
    return Row([Sign("−"), t.within(args[0], PRODUCT), Sign("·"), slope]), PRODUCT


def _reciprocal_backward(t: _Typesetter, args: list[ast.expr]) -> Piece:
    squared = Superscript(t.within(args[1], ATOM), Number("2"))
    return Row([Sign("−"), t.within(args[0], PRODUCT), Sign("·"), squared]), PRODUCT


def _tanh_backward(t: _Typesetter, args: list[ast.expr]) -> Piece:
    squared = Superscript(t.within(args[1], ATOM), Number("2"))
    slope = Fenced(Row([Number("1"), Sign("−"), squared]))
    return Row([t.within(args[0], PRODUCT), Sign("·"), slope]), PRODUCT


def _sigmoid_backward(t: _Typesetter, args: list[ast.expr]) -> Piece:
    value = t.within(args[1], PRODUCT)
    complement = Fenced(Row([Number("1"), Sign("−"), value]))
    return Row([t.within(args[0], PRODUCT), Sign("·"), complement, Sign("·"), value]), PRODUCT


def _side_by_side(t: _Typesetter, args: list[ast.expr]) -> Piece:
    return Row([t.within(args[0], PRODUCT), Sign(""), t.within(args[1], PRODUCT)]), PRODUCT


def _transposed(t: _Typesetter, args: list[ast.expr]) -> Piece:
    return Superscript(t.within(args[0], ATOM), Sign("⊤")), POWER


def _outer(t: _Typesetter, args: list[ast.expr]) -> Piece:
    return Row([t.within(args[0], PRODUCT), Sign(""), Superscript(t.within(args[1], ATOM), Sign("⊤"))]), PRODUCT


def _transposed_times(t: _Typesetter, args: list[ast.expr]) -> Piece:
    return Row([_transposed(t, args)[0], Sign(""), t.within(args[1], PRODUCT)]), PRODUCT


def _between(left: str, right: str) -> Call:
    return lambda t, args: (Fenced(t.piece(args[0])[0], left, right), ATOM)


def _of(name: str) -> Call:
    return lambda t, args: (Row([Name(name), Fenced(t.piece(args[0])[0])]), ATOM)


_CALLS: dict[str, Call] = {
    "averaged": _averaged,
    "reduce": lambda t, args: t.piece(reduced(args[0], t.constant(ast.Name("reduction")))),
    "scaled": _scaled,
    "power": _power,
    "power_slope": _power_slope,
    "power_slopes": _power_slope,
    "power_log": _power_log,
    "norm_backward": _norm_backward,
    "zero_where": _zero_where,
    "zero_if": lambda t, args: t.piece(args[0]),
    "divided": lambda t, args: (Fraction(t.piece(args[0])[0], t.piece(args[1])[0]), POWER),
    "tanh_backward": _tanh_backward,
    "divisor_backward": _divisor_backward,
    "reciprocal_backward": _reciprocal_backward,
    "threshold_backward": _threshold_backward,
    "shifted": lambda t, args: (Row([t.within(args[0], SUM), Sign("+"), t.within(args[1], SUM)]), SUM),
    "sigmoid_backward": _sigmoid_backward,
    "mm": _side_by_side,
    "mv": _side_by_side,
    "bmm": _side_by_side,
    "dot": lambda t, args: t.product(args[0], args[1]),
    "t": _transposed,
    "transpose": _transposed,
    "outer": _outer,
    "times_transposed": _outer,
    "transposed_times": _transposed_times,
    "exp": lambda t, args: (Superscript(Name("e"), t.piece(args[0])[0]), POWER),
    "sqrt": lambda t, args: (Root(t.piece(args[0])[0]), ATOM),
    "rsqrt": lambda t, args: (Fraction(Number("1"), Root(t.piece(args[0])[0])), POWER),
    "reciprocal": lambda t, args: (Fraction(Number("1"), t.piece(args[0])[0]), POWER),
    "absolute": _between("|", "|"),
    "norm": _between("‖", "‖"),
    "sign": _of("sgn"),
    "sgn": _of("sgn"),
    "sigmoid": _of("σ"),
    "zeros_of": lambda t, args: (Number("0"), ATOM),
    "undefined": lambda t, args: (Name("–"), ATOM),
    "defined_if": lambda t, args: t.piece(args[1]),
    "nothing_for": lambda t, args: (Number("0"), ATOM),
    "nothing_filled": lambda t, args: (Number("0"), ATOM),
    "bracket": lambda t, args: (t.bracket(args[0]), ATOM),
    "unless": lambda t, args: (t.unless(args[0]), ATOM),
    "count": lambda t, args: (Row([Sign("∑"), t.bracket(args[0])]), PRODUCT),
    "not_implemented": lambda t, args: (Name("–"), ATOM),
    "no_third": lambda t, args: (Name("–"), ATOM),
    "underived": lambda t, args: (Name("–"), ATOM),
    "inverse": lambda t, args: (Superscript(t.within(args[0], ATOM), Number("-1")), POWER),
    "count_along": lambda t, args: (Name("n"), ATOM),
    "sum": lambda t, args: (Row([Sign("∑"), t.within(args[0], PRODUCT)]), PRODUCT),
}
