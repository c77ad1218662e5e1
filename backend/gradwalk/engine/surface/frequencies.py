"""The frequencies of Fourier transforms, and shifts of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..default_device import place
from ..dtypes import INEXACT
from ..functions.dims import normalize_dims
from ..op import OPS
from ..tensor import Tensor
from .arguments import explained
from .registry import must_be_tensor
from .sizes import made, options, storable


def _shifted(name: str, input: Tensor, dim: Any, back: bool) -> Tensor:
    x = must_be_tensor(name, "input", 1, input)
    dims = normalize_dims(dim, x.ndim)
    return OPS["roll"](x, shifts=tuple((x._array.shape[d] + back) // 2 for d in dims), dims=dims)


def fftshift(input: Tensor, dim: Any = None) -> Tensor:
    """The frequency 0 moved to the middle."""
    return _shifted("fft_fftshift", input, dim, False)


def ifftshift(input: Tensor, dim: Any = None) -> Tensor:
    """What undoes :func:`fftshift`."""
    return _shifted("fft_ifftshift", input, dim, True)


def _frequencies(
    name: str, places: Any, n: int, d: float, dtype: Any, device: Any, requires_grad: bool, rest: dict[str, Any]
) -> Tensor:
    kind = options(f"fft_{name}", dtype, place(device), **rest)
    if kind.kind not in INEXACT:
        raise RuntimeError(f"{name} requires a floating point or complex dtype")
    array = places.astype(kind) * kind.type(1.0 / (n * d))
    return made("arange", array, requires_grad, {"n": n, "d": d})


def fftfreq(
    n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """The frequencies of a transform of ``n`` samples ``d`` apart: those from 0 on, then the negative ones."""
    storable((n,), np.dtype(np.float32))
    places = np.concatenate([np.arange((n + 1) // 2), np.arange(-(n // 2), 0)])
    return _frequencies("fftfreq", places, n, d, dtype, device, requires_grad, rest)


def rfftfreq(
    n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """The frequencies of a transform of real samples: those from 0 on."""
    return _frequencies("rfftfreq", np.arange(n // 2 + 1), n, d, dtype, device, requires_grad, rest)


FREQUENCIES: dict[str, Callable[..., Any]] = {
    f.__name__: explained(f, f"fft_{f.__name__}", "fft") for f in (fftfreq, fftshift, ifftshift, rfftfreq)
}
"""What the facade shows in ``torch.fft``."""
