"""Bounds: ``clamp`` and its kin, between numbers or tensors."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..apply import apply_in_place
from ..errors import type_name
from ..op import OPS, Op
from ..tensor import Tensor
from .pointwise import operand
from .registry import must_be_tensor, public


def _bounds(min: Any, max: Any) -> tuple[Op, tuple[Any, ...], dict[str, Any]]:
    """Which op clamps between these bounds, its other operands and its params."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        for name, position, bound in (("min", 1, min), ("max", 2, max)):
            if bound is not None and not isinstance(bound, Tensor):
                raise TypeError(
                    f"clamp(): argument '{name}' (position {position}) must be Tensor, not {type_name(bound)}"
                )
        return OPS["clamp.Tensor"], (min, max), {}
    return OPS["clamp"], (), {"min": _number(min), "max": _number(max)}


def _number(bound: Any) -> Any:
    return None if bound is None else operand("clamp", bound)


_CPP_NAMES = {"bool": "bool", "uint8": "unsigned char", "int8": "signed char", "int16": "short int", "int32": "int",
              "int64": "long int"}  # fmt: skip


def _refuse_wider(x: Tensor, *bounds: Any) -> None:
    """Raises RuntimeError where numbers would make the result of a wider kind than the tensor it is written to."""
    for bound in bounds:
        kind = dtypes.of_scalar(bound) if bound is not None else x.dtype
        if kind.category > x.dtype.category:
            wide = kind.legacy_name.removesuffix("Tensor")
            raise RuntimeError(
                f"result type {wide} can't be cast to the desired output type {_CPP_NAMES[x.dtype.name]}"
            )


@public()
def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """``input`` between two bounds: numbers, or tensors."""
    x = must_be_tensor("clamp", "input", 1, input)
    op, bounds, params = _bounds(min, max)
    return op(x, *bounds, **params)


@public(function=False)
def clamp_(self: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """:func:`clamp`, in place."""
    op, bounds, params = _bounds(min, max)
    _refuse_wider(self, *params.values())
    return apply_in_place(op, self, *bounds, **params)


public(name="clip")(clamp)
public(name="clip_", function=True)(clamp_)
public(name="clamp_", method=False)(clamp_)


def _of_one_bound(name: str, bound_name: str, bound: Any) -> tuple[Op, tuple[Any, ...], dict[str, Any]]:
    if isinstance(bound, Tensor):
        return OPS[f"{name}.Tensor"], (bound,), {}
    return OPS[name], (), {bound_name: operand(name, bound)}


@public()
def clamp_min(input: Tensor, min: Any) -> Tensor:
    """``input``, not below ``min``."""
    op, bounds, params = _of_one_bound("clamp_min", "min", min)
    return op(must_be_tensor("clamp_min", "input", 1, input), *bounds, **params)


@public()
def clamp_max(input: Tensor, max: Any) -> Tensor:
    """``input``, not above ``max``."""
    op, bounds, params = _of_one_bound("clamp_max", "max", max)
    return op(must_be_tensor("clamp_max", "input", 1, input), *bounds, **params)


@public()
def clamp_min_(input: Tensor, min: Any) -> Tensor:
    """:func:`clamp_min`, in place."""
    op, bounds, params = _of_one_bound("clamp_min", "min", min)
    _refuse_wider(input, *params.values())
    return apply_in_place(op, input, *bounds, **params)


@public()
def clamp_max_(input: Tensor, max: Any) -> Tensor:
    """:func:`clamp_max`, in place."""
    op, bounds, params = _of_one_bound("clamp_max", "max", max)
    _refuse_wider(input, *params.values())
    return apply_in_place(op, input, *bounds, **params)
