"""Random pointwise operations of one, two and three tensors, and casts.

Values stay tame (what grows goes through ``tanh`` first), and what jumps (``floor``, a comparison) is only asked of
numbers that no rounding has touched: so a difference between two engines is a difference, not noise. ``rrelu`` trains:
else PyTorch's node saves memory that nobody has written.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from tests.oracle.generation.known import ROUGH, Known, Made, Variables, fit, together

TAME = (
    "sin", "cos", "tanh", "sigmoid", "atan", "erf", "asinh", "sinc", "exp2", "sinh", "cosh", "tan", "logit",
    "softplus", "gelu", "silu", "mish", "elu", "selu", "celu", "softsign", "tanhshrink", "expm1", "erfc", "exp",
    "logsigmoid", "arctan", "deg2rad", "rad2deg", "i0",
)  # fmt: skip
GUARDED = (
    "({a} * {a} + 1).log()", "({a} * {a} + 0.5).sqrt()", "1 / ({a} * {a} + 1)", "2 ** {a}.tanh()",
    "({a} * {a} + 1).rsqrt()", "({a}.tanh() * 0.9).asin()", "({a}.tanh() * 0.9).atanh()", "({a} * {a}).log1p()",
    "({a} * {a} + 1) ** 1.5", "({a} * {a} + 1).log2()", "({a} * {a} + 2).lgamma()", "({a}.sigmoid() * 0.9).logit()",
    "F.softmax({a}.tanh().reshape(-1), 0).reshape({a}.shape)", "({a} * {a} + 1).reciprocal()",
    "({a}.tanh() * 0.9).acos()", "({a} * {a} + 1.5).acosh()", "({a} * {a} + 1).log10()", "({a} * {a} + 2).digamma()",
    "({a}.tanh() * 0.5).erfinv()", "torch.pow(0.5, {a}.tanh())", "({a} * {a} + 1) ** -0.5", "({a} * {a} + 1) ** -1",
    "torch.float_power({a}.tanh(), 2)", "torch.special.entr({a}.sigmoid())", "torch.special.expit({a})",
    "torch.special.xlog1py({a}, {a} * {a})", "torch.special.ndtr({a})", "F.gelu({a}, approximate='tanh')",
    "F.softplus({a}, beta=2)", "F.elu({a}, alpha=0.5)", "F.log_softmax({a}.tanh().reshape(-1), 0)[:0].sum() + {a}",
    "({a} * {a} + 1.25).polygamma(1)", "torch.special.log_ndtr({a}.tanh())",
    "F.softmin({a}.reshape(1, -1), dim=-1).reshape({a}.shape)",
)  # fmt: skip
PIECEWISE = (
    "{a}.relu()", "{a}.abs()", "{a}.clamp(-1, 0.5)", "{a}.clamp(min=0)", "{a}.sign()", "{a}.floor()", "{a}.ceil()",
    "{a}.round()", "{a}.trunc()", "{a}.frac()", "F.leaky_relu({a}, 0.5)", "F.hardtanh({a})", "F.relu6({a})",
    "F.threshold({a}, 0.25, 0.5)", "F.hardshrink({a})", "F.softshrink({a})", "{a} % 0.75", "{a}.fmod(0.5)",
    "{a}.masked_fill({a} > 0, 0.5)", "torch.where({a} > 0.25, {a}, -{a})", "{a}.heaviside({a} * 0 + 1)",
    "{a}.nan_to_num()", "{a}.maximum({a} * 0)", "torch.where({a} > 0, {a}, 0.5)", "abs({a})", "{a}.clip(max=0.75)",
    "{a} // 0.5", "torch.div({a}, 0.5, rounding_mode='floor')", "torch.div({a}, 0.3125, rounding_mode='trunc')",
    "{a}.round(decimals=1)", "{a}.sgn()", "torch.where({a} > 0, 1.0, {a})", "F.hardsigmoid({a})", "F.hardswish({a})",
    "torch.relu({a}) + F.relu(-{a})", "{a}.clamp_min(0.25)", "{a}.clamp_max({a} * 0)", "({a} >= 0.25) * {a}",
    "F.rrelu({a}, training=True)", "F.prelu({a}, torch.tensor([0.25], dtype={a}.dtype))", "{a}.nan_to_num(nan=1.0)",
    "torch.floor_divide({a}, 0.75)", "1.5 % ({a} * {a} + 1)", "{a}.remainder({a} * {a} + 0.5)", "{a}.fmin({a} * 0)",
)  # fmt: skip
PLAIN = (
    "-{a}", "{a} + 1", "3 - {a}", "{a} * 2", "0.5 * {a}", "{a} / 4", "{a} - 0.25", "{a}.clone()", "{a}.detach()",
    "{a}.detach() * {a}", "{a} * {a}", "{a} ** 2", "{a}.square()", "{a}.contiguous()", "{a}.pow(3)", "{a} * True",
    "torch.add({a}, {a}, alpha=2)", "torch.sub({a}, 1, alpha=0.5)", "{a}.data", "+{a}", "{a}.positive()",
    "{a} + np.float64(0.5)", "{a}.new_ones({a}.shape) * {a}", "torch.ones_like({a}) - {a}", "{a} ** 1", "{a} ** 0",
    "{a}.clone().detach().requires_grad_()", "torch.zeros_like({a}) + {a}", "torch.full_like({a}, 0.5) * {a}",
    "{a} * torch.tensor(2)", "{a} + torch.arange(1)", "torch.multiply({a}, 0.5)", "torch.subtract(1, {a})",
    "{a}.negative()", "{a}.true_divide(2)", "{a} * torch.tensor(0.5, dtype=torch.float64)", "np.float32(0.5) * {a}",
    "torch.mul({a}, {a}.detach())", "{a}.type_as({a})", "({a} + {a}) / 2", "torch.rsub({a}, 1)",
    "{a}.ldexp(torch.tensor(1))", "{a} * torch.ones(1, dtype=torch.float64)", "{a} + True", "{a}.to({a})",
    "{a}.type(torch.float32)", "{a}.dequantize() if False else {a} * 1",
)  # fmt: skip
BINARY = (
    "{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / ({b} * {b} + 1)", "({a} * {a} + 1) ** {b}.tanh()",
    "torch.hypot({a}, {b} * {b} + 1)", "torch.logaddexp({a}.tanh(), {b}.tanh())", "torch.lerp({a}, {b}, 0.25)",
    "torch.addcmul({a}, {a}, {b}, value=0.5)", "torch.xlogy({a}, {b} * {b} + 1)",
    "torch.addcdiv({a}, {b}, {a} * {a} + 1)", "torch.rsub({a}, {b})", "torch.lerp({a}, {b}, {b}.sigmoid())",
    "torch.atan2({a}, {b} * {b} + 1)", "torch.add({a}, {b}, alpha=0.5)", "{a}.sub({b}, alpha=2)",
    "torch.logaddexp2({a}.tanh(), {b}.tanh())", "torch.addcmul({a}, {b}, {b})", "torch.true_divide({a}, {b}.exp2())",
    "{a}.arctan2({b} * {b} + 0.5)", "torch.special.xlog1py({a}, {b} * {b})", "{a}.lerp({b}, {a})",
)  # fmt: skip
BINARY_EXACT = (
    "torch.maximum({a}, {b})", "torch.minimum({a}, {b})", "torch.where({a} > {b}, {a}, {b})", "torch.fmod({a}, 1.25)",
    "torch.where({b} > 0, {a}, 0.5)", "torch.copysign({a}, {b} - 0.125)", "torch.clamp({a}, max={b})",
    "torch.fmax({a}, {b})", "({a} > {b}) * {a}", "{a}.masked_fill({b} > 0, 0.25)",
    "torch.remainder({a}, {b} * {b} + 0.25)", "torch.clamp({a}, {b}, {b} + 1)", "torch.where({a} == {b}, {a}, 0.0)",
    "{a} // ({b} * {b} + 0.5)", "torch.fmin({a}, {b})", "torch.max({a}, {b})",
    "torch.div({a}, {b} * {b} + 0.25, rounding_mode='floor')", "torch.fmod({a}, {b} * {b} + 0.25)",
    "torch.eq({a}, {b}).float() * {a}", "torch.heaviside({a}, {b})", "({a} <= {b}).logical_not() * {b}",
)  # fmt: skip
NAMED_IN_F = frozenset(
    ("softplus", "gelu", "silu", "mish", "elu", "selu", "celu", "softsign", "tanhshrink", "logsigmoid")
)
GROWING = frozenset(("sinh", "cosh", "exp", "exp2", "expm1", "tan", "i0", "rad2deg"))
WHOLE = (
    "{a} + 1", "{a} * 3", "{a} - {a}", "-{a}", "{a} // 2", "{a} % 2", "{a} ** 2", "{a}.abs()", "{a}.sum()",
    "{a}.cumsum(0)", "{a} & 1", "{a} | {a}", "{a} ^ 1", "~{a}", "{a}.clamp(0, 1)", "{a}.max()", "{a}.argmax()",
    "{a}.prod()", "{a}.sort()[0]", "{a}.square()", "{a} << 1", "{a}.sign()", "{a}.bitwise_not()", "{a}.any()",
    "{a}.all()", "{a}.logical_not()", "{a}.to(torch.uint8)", "{a}.to(torch.int32)", "{a}.int()", "{a}.bool()",
    "{a}.long()", "{a} == 1", "{a} >= 0", "{a}.flip(0)", "{a}.unique()", "{a}.eq({a})", "{a}.isnan()",
)  # fmt: skip
FROM_WHOLE = (
    "{a} / 2", "{a} * 0.5", "{a}.float()", "{a}.double()", "{a}.sin()", "{a}.sqrt()", "{a}.exp2()",
    "{a}.to(torch.float32)", "{a} + 0.25", "{a}.float().mean()", "{a}.sum(dtype=torch.float32)", "{a}.sigmoid()",
    "torch.where({a} > 0, 0.5, 1.0)", "{a}.type(torch.float64)", "1 / ({a} * {a} + 1)", "{a}.add(0.5)",
    "{a}.mul({a}.float())",
)  # fmt: skip


def unary(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """A function of one tensor."""
    known = variables[a]
    kind = dice.random()
    if kind < 0.33:
        function = dice.choice(TAME)
        inner = f"{a}.tanh()" if function in GROWING else a
        if function == "logit":
            inner = f"({a}.sigmoid() * 0.9 + 0.05)"
        text = f"F.{function}({inner})" if function in NAMED_IN_F else f"{inner}.{function}()"
        return text, replace(known, roundings=ROUGH)
    if kind < 0.5:
        return dice.choice(GUARDED).format(a=a), replace(known, roundings=ROUGH)
    if kind < 0.7:
        text = dice.choice(PIECEWISE).format(a=a)
        return (text, replace(known, roundings=known.roundings + 1)) if known.is_exact else None
    return dice.choice(PLAIN).format(a=a), replace(known, roundings=known.roundings + 1)


def binary(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """A function of two tensors whose shapes broadcast, of any two dtypes."""
    b = dice.choice(list(variables))
    one, other = variables[a], variables[b]
    if not fit(one.shape, other.shape):
        return None
    shape = np.broadcast_shapes(one.shape, other.shape)
    dtype = together(one, other)
    if dice.random() < 0.3:
        if not (one.is_exact and other.is_exact):
            return None
        return dice.choice(BINARY_EXACT).format(a=a, b=b), Known(shape, dtype, one.roundings + 2)
    template = dice.choice(BINARY)
    if not other.is_floating and template not in BINARY[:4]:
        return None
    roundings = max(one.roundings, other.roundings) + 1 if template in BINARY[:3] else ROUGH
    if "lerp" in template and one.dtype != other.dtype:
        return None
    return template.format(a=a, b=b), Known(shape, dtype, roundings)


def whole(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """A function of whole numbers or truths; what is said of its shape and dtype need not be right to the end."""
    names = [name for name, known in variables.items() if not known.is_floating]
    if not names:
        text = dice.choice(("torch.arange({n})", "torch.arange({n}) % 2 == 0", "torch.arange({n}, dtype=torch.int32)"))
        count = dice.choice((1, 2, 3, 4))
        dtype = "bool" if "==" in text else "int32" if "int32" in text else "int64"
        return text.format(n=count), Known((count,), dtype)
    b = dice.choice(names)
    known = variables[b]
    if dice.random() < 0.4:
        text = dice.choice(FROM_WHOLE).format(a=b)
        shape = () if "mean" in text or "sum" in text else known.shape
        return text, Known(shape, "float64" if "double" in text or "float64" in text else "float32", ROUGH)
    text = dice.choice(WHOLE).format(a=b)
    if any(part in text for part in ("cumsum", "sort", "flip", "argmax", "max", "unique")) and not (
        known.shape and known.size
    ):
        return None
    scalar = any(part in text for part in (".sum()", "max()", "prod()", "any()", "all()"))
    if "unique" in text:
        return None
    dtype = "bool" if any(p in text for p in ("==", ">=", "bool", "not()", "any", "all", "eq", "nan")) else known.dtype
    dtype = "uint8" if "uint8" in text else "int32" if "int32" in text or "int()" in text else dtype
    return text, Known(
        () if scalar else known.shape, "int64" if "long" in text or (scalar and dtype != "bool") else dtype
    )


def cast(dice: random.Random, a: str, variables: Variables) -> Made | None:
    """The same numbers in another dtype."""
    known = variables[a]
    ways = [
        (f"{a}.double()", "float64"),
        (f"{a}.float()", "float32"),
        (f"{a}.to(torch.float64)", "float64"),
        (f"{a}.to('cpu', torch.float32)", "float32"),
        (f"{a}.type(torch.float64)", "float64"),
    ]
    if known.is_exact:
        ways += [
            (f"{a}.long()", "int64"),
            (f"{a}.int()", "int32"),
            (f"{a} > 0", "bool"),
            (f"({a} > 0).float()", "float32"),
            (f"{a} != 0", "bool"),
            (f"{a}.half().float()", "float32"),
            (f"{a}.to(torch.float16).double()", "float64"),
            (f"{a}.bool()", "bool"),
            (f"{a}.isfinite()", "bool"),
        ]
    text, dtype = dice.choice(ways)
    return text, replace(known, dtype=dtype)
