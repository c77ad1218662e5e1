"""What public calls of PyTorch's mean to a recorder, as data: which leave the graph, make tensors, or say nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch

from gradwalk.engine.op import OPS, Op
from gradwalk.pytorch.ops import Undeclared

PROPERTY = ("__get__", "__set__", "__delete__")

VIEWS = ("T", "mT", "H", "mH", "real", "imag")
"""Properties that apply an operator when they are read."""

GIVEN = Undeclared("given", "creation", ())
"""What stands for how a tensor was made before anybody listened."""

EXITS = {
    "item": "item", "__float__": "item", "__int__": "item", "__complex__": "item", "__bool__": "bool",
    "tolist": "tolist", "numpy": "numpy", "__array__": "numpy",
}  # fmt: skip
"""Calls by which numbers leave the graph for Python, and the op that each is."""

PASSES = ("backward", "grad")
"""Calls by which a backward pass begins, which is heard of where PyTorch's engine is called."""

UNHEARD = frozenset((
    "__repr__", "__format__", "__str__", "__hash__", "__index__", "__len__", "__contains__", "dim", "size", "stride",
    "numel", "nelement", "is_contiguous", "storage_offset", "data_ptr", "element_size", "untyped_storage",
    "is_floating_point", "is_complex", "register_hook", "retain_grad", "allclose", "equal",
    "register_post_accumulate_grad_hook", "_set_grad_enabled", "get_device", "is_inference",
))  # fmt: skip
"""Calls that only look."""

NO_OPERATION = frozenset((
    "_local_scalar_dense", "is_same_size", "_record_function_enter_new", "_record_function_exit", "sym_size",
    "sym_stride", "sym_numel", "sym_storage_offset", "is_pinned", "_has_same_storage_numel", "equal",
    "empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided",
))  # fmt: skip
"""Operators that make no tensor, or one that another is about to fill."""

_LIKE = {"rand_like": "rand", "randn_like": "randn", "zeros_like": "zeros", "ones_like": "ones", "full_like": "full",
         "empty_like": "empty", "randint_like": "randint", "new_zeros": "zeros", "new_ones": "ones",
         "new_full": "full", "new_empty": "empty", "new_tensor": "tensor"}  # fmt: skip
_SIZED = ("rand", "randn", "zeros", "ones", "full", "empty")
_FROM_NUMBERS = ("tensor", "as_tensor", "from_numpy", "arange", "linspace", "logspace", "eye", "randint", "randperm")


def creation(function: Callable[..., Any], name: str) -> Op | None:
    """The op that a call which makes a tensor out of numbers is; None for any other."""
    if name in _LIKE or name in _SIZED or name in _FROM_NUMBERS:
        return OPS[_LIKE.get(name, name)]
    return None


def tensors_within(data: Any) -> Iterator[torch.Tensor]:
    """The tensors in nested lists of numbers."""
    if isinstance(data, torch.Tensor):
        yield data
    elif isinstance(data, list | tuple):
        for part in data:
            yield from tensors_within(part)


_NAMED: Mapping[str, tuple[str, ...]] = {
    "arange": ("start", "end", "step"), "linspace": ("start", "end", "steps"),
    "logspace": ("start", "end", "steps", "base"), "randint": ("low", "high"), "eye": ("n", "m"),
    "randperm": ("n",),
}  # fmt: skip
"""What of a call's arguments is told, by position."""


def params_of_creation(
    name: str, args: Sequence[Any], kwargs: Mapping[str, Any], result: torch.Tensor
) -> Mapping[str, Any]:
    """What is worth telling of such a call."""
    shape = tuple(result.shape)
    if name.endswith("_like"):
        return {"like": shape}
    if name in _NAMED:
        numbers: list[float | None] = [x for x in args if isinstance(x, int | float)]
        if name in ("arange", "randint") and len(numbers) == 1:
            numbers.insert(0, 0)
        found = dict(zip(_NAMED[name], numbers, strict=False))
        found |= {key: kwargs[key] for key in _NAMED[name] if key in kwargs}
        usual: dict[str, float | None] = {"step": 1, "base": 10.0, "m": None}
        found |= {key: value for key, value in usual.items() if key in _NAMED[name] and key not in found}
        return found | ({"size": shape} if name == "randint" else {})
    if name == "full":
        value = kwargs.get("fill_value", args[1] if len(args) > 1 else None)
        return {"size": shape, "fill_value": value.item() if isinstance(value, torch.Tensor) else value}
    if name in _SIZED or (name.startswith("new_") and name != "new_tensor"):
        return {"size": shape}
    return {}
