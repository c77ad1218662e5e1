"""Operands for indices, masks and scatters."""

from __future__ import annotations

import numpy as np

from .making import MASK, POSITIVE, Samples, draws_of, indices

some = draws_of(1)

SAMPLES: Samples = {
    # scatters that reduce
    "scatter.reduce": [],  # PyTorch refuses their gradients
    "scatter.value_reduce": [],
    "scatter_reduce": [
        ((some(3, 2, **POSITIVE), np.array([[2, 2], [2, 0]]), some(2, 2)), {"reduce": r, "include_self": i})
        for r in ("sum", "prod", "mean", "amax", "amin")
        for i in (True, False)
    ],
    "index_reduce": [
        ((some(3, 2, **POSITIVE), np.array([2, 0, 2]), some(3, 2)), {"dim": 0, "reduce": r, "include_self": i})
        for r in ("prod", "mean", "amax", "amin")
        for i in (True, False)
    ],
    "index": [((some(3, 4),), {"indices": indices(*key)}) for key in ([[2, 0, 2]], [None, [1, 1]], [[0, 1], [2, 3]])],
    "index_put": [((some(3, 2), some(2, 2)), {"indices": indices([2, 0]), "accumulate": a}) for a in (False, True)],
    "index_put_impl": [((some(3, 2), some(2)), {"indices": indices([2, 2]), "accumulate": True})],
    "gather": [((some(3, 2), np.array([[0, 2], [2, 2]])), {"dim": 0})],
    "scatter.src": [((some(3, 2), np.array([[0, 2]]), some(1, 2)), {"dim": 0})],
    "scatter.value": [((some(3, 2), np.array([[0, 1]])), {"dim": -1, "value": 2.0})],
    "scatter_add": [((some(3, 2), np.array([[2, 2], [2, 0]]), some(2, 2)), {"dim": 0})],
    "index_select": [((some(3, 2), np.array([2, 0, 2])), {"dim": 0})],
    "index_add": [((some(3, 2), np.array([2, 0, 2]), some(3, 2)), {"dim": 0, "alpha": 3})],
    "index_copy": [((some(3, 2), np.array([2, 0]), some(2, 2)), {"dim": 0})],
    "index_fill": [((some(3, 2), np.array([2, 0])), {"dim": 0, "value": 5.0})],
    "index_fill.Tensor": [((some(3, 2), np.array([2, 2]), some()), {"dim": 0})],
    "take": [((some(3, 2), np.array([5, 0, 5])), {})],
    "put": [((some(3, 2), np.array([5, 0]), some(2)), {"accumulate": a}) for a in (False, True)],
    "masked_select": [((some(2, 3), MASK), {})],
    "masked_scatter": [((some(2, 3), MASK, some(4)), {})],
    "masked_scatter_backward": [((some(2, 3), MASK), {"sizes": (4,)})],
    "masked_fill.Tensor": [((some(2, 3), MASK, some()), {})],
    "embedding": [
        ((some(4, 2), np.array([[0, 2], [2, 1]])), {}),
    ],
    "embedding_dense_backward": [((some(3, 2), np.array([0, 2, 2])), {"sizes": (4, 2)})],
}
