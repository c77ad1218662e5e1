"""Activation functions of neural networks. Their slopes are ops too, with names of their own in PyTorch's graphs."""

from __future__ import annotations

from ..functions import activations as slopes
from ..op import Declaration, define
from . import _activations as forwards

_ACTIVATION: Declaration = {"category": "activation"}
_SLOPE: Declaration = {"category": "activation"}

threshold = define(
    "threshold(self, *, threshold=0, value=0)", forwards.threshold, "ThresholdBackward0",
    {"self": "threshold_backward(grad, self, threshold)"},
    shown="threshold(self, threshold, value)", kernel="threshold_cpu:b", lies="iterated", **_ACTIVATION,
)  # fmt: skip
threshold_in_place = define(
    "threshold_(self, *, threshold=0, value=0)", forwards.threshold, "ThresholdBackward1",
    {"self": "threshold_backward(grad, self, threshold)"},
    shown="threshold(self, threshold, value)", kernel="threshold_cpu:b", **_ACTIVATION,
)  # fmt: skip
leaky_relu = define(
    "leaky_relu(self, *, negative_slope=0.01)", forwards.leaky_relu, "LeakyReluBackward0",
    {"self": "leaky_relu_backward(grad, self, negative_slope)"}, shown="leaky_relu(self, negative_slope)",
    kernel="leaky_relu_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
leaky_relu_in_place = define(
    "leaky_relu_(self, *, negative_slope=0.01)", forwards.leaky_relu, "LeakyReluBackward1",
    {"self": "leaky_relu_backward(grad, result, negative_slope, True)"}, shown="leaky_relu(self, negative_slope)",
    kernel="leaky_relu_cpu", **_ACTIVATION,
)  # fmt: skip
leaky_relu_backward = define(
    "leaky_relu_backward(grad_output, self, *, negative_slope=0.01, is_result=False)", slopes.leaky_relu_backward,
    "LeakyReluBackwardBackward0",
    {"grad_output": "leaky_relu_backward(grad, self, negative_slope)", "self": "zeros_of(grad)"},
    saves=("self", "negative_slope"), shown="leaky_relu_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
_RRELU = "(self, noise, *, lower=0.125, upper=1 / 3, training=False)"
rrelu_with_noise = define(
    "rrelu_with_noise" + _RRELU, forwards.rrelu_with_noise, "RreluWithNoiseBackward0",
    {"self": "rrelu_with_noise_backward(grad, self, noise, lower, upper, training)"},
    shown="leaky_relu(self, noise)", kernel="leaky_relu_cpu", lies="in rows", **_ACTIVATION,
)  # fmt: skip
define(
    "rrelu_with_noise_" + _RRELU, forwards.rrelu_with_noise, "RreluWithNoiseBackward1",
    {"self": "rrelu_with_noise_backward(grad, result, noise, lower, upper, training)"},
    shown="leaky_relu(self, noise)", kernel="leaky_relu_cpu", **_ACTIVATION,
)  # fmt: skip
rrelu_with_noise_backward = define(
    "rrelu_with_noise_backward(grad_output, self, noise, *, lower=0.125, upper=1 / 3, training=False)",
    slopes.rrelu_with_noise_backward, "RreluWithNoiseBackwardBackward0",
    {
        "grad_output": "rrelu_with_noise_backward(grad, self, noise, lower, upper, training)",
        "self": "zeros_of(grad)",
    },
    saves=("self",), shown="rrelu_with_noise_backward(grad_output, self, noise)", **_SLOPE,
)  # fmt: skip
elu = define(
    "elu(self, *, alpha=1, scale=1, input_scale=1)", forwards.elu, "EluBackward0",
    {"self": "elu_backward(grad, self, alpha, scale, input_scale)"},
    shown="elu(self, alpha)", kernel="elu_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
elu_in_place = define(
    "elu_(self, *, alpha=1, scale=1, input_scale=1)", forwards.elu, "EluBackward1",
    {"self": "elu_backward(grad, result, alpha, scale, input_scale, True)"},
    shown="elu(self, alpha)", kernel="elu_cpu", **_ACTIVATION,
)  # fmt: skip
celu = define(
    "celu(self, *, alpha=1.0)", forwards.celu, "CeluBackward0",
    {"self": "elu_backward(grad, self, alpha, 1, 1 / alpha)"},
    shown="celu(self, alpha)", kernel="elu_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
celu_in_place = define(
    "celu_(self, *, alpha=1.0)", forwards.celu, "CeluBackward1",
    {"self": "elu_backward(grad, result, alpha, 1, 1 / alpha, True)"},
    shown="celu(self, alpha)", kernel="elu_cpu", **_ACTIVATION,
)  # fmt: skip
elu_backward = define(
    "elu_backward(grad_output, self_or_result, *, alpha=1, scale=1, input_scale=1, is_result=False)",
    slopes.elu_backward, "EluBackwardBackward0",
    {
        "grad_output": "elu_backward(grad, self_or_result, alpha, scale, input_scale, is_result)",
        "self_or_result":
            "elu_double_backward(grad, grad_output, self_or_result, alpha, scale, input_scale, is_result)",
    },
    shown="elu_backward(grad_output, self_or_result)", **_SLOPE,
)  # fmt: skip
gelu = define(
    "gelu(self, *, approximate='none')", forwards.gelu, "GeluBackward0",
    {"self": "gelu_backward(grad, self, approximate)"}, shown="gelu(self)", kernel="GeluKernelImpl",
    lies="iterated", **_ACTIVATION,
)  # fmt: skip
gelu_backward = define(
    "gelu_backward(grad_output, self, *, approximate='none')", slopes.gelu_backward, "GeluBackwardBackward0",
    {
        "grad_output": "gelu_backward(grad, self, approximate)",
        "self": "gelu_double_backward(grad, grad_output, self, approximate)",
    },
    shown="gelu_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
silu = define(
    "silu(self)", forwards.silu, "SiluBackward0", {"self": "silu_backward(grad, self)"},
    shown="self * sigmoid(self)", kernel="silu_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
mish = define(
    "mish(self)", forwards.mish, "MishBackward0", {"self": "mish_backward(grad, self)"},
    shown="self * tanh(softplus(self))", kernel="mish_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
softplus = define(
    "softplus(self, *, beta=1, threshold=20)", forwards.softplus, "SoftplusBackward0",
    {"self": "softplus_backward(grad, self, beta, threshold)"}, shown="log(1 + exp(scaled(self, beta))) / beta",
    kernel="softplus_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
softplus_backward = define(
    "softplus_backward(grad_output, self, *, beta=1, threshold=20)", slopes.softplus_backward,
    "SoftplusBackwardBackward0",
    {
        "grad_output": "softplus_backward(grad, self, beta, threshold)",
        "self": "softplus_double_backward(grad * grad_output, self, beta, threshold)",
    },
    shown="softplus_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
log_sigmoid = define(
    "log_sigmoid(self)", forwards.log_sigmoid, "LogSigmoidBackward0",
    {"self": "log_sigmoid_backward(grad, self, buffer)"}, shown="log(sigmoid(self))", results=("result", "buffer"),
    differentiable=1, kernel="log_sigmoid_cpu", lies="in rows", **_ACTIVATION,
)  # fmt: skip
log_sigmoid_backward = define(
    "log_sigmoid_backward(grad_output, self, buffer)", slopes.log_sigmoid_backward, "LogSigmoidBackwardBackward0",
    {
        "grad_output": "log_sigmoid_backward(grad, self, buffer)",
        "self": "log_sigmoid_double_backward(grad * grad_output, self)",
    },
    saves=("buffer",), shown="log_sigmoid_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
hardtanh = define(
    "hardtanh(self, *, min_val=-1, max_val=1)", forwards.hardtanh, "HardtanhBackward0",
    {"self": "hardtanh_backward(grad, self, min_val, max_val)"}, shown="clamp(self, min_val, max_val)",
    lies="as first", **_ACTIVATION,
)  # fmt: skip
hardtanh_backward = define(
    "hardtanh_backward(grad_output, self, *, min_val=-1, max_val=1)", slopes.hardtanh_backward,
    "HardtanhBackwardBackward0",
    {"grad_output": "hardtanh_backward(grad, self, min_val, max_val)", "self": "zeros_of(grad)"},
    saves=("self", "min_val", "max_val"), shown="hardtanh_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
hardsigmoid = define(
    "hardsigmoid(self)", forwards.hardsigmoid, "HardsigmoidBackward0",
    {"self": "hardsigmoid_backward(grad, self)"}, shown="hardsigmoid(self)", kernel="hardsigmoid_cpu",
    lies="iterated", **_ACTIVATION,
)  # fmt: skip
hardsigmoid_backward = define(
    "hardsigmoid_backward(grad_output, self)", slopes.hardsigmoid_backward, "NotImplemented",
    {
        "grad_output": "not_implemented(grad, 'aten::hardsigmoid_backward')",
        "self": "not_implemented(grad, 'aten::hardsigmoid_backward')",
    },
    shown="hardsigmoid_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
hardswish = define(
    "hardswish(self)", forwards.hardswish, "HardswishBackward0", {"self": "hardswish_backward(grad, self)"},
    shown="self * clamp(self + 3, 0, 6) / 6", kernel="hardswish_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
hardswish_backward = define(
    "hardswish_backward(grad_output, self)", slopes.hardswish_backward, "HardswishBackwardBackward0",
    {"grad_output": "hardswish_backward(grad, self)", "self": "hardswish_double_backward(grad * grad_output, self)"},
    shown="hardswish_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
hardshrink = define(
    "hardshrink(self, *, lambd=0.5)", forwards.hardshrink, "HardshrinkBackward0",
    {"self": "hardshrink_backward(grad, self, lambd)"},
    shown="hardshrink(self, lambd)", kernel="hardshrink_cpu", lies="iterated", **_ACTIVATION,
)  # fmt: skip
hardshrink_backward = define(
    "hardshrink_backward(grad_output, self, *, lambd=0.5)", slopes.hardshrink_backward, "HardshrinkBackwardBackward0",
    {"grad_output": "hardshrink_backward(grad, self, lambd)", "self": "zeros_of(grad)"},
    saves=("self", "lambd"), shown="hardshrink_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
softshrink = define(
    "softshrink(self, *, lambd=0.5)", forwards.softshrink, "SoftshrinkBackward0",
    {"self": "softshrink_backward(grad, self, lambd)"},
    shown="softshrink(self, lambd)", kernel="softshrink_check", lies="iterated", **_ACTIVATION,
)  # fmt: skip
softshrink_backward = define(
    "softshrink_backward(grad_output, self, *, lambd=0.5)", slopes.softshrink_backward, "SoftshrinkBackwardBackward0",
    {"grad_output": "softshrink_backward(grad, self, lambd)", "self": "zeros_of(grad)"},
    saves=("self", "lambd"), shown="softshrink_backward(grad_output, self)", **_SLOPE,
)  # fmt: skip
prelu = define(
    "prelu(self, weight)", forwards.prelu, "PreluKernelBackward0",
    {"self, weight": "prelu_backward(grad, self, weight)"}, shown="where(self > 0, self, weight * self)",
    kernel="prelu_cpu", lies="as first", **_ACTIVATION,
)  # fmt: skip
prelu_backward = define(
    "prelu_backward(grad_output, self, weight)", slopes.prelu_backward, "PreluKernelBackwardBackward0",
    {
        "grad_output": "prelu_of_cotangent(grads, self, weight)",
        "self": "prelu_of_other(grads, 1, grad_output, self)",
        "weight": "prelu_of_other(grads, 0, grad_output, self)",
    },
    shown="prelu_backward(grad_output, self, weight)", **_SLOPE,
)  # fmt: skip
glu = define(
    "glu(self, *, dim=-1)", forwards.glu, "GluBackward0", {"self": "glu_backward(grad, self, dim)"},
    shown="glu(self)", kernel="glu_cpu", lies="as given", **_ACTIVATION,
)  # fmt: skip
glu_backward = define(
    "glu_backward(grad_output, self, *, dim=-1)", slopes.glu_backward, "GluBackwardBackward0",
    {
        "grad_output": "glu_grad_backward(grad, self, dim)",
        "self": "glu_double_backward(grad, grad_output, self, dim)",
    },
    shown="glu_backward(grad_output, self)", lies="in rows", **_SLOPE,
)  # fmt: skip
softmax = define(
    "softmax(self, *, dim=-1)", forwards.softmax, "SoftmaxBackward0",
    {"self": "softmax_backward(grad, result, dim)"}, shown="softmax(self)", **_ACTIVATION,
)  # fmt: skip
softmax_backward = define(
    "softmax_backward(grad_output, output, *, dim=-1)", slopes.softmax_backward, "SoftmaxBackwardDataBackward0",
    {
        "grad_output": "softmax_backward(grad, output, dim)",
        "output": "softmax_double_backward(grad, grad_output, output, dim)",
    },
    shown="softmax_backward(grad_output, output)", **_SLOPE,
)  # fmt: skip
log_softmax = define(
    "log_softmax(self, *, dim=-1)", forwards.log_softmax, "LogSoftmaxBackward0",
    {"self": "log_softmax_backward(grad, result, dim)"}, shown="log(softmax(self))", **_ACTIVATION,
)  # fmt: skip
log_softmax_backward = define(
    "log_softmax_backward(grad_output, output, *, dim=-1)", slopes.log_softmax_backward,
    "LogSoftmaxBackwardDataBackward0",
    {
        "grad_output": "log_softmax_double_backward(grad, output, dim)",
        "output": "log_softmax_result_backward(grad, grad_output, output, dim)",
    },
    shown="log_softmax_backward(grad_output, output)", **_SLOPE,
)  # fmt: skip
