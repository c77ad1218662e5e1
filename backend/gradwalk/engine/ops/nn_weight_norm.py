"""A weight put together from lengths and directions."""

from __future__ import annotations

from ..functions.weight_norms import weight_norm as _weight_norm
from ..op import define

weight_norm = define(
    "weight_norm_interface(v, g, *, dim=0)", _weight_norm, "WeightNormInterfaceBackward0",
    {"v": "weight_norm_v(grad, v, g, result1, dim)", "g": "weight_norm_g(grad, v, result1, dim)"},
    saves=("g", "result1"), differentiable=1, shown="g * v / norm(v)", category="normalization",
)  # fmt: skip
