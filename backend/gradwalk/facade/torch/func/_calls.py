"""What a call on batches gives: made on all items at once where a rule says how (:mod:`._rules`), else item by item.

What the items give is a batch again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from gradwalk.engine import Tensor
from gradwalk.engine.errors import NO_GRAD_FN
from gradwalk.engine.size import Size
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.transforms import STACK

from ..utils._pytree import tree_leaves as leaves
from ..utils._pytree import tree_map
from ._batched import FLOW, Batched, batched, is_of, plain
from ._fallbacks import warn_of_fallback
from ._randomness import Map
from ._rules import refuse, rule
from ._words import words_of_items, words_of_products


def answer(of: Map, name: str, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What ``f`` gives on all items of a vmap."""
    refuse(of, name, args, kwargs)
    warn_of_fallback(name, args)
    try:
        whole = rule(of, name, f, args, kwargs)
    except RuntimeError:
        _say(words_of_products(name, of, args))
        raise
    if whole is not NotImplemented:
        return whole
    calls = [tree_map(lambda x: _at(x, of, index), (args, kwargs)) for index in range(of.size)]  # noqa: B023
    if name == "grad":
        _refuse_items(args[0] if args else kwargs.get("outputs"))
        calls = _as_one_pass(calls)
    if name in ("as_strided", "as_strided_copy"):
        calls = _each_from_where_it_begins(calls)
    if not calls:
        raise NotImplementedError("Gradwalk's vmap does not go through batches of no items.")
    with of.item_by_item((args, kwargs)) as begin:
        results = []
        for given, named in calls:
            begin()
            try:
                results.append(f(*given, **named))
            except RuntimeError as error:
                _say(words_of_items(name, of, args, str(error)))
                raise
    if args and all(result is given[0] for result, (given, _) in zip(results, calls, strict=True)):
        return args[0]
    return _joined(results, of, [x for x in leaves((args, kwargs)) if isinstance(x, Batched)])


def _each_from_where_it_begins(calls: list[Any]) -> list[Any]:
    """The calls of ``as_strided`` with the offset of each item: what is given is that of the first one. Raises
    RuntimeError for what lies outside of the item."""
    starts: list[int] = []
    found: list[Any] = []
    for (x, *given), named in calls:
        options = {**dict(zip(("size", "stride", "storage_offset"), given, strict=False)), **named}
        starts.append(x.storage_offset())
        size, steps, offset = options["size"], options["stride"], options.get("storage_offset")
        offset = starts[0] if offset is None else offset
        asked = (offset, offset + _reach(size, steps))
        own = (starts[0], starts[0] + _reach(x.shape, x.stride()))
        if asked[0] < own[0] or asked[1] > own[1]:
            raise RuntimeError(_OUTSIDE.format(list(size), list(steps), offset, list(asked), list(own)))
        found.append(((x, size, steps, offset + starts[-1] - starts[0]), {}))
    return found


def _reach(size: Sequence[int], steps: Sequence[int]) -> int:
    return 1 + sum((n - 1) * step for n, step in zip(size, steps, strict=True))


_OUTSIDE = (
    "result = tensor.as_strided({0}, {1}, {2}) can access memory outside of `tensor`. `result` can access some memory "
    "in range {3}, but `tensor` can only access some memory in range {4}. This is not supported inside of vmap, please "
    "try to rewrite the `as_strided` call as a sequence of PyTorch view operations"
)


def _refuse_items(outputs: Any) -> None:
    """Raises RuntimeError where ``autograd.grad`` is to go back from what was made of items: maps hide its history."""
    if all(isinstance(level, Map) for level in STACK) and any(isinstance(x, Batched) for x in leaves(outputs)):
        raise RuntimeError(NO_GRAD_FN.format(0))


def _as_one_pass(calls: list[Any]) -> list[Any]:
    """The calls of ``autograd.grad`` for all items, which are one pass in PyTorch: the graph is there for the last."""
    named = [(given[:3], {**dict(zip(_OPTIONS, given[3:], strict=False)), **options}) for given, options in calls]
    return [(given, {**options, "retain_graph": True}) for given, options in named[:-1]] + named[-1:]


_OPTIONS = ("retain_graph", "create_graph", "only_inputs", "allow_unused", "is_grads_batched", "materialize_grads")


def _say(words: str | None) -> None:
    if words is not None:
        raise RuntimeError(words) from None


def _at(x: Any, of: Map, index: int) -> Any:
    return x.item_at(index) if is_of(x, of) else x


def _joined(results: list[Any], of: Map, sources: list[Batched]) -> Any:
    """The items' results as one."""
    first = results[0]
    if isinstance(first, Tensor):
        if all(x is first for x in results):
            return first
        for number, x in enumerate(results):
            if x.shape != first.shape:
                raise RuntimeError(_OTHER_SIZE.format(list(first.shape), list(x.shape), number))
        return batched(_stacked(results, [plain(x) for x in sources]), of)
    if isinstance(first, dict):
        return {key: _joined([result[key] for result in results], of, sources) for key in first}
    if isinstance(first, tuple | list) and not isinstance(first, Size):
        if any(len(x) != len(first) for x in results):
            raise RuntimeError(_DYNAMIC)
        parts = [_joined(list(column), of, sources) for column in zip(*results, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else type(first)(parts)
    if any(x != first for x in results):
        raise RuntimeError(FLOW)
    return first


def _stacked(results: list[Any], sources: list[Any]) -> Any:
    """One tensor with a new first dimension; a view of what the results are views of, if they are."""
    first = results[0]
    if isinstance(first, Batched):
        if any(not isinstance(x, Batched) or x._of is not first._of or x._dim != first._dim for x in results):
            return FUNCTIONS["stack"](results)
        return batched(_stacked([x._value for x in results], sources), first._of, first._dim + 1)
    if any(isinstance(x, Batched) for x in results):
        return FUNCTIONS["stack"](results)
    source = next((x for x in sources if x._storage is first._storage and x._array.dtype == first._array.dtype), None)
    step = None if source is None else _step([x._array for x in results])
    if source is None or step is None or _is_one_for_all(first, step, len(results)):
        return FUNCTIONS["stack"](results)
    seen = source.detach() if source.requires_grad and not first.requires_grad else source
    size = (len(results), *first.shape)
    return FUNCTIONS["as_strided"](seen, size, (step, *first.stride()), first.storage_offset())


def _is_one_for_all(first: Any, step: int, count: int) -> bool:
    """Whether all items are the same numbers, of which each has a gradient of its own: ``as_strided`` gives all their
    mean."""
    return step == 0 and count > 1 and first.requires_grad


def _step(arrays: Sequence[np.ndarray[Any, Any]]) -> int | None:
    """How many elements lie between the beginnings of arrays, if it is always as many."""
    starts = [x.__array_interface__["data"][0] for x in arrays]
    steps = {after - before for before, after in pairwise(starts)} or {0}
    step = steps.pop()
    same = {x.strides for x in arrays}
    if steps or len(same) > 1 or step % arrays[0].itemsize or not arrays[0].size:
        return None
    return int(step // arrays[0].itemsize)


_OTHER_SIZE = "stack expects each tensor to be equal size, but got {} at entry 0 and {} at entry {}"
_DYNAMIC = "vmap: the items of a batch give tensors of different shapes, which cannot be one tensor."

Map.answer = answer
