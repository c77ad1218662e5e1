"""Padding: constants, reflections, repetitions around a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine.ops import nn_padding as ops
from gradwalk.engine.surface.registry import must_be_tensor
from gradwalk.engine.tensor import Tensor

_NAMES = {"reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Wider by ``pad``: (left, right) of the last dimension, then of the one before, and so on."""
    x = must_be_tensor("pad", "input", 1, input)
    widths = tuple(int(n) for n in pad)
    if len(widths) % 2:
        raise RuntimeError(f"Padding length must be divisible by 2 but got: {len(widths)}")
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
    if x.ndim not in (dims + 1, dims + 2):
        raise NotImplementedError("Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now")
    if mode == "reflect":
        for place in range(dims):
            size = x.shape[-1 - place]
            if any(n >= size for n in widths[2 * place : 2 * place + 2]):
                raise RuntimeError(
                    f"Padding size should be less than the corresponding input dimension, but got: padding "
                    f"({widths[2 * place]}, {widths[2 * place + 1]}) at dimension {x.ndim - 1 - place} of input "
                    f"{list(x.shape)}"
                )
    return ops.BY_MODE[mode, dims](x, padding=widths, mode=mode)
