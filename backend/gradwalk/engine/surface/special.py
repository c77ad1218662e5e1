"""``torch.special``: other names for elementary functions, and many of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..functions.bessel import WITHOUT_SLOPES
from ..functions.polynomials import POLYNOMIALS
from ..op import OPS, Op
from ..tensor import Tensor
from . import activation, elementary, pointwise, representation, spread  # noqa: F401 (most publish what is named here)
from .arguments import explained
from .registry import FUNCTIONS, must_be_tensor

SPECIAL: dict[str, Callable[..., Any]] = {
    name: FUNCTIONS[name]
    for name in (
        "digamma", "erf", "erfc", "erfinv", "exp2", "expm1", "i0", "log1p", "logit", "logsumexp", "polygamma",
        "sinc", "softmax", "log_softmax", "xlogy",
    )
}  # fmt: skip
"""What the facade shows in ``torch.special``."""
SPECIAL |= {
    "expit": FUNCTIONS["sigmoid"], "gammainc": FUNCTIONS["igamma"], "gammaincc": FUNCTIONS["igammac"],
    "gammaln": FUNCTIONS["lgamma"], "multigammaln": FUNCTIONS["mvlgamma"], "psi": FUNCTIONS["digamma"],
}  # fmt: skip


def _publish(name: str, f: Callable[..., Any]) -> None:
    f.__name__ = name
    SPECIAL[name] = explained(f, f"special_{name}", "special")


def _of_one(name: str, op: Op) -> None:
    def function(input: Tensor) -> Tensor:
        return op(must_be_tensor(f"special_{name}", "input", 1, input))

    _publish(name, function)


for _name in ("entr", "erfcx", "i0e", "i1", "i1e", "log_ndtr", "ndtri"):
    _of_one(_name, OPS[f"special_{_name}"])
for _name in WITHOUT_SLOPES:
    if _name != "airy_ai":
        _of_one(_name, OPS[f"special_{_name}"])


def _polynomial(name: str, op: Op) -> None:
    def function(x: Any, n: Any) -> Tensor:
        if not isinstance(x, Tensor):
            must_be_tensor(f"special_{name}", "n", 2, n)
        return op(x, n)

    _publish(name, function)


for _name in POLYNOMIALS:
    _polynomial(_name, OPS[f"special_{_name}"])


def airy_ai(x: Tensor) -> Tensor:
    """The Airy function Ai."""
    return OPS["special_airy_ai"](must_be_tensor("special_airy_ai", "x", 1, x))


def xlog1py(input: Any, other: Any) -> Tensor:
    """``input * log1p(other)``, 0 where ``input`` is 0."""
    return elementary.with_numbers("special_xlog1py", input, other)


def zeta(input: Any, other: Any) -> Tensor:
    """Hurwitz's zeta function: the sum of ``(k + other) ** -input``; either may be a number."""
    if isinstance(input, Tensor):
        return OPS["special_zeta"](input, other)
    return OPS["special_zeta.self_scalar"](must_be_tensor("special_zeta", "other", 2, other), self=input)


def ndtr(input: Tensor) -> Tensor:
    """The distribution function of the standard normal."""
    x = must_be_tensor("special_ndtr", "input", 1, input)
    inside = OPS["erf"](OPS["mul.Scalar"](x, other=math.sqrt(0.5)))
    return OPS["mul.Scalar"](OPS["add.Scalar"](inside, other=1), other=0.5)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """To the nearest number with so many decimals; halves to the even one."""
    return OPS["round.decimals"](must_be_tensor("special_round", "input", 1, input), decimals=decimals)


_publish("round", round)
_publish("airy_ai", airy_ai)
_publish("xlog1py", xlog1py)
_publish("zeta", zeta)
_publish("ndtr", ndtr)
