"""``torch.func.vmap``: a function over one item, applied to a batch that looks to it like one item."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from gradwalk.engine import Tensor
from gradwalk.engine.random import default_generator
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.transforms import level_of

from ..utils._pytree import refilled, tree_structure
from ..utils._pytree import tree_leaves as leaves
from . import _calls  # noqa: F401 (it fills in what maps answer)
from ._batched import Batched, batched, broadcast, is_of
from ._randomness import ONLY_RANDOMNESS, Map
from ._stack import under_way

Function = Callable[..., Any]


def vmap(
    func: Function, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *, chunk_size: int | None = None
) -> Function:
    """A function that applies ``func`` along dimension ``in_dims`` of its arguments."""
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(ONLY_RANDOMNESS.format(randomness))
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        name = _name(func)
        if any(not (x is None or isinstance(x, int)) for x in leaves(out_dims)):
            raise ValueError(
                f"vmap({name}, ..., out_dims={out_dims}): `out_dims` must be an int, None or a python collection of "
                "ints representing where in the outputs the vmapped dimension should appear."
            )
        dims, size = _dims(in_dims, args, name)
        flat = leaves(args)
        if chunk_size is None:
            return _mapped(func, name, args, flat, dims, size, out_dims, randomness, kwargs)
        _ = () * chunk_size  # raises TypeError for what is no whole number
        start = default_generator.get_state()
        chunks = []
        for first in range(0, size, chunk_size):
            count = min(chunk_size, size - first)
            pairs = zip(flat, dims, strict=True)
            part = [x if d is None else FUNCTIONS["narrow"](x, d, first, count) for x, d in pairs]
            if randomness == "same":
                default_generator.set_state(start)
            chunks.append(_mapped(func, name, args, part, dims, count, out_dims, randomness, kwargs))
        where = broadcast(out_dims, chunks[0])
        columns = zip(*map(leaves, chunks), strict=True)
        joined = [FUNCTIONS["cat"](column, dim) for column, dim in zip(columns, where or (), strict=True)]
        return refilled(chunks[0], iter(joined))

    return functools.wraps(func)(wrapper)


def _name(func: Any) -> str:
    if hasattr(func, "__name__"):
        return str(func.__name__)
    return f"functools.partial({_name(func.func)}, ...)" if isinstance(func, functools.partial) else repr(func)


def _mapped(
    func: Function, name: str, args: Any, flat: list[Any], dims: list[Any], size: int, out_dims: Any, randomness: str,
    kwargs: dict[str, Any],
) -> Any:  # fmt: skip
    of = Map(size, randomness)
    given = [x if dim is None else batched(x, of, dim) for x, dim in zip(flat, dims, strict=True)]
    with under_way(of), of.guarding():
        of.level = level_of(of)
        outputs = func(*refilled(args, iter(given)), **kwargs)
    lone = isinstance(outputs, Tensor) and isinstance(out_dims, tuple) and len(out_dims) == 1
    where = list(out_dims) if lone else broadcast(out_dims, outputs)
    if where is None:
        raise ValueError(
            f"vmap({name}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the structure of "
            f"`outputs`. out_dims has structure {tree_structure(out_dims)} but outputs has structure "
            f"{tree_structure(outputs)}."
        )
    found = [_unbatched(x, of, dim, name) for x, dim in zip(leaves(outputs), where, strict=True)]
    return refilled(outputs, iter(found))


def _unbatched(x: Any, of: Map, dim: int | None, name: str) -> Any:
    """One output with its batch as dimension ``dim``."""
    if dim is None:
        if isinstance(x, Batched):
            raise ValueError(f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is None")
        return x
    if not isinstance(x, Tensor):
        raise ValueError(
            f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(x)}. Did you mean to set "
            "out_dims= to None for output?"
        )
    if is_of(x, of):
        value, place = x._value, x._dim
    else:
        value, place = FUNCTIONS["unsqueeze"](x, 0).expand(of.size, *x.shape), 0
    if not -value.ndim <= dim < value.ndim:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-value.ndim}, {value.ndim - 1}], but got {dim})"
        )
    return value if dim % value.ndim == place else FUNCTIONS["movedim"](value, place, dim)


def items(in_dims: Any, args: Any, func: Any) -> int:
    """How many items there are. Raises ValueError if arguments disagree."""
    return _dims(in_dims, args, _name(func))[1]


def _dims(in_dims: Any, args: Any, name: str) -> tuple[list[Any], int]:
    """The dimension of each leaf of the arguments, and how many items there are. Raises ValueError if they disagree."""
    call = f"vmap({name}, in_dims={in_dims}, ...)(<inputs>)"

    def refuse(words: str) -> NoReturn:
        raise ValueError(f"{call}: {words}")

    if not isinstance(in_dims, int | tuple):
        refuse(
            "expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, got: "
            f"{type(in_dims)}."
        )
    if not args:
        raise ValueError(
            f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a "
            "function with no inputs. The latter is unsupported."
        )
    dims = broadcast(in_dims, args)
    if dims is None:
        refuse(
            f"in_dims is not compatible with the structure of `inputs`. in_dims has structure "
            f"{tree_structure(in_dims)} but inputs has structure {tree_structure(args)}."
        )
    sizes = []
    for place, (x, dim) in enumerate(zip(leaves(args), dims, strict=True)):
        if dim is None:
            continue
        if not isinstance(dim, int):
            refuse(f"Got in_dim={dim} for an input but in_dim must be either an integer dimension or None.")
        if isinstance(dim, bool):
            raise TypeError("size(): argument 'dim' (position 1) must be int, not bool")
        if not isinstance(x, Tensor):
            refuse(
                f"Got in_dim={dim} for an input but the input is of type {type(x)}. We cannot vmap over non-Tensor "
                "arguments, please use None as the respective in_dim"
            )
        if not -x.ndim <= dim < x.ndim:
            refuse(
                f"Got in_dim={dim} for some input, but that input is a Tensor of dimensionality {x.ndim} so expected "
                f"in_dim to satisfy -{x.ndim} <= in_dim < {x.ndim}."
            )
        dims[place] = dim % x.ndim
        sizes.append(x.shape[dim])
    if not sizes:
        raise ValueError("vmap: Expected at least one Tensor to vmap over")
    if len(set(sizes)) > 1:
        raise ValueError(
            "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{sizes} for the mapped dimension"
        )
    return dims, sizes[0]
