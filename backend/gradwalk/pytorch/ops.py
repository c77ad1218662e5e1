"""Which op of the engine's declarations an operator of PyTorch's is; one that has none is told by its schema alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import torch

from gradwalk.engine.op import OPS, Op

RENAMED = {
    "nll_loss_forward": "nll_loss", "nll_loss2d_forward": "nll_loss2d", "to_copy": "to_copy",
    "log_sigmoid_forward": "log_sigmoid", "prelu_kernel": "prelu", "softmax_backward_data": "softmax_backward",
    "log_softmax_backward_data": "log_softmax_backward", "max_pool2d_with_indices": "max_pool2d",
    "max_pool3d_with_indices": "max_pool3d", "is_all_true": "all", "is_any_true": "any",
    "scalar_tensor": "tensor", "cdist_forward": "cdist", "pdist_forward": "_pdist", "unique2": "unique",
    "multilabel_margin_loss_forward": "multilabel_margin_loss", "upsample_nearest_exact1d": "upsample_nearestexact1d",
    "upsample_nearest_exact2d": "upsample_nearestexact2d", "upsample_nearest_exact3d": "upsample_nearestexact3d",
    "bucketize": "searchsorted", "__lshift__": "bitwise_left_shift", "__rshift__": "bitwise_right_shift",
}  # fmt: skip
"""Operators that the engine declares under another name."""


ARGUMENTS = {
    "uniform_": {"low": "from", "high": "to"},
    "random_": {"low": "from", "high": "to"},
    "fill_": {"src": "value"},
    "linalg_inv_ex": {"self": "A"},
    "isin": {"elements": "element", "test_elements": "test_element"},
    "bucketize": {"sorted_sequence": "boundaries"},
    "hardshrink_backward": {"grad_output": "grad_out"},
}
"""Arguments that the engine declares under another name."""


class Call(NamedTuple):
    """An operator applied, in the engine's terms."""

    op: Op
    operands: list[Any]
    """By slot: PyTorch's tensors, numbers, None."""
    params: dict[str, Any]


_UNKNOWN: Any = None
"""The VJP of an operand that has one, or not: nobody has declared it."""


class Undeclared(Op):
    """An operator that the engine has no declaration of: a name and its operands, without formulas."""

    __slots__ = ()

    def __init__(self, name: str, category: str, operands: Sequence[str]) -> None:
        self.name, self.category = name, category
        self.operands = tuple(operands)
        self.params = {}
        self.vjps = dict.fromkeys(operands, _UNKNOWN)  # each may have one, and nobody knows it
        self.saveable = ()
        self.results = ("result",)
        self.saves = self.hidden = frozenset()
        self.takes_list = False
        self.is_view = category == "view"
        self.promotion = self.forward_text = self.grad_fn = None


@cache
def _by_name() -> dict[str, list[Op]]:
    """The declared ops, by name without overload."""
    found: dict[str, list[Op]] = {}
    for op in OPS.values():
        found.setdefault(op.name.partition(".")[0], []).append(op)
    return found


def call_of(
    operator: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], node_name: str | None
) -> Call:
    """What was called. ``node_name``: of the node that records it, by which overloads can be told apart."""
    given = bound(operator, args, kwargs)
    for name, theirs in ARGUMENTS.get(base_name(operator), {}).items():
        if theirs in given:
            given[name] = given[theirs]
    if base_name(operator) == "clone" and given["memory_format"] is torch.contiguous_format:
        return Call(OPS["clone.contiguous"], [given["self"]], {})
    asked = _asked(operator, given)
    calls = [call for op in _candidates(operator, node_name) if (call := _as(op, given)) is not None]
    if not calls:
        return _undeclared(operator, given)
    return min(calls, key=lambda call: len(asked.difference(call.op.operands, call.op.params)))


def _asked(operator: torch._ops.OpOverload, given: Mapping[str, Any]) -> frozenset[str]:
    """The arguments that are not what they usually are."""
    usual = {x.name: x.default_value for x in operator._schema.arguments if x.has_default_value()}
    return frozenset(
        name
        for name, value in given.items()
        if not isinstance(value, torch.Tensor) and (name not in usual or value != usual[name])
    )


def bound(operator: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments by name, those that were not given too."""
    found: dict[str, Any] = {}
    for position, argument in enumerate(operator._schema.arguments):
        if position < len(args):
            found[argument.name] = args[position]
        elif argument.name in kwargs:
            found[argument.name] = kwargs[argument.name]
        else:
            found[argument.name] = argument.default_value if argument.has_default_value() else None
    return found


def base_name(operator: torch._ops.OpOverload) -> str:
    """``add`` of ``aten::add_.Tensor``."""
    name: str = operator._schema.name.partition("::")[2]
    return name


@cache
def _candidates(operator: torch._ops.OpOverload, node_name: str | None) -> Sequence[Op]:
    """Declared ops that it may be, the likeliest first."""
    whole, overload = base_name(operator), operator._schema.overload_name
    names = [whole]
    if whole.endswith("_") and not whole.endswith("__"):
        names.append(whole[:-1])
    names += [name[1:] for name in names if name.startswith("_")]
    names += [RENAMED[name] for name in names if name in RENAMED]
    found = [op for name in names for op in _by_name().get(name, ())]
    if node_name is not None and (same := [op for op in found if op.grad_fn == node_name]):
        found = same

    def likely(op: Op) -> tuple[bool, bool, bool]:
        own = op.name.partition(".")[2]
        return own != overload, own != "", not op.name.startswith(whole)

    return sorted(found, key=likely)


def _as(op: Op, given: Mapping[str, Any]) -> Call | None:
    """The call as one of ``op``; None if what it takes was not given."""
    if any(name not in given for name in op.operands):
        return None
    if op.takes_list:
        [name] = op.operands
        operands = list(given[name])
    else:
        operands = [given[name] for name in op.operands]
        if any(isinstance(x, list | tuple) for x in operands):
            return None
    if any(isinstance(given.get(name), torch.Tensor) for name in op.params):
        return None
    return Call(op, operands, {name: _plain(given.get(name, usual)) for name, usual in op.params.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_plain(part) for part in value)
    return value


_BORING = (None, False, torch.strided, torch.preserve_format, torch.device("cpu"))


def _undeclared(operator: torch._ops.OpOverload, given: Mapping[str, Any]) -> Call:
    names: list[str] = []
    operands: list[Any] = []
    params: dict[str, Any] = {}
    for argument in operator._schema.arguments:
        value = given[argument.name]
        if isinstance(value, torch.Tensor):
            names.append(argument.name)
            operands.append(value)
        elif isinstance(value, list | tuple) and any(isinstance(part, torch.Tensor) for part in value):
            tensors = [part for part in value if isinstance(part, torch.Tensor)]
            names += [f"{argument.name}[{position}]" for position in range(len(tensors))]
            operands += tensors
        elif not (argument.has_default_value() and value == argument.default_value) and value not in _BORING:
            params[argument.name] = _plain(value)
    name = base_name(operator)
    return Call(_undeclared_op(name.strip("_"), _category(operator), tuple(names)), operands, params)


@cache
def _undeclared_op(name: str, category: str, operands: tuple[str, ...]) -> Undeclared:
    return Undeclared(name, category, operands)


def _category(operator: torch._ops.OpOverload) -> str:
    if operator.is_view:
        return "view"
    if not any("Tensor" in str(argument.type) for argument in operator._schema.arguments):
        return "creation"
    return "pointwise"
