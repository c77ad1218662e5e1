"""Ops that exist only in place.

The in-place forms of other ops (``add_``) are those ops, written into their operand.
"""

from __future__ import annotations

from ..op import define
from . import _in_place as in_place

copy = define(
    "copy(self, src)", in_place.copy, "CopyBackwards", {"self": "zeros_of(grad)", "src": "grad"}, shown="src",
    category="in_place",
)  # fmt: skip
zero = define("zero(self)", in_place.zero, "ZeroBackward0", {"self": "zeros_of(grad)"}, shown="0", category="in_place")
fill_tensor = define(
    "fill.Tensor(self, src)", in_place.copy, "FillBackward3", {"self": "zeros_of(grad)", "src": "total(grad)"},
    shown="src", category="in_place",
)  # fmt: skip
fill = define(
    "fill(self, *, value=0)", in_place.fill, "FillBackward2", {"self": "zeros_of(grad)"}, shown="value",
    category="in_place",
)  # fmt: skip
define(
    "fill.Scalar_copy(self, *, value=0)", in_place.fill, "FillBackward0", {"self": "zeros_of(grad)"}, shown="value",
    category="copy",
)  # fmt: skip
define(
    "fill.Tensor_copy(self, value)", in_place.copy, "FillBackward1", {"self": "zeros_of(grad)", "value": "total(grad)"},
    shown="value", category="copy",
)  # fmt: skip
detach_ = define("detach_(self)", in_place.same, shown="self", category="in_place")
