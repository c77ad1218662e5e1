"""What is computed from triangular factors, and from reflections."""

from __future__ import annotations

from ..op import Declaration, define
from . import _decompositions as decompositions
from . import _triangular as forwards

_LINALG: Declaration = {"category": "linalg"}

define(
    "cholesky(self, *, upper=False)", decompositions.cholesky_or_error, "CholeskyBackward0",
    {"self": "cholesky_backward(grad, result, upper)"}, shown="cholesky(self)", **_LINALG,
)  # fmt: skip
define(
    "cholesky_inverse(self, *, upper=False)", forwards.cholesky_inverse, "CholeskyInverseBackward0",
    {"self": "cholesky_inverse_backward(grad, self, result, upper)"}, shown="inverse(self @ t(self))", **_LINALG,
)  # fmt: skip
define(
    "cholesky_solve(self, input2, *, upper=False)", forwards.cholesky_solve, "CholeskySolveBackward0",
    {"self, input2": "cholesky_solve_backward(grad, self, input2, result, upper, needs)"},
    shown="inverse(input2 @ t(input2)) @ self", **_LINALG,
)  # fmt: skip
define(
    "triangular_solve(self, A, *, upper=True, transpose=False, unitriangular=False)", forwards.triangular_solve,
    "TriangularSolveBackward0",
    {"self, A": "triangular_solve_backward(grads, A, solution, upper, transpose, unitriangular, needs)"},
    shown="inverse(A) @ self", results=("solution", "cloned_coefficient"), saves=("self",), **_LINALG,
)  # fmt: skip
define(
    "linalg_householder_product(input, tau)", forwards.householder_product, "LinalgHouseholderProductBackward0",
    {"input, tau": "householder_backward(grad, input, tau)"}, shown="householder_product(input, tau)",
    saves=("result",), **_LINALG,
)  # fmt: skip
define(
    "ormqr(self, input2, input3, *, left=True, transpose=False)", forwards.ormqr, "OrmqrBackward0",
    {"self, input2, input3": "ormqr_backward(grad, self, input2, input3, left, transpose)"},
    shown="householder_product(self, input2) @ input3", saves=("result",), **_LINALG,
)  # fmt: skip
