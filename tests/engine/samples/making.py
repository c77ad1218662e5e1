"""What samples are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradwalk.engine.tensor import wrap

Samples = dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]]
"""By an op's name, operands and parameters that it is tried on; none where the comment beside it says why."""

POSITIVE = {"low": 0.5, "high": 2.0}
APART = np.array([-2.1, -1.2, -0.7, 0.3, 0.8, 1.7])  # off every corner
SQUARE = np.array([[2.0, 0.5, 0.1], [0.3, 3.0, 0.2], [0.1, 0.4, 2.5]])
MASK = np.array([[True, False, True], [False, True, False]])


def draws_of(seed: int) -> Callable[..., Any]:
    """What draws arrays of a shape from numbers of its own: a sample more in one family changes none in another."""
    random = np.random.RandomState(seed)

    def some(*shape: int, low: float = -2.0, high: float = 2.0) -> Any:
        return random.uniform(low, high, shape)

    return some


def indices(*keys: Any) -> Any:
    """Index tensors, and None for a dimension that is taken whole."""
    return tuple(None if key is None else wrap(np.array(key)) for key in keys)
