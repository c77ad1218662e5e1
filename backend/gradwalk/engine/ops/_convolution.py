"""The forward of convolutions, on arrays, with PyTorch's checks and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import dtypes
from ..dtypes import Array
from ..errors import bracketed
from ..functions.convolutions import convolve, convolve_back

_C_NAMES = {"float32": "float", "float64": "double", "float16": "c10::Half", "int64": "long int"}


def _check(x: Array, weight: Array, bias: Array | None, transposed: bool, groups: int) -> None:
    if weight.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size {bracketed(weight.shape)} instead"
        )
    wanted = weight.shape[0] if transposed else weight.shape[1] * groups
    if x.shape[1] != wanted:
        kind = "transposed=1, " if transposed else ""
        raise RuntimeError(
            f"Given {kind}groups={groups}, weight of size {bracketed(weight.shape)}, expected input"
            f"{bracketed(x.shape)} to have {wanted} channels, but got {x.shape[1]} channels instead"
        )
    if x.dtype != weight.dtype:
        names = [_C_NAMES.get(dtypes.of(a).name, dtypes.of(a).name) for a in (x, weight)]
        raise RuntimeError(
            f"Input type ({names[0]}) and bias type ({names[1]}) should be the same"
            if bias is not None
            else f"expected scalar type {names[0].capitalize()} but found {names[1].capitalize()}"
        )


def convolution(
    x: Array, weight: Array, bias: Array | None, stride: Sequence[int], padding: Sequence[int],
    dilation: Sequence[int], transposed: bool, output_padding: Sequence[int], groups: int,
) -> Any:  # fmt: skip
    _check(x, weight, bias, transposed, groups)
    kernel = weight.shape[2:]
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if transposed:
        out = [
            (n - 1) * s - 2 * p + r + o
            for n, s, p, r, o in zip(x.shape[2:], stride, padding, reach, output_padding, strict=True)
        ]
        sizes = (x.shape[0], weight.shape[1] * groups, *out)
        result = convolve_back(x, weight, sizes, stride, padding, dilation, groups)
    else:
        padded = [n + 2 * p for n, p in zip(x.shape[2:], padding, strict=True)]
        if any(r > n for r, n in zip(reach, padded, strict=True)):
            sizes_of = [f"({' x '.join(map(str, each))})" for each in (padded, kernel)]
            raise RuntimeError(
                f"Calculated padded input size per channel: {sizes_of[0]}. Kernel size: {sizes_of[1]}. Kernel size "
                "can't be greater than actual input size"
            )
        result = convolve(x, weight, stride, padding, dilation, groups)
    if bias is not None:
        result += bias.reshape(-1, *(1 for _ in kernel))
    return result
