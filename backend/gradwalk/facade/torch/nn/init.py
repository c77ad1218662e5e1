"""``torch.nn.init``: fills parameters with the numbers that PyTorch's initialisers draw for the same seed."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from math import prod
from typing import Any, TypeVar, cast

import numpy as np

from gradwalk.engine import random
from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.op import OPS
from gradwalk.engine.random import Generator
from gradwalk.engine.tensor import Tensor, wrap

T = TypeVar("T", bound=Tensor)


def _write(tensor: T, array: Any) -> T:
    with no_grad():
        apply_in_place(OPS["copy"], tensor, wrap(np.asarray(array, dtype=tensor._array.dtype)))
    return tensor


def _uniform(tensor: T, a: float, b: float, generator: Generator | None) -> T:
    drawn: Any = tensor
    with no_grad():
        drawn.uniform_(a, b, generator=generator)
    return tensor


def _normal(tensor: T, mean: float, std: float, generator: Generator | None) -> T:
    drawn: Any = tensor
    with no_grad():
        drawn.normal_(mean, std, generator=generator)
    return tensor


def _fill(tensor: T, value: float) -> T:
    filled: Any = tensor
    with no_grad():
        filled.fill_(value)
    return tensor


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> T:
    """Uniform numbers in [a, b)."""
    return _uniform(tensor, a, b, generator)


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> T:
    """Normal numbers."""
    return _normal(tensor, mean, std, generator)


def constant_(tensor: T, val: float) -> T:
    """One number everywhere."""
    return _fill(tensor, val)


def ones_(tensor: T) -> T:
    """Ones."""
    return _fill(tensor, 1.0)


def zeros_(tensor: T) -> T:
    """Zeros."""
    filled: Any = tensor
    with no_grad():
        filled.zero_()
    return tensor


def eye_(tensor: T) -> T:
    """The identity matrix. Raises ValueError unless 2-dimensional."""
    if tensor.ndimension() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return _write(tensor, np.eye(*tensor._array.shape))


def dirac_(tensor: T, groups: int = 1) -> T:
    """A convolution that gives back its input."""
    if tensor.ndimension() not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    sizes = tensor._array.shape
    if sizes[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    per_group = sizes[0] // groups
    whole = np.zeros(sizes)
    middle = tuple(n // 2 for n in sizes[2:])
    for group in range(groups):
        for d in range(min(per_group, sizes[1])):
            whole[(group * per_group + d, d, *middle)] = 1
    return _write(tensor, whole)


def _truncated(tensor: T, mean: float, std: float, a: float, b: float, generator: Generator | None) -> T:
    if tensor.is_meta:
        return tensor
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. "
            "The distribution of values may be incorrect.",
            stacklevel=3,
        )

    def below(x: float) -> float:
        return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0

    share = below((b - mean) / std) - below((a - mean) / std)
    draw = _rejecting if share > _ENOUGH else _by_uniform_numbers
    return draw(tensor, mean, std, a, b, generator)


_ENOUGH = 0.3
"""The share of normal numbers within the bounds from which on those outside are drawn again."""


def _rejecting(tensor: T, mean: float, std: float, a: float, b: float, generator: Generator | None) -> T:
    """All are drawn again as long as one lies outside, and those that do are replaced."""
    _normal(tensor, mean, std, generator)
    kind, numbers = tensor._array.dtype.type, tensor._array
    while (outside := (numbers < kind(a)) | (numbers > kind(b))).any():
        fresh = _normal(wrap(np.empty_like(numbers)), mean, std, generator)
        numbers = np.where(outside, fresh._array, numbers)
    return tensor if numbers is tensor._array else _write(tensor, numbers)


def _by_uniform_numbers(tensor: T, mean: float, std: float, a: float, b: float, generator: Generator | None) -> T:
    """Uniform numbers, of which each is kept with a probability that is the density there over the greatest."""
    kind = tensor._array.dtype.type
    greatest = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2

    def drawn(low: float, high: float) -> Any:
        return _uniform(wrap(np.empty_like(tensor._array)), low, high, generator)._array

    def refused(numbers: Any) -> Any:
        distances = (numbers - kind(mean)) / kind(std)
        densities = distances * distances * kind(-0.5) - kind(greatest)
        with np.errstate(divide="ignore"):
            return np.log(drawn(0, 1)) > densities

    numbers = _uniform(tensor, a, b, generator)._array
    waiting = refused(numbers)
    while waiting.any():
        candidates = drawn(a, b)
        numbers = np.where(waiting, candidates, numbers)
        waiting &= refused(candidates)
    return tensor if numbers is tensor._array else _write(tensor, numbers)


def trunc_normal_(
    tensor: T, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Generator | None = None
) -> T:
    """Normal numbers, none outside [a, b]."""
    return _truncated(tensor, mean, std, a, b, generator)


def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> T:
    """Normal numbers, a share of each column zero."""
    if tensor.ndimension() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor._array.shape
    _normal(tensor, 0, std, generator)
    whole = tensor._array.copy()
    for column in range(columns):
        order = random.default_generator.permutation(rows)
        whole[order[: math.ceil(sparsity * rows)], column] = 0
    return _write(tensor, whole)


# -- by fan -----------------------------------------------------------------------------------------------------------


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much an activation shrinks what passes it, as initialisers make up for it."""
    if nonlinearity in (
        "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid",
    ):  # fmt: skip
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        if param is not None and (isinstance(param, bool) or not isinstance(param, int | float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity == "selu":
        return 3.0 / 4
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}")


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    if tensor.dim() < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    sizes = tensor._array.shape
    field = prod(sizes[2:])
    return sizes[1] * field, sizes[0] * field


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    """The fan that a mode asks for, which initialisers of users borrow."""
    return _fan(tensor, mode)


def _fan(tensor: Tensor, mode: str) -> int:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode.lower()} not supported, please use one of ['fan_in', 'fan_out']")
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return fan_in if mode.lower() == "fan_in" else fan_out


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Glorot's uniform numbers."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    bound = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(fan_in + fan_out)))
    return _uniform(tensor, -bound, bound, generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Glorot's normal numbers."""
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return _normal(tensor, 0.0, gain * math.sqrt(2.0 / float(fan_in + fan_out)), generator)


def kaiming_uniform_(
    tensor: T, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:  # fmt: skip
    """He's uniform numbers."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    bound = math.sqrt(3.0) * (calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)))
    return _uniform(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: T, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:  # fmt: skip
    """He's normal numbers."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    return _normal(tensor, 0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def orthogonal_(tensor: T, gain: float = 1, generator: Generator | None = None) -> T:
    """An orthogonal matrix."""
    if tensor.ndimension() < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    sizes = tensor._array.shape
    rows, columns = sizes[0], prod(sizes[1:])
    kind = tensor._array.dtype
    drawn = (generator or random.default_generator).normal(rows * columns, kind).reshape(rows, columns)
    q, r = np.linalg.qr(drawn.T if rows < columns else drawn)
    q = q * np.sign(np.diagonal(r))
    _write(tensor, (q.T if rows < columns else q).reshape(sizes))
    with no_grad():
        cast(Any, tensor).mul_(gain)
    return tensor


def _deprecated(new: Callable[..., Any]) -> Callable[..., Any]:
    old = new.__name__[:-1]

    def initialiser(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(
            f"`nn.init.{old}` is now deprecated in favor of `nn.init.{new.__name__}`.", FutureWarning, stacklevel=2
        )
        return new(*args, **kwargs)

    initialiser.__name__ = old
    return initialiser


uniform = _deprecated(uniform_)
normal = _deprecated(normal_)
constant = _deprecated(constant_)
eye = _deprecated(eye_)
dirac = _deprecated(dirac_)
xavier_uniform = _deprecated(xavier_uniform_)
xavier_normal = _deprecated(xavier_normal_)
kaiming_uniform = _deprecated(kaiming_uniform_)
kaiming_normal = _deprecated(kaiming_normal_)
orthogonal = _deprecated(orthogonal_)
sparse = _deprecated(sparse_)
