"""``torch.fft``: transforms of one dimension, two or many, of complex and of real numbers, there and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import Any

from .. import dtypes
from ..functions.dims import normalize_dim
from ..functions.fourier import BY_COUNT, BY_ROOT, NONE
from ..op import OPS
from ..ops._words import label
from ..tensor import Tensor
from .arguments import explained
from .casts import cast
from .complexes import conj
from .registry import must_be_tensor

TRANSFORMS: dict[str, Callable[..., Any]] = {}
"""What the facade shows in ``torch.fft`` beside frequencies and shifts."""


def _normalization(norm: str | None, forward: bool) -> int:
    """By what a transform is divided. Raises RuntimeError for what is no mode."""
    if norm in (None, "backward"):
        return NONE if forward else BY_COUNT
    if norm == "forward":
        return BY_COUNT if forward else NONE
    if norm == "ortho":
        return BY_ROOT
    raise RuntimeError(f'Invalid normalization mode: "{norm}"')


def _floating(name: str, input: Any, to_complex: bool = False) -> Tensor:
    """The tensor as floats, or as complex numbers. Raises RuntimeError for dtypes that have no transform."""
    x = must_be_tensor(f"fft_{name}", "input", 1, input)
    kind = x.dtype
    if kind.category < dtypes.FLOATING:
        kind = dtypes.default_floating()
    if kind.itemsize == 2:
        raise RuntimeError(f"Unsupported dtype {kind.legacy_name.removesuffix('Tensor')}")
    whole = kind.to_complex()
    whole.numpy  # noqa: B018 (from now on ops ask for complex numbers)
    return cast(x, whole if to_complex else kind)


def _real(name: str, input: Any) -> Tensor:
    x = _floating(name, input)
    if x.dtype.is_complex:
        words = _NOT_REAL.get(name, f"{name} expects a real input tensor, but got {{}}")
        raise RuntimeError(words.format(label(x._array.dtype)))
    return x


_NOT_REAL = {
    **dict.fromkeys(("rfft2", "rfftn"), "rfftn expects a real-valued input tensor, but got {}"),
    **dict.fromkeys(("ihfft2", "ihfftn"), "Only supports floating-point dtypes, but found: {}"),
}


def _resized(x: Tensor, dims: Sequence[int], sizes: Sequence[int]) -> Tensor:
    """The tensor cut off, or filled up with zeros, to sizes along dimensions; -1 leaves one as it is."""
    pad = [0] * (2 * x.ndim)
    for dim, size in zip(dims, sizes, strict=True):
        if size == -1:
            continue
        if size < x.shape[dim]:
            x = OPS["slice"](x, dim=dim, start=0, end=size, step=1)
        elif size > x.shape[dim]:
            pad[2 * (x.ndim - 1 - dim) + 1] = size - x.shape[dim]
    return OPS["constant_pad_nd"](x, pad=tuple(pad), value=0) if any(pad) else x


def _dim_of(x: Tensor, dim: int) -> int:
    """A dimension counted from 0. Raises IndexError if there is no such one."""
    if x.ndim == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return normalize_dim(dim, x.ndim)


def _points(count: int) -> int:
    if count < 1:
        raise RuntimeError(f"Invalid number of data points ({count}) specified")
    return count


def _c2c(x: Tensor, dims: Sequence[int], normalization: int, forward: bool) -> Tensor:
    return OPS["fft_c2c"](x, dim=tuple(dims), normalization=normalization, forward=forward)


def _r2c(x: Tensor, dims: Sequence[int], normalization: int, onesided: bool) -> Tensor:
    return OPS["fft_r2c"](x, dim=tuple(dims), normalization=normalization, onesided=onesided)


def _c2r(x: Tensor, dims: Sequence[int], normalization: int, size: int) -> Tensor:
    return OPS["fft_c2r"](x, dim=tuple(dims), normalization=normalization, last_dim_size=size)


def _of_one(x: Tensor, n: int | None, dim: int) -> tuple[Tensor, int]:
    d = _dim_of(x, dim)
    size = _points(x.shape[d] if n is None else index(n))
    return (x if n is None else _resized(x, (d,), (size,))), d


def _whole(name: str, forward: bool) -> None:
    def function(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
        x, d = _of_one(_floating(name, input), n, dim)
        normalization = _normalization(norm, forward)
        if x.dtype.is_complex:
            return _c2c(x, (d,), normalization, forward)
        result = _r2c(x, (d,), normalization, False)
        return result if forward else conj(result)

    _publish(name, function, "The transform along one dimension, as complex numbers.")


def _half(name: str, forward: bool) -> None:
    def function(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
        x, d = _of_one(_real(name, input), n, dim)
        result = _r2c(x, (d,), _normalization(norm, forward), True)
        return result if forward else conj(result)

    _publish(name, function, "Half of the transform of real numbers; the other half is its conjugate.")


def _from_half(name: str, forward: bool) -> None:
    def function(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
        x = _floating(name, input, to_complex=True)
        d = _dim_of(x, dim)
        size = _points(2 * (x.shape[d] - 1) if n is None else index(n))
        x = x if n is None else _resized(x, (d,), (size // 2 + 1,))
        return _c2r(conj(x) if forward else x, (d,), _normalization(norm, forward), size)

    _publish(name, function, "Real numbers from half of their transform.")


def _places(x: Tensor, s: Any, dim: Any) -> tuple[list[int], list[int]]:
    """Dimensions and the sizes to bring them to. Raises RuntimeError if they do not fit."""
    given = None if s is None else [index(n) for n in ([s] if isinstance(s, int) else s)]
    if dim is not None:
        dims = [_dim_of(x, d) for d in ([dim] if isinstance(dim, int) else dim)]
        if len(set(dims)) != len(dims):
            raise RuntimeError("FFT dims must be unique")
        if given is not None and len(given) != len(dims):
            raise RuntimeError("When given, dim and shape arguments must have the same length")
    elif given is not None:
        if len(given) > x.ndim:
            raise RuntimeError(f"Got shape with {len(given)} values but input tensor only has {x.ndim} dimensions.")
        dims = list(range(x.ndim - len(given), x.ndim))
    else:
        dims = list(range(x.ndim))
    sizes = [x.shape[d] if n == -1 else n for d, n in zip(dims, given or [-1] * len(dims), strict=True)]
    for size in sizes:
        _points(size)
    return dims, sizes


def _many(name: str, forward: bool, function: Callable[[Tensor, Any, Any, int], Tensor], kind: str) -> None:
    """Publish a transform along many dimensions, and along the last two."""

    def prepared(own: str, input: Any) -> Tensor:
        return _real(own, input) if kind == "real" else _floating(own, input, to_complex=True)

    def many(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
        return function(prepared(f"{name}n", input), s, dim, _normalization(norm, forward))

    def two(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
        return function(prepared(f"{name}2", input), s, dim, _normalization(norm, forward))

    _publish(f"{name}n", many, f"{name} along several dimensions, all of them if none are given.")
    _publish(f"{name}2", two, f"{name} along the last two dimensions.")


def _whole_of_many(forward: bool) -> Callable[[Tensor, Any, Any, int], Tensor]:
    def function(x: Tensor, s: Any, dim: Any, normalization: int) -> Tensor:
        dims, sizes = _places(x, s, dim)
        x = _resized(x, dims, sizes)
        return _c2c(x, dims, normalization, forward) if dims else OPS["clone"](x)

    return function


def _halves(forward: bool) -> Callable[[Tensor, Any, Any, int], Tensor]:
    def function(x: Tensor, s: Any, dim: Any, normalization: int) -> Tensor:
        dims, sizes = _places(x, s, dim)
        _need_dims("rfftn" if forward else "ihfftn", dims)
        x = _resized(x, dims, sizes)
        if forward:
            return _r2c(x, dims, normalization, True)
        result = _r2c(x, dims[-1:], normalization, True)
        if len(dims) == 1:
            return conj(result)
        return _c2c(OPS["conj_physical"](result), dims[:-1], normalization, False)

    return function


def _from_halves(forward: bool) -> Callable[[Tensor, Any, Any, int], Tensor]:
    def function(x: Tensor, s: Any, dim: Any, normalization: int) -> Tensor:
        dims, sizes = _places(x, s, dim)
        _need_dims("hfftn" if forward else "irfftn", dims)
        is_given = s is not None and list(s if not isinstance(s, int) else [s])[-1] != -1
        last = _points(sizes[-1] if is_given else 2 * (x.shape[dims[-1]] - 1))
        x = _resized(x, dims, [*sizes[:-1], last // 2 + 1])
        if not forward:
            return _c2r(x, dims, normalization, last)
        x = _c2c(x, dims[:-1], normalization, True) if len(dims) > 1 else x
        return _c2r(conj(x), dims[-1:], normalization, last)

    return function


def _need_dims(name: str, dims: Sequence[int]) -> None:
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")


def _publish(name: str, function: Callable[..., Tensor], words: str) -> None:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = words
    TRANSFORMS[name] = explained(function, f"fft_{name}", "fft")


_whole("fft", True)
_whole("ifft", False)
_half("rfft", True)
_half("ihfft", False)
_from_half("irfft", False)
_from_half("hfft", True)
_many("fft", True, _whole_of_many(True), "complex")
_many("ifft", False, _whole_of_many(False), "complex")
_many("rfft", True, _halves(True), "real")
_many("ihfft", False, _halves(False), "real")
_many("irfft", False, _from_halves(False), "complex")
_many("hfft", True, _from_halves(True), "complex")
