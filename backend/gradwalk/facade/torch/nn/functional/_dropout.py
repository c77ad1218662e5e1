"""Dropout: the same random masks as PyTorch for a seed."""

from __future__ import annotations

import math
from math import prod
from typing import Any

import numpy as np

from gradwalk.engine import random
from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.dtypes import FLOATING, default_floating, int64
from gradwalk.engine.dtypes import dtype as Dtype  # noqa: N812
from gradwalk.engine.layouts import kept_strides
from gradwalk.engine.op import OPS
from gradwalk.engine.surface.registry import must_be_tensor
from gradwalk.engine.tensor import Tensor, wrap
from gradwalk.engine.warn import warn


def _check(p: float) -> None:
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def bernoulli(shape: tuple[int, ...], probability: float, dtype: Any, like: Any = None) -> Any:
    """Ones with a probability, else zeros, drawn as PyTorch draws them: in the order of memory, which is ``like``'s."""
    drawn = random.default_generator.uniform(prod(shape), np.dtype(np.float64))
    kept = (drawn < probability).astype(dtype)
    if like is None or like.flags.c_contiguous or like.shape != shape:
        return kept.reshape(shape)
    return np.ndarray(shape, kept.dtype, kept, 0, tuple(step * kept.itemsize for step in kept_strides(like)))


def _refuse_whole_numbers(kind: Dtype) -> None:
    """Raises RuntimeError where the mask, which is of the input's dtype, cannot be scaled."""
    if kind.category < FLOATING:
        names = [each.legacy_name.removesuffix("Tensor") for each in (default_floating(), kind)]
        raise RuntimeError(f"result type {names[0]} can't be cast to the desired output type {names[1]}")


def dropped(input: Any, shape: tuple[int, ...], p: float, training: bool, inplace: bool) -> Tensor:
    """``input`` times a mask of ``shape`` that is 0 with probability ``p``, else 1 / (1 - p)."""
    x = must_be_tensor("dropout", "input", 1, input)
    if p == 0 or not training or x._array.size == 0:
        return x
    kind = x._array.dtype
    if p == 1:
        mask = np.zeros((), dtype=kind)
    else:
        kept = bernoulli(shape, 1 - p, kind, x._array)
        _refuse_whole_numbers(x.dtype)
        mask = kept / kind.type(1 - p)
    return apply_in_place(OPS["mul"], x, wrap(mask)) if inplace else OPS["mul"](x, wrap(mask))


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Each element zero with probability ``p``, the others scaled up."""
    _check(p)
    return dropped(input, tuple(input.shape), p, training, inplace)


def _channels(input: Any, p: float, training: bool) -> tuple[int, ...]:
    if input.ndim < 2 and training and 0 < p < 1 and input._array.size:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    return (*input.shape[:2], *(1 for _ in input.shape[2:]))


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels of (N, C, L) or (C, L) zero."""
    return _batched(input, p, training, inplace, 3, "dropout1d")


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels of (N, C, H, W) zero."""
    _check(p)
    if input.ndim not in (3, 4):
        warn(_OF_ANOTHER_RANK.format("dropout2d", input.ndim, 2, "3D or 4D"))
    if input.ndim == 3:
        warn(_ONE_DIMENSIONAL)
    return dropped(input, _channels(input, p, training), p, training, inplace)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels of (N, C, D, H, W) or (C, D, H, W) zero."""
    return _batched(input, p, training, inplace, 5, "dropout3d")


_OF_ANOTHER_RANK = (
    "{0}: Received a {1}-D input to {0}, which is deprecated and will result in an error in a future release. To "
    "retain the behavior and silence this warning, please use dropout instead. Note that {0} exists to provide "
    "channel-wise dropout on inputs with {2} spatial dimensions, a channel dimension, and an optional batch dimension "
    "(i.e. {3} inputs)."
)
_ONE_DIMENSIONAL = (
    "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input "
    "is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a future release to "
    "interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise "
    "dropout behavior, please switch to using dropout1d instead."
)


def _batched(input: Any, p: float, training: bool, inplace: bool, ndim: int, name: str) -> Tensor:
    _check(p)
    if input.ndim not in (ndim - 1, ndim) and name == "dropout3d":
        warn(_OF_ANOTHER_RANK.format(name, input.ndim, 3, "4D or 5D"))
    elif input.ndim not in (ndim - 1, ndim):
        raise RuntimeError(f"{name}: Expected {ndim - 1}D or {ndim}D input, but received a {input.ndim}D input.")
    if input.ndim == ndim:
        return dropped(input, _channels(input, p, training), p, training, inplace)
    whole = input.unsqueeze_(0) if inplace else input.unsqueeze(0)
    result: Any = dropped(whole, _channels(whole, p, training), p, training, inplace)
    alone: Tensor = result.squeeze_(0) if inplace else result.squeeze(0)
    return alone


_ALPHA = 1.7580993408473766
"""Where SELU's negative side ends: what dropped elements are set to."""


def _alpha_dropped(input: Any, shape: tuple[int, ...], p: float, training: bool, inplace: bool) -> Tensor:
    _check(p)
    x: Any = must_be_tensor("alpha_dropout", "input", 1, input)
    if p == 0 or not training or x._array.size == 0:
        return x  # type: ignore[no-any-return]
    if p == 1:
        nothing = wrap(np.zeros((), x._array.dtype))
        return x.mul_(nothing) if inplace else x * nothing  # type: ignore[no-any-return]
    kept = bernoulli(shape, 1 - p, x._array.dtype, x._array)
    _refuse_whole_numbers(int64 if x.dtype.category < int64.category else x.dtype)
    scale = 1 / math.sqrt((_ALPHA**2 * p + 1) * (1 - p))
    shift = wrap((kept - 1) * x._array.dtype.type(_ALPHA * scale) + x._array.dtype.type(_ALPHA * scale * p))
    times = wrap(kept * x._array.dtype.type(scale))
    return x.mul_(times).add_(shift) if inplace else x * times + shift  # type: ignore[no-any-return]


def alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Elements set to SELU's least value with probability ``p``; mean and variance stay."""
    return _alpha_dropped(input, tuple(input.shape), p, training, inplace)


def feature_alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """:func:`alpha_dropout` of whole channels."""
    return _alpha_dropped(input, _channels(input, p, training), p, training, inplace)
