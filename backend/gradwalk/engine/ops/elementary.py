"""Elementary functions: exponentials, logarithms, angles, rounding, remainders, bounds."""

from __future__ import annotations

import numpy as np

from ..functions.registry import on_both
from ..op import OPS, Declaration, define
from . import _elementary as forwards
from . import _signed_zeros as signed_zeros

_SAME: Declaration = {"category": "pointwise", "promotion": "same"}
_FLOAT: Declaration = {"category": "pointwise", "promotion": "float"}
_AS_IS: Declaration = {"category": "pointwise"}

# -- exponentials and logarithms --------------------------------------------------------------------------------------

define("exp2(self)", "exp2(self)", "Exp2Backward0", {"self": "scaled(grad * result, 0.6931471805599453)"}, **_FLOAT)
define("expm1(self)", "expm1(self)", "Expm1Backward0", {"self": "grad * shifted(result, 1)"}, **_FLOAT)
define("log1p(self)", "log1p(self)", "Log1PBackward0", {"self": "grad / shifted(self, 1)"}, **_FLOAT)
define("log2(self)", "log2(self)", "Log2Backward0", {"self": "grad / scaled(self, 0.6931471805599453)"}, **_FLOAT)
define("log10(self)", "log10(self)", "Log10Backward0", {"self": "grad / scaled(self, 2.3025850929940455)"}, **_FLOAT)
define(
    "logaddexp(self, other)", forwards.logaddexp, "LogaddexpBackward0",
    {"self": "grad / logaddexp_slope(self, other)", "other": "grad / logaddexp_slope(other, self)"},
    shown="log(exp(self) + exp(other))", kernel="logaddexp_cpu", **_SAME,
)  # fmt: skip
define(
    "logaddexp2(self, other)", np.logaddexp2, "Logaddexp2Backward0",
    {"self": "grad / logaddexp2_slope(self, other)", "other": "grad / logaddexp2_slope(other, self)"},
    shown="log2(exp2(self) + exp2(other))", kernel="logaddexp2_cpu", **_SAME,
)  # fmt: skip
define(
    "logit(self, *, eps=None)", forwards.logit, "LogitBackward0", {"self": "logit_backward(grad, self, eps)"},
    shown="log(self / (1 - self))", **_FLOAT,
)  # fmt: skip
define(
    "xlogy(self, other)", on_both("xlogy", forwards.xlogy), "XlogyBackward0",
    {"self": "xlogy_backward(grad, self, other, 'xlogy')", "other": "grad * self / other"},
    shown="self * log(other)", **_FLOAT,
)  # fmt: skip
define(
    "special_xlog1py(self, other)", on_both("special_xlog1py", forwards.xlog1py), "SpecialXlog1PyBackward0",
    {
        "self": "xlogy_backward(grad, self, other, 'special_xlog1py')",
        "other": "quotient_of_product(grad, self, other)",
    },
    shown="self * log(1 + other)", **_FLOAT,
)  # fmt: skip
define(
    "xlogy.Scalar_Self(other, *, self=1)", lambda other, self: forwards.xlogy(self, other), "XlogyBackward1",
    {"other": "scaled_always(grad, self) / other"}, shown="self * log(other)", **_FLOAT,
)  # fmt: skip
define(
    "xlogy.Scalar_Other(self, *, other=1)", forwards.xlogy, "XlogyBackward2",
    {"self": "xlogy_backward(grad, self, other, 'xlogy')"}, shown="self * log(other)", **_FLOAT,
)  # fmt: skip
define(
    "special_xlog1py.Scalar_Self(other, *, self=1)", lambda other, self: forwards.xlog1py(self, other),
    "SpecialXlog1PyBackward1", {"other": "scaled_always(grad, self) / shifted(other, 1)"},
    shown="self * log(1 + other)", **_FLOAT,
)  # fmt: skip
define(
    "special_xlog1py.Scalar_Other(self, *, other=1)", forwards.xlog1py, "SpecialXlog1PyBackward2",
    {"self": "xlogy_backward(grad, self, other, 'special_xlog1py')"}, shown="self * log(1 + other)", **_FLOAT,
)  # fmt: skip
define(
    "special_entr(self)", forwards.entr, "SpecialEntrBackward0",
    {"self": "grad * -shifted(log(self), 1)"}, shown="-self * log(self)", **_FLOAT,
)  # fmt: skip

# -- angles -----------------------------------------------------------------------------------------------------------

define("asin(self)", "asin(self)", "AsinBackward0", {"self": "grad * rsqrt(shifted(-self * self, 1))"}, **_FLOAT)
define("acos(self)", "acos(self)", "AcosBackward0", {"self": "grad * -rsqrt(shifted(-self * self, 1))"}, **_FLOAT)
define("atan(self)", "atan(self)", "AtanBackward0", {"self": "grad / shifted(self * self, 1)"}, **_FLOAT)
define(
    "atan2(self, other)", np.arctan2, "Atan2Backward0",
    {"self, other": "atan2_backward(grad, self, other, needs)"},
    shown="atan(self / other)", **_FLOAT,
)  # fmt: skip
define("sinh(self)", "sinh(self)", "SinhBackward0", {"self": "grad * cosh(self)"}, **_FLOAT)
define("cosh(self)", "cosh(self)", "CoshBackward0", {"self": "grad * sinh(self)"}, **_FLOAT)
define("asinh(self)", "asinh(self)", "AsinhBackward0", {"self": "grad * rsqrt(shifted(power(self, 2), 1))"}, **_FLOAT)
define("acosh(self)", "acosh(self)", "AcoshBackward0", {"self": "grad * rsqrt(minus(self * self, 1))"}, **_FLOAT)
define(
    "atanh(self)", "atanh(self)", "AtanhBackward0",
    {"self": "atanh_backward(grad, self)"}, **_FLOAT,
)  # fmt: skip
for _name in ("asinh", "acosh", "atanh"):
    define(
        f"{_name}_(self)", OPS[_name].forward, f"{_name.capitalize()}Backward1",
        {"self": f"underived(grad, 'inplace version of {_name}')"}, shown=f"{_name}(self)", category="in_place",
        promotion="float",
    )  # fmt: skip
define(
    "hypot(self, other)", np.hypot, "HypotBackward0",
    {"self": "grad * self / result", "other": "grad * other / result"},
    shown="sqrt(self ** 2 + other ** 2)", kernel="hypot_cpu", **_SAME,
)  # fmt: skip
define(
    "sinc(self)", forwards.sinc, "SincBackward0", {"self": "sinc_backward(grad, self)"}, shown="sinc(self)", **_FLOAT
)
define(
    "deg2rad(self)", "self * 0.017453292519943295", "Deg2RadBackward0", {"self": "scaled(grad, 0.017453292519943295)"},
    shown="self * 0.01745", lies="as first", **_FLOAT,
)  # fmt: skip
define(
    "rad2deg(self)", "self * 57.29577951308232", "Rad2DegBackward0", {"self": "scaled(grad, 57.29577951308232)"},
    shown="self * 57.29578", lies="as first", **_FLOAT,
)  # fmt: skip

# -- steps ------------------------------------------------------------------------------------------------------------

for _name, _forward in {
    "floor": forwards.floor, "ceil": forwards.ceil, "trunc": forwards.trunc, "round": forwards.round,
}.items():  # fmt: skip
    define(
        f"{_name}(self)", _forward, f"{_name.capitalize()}Backward0", {"self": "zeros_of(grad)"},
        shown=f"{_name}(self)", **_AS_IS,
    )  # fmt: skip
define(
    "round.decimals(self, *, decimals=0)", forwards.round_decimals, "RoundBackward1", {"self": "zeros_of(grad)"},
    shown="round(self)", **_AS_IS,
)  # fmt: skip
define("frac(self)", forwards.frac, "FracBackward0", {"self": "grad"}, shown="self - trunc(self)", **_AS_IS)
define(
    "fmod.Scalar(self, other)", forwards.fmod, "FmodBackward0", {"self": "grad"}, shown="fmod(self, other)", **_SAME,
)  # fmt: skip
define(
    "fmod(self, other)", forwards.fmod, "FmodBackward1",
    {"self": "grad", "other": "remainder_backward(grad, self, other, 'trunc')"}, shown="fmod(self, other)", **_SAME,
)  # fmt: skip
define(
    "remainder.Scalar(self, other)", forwards.remainder, "RemainderBackward0", {"self": "grad"},
    shown="remainder(self, other)", **_SAME,
)  # fmt: skip
define(
    "remainder(self, other)", forwards.remainder, "RemainderBackward1",
    {"self": "grad", "other": "remainder_backward(grad, self, other, 'floor')"}, shown="remainder(self, other)",
    **_SAME,
)  # fmt: skip
define(
    "remainder.Scalar_Tensor(self, other)", forwards.remainder, "NotImplemented",
    {"other": "not_implemented(grad, 'aten::remainder')"}, shown="remainder(self, other)", **_SAME,
)  # fmt: skip
for _name in ("floor_divide", "floor_divide_"):  # the one that writes in place is refused by its own name
    define(
        f"{_name}(self, other)", forwards.floor_divide, "NotImplemented",
        dict.fromkeys(("self", "other"), f"not_implemented(grad, 'aten::{_name}')"),
        shown="floor(self / other)", **_SAME,
    )  # fmt: skip
define(
    "div.Tensor_mode(self, other, *, rounding_mode=None)", forwards.div_rounded, "DivBackward2",
    {"self": "zeros_of(grad)", "other": "flat(grad, self)"}, saves=("other", "rounding_mode"),
    shown="round(self / other)", **_SAME,
)  # fmt: skip
define(
    "heaviside(self, values)", forwards.heaviside, "NotImplemented",
    {"self": "not_implemented(grad, 'aten::heaviside')", "values": "not_implemented(grad, 'aten::heaviside')"},
    shown="heaviside(self, values)", **_SAME,
)  # fmt: skip
define(
    "copysign(self, other)", np.copysign, "CopysignBackward0",
    {"self": "copysign_backward(grad, self, result)", "other": "nothing_filled(grad, other_sizes, other_dtype)"},
    hides=("other_sizes", "other_dtype"), shown="copysign(self, other)", **_FLOAT,
)  # fmt: skip
define(
    "copysign.Scalar(self, other)", np.copysign, "CopysignBackward1",
    {"self": "copysign_backward(grad, self, result)"}, shown="copysign(self, other)", **_FLOAT,
)  # fmt: skip
define(
    "nan_to_num(self, *, nan=None, posinf=None, neginf=None)", forwards.nan_to_num, "NanToNumBackward0",
    {"self": "grad * finite(self)"}, shown="nan_to_num(self)", lies="as first", **_AS_IS,
)  # fmt: skip

# -- bounds -----------------------------------------------------------------------------------------------------------

define(
    "clamp(self, *, min=None, max=None)", forwards.clamp, "ClampBackward1",
    {"self": "clamp_backward(grad, self, min, max)"}, shown="clamp(self, min, max)", **_AS_IS,
)  # fmt: skip
define(
    "clamp_min(self, *, min=0)", lambda x, min: forwards.clamp(x, min, None), "ClampMinBackward0",
    {"self": "clamp_backward(grad, self, min, None)"}, shown="max(self, min)", **_AS_IS,
)  # fmt: skip
define(
    "clamp_max(self, *, max=0)", lambda x, max: forwards.clamp(x, None, max), "ClampMaxBackward0",
    {"self": "clamp_backward(grad, self, None, max)"}, shown="min(self, max)", **_AS_IS,
)  # fmt: skip
define(
    "clamp.Tensor(self, min, max)", forwards.clamp_tensor, "ClampBackward0",
    {
        "self": "clamp_backward(grad, self, min, max)",
        "min": "clamp_min_backward(grad, self, min, max)",
        "max": "clamp_max_backward(grad, self, min, max)",
    },
    shown="clamp(self, min, max)", **_SAME,
)  # fmt: skip
define(
    "clamp_min.Tensor(self, min)", signed_zeros.of_two(np.maximum), "ClampMinBackward1",
    {"self": "clamp_backward(grad, self, min, None)", "min": "clamp_min_backward(grad, self, min, None)"},
    shown="max(self, min)", **_SAME,
)  # fmt: skip
define(
    "clamp_max.Tensor(self, max)", signed_zeros.of_two(np.minimum), "ClampMaxBackward1",
    {"self": "clamp_backward(grad, self, None, max)", "max": "clamp_max_backward(grad, self, None, max)"},
    shown="min(self, max)", **_SAME,
)  # fmt: skip
for _name, _verb, _function in (("maximum", "<", np.maximum), ("minimum", ">", np.minimum)):
    define(
        f"{_name}(self, other)", signed_zeros.of_two(_function), f"{_name.capitalize()}Backward0",
        {
            "self": f"extreme_backward(grad, self == other, self {_verb} other)",
            "other": f"extreme_backward(grad, self == other, other {_verb} self)",
        },
        shown=f"{_name[:3]}(self, other)", **_SAME,
    )  # fmt: skip
for _name, _either, _loses in (("fmax", np.fmax, ">="), ("fmin", np.fmin, "<=")):
    define(
        f"{_name}(self, other)", signed_zeros.of_two(_either, in_order=True), f"{_name.capitalize()}Backward0",
        {
            "self": f"zero_unless(grad, self {_loses} other, other)",
            "other": f"zero_where_wins(grad, self {_loses} other, other)",
        },
        shown=f"{_name[1:]}(self, other)", **_SAME,
    )  # fmt: skip

# -- several operands -------------------------------------------------------------------------------------------------

define(
    "lerp.Scalar(self, end, *, weight=0)", forwards.lerp, "LerpBackward0",
    {"self": "lerp_self(grad, weight)", "end": "scaled_always(grad, weight)"},
    shown="self + weight * (end - self)", **_AS_IS,
)  # fmt: skip
define(
    "lerp.Tensor(self, end, weight)", forwards.lerp, "LerpBackward1",
    {"self": "grad * one_minus(weight)", "end": "grad * weight", "weight": "grad * (end - self)"},
    shown="self + weight * (end - self)", **_AS_IS,
)  # fmt: skip
define(
    "addcmul(self, tensor1, tensor2, *, value=1)", forwards.addcmul, "AddcmulBackward0",
    {
        "self": "grad", "tensor1": "grad * scaled_always(tensor2, value)",
        "tensor2": "grad * scaled_always(tensor1, value)",
    },
    shown="self + scaled(tensor1, value) * tensor2", kernel="addcmul_cpu_out:b", **_SAME,
)  # fmt: skip
define(
    "addcdiv(self, tensor1, tensor2, *, value=1)", forwards.addcdiv, "AddcdivBackward0",
    {
        "self": "grad", "tensor1": "grad * constant_over(value, tensor2)",
        "tensor2": "addcdiv_backward(grad, tensor1, tensor2, value)",
    },
    shown="self + scaled(tensor1, value) / tensor2", **_SAME,
)  # fmt: skip
