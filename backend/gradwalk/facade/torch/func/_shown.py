"""How tensors print within transforms: wrapped in the levels that they belong to, as PyTorch writes them."""

from __future__ import annotations

import textwrap
from typing import Any

from gradwalk.engine.parameter import Parameter
from gradwalk.engine.printing import WRITERS, tensor_repr
from gradwalk.engine.tensor import wrap
from gradwalk.engine.transforms import STACK, level_of

from ._batched import Batched
from ._levels import Level


def shown(x: Any) -> str:
    """The text of a tensor, plain or batched, while transforms are under way."""
    wrappers = []
    while isinstance(x, Batched):
        wrappers.append((x._of.level, f"BatchedTensor(lvl={x._of.level}, bdim={x._dim}, value="))
        x = x._value
    tracking = [level for level in STACK if isinstance(level, Level) and level.tracks(x)]
    wrappers += [(level_of(level), f"GradTrackingTensor(lvl={level_of(level)}, value=") for level in tracking]
    of_the_user = not tracking or tracking[0].is_inside([x])
    for level in reversed(tracking):
        x = level.given_for(x)
    text = tensor_repr(x if of_the_user else wrap(x._array))
    if tracking and isinstance(x, Parameter):
        text = f"Parameter containing:\n{text}"
    for _, head in sorted(wrappers):
        text = f"{head}\n{textwrap.indent(text, '    ')}\n)"
    return text


WRITERS.append(shown)
