"""Operands for every differentiable op: what its declaration is tried on. A new op needs one line here."""

from __future__ import annotations

from typing import Any

import numpy as np

_random = np.random.RandomState(0)


def _some(*shape: int, low: float = -2.0, high: float = 2.0) -> Any:
    return _random.uniform(low, high, shape)


_positive = {"low": 0.5, "high": 2.0}
_mask = np.array([[True, False, True], [False, True, False]])

SAMPLES: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "add": [((_some(2, 3), _some(3)), {}), ((_some(2, 1), _some(1, 3)), {"alpha": 3}), ((_some(3), 2.5), {})],
    "sub": [((_some(2, 3), _some(3)), {}), ((_some(2, 1), _some(1, 3)), {"alpha": 3}), ((_some(3), 2.5), {})],
    "rsub": [((_some(3),), {"other": 2}), ((_some(3),), {"other": 2.5, "alpha": 3})],
    "mul": [((_some(2, 3), _some(3)), {}), ((_some(), _some(2, 2)), {}), ((_some(3), 2), {})],
    "add.Scalar": [((_some(3),), {"other": 2.5})],
    "sub.Scalar": [((_some(3),), {"other": 2.5})],
    "div.Scalar": [((_some(3),), {"other": 2.5})],
    "mul.Scalar": [((_some(3),), {"other": 2.5})],
    "div": [((_some(2, 3), _some(3, **_positive)), {}), ((_some(3), 4), {})],
    "neg": [((_some(2, 3),), {})],
    "reciprocal": [((_some(3, **_positive),), {})],
    "pow.Tensor_Scalar": [((_some(3, **_positive),), {"exponent": n}) for n in (0, 1, 2, 3, 2.5, -1, -2, 0.5)],
    "pow.Tensor_Tensor": [((_some(2, 3, **_positive), _some(3)), {})],
    "pow.Scalar": [((_some(3),), {"self": 2}), ((_some(3),), {"self": 0.5})],
    "exp": [((_some(3),), {})],
    "log": [((_some(3, **_positive),), {})],
    "sqrt": [((_some(3, **_positive),), {})],
    "rsqrt": [((_some(3, **_positive),), {})],
    "sin": [((_some(3),), {})],
    "cos": [((_some(3),), {})],
    "tan": [((_some(3, low=-1.0, high=1.0),), {})],
    "tanh": [((_some(3),), {})],
    "sigmoid": [((_some(3),), {})],
    "tanh_backward": [((_some(3), _some(3)), {})],
    "sigmoid_backward": [((_some(3), _some(3)), {})],
    "threshold_backward": [((_some(3), np.array([-1.5, 0.5, 2.0])), {})],
    "sgn": [((_some(3, **_positive),), {})],
    "abs": [((_some(3, **_positive),), {}), ((-_some(3, **_positive),), {})],
    "absolute": [((_some(3, **_positive),), {})],
    "sign": [((_some(3, **_positive),), {})],
    "relu": [((np.array([-1.5, 0.5, 2.0]),), {})],
    "where": [((_mask, _some(2, 3), _some(3)), {})],
    "masked_fill": [((_some(2, 3), _mask), {"value": 7.0})],
    "clone": [((_some(2, 3),), {})],
    "clone.contiguous": [((_some(2, 3).T,), {})],
    "to_copy": [],  # changes the dtype, so that no finite difference in float64 can be taken
    "sum": [((_some(2, 3),), {}), ((_some(),), {})],
    "sum.dim": [((_some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)],
    "mean": [((_some(2, 3),), {})],
    "mean.dim": [((_some(2, 3, 2),), {"dim": d, "keepdim": k}) for d in ((0,), (1, -1), ()) for k in (False, True)],
    "linalg_vector_norm": [
        *(((_some(2, 3, **_positive),), {"ord": p}) for p in (1.0, 1.5, 2.0, 3.0, float("inf"))),
        *(((_some(2, 3, **_positive),), {"ord": 2.0, "dim": (1,), "keepdim": k}) for k in (False, True)),
        ((_some(**_positive),), {"ord": 2.0}),
    ],
    "dot": [((_some(4), _some(4)), {})],
    "mm": [((_some(2, 3), _some(3, 4)), {})],
    "addmm": [((_some(4), _some(2, 3), _some(3, 4)), p) for p in ({}, {"beta": 2.0, "alpha": 3.0})],
    "mv": [((_some(2, 3), _some(3)), {})],
    "bmm": [((_some(2, 2, 3), _some(2, 3, 2)), {})],
    "view": [((_some(2, 3),), {"size": (3, 2)})],
    "unsafe_view": [((_some(2, 3),), {"size": (6,)})],
    "expand": [((_some(1, 3),), {"size": (2, 4, 3)}), ((_some(),), {"size": (2, 2)})],
    "t": [((_some(2, 3),), {}), ((_some(3),), {})],
    "transpose": [((_some(2, 3, 4),), {"dim0": 0, "dim1": -1})],
    "permute": [((_some(2, 3, 4),), {"dims": (2, 0, 1)}), ((_some(2, 3, 4),), {"dims": (-1, 0, 1)})],
    "unsqueeze": [((_some(2, 3),), {"dim": d}) for d in (0, 1, -1)],
    "squeeze": [((_some(1, 3, 1),), {})],
    "squeeze.dim": [((_some(1, 3, 1),), {"dim": d}) for d in (0, -1, 1)],
    "squeeze_.dim": [((_some(1, 3),), {"dim": 0})],
    "select": [((_some(2, 3),), {"dim": 1, "index": -1})],
    "slice": [((_some(5, 2),), {"dim": 0, "start": 1, "end": 5, "step": 2})],
    "unbind": [((_some(3, 2),), {"dim": 0}), ((_some(3, 2),), {"dim": 1})],
    "as_strided": [],  # only made by views of what was written in place; tests of those hold it
    "alias": [((_some(3),), {})],
    "select_backward": [((_some(2),), {"input_sizes": (2, 3), "dim": 1, "index": 1})],
    "slice_backward": [((_some(2),), {"input_sizes": (5,), "dim": 0, "start": 1, "end": 5, "step": 2})],
    "cat": [((_some(2, 3), _some(1, 3), _some(2, 3)), {"dim": 0}), ((_some(2, 1), _some(2, 3)), {"dim": -1})],
    "stack": [((_some(2, 3), _some(2, 3)), {"dim": d}) for d in (0, 1, -1)],
    "copy": [((_some(2, 3), _some(3)), {})],
    "zero": [((_some(3),), {})],
    "fill.Tensor": [((_some(2, 3), _some()), {})],
    "fill": [((_some(3),), {"value": 2.0})],
}
