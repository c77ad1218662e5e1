"""Padding as modules: one for each kind and number of dimensions."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from ..functional._windows import for_each
from .module import Module


class _Pad(Module):
    dims: int
    mode: str

    def __init__(self, padding: Any, **first: float) -> None:
        super().__init__()
        for name, number in first.items():
            setattr(self, name, number)
        self.padding = for_each(padding, 2 * self.dims)

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _CircularPad(_Pad):
    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (self.dims + 1, self.dims + 2):
            raise ValueError(f"expected {self.dims + 1}D or {self.dims + 2}D input (got {input.ndim}D input)")
        return super().forward(input)


class _ConstantPad(_Pad):
    value: float

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding, value=value)

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


def _made(name: str, base: type[_Pad], dims: int, mode: str) -> type:
    return type(f"{name}{dims}d", (base,), {"dims": dims, "mode": mode, "__module__": __name__})


for _dims in (1, 2, 3):
    for _name, _base, _mode in (
        ("ReflectionPad", _Pad, "reflect"), ("ReplicationPad", _Pad, "replicate"),
        ("CircularPad", _CircularPad, "circular"), ("ConstantPad", _ConstantPad, "constant"),
        ("ZeroPad", _ZeroPad, "constant"),
    ):  # fmt: skip
        globals()[f"{_name}{_dims}d"] = _made(_name, _base, _dims, _mode)
