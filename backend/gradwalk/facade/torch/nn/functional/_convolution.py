"""Convolutions of one to three dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine.errors import bracketed
from gradwalk.engine.history import find_histories
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_convolution as ops
from gradwalk.engine.ops import view
from gradwalk.engine.ops._words import C_NAMES
from gradwalk.engine.surface.complexes import resolve_conj
from gradwalk.engine.surface.registry import must_be_tensor
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn_once

from ._padding import pad

_LETTERS = {1: "L", 2: "H, W", 3: "D, H, W"}


def _convolved(
    dims: int, name: str, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int,
    transposed: bool = False, output_padding: Any = 0,
) -> Tensor:  # fmt: skip
    x, w = must_be_tensor(name, "input", 1, input), must_be_tensor(name, "weight", 2, weight)
    if not (transposed or isinstance(padding, str) or x.dtype.is_complex):
        _check_dtype_of_bias(x, bias)
    if x.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"Expected {dims + 1}D (unbatched) or {dims + 2}D (batched) input to {name}, but got input of size: "
            f"{bracketed(x.shape)}"
        )
    unbatched = x.ndim == dims + 1
    if unbatched:
        x = view.unsqueeze(x, dim=0)
    try:
        _check_weight(x, w, groups, padding)
        kernel = w.ndim - 2
        steps, spread = for_each("stride", stride, dims, kernel), for_each("dilation", dilation, dims, kernel)
        around = padding if isinstance(padding, str) else for_each("padding", padding, dims, kernel)
        more = for_each("output_padding", output_padding, dims, kernel)
    except RuntimeError:
        find_histories((x, w, bias))
        raise

    def convolved(x: Tensor, w: Tensor, bias: Any) -> Any:
        x, sides = _padded(x, around, w.shape[2:], steps, spread) if isinstance(around, str) else (x, around)
        return ops.convolution(
            x, w, bias, stride=steps, padding=sides, dilation=spread, transposed=transposed, output_padding=more,
            groups=groups,
        )  # fmt: skip

    result = _of_complex_numbers(convolved, x, w, bias) if x.dtype.is_complex else convolved(x, w, bias)
    return view.squeeze_dim(result, dim=0) if unbatched else result


def _of_complex_numbers(convolved: Callable[..., Any], x: Tensor, w: Tensor, bias: Any) -> Any:
    """Three convolutions of real numbers, of whose results the complex ones are made. Raises RuntimeError for operands
    of several dtypes."""
    if w.dtype is not x.dtype:
        kinds = [_TYPE_NAMES.get(each.dtype.name, f"torch.{each.dtype.legacy_name}") for each in (x, w)]
        raise RuntimeError(f"Input type ({kinds[0]}) and weight type ({kinds[1]}) should be the same")
    _check_dtype_of_bias(x, bias)
    x_real, x_other = _parts(x)
    w_real, w_other = _parts(w)
    b_real, b_other = (None, None) if bias is None else _parts(bias)
    first, second = convolved(x_real, w_real, b_real), convolved(x_other, w_other, None)
    both = convolved(x_real + x_other, w_real + w_other, None if b_real is None else b_real + b_other)
    return first - second + OPS["mul.Scalar"](both - first - second, other=1j)


def _check_dtype_of_bias(x: Tensor, bias: Any) -> None:
    """Raises RuntimeError for a bias of another dtype than the input's, before there is anything of a node."""
    if bias is not None and bias.dtype is not x.dtype:
        kinds = [C_NAMES[each.dtype.name] for each in (x, bias)]
        raise RuntimeError(f"Input type ({kinds[0]}) and bias type ({kinds[1]}) should be the same")


_TYPE_NAMES = {"complex64": "CPUComplexFloatType", "complex128": "CPUComplexDoubleType"}


def _parts(x: Tensor) -> tuple[Any, Any]:
    pairs = OPS["view_as_real"](resolve_conj(x))
    return OPS["select"](pairs, dim=x.ndim, index=0), OPS["select"](pairs, dim=x.ndim, index=1)


def _check_weight(x: Tensor, w: Tensor, groups: int, padding: Any) -> None:
    if w.ndim < 3:
        raise RuntimeError("weight should have at least three dimensions")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    if padding == "same" and w.ndim != x.ndim:
        raise RuntimeError(
            f"Expected {w.ndim}-dimensional input for {w.ndim}-dimensional weight{bracketed(w.shape)}, but got "
            f"{x.ndim}-dimensional input of size {bracketed(x.shape)} instead"
        )


def for_each(name: str, value: Any, dims: int, kernel: int) -> tuple[int, ...]:
    """A number for every dimension of the kernel. Raises RuntimeError if there are more or fewer."""
    given = (value,) * dims if isinstance(value, int) else tuple(value)
    if len(given) == 1:
        return given * kernel
    if len(given) != kernel:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {kernel} values to match the convolution "
            f"dimensions, but got {name}={list(given)}"
        )
    return given


def _padded(x: Tensor, padding: str, kernel: Any, stride: Any, dilation: Any) -> tuple[Tensor, tuple[int, ...]]:
    if padding == "valid":
        return x, (0,) * len(kernel)
    if padding != "same":
        raise RuntimeError("Invalid padding string: '" + padding + "'")
    if any(s != 1 for s in stride):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    extra = [total % 2 for total in totals]
    if any(extra):
        warn_once(_EVEN_KERNEL)
        x = pad(x, [n for each in reversed(extra) for n in (0, each)])
    return x, tuple(total // 2 for total in totals)


_EVEN_KERNEL = (
    "Using padding='same' with even kernel lengths and odd dilation may require a zero-padded copy of the input be "
    "created (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/Convolution.cpp:1101.)"
)


def conv1d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Tensor:
    """``input``: (N, C, L) or (C, L), ``weight``: (O, C / groups, K)."""
    return _convolved(1, "conv1d", input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Tensor:
    """``input``: (N, C, H, W) or (C, H, W), ``weight``: (O, C / groups, KH, KW)."""
    return _convolved(2, "conv2d", input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Tensor:
    """``input``: (N, C, D, H, W) or (C, D, H, W), ``weight``: (O, C / groups, KD, KH, KW)."""
    return _convolved(3, "conv3d", input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
    groups: int = 1, dilation: Any = 1,
) -> Tensor:  # fmt: skip
    """What a convolution passes back to its input, used forwards. ``weight``: (C, O / groups, K)."""
    return _convolved(
        1, "conv_transpose1d", input, weight, bias, stride, padding, dilation, groups, True, output_padding
    )


def conv_transpose2d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
    groups: int = 1, dilation: Any = 1,
) -> Tensor:  # fmt: skip
    """:func:`conv_transpose1d` for images."""
    return _convolved(
        2, "conv_transpose2d", input, weight, bias, stride, padding, dilation, groups, True, output_padding
    )


def conv_transpose3d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
    groups: int = 1, dilation: Any = 1,
) -> Tensor:  # fmt: skip
    """:func:`conv_transpose1d` for volumes."""
    return _convolved(
        3, "conv_transpose3d", input, weight, bias, stride, padding, dilation, groups, True, output_padding
    )
