"""Second derivatives of batch and layer norms, in the order of operations that PyTorch has.

Means and spreads are constants in them, as in PyTorch: they lead to no third derivative of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from .elementary import scaled_always
from .registry import function
from .shapes import expand, reshape, unsqueeze

Three = tuple[Any, Any, Any]


class _Norm:
    """What was standardized: its deviations from the mean, one over its spread, and how sums over it are taken."""

    def __init__(self, x: Any, mean: Any, inverse: Any, count: int) -> None:
        self.count = count
        self.deviation = x - mean
        self.inverse = inverse
        self.square = inverse * inverse
        self.cube = inverse * inverse * inverse
        self.bent = self.deviation * self.cube

    def sum(self, x: Any) -> Any:
        """Over what was standardized together, which stays as dimensions of size 1."""
        raise NotImplementedError

    @staticmethod
    def product(grad: Any, by_x: Any) -> Any:
        """Of a cotangent and what came for the input's cotangent; which is the left factor shows in the graph."""
        return grad * by_x

    def _divided(self, x: Any) -> Any:
        return NAMESPACE["divided"](x, self.count)

    def first(self, grad: Any, scale: Any) -> Any:
        """The cotangent of the input, as the first derivative has it. ``scale`` None stands for 1."""
        height = self._divided(self.inverse if scale is None else scale * self.inverse)
        centred = scaled_always(grad, self.count) - self.sum(grad)
        projected = self.sum(grad * self.deviation)
        return height * (centred - self.deviation * self.square * projected)

    def of_input(self, by_x: Any, grad: Any, of_grad: tuple[Any, Any]) -> Any:
        """What the input gets of its own cotangent; ``of_grad`` are the sums of ``grad``, along the deviations and
        alone."""
        along, level = of_grad
        by_level = self.sum(by_x)
        by_along = self.sum(by_x * self.deviation)
        whole = self._divided(by_level * level) - self.sum(self.product(grad, by_x))
        whole = whole + scaled_always(self.square * along * by_along, 3.0 / self.count)
        first = self._divided(self.bent * whole)
        right = self._divided(level) - grad
        second = self._divided(by_along * self.cube) * right
        right = self._divided(by_level) - by_x
        third = self._divided(along * self.cube) * right
        return first + second + third

    def through(self, plain: Any, level: Any, along: Callable[[], Any]) -> Any:
        """What the input gets of the scale's cotangent: ``plain``, less what its sums take off. PyTorch takes the sum
        along the deviations last."""
        second = NAMESPACE["divided"](self.inverse * level, -self.count)
        third = NAMESPACE["divided"](self.bent * self.sum(along()), -self.count)
        return plain + second + third


class _Batch(_Norm):
    def sum(self, x: Any) -> Any:
        return _sum_channels(x, keepdim=True)


class _Layer(_Norm):
    def sum(self, x: Any) -> Any:
        return _sum(x, 1, keepdim=True)

    @staticmethod
    def product(grad: Any, by_x: Any) -> Any:
        return by_x * grad


@function
def batch_norm_double_backward(
    grads: Sequence[Any], grad_out: Any, x: Any, weight: Any, running_mean: Any, running_var: Any, save_mean: Any,
    save_invstd: Any, train: bool, eps: float,
) -> Three:  # fmt: skip
    """The cotangents of a batch norm's cotangent, input and scale, from those of its three cotangents."""
    by_x, by_weight, by_bias = grads
    scale = _one((), x) if weight is None else _as_channels(weight, x)
    by_scale = None if by_weight is None else _as_channels(by_weight, x)
    by_shift = None if by_bias is None else _as_channels(by_bias, x)
    mean = _channels(save_mean if train else running_mean, x)
    inverse = _channels(save_invstd if train else NAMESPACE["rsqrt"](NAMESPACE["shifted"](running_var, eps)), x)
    norm = _Batch(x, mean, inverse, x.shape[0] * prod(x.shape[2:]))
    sums = norm.sum(grad_out * norm.deviation), norm.sum(grad_out)
    of_x = of_weight = of_grad = None
    if by_x is not None and train:
        of_x = scale * norm.of_input(by_x, grad_out, sums)
    if by_scale is not None and weight is not None:
        if train:
            term = norm.through(grad_out * norm.inverse, sums[1], lambda: grad_out * norm.deviation)
            term = by_scale * term
        else:
            term = by_scale * norm.inverse * grad_out
        of_x = _plus(of_x, term)
    if by_x is not None and weight is not None:
        whole = by_x * norm.first(grad_out, None) if train else by_x * grad_out * norm.inverse
        of_weight = _sum_channels(whole, keepdim=False)
    if by_x is not None:
        of_grad = norm.first(by_x, scale) if train else by_x * norm.inverse * scale
    if by_scale is not None:
        of_grad = _plus(of_grad, by_scale * norm.deviation * norm.inverse)
    return _plus(of_grad, by_shift), of_x, of_weight


@function
def layer_norm_double_backward(
    grads: Sequence[Any], grad_out: Any, x: Any, weight: Any, mean: Any, rstd: Any, normalized_shape: Sequence[int]
) -> Three:
    """The cotangents of a layer norm's cotangent, input and scale, from those of its three cotangents."""
    count = prod(normalized_shape)
    rows = prod(x.shape[: len(x.shape) - len(normalized_shape)])
    flat, grad = reshape(x, (rows, count)), reshape(grad_out, (rows, count))
    scale = _one((1,), x) if weight is None else reshape(weight, (1, count))
    by_scale, by_shift = (None if s is None else reshape(s, (1, count)) for s in grads[1:])
    by_x = None if grads[0] is None else reshape(grads[0], (rows, count))
    if weight is None and by_shift is not None:  # PyTorch has no formula for a shift without a scale
        if by_x is not None:
            raise RuntimeError(_NO_SCALE)
        by_shift = None
    norm = _Layer(flat, reshape(mean, (rows, 1)), reshape(rstd, (rows, 1)), count)
    of_x = of_weight = of_grad = None
    if by_x is not None:
        scaled = grad * scale
        along = norm.sum(scaled * norm.deviation)
        of_x = norm.of_input(by_x, scaled, (along, norm.sum(scaled)))
    if by_scale is not None and weight is not None:
        plain = grad * by_scale * norm.inverse
        level = norm.sum(grad * by_scale)
        of_x = _plus(of_x, norm.through(plain, level, lambda: grad * by_scale * norm.deviation))
    of_x = None if of_x is None else reshape(of_x, tuple(x.shape))
    if by_x is not None and weight is not None:
        of_weight = reshape(_sum(grad * norm.first(by_x, None), 0), tuple(weight.shape))
    if by_x is not None:
        of_grad = norm.first(by_x, scale)
    if by_scale is not None:
        of_grad = _plus(of_grad, by_scale * norm.deviation * norm.inverse)
    of_grad = _plus(of_grad, by_shift)
    of_grad = None if of_grad is None else reshape(expand(of_grad, (rows, count)), tuple(x.shape))
    return of_grad, of_x, of_weight


_NO_SCALE = "Expected a proper Tensor but got None (or an undefined Tensor in C++) for argument #1 'other'"


def _one(shape: tuple[int, ...], like: Any) -> Any:
    """The scale where there is none: PyTorch multiplies by it all the same."""
    if isinstance(like, Tensor):
        return wrap(np.ones(shape, like._array.dtype))
    return np.ones(shape, like.dtype)


def _plus(total: Any, part: Any) -> Any:
    return total if part is None else part if total is None else total + part


def _sum(x: Any, dim: int, *, keepdim: bool = False) -> Any:
    if isinstance(x, Tensor):
        return OPS["sum.dim"](x, dim=(dim,), keepdim=keepdim)
    return np.sum(x, axis=dim, keepdims=keepdim)


def _sum_channels(x: Any, *, keepdim: bool) -> Any:
    """The sum of all dimensions but the second, one after the other."""
    total = _sum(x, 0, keepdim=keepdim)
    for dim in range(len(total.shape) - 1, int(keepdim), -1):
        total = _sum(total, dim, keepdim=keepdim)
    return total


def _channels(x: Any, like: Any) -> Any:
    for _ in like.shape[2:]:
        x = unsqueeze(x, 1)
    return unsqueeze(x, 0)


def _as_channels(x: Any, like: Any) -> Any:
    for _ in like.shape[2:]:
        x = unsqueeze(x, 1)
    return expand(x, tuple(like.shape))
