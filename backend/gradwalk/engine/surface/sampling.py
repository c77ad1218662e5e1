"""Random numbers of distributions that tensors describe: Bernoulli, Poisson, normal, multinomial."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..dtypes import FLOATS, Array
from ..ops import _random as drawn
from ..ops._random import filled, source_of
from ..random import Generator
from ..tensor import Tensor
from ..warn import warn
from .out import RESIZED
from .registry import must_be_tensor, public
from .sizes import made, options, sizes_of_call, storable


@public()
def bernoulli(input: Tensor, p: float | None = None, *, generator: Generator | None = None) -> Tensor:
    """1 with the probability that ``input`` (or ``p``) says, else 0."""
    x = must_be_tensor("bernoulli", "input", 1, input)
    if p is None:
        return ops.random.bernoulli(x, generator=generator)
    return ops.random.bernoulli_p(x, p=p, generator=generator)


@public(method=False)
def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Counts of events that come at the rates that ``input`` says."""
    return ops.random.poisson(must_be_tensor("poisson", "input", 1, input), generator=generator)


@public(method=False)
def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None, dtype: Any = None,
    device: Any = None, requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """Normal numbers; mean and standard deviation may be tensors."""
    if "out" in rest:
        raise TypeError("normal() got an unexpected keyword argument 'out'")  # which has it written there
    if isinstance(mean, Tensor) and isinstance(std, Tensor):
        return ops.random.normal_of_both(mean, std, generator=generator)
    if isinstance(mean, Tensor):
        return ops.random.normal_of_mean(mean, std=std, generator=generator)
    if isinstance(std, Tensor):
        return ops.random.normal_of_std(std, mean=mean, generator=generator)
    if size is None:
        raise TypeError(_NORMAL_OF_NUMBERS.format(type(mean).__name__, type(std).__name__))
    shape = sizes_of_call("normal", (size,))
    array = drawn.normal(np.empty(shape, options("normal", dtype, device, **rest)), mean, std, generator)
    return made("normal", array, requires_grad, {"size": shape})


def _check_weights(weights: Array, one_by_one: bool) -> None:
    """Raises RuntimeError for what is no probability, in the words of the kernel that goes through them."""
    if not one_by_one:
        if not np.isfinite(weights).all() or (weights < 0).any():
            raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
        return
    wrong = weights[~(np.isfinite(weights) & (weights >= 0))]
    if wrong.size:
        what = "= infinity or NaN" if wrong[0] >= 0 else "< 0"
        raise RuntimeError(f"invalid multinomial distribution (encountering probability entry {what})")


@public()
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Indices drawn with the weights in each row."""
    x = must_be_tensor("multinomial", "input", 1, input)
    weights = x._array
    if weights.dtype.kind not in FLOATS:
        name = x.dtype.legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {name}")
    if weights.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    _check_weights(weights, one_by_one=replacement and num_samples > 1)
    if (weights.sum(axis=-1) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    storable((*weights.shape[:-1], num_samples), np.dtype(np.int64))
    source = source_of(generator)
    rows = weights.reshape(-1, weights.shape[-1])
    drawn = (
        _drawn_with_replacement(rows, num_samples, source)
        if replacement and num_samples > 1
        else _drawn_once(rows, num_samples, source)
    )
    array = drawn.reshape((*weights.shape[:-1], num_samples))
    return made("multinomial", array, False, {"num_samples": num_samples}, (x,))


@public(method=False)
def binomial(count: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """How many of ``count`` trials succeed, each with probability ``prob``."""
    drawn = ops.random.binomial(
        must_be_tensor("binomial", "count", 1, count), must_be_tensor("binomial", "prob", 2, prob), generator=generator
    )
    if drawn.shape != count.shape and count.numel():
        warn(RESIZED.format(list(count.shape), list(drawn.shape)))
    return drawn


@public(method=False)
def _standard_gamma(input: Tensor, generator: Generator | None = None) -> Tensor:
    return ops.random.standard_gamma(input, generator=generator)


@public(method=False)
def _sample_dirichlet(input: Tensor, generator: Generator | None = None) -> Tensor:
    return ops.random.sample_dirichlet(input, generator=generator)


@public(method=False)
def _dirichlet_grad(x: Tensor, alpha: Tensor, total: Tensor) -> Tensor:
    return ops.random.dirichlet_grad(x, alpha, total)


def _drawn_once(rows: Array, count: int, source: Generator) -> Array:
    """Without replacement: the largest quotients of weights and exponential numbers."""
    like = rows if 0 not in rows.strides else np.empty(rows.shape, rows.dtype)
    waiting = filled(like, lambda each, n, _: -np.log1p(-each.uniform(n, np.dtype(np.float64))), source)
    quotient = rows / waiting
    order: Array = np.argsort(-quotient, axis=-1, kind="stable")
    first: Array = order[:, :count].astype(np.int64)
    return first


def _drawn_with_replacement(rows: Array, count: int, source: Generator) -> Array:
    cumulative = np.cumsum(rows, axis=-1, dtype=rows.dtype)
    cumulative = cumulative / cumulative[:, -1:]
    found = np.empty((len(rows), count), dtype=np.int64)
    for row, bounds in enumerate(cumulative):
        found[row] = np.searchsorted(bounds, source.uniform(count, np.dtype(np.float64)), side="left")
    last: Array = np.minimum(found, rows.shape[-1] - 1)
    return last


_NORMAL_OF_NUMBERS = (
    "normal() received an invalid combination of arguments - got ({}, {}), but expected one of:\n"
    " * (Tensor mean, Tensor std, *, torch.Generator generator = None, Tensor out = None)\n"
    " * (Tensor mean, float std = 1, *, torch.Generator generator = None, Tensor out = None)\n"
    " * (float mean, Tensor std, *, torch.Generator generator = None, Tensor out = None)\n"
    " * (float mean, float std, tuple of ints size, *, torch.Generator generator = None, Tensor out = None, "
    "torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool pin_memory = False, "
    "bool requires_grad = False)\n"
)
