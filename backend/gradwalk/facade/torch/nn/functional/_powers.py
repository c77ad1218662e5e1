"""Norms of windows."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor

from ._averaging import avg_pool1d, avg_pool2d, avg_pool3d
from ._pooling import max_pool1d, max_pool2d, max_pool3d
from ._windows import repeated


def _of_powers(total: Any, count: int, norm_type: float) -> Tensor:
    kept = FUNCTIONS["sign"](total) * FUNCTIONS["relu"](FUNCTIONS["abs"](total))
    result: Tensor = (kept * count) ** (1.0 / norm_type)
    return result


def _of_largest(
    pool: Callable[..., Any], input: Any, norm_type: float, kernel_size: Any, stride: Any, ceil_mode: bool
) -> Tensor:
    """The limit of the norm of each window: the greatest magnitude there, or the least."""
    magnitudes = input.abs()
    result: Tensor
    if norm_type > 0:
        result = pool(magnitudes, kernel_size, stride, 0, 1, ceil_mode)
    else:
        result = -pool(-magnitudes, kernel_size, stride, 0, 1, ceil_mode)
    return result


def lp_pool1d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Tensor:
    """The norm of each window of a sequence."""
    if isinstance(norm_type, int | float) and norm_type in (inf, -inf):
        return _of_largest(max_pool1d, input, norm_type, kernel_size, stride, ceil_mode)
    total = avg_pool1d(input.pow(norm_type), kernel_size, stride, 0, ceil_mode)
    return _of_powers(total, repeated(kernel_size, 1)[0], norm_type)


def lp_pool2d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Tensor:
    """The norm of each window of an image."""
    if isinstance(norm_type, int | float) and norm_type in (inf, -inf):
        return _of_largest(max_pool2d, input, norm_type, kernel_size, stride, ceil_mode)
    powers = input.pow(norm_type)
    width, height = repeated(kernel_size, 2)
    return _of_powers(avg_pool2d(powers, kernel_size, stride, 0, ceil_mode), width * height, norm_type)


def lp_pool3d(input: Any, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Tensor:
    """The norm of each window of a volume."""
    if isinstance(norm_type, int | float) and norm_type in (inf, -inf):
        return _of_largest(max_pool3d, input, norm_type, kernel_size, stride, ceil_mode)
    powers = input.pow(norm_type)
    depth, height, width = repeated(kernel_size, 3)
    total = avg_pool3d(powers, kernel_size, stride, 0, ceil_mode)
    return _of_powers(total, depth * height * width, norm_type)
