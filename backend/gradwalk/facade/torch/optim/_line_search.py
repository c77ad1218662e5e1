"""A line search for the strong Wolfe conditions: enough descent, and a slope that has flattened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_DESCENT, _FLATNESS, _NARROWEST = 1e-4, 0.9, 1e-9


@dataclass
class _Point:
    """A step length, and loss, gradient and slope along the direction there.

    Lengths are what PyTorch has there, Python's numbers or of the gradient's dtype; slopes are of that dtype.
    """

    length: Any
    loss: float
    gradient: Any
    slope: Any


def _cubic_minimum(a: _Point, b: _Point, bounds: tuple[Any, Any] | None = None) -> Any:
    """Where the cubic through two points with these slopes is least, within bounds."""
    low, high = bounds or ((a.length, b.length) if a.length <= b.length else (b.length, a.length))
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    squared = d1 * d1 - a.slope * b.slope
    if not squared >= 0:
        return (low + high) / 2.0
    d2 = np.sqrt(squared)
    if a.length > b.length:
        a, b = b, a
    place = b.length - (b.length - a.length) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    return min(max(place, low), high)


def strong_wolfe(
    evaluate: Callable[[float], tuple[float, Any]], length: Any, direction: Any, loss: float, gradient: Any,
    slope: Any, most: int,
) -> tuple[float, Any, Any, int]:  # fmt: skip
    """Loss, gradient and length of the step found, and how often the loss was evaluated."""
    start = _Point(0, loss, gradient, slope)
    evaluations = 0

    def at(t: Any) -> _Point:
        nonlocal evaluations
        evaluations += 1
        found, grad = evaluate(t)
        return _Point(t, found, grad, np.dot(grad, direction))

    point, before, tries = at(length), start, 0
    bracket = [start, point]
    done = False
    while tries < most:
        too_high = point.loss > start.loss + _DESCENT * point.length * slope
        if too_high or (tries > 1 and point.loss >= before.loss):
            bracket = [before, point]
            break
        if abs(point.slope) <= -_FLATNESS * slope:
            bracket, done = [point], True
            break
        if point.slope >= 0:
            bracket = [before, point]
            break
        farther = (point.length + 0.01 * (point.length - before.length), point.length * 10)
        following = at(_cubic_minimum(before, point, farther))
        before, point, tries = point, following, tries + 1
    if tries == most:
        bracket = [start, point]
    low, high = (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    reach, stuck = np.abs(direction).max(), False
    while not done and tries < most:
        ends = [each.length for each in bracket]
        if abs(ends[1] - ends[0]) * reach < _NARROWEST:
            break
        t = _cubic_minimum(bracket[0], bracket[1])
        margin = 0.1 * (max(ends) - min(ends))
        if min(max(ends) - t, t - min(ends)) < margin:
            if stuck or t >= max(ends) or t <= min(ends):
                t = max(ends) - margin if abs(t - max(ends)) < abs(t - min(ends)) else min(ends) + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        point, tries = at(t), tries + 1
        if point.loss > start.loss + _DESCENT * t * slope or point.loss >= bracket[low].loss:
            bracket[high] = point
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
        else:
            if abs(point.slope) <= -_FLATNESS * slope:
                done = True
            elif point.slope * (bracket[high].length - bracket[low].length) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = point
    best = bracket[low] if len(bracket) > 1 else bracket[0]
    return best.loss, best.gradient, best.length, evaluations
