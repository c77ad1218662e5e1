"""Padding: constants, reflections, repetitions around a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_padding as ops
from gradwalk.engine.surface.registry import must_be_tensor
from gradwalk.engine.tensor import Tensor

_SUPPORTED = """
Supported combinations for non-constant padding:
  - 2D or 3D input: padding size = 2 (pads last dimension)
  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)
  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"""
_NAMES = ("reflect", "replicate", "circular")


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Wider by ``pad``: (left, right) of the last dimension, then of the one before, and so on."""
    x = must_be_tensor("pad", "input", 1, input)
    widths = tuple(int(n) for n in pad)
    if len(widths) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(widths) // 2 > x.ndim:
        raise RuntimeError(
            f"Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(widths)} and input of dimension {x.ndim}"
        )
    if mode == "constant":
        return ops.constant_pad(x, pad=widths, value=0 if value is None else value)
    if value is not None and value != 0:
        raise ValueError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if mode not in _NAMES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    dims = len(widths) // 2
    if not dims or x.ndim not in (dims + 1, dims + 2):
        given = f"Padding size {len(widths)} is not supported for {x.ndim}D input tensor."
        raise NotImplementedError(given + _SUPPORTED)
    if mode == "reflect":
        for place in range(dims):
            size = x.shape[-1 - place]
            if any(n >= size for n in widths[2 * place : 2 * place + 2]):
                raise RuntimeError(
                    f"Argument #{4 + 2 * place}: Padding size should be less than the corresponding input dimension, "
                    f"but got: padding ({widths[2 * place]}, {widths[2 * place + 1]}) at dimension "
                    f"{x.ndim - 1 - place} of input {list(x.shape)}"
                )
    if mode == "circular":
        return _around(x, widths)
    return ops.BY_MODE[mode, dims](x, padding=widths, mode=mode)


def _around(x: Any, widths: Sequence[int]) -> Tensor:
    """Padded as if each dimension were a ring: a new tensor, into which the old one and then its ends are written."""
    pairs = [(x.ndim - 1 - i, *widths[2 * i : 2 * i + 2]) for i in range(len(widths) // 2)]
    sizes = list(x.shape)
    for dim, low, high in pairs:
        sizes[dim] += low + high
        if low > x.shape[dim] or high > x.shape[dim]:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        if sizes[dim] < 0:
            raise RuntimeError("Negative padding value is resulting in an empty dimension")
    whole = x.new_empty(sizes)
    inner, source = whole, x
    for dim, low, high in pairs:
        inner = _slice(inner, dim, max(low, 0), sizes[dim] - max(high, 0))
        source = _slice(source, dim, max(-low, 0), x.shape[dim] - max(-high, 0))
    inner.copy_(source)
    for dim, low, high in pairs:
        if low > 0:
            end = sizes[dim] - max(high, 0)
            _slice(whole, dim, 0, low).copy_(_slice(whole, dim, end - low, end))
        if high > 0:
            start = max(low, 0)
            _slice(whole, dim, sizes[dim] - high, sizes[dim]).copy_(_slice(whole, dim, start, start + high))
    return whole  # type: ignore[no-any-return]


def _slice(x: Any, dim: int, start: int, end: int) -> Any:
    return OPS["slice"](x, dim=dim, start=start, end=end, step=1)
