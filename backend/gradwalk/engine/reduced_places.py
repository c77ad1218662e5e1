"""Sums by places in two bytes: PyTorch's kernels add one number after another there, and round each time.

Functions as in ``reduced_steps``. What goes through ``scatter_add`` is added up in float32, and rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import Array
from .op import OPS

if TYPE_CHECKING:
    from .reduced_steps import Round

AT_ONCE = 32
"""So many elements a vectorised loop takes at once, in which a product is not rounded before it is added."""


def one_by_one(
    r: Round, whole: Array, places: Array, values: Array, combine: Callable[..., Any] = np.add
) -> Array:  # fmt: skip
    """``whole`` with each value combined into the place that it has in a row; in the values' order."""
    flat = whole.reshape(-1).copy()
    where, given = places.reshape(-1), values.reshape(-1)
    order = np.argsort(where, kind="stable")
    found, starts, counts = np.unique(where[order], return_index=True, return_counts=True)
    for turn in range(int(counts.max(initial=0))):  # the next value of every place that has another
        left = counts > turn
        at = found[left]
        flat[at] = r(combine(flat[at], given[order[starts[left] + turn]]))
    return flat.reshape(whole.shape)


def _positions(sizes: Sequence[int], key: Any) -> Array:
    found: Array = np.arange(int(np.prod(sizes, dtype=np.int64))).reshape(tuple(sizes))[key]
    return found


def _along(x: Array, index: Array, dim: int) -> tuple[Array, int]:
    """The positions that slices of ``x`` along ``dim`` have, and how many of their elements lie side by side."""
    axis = dim % x.ndim if x.ndim else 0
    key = (slice(None),) * axis + (index.reshape(-1),)
    shape = x.shape or (1,)
    return _positions(shape, key), int(np.prod(shape[axis + 1 :], dtype=np.int64))


def _scaled(r: Round, values: Array, factor: Any, run: int) -> Array:
    """A product that is rounded in the elements that no vectorised loop takes, of runs of ``run``."""
    factors = r(np.broadcast_to(np.asarray(factor, np.float32), values.shape))
    whole: Array = np.array(values * factors)
    flat = whole.reshape(-1, run)
    rest = run - run % AT_ONCE
    flat[:, rest:] = r(flat[:, rest:])
    return whole


def _index_put(r: Round, x: Array, values: Any, indices: Any, accumulate: bool) -> Any:
    found = OPS["index_put"].forward(x, values, indices, accumulate)  # with its checks
    if not accumulate:
        return found
    places = OPS["index"].forward(np.arange(x.size).reshape(x.shape), indices)
    return one_by_one(r, x, places, np.broadcast_to(values, places.shape)) if places.size else found


def _put(r: Round, x: Array, index: Array, source: Array, accumulate: bool) -> Any:
    found = OPS["put"].forward(x, index, source, accumulate)
    return one_by_one(r, x, index % x.size, source) if accumulate and x.size else found


def _index_add(r: Round, x: Array, index: Array, source: Array, dim: int, alpha: float) -> Any:
    found = OPS["index_add"].forward(x, index, source, dim, alpha)
    ends = x.ndim > 1 and dim % x.ndim in (0, x.ndim - 1)
    if not found.size or not index.size or (ends and alpha == 1 and index.dtype == np.int64):
        return found
    places, run = _along(x, index, dim)
    values = source if alpha == 1 else _scaled(r, source, alpha, run if x.ndim > 1 else 1)
    return one_by_one(r, x, places, values)


def _index_reduce(r: Round, x: Array, index: Array, source: Array, dim: int, reduce: str, include_self: bool) -> Any:
    found = OPS["index_reduce"].forward(x, index, source, dim, reduce, include_self)
    if reduce not in ("mean", "prod") or not found.size or not index.size:
        return found
    places, _ = _along(x, index, dim)
    start = x.reshape(-1).copy()
    if not include_self:
        start[places.reshape(-1)] = 0 if reduce == "mean" else 1
    whole = one_by_one(r, start.reshape(x.shape), places, source, np.add if reduce == "mean" else np.multiply)
    if reduce == "prod":
        return whole
    counts = _index_add(r, np.full_like(x, include_self), index, np.ones_like(source), dim, 1)
    return whole / np.where(r(counts) == 0, 1, r(counts))


def _scatter_reduce(r: Round, x: Array, index: Array, src: Array, dim: int, reduce: str, include_self: bool) -> Any:
    forward = OPS["scatter_reduce"].forward
    found = forward(x, index, src, dim, reduce, include_self)
    if reduce != "mean" or not index.size:
        return found
    total = r(forward(x, index, src, dim, "sum", include_self))
    start = np.full_like(x, include_self)
    counts = r(OPS["scatter_add"].forward(start, index, np.ones_like(src), dim))
    return total / np.where(counts == 0, 1, counts)


def _embedding_dense_backward(
    r: Round, grad: Array, indices: Array, sizes: Sequence[int], padding_idx: int, scale_grad_by_freq: bool
) -> Any:
    rows, width = indices.reshape(-1), sizes[-1]
    values = grad.reshape(-1, width)
    if scale_grad_by_freq:
        values = _scaled(r, values, 1 / np.bincount(rows, minlength=sizes[0])[rows][:, None], width)
    kept = rows != padding_idx if padding_idx >= 0 else np.ones(rows.shape, bool)
    places = _positions(sizes, rows[kept])
    return one_by_one(r, np.zeros(tuple(sizes), np.float32), places, values[kept])


def _unfold_backward(r: Round, grad: Array, sizes: Sequence[int], dimension: int, size: int, step: int) -> Any:
    whole = np.zeros(tuple(sizes), np.float32)
    places = OPS["unfold"].forward(np.arange(whole.size).reshape(sizes), dimension, size, step)
    return one_by_one(r, whole, places, grad)


def _scatter_value_reduced(r: Round, x: Array, index: Array, dim: int, value: Any, reduce: str) -> Any:
    """The number is rounded first."""
    return OPS["scatter.value_reduce"].forward(x, index, dim, float(r(np.float32(value))), reduce)


def _embedding_bag(r: Round, weight: Array, indices: Array, offsets: Array, *rest: Any) -> Any:
    """Sums of bfloat16 end in the greater of two neighbours that are as near; a mean is the rounded sum over how many
    there are."""
    from .ops._bags import MAX, MEAN, SUM, bags

    forward = OPS["embedding_bag"].forward
    samples, mode, padding_idx, *others = rest
    if mode == MAX:
        return forward(weight, indices, offsets, *rest)
    total, where = forward(weight, indices, offsets, samples, SUM, padding_idx, *others)
    if r.kind.kind == "V" and padding_idx < 0:
        bits = np.ascontiguousarray(total, np.float32).view(np.uint32)
        total = ((bits + np.uint32(0x8000)) & np.uint32(0xFFFF0000)).view(np.float32)
    if mode == MEAN:
        total = r(total) / r(np.maximum(bags(indices, offsets, padding_idx)[1], 1).astype(np.float32))[:, None]
    return total, where


def _bag_weight(
    r: Round, grad: Array, indices: Array, offsets: Array, per_sample_weights: Array | None, where: Array,
    sizes: Sequence[int], mode: int, padding_idx: int, scale_grad_by_freq: bool,
) -> Any:  # fmt: skip
    from .ops._bags import MAX, bags, shares

    whole = np.zeros(tuple(sizes), np.float32)
    if mode == MAX:
        used = where >= 0
        columns = np.broadcast_to(np.arange(sizes[1]), where.shape)
        return one_by_one(r, whole, (where * sizes[1] + columns)[used], grad[used])
    share = shares(indices, offsets, per_sample_weights, sizes[0], mode, padding_idx, scale_grad_by_freq)
    order = np.argsort(indices, kind="stable")
    bag = bags(indices, offsets, padding_idx)[0]
    values = r(grad[bag] * r(share.astype(np.float32))[:, None])[order]
    return one_by_one(r, whole, _positions(sizes, indices[order]), values)


def _col2im(r: Round, x: Array, output_size: Sequence[int], *place: Any) -> Any:
    found = OPS["col2im"].forward(x, output_size, *place)  # with its checks
    places = OPS["im2col"].forward(np.arange(1, found.size + 1).reshape(found.shape), *place)
    inside = places > 0  # the rest is padding
    return one_by_one(r, np.zeros(found.shape, np.float32), places[inside] - 1, x[inside])


def _padding_backward(r: Round, grad: Array, x: Array, padding: Sequence[int], mode: str) -> Any:
    places = OPS[f"{mode}_pad{len(padding) // 2}d"].forward(np.arange(x.size).reshape(x.shape), padding, mode)
    return one_by_one(r, np.zeros(x.shape, np.float32), places, grad)


def _max_pool_backward(r: Round, grad: Array, x: Array, indices: Array, dims: int) -> Any:
    plane = int(np.prod(x.shape[-dims:], dtype=np.int64))
    planes = np.arange(x.size // plane).reshape(x.shape[:-dims] + (1,) * dims) * plane
    return one_by_one(r, np.zeros(x.shape, np.float32), indices + planes, grad)


def _avg_pool2d_backward(
    r: Round, grad: Array, x: Array, size: Any, stride: Any, padding: Any, ceil: bool, counts: bool, divisor: int | None
) -> Any:  # fmt: skip
    spans, whole_spans = [], []
    for d in range(2):
        step, extent = (stride or size)[d], x.shape[d - 2]
        starts = np.arange(grad.shape[d - 2]) * step - padding[d]
        ends = np.minimum(starts + size[d], extent + padding[d])
        whole_spans.append(ends - starts)
        spans.append((np.maximum(starts, 0), np.minimum(ends, extent)))
    widths = whole_spans if counts else [ends - starts for starts, ends in spans]
    share = np.multiply.outer(*widths) if divisor is None else divisor
    return _into_windows(r, r(grad / np.asarray(share, np.float32)), x.shape, spans)


def _adaptive_avg_pool2d_backward(r: Round, grad: Array, x: Array, output_size: Any) -> Any:
    spans = []
    for d in (-2, -1):
        extent, count = x.shape[d], grad.shape[d]
        places = np.arange(count)
        spans.append((places * extent // count, -(-(places + 1) * extent // count)))
    high, wide = ((ends - starts).astype(np.float32) for starts, ends in spans)
    return _into_windows(r, r(r(grad / high[:, None]) / wide), x.shape, spans)


def _into_windows(r: Round, values: Array, sizes: tuple[int, ...], spans: Sequence[tuple[Array, Array]]) -> Array:
    """Zeros with each value added to its window of the last two dimensions, window by window."""
    whole = np.zeros(sizes, np.float32)
    for i, j in np.ndindex(*values.shape[-2:]):
        rows, columns = (slice(starts[k], ends[k]) for (starts, ends), k in zip(spans, (i, j), strict=True))
        whole[..., rows, columns] = r(whole[..., rows, columns] + values[..., i, j, None, None])
    return whole


BY_PLACES: dict[str, Callable[..., Any]] = {
    "index_put": _index_put, "index_put_impl": _index_put, "put": _put, "index_add": _index_add,
    "index_reduce": _index_reduce, "scatter_reduce": _scatter_reduce,
    "scatter.value_reduce": _scatter_value_reduced, "embedding_dense_backward": _embedding_dense_backward,
    "embedding_bag": _embedding_bag, "bag_weight": _bag_weight, "unfold_backward": _unfold_backward,
    "col2im": _col2im, "avg_pool2d_backward": _avg_pool2d_backward,
    "adaptive_avg_pool2d_backward": _adaptive_avg_pool2d_backward,
    "max_pool2d_with_indices_backward": _max_pool_backward, "adaptive_max_pool2d_backward": _max_pool_backward,
    **{f"{mode}_pad{dims}d_backward": _padding_backward for mode in ("reflect", "replicate") for dims in (1, 2, 3)},
}  # fmt: skip
"""By op."""
