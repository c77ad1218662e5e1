"""Matrix functions and decompositions, and the products with a sum around them."""

from __future__ import annotations

from ..op import Declaration, define
from . import _decompositions as forwards
from . import _products as products

_LINALG: Declaration = {"category": "linalg"}

define(
    "linalg_inv_ex(self)", forwards.inverse, "LinalgInvExBackward0", {"self": "inverse_backward(grad, inverse)"},
    shown="inverse(self)", results=("inverse",), **_LINALG,
)  # fmt: skip
define(
    "linalg_det(A)", forwards.det, "LinalgDetBackward0", {"A": "det_backward(grad, A, result)"}, shown="det(A)",
    **_LINALG,
)  # fmt: skip
define(
    "linalg_slogdet(A)", forwards.slogdet, "LinalgSlogdetBackward0", {"A": "slogdet_backward(grads, A)"},
    shown="log(absolute(det(A)))", results=("sign", "logabsdet"), saves=("sign",), **_LINALG,
)  # fmt: skip
define(
    "linalg_solve_ex(A, B, *, left=True)", forwards.solve, "LinalgSolveExBackward0",
    {"A": "solve_matrix_backward(grad, A, result, left)", "B": "solve_right_backward(grad, A, result, left)"},
    shown="inverse(A) @ B", **_LINALG,
)  # fmt: skip
define(
    "linalg_solve_triangular(self, B, *, upper=False, left=True, unitriangular=False)", forwards.solve_triangular,
    "LinalgSolveTriangularBackward0",
    {
        "self": "triangular_matrix_backward(grad, self, result, upper, left)",
        "B": "triangular_right_backward(grad, self, upper, left)",
    },
    shown="inverse(self) @ B", saves=("unitriangular",), **_LINALG,
)  # fmt: skip
define(
    "linalg_cholesky_ex(self, *, upper=False)", forwards.cholesky, "LinalgCholeskyExBackward0",
    {"self": "cholesky_backward(grad, L, upper)"}, shown="cholesky(self)", results=("L",), **_LINALG,
)  # fmt: skip
define(
    "linalg_qr(A, *, mode='reduced')", forwards.qr, "LinalgQrBackward0", {"A": "qr_backward(grads, Q, R, mode)"},
    shown="qr(A)", results=("Q", "R"), **_LINALG,
)  # fmt: skip
define(
    "linalg_svd(A, *, full_matrices=False)", forwards.svd, "LinalgSvdBackward0",
    {"A": "svd_backward(grads, U, S, Vh)"}, shown="svd(A)", results=("U", "S", "Vh"), saves=("full_matrices",),
    **_LINALG,
)  # fmt: skip
define(
    "linalg_eigh(A, *, UPLO='L')", forwards.eigh, "LinalgEighBackward0",
    {"A": "eigh_backward(grads, eigenvalues, eigenvectors)"}, shown="eigh(A)",
    results=("eigenvalues", "eigenvectors"), **_LINALG,
)  # fmt: skip
define(
    "linalg_pinv(self)", forwards.pinv, "LinalgPinvBackward0", {"self": "pinv_backward(grad, result, self)"},
    shown="pinv(self)", **_LINALG,
)  # fmt: skip
define(
    "linalg_lstsq(self, b)", forwards.lstsq, "LinalgLstsqBackward0",
    {"self": "lstsq_matrix_backward(grad, self, b)", "b": "lstsq_right_backward(grad, self)"},
    saves=("solution",), shown="lstsq(self, b)", results=("solution",), **_LINALG,
)  # fmt: skip
define(
    "linalg_matrix_exp(self)", forwards.matrix_exp, "LinalgMatrixExpBackward0",
    {"self": "exponential_backward(grad, self)"}, shown="exp(self)", **_LINALG,
)  # fmt: skip
define(
    "trace(self)", forwards.trace, "TraceBackward0", {"self": "trace_backward(grad, self_sizes)"},
    shown="trace(self)", **_LINALG,
)  # fmt: skip
define(
    "linalg_cross(self, other, *, dim=-1)", forwards.cross, "LinalgCrossBackward0",
    {"self": "cross_of(other, grad, dim)", "other": "cross_of(grad, self, dim)"}, shown="cross(self, other)",
    category="linalg", promotion="same",
)  # fmt: skip
define(
    "vdot(self, other)", products.dot, "VdotBackward0", {"self": "grad * other", "other": "grad * self"},
    shown="dot(self, other)", **_LINALG,
)  # fmt: skip
define(
    "addmv(self, mat, vec, *, beta=1, alpha=1)", forwards.addmv, "AddmvBackward0",
    {"self": "scaled(grad, beta)", "mat": "scaled(outer(grad, vec), alpha)", "vec": "scaled(mv(t(mat), grad), alpha)"},
    shown="scaled(self, beta) + scaled(mat @ vec, alpha)", **_LINALG,
)  # fmt: skip
define(
    "baddbmm(self, batch1, batch2, *, beta=1, alpha=1)", forwards.baddbmm, "BaddbmmBackward0",
    {
        "self": "scaled(grad, beta)",
        "batch1": "scaled(bmm(grad, transpose(batch2, 1, 2)), alpha)",
        "batch2": "scaled(bmm(transpose(batch1, 1, 2), grad), alpha)",
    },
    shown="scaled(self, beta) + scaled(batch1 @ batch2, alpha)", **_LINALG,
)  # fmt: skip
define(
    "addr(self, vec1, vec2, *, beta=1, alpha=1)", forwards.addr, "AddrBackward0",
    {
        "self": "scaled(grad, beta)", "vec1": "scaled(mv(grad, vec2), alpha)",
        "vec2": "scaled(mv(t(grad), vec1), alpha)",
    },
    shown="scaled(self, beta) + scaled(outer(vec1, vec2), alpha)", **_LINALG,
)  # fmt: skip
define(
    "cdist(x1, x2, *, p=2.0)", forwards.cdist, "CdistBackward0",
    {
        "x1": "cdist_backward(grad, x1, x2, p, result)",
        "x2": "cdist_backward(transpose(grad, -2, -1), x2, x1, p, transpose(result, -2, -1))",
    },
    shown="norm(x1 - x2)", **_LINALG,
)  # fmt: skip
define(
    "dist(self, other, *, p=2)", forwards.dist, "DistBackward0",
    {
        "self": "norm_backward(grad, self - other, p, result, None, False)",
        "other": "-norm_backward(grad, self - other, p, result, None, False)",
    },
    shown="norm(self - other)", **_LINALG,
)  # fmt: skip
