"""Which of the ops carry complex numbers, and which of these with other formulas than real ones."""

from __future__ import annotations

from collections.abc import Callable

from ..complexes import carry, carry_as_they_are, carry_conjugated, refuse

_AS_THEY_ARE = """
abs absolute where where.promoted masked_fill masked_fill.Tensor clone clone.contiguous clone.in_format to_copy
to_copy.in_format zeros_like ones_like flip roll rot90 repeat tril triu select_scatter slice_scatter diagonal_scatter
fill.Scalar_copy fill.Tensor_copy unsafe_split unsafe_split_with_sizes diag_embed unsafe_view squeeze_.dim squeeze_
squeeze_.dims t_ unsqueeze_.fresh transpose_.fresh as_strided_ copy zero fill.Tensor fill detach_ item tolist numpy bool
sum sum.dim mean mean.dim linalg_vector_norm norm.all norm.dim cumsum cat stack block_diag constant_pad_nd reflect_pad1d
trace replicate_pad1d reflect_pad1d_backward replicate_pad1d_backward unfold_backward
index index_put index_put_impl gather scatter.src scatter.value scatter_add index_select index_add index_copy index_fill
index_fill.Tensor take put masked_select masked_scatter masked_scatter_backward var std var_mean std_mean
nonzero count_nonzero any all
linalg_inv_ex linalg_det linalg_slogdet linalg_solve_ex linalg_solve_triangular linalg_cholesky_ex cholesky linalg_qr
linalg_svd linalg_eigh linalg_eig linalg_pinv linalg_lstsq linalg_matrix_exp linalg_lu_factor_ex linalg_lu
linalg_lu_solve lu_unpack cholesky_inverse cholesky_solve triangular_solve linalg_householder_product ormqr
linalg_ldl_factor_ex linalg_ldl_solve dist convolution
eq ne isnan isinf isfinite isclose logical_and logical_or logical_xor logical_not
"""

_CONJUGATED = """
add sub add.Scalar sub.Scalar subtract.Scalar rsub rsub.Tensor mul mul.Scalar div div.Scalar neg reciprocal
pow.Tensor_Scalar pow.Tensor_Scalar_0 exp exp2 expm1 log log1p log2 log10 sqrt rsqrt sin cos tan sinh cosh
tanh asin acos atan asinh atanh sigmoid tanh_backward sigmoid_backward lerp.Scalar lerp.Tensor addcmul addcdiv prod
prod.dim_int cumprod linalg_cross dot mm mv bmm addmm addmv baddbmm addbmm addr
"""

carry_as_they_are(_AS_THEY_ARE.split())
carry_conjugated(_CONJUGATED.split())
carry("acosh", {"self": "grad * conj(rsqrt(shifted(self, 1)) * rsqrt(shifted(self, -1)))"})
carry(
    "pow.Tensor_Tensor",
    {
        "self": "zero_if(grad * conj(power_slopes(self, exponent)), exponent == 0)",
        "exponent": "grad * conj(power_log(self, exponent, result))",
    },
)
carry("pow.Scalar", {"exponent": "grad * conj(power_log(self, exponent, result))"})
carry("isreal", None, "has_no_imaginary_part(self)")
carry("uniform_", None, "uniform_parts(self, low, high, generator)")
carry("normal_", None, "normal_parts(self, mean, std, generator)")
carry("sgn", {"self": "sgn_backward(grad, self, result)"})
carry("angle", {"self": "angle_backward(grad, self)"}, "angle_of(self)")
carry("vdot", {"self": "conj(grad) * other", "other": "grad * self"}, "vdot_of(self, other)")


def _kernel(name: str) -> Callable[[str], Exception]:
    return lambda label: NotImplementedError(f"\"{name}\" not implemented for '{label}'")


def _words(kind: type[Exception], text: str) -> Callable[[str], Exception]:
    return lambda label: kind(text.format(label))


for _name in ("lt", "le", "gt", "ge"):
    refuse([_name, f"{_name}_.Tensor", f"{_name}_.Scalar"], _kernel(f"{_name}_cpu"))
for _name in ("floor", "ceil", "trunc", "round", "frac"):
    refuse([_name], _words(NotImplementedError, f"{_name} is not supported for complex inputs"))
refuse(["clamp", "clamp_min", "clamp_max", "clamp.Tensor", "relu"],
       _words(NotImplementedError, "clamp is not supported for complex types"))  # fmt: skip
refuse(["nansum"], _words(RuntimeError, "nansum on CPU does not support complex inputs"))
for _name, _kernel_name in {"softmax": "softmax_lastdim_kernel_impl", "xlogy": "xlogy_cpu"}.items():
    refuse([_name], _kernel(_kernel_name))
refuse(["unique", "unique_dim", "unique_consecutive"], _kernel("unique"))
for _name in ("argmax", "argmin"):
    refuse([_name], _words(RuntimeError, f"{_name}(): does not support complex input"))
refuse(["max"], _kernel("max_all"))
refuse(["min"], _kernel("min_all"))
refuse(["floor_divide", "floor_divide_"], _kernel("div_floor_cpu"))
refuse(["remainder", "remainder.Scalar"], _kernel("remainder_cpu"))
refuse(["sort", "sort.stable", "argsort"], _words(RuntimeError, " Sort does not support complex dtypes on CPU"))
_SIGN = "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead."
refuse(["sign"], _words(NotImplementedError, _SIGN))
