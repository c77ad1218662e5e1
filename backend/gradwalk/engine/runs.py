"""In which order PyTorch's loops go over an array whose numbers they add up (``TensorIterator``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .layouts import sorted_dims


class Run(NamedTuple):
    """Dimensions that a loop goes over as one."""

    size: int
    step: int
    """Bytes between neighbours."""
    is_reduced: bool


def runs_of(shape: Sequence[int], steps: Sequence[int], reduced: Sequence[int]) -> list[Run]:
    """The runs of a reduction, the innermost first, none of one element: those that are reduced by how close they lie,
    then those that are kept, as they lie in the result. ``steps`` are bytes."""
    within = [d for d in sorted(reduced) if shape[d] != 1]
    order = sorted_dims([shape[d] for d in within], [tuple(steps[d] for d in within)])
    runs: list[Run] = []
    for dim in reversed([within[at] for at in order]):
        _join(runs, Run(shape[dim], steps[dim], True))
    count = len(runs)
    for dim in reversed(range(len(shape))):
        if shape[dim] != 1 and dim not in reduced:
            _join(runs, Run(shape[dim], steps[dim], False), count)
    return runs


def _join(runs: list[Run], found: Run, fewest: int = 0) -> None:
    """Go on with the last run where it ends, if there are more than the fewest."""
    if len(runs) > fewest and runs[-1].step * runs[-1].size == found.step:
        runs[-1] = Run(runs[-1].size * found.size, runs[-1].step, found.is_reduced)
    else:
        runs.append(found)
