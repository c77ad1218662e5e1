"""Which functions take ``out=``, and what dtype they ask of it: PyTorch's schemas as data."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


MADE_THERE = _names("""
    arange empty eye fft_fftfreq fft_rfftfreq full linspace logspace ones rand randint randn randperm range zeros
""")
"""They make their numbers in the dtype of ``out``."""

COUNTED_OFF = _names("arange fft_fftfreq fft_rfftfreq linspace logspace range")
"""They leave the shape of an ``out`` of as many elements as it is."""

BROADCASTING = _names("""
    add addcdiv addcmul arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor
    clamp clamp_max clamp_min clip copysign div divide eq floor_divide fmax fmin fmod gcd ge greater
    greater_equal gt heaviside hypot igamma igammac lcm ldexp le lerp less less_equal logaddexp logaddexp2
    logical_and logical_or logical_xor lt max maximum min minimum mul multiply ne nextafter not_equal pow
    remainder sub subtract true_divide where xlogy
""")
"""They do not resize ``out`` where it is one of the operands."""

JOINING = _names("cat column_stack concat concatenate dstack hstack row_stack stack vstack")
"""They resize ``out`` before they see that it is one of the operands, over which they may not write."""

CASTING = _names("""
    acos acosh add addcdiv addcmul addr angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh
    atan atan2 atanh bernoulli bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift
    bitwise_xor cat cholesky clamp clamp_max clamp_min clip column_stack concat concatenate copysign cos cosh
    cumprod cumsum deg2rad digamma div divide dstack eq erf erfc erfinv exp exp2 expm1 float_power floor_divide
    fmax fmin fmod gcd ge greater greater_equal gt hstack hypot i0 igamma igammac kron lcm ldexp le lerp less
    less_equal lgamma linalg_cond linalg_lstsq linalg_matrix_rank linalg_pinv linalg_tensorinv
    linalg_tensorsolve log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor
    logit logsumexp lt max maximum mean min minimum mul multiply mvlgamma nanmean nansum ne nextafter not_equal
    outer polygamma pow prod rad2deg reciprocal remainder row_stack rsqrt sigmoid sin sinc sinh sqrt square
    stack std sub subtract sum tan tanh true_divide var vstack xlogy
    special_airy_ai special_bessel_j0 special_bessel_j1 special_bessel_y0 special_bessel_y1
    special_chebyshev_polynomial_t special_chebyshev_polynomial_u special_chebyshev_polynomial_v
    special_chebyshev_polynomial_w special_entr special_erfcx special_hermite_polynomial_h special_hermite_polynomial_he
    special_i0e special_i1 special_i1e special_laguerre_polynomial_l special_legendre_polynomial_p special_log_ndtr
    special_modified_bessel_i0 special_modified_bessel_i1 special_modified_bessel_k0 special_modified_bessel_k1
    special_ndtr special_ndtri special_scaled_modified_bessel_k0 special_scaled_modified_bessel_k1
    special_shifted_chebyshev_polynomial_t special_shifted_chebyshev_polynomial_u special_shifted_chebyshev_polynomial_v
    special_shifted_chebyshev_polynomial_w special_spherical_bessel_j0 special_xlog1py special_zeta
""")
"""They cast what they give to the dtype of ``out``, unless its category is lower."""

FOUND = _names("""
    abs absolute ceil conj_physical fix floor frac hardshrink neg negative round sgn sign special_round trunc
""")
"""They want the dtype of what they give, in words of their own."""

EXACT = _names("""
    addbmm addmm addmv alias_copy all amax amin aminmax any argmax argmin argsort as_strided_copy baddbmm bmm bucketize
    chain_matmul cholesky_inverse cholesky_solve complex cross cummax cummin detach_copy diag diagonal_copy diff dot
    expand_copy frexp gather gelu geqrf ger heaviside histc histogram index_add index_copy index_reduce index_select
    inner inverse isin isneginf isposinf kthvalue linalg_cholesky linalg_cholesky_ex linalg_cross linalg_det linalg_eig
    linalg_eigh linalg_eigvals linalg_eigvalsh linalg_householder_product linalg_inv linalg_inv_ex linalg_ldl_factor
    linalg_ldl_factor_ex linalg_ldl_solve linalg_lu linalg_lu_factor linalg_lu_factor_ex linalg_lu_solve linalg_matmul
    linalg_matrix_norm linalg_matrix_power linalg_multi_dot linalg_norm linalg_qr linalg_slogdet linalg_solve
    linalg_solve_ex linalg_solve_triangular linalg_svd linalg_svdvals linalg_vecdot linalg_vector_norm log_sigmoid
    log_softmax logcumsumexp logsigmoid lu_solve lu_unpack masked_select matmul matrix_power median mm mode msort
    multinomial mv nan_to_num nanmedian nanquantile narrow_copy nonzero nonzero_static norm normal orgqr ormqr
    permute_copy polar qr quantile renorm scatter scatter_add scatter_reduce searchsorted select_copy signbit
    slice_copy slogdet softmax softplus softshrink sort split_copy split_with_sizes_copy squeeze_copy svd t_copy take
    take_along_dim tensordot threshold topk transpose_copy triangular_solve tril triu unbind_copy unfold_copy
    unsqueeze_copy vdot view_copy where zeta
""")
"""They want the dtype of what they give."""

TRANSFORMING = _names("""
    fft_fft fft_fft2 fft_fftn fft_hfft fft_hfft2 fft_hfftn fft_ifft fft_ifft2 fft_ifftn fft_ihfft fft_ihfft2 fft_ihfftn
    fft_irfft fft_irfft2 fft_irfftn fft_rfft fft_rfft2 fft_rfftn
""")
"""They want complex numbers where they give such, and real ones where they give these, of any precision."""

_NOT_THE_INPUT = "Expected the dtype for input and out to match, but got {0} for input's dtype and {1} for out's dtype."
_FOR_OUT = "Expected object of scalar type {0} but got scalar type {1} for argument 'out'"
OWN_WORDS = {
    "amax": _NOT_THE_INPUT,
    "amin": _NOT_THE_INPUT,
    **{name: f"{name} does not support non-boolean outputs." for name in ("isneginf", "isposinf", "signbit")},
    "float_power": "the output given to float_power has dtype {1} but the operation's result requires dtype {0}",
    "nan_to_num": "nan_to_num: dtype of out: {1} should be same as input: {0}",
    "all": "all only supports bool tensor for result, got: {1}",
    "any": "any only supports bool tensor for result, got: {1}",
    "log_sigmoid_forward": "expected scalar type {0} but found {1}",
    **dict.fromkeys(("cummax", "cummin", "logcumsumexp"), "expected scalar_type {0} but found {1}"),
    "mode": "expected scalar type '{0}' but got '{1}' for values output",
    "kthvalue": "output values must be of same type as input",
    "histc": "torch.histogram: input tensor and hist tensor should have the same dtype, but got input {2} and hist {3}",
    **dict.fromkeys(
        ("bucketize", "searchsorted"),
        "torch.searchsorted(): output tensor's dtype is wrong, it can only be Int(int32) or Long(int64) depending on "
        "whether out_int32 flag is True, but we got output tensor's dtype {1} and out_int32 flag is {4}",
    ),
    "complex": _FOR_OUT,
    "polar": _FOR_OUT,
    "nonzero": "nonzero: Expected out tensor to have scalar type {0} but got scalar type{1}",
    "tensordot": "tensordot: Expected the output tensor to have dtype {0}, but got an output tensor with dtype {1}",
    "narrow_copy": "Expected self.dtype() == output.dtype() to be true, but got false.  (Could this error message be "
    "improved?  If so, please report an enhancement request to PyTorch.)",
    "multinomial": "multinomial expects Long tensor out, got: {1}",
}
"""What some say of another dtype than they give, {0} or in C {2}, in their ``out``, {1} or in C {3}; of {4}, whether
they give int32."""

TAKES_OUT = MADE_THERE | CASTING | FOUND | EXACT | TRANSFORMING
