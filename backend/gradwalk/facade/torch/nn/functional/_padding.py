"""Padding: constants, reflections, repetitions around a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine.ops import nn_padding as ops
from gradwalk.engine.surface.registry import must_be_tensor
from gradwalk.engine.surface.rings import padded_around
from gradwalk.engine.surface.sizes import storable
from gradwalk.engine.tensor import Tensor

_SUPPORTED = """
Supported combinations for non-constant padding:
  - 2D or 3D input: padding size = 2 (pads last dimension)
  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)
  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"""
_NAMES = ("reflect", "replicate", "circular")


_TOO_SMALL = {
    1: "input (W: {}) is too small. Calculated output W: {}",
    2: "input (H: {}, W: {}) is too small. Calculated output H: {} W: {}",
    3: "input (D: {} H: {}, W: {}) is too small. Calculated output D: {} H: {} W: {}",
}


def _check_narrowed(x: Tensor, widths: Sequence[int]) -> None:
    """Raises RuntimeError where negative widths take away more than there is, as PyTorch's ``narrow`` does."""
    for place, (low, high) in enumerate(zip(widths[::2], widths[1::2], strict=True)):
        if x.shape[-1 - place] + min(low, 0) + min(high, 0) < 0:
            raise RuntimeError("narrow(): length must be non-negative.")


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
        _check_narrowed(x, widths)
        around = (0,) * (x.ndim - len(widths) // 2) + tuple(map(sum, zip(widths[-2::-2], widths[-1::-2], strict=True)))
        storable(tuple(map(sum, zip(x.shape, around, strict=True))), x._array.dtype)
        return ops.constant_pad(x, pad=widths, value=0 if value is None else value)
    if value is not None and value != 0:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if mode not in _NAMES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    dims = len(widths) // 2
    if not dims or x.ndim not in (dims + 1, dims + 2):
        given = f"Padding size {len(widths)} is not supported for {x.ndim}D input tensor."
        raise NotImplementedError(given + _SUPPORTED)
    if mode != "circular" and 0 in x.shape[-dims - 1 :]:
        raise RuntimeError(
            f"Expected {dims + 1}D or {dims + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero "
            f"dimensions for input, but got: {list(x.shape)}"
        )
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
        return padded_around(x, widths)
    out = [n + low + high for n, low, high in zip(x.shape[-dims:], widths[-2::-2], widths[-1::-2], strict=True)]
    if all(n < 1 for n in out):
        raise RuntimeError(_TOO_SMALL[dims].format(*x.shape[-dims:], *out))
    return ops.BY_MODE[mode, dims](x, padding=widths, mode=mode)
