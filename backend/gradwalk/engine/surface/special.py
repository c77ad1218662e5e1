"""``torch.special``: other names for elementary functions, and a few of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..op import OPS, Op
from ..tensor import Tensor
from . import activation, elementary, pointwise, spread  # noqa: F401 (they publish what is named here)
from .registry import FUNCTIONS, must_be_tensor

SPECIAL: dict[str, Callable[..., Any]] = {
    name: FUNCTIONS[name]
    for name in (
        "digamma", "erf", "erfc", "erfinv", "exp2", "expm1", "i0", "log1p", "logit", "logsumexp", "polygamma", "round",
        "sinc", "softmax", "log_softmax", "xlogy",
    )
}  # fmt: skip
"""What the facade shows in ``torch.special``."""
SPECIAL |= {"expit": FUNCTIONS["sigmoid"], "gammaln": FUNCTIONS["lgamma"], "psi": FUNCTIONS["digamma"]}


def _of_one(name: str, op: Op) -> None:
    def function(input: Tensor) -> Tensor:
        return op(must_be_tensor(f"special_{name}", "input", 1, input))

    function.__name__ = name
    SPECIAL[name] = function


_of_one("entr", OPS["special_entr"])
_of_one("i1", OPS["special_i1"])


def xlog1py(input: Any, other: Any) -> Tensor:
    """``input * log1p(other)``, 0 where ``input`` is 0."""
    return OPS["special_xlog1py"](input, other)


def ndtr(input: Tensor) -> Tensor:
    """The distribution function of the standard normal."""
    x = must_be_tensor("special_ndtr", "input", 1, input)
    inside = OPS["erf"](OPS["mul.Scalar"](x, other=math.sqrt(0.5)))
    return OPS["mul.Scalar"](OPS["add.Scalar"](inside, other=1), other=0.5)


SPECIAL |= {"xlog1py": xlog1py, "ndtr": ndtr}
