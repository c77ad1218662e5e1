"""Forwards of random ops: which numbers a generator gives for an array, in the order of its elements in memory."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, floor, lgamma, log, sqrt
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import FLOATS, Array
from ..errors import broadcast_mismatch
from ..functions.complexes import joined_parts, parts_of
from ..functions.registry import function
from ..fused import multiply_add
from ..limits import finfo
from ..random import Generator, default_generator
from ..reduced import is_reduced, widened
from ._words import C_NAMES as KINDS
from ._words import label

_DOUBLE = np.dtype(np.float64)
Draw = Callable[[Generator, int, "np.dtype[Any]"], Array]


def source_of(generator: Generator | None) -> Generator:
    """The generator to draw from. Raises TypeError for what is none."""
    if generator is not None and not isinstance(generator, Generator):
        raise TypeError(f"argument 'generator' must be torch.Generator, not {type(generator).__name__}")
    return default_generator if generator is None else generator


def filled(like: Array, draw: Draw, generator: Generator | None) -> Array:
    """An array like another, filled in the order of its elements in memory."""
    source = source_of(generator)
    fresh = np.empty_like(like)
    if fresh.flags.c_contiguous:
        fresh[...] = draw(source, fresh.size, fresh.dtype).reshape(fresh.shape)
        return fresh
    order = sorted(range(fresh.ndim), key=lambda d: -fresh.strides[d])
    target = fresh.transpose(order)
    target[...] = draw(source, fresh.size, fresh.dtype).reshape(target.shape)
    return fresh


def need_floating(kernel: str, kind: np.dtype[Any]) -> None:
    """Raises NotImplementedError, as PyTorch's kernels do, for a dtype that is not floating."""
    if kind.kind not in FLOATS:
        name = dtypes._BY_NUMPY[kind].legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{name}'")


def normal(x: Array, mean: float, std: float, generator: Generator | None) -> Array:
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    need_floating("normal_kernel_cpu", x.dtype)
    in_blocks = x.flags.c_contiguous

    def draw(source: Generator, n: int, kind: np.dtype[Any]) -> Array:
        return source.normal(n, kind, mean, std, in_blocks)

    return filled(x, draw, generator)


@function
def normal_parts(x: Array, mean: float, std: float, generator: Generator | None) -> Array:
    """Complex numbers of normal parts, which share the variance."""
    return joined_parts(normal(parts_of(x), mean, std * sqrt(0.5), generator))


@function
def uniform_parts(x: Array, low: float, high: float, generator: Generator | None) -> Array:
    """Complex numbers of uniform parts."""
    return joined_parts(uniform(parts_of(x), low, high, generator))


def _check_uniform_bounds(kind: np.dtype[Any], low: float, high: float) -> None:
    """Raises RuntimeError for a range that the dtype does not hold, or that is none."""
    dtype = dtypes._BY_NUMPY[kind]
    most = finfo(dtype).max
    for name, bound in (("from", low), ("to", high)):
        if not -most <= bound <= most:
            raise RuntimeError(f"{name} is out of bounds for {KINDS[dtype.name]}")
    if low > high:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}")
    if high - low > most:
        raise RuntimeError(
            f"uniform_ expects to-from <= std::numeric_limits<{label(kind)}>::max(), but found to={high:g} and "
            f"from={low:g} which result in to-from to exceed the limit"
        )


def uniform(x: Array, low: float, high: float, generator: Generator | None) -> Array:
    need_floating("check_uniform_bounds", x.dtype)
    _check_uniform_bounds(x.dtype, low, high)

    def draw(source: Generator, n: int, kind: np.dtype[Any]) -> Array:
        numbers = source.uniform(n, _DOUBLE if kind == _DOUBLE else np.dtype(np.float32))
        found = multiply_add(numbers, high - low, low).astype(kind)
        end, start = np.array([high, low]).astype(kind)
        found[found == end] = start  # what is rounded up to the end, which does not belong to the range
        return found

    return filled(x, draw, generator)


def log_normal(x: Array, mean: float, std: float, generator: Generator | None) -> Array:
    if std <= 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
    need_floating("log_normal_cpu", x.dtype)

    def draw(source: Generator, n: int, kind: np.dtype[Any]) -> Array:
        normal = np.array([source.one_normal() for _ in range(n)])
        found: Array = np.exp(multiply_add(normal, std, mean)).astype(kind)
        return found

    return filled(x, draw, generator)


def _of_uniform(x: Array, generator: Generator | None, of: Callable[[Array], Array]) -> Array:
    return filled(x, lambda source, n, kind: of(source.uniform(n, _DOUBLE)).astype(kind), generator)


def exponential(x: Array, lambd: float, generator: Generator | None) -> Array:
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd:g}")
    _need_continuous("Exponential", x, dtypes.of(x).legacy_name.removesuffix("Tensor"))
    return _of_uniform(x, generator, lambda u: -np.log1p(-u) / lambd)


def cauchy(x: Array, median: float, sigma: float, generator: Generator | None) -> Array:
    if sigma <= 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
    _need_continuous("Cauchy", x, C_NAMES.get(dtypes.of(x).name, ""))
    return _of_uniform(x, generator, lambda u: median + sigma * np.tan(np.pi * (u - 0.5)))


def geometric(x: Array, p: float, generator: Generator | None) -> Array:
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
    if x.dtype.kind == "b":
        raise NotImplementedError("\"geometric_cpu\" not implemented for 'Bool'")
    return _of_uniform(x, generator, lambda u: np.ceil(np.log(u) / np.log1p(-p)))


def _need_continuous(distribution: str, x: Array, name: str) -> None:
    if x.dtype.kind not in FLOATS:
        raise RuntimeError(
            f"{distribution} distribution is a continuous probability distribution. dtype must be a floating point "
            f"but you specified {name}"
        )


C_NAMES = {
    "bool": "bool", "uint8": "unsigned char", "int8": "signed char", "int16": "short", "int32": "int",
    "int64": "long int", "uint16": "short unsigned int", "uint32": "unsigned int", "uint64": "long unsigned int",
}  # fmt: skip


def bernoulli_of(x: Array, generator: Generator | None) -> Array:
    """1 with the probability that each element says."""
    need_floating("bernoulli_tensor_cpu_p_", x.dtype)
    return bernoulli_tensor(np.empty(x.shape, x.dtype), x, generator)


def native_dropout(x: Array, p: float, train: bool | None, scale: float) -> tuple[Array, Array]:
    """Elements zero with probability ``p``, the others scaled, and which are kept."""
    if train is False:
        return x.copy(order="K"), np.ones(x.shape, np.bool_)
    kept = filled(x, lambda source, n, kind: source.uniform(n, _DOUBLE) < 1 - p, None).astype(np.bool_)
    return x * kept * x.dtype.type(0 if p == 1 else 1 / (1 - p)), kept


def bernoulli(x: Array, p: float, generator: Generator | None) -> Array:
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
    return filled(x, lambda source, n, kind: (source.uniform(n, _DOUBLE) < p).astype(kind), generator)


def bernoulli_tensor(x: Array, p: Array, generator: Generator | None) -> Array:
    need_floating("bernoulli_tensor_cpu_p_", p.dtype)
    p = widened(p) if is_reduced(p.dtype) else p
    if ((p < 0) | (p > 1)).any():
        raise RuntimeError(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  "
            "If so, please report an enhancement request to PyTorch.)"
        )
    drawn = filled(np.empty_like(x, dtype=p.dtype), lambda source, n, kind: source.uniform(n, kind), generator)
    found: Array = (drawn < np.broadcast_to(p, x.shape)).astype(np.float32).astype(x.dtype)
    return found


def normal_of_mean(mean: Array, std: float, generator: Generator | None) -> Array:
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    found: Array = _standard(mean, generator) * mean.dtype.type(std) + mean
    return found


def normal_of_std(std: Array, mean: float, generator: Generator | None) -> Array:
    _check_stds(std)
    found: Array = _standard(std, generator) * std + std.dtype.type(mean)
    return found


def normal_of_both(mean: Array, std: Array, generator: Generator | None) -> Array:
    _check_stds(std)
    mismatch = broadcast_mismatch(mean.shape, std.shape)
    if mismatch is not None:
        raise mismatch
    kind = mean.dtype
    fresh = _standard(np.empty(np.broadcast_shapes(mean.shape, std.shape), kind), generator)
    found: Array = (fresh * std + mean).astype(kind)
    return found


def _check_stds(std: Array) -> None:
    if (std < 0).any():
        raise RuntimeError("normal expects all elements of std >= 0.0")


def _standard(like: Array, generator: Generator | None) -> Array:
    return normal(np.empty(like.shape, like.dtype), 0.0, 1.0, generator)


def poisson(x: Array, generator: Generator | None) -> Array:
    need_floating("poisson_cpu", x.dtype)
    if (x < 0).any():
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    source = source_of(generator)
    drawn = [_one_poisson(rate, source) for rate in x.astype(np.float64).reshape(-1).tolist()]
    return np.array(drawn, dtype=x.dtype).reshape(x.shape)


def _one_poisson(rate: float, source: Generator) -> int:
    """One count: for small rates by the product of uniform numbers, for others by Hörmann's transformed rejection."""

    def uniform() -> float:
        return float(source.uniform(1, _DOUBLE)[0])

    if rate == 0:
        return 0
    if rate < 10:
        limit, product, count = exp(-rate), uniform(), 0
        while product > limit:
            product, count = product * uniform(), count + 1
        return count
    b = 0.931 + 2.53 * sqrt(rate)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    accepted = 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = uniform() - 0.5, uniform()
        distance = 0.5 - abs(u)
        count = floor((2 * a / distance + b) * u + rate + 0.43)
        if distance >= 0.07 and v <= accepted:
            return count
        if count < 0 or (distance < 0.013 and v > distance):
            continue
        likelihood = -rate + count * log(rate) - lgamma(count + 1)
        if log(v) + log(inverse_alpha) - log(a / (distance * distance) + b) <= likelihood:
            return count


def integers(x: Array, low: int | None, high: int | None, generator: Generator | None) -> Array:
    """Integers in [low, high); without ``high`` up to the greatest that the dtype holds exactly."""
    if high is not None:
        first, span = int(low or 0), int(high - (low or 0))  # a bound may be a tensor
    elif low is not None:
        first, span = low, min(_COUNTED[dtypes._BY_NUMPY[x.dtype].name] - low, 2**64)
    else:
        first, span = 0, _COUNTED[dtypes._BY_NUMPY[x.dtype].name]

    def draw(source: Generator, n: int, kind: np.dtype[Any]) -> Array:
        if span > 2**63:  # more than int64 counts
            numbers = source.draw64(n)
            if span < 2**64:
                numbers = numbers % np.uint64(span) + np.uint64(first % 2**64)
            return numbers.view(np.int64)
        found: Array = source.below(span, n) + first
        return found if kind.kind in "iub" else found.astype(np.float64).astype(kind)

    return filled(x, draw, generator)


_COUNTED = {
    "bool": 2, "uint8": 2**8, "int8": 2**7, "int16": 2**15, "int32": 2**31, "int64": 2**63,
    "float16": 2**11 + 1, "bfloat16": 2**8 + 1, "float32": 2**24 + 1, "float64": 2**53 + 1,
}  # fmt: skip
"""How many integers from 0 on a dtype holds exactly."""
