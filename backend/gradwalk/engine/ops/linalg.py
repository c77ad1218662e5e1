"""Products of vectors and matrices."""

from __future__ import annotations

from ..op import define
from . import _products as products

dot = define(
    "dot(self, tensor)", products.dot, "DotBackward0",
    {"self": "grad * tensor", "tensor": "grad * self"}, shown="dot(self, tensor)", category="linalg",
)  # fmt: skip
mm = define(
    "mm(self, mat2)", products.mm, "MmBackward0",
    {
        "self": "times_transposed(grad, mat2, self_sizes, self_strides)",
        "mat2": "transposed_times(self, grad, mat2_sizes, mat2_strides)",
    },
    shown="self @ mat2", category="linalg", saves=("self_sizes", "mat2_sizes", "self_strides", "mat2_strides"),
)  # fmt: skip
mv = define(
    "mv(self, vec)", products.mv, "MvBackward0",
    {"self": "outer(grad, vec)", "vec": "mv(t(self), grad)"}, shown="self @ vec", category="linalg",
)  # fmt: skip
bmm = define(
    "bmm(self, mat2)", products.bmm, "BmmBackward0",
    {"self": "bmm(grad, transpose(mat2, 1, 2))", "mat2": "bmm(transpose(self, 1, 2), grad)"},
    shown="self @ mat2", category="linalg",
)  # fmt: skip
addmm = define(
    "addmm(self, mat1, mat2, *, beta=1, alpha=1)", products.addmm, "AddmmBackward0",
    {
        "self": "scaled(grad, beta)",
        "mat1": "scaled(times_transposed(grad, mat2, mat1_sizes, mat1_strides), alpha)",
        "mat2": "scaled(transposed_times(mat1, grad, mat2_sizes, mat2_strides), alpha)",
    },
    shown="scaled(self, beta) + scaled(mat1 @ mat2, alpha)", category="linalg",
    saves=("mat1_sizes", "mat2_sizes", "mat1_strides", "mat2_strides", "alpha", "beta"),
)  # fmt: skip
