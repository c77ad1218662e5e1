"""What steps are made of, on arrays: gradients, running averages, and writes that are seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.fused import plus_product
from gradwalk.engine.observe import observer
from gradwalk.engine.op import OPS
from gradwalk.engine.tensor import Tensor, wrap
from gradwalk.engine.writes import about_to_write

from .optimizer import Group

Array = Any


def gradient(param: Tensor, grad: Tensor, group: Group, decay: bool = True) -> Array:
    """The gradient to descend: turned around to ascend, and with weight decay added."""
    array = -grad._array if group.get("maximize") else grad._array
    weight_decay = group.get("weight_decay", 0)
    return plus_product(array, param._array, weight_decay) if decay and weight_decay else array


def add(param: Tensor, change: Any, factor: float) -> None:
    """``param += factor * change``, seen."""
    apply_in_place(OPS["add"], param, change if isinstance(change, Tensor) else wrap(change), alpha=factor)


def scale(param: Tensor, factor: float) -> None:
    """``param *= factor``, seen."""
    apply_in_place(OPS["mul"], param, factor)


def add_quotient(param: Tensor, numerator: Any, denominator: Array, factor: float) -> None:
    """``param += factor * numerator / denominator``, seen."""
    above = numerator if isinstance(numerator, Tensor) else wrap(numerator)
    apply_in_place(OPS["addcdiv"], param, above, wrap(denominator), value=factor)


def put(kept: Tensor, array: Array) -> Array:
    """Write new numbers into a tensor of the state; returns them."""
    about_to_write(kept._array)
    kept._array[...] = array
    kept._storage.version += 1
    observer().storage_written(kept._storage)
    return kept._array


def zeros_for(param: Tensor) -> Tensor:
    """A tensor of the state, in the parameter's shape."""
    return wrap(np.zeros_like(param._array))


def count_step(state: dict[str, Any]) -> float:
    """One more step; how many there were."""
    return float(put(state["step"], state["step"]._array + 1))


def new_step() -> Tensor:
    """A count of steps, at 0."""
    return wrap(np.zeros((), dtype=scalar_kind()))


def scalar_kind() -> Any:
    """The dtype of numbers that an optimiser keeps in tensors."""
    return np.float64 if dtypes.default_floating() is dtypes.float64 else np.float32


def lerp(kept: Tensor, towards: Array, weight: float) -> Array:
    """Move a running average towards a new value."""
    start = kept._array
    span = towards - start
    rest = np.asarray(weight, start.dtype) - 1
    return put(kept, plus_product(start, span, weight) if weight < 0.5 else plus_product(towards, span, rest))


def decayed_square(kept: Tensor, grad: Array, decay: float) -> Array:
    """A running average of squares."""
    return put(kept, plus_product(kept._array * decay, (1 - decay) * grad, grad))
