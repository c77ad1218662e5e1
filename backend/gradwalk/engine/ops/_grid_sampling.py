"""An image looked at between its pixels: along each axis a few taps, their weights and the slopes of these."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..dtypes import Array

BILINEAR, NEAREST, BICUBIC = 0, 1, 2
ZEROS, BORDER, REFLECTION = 0, 1, 2


Orders = tuple[int, ...]
"""For each axis, how often its weights are differentiated by the grid's numbers along it."""


How = tuple[Any, ...]
"""Interpolation mode, padding mode, and whether the corners are pixels' centres."""


class Tap(NamedTuple):
    """One pixel that counts along an axis: its number; its weight and that weight's first two derivatives."""

    place: Array
    weights: tuple[Array, Array, Array]


def _clipped(place: Array, slope: Array, size: int) -> tuple[Array, Array]:
    inside = (place > 0) & (place < size - 1)
    return np.clip(place, 0, size - 1), np.where(inside, slope, 0)


def _reflected(place: Array, slope: Array, low: float, high: float) -> tuple[Array, Array]:
    if low == high:
        return np.zeros_like(place), np.zeros_like(slope)
    span = high - low
    away = place - low
    slope = np.where(away < 0, -slope, slope)
    away = np.abs(away)
    flips, rest = np.floor(away / span), np.fmod(away, span)
    even = flips % 2 == 0
    return np.where(even, rest + low, span - rest + low), np.where(even, slope, -slope)


def _padded(place: Array, slope: Array, size: int, padding: int, align: bool) -> tuple[Array, Array]:
    """Places outside brought inside, as the padding says."""
    if padding == ZEROS:
        return place, slope
    if padding == REFLECTION:
        place, slope = _reflected(place, slope, *((0, size - 1) if align else (-0.5, size - 0.5)))
    return _clipped(place, slope, size)


def _taps(line: Array, size: int, mode: int, padding: int, align: bool) -> list[Tap]:
    """The taps of one axis for the grid's numbers along it."""
    kind = line.dtype.type
    per = kind((size - 1) / 2 if align else size / 2)
    place = (line + kind(1)) * per - kind(0 if align else 0.5)
    slope = np.full_like(place, per)
    if mode != BICUBIC:
        place, slope = _padded(place, slope, size, padding, align)
    none = np.zeros_like(place)
    if mode == NEAREST:
        return [Tap(np.rint(place).astype(np.int64), (none + 1, none, none))]
    low = np.floor(place)
    part = place - low
    first = low.astype(np.int64)
    if mode == BILINEAR:
        return [Tap(first, (1 - part, -slope, none)), Tap(first + 1, (part, slope, none))]
    taps = []
    for offset, (weight, first_slope, second) in zip(range(-1, 3), _cubic(part), strict=True):
        at = _padded(low + offset, slope, size, padding, align)[0]
        taps.append(Tap(at.astype(np.int64), (weight, first_slope * slope, second * slope * slope)))
    return taps


def _cubic(t: Array, a: float = -0.75) -> Iterator[tuple[Array, Array, Array]]:
    """Keys' kernel at the four pixels around a place ``t`` after the second, and its first two derivatives by ``t``."""
    for away, sign, outer in ((t + 1, 1, True), (t, 1, False), (1 - t, -1, False), (2 - t, -1, True)):
        x = away
        if outer:
            weight = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
            slope, second = (3 * a * x - 10 * a) * x + 8 * a, 6 * a * x - 10 * a
        else:
            weight = ((a + 2) * x - (a + 3)) * x * x + 1
            slope, second = (3 * (a + 2) * x - 2 * (a + 3)) * x, 6 * (a + 2) * x - 2 * (a + 3)
        yield weight, sign * slope, second


def _axes(x: Array, grid: Array, mode: int, padding: int, align: bool) -> list[list[Tap]]:
    """The taps of each axis of the image, whose last is the grid's first."""
    dims = grid.shape[-1]
    return [_taps(grid[..., dims - 1 - axis], x.shape[2 + axis], mode, padding, align) for axis in range(dims)]


def _picked(x: Array, axes: list[list[Tap]], orders: Orders) -> Iterator[tuple[Array, Any]]:
    """For every choice of taps: the product of its weights, and the index of its pixels in (N, ..., C)."""
    batch = np.arange(x.shape[0]).reshape(-1, *(1 for _ in axes))
    for chosen in itertools.product(*axes):
        weight = np.ones((), x.dtype)
        places = []
        for tap, order, size in zip(chosen, orders, x.shape[2:], strict=True):
            weight = weight * np.where((tap.place >= 0) & (tap.place < size), tap.weights[order], x.dtype.type(0))
            places.append(np.clip(tap.place, 0, size - 1))
        yield weight[..., None], (batch, *places)


def _sampled(x: Array, grid: Array, how: How, orders: Orders) -> Array:
    """The image, its channels last, at the places of the grid."""
    total = np.zeros((*grid.shape[:-1], x.shape[1]), x.dtype)
    last = np.moveaxis(x, 1, -1)
    for weight, places in _picked(x, _axes(x, grid, *how), orders):
        total += last[places] * weight
    return total


def _spread(grad: Array, x: Array, grid: Array, how: How, orders: Orders) -> Array:
    """What :func:`_sampled` passes back to the image of a cotangent with its channels last."""
    whole = np.zeros((x.shape[0], *x.shape[2:], x.shape[1]), x.dtype)
    for weight, places in _picked(x, _axes(x, grid, *how), orders):
        np.add.at(whole, places, grad * weight)
    return np.moveaxis(whole, -1, 1).copy()


def _once(axis: int, dims: int) -> Orders:
    return tuple(int(place == axis) for place in range(dims))


def grid_sampler(x: Array, grid: Array, *how: Any) -> Array:
    """(N, C, ...) at the places of the grid (N, out..., dims)."""
    return np.moveaxis(_sampled(x, grid, how, (0,) * grid.shape[-1]), -1, 1).copy()


def cotangent_of_input(grad: Array, x: Array, grid: Array, *how: Any) -> Array:
    """The cotangent of the image."""
    return _spread(np.moveaxis(grad, 1, -1), x, grid, how, (0,) * grid.shape[-1])


def cotangent_of_grid(grad: Array, x: Array, grid: Array, *how: Any) -> Array:
    """The cotangent of the grid."""
    dims, moved = grid.shape[-1], np.moveaxis(grad, 1, -1)
    parts = [(_sampled(x, grid, how, _once(axis, dims)) * moved).sum(-1) for axis in range(dims)]
    return np.stack(parts[::-1], axis=-1)


def along_grid(by: Array, x: Array, grid: Array, *how: Any) -> Array:
    """How the sampled image moves as the grid moves by ``by``."""
    dims = grid.shape[-1]
    moves = [_sampled(x, grid, how, _once(axis, dims)) * by[..., dims - 1 - axis, None] for axis in range(dims)]
    return np.moveaxis(sum(moves[1:], moves[0]), -1, 1).copy()


def along_grid_input(by: Array, grad: Array, x: Array, grid: Array, *how: Any) -> Array:
    """The cotangent of the image of :func:`along_grid`."""
    dims, moved = grid.shape[-1], np.moveaxis(grad, 1, -1)
    moves = [_spread(moved * by[..., dims - 1 - axis, None], x, grid, how, _once(axis, dims)) for axis in range(dims)]
    return sum(moves[1:], moves[0])


def along_grid_grid(by: Array, grad: Array, x: Array, grid: Array, *how: Any) -> Array:
    """The cotangent of the grid of :func:`along_grid`."""
    dims, moved = grid.shape[-1], np.moveaxis(grad, 1, -1)
    whole = np.zeros_like(grid)
    for one, other in itertools.product(range(dims), repeat=2):
        orders = tuple(a + b for a, b in zip(_once(one, dims), _once(other, dims), strict=True))
        passed = (_sampled(x, grid, how, orders) * moved).sum(-1)
        whole[..., dims - 1 - other] += passed * by[..., dims - 1 - one]
    return whole
