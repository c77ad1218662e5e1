"""Operands for products and linear algebra."""

from __future__ import annotations

import numpy as np

from .making import SQUARE, Samples, draws_of

some = draws_of(4)

SAMPLES: Samples = {
    "dot": [((some(4), some(4)), {})],
    "mm": [((some(2, 3), some(3, 4)), {})],
    "addmm": [((some(4), some(2, 3), some(3, 4)), p) for p in ({}, {"beta": 2.0, "alpha": 3.0})],
    "mv": [((some(2, 3), some(3)), {})],
    "bmm": [((some(2, 2, 3), some(2, 3, 2)), {})],
    **{
        name: [((SQUARE,), {}), ((np.stack([SQUARE, SQUARE.T + 1]),), {})]
        for name in ("linalg_inv_ex", "linalg_det", "linalg_matrix_exp", "linalg_lu_factor_ex")
    },
    **{name: [] for name in ("linalg_ldl_factor_ex", "linalg_ldl_solve")},  # PyTorch does not derive them
    "linalg_slogdet": [],  # its first result has no gradient; programs hold the second
    "linalg_solve_ex": [
        ((SQUARE, some(3, 2)), {}),
        ((SQUARE, some(3)), {}),
        ((SQUARE, some(2, 3)), {"left": False}),
    ],
    "linalg_solve_triangular": [((SQUARE, some(3, 2)), {"upper": u}) for u in (False, True)],
    "linalg_cholesky_ex": [],  # its operand has to be symmetric; programs hold it
    "cholesky": [],
    "cholesky_inverse": [],  # PyTorch's cotangent of a factor reaches above its diagonal; programs hold them
    "cholesky_solve": [],
    "triangular_solve": [
        ((some(3, 2), SQUARE), {"upper": u, "transpose": t}) for u in (False, True) for t in (False, True)
    ],
    "linalg_householder_product": [((some(4, 3), some(3)), {}), ((some(4, 3), some(2)), {})],
    "ormqr": [
        ((some(4, 2), some(2), some(4, 3) if side else some(3, 4)), {"left": side, "transpose": t})
        for side in (False, True)
        for t in (False, True)
    ],
    "_pdist": [],  # it is not differentiated twice; programs hold it
    "_pdist_backward": [],
    "linalg_qr": [((SQUARE,), {}), ((some(4, 2),), {}), ((some(2, 4),), {})],
    "linalg_svd": [((SQUARE,), {}), ((some(4, 2),), {}), ((some(2, 3),), {})],
    "linalg_eigh": [],
    "linalg_pinv": [((some(4, 2),), {}), ((some(2, 3),), {})],
    "linalg_lstsq": [((some(4, 2), some(4, 1)), {})],
    "trace": [((some(2, 3),), {})],
    "linalg_cross": [((some(2, 3), some(2, 3)), {"dim": 1})],
    "vdot": [((some(4), some(4)), {})],
    "dist": [((some(2, 3), some(3)), {"p": p}) for p in (1, 2, 3)],
    "addmv": [((some(2), some(2, 3), some(3)), {"beta": 2, "alpha": 3})],
    "baddbmm": [((some(2, 2, 2), some(2, 2, 3), some(2, 3, 2)), {"beta": 2, "alpha": 3})],
    "addr": [((some(2, 3), some(2), some(3)), {"beta": 2, "alpha": 3})],
    "cdist": [],  # PyTorch has no second derivative of it; programs hold the first
    "cdist_backward": [],
    "_euclidean_dist": [((some(2, 3), some(4, 3)), {})],
    "addbmm": [
        ((some(2, 3), some(3, 2, 4), some(3, 4, 3)), {}),
        ((some(3), some(2, 2, 4), some(2, 4, 3)), {"beta": 0.5, "alpha": 2}),
    ],
    "linalg_lu": [],  # its permutation has no gradient; programs hold the factors
    "linalg_lu_solve": [
        ((SQUARE, np.array([1, 2, 3], dtype=np.int32), some(3, 2)), {"adjoint": a}) for a in (False, True)
    ],
    "lu_unpack": [],
    "trilinear": [
        (
            (some(2, 3), some(4, 3, 2), some(2, 2)),
            {"expand1": (1, 3), "expand2": (0,), "expand3": (1, 2), "sumdim": (2, 3)},
        )
    ],
}
