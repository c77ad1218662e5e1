"""Ops that answer yes or no. Nothing flows back through them."""

from __future__ import annotations

import numpy as np

from ..op import Declaration, define

_COMPARISON: Declaration = {"category": "comparison", "promotion": "same"}

eq = define("eq(self, other)", "self == other", **_COMPARISON)
ne = define("ne(self, other)", "self != other", **_COMPARISON)
lt = define("lt(self, other)", "self < other", **_COMPARISON)
le = define("le(self, other)", "self <= other", **_COMPARISON)
gt = define("gt(self, other)", "self > other", **_COMPARISON)
ge = define("ge(self, other)", "self >= other", **_COMPARISON)

for _name, _sign in {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}.items():
    define(
        f"{_name}_.Tensor(self, other)", f"self {_sign} other", f"{_name.capitalize()}Backward1",
        {"self": "zeros_of(grad)", "other": "zeros_of(grad)"}, category="in_place", promotion="same",
    )  # fmt: skip
    define(
        f"{_name}_.Scalar(self, *, other=0)", f"self {_sign} other", f"{_name.capitalize()}Backward0",
        {"self": "zeros_of(grad)"}, category="in_place",
    )  # fmt: skip

logical_and = define("logical_and(self, other)", np.logical_and, category="comparison")
logical_or = define("logical_or(self, other)", np.logical_or, category="comparison")
logical_xor = define("logical_xor(self, other)", np.logical_xor, category="comparison")
logical_not = define("logical_not(self)", np.logical_not, category="comparison")
isnan = define("isnan(self)", np.isnan, category="comparison")
isinf = define("isinf(self)", np.isinf, category="comparison")
isfinite = define("isfinite(self)", np.isfinite, category="comparison")
