"""Fourier transforms of arrays, and what flows back through them: a transform the other way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..dtypes import Array
from ..layouts import Steps, filling, laid, strides_of
from ..op import OPS
from ..tensor import Tensor
from .complexes import real_part
from .registry import function

NONE, BY_ROOT, BY_COUNT = range(3)
"""By what a transform is divided: nothing, the root of the number of its points, or that number."""

_FORWARD: Any = ("backward", "ortho", "forward")
_BACK: Any = ("forward", "ortho", "backward")
"""numpy's names for these, of transforms there and back."""


def transformed(x: Array, dim: Sequence[int], normalization: int, forward: bool) -> Array:
    """The transform of complex numbers along ``dim``."""
    names, transform = (_FORWARD, np.fft.fftn) if forward else (_BACK, np.fft.ifftn)
    found = _rounded(transform(_wide(x), axes=tuple(dim), norm=names[normalization]), x)
    return _lying(found, strides_of(x), dim)


def _lying(result: Array, steps: Steps, dim: Sequence[int], last: Sequence[int] = ()) -> Array:
    """A transform in memory as PyTorch leaves it: what is transformed lies innermost, ``last`` last of all, and both
    this and the rest in the order in which the operand, of these ``steps``, lay. Raises RuntimeError for nothing."""
    if not result.size:
        raise RuntimeError("MKL FFT error: Intel oneMKL DFTI ERROR: Inconsistent configuration parameters")
    rest = _parted(result.ndim, {*dim, *last})
    order = [d for dims in (rest, dim) for d in sorted(dims, key=lambda d: -steps[d])]
    wanted = filling(result.shape, [*order, *last])
    return result if strides_of(result) == wanted else laid(result, wanted)


def _parted(count: int, apart: set[int]) -> list[int]:
    """The dimensions that are not ``apart``, in the order in which libstdc++'s ``partition`` moves them to the front
    (dimensions of equal strides stay in it)."""
    dims, low, high = list(range(count)), 0, count
    while True:
        while low < high and dims[low] not in apart:
            low += 1
        high -= 1
        while low < high and dims[high] in apart:
            high -= 1
        if low >= high:
            return dims[:low]
        dims[low], dims[high] = dims[high], dims[low]
        low += 1


def _wide(x: Array) -> Array:
    """In double precision, where single leaves what should be 0 a little off."""
    return x.astype(np.result_type(x, np.float64), copy=False)


def _rounded(result: Array, x: Array) -> Array:
    """A transform in the precision of what was transformed; what only rounding left is 0."""
    if x.real.dtype == np.float64:
        return result
    least = np.abs(result).max(initial=0.0) * 1e-15
    single = np.array(result, np.complex64 if result.dtype.kind == "c" else np.float32)
    for exact, part in (
        ((result.real, single.real), (result.imag, single.imag)) if result.dtype.kind == "c" else ((result, single),)
    ):
        part[(np.abs(exact) < least) & (exact != 0)] = 0
    return single


def of_real(x: Array, dim: Sequence[int], normalization: int, onesided: bool) -> Array:
    """The transform of real numbers along ``dim``; ``onesided``: of the last dimension the half that tells all."""
    transform: Any = np.fft.rfftn if onesided else np.fft.fftn
    found = _rounded(transform(_wide(x), axes=tuple(dim), norm=_FORWARD[normalization]), x)
    return _lying(found, strides_of(x), dim[:-1], dim[-1:])


def to_real(x: Array, dim: Sequence[int], normalization: int, last_dim_size: int) -> Array:
    """The transform back from such a half to real numbers, ``last_dim_size`` of them along the last dimension."""
    *others, last = dim
    wide, steps = _wide(x), strides_of(x)
    if others:
        wide = _lying(np.fft.ifftn(wide, axes=tuple(others), norm=_BACK[normalization]), steps, others)
        steps = strides_of(wide)
    found = _rounded(np.fft.irfft(wide, n=last_dim_size, axis=last, norm=_BACK[normalization]), x)
    return _lying(found, steps, (), (last,))


@function
def fft_c2c(x: Any, dim: Sequence[int], normalization: int, forward: bool) -> Any:
    """The transform of complex numbers."""
    if isinstance(x, Tensor):
        return OPS["fft_c2c"](x, dim=dim, normalization=normalization, forward=forward)
    return transformed(x, dim, normalization, forward)


@function
def fft_r2c_backward(grad: Any, dim: Sequence[int], normalization: int, onesided: bool, sizes: Sequence[int]) -> Any:
    """The cotangent of real numbers that were transformed."""
    last = dim[-1]
    missing = sizes[last] - grad.shape[last]
    if onesided and missing > 0:
        after = len(sizes) - 1 - last
        if isinstance(grad, Tensor):
            grad = OPS["constant_pad_nd"](grad, pad=(0, 0) * after + (0, missing), value=0)
        else:
            grad = np.pad(grad, [(0, missing if d == last else 0) for d in range(len(sizes))])
    return real_part(fft_c2c(grad, dim, normalization, False))


@function
def fft_c2r_backward(grad: Any, dim: Sequence[int], normalization: int) -> Any:
    """The cotangent of half a transform: what stands for two numbers of the whole one gets that of both."""
    last = dim[-1]
    half: Any
    part: Any
    if isinstance(grad, Tensor):
        half = OPS["fft_r2c"](grad, dim=dim, normalization=normalization, onesided=True)
        twice = grad.shape[last] - half.shape[last]
        if twice > 0:
            part = OPS["slice"](half, dim=last, start=1, end=1 + twice, step=1)
            apply_in_place(OPS["mul.Scalar"], part, other=2)
        return half
    half = of_real(grad, dim, normalization, True)
    twice = grad.shape[last] - half.shape[last]
    part = [slice(None)] * half.ndim
    part[last] = slice(1, 1 + max(twice, 0))
    half[tuple(part)] *= 2
    return half
