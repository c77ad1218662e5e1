"""``torch.finfo`` and ``torch.iinfo``: what a dtype can hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from . import dtypes
from .written_in_c import WrittenInC, type_name

_BFLOAT16 = SimpleNamespace(
    max=(2 - 2**-7) * 2.0**127, min=-(2 - 2**-7) * 2.0**127, eps=2.0**-7, precision=2, smallest_normal=2.0**-126
)
"""A sign, 8 bits of exponent as float32 has them, and 7 of the fraction."""


_DEFAULT = object()


def _dtype(name: str, given: Any) -> Any:
    if given is float:  # which is float64 here
        return dtypes.float64
    if not isinstance(given, dtypes.dtype):
        raise TypeError(f"{name}(): argument 'type' (position 1) must be torch.dtype, not {type_name(given)}")
    return given


class finfo(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """What a floating point dtype can hold. Raises TypeError for others."""

    __module__ = "torch"

    def __init__(self, type: Any = _DEFAULT) -> None:
        kind = dtypes.default_floating() if type is _DEFAULT else _dtype("finfo", type)
        if kind.is_complex:
            kind = kind.to_real()
        if not kind.is_floating_point:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        found: Any = _BFLOAT16 if kind is dtypes.bfloat16 else np.finfo(kind.numpy)
        self.bits = kind.itemsize * 8
        self.dtype = kind.name
        self.max, self.min = float(found.max), float(found.min)
        self.eps, self.resolution = float(found.eps), 10.0 ** -int(found.precision)
        self.tiny = self.smallest_normal = float(found.smallest_normal)

    def __repr__(self) -> str:
        numbers = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        shown = ", ".join(f"{name}={getattr(self, name):g}" for name in numbers)
        return f"finfo({shown}, dtype={self.dtype})"


class iinfo(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """What an integer dtype can hold. Raises TypeError for others."""

    __module__ = "torch"

    def __init__(self, type: Any) -> None:
        type = _dtype("iinfo", type)
        if type.is_floating_point or type.is_complex:
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        if type is dtypes.bool_:
            raise TypeError("torch.bool is not supported by torch.iinfo")
        found = np.iinfo(type.numpy)
        self.bits = type.itemsize * 8
        self.dtype = type.name
        self.max, self.min = int(found.max), int(found.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
