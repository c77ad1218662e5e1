"""Ops on how numbers are written: mantissa and exponent, the next float, divisors, and the sign as an angle."""

from __future__ import annotations

import numpy as np

from ..op import Declaration, define
from . import _representation as forwards

_SAME: Declaration = {"category": "pointwise", "promotion": "same"}
_FLOAT: Declaration = {"category": "pointwise", "promotion": "float"}

define("gcd(self, other)", forwards.on_integers("gcd", np.gcd), **_SAME)
define("lcm(self, other)", forwards.on_integers("lcm", np.lcm), **_SAME)
define(
    "ldexp(self, other)", "self * exp2(other)", "LdexpBackward0",
    {"self": "grad * two_to(other)", "other": "ldexp_log(grad, result)"}, shown="self * 2 ** other", **_FLOAT,
)  # fmt: skip
define(
    "nextafter(self, other)", forwards.nextafter, "NextafterBackward0",
    {"self": "moved_on(grad, self, other)", "other": "nothing_filled(grad, other_sizes, other_dtype)"},
    hides=("other_sizes", "other_dtype"), shown="nextafter(self, other)", **_SAME,
)  # fmt: skip
define(
    "frexp(self)", forwards.frexp, "FrexpBackward0", {"self": "grad / exp2(exponent)"}, shown="self / 2 ** exponent",
    category="pointwise", results=("result", "exponent"), differentiable=1,
)  # fmt: skip
define(
    "angle(self)", forwards.angle, "AngleBackward0", {"self": "flat(grad, self)"}, shown="angle(self)", **_FLOAT,
)  # fmt: skip
