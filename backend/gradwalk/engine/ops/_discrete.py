"""Binomial numbers, as PyTorch's kernel draws them one by one."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, log, log1p, sqrt

import numpy as np

from ..dtypes import Array
from ..random import Generator
from ._random import source_of
from ._words import label


def binomial(count: Array, prob: Array, generator: Generator | None) -> Array:
    """How many of ``count`` trials succeed, each with probability ``prob``; broadcast.

    Raises ValueError for counts that are not floating, RuntimeError for another dtype of the probabilities.
    """
    if count.dtype.kind != "f":
        raise ValueError(f"binomial only supports floating-point dtypes for count, got: {label(count.dtype)}")
    if prob.dtype.kind != "f":
        raise ValueError(f"binomial only supports floating-point dtypes for prob, got: {label(prob.dtype)}")
    if prob.dtype != count.dtype:
        raise RuntimeError(f"Found dtype {label(prob.dtype)} but expected {label(count.dtype)}")
    if np.isnan(count).any() or np.isnan(prob).any():
        raise RuntimeError("binomial() of NaN never ends in PyTorch.")
    source = source_of(generator)

    def uniform() -> float:
        return float(source.uniform(1, np.dtype(np.float64))[0])

    pairs = np.broadcast_arrays(count.astype(np.float64), prob.astype(np.float64))
    numbers, chances = (each.reshape(-1).tolist() for each in pairs)
    drawn = [_one(n, p, uniform) for n, p in zip(numbers, chances, strict=True)]
    return np.array(drawn, count.dtype).reshape(pairs[0].shape)


def _one(count: float, prob: float, uniform: Callable[[], float]) -> float:
    if count <= 0 or prob <= 0:
        return 0.0
    if prob >= 1:
        return count
    chance = min(prob, 1 - prob)
    drawn = _rejected(count, chance, uniform) if count * chance >= 10 else _inverted(count, chance, uniform)
    return drawn if prob <= 0.5 else count - drawn


def _inverted(count: float, prob: float, uniform: Callable[[], float]) -> float:
    """By the waiting times between successes."""
    waited, found, per_trial = 0.0, 0, log1p(-prob)
    while True:
        waited += ceil(log(uniform()) / per_trial)
        if waited > count:
            return found
        found += 1


def _rejected(count: float, prob: float, uniform: Callable[[], float]) -> float:
    """By transformed rejection with squeeze (Hörmann's BTRS)."""
    deviation = sqrt(count * prob * (1 - prob))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * prob
    centre, accepted, odds = count * prob + 0.5, 0.92 - 4.2 / b, prob / (1 - prob)
    alpha = (2.83 + 5.1 / b) * deviation
    mode = floor((count + 1) * prob)
    while True:
        u, v = uniform() - 0.5, uniform()
        distance = 0.5 - abs(u)
        k = floor((2 * a / distance + b) * u + centre)
        if distance >= 0.07 and v <= accepted:
            return k
        if k < 0 or k > count:
            continue
        v = log(v * alpha / (a / (distance * distance) + b))
        bound = (
            (mode + 0.5) * log((mode + 1) / (odds * (count - mode + 1)))
            + (count + 1) * log((count - mode + 1) / (count - k + 1))
            + (k + 0.5) * log(odds * (count - k + 1) / (k + 1))
            + _tail(mode) + _tail(count - mode) - _tail(k) - _tail(count - k)
        )  # fmt: skip
        if v <= bound:
            return k


_TAILS = (
    0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
    0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287,
)  # fmt: skip


def _tail(k: float) -> float:
    """What Stirling's approximation of ``log(k!)`` leaves out."""
    if k <= 9:
        return _TAILS[int(k)]
    square = (k + 1) * (k + 1)
    return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
