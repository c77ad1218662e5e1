"""Convolutions of any number of dimensions, and what they pass back.

A convolution is linear in its input and in its weight; so are its two cotangents in theirs. The three are each other's
derivatives, and a transposed convolution is one of them used forwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..layouts import channels_innermost, channels_within
from ..memory_format import canonical
from ..op import OPS
from ..tensor import Tensor
from .convolution_kernels import kernels_of
from .registry import function, on_both
from .shapes import expand, reshape, sliced, transpose

Ints = Sequence[int]


def channels_stay_innermost(x: Array, weight: Array) -> bool:
    """Whether a convolution of images gives what lies as ``torch.channels_last``, as one of its operands does."""
    return channels_innermost(x) or channels_innermost(weight)


def _convolution_backward(
    grad: Array, x: Array, weight: Array, stride: Ints, padding: Ints, dilation: Ints, transposed: bool,
    output_padding: Ints, groups: int, output_mask: Sequence[bool],
) -> tuple[Array | None, Array | None, Array | None]:  # fmt: skip
    """The cotangents of input, weight and bias; None for each that ``output_mask`` leaves out."""
    place = (stride, padding, dilation, groups)
    kernels = kernels_of(x, weight, *place, output_padding if transposed else None)
    of_input = of_weight = of_bias = None
    if not x.shape[1] and not transposed:  # whose result has no channels either
        empty = (np.zeros(shape, grad.dtype) for shape in (x.shape, weight.shape, weight.shape[:1]))
        return tuple(each if wanted else None for each, wanted in zip(empty, output_mask, strict=True))  # type: ignore[return-value]
    if output_mask[0]:
        if transposed:
            of_input = canonical(kernels.convolve(grad, weight, None, x.shape[2:], *place))
        else:
            of_input = canonical(kernels.convolve_back(grad, weight, x.shape, *place))
    if output_mask[1]:
        first, second = (x, grad) if transposed else (grad, x)
        of_weight = canonical(kernels.convolve_weight(first, second, weight.shape, *place))
    if output_mask[2]:
        of_bias = kernels.sum_channels(grad)
    if channels_stay_innermost(x, weight):
        of_input = None if of_input is None else channels_within(of_input)
        is_product = all(n == 1 for n in (*weight.shape[2:], *stride))  # of matrices, which PyTorch makes row by row
        of_weight = of_weight if of_weight is None or is_product else channels_within(of_weight)
    return of_input, of_weight, of_bias


convolution_backward = on_both("convolution_backward", _convolution_backward)


@function
def convolution_double_backward(
    grads: Sequence[Any], grad_output: Any, x: Any, weight: Any, stride: Ints, padding: Ints, dilation: Ints,
    transposed: bool, output_padding: Ints, groups: int,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """The cotangents of what a convolution's cotangents were made of: convolutions again; none of no samples."""
    if 0 in x.shape:
        return None, None, None
    of_grad = of_x = of_weight = None
    by_x, by_weight, by_bias = grads
    place = (stride, padding, dilation)
    if by_x is not None:
        of_grad = _convolved(by_x, weight, *place, transposed, output_padding, groups)
    if by_weight is not None:
        term = _convolved(x, by_weight, *place, transposed, output_padding, groups)
        of_grad = term if of_grad is None else of_grad + term
    if by_bias is not None:
        term = reshape(by_bias, (1, -1, *(1 for _ in stride)))
        term = expand(term, tuple(grad_output.shape))
        of_grad = term if of_grad is None else of_grad + term
    if by_x is not None:
        of_weight = _weight_of(by_x, grad_output, weight.shape, *place, transposed, groups)
    if by_weight is not None:
        of_x = _input_of(grad_output, by_weight, x.shape, *place, transposed, output_padding, groups)
    return of_grad, of_x, of_weight


def _convolved(
    x: Any, weight: Any, stride: Ints, padding: Ints, dilation: Ints, transposed: bool, output_padding: Ints,
    groups: int,
) -> Any:  # fmt: skip
    op = OPS["convolution"]
    params = {
        "stride": tuple(stride), "padding": tuple(padding), "dilation": tuple(dilation), "transposed": transposed,
        "output_padding": tuple(output_padding), "groups": groups,
    }  # fmt: skip
    if isinstance(x, Tensor) or isinstance(weight, Tensor):
        return op(x, weight, None, **params)
    return op.forward(x, weight, None, *params.values())


def _weight_of(
    by_x: Any, grad: Any, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, transposed: bool, groups: int
) -> Any:
    """The cotangent of the weight: samples and channels change places, and so do stride and dilation."""
    sides = transpose(grad, 0, 1), transpose(by_x, 0, 1)
    kernels, images = (sides[1], sides[0]) if transposed else sides
    plain = (dilation, padding, stride, False, (0,) * len(stride), 1)
    if groups == 1:
        found = _convolved(images, kernels, *plain)
    else:
        parts = []
        for group in range(groups):
            of_group = []
            for side in (images, kernels):
                size = side.shape[0] // groups
                of_group.append(sliced(side, 0, group * size, (group + 1) * size, 1))
            parts.append(_convolved(of_group[0], of_group[1], *plain))
        found = OPS["cat"](*parts, dim=1) if isinstance(parts[0], Tensor) else np.concatenate(parts, axis=1)
    return _narrowed(transpose(found, 0, 1), sizes)


def _input_of(
    grad: Any, by_weight: Any, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, transposed: bool,
    output_padding: Ints, groups: int,
) -> Any:  # fmt: skip
    if transposed:
        found = _convolved(grad, by_weight, stride, padding, dilation, False, output_padding, groups)
        return _narrowed(found, sizes)
    reached = (
        (k - 1) * d - 2 * p + s * (n - 1) + 1
        for k, d, p, s, n in zip(by_weight.shape[2:], dilation, padding, stride, grad.shape[2:], strict=True)
    )
    beyond = tuple(n - r for n, r in zip(sizes[2:], reached, strict=True))
    return _convolved(grad, by_weight, stride, padding, dilation, True, beyond, groups)


def _narrowed(x: Any, sizes: Ints) -> Any:
    for dim in range(2, len(sizes)):
        if x.shape[dim] > sizes[dim]:
            x = sliced(x, dim, 0, int(sizes[dim]), 1)
    return x
