"""Operands for every differentiable op: what its declaration is tried on. A new op needs one line here."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine.dtypes import float64
from gradwalk.engine.tensor import wrap

from .image_samples import SAMPLES_OF_IMAGES

_random = np.random.RandomState(0)


def _some(*shape: int, low: float = -2.0, high: float = 2.0) -> Any:
    return _random.uniform(low, high, shape)


def _indices(*keys: Any) -> Any:
    """Index tensors, and None for a dimension that is taken whole."""
    return tuple(None if key is None else wrap(np.array(key)) for key in keys)


_positive = {"low": 0.5, "high": 2.0}
_apart = np.array([-2.1, -1.2, -0.7, 0.3, 0.8, 1.7])  # off every corner
_square = np.array([[2.0, 0.5, 0.1], [0.3, 3.0, 0.2], [0.1, 0.4, 2.5]])
_mask = np.array([[True, False, True], [False, True, False]])


def _conv(dims: int, **changed: Any) -> dict[str, Any]:
    plain = {"stride": (1,) * dims, "padding": (0,) * dims, "dilation": (1,) * dims, "output_padding": (0,) * dims}
    return plain | changed


OF_COMPLEX_NUMBERS = (
    "complex", "polar", "conj", "conj_physical", "conj_physical_", "neg_view", "view_as_real", "view_as_complex",
    "fft_c2c", "fft_r2c", "fft_c2r", "linalg_eig",
)  # fmt: skip
"""Ops that no real operand suits: `tests/oracle/programs/complex.toml` has their derivatives from PyTorch."""

SAMPLES: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "add": [((_some(2, 3), _some(3)), {}), ((_some(2, 1), _some(1, 3)), {"alpha": 3}), ((_some(3), 2.5), {})],
    "sub": [((_some(2, 3), _some(3)), {}), ((_some(2, 1), _some(1, 3)), {"alpha": 3}), ((_some(3), 2.5), {})],
    "rsub": [((_some(3),), {"other": 2}), ((_some(3),), {"other": 2.5, "alpha": 3})],
    "rsub.Tensor": [((_some(2, 3), _some(3)), {}), ((_some(2, 1), _some(1, 3)), {"alpha": 3})],
    "mul": [((_some(2, 3), _some(3)), {}), ((_some(), _some(2, 2)), {}), ((_some(3), 2), {})],
    "add.Scalar": [((_some(3),), {"other": 2.5})],
    "sub.Scalar": [((_some(3),), {"other": 2.5})],
    "div.Scalar": [((_some(3),), {"other": 2.5})],
    "mul.Scalar": [((_some(3),), {"other": 2.5})],
    "div": [((_some(2, 3), _some(3, **_positive)), {}), ((_some(3), 4), {})],
    "neg": [((_some(2, 3),), {})],
    "reciprocal": [((_some(3, **_positive),), {})],
    "pow.Tensor_Scalar": [((_some(3, **_positive),), {"exponent": n}) for n in (0, 1, 2, 3, 2.5, -1, -2, 0.5)],
    "pow.Tensor_Scalar_0": [((_some(3, **_positive),), {"exponent": 0})],
    "pow.Tensor_Tensor": [((_some(2, 3, **_positive), _some(3)), {})],
    "pow.Scalar": [((_some(3),), {"self": 2}), ((_some(3),), {"self": 0.5})],
    "exp": [((_some(3),), {})],
    "log": [((_some(3, **_positive),), {})],
    "sqrt": [((_some(3, **_positive),), {})],
    "rsqrt": [((_some(3, **_positive),), {})],
    "sin": [((_some(3),), {})],
    "cos": [((_some(3),), {})],
    "tan": [((_some(3, low=-1.0, high=1.0),), {})],
    "tanh": [((_some(3),), {})],
    "sigmoid": [((_some(3),), {})],
    "tanh_backward": [((_some(3), _some(3)), {})],
    "sigmoid_backward": [((_some(3), _some(3)), {})],
    "threshold_backward": [((_some(3), np.array([-1.5, 0.5, 2.0])), {})],
    "sgn": [((_some(3, **_positive),), {})],
    "abs": [((_some(3, **_positive),), {}), ((-_some(3, **_positive),), {})],
    "absolute": [((_some(3, **_positive),), {})],
    "sign": [((_some(3, **_positive),), {})],
    "relu": [((np.array([-1.5, 0.5, 2.0]),), {})],
    "where": [((_mask, _some(2, 3), _some(3)), {})],
    "where.promoted": [((_mask, _some(2, 3), _some(3)), {"dtype": float64})],
    "masked_fill": [((_some(2, 3), _mask), {"value": 7.0})],
    "clone": [((_some(2, 3),), {})],
    "clone.contiguous": [((_some(2, 3).T,), {})],
    "clone.in_format": [((_some(2, 3).T,), {})],
    "to_copy.in_format": [],
    "to_copy": [],  # changes the dtype, so that no finite difference in float64 can be taken
    "sum": [((_some(2, 3),), {}), ((_some(),), {})],
    "sum.dim": [((_some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)],
    "mean": [((_some(2, 3),), {})],
    "mean.dim": [((_some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)],
    "linalg_vector_norm": [
        *(((_some(2, 3, **_positive),), {"ord": p}) for p in (1.0, 1.5, 2.0, 3.0, float("inf"))),
        *(((_some(2, 3, **_positive),), {"ord": 2.0, "dim": (1,), "keepdim": k}) for k in (False, True)),
        ((_some(**_positive),), {"ord": 2.0}),
    ],
    "dot": [((_some(4), _some(4)), {})],
    "mm": [((_some(2, 3), _some(3, 4)), {})],
    "addmm": [((_some(4), _some(2, 3), _some(3, 4)), p) for p in ({}, {"beta": 2.0, "alpha": 3.0})],
    "mv": [((_some(2, 3), _some(3)), {})],
    "bmm": [((_some(2, 2, 3), _some(2, 3, 2)), {})],
    "view": [((_some(2, 3),), {"size": (3, 2)})],
    "reshape_alias": [((_some(2, 3),), {"size": (6,)})],
    "unsqueeze_.fresh": [((_some(2, 3),), {"dim": 1})],
    "transpose_.fresh": [((_some(2, 3),), {"dim0": 0, "dim1": -1})],
    "squeeze.dims": [((_some(1, 3, 1),), {"dim": d}) for d in ((0, 2), (-1, 1))],
    "block_diag": [((_some(2, 3), _some(2)), {})],
    "unsafe_view": [((_some(2, 3),), {"size": (6,)})],
    "expand": [((_some(1, 3),), {"size": (2, 4, 3)}), ((_some(),), {"size": (2, 2)})],
    "t": [((_some(2, 3),), {}), ((_some(3),), {})],
    "transpose": [((_some(2, 3, 4),), {"dim0": 0, "dim1": -1})],
    "permute": [((_some(2, 3, 4),), {"dims": (2, 0, 1)}), ((_some(2, 3, 4),), {"dims": (-1, 0, 1)})],
    "unsqueeze": [((_some(2, 3),), {"dim": d}) for d in (0, 1, -1)],
    "squeeze": [((_some(1, 3, 1),), {})],
    "squeeze.dim": [((_some(1, 3, 1),), {"dim": d}) for d in (0, -1, 1)],
    "squeeze_.dim": [((_some(1, 3),), {"dim": 0})],
    "select": [((_some(2, 3),), {"dim": 1, "index": -1})],
    "slice": [((_some(5, 2),), {"dim": 0, "start": 1, "end": 5, "step": 2})],
    "unbind": [((_some(3, 2),), {"dim": 0}), ((_some(3, 2),), {"dim": 1})],
    "as_strided": [
        ((_some(2, 3),), {"size": (2, 2), "stride": (3, 1), "storage_offset": 1}),
        ((_some(5),), {"size": (3, 2), "stride": (1, 1)}),
    ],
    # views as copies
    "alias_copy": [((_some(3),), {})],
    "detach_copy": [],  # has no derivative
    "as_strided_copy": [((_some(2, 3),), {"size": (2, 2), "stride": (1, 2)})],
    "expand_copy": [((_some(1, 3),), {"size": (2, 2, 3)})],
    "permute_copy": [((_some(2, 3),), {"dims": (1, 0)})],
    "select_copy": [((_some(2, 3),), {"dim": 1, "index": -1})],
    "slice_copy": [((_some(5, 2),), {"start": 1, "end": 5, "step": 2})],
    "squeeze_copy": [((_some(1, 3, 1),), {})],
    "squeeze_copy.dim": [((_some(1, 3, 1),), {"dim": 0})],
    "squeeze_copy.dims": [((_some(1, 3, 1),), {"dim": (0, 2)})],
    "t_copy": [((_some(2, 3),), {})],
    "transpose_copy": [((_some(2, 3),), {"dim0": 0, "dim1": 1})],
    "unsqueeze_copy": [((_some(2, 3),), {"dim": 1})],
    "unfold_copy": [((_some(5),), {"size": 3, "step": 1})],
    "view_copy": [((_some(2, 3),), {"size": (3, 2)})],
    "narrow_copy": [((_some(2, 3),), {"dim": 1, "start": 1, "length": 2})],
    "split_copy": [((_some(5, 2),), {"split_size": 2})],
    "split_with_sizes_copy": [((_some(5, 2),), {"split_sizes": (2, 3)})],
    "unbind_copy": [((_some(3, 2),), {"dim": 1})],
    # views in place
    "squeeze_": [((_some(1, 3, 1),), {})],
    "squeeze_.dims": [((_some(1, 3, 1),), {"dim": (0, 2)})],
    "t_": [((_some(2, 3),), {})],
    "as_strided_": [((_some(2, 3),), {"size": (2, 2), "stride": (3, 1), "storage_offset": 1})],
    # scatters that reduce
    "scatter.reduce": [],  # PyTorch refuses their gradients
    "scatter.value_reduce": [],
    "scatter_reduce": [
        ((_some(3, 2, **_positive), np.array([[2, 2], [2, 0]]), _some(2, 2)), {"reduce": r, "include_self": i})
        for r in ("sum", "prod", "mean", "amax", "amin")
        for i in (True, False)
    ],
    "index_reduce": [
        ((_some(3, 2, **_positive), np.array([2, 0, 2]), _some(3, 2)), {"dim": 0, "reduce": r, "include_self": i})
        for r in ("prod", "mean", "amax", "amin")
        for i in (True, False)
    ],
    # parts replaced
    "select_scatter": [((_some(2, 3), _some(2)), {"dim": 1, "index": -1})],
    "slice_scatter": [((_some(5, 2), _some(2, 2)), {"start": 1, "end": 5, "step": 2})],
    "diagonal_scatter": [((_some(3, 4), _some(3)), {"offset": 1})],
    "as_strided_scatter": [],  # PyTorch has the cotangent of what was written into the wrong way round
    "alias": [((_some(3),), {})],
    "fw_primal": [((_some(3),), {})],
    "select_backward": [((_some(2),), {"input_sizes": (2, 3), "dim": 1, "index": 1})],
    "slice_backward": [((_some(2),), {"input_sizes": (5,), "dim": 0, "start": 1, "end": 5, "step": 2})],
    "split": [((_some(5, 2),), {"split_size": 2, "dim": 0}), ((_some(2, 3),), {"split_size": 3, "dim": -1})],
    "split_with_sizes": [((_some(2, 5),), {"split_sizes": (2, 3), "dim": 1})],
    "unsafe_split_with_sizes": [((_some(2, 5),), {"split_sizes": (2, 3), "dim": 1})],
    "unsafe_split": [((_some(5, 2),), {"split_size": 2, "dim": 0})],
    "unfold": [
        ((_some(5, 2),), {"dimension": 0, "size": 3, "step": 1}),
        ((_some(2, 5),), {"dimension": -1, "size": 2, "step": 2}),
    ],
    "unfold_backward": [((_some(2, 2, 3),), {"input_sizes": (2, 5), "dim": 1, "size": 3, "step": 2})],
    "diagonal": [((_some(3, 4),), {"offset": k}) for k in (0, 1, -1)] + [((_some(2, 3, 2),), {"dim1": 2, "dim2": -3})],
    "diagonal_copy": [((_some(3, 4),), {"offset": 1})],
    "diagonal_backward": [((_some(3),), {"input_sizes": (3, 4), "offset": 1})],
    "diag_embed": [((_some(2, 3),), {"offset": k}) for k in (0, 1, -1)] + [((_some(2, 3),), {"dim1": 0, "dim2": 2})],
    "flip": [((_some(2, 3),), {"dims": d}) for d in ((), (0,), (-1, 0))],
    "roll": [((_some(2, 3),), {"shifts": (1,)}), ((_some(2, 3),), {"shifts": (1, -2), "dims": (0, 1)})],
    "rot90": [((_some(2, 3),), {"k": k, "dims": (0, 1)}) for k in (1, 2, -1)],
    "repeat": [((_some(2, 3),), {"repeats": (2, 1, 3)}), ((_some(),), {"repeats": (2,)})],
    "tril": [((_some(3, 4),), {"diagonal": -1})],
    "triu": [((_some(2, 3, 3),), {"diagonal": 1})],
    "index": [((_some(3, 4),), {"indices": _indices(*key)}) for key in ([[2, 0, 2]], [None, [1, 1]], [[0, 1], [2, 3]])],
    "index_put": [((_some(3, 2), _some(2, 2)), {"indices": _indices([2, 0]), "accumulate": a}) for a in (False, True)],
    "index_put_impl": [((_some(3, 2), _some(2)), {"indices": _indices([2, 2]), "accumulate": True})],
    "gather": [((_some(3, 2), np.array([[0, 2], [2, 2]])), {"dim": 0})],
    "scatter.src": [((_some(3, 2), np.array([[0, 2]]), _some(1, 2)), {"dim": 0})],
    "scatter.value": [((_some(3, 2), np.array([[0, 1]])), {"dim": -1, "value": 2.0})],
    "scatter_add": [((_some(3, 2), np.array([[2, 2], [2, 0]]), _some(2, 2)), {"dim": 0})],
    "index_select": [((_some(3, 2), np.array([2, 0, 2])), {"dim": 0})],
    "index_add": [((_some(3, 2), np.array([2, 0, 2]), _some(3, 2)), {"dim": 0, "alpha": 3})],
    "index_copy": [((_some(3, 2), np.array([2, 0]), _some(2, 2)), {"dim": 0})],
    "index_fill": [((_some(3, 2), np.array([2, 0])), {"dim": 0, "value": 5.0})],
    "index_fill.Tensor": [((_some(3, 2), np.array([2, 2]), _some()), {"dim": 0})],
    "take": [((_some(3, 2), np.array([5, 0, 5])), {})],
    "put": [((_some(3, 2), np.array([5, 0]), _some(2)), {"accumulate": a}) for a in (False, True)],
    "masked_select": [((_some(2, 3), _mask), {})],
    "masked_scatter": [((_some(2, 3), _mask, _some(4)), {})],
    "masked_scatter_backward": [((_some(2, 3), _mask), {"sizes": (4,)})],
    "masked_fill.Tensor": [((_some(2, 3), _mask, _some()), {})],
    "cat": [((_some(2, 3), _some(1, 3), _some(2, 3)), {"dim": 0}), ((_some(2, 1), _some(2, 3)), {"dim": -1})],
    "stack": [((_some(2, 3), _some(2, 3)), {"dim": d}) for d in (0, 1, -1)],
    "copy": [((_some(2, 3), _some(3)), {})],
    "zero": [((_some(3),), {})],
    "fill.Tensor": [((_some(2, 3), _some()), {})],
    "fill.Scalar_copy": [((_some(3),), {"value": 2.0})],
    "fill.Tensor_copy": [((_some(2, 3), _some()), {})],
    "fill": [((_some(3),), {"value": 2.0})],
    # random numbers: nothing flows back through a draw; programs hold it
    **{
        name: []
        for name in (
            "normal_",
            "uniform_",
            "log_normal_",
            "exponential_",
            "cauchy_",
            "geometric_",
            "random_.from",
            "random_.to",
            "random_",
            "bernoulli",
            "bernoulli.p",
            "bernoulli_",
            "bernoulli_.Tensor",
            "normal.Tensor_float",
            "normal.float_Tensor",
            "normal.Tensor_Tensor",
            "poisson",
            "binomial",
            "_standard_gamma",
            "_standard_gamma_grad",
            "_sample_dirichlet",
            "_dirichlet_grad",
        )
    },
    # activations
    "threshold": [((np.array([-1.5, 0.5, 2.0]),), {"threshold": 0.1, "value": 20.0})],
    "leaky_relu": [((_apart,), {"negative_slope": 0.1})],
    "threshold_": [((np.array([-1.5, 0.5, 2.0]),), {"threshold": 0.1, "value": 20.0})],
    "leaky_relu_": [((_apart,), {"negative_slope": 0.1})],
    "rrelu_with_noise": [((_apart, _apart * 0.1), {"training": t}) for t in (True, False)],
    "rrelu_with_noise_": [((_apart, abs(_apart)), {"training": t}) for t in (True, False)],
    "rrelu_with_noise_backward": [((_some(6), _apart, _apart * 0.1), {"training": t}) for t in (True, False)],
    "leaky_relu_backward": [((_some(6), _apart), {"negative_slope": 0.1})],
    "elu": [((_apart,), {"alpha": 1.5})],
    "elu_": [((_apart,), {"alpha": 1.5, "scale": 2.0})],
    "celu": [((_apart,), {"alpha": 1.5})],
    "celu_": [((_apart,), {"alpha": 1.5})],
    "elu_backward": [((_some(6), _apart), {"alpha": 1.5, "scale": 2.0})],
    "gelu": [((_apart,), {"approximate": a}) for a in ("none", "tanh")],
    "gelu_backward": [((_some(6), _apart), {"approximate": a}) for a in ("none", "tanh")],
    "silu": [((_apart,), {})],
    "mish": [((_apart,), {})],
    "softplus": [((_apart,), {"beta": 2, "threshold": 2})],
    "softplus_backward": [((_some(6), _apart), {"beta": 2, "threshold": 2})],
    "log_sigmoid": [((_apart,), {})],
    "log_sigmoid_backward": [],  # differences leave its buffer as it is; programs hold it
    "hardtanh": [((_apart,), {"min_val": -0.6, "max_val": 0.9})],
    "hardtanh_backward": [((_some(6), _apart), {"min_val": -0.6, "max_val": 0.9})],
    "hardsigmoid": [],  # has no second derivative in PyTorch
    "hardsigmoid_backward": [],
    "hardswish": [((_apart * 2,), {})],
    "hardswish_backward": [((_some(6), _apart * 2), {})],
    "hardshrink": [((_apart,), {})],
    "hardshrink_backward": [((_some(6), _apart), {})],
    "softshrink": [((_apart,), {})],
    "softshrink_backward": [((_some(6), _apart), {})],
    "prelu": [((_apart, _some(6)), {})],
    "prelu_backward": [((_some(6), _apart, _some(6)), {})],
    "glu": [((_some(4, 3),), {"dim": 0}), ((_some(2, 4),), {"dim": -1})],
    "glu_backward": [((_some(2, 3), _some(4, 3)), {"dim": 0})],
    "softmax": [((_some(2, 3),), {"dim": d}) for d in (0, -1)],
    "softmax_backward": [((_some(2, 3), _some(2, 3)), {"dim": 1})],
    "log_softmax": [((_some(2, 3),), {"dim": d}) for d in (0, -1)],
    "log_softmax_backward": [((_some(2, 3), _some(2, 3)), {"dim": 1})],
    # elementary functions
    **{
        name: [((_some(3, **_positive),), {})]
        for name in (
            "exp2",
            "expm1",
            "log1p",
            "log2",
            "log10",
            "atan",
            "sinh",
            "cosh",
            "asinh",
            "sinc",
            "deg2rad",
            "rad2deg",
            "erf",
            "erfc",
            "lgamma",
            "digamma",
            "i0",
            "special_i0e",
            "special_i1",
            "special_i1e",
            "special_entr",
            "special_erfcx",
            "special_log_ndtr",
            "frexp",
            "angle",
            "nan_to_num",
        )
    },
    **{
        name: [((np.array([-0.6, -0.2, 0.3, 0.8]),), {})]
        for name in ("asin", "acos", "atanh", "erfinv", "floor", "ceil", "trunc", "round", "frac")
    },
    **{
        name: [((np.array([[0.3, -1.2], [1.7, -0.4]]), np.array([0.8, 0.7])), {})]
        for name in (
            "logaddexp",
            "logaddexp2",
            "atan2",
            "hypot",
            "maximum",
            "minimum",
            "fmax",
            "fmin",
            "fmod",
            "remainder",
        )
    },
    "special_ndtri": [((np.array([0.1, 0.4, 0.7]),), {})],
    "mvlgamma": [((np.array([1.7, 2.3]),), {"p": p}) for p in (1, 3)],
    "igamma": [((wrap(np.array([1.5, 2.0, 3.0])), _some(3, **_positive)), {})],
    "igammac": [((wrap(np.array([1.5, 2.0, 3.0])), _some(3, **_positive)), {})],
    "special_zeta": [((3.0, _some(3, **_positive)), {})],
    "special_zeta.self_scalar": [((_some(3, **_positive),), {"self": 2.5})],
    "ldexp": [((_some(3), np.array([1.0, -2.0, 0.0])), {})],
    "nextafter": [((np.array([0.5, 1.0]), np.array([2.0, 3.0])), {})],
    "renorm": [((_some(3, 2),), {"p": p, "dim": d, "maxnorm": 1.0}) for p, d in ((2.0, 0), (3.0, -1))],
    "acosh": [((np.array([1.2, 2.5]),), {})],
    "polygamma": [((_some(3, **_positive),), {"n": n}) for n in (1, 2)],
    "round.decimals": [((np.array([0.31, -1.27]),), {"decimals": 1})],
    "logit": [((np.array([0.2, 0.7]),), {}), ((np.array([0.2, 0.7]),), {"eps": 0.1})],
    "xlogy.Scalar_Self": [((_some(3, **_positive),), {"self": 1.5})],
    "xlogy.Scalar_Other": [((_some(3),), {"other": 1.5})],
    "special_xlog1py.Scalar_Self": [((_some(3, **_positive),), {"self": 1.5})],
    "special_xlog1py.Scalar_Other": [((_some(3),), {"other": 1.5})],
    "polygamma_": [((_some(3, **_positive),), {"n": 1})],
    **{f"{name}_": [] for name in ("asinh", "acosh", "atanh")},  # PyTorch refuses their gradients
    **{f"{name}_.Tensor": [((_some(3), _some(3)), {})] for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{f"{name}_.Scalar": [((_some(3),), {"other": 0.5})] for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    "clamp_min.Tensor": [((_apart, _apart[::-1] * 0.3), {})],
    "clamp_max.Tensor": [((_apart, _apart[::-1] * 0.3), {})],
    "xlogy": [((_some(3), _some(3, **_positive)), {})],
    "special_xlog1py": [((_some(3), _some(3, **_positive)), {})],
    "fmod.Scalar": [((np.array([0.3, -1.2]), 0.7), {})],
    "remainder.Scalar": [((np.array([0.3, -1.2]), 0.7), {})],
    "remainder.Scalar_Tensor": [],  # PyTorch refuses their gradients
    "floor_divide": [], "floor_divide_": [],
    "heaviside": [],
    "div.Tensor_mode": [
        ((np.array([0.3, -1.2]), np.array([0.7, 0.5])), {"rounding_mode": m}) for m in ("floor", "trunc")
    ],
    "copysign": [((np.array([0.3, -1.2]), np.array([-0.7, 0.5])), {})],
    "copysign.Scalar": [((np.array([0.3, -1.2]), 1.0), {})],
    "clamp": [((_apart,), {"min": -1.0, "max": 1.0}), ((_apart,), {"min": 0})],
    "clamp_min": [((_apart,), {"min": 0})],
    "clamp_max": [((_apart,), {"max": 0.5})],
    "clamp.Tensor": [((_apart, _apart[::-1] * 0.3, _apart * 0.7), {})],
    "lerp.Scalar": [((_some(3), _some(3)), {"weight": 0.3})],
    "lerp.Tensor": [((_some(3), _some(3), np.array([0.2, 0.7, 1.5])), {})],
    "addcmul": [((_some(2, 3), _some(3), _some(3)), {"value": 2})],
    "addcdiv": [((_some(2, 3), _some(3), _some(3, **_positive)), {"value": 2})],
    # selections, orders, running and spread
    **{name: [((_some(2, 3),), {})] for name in ("max", "min", "median", "nanmedian", "aminmax", "nansum")},
    **{
        name: [((_some(2, 3),), {"dim": d, "keepdim": k}) for d in (0, -1) for k in (False, True)]
        for name in ("max.dim", "min.dim", "median.dim", "nanmedian.dim", "mode", "prod.dim_int")
    },
    **{
        name: [((_some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)]
        for name in ("amax", "amin")
    },
    "logsumexp": [((_some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1)) for k in (False, True)],
    **{
        name: [
            ((_some(2, 3),), {}),
            ((_some(2, 3),), {"dim": (1,), "correction": 1}),
            ((_some(2, 3, 2),), {"dim": (0, 2), "correction": 0, "keepdim": True}),
        ]
        for name in ("var", "std", "var_mean", "std_mean")
    },
    **{
        name: [((_some(2, 3),), {"dim": d}) for d in (0, -1)]
        for name in ("sort", "sort.stable", "cumsum", "cumprod", "logcumsumexp", "cummax", "cummin")
    },
    "kthvalue": [((_some(2, 3),), {"k": 2, "dim": 1})],
    "topk": [((_some(2, 3),), {"k": 2, "dim": 1})],
    "prod": [((_some(2, 3),), {}), ((np.array([2.0, 0.0, 3.0]),), {})],
    "mse_loss": [((_some(2, 3), _some(2, 3)), {"reduction": r}) for r in (0, 1, 2)],
    "mse_loss_backward": [
        ((_some(2, 3), _some(2, 3), _some(2, 3)), {"reduction": 0}),
        ((_some(), _some(2, 3), _some(2, 3)), {"reduction": 1}),
    ],
    "smooth_l1_loss": [((_some(2, 3), _some(2, 3)), {"reduction": r, "beta": 0.7}) for r in (0, 1)],
    "huber_loss": [((_some(2, 3), _some(2, 3)), {"reduction": r, "delta": 0.7}) for r in (0, 1)],
    "smooth_l1_loss_backward": [
        ((_some(2, 3), _some(2, 3), _some(2, 3)), {"reduction": 0, "beta": 0.7}),
        ((np.array(0.3), _some(2, 3), _some(2, 3)), {"reduction": 1, "beta": 0.7}),
    ],
    "huber_loss_backward": [
        ((_some(2, 3), _some(2, 3), _some(2, 3)), {"reduction": 0, "delta": 0.7}),
        ((np.array(0.3), _some(2, 3), _some(2, 3)), {"reduction": 1, "delta": 0.7}),
    ],
    "binary_cross_entropy_backward": [
        ((np.array(0.3), _some(2, 3, low=0.1, high=0.9), _some(2, 3, low=0.1, high=0.9), None), {"reduction": r})
        for r in (1, 2)
    ],
    "soft_margin_loss_backward": [
        ((np.array(0.3), _some(4), np.array([1.0, -1.0, 1.0, -1.0])), {"reduction": r}) for r in (1, 2)
    ],
    "binary_cross_entropy": [
        ((_some(4, low=0.2, high=0.8), _some(4, low=0.2, high=0.8), w), {"reduction": r})
        for w, r in ((None, 1), (np.array([1.0, 2.0, 0.5, 1.0]), 0))
    ],
    "binary_cross_entropy_with_logits": [
        ((_some(4), _some(4, low=0.2, high=0.8), None, None), {"reduction": 1}),
        ((_some(4), _some(4, low=0.2, high=0.8), np.array([1.0, 2.0, 0.5, 1.0]), np.array(2.0)), {"reduction": 0}),
    ],
    "soft_margin_loss": [((_some(4), np.array([1.0, -1.0, 1.0, -1.0])), {"reduction": r}) for r in (0, 1)],
    "nll_loss": [
        ((_some(4, 3), np.array([0, 2, 1, -100]), w), {"reduction": r})
        for w, r in ((None, 1), (np.array([1.0, 2.0, 0.5]), 0), (np.array([1.0, 2.0, 0.5]), 2))
    ],
    "nll_loss2d": [((_some(2, 3, 2, 1), np.array([[[0], [2]], [[1], [1]]]), None), {"reduction": 1})],
    "nll_loss_backward": [
        ((_some(), _some(3, 3), np.array([0, 2, 1]), None, np.array(3.0)), {"reduction": 1}),
        ((_some(3), _some(3, 3), np.array([0, 2, 1]), None, np.array(0.0)), {"reduction": 0}),
    ],
    "nll_loss2d_backward": [
        ((_some(), _some(2, 3, 2, 1), np.array([[[0], [2]], [[1], [1]]]), None, np.array(4.0)), {"reduction": 1})
    ],
    # matrices
    **{
        name: [((_square,), {}), ((np.stack([_square, _square.T + 1]),), {})]
        for name in ("linalg_inv_ex", "linalg_det", "linalg_matrix_exp", "linalg_lu_factor_ex")
    },
    **{name: [] for name in ("linalg_ldl_factor_ex", "linalg_ldl_solve")},  # PyTorch does not derive them
    "linalg_slogdet": [],  # its first result has no gradient; programs hold the second
    "linalg_solve_ex": [
        ((_square, _some(3, 2)), {}),
        ((_square, _some(3)), {}),
        ((_square, _some(2, 3)), {"left": False}),
    ],
    "linalg_solve_triangular": [((_square, _some(3, 2)), {"upper": u}) for u in (False, True)],
    "linalg_cholesky_ex": [],  # its operand has to be symmetric; programs hold it
    "cholesky": [],
    "cholesky_inverse": [],  # PyTorch's cotangent of a factor reaches above its diagonal; programs hold them
    "cholesky_solve": [],
    "triangular_solve": [
        ((_some(3, 2), _square), {"upper": u, "transpose": t}) for u in (False, True) for t in (False, True)
    ],
    "linalg_householder_product": [((_some(4, 3), _some(3)), {}), ((_some(4, 3), _some(2)), {})],
    "ormqr": [
        ((_some(4, 2), _some(2), _some(4, 3) if side else _some(3, 4)), {"left": side, "transpose": t})
        for side in (False, True)
        for t in (False, True)
    ],
    "_pdist": [],  # it is not differentiated twice; programs hold it
    "_pdist_backward": [],
    "linalg_qr": [((_square,), {}), ((_some(4, 2),), {}), ((_some(2, 4),), {})],
    "linalg_svd": [((_square,), {}), ((_some(4, 2),), {}), ((_some(2, 3),), {})],
    "linalg_eigh": [],
    "linalg_pinv": [((_some(4, 2),), {}), ((_some(2, 3),), {})],
    "linalg_lstsq": [((_some(4, 2), _some(4, 1)), {})],
    "trace": [((_some(2, 3),), {})],
    "linalg_cross": [((_some(2, 3), _some(2, 3)), {"dim": 1})],
    "vdot": [((_some(4), _some(4)), {})],
    "dist": [((_some(2, 3), _some(3)), {"p": p}) for p in (1, 2, 3)],
    "addmv": [((_some(2), _some(2, 3), _some(3)), {"beta": 2, "alpha": 3})],
    "baddbmm": [((_some(2, 2, 2), _some(2, 2, 3), _some(2, 3, 2)), {"beta": 2, "alpha": 3})],
    "addr": [((_some(2, 3), _some(2), _some(3)), {"beta": 2, "alpha": 3})],
    "cdist": [],  # PyTorch has no second derivative of it; programs hold the first
    "cdist_backward": [],
    "_euclidean_dist": [((_some(2, 3), _some(4, 3)), {})],
    "addbmm": [
        ((_some(2, 3), _some(3, 2, 4), _some(3, 4, 3)), {}),
        ((_some(3), _some(2, 2, 4), _some(2, 4, 3)), {"beta": 0.5, "alpha": 2}),
    ],
    "linalg_lu": [],  # its permutation has no gradient; programs hold the factors
    "linalg_lu_solve": [
        ((_square, np.array([1, 2, 3], dtype=np.int32), _some(3, 2)), {"adjoint": a}) for a in (False, True)
    ],
    "lu_unpack": [],
    "convolution": [
        ((_some(2, 2, 5), _some(3, 2, 3), _some(3)), _conv(1)),
        ((_some(1, 2, 4, 4), _some(4, 1, 2, 2), None), _conv(2, stride=(2, 1), padding=(1, 0), groups=2)),
        ((_some(1, 2, 3, 3), _some(2, 2, 2, 2), _some(2)), _conv(2, stride=(2, 2), transposed=True)),
    ],
    "convolution_backward": [
        ((_some(2, 3, 3), _some(2, 2, 5), _some(3, 2, 3)), _conv(1)),
        ((_some(1, 4, 3, 3), _some(1, 2, 4, 4), _some(4, 1, 2, 2)), _conv(2, stride=(2, 1), padding=(1, 0), groups=2)),
        ((_some(1, 2, 6, 6), _some(1, 2, 3, 3), _some(2, 2, 2, 2)), _conv(2, stride=(2, 2), transposed=True)),
    ],
    "native_batch_norm": [
        ((_some(4, 2), _some(2), _some(2), None, None), {}),
        (
            (_some(2, 2, 3), _some(2), _some(2), wrap(np.array([0.0, 1.0])), wrap(np.array([1.0, 2.0]))),
            {"training": False},
        ),
    ],
    # Its means and spreads, which its formula takes for those of the input, are free in a sample.
    "native_batch_norm_backward": [],
    "native_layer_norm_backward": [],
    "native_layer_norm": [((_some(2, 4), _some(4), _some(4)), {"normalized_shape": (4,)})],
    "native_group_norm": [((_some(2, 4, 3), _some(4), _some(4)), {"N": 2, "C": 4, "HxW": 3, "group": 2})],
    "embedding": [
        ((_some(4, 2), np.array([[0, 2], [2, 1]])), {}),
    ],
    "embedding_dense_backward": [((_some(3, 2), np.array([0, 2, 2])), {"sizes": (4, 2)})],
    "constant_pad_nd": [((_some(2, 3),), {"pad": (1, 2, 0, -1), "value": 3.0})],
    **{
        f"{mode}_pad{dims}d": [((_some(1, *((3,) * dims)),), {"padding": (1, 2) * dims})]
        for mode in ("reflect", "replicate")
        for dims in (1, 2, 3)
    },
    **{
        f"{mode}_pad{dims}d_backward": [
            ((_some(1, *((6,) * dims)), _some(1, *((3,) * dims))), {"padding": (1, 2) * dims})
        ]
        for mode in ("reflect", "replicate")
        for dims in (1, 2, 3)
    },
    "norm.dim": [((_some(2, 3),), {"p": p, "dim": (1,)}) for p in (1.0, 2.0, 3.0)],
    **{name: [] for name in ("unique", "unique_dim", "unique_consecutive")},  # without derivatives in PyTorch
    **SAMPLES_OF_IMAGES,
    "scaled_dot_product_flash_attention_for_cpu": [],  # PyTorch refuses its second derivative: programs hold the first
    "attention_backward": [],
    "ctc_loss": [],  # PyTorch refuses its second derivative: its samples hold the first
    "ctc_loss_backward": [],
    "trilinear": [
        (
            (_some(2, 3), _some(4, 3, 2), _some(2, 2)),
            {"expand1": (1, 3), "expand2": (0,), "expand3": (1, 2), "sumdim": (2, 3)},
        )
    ],
    "mkldnn_rnn_layer": [
        ((_some(3, 2, 2), _some(12, 2), _some(12, 3), _some(12), _some(12), _some(2, 3), _some(2, 3)), {}),
        ((_some(2, 1, 2), _some(4, 2), _some(4, 1), None, None, _some(1, 1), _some(1, 1)), {"reverse": True}),
    ],
    "safe_softmax": [((_some(2, 3),), {"dim": 1})],
    "pack_padded_sequence": [
        ((_some(3, 2, 2), np.array([3, 1])), {}),
        ((_some(2, 3, 1), np.array([2, 2])), {"batch_first": True}),
    ],
    "padded_of": [((_some(4, 2), np.array([2, 1, 1])), {"sizes": (3, 2, 2)})],
    "packed_of": [((_some(3, 2, 2), np.array([2, 1, 1])), {})],
    **{
        name: []  # derived once only: programs hold the first derivative
        for name in (
            "embedding_bag",
            "bag_weight",
            "bag_samples",
            "multi_margin_loss",
            "multi_margin_loss_backward",
            "multilabel_margin_loss",
            "multilabel_margin_loss_backward",
        )
    },
    "weight_norm_interface": [((_some(3, 2), _some(3, 1)), {}), ((_some(2, 3), _some(1, 3)), {"dim": 1})],
}
