"""How numbers are written: divisors, mantissas and exponents, the next float, signs as angles; incomplete gamma."""

from __future__ import annotations

from typing import Any

from ..apply import apply_in_place
from ..dtypes import FLOATS
from ..op import OPS, Op
from ..ops._words import label
from ..tensor import Tensor
from ..warn import warn
from .out import RESIZED
from .registry import must_be_tensor, public, unary
from .results import named

_frexp = named("frexp", "mantissa", "exponent")


def _of_two(name: str, op: Op, in_torch: bool) -> None:
    """Publish an op of two tensors, and its in-place form (in ``torch`` too where PyTorch has it there)."""

    def function(input: Tensor, other: Tensor) -> Tensor:
        result = op(must_be_tensor(name, "input", 1, input), must_be_tensor(name, "other", 2, other))
        is_power = name == "ldexp" and input._array.dtype.kind in FLOATS and other._array.dtype.kind not in FLOATS
        if is_power and result.shape != input.shape and input._array.size:
            warn(RESIZED.format(list(input.shape), list(result.shape)))
        return result

    def in_place(input: Tensor, other: Tensor) -> Tensor:
        y = must_be_tensor(name + "_", "other", 1, other)
        if name == "ldexp" and input._array.dtype.kind not in FLOATS:
            raise RuntimeError(f"ldexp can't be cast to the desired output type {label(input._array.dtype)}")
        return apply_in_place(op, input, y)

    public(name=name)(function)
    public(function=in_torch, name=name + "_")(in_place)


for _name in ("gcd", "lcm", "ldexp"):
    _of_two(_name, OPS[_name], in_torch=True)
for _name in ("nextafter", "igamma", "igammac"):
    _of_two(_name, OPS[_name], in_torch=False)
unary("angle", OPS["angle"], in_place=False)


@public()
def frexp(input: Tensor) -> Any:
    """Mantissas between 1/2 and 1, and the exponents of 2 that go with them."""
    return _frexp(OPS["frexp"].several(must_be_tensor("frexp", "input", 1, input)))


@public()
def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the multivariate gamma function of ``p`` dimensions."""
    x = must_be_tensor("mvlgamma", "input", 1, input)
    if x._array.dtype.kind == "b":
        raise RuntimeError("The input tensor may not be a boolean tensor.")
    return OPS["mvlgamma"](x, p=p)


@public(function=False)
def mvlgamma_(self: Tensor, p: int) -> Tensor:
    """:func:`mvlgamma`, in place."""
    if self._array.dtype.kind not in FLOATS:
        kind = label(self._array.dtype)
        raise RuntimeError(f"mvlgamma: result type {kind} can't be cast to the desired output type Float")
    return apply_in_place(OPS["mvlgamma"], self, p=p)


@public()
def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Each slice along ``dim``, made shorter where its norm exceeds ``maxnorm``."""
    return OPS["renorm"](must_be_tensor("renorm", "input", 1, input), p=p, dim=dim, maxnorm=maxnorm)


@public(function=False)
def renorm_(self: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """:func:`renorm`, in place."""
    return apply_in_place(OPS["renorm"], self, p=p, dim=dim, maxnorm=maxnorm)
