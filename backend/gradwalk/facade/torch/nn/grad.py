"""``torch.nn.grad``: what the input and the weight of a convolution are passed back, as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradwalk.engine.ops._convolution import check_passed_back
from gradwalk.engine.ops.nn_convolution import convolution_backward_op
from gradwalk.engine.tensor import Tensor, wrap

from .functional._convolution import for_each

__all__ = ["conv1d_input", "conv1d_weight", "conv2d_input", "conv2d_weight", "conv3d_input", "conv3d_weight"]


def _standing_for(size: Any, like: Tensor) -> Tensor:
    """A tensor of which only the shape counts."""
    return wrap(np.broadcast_to(np.zeros((), like._array.dtype), tuple(size)))


def _passed_back(dims: int, which: int, grad: Tensor, x: Tensor, weight: Tensor, *given: Any) -> Tensor:
    stride, padding, dilation, groups = given
    place = {
        name: for_each(name, value, dims, dims)
        for name, value in (("stride", stride), ("padding", padding), ("dilation", dilation))
    }
    check_passed_back(grad._array, x._array, weight._array, **place, groups=groups)
    found: Tensor = convolution_backward_op.several(
        grad, x, weight, **place, transposed=False, output_padding=(0,) * dims, groups=groups,
        output_mask=tuple(number == which for number in range(3)),
    )[which]  # fmt: skip
    return found


def _to_input(dims: int) -> Callable[..., Tensor]:
    def to_input(
        input_size: Any, weight: Any, grad_output: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
        groups: int = 1,
    ) -> Tensor:  # fmt: skip
        x = _standing_for(input_size, grad_output)
        return _passed_back(dims, 0, grad_output, x, weight, stride, padding, dilation, groups)

    return _named(to_input, dims, "input")


def _to_weight(dims: int) -> Callable[..., Tensor]:
    def to_weight(
        input: Any, weight_size: Any, grad_output: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
        groups: int = 1,
    ) -> Tensor:  # fmt: skip
        weight = _standing_for(weight_size, grad_output)
        return _passed_back(dims, 1, grad_output, input, weight, stride, padding, dilation, groups)

    return _named(to_weight, dims, "weight")


def _named(function: Callable[..., Tensor], dims: int, which: str) -> Callable[..., Tensor]:
    function.__name__ = function.__qualname__ = f"conv{dims}d_{which}"
    function.__doc__ = f"What the {which} of a :func:`~torch.nn.functional.conv{dims}d` is passed back."
    return function


conv1d_input, conv2d_input, conv3d_input = (_to_input(dims) for dims in (1, 2, 3))
conv1d_weight, conv2d_weight, conv3d_weight = (_to_weight(dims) for dims in (1, 2, 3))
