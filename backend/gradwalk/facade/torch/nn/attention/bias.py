"""``torch.nn.attention.bias``: masks of what a query may not look ahead to."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine.tensor import Tensor, wrap

__all__ = ["causal_lower_right", "causal_upper_left"]


def causal_upper_left(*size: Any) -> Tensor:
    """The mask that ``is_causal`` is: its diagonal begins at the first query and the first key."""
    return wrap(np.tril(np.ones(size, dtype=bool)))


def causal_lower_right(*size: Any) -> Tensor:
    """The mask whose diagonal ends at the last query and the last key."""
    rows, columns = size
    return wrap(np.tril(np.ones(size, dtype=bool), columns - rows))
