"""Windows for signals: ``torch.hann_window`` and its kin."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..functions.bessel import i0
from ..tensor import Tensor
from .registry import public
from .sizes import made, options, storable

Shape = Callable[[Array, int], Any]
"""From the positions 0, 1, ... and how many they are to the window."""


def _old(
    name: str, length: Any, periodic: bool, shape: Shape, dtype: Dtype | None, device: Any, requires_grad: bool
) -> Tensor:
    """A window of ``torch`` itself; a periodic one is a symmetric one that is longer by one, without its end."""
    options(name, None, device)
    if isinstance(length, bool) or not isinstance(length, int):
        raise TypeError(f"{name}(): argument 'window_length' (position 1) must be int, not {type(length).__name__}")
    kind = dtypes.default_floating() if dtype is None else dtype
    if not kind.is_floating_point:
        words = {"int64": "long int", "int32": "int", "int16": "short int", "bool": "bool", "uint8": "unsigned char"}
        raise RuntimeError(
            f"{name} expects floating point dtypes, got: TensorOptions(dtype={words.get(kind.name, 'signed char')}, "
            "device=cpu, layout=Strided (default), requires_grad=false (default), pinned_memory=false, "
            "memory_format=(nullopt))"
        )
    if length < 0:
        raise RuntimeError(f"{name} requires non-negative window_length, got window_length={length}")
    storable((length,), kind.numpy)
    count = length + 1 if periodic else length
    if length < 2:
        array = np.ones(length, dtype=kind.numpy)
    else:
        array = shape(np.arange(count).astype(kind.numpy), count)[:length].astype(kind.numpy)
    return made("window", array, requires_grad, {"name": name, "length": length, "periodic": periodic})


def _raised_cosine(alpha: float, beta: float) -> Shape:
    return lambda k, n: np.cos(k * k.dtype.type(2 * math.pi / (n - 1))) * -k.dtype.type(beta) + k.dtype.type(alpha)


def _triangle(k: Array, n: int) -> Any:
    rising = k * k.dtype.type(2 / (n - 1))
    return np.where(k < ((n - 1) >> 1) + 1, rising, 2 - rising)


def _two_cosines(k: Array, n: int) -> Any:
    angle = k * k.dtype.type(math.pi / (n - 1))
    real = k.dtype.type
    return np.cos(angle * 4) * real(0.08) - np.cos(angle * 2) * real(0.5) + real(0.42)


def _bessel(beta: float) -> Shape:
    def shape(k: Array, n: int) -> Any:
        place = k.astype(np.float64) * (2 / (n - 1)) - 1
        return i0(beta * np.sqrt(np.maximum(0, 1 - place * place))) / i0(np.asarray(float(beta)))

    return shape


def _plain(name: str, shape: Shape) -> None:
    def window(
        window_length: int, periodic: bool = True, *, dtype: Dtype | None = None, layout: Any = None,
        device: Any = None, requires_grad: bool = False,
    ) -> Tensor:  # fmt: skip
        return _old(name, window_length, periodic, shape, dtype, device, requires_grad)

    window.__name__ = name
    public(method=False, name=name)(window)


_plain("hann_window", _raised_cosine(0.5, 0.5))
_plain("bartlett_window", _triangle)
_plain("blackman_window", _two_cosines)


@public(method=False)
def hamming_window(
    window_length: int, periodic: bool = True, alpha: float = 0.54, beta: float = 0.46, *, dtype: Dtype | None = None,
    layout: Any = None, device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """``alpha`` minus ``beta`` times a cosine."""
    return _old("hamming_window", window_length, periodic, _raised_cosine(alpha, beta), dtype, device, requires_grad)


@public(method=False)
def kaiser_window(
    window_length: int, periodic: bool = True, beta: float = 12.0, *, dtype: Dtype | None = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """A Bessel function over a half circle."""
    return _old("kaiser_window", window_length, periodic, _bessel(beta), dtype, device, requires_grad)
