"""Ops that work element by element. VJPs as in PyTorch's ``derivatives.yaml``, rounding included."""

from __future__ import annotations

import numpy as np

from ..memory_format import laid_out
from ..op import Declaration, define
from . import _arrays as arrays

_SAME: Declaration = {"category": "pointwise", "promotion": "same"}
_FLOAT: Declaration = {"category": "pointwise", "promotion": "float"}


add = define(
    "add(self, other, *, alpha=1)", arrays.add, "AddBackward0",
    {"self": "grad", "other": "scaled(grad, alpha)"}, shown="self + scaled(other, alpha)", **_SAME,
)  # fmt: skip
sub = define(
    "sub(self, other, *, alpha=1)", arrays.sub, "SubBackward0",
    {"self": "grad", "other": "scaled(-grad, alpha)"}, shown="self - scaled(other, alpha)", **_SAME,
)  # fmt: skip
define(
    "add.Scalar(self, *, other=0)", "floating_for(self, other) + other", "AddBackward1", {"self": "grad"},
    shown="self + other", lies="iterated with a number", category="pointwise",
)  # fmt: skip
define(
    "sub.Scalar(self, *, other=0)", "floating_for(self, other) - other", "SubBackward1", {"self": "grad"},
    shown="self - other", lies="iterated with a number", category="pointwise",
)  # fmt: skip
subtract_number = define(
    "subtract.Scalar(self, other, *, alpha=1)", arrays.sub, "SubBackward1", {"self": "grad"},
    shown="self - scaled(other, alpha)", **_SAME,
)  # fmt: skip
rsub = define(
    "rsub(self, *, other=0, alpha=1)", arrays.rsub, "RsubBackward1",
    {"self": "scaled(-grad, alpha)"}, shown="other - scaled(self, alpha)",
    lies="iterated with a number", category="pointwise",
)  # fmt: skip
rsub_tensor = define(
    "rsub.Tensor(self, other, *, alpha=1)", lambda self, other, alpha: arrays.sub(other, self, alpha), "RsubBackward0",
    {"self": "scaled(-grad, alpha)", "other": "grad"}, shown="other - scaled(self, alpha)", **_SAME,
)  # fmt: skip
mul = define(
    "mul(self, other)", "self * other", "MulBackward0",
    {"self": "grad * other", "other": "grad * self"}, **_SAME,
)  # fmt: skip
define(
    "mul.Scalar(self, *, other=1)", "floating_for(self, other) * other", "MulBackward1",
    {"self": "scaled_always(grad, other)"}, shown="self * other", lies="iterated with a number", category="pointwise",
)  # fmt: skip
div = define(
    "div(self, other)", "self / other", "DivBackward0",
    {"self": "grad / other", "other": "divisor_backward(grad, self, other)"}, **_FLOAT,
)  # fmt: skip
define(
    "div.Scalar(self, *, other=1)", "floating_for(self, 1.0) / other", "DivBackward1",
    {"self": "divided(grad, other)"}, shown="self / other", lies="iterated with a number", category="pointwise",
)  # fmt: skip
neg = define("neg(self)", arrays.neg, "NegBackward0", {"self": "-grad"}, shown="-self", category="pointwise")
reciprocal = define(
    "reciprocal(self)", "1 / self", "ReciprocalBackward0", {"self": "reciprocal_backward(grad, result)"}, **_FLOAT,
)  # fmt: skip

pow_scalar = define(
    "pow.Tensor_Scalar(self, *, exponent=1)", arrays.pow_scalar, "PowBackward0",
    {"self": "grad * power_slope(self, exponent)"}, shown="self ** exponent", category="pointwise",
)  # fmt: skip
pow_zero = define(
    "pow.Tensor_Scalar_0(self, *, exponent=None)", arrays.pow_scalar, "PowBackward0", {"self": "zeros_of(self)"},
    saves=("exponent",), shown="self ** exponent", category="pointwise",
)  # fmt: skip
pow_tensor = define(
    "pow.Tensor_Tensor(self, exponent)", arrays.pow_tensor, "PowBackward1",
    {
        "self": "zero_if(grad * power_slopes(self, exponent), exponent == 0)",
        "exponent": "grad * power_log(self, exponent, result)",
    },
    saves=("result",), shown="self ** exponent", **_SAME,
)  # fmt: skip
pow_base = define(
    "pow.Scalar(exponent, *, self=1)", arrays.pow_base, "PowBackward2",
    {"exponent": "grad * power_log(self, exponent, result)"}, shown="self ** exponent",
    lies="in rows", category="pointwise",
)  # fmt: skip

exp = define("exp(self)", "exp(self)", "ExpBackward0", {"self": "grad * result"}, **_FLOAT)
log = define("log(self)", "log(self)", "LogBackward0", {"self": "grad / self"}, **_FLOAT)
sqrt = define("sqrt(self)", "sqrt(self)", "SqrtBackward0", {"self": "grad / scaled(result, 2)"}, **_FLOAT)
rsqrt = define("rsqrt(self)", "rsqrt(self)", "RsqrtBackward0", {"self": "rsqrt_backward(grad, result)"}, **_FLOAT)
sin = define("sin(self)", "sin(self)", "SinBackward0", {"self": "grad * cos(self)"}, **_FLOAT)
cos = define("cos(self)", "cos(self)", "CosBackward0", {"self": "grad * -sin(self)"}, **_FLOAT)
tan = define("tan(self)", "tan(self)", "TanBackward0", {"self": "grad * shifted(result ** 2, 1)"}, **_FLOAT)
tanh = define("tanh(self)", "tanh(self)", "TanhBackward0", {"self": "tanh_backward(grad, result)"}, **_FLOAT)
sigmoid = define(
    "sigmoid(self)", "sigmoid(self)", "SigmoidBackward0", {"self": "sigmoid_backward(grad, result)"}, **_FLOAT,
)  # fmt: skip
tanh_backward = define(
    "tanh_backward(grad_output, output)", "tanh_backward(grad_output, output)", "TanhBackwardBackward0",
    {"grad_output": "tanh_backward(grad, output)", "output": "grad * (scaled(output, -2) * grad_output)"},
    category="pointwise",
)  # fmt: skip
sigmoid_backward = define(
    "sigmoid_backward(grad_output, output)", "sigmoid_backward(grad_output, output)", "SigmoidBackwardBackward0",
    {"grad_output": "sigmoid_backward(grad, output)", "output": "grad * grad_output * shifted(scaled(output, -2), 1)"},
    category="pointwise",
)  # fmt: skip
abs = define(
    "abs(self)", arrays.absolute, "AbsBackward0", {"self": "grad * sgn(self)"}, shown="absolute(self)",
    category="pointwise",
)  # fmt: skip
sgn = define(
    "sgn(self)", arrays.sgn, "SgnBackward0", {"self": "zeros_of(grad)"}, saves=("self", "result"),
    shown="sgn(self)", category="pointwise",
)  # fmt: skip
absolute = define(
    "absolute(self)",
    arrays.absolute,
    "AbsBackward0",
    {"self": "grad * sgn(self)"},
    shown="absolute(self)",
    category="pointwise",
)
sign = define(
    "sign(self)", arrays.sgn, "SignBackward0", {"self": "zeros_of(grad)"}, shown="sign(self)", category="pointwise",
)  # fmt: skip
relu = define(
    "relu(self)", arrays.relu, "ReluBackward0", {"self": "threshold_backward(grad, result)"},
    shown="max(self, 0)", category="pointwise",
)  # fmt: skip
threshold_backward = define(
    "threshold_backward(grad_output, self, *, threshold=0)", "threshold_backward(grad_output, self, threshold)",
    "ThresholdBackwardBackward0",
    {"grad_output": "threshold_backward(grad, self, threshold)", "self": "zeros_of(grad)"},
    saves=("self", "threshold"), category="pointwise",
)  # fmt: skip
where = define(
    "where(condition, self, other)", np.where, "WhereBackward0",
    {"self": "where(condition, grad, zeros_of(grad))", "other": "where(condition, zeros_of(grad), grad)"},
    shown="where(condition, self, other)", category="pointwise",
)  # fmt: skip
where_promoted = define(
    "where.promoted(condition, self, other, *, dtype=None)",
    lambda condition, x, y, dtype: np.where(condition, x.astype(dtype.numpy), y.astype(dtype.numpy)), "WhereBackward0",
    {"self": "where(condition, grad, zeros_of(grad))", "other": "where(condition, zeros_of(grad), grad)"},
    shown="where(condition, self, other)", category="pointwise",
)  # fmt: skip
masked_fill = define(
    "masked_fill(self, mask, *, value=0)", arrays.masked_fill, "MaskedFillBackward0",
    {"self": "zero_where(grad, mask)"}, shown="where(mask, value, self)", lies="in rows", category="pointwise",
)  # fmt: skip

clone = define("clone(self)", arrays.clone, "CloneBackward0", {"self": "grad"}, shown="self", category="copy")
clone_contiguous = define(
    "clone.contiguous(self)", arrays.clone_contiguous, "CloneBackward0", {"self": "grad"},
    shown="self", category="copy",
)  # fmt: skip
clone_in_format = define(
    "clone.in_format(self, *, memory_format=None)", laid_out, "CloneBackward0", {"self": "grad"}, shown="self",
    category="copy",
)  # fmt: skip
to_copy_in_format = define(
    "to_copy.in_format(self, *, dtype=None, memory_format=None)", arrays.to_copy_in_format, "ToCopyBackward0",
    {"self": "grad"}, shown="self", category="copy",
)  # fmt: skip
to_copy = define(
    "to_copy(self, *, dtype=None)", arrays.to_copy, "ToCopyBackward0", {"self": "grad"}, shown="self", category="copy",
)  # fmt: skip
