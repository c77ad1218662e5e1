"""Tensors overwritten with random numbers, in place."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..apply import apply_in_place
from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..ops._random import C_NAMES
from ..random import Generator
from ..tensor import Tensor
from ..warn import warn
from .registry import public


@public(function=False)
def uniform_(
    self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None, **names: Any
) -> Tensor:
    """Uniform in [from, to), in place."""
    low = names.pop("from", from_)
    return apply_in_place(ops.random.uniform, self, low=low, high=to, generator=generator, **names)


@public(function=False)
def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Normal with this mean and standard deviation, in place."""
    return apply_in_place(ops.random.normal, self, mean=mean, std=std, generator=generator)


@public(function=False)
def log_normal_(self: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None) -> Tensor:
    """The exponential of a normal number, in place."""
    return apply_in_place(ops.random.log_normal, self, mean=mean, std=std, generator=generator)


@public(function=False)
def exponential_(self: Tensor, lambd: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Waiting times of this rate, in place."""
    return apply_in_place(ops.random.exponential, self, lambd=lambd, generator=generator)


@public(function=False)
def cauchy_(self: Tensor, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Cauchy with this median and half width, in place."""
    return apply_in_place(ops.random.cauchy, self, median=median, sigma=sigma, generator=generator)


@public(function=False)
def geometric_(self: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """How many trials of probability ``p`` until one succeeds, in place."""
    return apply_in_place(ops.random.geometric, self, p=p, generator=generator)


@public(function=False)
def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """1 with probability ``p`` (a number or a tensor), else 0, in place."""
    if isinstance(p, Tensor):
        return apply_in_place(ops.random.bernoulli_in_place_tensor, self, p, generator=generator)
    return apply_in_place(ops.random.bernoulli_in_place, self, p=p, generator=generator)


@public(function=False)
def random_(self: Tensor, *bounds: Any, generator: Generator | None = None, **names: Any) -> Tensor:
    """Integers below a bound, in a range, or over all that the dtype counts exactly, in place."""
    low, high = (None, *bounds) if len(bounds) == 1 else bounds or (None, None)
    if len(bounds) == 1 and "to" in names:
        low = bounds[0]
    low, high = names.get("from", low), names.get("to", high)
    if high is not None:
        check_range(self.dtype, low or 0, high)
    op = (
        ops.random.random
        if low is None and high is None
        else (ops.random.random_to if low is None else ops.random.random_from)
    )
    return apply_in_place(op, self, low=low, high=high, generator=generator)


def check_range(kind: Dtype, low: int, high: int) -> None:
    """Raises RuntimeError for a range that is empty or beyond the dtype; warns if a float cannot count that far."""
    if kind.is_complex:
        raise RuntimeError("check_random_bounds handles only integral, floating-point and boolean types")
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    if kind.is_floating_point:
        _warn_beyond(kind.name, low, high)
        return
    least, greatest = _LIMITS[kind.name]
    for name, bound in (("from", low), ("to - 1", high - 1)):
        if not least <= bound <= greatest:
            raise RuntimeError(f"{name} is out of bounds for {C_NAMES[kind.name]}")


def _warn_beyond(name: str, low: int, high: int) -> None:
    c_name, digits = _DIGITS[name]
    for bound, value in (("from", low), ("to - 1", high - 1)):
        if abs(value) > 2**digits:
            warn(
                f"{bound} is out of bounds [-(2^{digits}), 2^{digits}]. Due to precision limitations {c_name} can "
                "support discrete uniform distribution only within this range. This warning will become an error in "
                "version 1.7 release, please fix the code in advance (Triggered internally at "
                "/__w/pytorch/pytorch/aten/src/ATen/native/DistributionTemplates.h:111.)"
            )


_DIGITS = {
    "float16": ("c10::Half", 11),
    "bfloat16": ("c10::BFloat16", 8),
    "float32": ("float", 24),
    "float64": ("double", 53),
}
_LIMITS = {
    "bool": (0, 1), "uint8": (0, 2**8 - 1), "int8": (-(2**7), 2**7 - 1), "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1),
    "uint16": (0, 2**16 - 1), "uint32": (0, 2**32 - 1), "uint64": (0, 2**64 - 1),
}  # fmt: skip
