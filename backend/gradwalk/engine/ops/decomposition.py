"""Matrix functions and decompositions, and the products with a sum around them."""

from __future__ import annotations

from ..functions import distances
from ..op import Declaration, define
from . import _decompositions as forwards
from . import _ldl, _least_squares, _lu
from . import _products as products

_LINALG: Declaration = {"category": "linalg"}

define(
    "linalg_inv_ex(self)", forwards.inverse, "LinalgInvExBackward0", {"self": "inverse_backward(grad, inverse)"},
    shown="inverse(self)", results=("inverse", "info"), differentiable=1, **_LINALG,
)  # fmt: skip
define(
    "linalg_det(A)", forwards.det, "LinalgDetBackward0", {"A": "det_backward(grad, result, A, LU, pivots)"},
    shown="det(A)", results=("result", "LU", "pivots"), differentiable=1, **_LINALG,
)  # fmt: skip
define(
    "linalg_slogdet(A)", forwards.slogdet, "LinalgSlogdetBackward0",
    {"A": "slogdet_backward(grads, sign, A, LU, pivots)"},
    shown="log(absolute(det(A)))", results=("sign", "logabsdet", "LU", "pivots"), saves=("sign",), differentiable=2,
    **_LINALG,
)  # fmt: skip
define(
    "linalg_solve_ex(A, B, *, left=True)", forwards.solve, "LinalgSolveExBackward0",
    {"A, B": "solve_backward(grad, result, A, LU, pivots, left, needs)"},
    shown="inverse(A) @ B", results=("result", "LU", "pivots", "info"), differentiable=1, **_LINALG,
)  # fmt: skip
define(
    "linalg_solve_triangular(self, B, *, upper=False, left=True, unitriangular=False)", forwards.solve_triangular,
    "LinalgSolveTriangularBackward0",
    {"self, B": "solve_triangular_backward(grad, self, result, upper, left, unitriangular, needs)"},
    shown="inverse(self) @ B", **_LINALG,
)  # fmt: skip
define(
    "linalg_cholesky_ex(self, *, upper=False)", forwards.cholesky, "LinalgCholeskyExBackward0",
    {"self": "cholesky_backward(grad, L, upper)"}, shown="cholesky(self)", results=("L", "info"), differentiable=1,
    **_LINALG,
)  # fmt: skip
define(
    "linalg_qr(A, *, mode='reduced')", forwards.qr, "LinalgQrBackward0", {"A": "qr_backward(grads, Q, R, mode)"},
    shown="qr(A)", results=("Q", "R"), **_LINALG,
)  # fmt: skip
define(
    "linalg_svd(A, *, full_matrices=False)", forwards.svd, "LinalgSvdBackward0",
    {"A": "svd_backward(grads, U, S, Vh, full_matrices)"}, shown="svd(A)", results=("U", "S", "Vh"),
    saves=("full_matrices", "S_argsize_minus_1"), **_LINALG,
)  # fmt: skip
define(
    "linalg_eigh(A, *, UPLO='L')", forwards.eigh, "LinalgEighBackward0",
    {"A": "eigh_backward(grads, eigenvalues, eigenvectors)"}, shown="eigh(A)",
    results=("eigenvalues", "eigenvectors"), **_LINALG,
)  # fmt: skip
define(
    "linalg_eig(self)", forwards.eig, "LinalgEigBackward0", {"self": "eig_backward(grads, eigenvalues, eigenvectors)"},
    shown="eig(self)", results=("eigenvalues", "eigenvectors"), **_LINALG,
)  # fmt: skip
define(
    "linalg_pinv(self, *, atol=None, rtol=None, hermitian=False)", forwards.pinv, "LinalgPinvBackward0",
    {"self": "pinv_backward(grad, result, self)"},
    shown="pinv(self)", **_LINALG,
)  # fmt: skip
define(
    "linalg_lstsq(self, b, *, rcond=None, driver='gelsy')", _least_squares.lstsq, "LinalgLstsqBackward0",
    {"self, b": "lstsq_backward(grads, self, b, solution, needs)"}, shown="lstsq(self, b)",
    results=("solution", "residuals", "rank", "singular_values"), differentiable=2, **_LINALG,
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
    lies="in rows", category="linalg",
)  # fmt: skip
define(
    "vdot(self, other)", products.dot, "VdotBackward0", {"self": "grad * other", "other": "grad * self"},
    shown="dot(self, other)", **_LINALG,
)  # fmt: skip
define(
    "addmv(self, mat, vec, *, beta=1, alpha=1)", products.addmv, "AddmvBackward0",
    {"self": "scaled(grad, beta)", "mat": "scaled(outer(grad, vec), alpha)", "vec": "scaled(mv(t(mat), grad), alpha)"},
    shown="scaled(self, beta) + scaled(mat @ vec, alpha)", **_LINALG,
)  # fmt: skip
define(
    "baddbmm(self, batch1, batch2, *, beta=1, alpha=1)", products.baddbmm, "BaddbmmBackward0",
    {
        "self": "scaled(grad, beta)",
        "batch1": "scaled(bmm(grad, transpose(batch2, 1, 2)), alpha)",
        "batch2": "scaled(bmm(transpose(batch1, 1, 2), grad), alpha)",
    },
    shown="scaled(self, beta) + scaled(batch1 @ batch2, alpha)", **_LINALG,
)  # fmt: skip
define(
    "addbmm(self, batch1, batch2, *, beta=1, alpha=1)", products.addbmm, "AddbmmBackward0",
    {
        "self": "scaled(grad, beta)",
        "batch1": "scaled(bmm(spread_over(grad, batch1_argsize_0), transpose(batch2, 1, 2)), alpha)",
        "batch2": "scaled(bmm(transpose(batch1, 1, 2), spread_over(grad, batch1_argsize_0)), alpha)",
    },
    saves=("batch1_argsize_0", "batch1_argsize_1", "batch2_argsize_2"),
    shown="scaled(self, beta) + scaled(batch1 @ batch2, alpha)", **_LINALG,
)  # fmt: skip
define(
    "linalg_lu_factor_ex(A, *, pivot=True)", _lu.factored, "LinalgLuFactorExBackward0",
    {"A": "lu_factor_backward(grad, LU, pivots, pivot)"}, shown="lu(A)", results=("LU", "pivots"), differentiable=1,
    **_LINALG,
)  # fmt: skip
define(
    "linalg_lu(A, *, pivot=True)", forwards.lu, "LinalgLuBackward0", {"A": "lu_backward(grads, P, L, U, pivot)"},
    shown="lu(A)", results=("L", "U", "P"), differentiable=2, **_LINALG,
)  # fmt: skip
define(
    "linalg_lu_solve(LU, pivots, B, *, left=True, adjoint=False)", forwards.lu_solve, "LinalgLuSolveBackward0",
    {
        "LU": "lu_solve_matrix_backward(grad, LU, pivots, result, left, adjoint)",
        "B": "lu_solve_right_backward(grad, LU, pivots, left, adjoint)",
    },
    shown="inverse(LU) @ B", **_LINALG,
)  # fmt: skip
define(
    "lu_unpack(LU_data, pivots, *, unpack_data=True, unpack_pivots=True)", _lu.unpack, "LuUnpackBackward0",
    {"LU_data": "lu_unpack_backward(grads, LU_data_sizes[-2], LU_data_sizes[-1])"}, shown="lu_unpack(LU_data)",
    saves=("LU_data_argsize_minus_1", "LU_data_argsize_minus_2"), hides=("LU_data_sizes",), differentiable=2, **_LINALG,
)  # fmt: skip
define(
    "linalg_ldl_factor_ex(self, *, hermitian=False)", _ldl.factored, "NotImplemented",
    {"self": "not_implemented(grad, 'aten::linalg_ldl_factor_ex')"}, shown="ldl(self)", results=("LD", "pivots"),
    differentiable=1, **_LINALG,
)  # fmt: skip
define(
    "linalg_ldl_solve(LD, pivots, B, *, hermitian=False)", _ldl.solved, "NotImplemented",
    dict.fromkeys(("LD", "B"), "not_implemented(grad, 'aten::linalg_ldl_solve')"), shown="inverse(LD) @ B", **_LINALG,
)  # fmt: skip
define(
    "addr(self, vec1, vec2, *, beta=1, alpha=1)", products.addr, "AddrBackward0",
    {
        "self": "scaled(grad, beta)", "vec1": "scaled(mv(grad, vec2), alpha)",
        "vec2": "scaled(mv(t(grad), vec1), alpha)",
    },
    shown="scaled(self, beta) + scaled(outer(vec1, vec2), alpha)", lies="iterated", promotion="same",
    category="linalg",
)  # fmt: skip
define(
    "cdist(x1, x2, *, p=2.0)", forwards.cdist, "CdistBackward0",
    {
        "x1": "cdist_side(grad, x1, x2, p, result)",
        "x2": "cdist_other_side(grad, x1, x2, p, result)",
    },
    shown="norm(x1 - x2)", lies="in rows", **_LINALG,
)  # fmt: skip
define(
    "cdist_backward(grad_output, x1, x2, cdist, *, p=2.0)", distances.cdist_slope, "CdistBackwardBackward0",
    dict.fromkeys(("grad_output", "x1", "x2", "cdist"), "underived(grad, '_cdist_backward')"),
    shown="cdist_backward(grad_output, x1, x2)", **_LINALG,
)  # fmt: skip
define(
    "_euclidean_dist(x1, x2)", distances.euclidean, "EuclideanDistBackward0",
    {"x1, x2": "euclidean_backward(grad, x1, x2, result)"}, shown="norm(x1 - x2)", lies="in rows", **_LINALG,
)  # fmt: skip
define(
    "_pdist(self, *, p=2.0)", distances.pdist, "PdistBackward0", {"self": "pdist_backward(grad, self, p, result)"},
    shown="norm(self - self)", **_LINALG,
)  # fmt: skip
define(
    "_pdist_backward(grad, self, result, *, p=2.0)", distances.pdist_slope, "PdistBackwardBackward0",
    dict.fromkeys(("grad", "self", "result"), "underived(grad, '_pdist_backward')"),
    shown="pdist_backward(grad, self)", **_LINALG,
)  # fmt: skip
define(
    "dist(self, other, *, p=2)", forwards.dist, "DistBackward0",
    {
        "self": "norm_backward(grad, self - other, p, result, None, False)",
        "other": "minus_norm_backward(grad, self - other, p, result)",
    },
    shown="norm(self - other)", promotion="same", category="linalg",
)  # fmt: skip
