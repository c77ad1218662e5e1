"""Operators on bits: logic for booleans, bit by bit for integers. Nothing flows back through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..op import Declaration, define

_BITS: Declaration = {"category": "comparison", "promotion": "same"}


def _on_integers(name: str, function: Any, refused: str = "f") -> Any:
    def forward(x: Any, y: Any) -> Any:
        np.broadcast_shapes(np.shape(x), np.shape(y))  # what does not broadcast is refused first
        kind = np.asarray(x).dtype
        if kind.kind in refused:
            label = dtypes.of(np.asarray(x)).legacy_name.removesuffix("Tensor")
            raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{label}'")
        return function(x, y)

    return forward


def _inverted(x: Any) -> Any:
    if x.dtype.kind == "f":
        raise NotImplementedError(
            f"\"bitwise_not_cpu\" not implemented for '{dtypes.of(x).legacy_name.removesuffix('Tensor')}'"
        )
    return np.invert(x)


for _name, _sign, _function in (
    ("bitwise_and", "&", np.bitwise_and), ("bitwise_or", "|", np.bitwise_or), ("bitwise_xor", "^", np.bitwise_xor),
):  # fmt: skip
    define(f"{_name}(self, other)", _on_integers(_name, _function), **_BITS)
define("bitwise_left_shift(self, other)", _on_integers("lshift", np.left_shift, "fb"), **_BITS)
define("bitwise_right_shift(self, other)", _on_integers("rshift", np.right_shift, "fb"), **_BITS)
define("bitwise_not(self)", _inverted, category="comparison")
define("signbit(self)", np.signbit, category="comparison")
define("isposinf(self)", np.isposinf, category="comparison")
define("isneginf(self)", np.isneginf, category="comparison")
define("isreal(self)", lambda x: np.ones(x.shape, dtype=bool), category="comparison")
define(
    "isclose(self, other, *, rtol=1e-05, atol=1e-08, equal_nan=False)",
    lambda x, y, rtol, atol, equal_nan: np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan),
    category="comparison",
)
