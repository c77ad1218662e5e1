"""What the helpers of formulas mean, written as a teacher would write it.

A helper keeps PyTorch's order of evaluation or its choice at corners; on screen only the mathematics counts. The text
is set in place of the call, with the call's arguments in the place of the parameters. ``bracket`` is Iverson's: 1 where
the condition holds, and ``unless`` 1 where it fails; ``averaged`` is divided by ``n`` where a loss takes the mean.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

_TEXTS = (
    # bounds and choices
    "clamp_backward(g, x, min, max) = g * bracket(min <= x <= max)",
    "clamp_min_backward(g, x, min, max) = g * bracket(x < min)",
    "clamp_max_backward(g, x, min, max) = g * bracket(x > max)",
    "extreme_backward(g, equal, loses) = g * unless(loses)",
    "zero_unless(g, wins, other) = g * bracket(wins)",
    "zero_where_wins(g, wins, other) = g * unless(wins)",
    "evenly_backward(g, x, y) = g * bracket(x == y) / count(x == y)",
    "shared_extremes(g, x, y, dim, keepdim) = g * bracket(x == y) / count(x == y)",
    "copysign_backward(g, x, y) = g * y / x",
    "moved_on(g, x, y) = g * bracket(x != y)",
    "flat(g, x) = 0",
    "written_product(x, y) = x * y",
    "finite(x) = bracket(x < inf)",
    "in_dtype(x, dtype) = x",
    # elementary functions
    "scaled_always(x, factor) = factor * x",
    "one_minus(x) = 1 - x",
    "minus(x, n) = x - n",
    "constant_over(n, x) = n / x",
    "rsqrt_backward(g, y) = -g * y ** 3 / 2",
    "erf_backward(g, x, sign) = g * (sign * 2 / sqrt(pi)) * exp(-x ** 2)",
    "erfinv_backward(g, x) = g * (sqrt(pi) / 2) * exp(erfinv(x) ** 2)",
    "atanh_backward(g, x) = g / (1 - x ** 2)",
    "sinc_backward(g, x) = g * (cos(pi * x) / x - sin(pi * x) / (pi * x ** 2))",
    "logit_backward(g, x, eps) = g / (x * (1 - x))",
    "logaddexp_slope(x, y) = 1 + exp(y - x)",
    "logaddexp2_slope(x, y) = 1 + 2 ** (y - x)",
    "quotient_of_product(g, x, y) = g * x / (1 + y)",
    "remainder_backward(g, x, y, mode) = -g * round(x / y)",
    "lerp_self(g, weight) = (1 - weight) * g",
    "addcdiv_backward(g, a, b, value) = -g * (value * a) / b ** 2",
    "ldexp_log(g, y) = g * y * log(2)",
    # special functions
    "erfcx_backward(g, x, y) = g * (2 * x * y - 2 / sqrt(pi))",
    "ndtri_backward(g, y) = g * sqrt(2 * pi) * exp(y ** 2 / 2)",
    "log_ndtr_backward(g, x, y) = g * exp(-x ** 2 / 2 - y) / sqrt(2 * pi)",
    "i0e_backward(g, x, y) = g * (I1e(x) - sgn(x) * y)",
    "i1_backward(g, x, y) = g * (I0(x) - y / x)",
    "i1e_backward(g, x, y) = g * (I0e(x) - y * (sgn(x) + 1 / x))",
    "special_i1(x) = I1(x)",
    "igamma_slope(a, x) = x ** (a - 1) * exp(-x) / Gamma(a)",
    "igammac_backward(g, a, x) = -g * x ** (a - 1) * exp(-x) / Gamma(a)",
    "zeta_backward(g, s, q) = -g * s * zeta(s + 1, q)",
    "mvlgamma_slope(x, p) = sum(digamma(x - k / 2))",
    # reductions
    "prod_backward(g, x, y) = g * y / x",
    "prod_dim_backward(g, x, y, dim, keepdim) = g * y / x",
    "var_backward(g, x, dim, correction, keepdim) = g * 2 * (x - mean(x)) / (n - correction)",
    "std_backward(g, x, y, dim, correction, keepdim) = g * (x - mean(x)) / (y * (n - correction))",
    "logsumexp_backward(g, x, y, dim, keepdim) = g * exp(x - y)",
    "nansum_backward(g, x, dim, keepdim) = g * bracket(x == x)",
    "cumsum_backward(g, dim) = sum(g)",
    "cumprod_backward(g, x, y, dim) = sum(g * y) / x",
    "trace_backward(g, sizes) = g * I",
    # activations
    "softmax_backward(g, y, dim) = y * (g - sum(g * y))",
    "log_softmax_backward(g, y, dim) = g - exp(y) * sum(g)",
    "silu_backward(g, x) = g * sigmoid(x) * (1 + x * (1 - sigmoid(x)))",
    "log_sigmoid_backward(g, x, b) = g * sigmoid(-x)",
    "softplus_backward(g, x, beta, threshold) = g * sigmoid(beta * x)",
    "leaky_relu_backward(g, x, slope) = g * (bracket(x > 0) + slope * bracket(x <= 0))",
    "hardtanh_backward(g, x, low, high) = g * bracket(low < x < high)",
    "hardshrink_backward(g, x, bound) = g * bracket(absolute(x) > bound)",
    "softshrink_backward(g, x, bound) = g * bracket(absolute(x) > bound)",
    "hardsigmoid_backward(g, x) = g / 6 * bracket(-3 < x < 3)",
    # losses
    "mse_loss_backward(g, x, y, reduction) = averaged(g * 2 * (x - y), reduction)",
    "mse_slope(x, y) = 2 * (x - y)",
    "bce_slope(x, y) = (x - y) / (x * (1 - x))",
    "bce_target_slope(x) = log((1 - x) / x)",
    "bce_logits_slope(x, y, weight) = sigmoid(x) - y",
    "bce_logits_target_slope(x, weight) = -x",
    "huber_loss_backward(g, x, y, reduction, delta) = averaged(g * min(max(x - y, -delta), delta), reduction)",
    "smooth_l1_loss_backward(g, x, y, reduction, beta) = averaged(g * min(max((x - y) / beta, -1), 1), reduction)",
    "soft_margin_loss_backward(g, x, y, reduction) = averaged(-g * y * sigmoid(-y * x), reduction)",
    "binary_cross_entropy_backward(g, x, y, weight, reduction) = averaged(g * (x - y) / (x * (1 - x)), reduction)",
    "per_element(x, sizes, reduction) = averaged(x, reduction)",
    "logits_written(x, pos_weight, weight, reduction) = x",
    "weighted(x, weight) = x",
    # matrices
    "inverse_backward(g, inverse) = -mm(mm(t(inverse), g), t(inverse))",
    "det_backward(g, A, y) = g * y * t(inverse(A))",
)


_BY_NAME = {text[: text.index("(")]: text for text in _TEXTS}


@cache
def _read(name: str) -> tuple[tuple[str, ...], str]:
    """The parameters, and the text of the meaning; most programs ask for few."""
    call, _, meaning = _BY_NAME[name].partition(" = ")
    return tuple(call[call.index("(") + 1 : -1].split(", ")), meaning


def meaning_of(name: str, arguments: list[ast.expr]) -> ast.expr | None:
    """The expression that a call stands for; None if it has to speak for itself."""
    if name not in _BY_NAME:
        return None
    parameters, meaning = _read(name)
    if len(parameters) != len(arguments):
        return None
    read = ast.parse(meaning, mode="eval").body
    return _Replaced(dict(zip(parameters, arguments, strict=True))).visit(read)  # type: ignore[no-any-return]


def is_mean(reduction: Any) -> bool:
    """Whether a loss takes the mean over its elements; where it is not said which one it takes, that."""
    return reduction in (None, 1, "mean")


def reduced(losses: ast.expr, reduction: Any) -> ast.expr:
    """What a loss makes of the losses of its elements."""
    if reduction in (0, "none"):
        return losses
    return ast.Call(ast.Name("mean" if is_mean(reduction) else "sum"), [losses], [])


class _Replaced(ast.NodeTransformer):
    def __init__(self, arguments: dict[str, ast.expr]) -> None:
        self._arguments = arguments

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._arguments.get(node.id, node)
