"""``torch._foreach_*``: an operation on each of several tensors, as optimizers of one's own use them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from gradwalk.engine import FUNCTIONS, Tensor
from gradwalk.engine.grad_mode import is_grad_enabled
from gradwalk.engine.surface.registry import LINALG

_WITH_ONE = frozenset(("addcdiv", "addcmul"))
"""Operations whose last operand is a number by which the rest is multiplied."""
_NAMES = (
    "abs", "acos", "add", "addcdiv", "addcmul", "asin", "atan", "ceil", "clamp_max", "clamp_min", "cos", "cosh", "div",
    "erf", "erfc", "exp", "expm1", "floor", "frac", "lerp", "lgamma", "log", "log10", "log1p", "log2", "maximum",
    "minimum", "mul", "neg", "pow", "reciprocal", "round", "rsqrt", "sigmoid", "sign", "sin", "sinh", "sqrt", "sub",
    "tan", "tanh", "trunc",
)  # fmt: skip
NAMES = frozenset(
    f"_foreach_{name}"
    for name in (*_NAMES, *(f"{name}_" for name in _NAMES), "clone", "copy_", "max", "mm", "norm", "zero_")
)
"""The names that there are."""


def foreach(name: str) -> Callable[..., Any]:
    """The function of a name among :data:`NAMES`."""
    in_place = name.endswith("_")
    operation = name.removeprefix("_foreach_").removesuffix("_")

    def each(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(self, list | tuple):  # a number to the powers of tensors
            return tuple(FUNCTIONS["pow"](self, power) for power in args[0])
        if not self:
            raise RuntimeError("Tensor list must have at least one tensor.")
        _refuse_graph(name, (self, *args))
        if operation == "norm":
            return tuple(norms(self, *args, **kwargs))
        operands = [_spread(arg, len(self)) for arg in args]
        found = [_one(operation, in_place, x, given, kwargs) for x, *given in zip(self, *operands, strict=True)]
        return self if in_place else tuple(found)

    each.__name__ = each.__qualname__ = name
    return each


def norms(self: Sequence[Tensor], ord: Any = 2, dtype: Any = None) -> list[Tensor]:
    """The norm of each tensor. Raises RuntimeError for the greatest of no elements."""
    if isinstance(ord, bool):
        raise RuntimeError("foreach_tensor_norm_slow expects ord to be integer or float")
    if not isinstance(ord, int | float):
        raise TypeError(f"_foreach_norm(): argument 'ord' (position 2) must be Number, not {type(ord).__name__}")
    if ord == math.inf and not all(x.numel() for x in self):
        raise RuntimeError(
            "_foreach_norm cannot compute the infinity norm on an empty tensor because the operation does not have an "
            "identity"
        )
    return [LINALG["vector_norm"](x, ord, dtype=dtype) for x in self]


def _one(operation: str, in_place: bool, x: Tensor, given: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    if operation in _WITH_ONE and len(given) == 3:
        *given, kwargs["value"] = given
    if operation in ("maximum", "minimum") and not isinstance(given[0], Tensor):
        operation = "clamp_min" if operation == "maximum" else "clamp_max"
    return getattr(x, f"{operation}_" if in_place else operation)(*given, **kwargs)


def _spread(arg: Any, count: int) -> Sequence[Any]:
    """What each of the tensors is given: its own of a list, or the same as the others."""
    if not isinstance(arg, list | tuple):
        return arg.tolist() if isinstance(arg, Tensor) and arg.ndim == 1 else [arg] * count
    if len(arg) == count:
        return arg
    if arg and isinstance(arg[0], Tensor):
        raise RuntimeError(f"Tensor lists must have the same number of tensors, got {count} and {len(arg)}")
    raise RuntimeError("Tensor list must have same number of elements as scalar list.")


def _refuse_graph(name: str, args: Sequence[Any]) -> None:
    tensors = [x for arg in args for x in (arg if isinstance(arg, list | tuple) else [arg])]
    if is_grad_enabled() and any(isinstance(x, Tensor) and x.requires_grad for x in tensors):
        raise NotImplementedError(
            f"Gradwalk has no torch.{name} of tensors that require grad: call the operation on each, or under no_grad."
        )
