"""Operands for reductions, orders and running sums."""

from __future__ import annotations

import numpy as np

from .making import POSITIVE, Samples, draws_of

some = draws_of(6)

SAMPLES: Samples = {
    "sum": [((some(2, 3),), {}), ((some(),), {})],
    "sum.dim": [((some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)],
    "mean": [((some(2, 3),), {})],
    "mean.dim": [((some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)],
    "linalg_vector_norm": [
        *(((some(2, 3, **POSITIVE),), {"ord": p}) for p in (1.0, 1.5, 2.0, 3.0, float("inf"))),
        *(((some(2, 3, **POSITIVE),), {"ord": 2.0, "dim": (1,), "keepdim": k}) for k in (False, True)),
        ((some(**POSITIVE),), {"ord": 2.0}),
    ],
    "segment_reduce": [],  # it is not differentiated twice; programs hold it
    "_segment_reduce_backward": [],
    "renorm": [((some(3, 2),), {"p": p, "dim": d, "maxnorm": 1.0}) for p, d in ((2.0, 0), (3.0, -1))],
    # selections, orders, running and spread
    **{name: [((some(2, 3),), {})] for name in ("max", "min", "median", "nanmedian", "aminmax", "nansum")},
    **{
        name: [((some(2, 3),), {"dim": d, "keepdim": k}) for d in (0, -1) for k in (False, True)]
        for name in ("max.dim", "min.dim", "median.dim", "nanmedian.dim", "mode", "prod.dim_int")
    },
    **{
        name: [((some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)]
        for name in ("amax", "amin")
    },
    "logsumexp": [((some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1)) for k in (False, True)],
    **{
        name: [
            ((some(2, 3),), {}),
            ((some(2, 3),), {"dim": (1,), "correction": 1}),
            ((some(2, 3, 2),), {"dim": (0, 2), "correction": 0, "keepdim": True}),
        ]
        for name in ("var", "std", "var_mean", "std_mean")
    },
    **{
        name: [((some(2, 3),), {"dim": d}) for d in (0, -1)]
        for name in ("sort", "sort.stable", "cumsum", "cumprod", "logcumsumexp", "cummax", "cummin")
    },
    "kthvalue": [((some(2, 3),), {"k": 2, "dim": 1})],
    "topk": [((some(2, 3),), {"k": 2, "dim": 1})],
    "prod": [((some(2, 3),), {}), ((np.array([2.0, 0.0, 3.0]),), {})],
    "norm.all": [((some(2, 3),), {"p": p}) for p in (1.0, 2.0, 3.0)],
    "norm.dim": [((some(2, 3),), {"p": p, "dim": (1,)}) for p in (1.0, 2.0, 3.0)],
    **{name: [] for name in ("unique", "unique_dim", "unique_consecutive")},  # without derivatives in PyTorch
}
