"""Calls that a vmap makes on the whole batch at once, and those that it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.memory_format import contiguous_format, preserve_format
from gradwalk.engine.op import OPS
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.wrapped import IN_PLACE_OPERATORS

from ..utils._pytree import tree_leaves as leaves
from ._batched import Batched, batched, differentiates, in_front, is_of, refuse_item
from ._drawing import drawn, refuse_draws
from ._randomness import Map
from ._words import IN_PLACE

_ELEMENTWISE = frozenset(
    {op.name for op in OPS.values() if op.category in ("pointwise", "comparison", "special") and op.name in FUNCTIONS}
    | {f"__{side}{name}__" for name in ("add", "sub", "mul", "truediv", "pow") for side in ("", "r")}
    | {f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge", "neg", "abs", "invert")}
    | {"relu", "sigmoid", "tanh", "softplus", "elu", "gelu", "silu", "leaky_relu", "logsigmoid", "div", "multiply"}
) - {"dropout", "rrelu", "bernoulli", "poisson", "frexp", "isin"}
"""Functions that do the same to each element, whatever the shapes."""


def rule(of: Map, name: str, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What the call gives on all items, or NotImplemented where no rule says how."""
    found = drawn(of, name, f, args, kwargs)
    if found is not NotImplemented:
        return found
    if name == "clone" and len(args) == 1 and not kwargs:
        return batched(f(in_front(args[0])), of)
    if _reads_otherwise(name, args, kwargs) and is_of(args[0], of):
        return batched(f(in_front(args[0]), *args[1:], **kwargs), of)
    if name == "where" and len(args) == 3:
        return _elementwise(of, f, args, kwargs, deciding=args[1:])
    if name in ("masked_fill", "masked_fill_") and not any(x.ndim for x in args if isinstance(x, Tensor)):
        return NotImplemented  # its value has no dimensions in any case
    if name in _ELEMENTWISE:
        return _elementwise(of, f, args, kwargs)
    if name.removesuffix("_") in _ELEMENTWISE or name in IN_PLACE_OPERATORS:
        target: Batched = args[0]
        written = _elementwise(of, f, args, kwargs) if target._dim == 0 else NotImplemented
        return written if written is NotImplemented else target
    if name == "__getitem__":
        return _taken(of, f, *args)
    if name in ("sum", "mean") and len(args) == 1 and not kwargs and args[0].ndim:
        value = in_front(args[0])
        return batched(f(value, dim=tuple(range(1, value.ndim))), of)
    if name in ("matmul", "__matmul__", "__rmatmul__", "mv") and len(args) == 2 and not kwargs:
        matrix, rows = args[::-1] if name == "__rmatmul__" else args
        if _is_row_of(rows, of) and not is_of(matrix, of) and isinstance(matrix, Tensor) and matrix.ndim > 1:
            columns = FUNCTIONS["movedim"](rows._value, rows._dim, -1)
            result = FUNCTIONS["matmul"](matrix, columns)
            return batched(result, of, result.ndim - 1)
    if name in ("linear", "matmul", "__matmul__"):
        return _product(of, name, f, args, kwargs)
    return NotImplemented


def _reads_otherwise(name: str, args: Any, kwargs: Any) -> bool:
    """Whether a call gives a view that has other numbers than what it is of, as real parts do: of items it would give
    views of each, which no view of the batch is."""
    if name == "view":
        return isinstance(kwargs.get("dtype", args[1] if len(args) == 2 else None), dtype)
    return name in _VIEWS_OF_OTHER_NUMBERS


_VIEWS_OF_OTHER_NUMBERS = frozenset(("adjoint", "conj", "imag", "mH", "real", "view_as_complex", "view_as_real"))


def _elementwise(of: Map, f: Callable[..., Any], args: Any, kwargs: Any, deciding: Any = None) -> Any:
    """Items against items: the dimension of the batch in front, then as many as the item with most of them has.

    ``deciding`` are those of the arguments whose dtypes say what comes out.
    """
    tensors = [x for x in args if isinstance(x, Tensor)]
    if any(isinstance(x, Tensor) for x in leaves(kwargs)):
        return NotImplemented
    rank = max(x.ndim for x in tensors)
    given = [_padded(x, of, rank) for x in args]
    kinds = [x for x in (args if deciding is None else deciding) if isinstance(x, Tensor)]
    if len({x.dtype for x in kinds}) > 1:  # a tensor without dimensions counts less in promotion: so with the items
        if len({x.ndim > 0 for x in kinds}) > 1:
            return NotImplemented
        given = [FUNCTIONS["unsqueeze"](x, 0) if isinstance(x, Tensor) and not x.ndim else x for x in given]
    return batched(f(*given, **kwargs), of)


def _taken(of: Map, f: Callable[..., Any], x: Any, index: Any) -> Any:
    """Elements of what all items share, at each item's own places: all of them tensors of integers, or numbers."""
    places = index if isinstance(index, tuple) else (index,)
    if is_of(x, of) or not all(type(i) is int or (isinstance(i, Tensor) and i.dtype.name == "int64") for i in places):
        return NotImplemented
    rank = max(i.ndim for i in places if isinstance(i, Tensor))
    return batched(f(x, tuple(_padded(i, of, rank) for i in places)), of)


def _padded(x: Any, of: Map, rank: int) -> Any:
    if not is_of(x, of):
        return x
    value = in_front(x)
    while value.ndim <= rank:
        value = FUNCTIONS["unsqueeze"](value, 1)
    return value


def _is_row_of(x: Any, of: Map) -> bool:
    return is_of(x, of) and x.ndim == 1


def _product(of: Map, name: str, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Batched vectors or matrices times one matrix."""
    x, *others = args
    alone = not any(is_of(y, of) for y in (*others, *kwargs.values()))
    one = len(others) == 1 or name == "linear"
    if not (alone and one and others and is_of(x, of) and x.ndim and others[0].ndim == 2):
        return NotImplemented
    return batched(f(in_front(x), *others, **kwargs), of)


def _refuse_statistics_of_one(of: Map, name: str, args: Any, kwargs: Any) -> None:
    """Raises RuntimeError where each item would move the same running statistics."""
    moves = "training" if name == "batch_norm" else "use_input_stats"
    in_torch = len(args) + len(kwargs) == _GIVEN_TO_TORCH
    order = _ORDERS[in_torch]
    given = dict(zip((*order, moves), args, strict=False)) | kwargs
    running = (given.get("running_mean"), given.get("running_var"))
    is_moved = given.get(moves, name == "instance_norm") and is_of(given["input"], of)
    if is_moved and any(x is not None and not is_of(x, of) for x in running):
        raise RuntimeError(_STATISTICS)


_GIVEN_TO_TORCH = 9
_ORDERS = (
    ("input", "running_mean", "running_var", "weight", "bias"),
    ("input", "weight", "bias", "running_mean", "running_var"),
)
"""The first arguments of the functions in ``nn.functional``, and of those in ``torch``, which take nine."""
_STATISTICS = (
    "Batch norm got a batched tensor as input while the running_mean or running_var, which will be updated in place, "
    "were not batched.\nIf you are using a module and do not need eval mode, please set `track_running_stats` to be "
    "False.If you are using a prebuilt module and do not need eval mode, please see the functorch website for "
    "resources on how to patch your module to work with vmap"
)


def refuse(of: Map, name: str, args: Any, kwargs: Any) -> None:
    """Raises RuntimeError for calls of which vmap can make nothing."""
    order = kwargs.get("memory_format")
    if order not in (None, contiguous_format, preserve_format):
        if name == "clone":
            raise RuntimeError(_ORDER_OF_CLONE.format(_IN_C[str(order)]))
        if name in ("contiguous", "is_contiguous"):
            raise RuntimeError(_ORDER_ASKED)
    dim = args[1] if len(args) == 2 else kwargs.get("dim")
    if name == "squeeze" and isinstance(dim, int) and dim != 0 and not args[0].ndim:
        raise RuntimeError(f"Dimension is out of range (expected to be in range of [-1, 0], but got [{dim}]")
    refuse_draws(of, name, args)
    _refuse_numbers(of, name, args, kwargs)
    if name == "masked_select" and any(is_of(x, of) for x in (*args[1:], kwargs.get("mask"))):
        raise RuntimeError(
            "vmap: Attempted to vmap over `mask` in torch.masked_select(self, mask) We cannot support this because for "
            "each batch this would return a differently shaped Tensor. Please file an issue at "
            "https://github.com/pytorch/pytorch/issues if you need this feature."
        )
    if name in _UNSUPPORTED:
        raise RuntimeError(_UNSUPPORTED[name])
    if name in ("batch_norm", "instance_norm"):
        _refuse_statistics_of_one(of, name, args, kwargs)
    if name in ("tensor", "full") and any(is_of(x, of) for x in leaves(args)) and not is_of(args[0], of):
        refuse_item()
    if name in ("nonzero", "unique", "unique_consecutive") or (name == "where" and len(args) == 1):
        kernel = "_unique2" if name == "unique" else name
        raise RuntimeError(
            "vmap: We do not support batching operators that can output dynamic shape. Attempted to vmap over "
            f"aten::{kernel}. Please file an issue at https://github.com/pytorch/pytorch/issues if you need this "
            "feature."
        )
    if name == "__getitem__" and any(isinstance(x, Batched) and x.dtype.name == "bool" for x in leaves(args[1])):
        raise RuntimeError(
            "vmap: We do not support batching operators that can support dynamic shape. Attempting to batch over "
            "indexing with a boolean mask."
        )
    writes = (name.endswith("_") and not name.endswith("__")) or name in ("__setitem__", *IN_PLACE_OPERATORS)
    if writes and not is_of(args[0], of) and any(is_of(x, of) for x in leaves(args[1:])):
        self, others = args[0], [x for x in leaves(args[1:]) if is_of(x, of)]
        if name in ("add_", "sub_", "mul_", "div_", "pow_", *IN_PLACE_OPERATORS):
            widest = max((list(x.shape) for x in (self, *others)), key=len)
            raise RuntimeError(
                f"output with shape {list(self.shape)} doesn't match the broadcast shape {[of.size, *widest]}"
            )
        by_place = name == "index_put_" or (
            name == "__setitem__" and any(isinstance(x, Tensor) for x in leaves(args[1]))
        )
        raise RuntimeError(IN_PLACE.format("index_put_" if by_place else "inplace arithmetic"))


def _refuse_numbers(of: Map, name: str, args: Any, kwargs: Any) -> None:
    """Raises RuntimeError for what has a number for each item where PyTorch takes one for all."""
    if name == "one_hot":
        if differentiates():
            refuse_item()
        if (args[1] if len(args) > 1 else kwargs.get("num_classes", -1)) == -1:
            raise RuntimeError(_CLASSES)
    numbers: list[Any] = [kwargs.get("alpha")]
    if name in ("roll", "select", "narrow"):
        numbers += leaves((args[1:], kwargs))
    elif name in ("clamp", "clip"):
        bounds = [*args[1:3], *(kwargs[each] for each in ("min", "max") if each in kwargs)]
        numbers += bounds if any(isinstance(x, int | float) for x in bounds) else []
    if any(is_of(x, of) for x in numbers):
        if name == "narrow" and not differentiates():
            raise RuntimeError(_NARROW)
        refuse_item()


_CLASSES = "When vmap-ing torch.nn.functional.one_hot, please provide an explicit positive num_classes argument."
_NARROW = "Batching rule not implemented for aten::narrow.Tensor; the fallback path doesn't work on out= or view ops."
_IN_C = {"torch.channels_last": "ChannelsLast", "torch.channels_last_3d": "ChannelsLast3d"}
_ORDER_OF_CLONE = (
    "NYI: Tensor.clone(memory_format) inside vmap is only supported with memory_format torch.preserve_format or "
    "torch.contiguous_format (got {})"
)
_ORDER_ASKED = "NYI: querying is_contiguous inside of vmap for memory_format other than torch.contiguous_format"
_UNSUPPORTED = {
    "allclose": "vmap over torch.allclose isn't supported yet. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues if you need this feature.",
    "data": "accessing `data` under vmap transform is not allowed",
    "equal": "Batching rule not implemented for aten::equal. We could not generate a fallback.",
}
