"""Random tensors, new and in place, with PyTorch's own numbers for a seed."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from .. import dtypes, random
from ..apply import _refuse_leaves, write
from ..dtypes import Array
from ..observe import observer
from ..ops.creation import CREATION
from ..tensor import Tensor
from .creation import like_array
from .registry import must_be_tensor, public
from .sizes import check_sizes, made, options, sizes_of_call

Draw = Callable[[random.Generator, int, np.dtype[Any]], Array]


def _source(generator: random.Generator | None) -> random.Generator:
    return random.default_generator if generator is None else generator


def _need_floating(kernel: str, kind: np.dtype[Any]) -> None:
    if kind.kind != "f":
        name = dtypes._BY_NUMPY[kind].legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{name}'")


def _publish(name: str, kernel: str, draw: Draw) -> None:
    def function(
        *size: Any, generator: random.Generator | None = None, dtype: Any = None, device: Any = None,
        requires_grad: bool = False, **rest: Any,
    ) -> Tensor:  # fmt: skip
        shape = sizes_of_call(name, size, rest.pop("size", None))
        kind = options(name, dtype, device, **rest)
        _need_floating(kernel, kind)
        return made(name, draw(_source(generator), prod(shape), kind).reshape(shape), requires_grad, {"size": shape})

    def like(
        input: Tensor, *, generator: random.Generator | None = None, dtype: Any = None, device: Any = None,
        requires_grad: bool = False, **rest: Any,
    ) -> Tensor:  # fmt: skip
        x = must_be_tensor(f"{name}_like", "input", 1, input)
        array = like_array(x, f"{name}_like", 0, dtype, device, **rest)
        _need_floating(kernel, array.dtype)
        _fill(array, draw, _source(generator))
        return made(name, array, requires_grad, {"like": tuple(x.shape)})

    function.__name__, like.__name__ = name, f"{name}_like"
    public(method=False, name=name)(function)
    public(method=False, name=f"{name}_like")(like)


_publish("rand", "check_uniform_bounds", random.Generator.uniform)
_publish("randn", "normal_kernel_cpu", random.Generator.normal)


def _fill(array: Array, draw: Draw, source: random.Generator) -> None:
    """Fill an array in the order of its elements in memory, as PyTorch does."""
    if array.flags.c_contiguous:
        array[...] = draw(source, array.size, array.dtype).reshape(array.shape)
        return
    order = sorted(range(array.ndim), key=lambda d: -array.strides[d])
    target = array.transpose(order)
    if draw is random.Generator.normal:
        numbers = np.array([source.one_normal() for _ in range(array.size)], dtype=array.dtype)
    else:
        numbers = draw(source, array.size, array.dtype)
    target[...] = numbers.reshape(target.shape)


@public(method=False)
def randint(
    *bounds: Any, generator: random.Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **names: Any,
) -> Tensor:  # fmt: skip
    """Integers in [low, high): ``randint(high, size)`` or ``randint(low, high, size)``."""
    size = names.pop("size", None)
    numbers = list(bounds)
    if size is None:
        if len(numbers) < 2 - ("high" in names):
            raise TypeError('randint() missing 1 required positional arguments: "size"')
        size = numbers.pop()
        if not isinstance(size, tuple | list):
            raise TypeError(
                f"randint(): argument 'size' (position {len(bounds)}) must be tuple of ints, not {type(size).__name__}"
            )
    low, high = (0, *numbers) if len(numbers) == 1 else numbers or (0, 0)
    low, high = names.pop("low", low), names.pop("high", high)
    low, high = (int(x) for x in (low, high))
    _check_range(low, high)
    shape = sizes_of_call("randint", (size,))
    kind = options("randint", dtypes.int64 if dtype is None else dtype, device, **names)
    array = (_source(generator).below(high - low, prod(shape)) + low).reshape(shape).astype(kind)
    return made("randint", array, requires_grad, {"low": low, "high": high, "size": shape})


def _check_range(low: int, high: int) -> None:
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")


@public(method=False)
def randint_like(
    input: Tensor, low: int, high: int | None = None, *, generator: random.Generator | None = None, dtype: Any = None,
    device: Any = None, requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """Integers in [low, high), in the shape of another tensor."""
    low, high = (0, low) if high is None else (low, high)
    _check_range(low, high)
    array = like_array(must_be_tensor("randint_like", "input", 1, input), "randint_like", 0, dtype, device, **rest)
    _fill(array, lambda source, n, kind: source.below(high - low, n) + low, _source(generator))
    return made("randint", array, requires_grad, {"low": low, "high": high})


@public(method=False)
def randperm(
    n: int, *, generator: random.Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """0..n-1 in random order."""
    check_sizes("randperm", (n,))
    kind = options("randperm", dtypes.int64 if dtype is None else dtype, device, **rest)
    return made("randperm", _source(generator).permutation(n).astype(kind), requires_grad, {"n": n})


# -- in place ---------------------------------------------------------------------------------------------------------


def _written(self: Tensor, name: str, draw: Draw, generator: random.Generator | None, params: dict[str, Any]) -> Tensor:
    """Overwrite a tensor with drawn numbers; nothing flows back through that."""
    _refuse_leaves(self)
    fresh = np.empty_like(self._array)
    _fill(fresh, draw, _source(generator))
    write(self, fresh)
    observer().op_applied(CREATION[name], (), params, (self,), None)
    return self


@public(function=False)
def uniform_(
    self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: random.Generator | None = None, **names: Any
) -> Tensor:
    """Uniform in [from, to), in place."""
    low = names.pop("from", from_)
    _need_floating("check_uniform_bounds", self._array.dtype)
    if low > to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={to:g}")

    def draw(source: random.Generator, n: int, kind: np.dtype[Any]) -> Array:
        found: Array = source.uniform(n, kind) * kind.type(to - low) + kind.type(low)
        return found

    return _written(self, "uniform_", draw, generator, {"from": low, "to": to})


@public(function=False)
def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: random.Generator | None = None) -> Tensor:
    """Normal with this mean and standard deviation, in place."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    _need_floating("normal_kernel_cpu", self._array.dtype)
    _written(self, "normal_", random.Generator.normal, generator, {"mean": mean, "std": std})
    kind = self._array.dtype.type
    if mean != 0 or std != 1:
        np.copyto(self._array, self._array * kind(std) + kind(mean))
    return self


@public(function=False)
def log_normal_(
    self: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: random.Generator | None = None
) -> Tensor:
    """The exponential of a normal number, in place."""
    if std <= 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")

    def draw(source: random.Generator, n: int, kind: np.dtype[Any]) -> Array:
        normal = np.array([source.one_normal() for _ in range(n)])
        found: Array = np.exp(normal * std + mean).astype(kind)
        return found

    return _written(self, "log_normal_", draw, generator, {"mean": mean, "std": std})


def _publish_from_uniform(name: str, argument: str, default: Any, of: Callable[[Array, float], Array]) -> None:
    def function(self: Tensor, *args: Any, generator: random.Generator | None = None, **names: Any) -> Tensor:
        given = args[0] if args else names.get(argument, default)

        def draw(source: random.Generator, n: int, kind: np.dtype[Any]) -> Array:
            drawn: Array = of(source.uniform(n, np.dtype(np.float64)), given).astype(kind)
            return drawn

        return _written(self, name, draw, generator, {argument: given})

    function.__name__ = name
    public(function=False, name=name)(function)


_publish_from_uniform("exponential_", "lambd", 1.0, lambda u, rate: -np.log1p(-u) / rate)
_publish_from_uniform("geometric_", "p", 0.5, lambda u, p: np.ceil(np.log(u) / np.log1p(-p)))
_publish_from_uniform("cauchy_", "median", 0.0, lambda u, median: median + np.tan(np.pi * (u - 0.5)))


@public(function=False)
def random_(self: Tensor, *bounds: Any, generator: random.Generator | None = None, **names: Any) -> Tensor:
    """Integers below a bound, in a range, or over all that the dtype counts exactly, in place."""
    kind = self._array.dtype
    low, high = (0, *bounds) if len(bounds) == 1 else bounds or (None, None)
    low, high = names.get("from", low), names.get("to", high)

    def draw(source: random.Generator, n: int, kind: np.dtype[Any]) -> Array:
        if high is not None:
            return source.below(high - (low or 0), n) + (low or 0)
        return source.below(_EXACT[kind.name], n)

    if high is not None:
        _check_range(low or 0, high)
    elif kind.name not in _EXACT:
        raise RuntimeError("random_ handles only integral, floating-point and boolean types")
    return _written(self, "random_", draw, generator, {"from": low, "to": high})


_EXACT = {
    "bool": 2, "uint8": 2**8, "int8": 2**7, "int16": 2**15, "int32": 2**31, "int64": 2**63,
    "float16": 2**11 + 1, "float32": 2**24 + 1, "float64": 2**53 + 1,
}  # fmt: skip


# -- of given distributions -------------------------------------------------------------------------------------------


def _bernoulli(p: Any) -> Draw:
    def draw(source: random.Generator, n: int, kind: np.dtype[Any]) -> Array:
        if isinstance(p, np.ndarray):
            p_of_each: Array = p.reshape(-1)
            return np.asarray(source.uniform(n, p.dtype) < p_of_each, dtype=kind)
        return np.asarray(source.uniform(n, np.dtype(np.float64)) < p, dtype=kind)

    return draw


def _check_probability(p: Any) -> None:
    if isinstance(p, np.ndarray):
        if ((p < 0) | (p > 1)).any():
            raise RuntimeError(
                "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  "
                "If so, please report an enhancement request to PyTorch.)"
            )
    elif not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")


@public()
def bernoulli(input: Tensor, p: float | None = None, *, generator: random.Generator | None = None) -> Tensor:
    """1 with the probability that ``input`` (or ``p``) says, else 0."""
    x = must_be_tensor("bernoulli", "input", 1, input)
    chance = x._array if p is None else p
    _check_probability(chance)
    array = _bernoulli(chance)(_source(generator), x._array.size, x._array.dtype)
    return made("bernoulli", array.reshape(x.shape), False, {"p": p}, (x,))


@public(function=False)
def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: random.Generator | None = None) -> Tensor:
    """1 with probability ``p`` (a number or a tensor), else 0, in place."""
    chance = np.broadcast_to(p._array, self.shape) if isinstance(p, Tensor) else p
    _check_probability(chance)
    return _written(self, "bernoulli_", _bernoulli(chance), generator, {"p": p})


@public(method=False)
def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: random.Generator | None = None, dtype: Any = None,
    device: Any = None, requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """Normal numbers; mean and standard deviation may be tensors."""
    if isinstance(std, Tensor):
        if (std._array < 0).any():
            raise RuntimeError("normal expects all elements of std >= 0.0")
    elif std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    if size is not None:
        shape = sizes_of_call("normal", (size,))
        kind = options("normal", dtype, device, **rest)
    else:
        tensors = [x for x in (mean, std) if isinstance(x, Tensor)]
        if not tensors:
            raise TypeError('normal() missing 1 required positional arguments: "size"')
        shape = np.broadcast_shapes(*(tuple(x.shape) for x in tensors))
        kind = tensors[0]._array.dtype
    mu, sigma = (x._array if isinstance(x, Tensor) else kind.type(x) for x in (mean, std))
    array = _source(generator).normal(prod(shape), kind).reshape(shape) * sigma + mu
    return made("normal", array.astype(kind), requires_grad, {"size": shape})


@public()
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: random.Generator | None = None
) -> Tensor:
    """Indices drawn with the weights in each row."""
    x = must_be_tensor("multinomial", "input", 1, input)
    weights = x._array
    if weights.dtype.kind != "f":
        name = x.dtype.legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {name}")
    if weights.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (weights.sum(axis=-1) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    source = _source(generator)
    rows = weights.reshape(-1, weights.shape[-1])
    drawn = (
        _drawn_with_replacement(rows, num_samples, source)
        if replacement and num_samples > 1
        else _drawn_once(rows, num_samples, source)
    )
    array = drawn.reshape((*weights.shape[:-1], num_samples))
    return made("multinomial", array, False, {"num_samples": num_samples}, (x,))


def _drawn_once(rows: Array, count: int, source: random.Generator) -> Array:
    """Without replacement: the largest quotients of weights and exponential numbers."""
    waiting = -np.log1p(-source.uniform(rows.size, np.dtype(np.float64)))
    quotient = rows / waiting.astype(rows.dtype).reshape(rows.shape)
    order: Array = np.argsort(-quotient, axis=-1, kind="stable")
    first: Array = order[:, :count].astype(np.int64)
    return first


def _drawn_with_replacement(rows: Array, count: int, source: random.Generator) -> Array:
    cumulative = np.cumsum(rows, axis=-1, dtype=rows.dtype)
    cumulative = cumulative / cumulative[:, -1:]
    found = np.empty((len(rows), count), dtype=np.int64)
    for row, bounds in enumerate(cumulative):
        found[row] = np.searchsorted(bounds, source.uniform(count, np.dtype(np.float64)), side="left")
    last: Array = np.minimum(found, rows.shape[-1] - 1)
    return last
