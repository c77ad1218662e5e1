"""Ops that make tensors out of numbers.

Their forward is given the finished array; see :mod:`gradwalk.engine.surface.creation` and
:mod:`gradwalk.engine.surface.ranges`.
"""

from __future__ import annotations

import numpy as np

from ..op import Op, define

NAMES = (
    "tensor", "as_tensor", "from_numpy", "arange", "linspace", "zeros", "ones", "full", "empty", "eye",
    "rand", "randn", "randint", "randperm", "logspace", "normal", "multinomial", "Parameter", "Buffer", "batch",
    "one_hot", "window",
)  # fmt: skip

CREATION: dict[str, Op] = {
    name: define(f"{name}(*, array=None)", lambda array: array, category="creation", shown=name) for name in NAMES
}
zeros_like = define("zeros_like(self)", np.zeros_like, category="creation")
ones_like = define("ones_like(self)", np.ones_like, category="creation")
