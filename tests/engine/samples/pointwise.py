"""Operands for arithmetic and elementary functions."""

from __future__ import annotations

import numpy as np

from gradwalk.engine.dtypes import float64
from gradwalk.engine.tensor import wrap

from .making import APART, MASK, POSITIVE, Samples, draws_of

some = draws_of(5)

SAMPLES: Samples = {
    "add": [((some(2, 3), some(3)), {}), ((some(2, 1), some(1, 3)), {"alpha": 3}), ((some(3), 2.5), {})],
    "sub": [((some(2, 3), some(3)), {}), ((some(2, 1), some(1, 3)), {"alpha": 3}), ((some(3), 2.5), {})],
    "rsub": [((some(3),), {"other": 2}), ((some(3),), {"other": 2.5, "alpha": 3})],
    "rsub.Tensor": [((some(2, 3), some(3)), {}), ((some(2, 1), some(1, 3)), {"alpha": 3})],
    "mul": [((some(2, 3), some(3)), {}), ((some(), some(2, 2)), {}), ((some(3), 2), {})],
    "add.Scalar": [((some(3),), {"other": 2.5})],
    "sub.Scalar": [((some(3),), {"other": 2.5})],
    "subtract.Scalar": [((some(3), 2.5), {"alpha": 1.5})],
    "div.Scalar": [((some(3),), {"other": 2.5})],
    "mul.Scalar": [((some(3),), {"other": 2.5})],
    "div": [((some(2, 3), some(3, **POSITIVE)), {}), ((some(3), 4), {})],
    "neg": [((some(2, 3),), {})],
    "reciprocal": [((some(3, **POSITIVE),), {})],
    "pow.Tensor_Scalar": [((some(3, **POSITIVE),), {"exponent": n}) for n in (0, 1, 2, 3, 2.5, -1, -2, 0.5)],
    "pow.Tensor_Scalar_0": [((some(3, **POSITIVE),), {"exponent": 0})],
    "pow.Tensor_Tensor": [((some(2, 3, **POSITIVE), some(3)), {})],
    "pow.Scalar": [((some(3),), {"self": 2}), ((some(3),), {"self": 0.5})],
    "exp": [((some(3),), {})],
    "log": [((some(3, **POSITIVE),), {})],
    "sqrt": [((some(3, **POSITIVE),), {})],
    "rsqrt": [((some(3, **POSITIVE),), {})],
    "sin": [((some(3),), {})],
    "cos": [((some(3),), {})],
    "tan": [((some(3, low=-1.0, high=1.0),), {})],
    "tanh": [((some(3),), {})],
    "sigmoid": [((some(3),), {})],
    "tanh_backward": [((some(3), some(3)), {})],
    "sigmoid_backward": [((some(3), some(3)), {})],
    "threshold_backward": [((some(3), np.array([-1.5, 0.5, 2.0])), {})],
    "sgn": [((some(3, **POSITIVE),), {})],
    "abs": [((some(3, **POSITIVE),), {}), ((-some(3, **POSITIVE),), {})],
    "absolute": [((some(3, **POSITIVE),), {})],
    "sign": [((some(3, **POSITIVE),), {})],
    "relu": [((np.array([-1.5, 0.5, 2.0]),), {})],
    "where": [((MASK, some(2, 3), some(3)), {})],
    "where.promoted": [((MASK, some(2, 3), some(3)), {"dtype": float64})],
    "masked_fill": [((some(2, 3), MASK), {"value": 7.0})],
    # elementary functions
    **{
        name: [((some(3, **POSITIVE),), {})]
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
    "igamma": [((wrap(np.array([1.5, 2.0, 3.0])), some(3, **POSITIVE)), {})],
    "igammac": [((wrap(np.array([1.5, 2.0, 3.0])), some(3, **POSITIVE)), {})],
    "special_zeta": [((3.0, some(3, **POSITIVE)), {})],
    "special_zeta.self_scalar": [((some(3, **POSITIVE),), {"self": 2.5})],
    "ldexp": [((some(3), np.array([1.0, -2.0, 0.0])), {})],
    "nextafter": [((np.array([0.5, 1.0]), np.array([2.0, 3.0])), {})],
    "acosh": [((np.array([1.2, 2.5]),), {})],
    "polygamma": [((some(3, **POSITIVE),), {"n": n}) for n in (1, 2)],
    "round.decimals": [((np.array([0.31, -1.27]),), {"decimals": 1})],
    "logit": [((np.array([0.2, 0.7]),), {}), ((np.array([0.2, 0.7]),), {"eps": 0.1})],
    "xlogy.Scalar_Self": [((some(3, **POSITIVE),), {"self": 1.5})],
    "xlogy.Scalar_Other": [((some(3),), {"other": 1.5})],
    "special_xlog1py.Scalar_Self": [((some(3, **POSITIVE),), {"self": 1.5})],
    "special_xlog1py.Scalar_Other": [((some(3),), {"other": 1.5})],
    "polygamma_": [((some(3, **POSITIVE),), {"n": 1})],
    **{f"{name}_": [] for name in ("asinh", "acosh", "atanh")},  # PyTorch refuses their gradients
    **{f"{name}_.Tensor": [((some(3), some(3)), {})] for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{f"{name}_.Scalar": [((some(3),), {"other": 0.5})] for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    "clamp_min.Tensor": [((APART, APART[::-1] * 0.3), {})],
    "clamp_max.Tensor": [((APART, APART[::-1] * 0.3), {})],
    "xlogy": [((some(3), some(3, **POSITIVE)), {})],
    "special_xlog1py": [((some(3), some(3, **POSITIVE)), {})],
    "fmod.Scalar": [((np.array([0.3, -1.2]), 0.7), {})],
    "remainder.Scalar": [((np.array([0.3, -1.2]), 0.7), {})],
    "remainder.Scalar_Tensor": [],  # PyTorch refuses their gradients
    "floor_divide": [],
    "floor_divide_": [],
    "heaviside": [],
    "div.Tensor_mode": [
        ((np.array([0.3, -1.2]), np.array([0.7, 0.5])), {"rounding_mode": m}) for m in ("floor", "trunc")
    ],
    "copysign": [((np.array([0.3, -1.2]), np.array([-0.7, 0.5])), {})],
    "copysign.Scalar": [((np.array([0.3, -1.2]), 1.0), {})],
    "clamp": [((APART,), {"min": -1.0, "max": 1.0}), ((APART,), {"min": 0})],
    "clamp_min": [((APART,), {"min": 0})],
    "clamp_max": [((APART,), {"max": 0.5})],
    "clamp.Tensor": [((APART, APART[::-1] * 0.3, APART * 0.7), {})],
    "lerp.Scalar": [((some(3), some(3)), {"weight": 0.3})],
    "lerp.Tensor": [((some(3), some(3), np.array([0.2, 0.7, 1.5])), {})],
    "addcmul": [((some(2, 3), some(3), some(3)), {"value": 2})],
    "addcdiv": [((some(2, 3), some(3), some(3, **POSITIVE)), {"value": 2})],
}
