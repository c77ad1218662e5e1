"""``torch.func.vmap``: a function over one item, applied to a batch. Gradwalk goes through the batch and stacks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from gradwalk.engine import Tensor
from gradwalk.engine.random import default_generator
from gradwalk.engine.surface.registry import FUNCTIONS

from ..utils._pytree import leaves, tree_map

Function = Callable[..., Any]
_RANDOM = (
    "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' "
    "randomness flags on vmap or perform the randomness operation out of vmap"
)


def vmap(
    func: Function, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *, chunk_size: int | None = None
) -> Function:
    """A function that applies ``func`` along dimension ``in_dims`` of its arguments."""
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")
    name = getattr(func, "__name__", repr(func))

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        call = f"vmap({name}, in_dims={in_dims}, ...)(<inputs>)"
        if not isinstance(in_dims, int | tuple | list):
            raise ValueError(
                f"{call}: expected `in_dims` to be int or a (potentially nested) tuple matching the structure of "
                f"inputs, got: {type(in_dims)}."
            )
        if not args:
            raise ValueError(
                f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap "
                "over a function with no inputs. The latter is unsupported."
            )
        dims = _spread(in_dims, args, call)
        size = _size(args, dims, call)
        start = default_generator.get_state()
        results = []
        for index in range(size):
            if randomness == "same":
                default_generator.set_state(start)
            results.append(func(*_item(args, dims, index), **kwargs))
            if randomness == "error" and not np.array_equal(start._array, default_generator.get_state()._array):
                raise RuntimeError(_RANDOM)
        return _joined(results, out_dims, name)

    return functools.wraps(func)(wrapper)


def _spread(dims: Any, tree: Any, call: str) -> list[Any]:
    """The dimension of each leaf of the arguments."""
    if dims is None or isinstance(dims, int):
        return [dims] * len(leaves(tree))
    children = list(tree.values()) if isinstance(tree, dict) else tree
    if not isinstance(tree, tuple | list | dict) or len(dims) != len(children):
        raise ValueError(
            f"{call}: in_dims is not compatible with the structure of `inputs`. in_dims has {len(dims)} parts where "
            f"the inputs have {len(children) if isinstance(tree, tuple | list | dict) else 1}."
        )
    parts = dims.values() if isinstance(dims, dict) else dims
    return [dim for part, child in zip(parts, children, strict=True) for dim in _spread(part, child, call)]


def _size(args: Any, dims: list[Any], call: str) -> int:
    """How many items the batch has. Raises ValueError if the arguments disagree."""
    sizes: list[int] = []
    for x, dim in zip(leaves(args), dims, strict=True):
        if dim is None:
            continue
        if not isinstance(x, Tensor):
            raise ValueError(
                f"{call}: Got in_dim={dim} for an input but the input is of type {type(x)}. We cannot vmap over "
                "non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -x.ndim <= dim < x.ndim:
            raise ValueError(
                f"{call}: Got in_dim={dim} for some input, but that input is a Tensor of dimensionality {x.ndim} so "
                f"expected in_dim to satisfy -{x.ndim} <= in_dim < {x.ndim}."
            )
        sizes.append(x.shape[dim])
    if not sizes:
        raise ValueError(f"{call}: at least one input must have a dimension to map over")
    if len(set(sizes)) > 1:
        raise ValueError(
            "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{sizes} for the mapped dimension"
        )
    return sizes[0]


def _item(args: Any, dims: list[Any], index: int) -> Any:
    places = iter(dims)
    select = FUNCTIONS["select"]

    def one(x: Any) -> Any:
        dim = next(places)
        return x if dim is None else select(x, dim, index)

    return tree_map(one, args)


def _joined(results: list[Any], out_dims: Any, name: str) -> Any:
    """The items' results stacked along ``out_dims``. Raises ValueError for what is no tensor."""
    first = results[0]
    if isinstance(first, dict):
        return {key: _joined([result[key] for result in results], out_dims, name) for key in first}
    if isinstance(first, tuple | list):
        dims = out_dims if isinstance(out_dims, tuple | list) else [out_dims] * len(first)
        parts = [_joined([x[i] for x in results], dim, name) for i, dim in enumerate(dims)]
        return tuple(parts) if isinstance(first, tuple) else parts
    if isinstance(out_dims, tuple | list):
        [out_dims] = out_dims
    if out_dims is None:
        return first
    if not isinstance(first, Tensor):
        raise ValueError(
            f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(first)}. Did you mean to set "
            "out_dims= to None for output?"
        )
    return FUNCTIONS["stack"](results, out_dims)
