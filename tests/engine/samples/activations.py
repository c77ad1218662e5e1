"""Operands for activations."""

from __future__ import annotations

import numpy as np

from .making import APART, Samples, draws_of

some = draws_of(0)

SAMPLES: Samples = {
    "threshold": [((np.array([-1.5, 0.5, 2.0]),), {"threshold": 0.1, "value": 20.0})],
    "leaky_relu": [((APART,), {"negative_slope": 0.1})],
    "threshold_": [((np.array([-1.5, 0.5, 2.0]),), {"threshold": 0.1, "value": 20.0})],
    "leaky_relu_": [((APART,), {"negative_slope": 0.1})],
    "rrelu_with_noise": [((APART, APART * 0.1), {"training": t}) for t in (True, False)],
    "rrelu_with_noise_": [((APART, abs(APART)), {"training": t}) for t in (True, False)],
    "rrelu_with_noise_backward": [((some(6), APART, APART * 0.1), {"training": t}) for t in (True, False)],
    "leaky_relu_backward": [((some(6), APART), {"negative_slope": 0.1})],
    "elu": [((APART,), {"alpha": 1.5})],
    "elu_": [((APART,), {"alpha": 1.5, "scale": 2.0})],
    "celu": [((APART,), {"alpha": 1.5})],
    "celu_": [((APART,), {"alpha": 1.5})],
    "elu_backward": [((some(6), APART), {"alpha": 1.5, "scale": 2.0})],
    "gelu": [((APART,), {"approximate": a}) for a in ("none", "tanh")],
    "gelu_backward": [((some(6), APART), {"approximate": a}) for a in ("none", "tanh")],
    "silu": [((APART,), {})],
    "mish": [((APART,), {})],
    "softplus": [((APART,), {"beta": 2, "threshold": 2})],
    "softplus_backward": [((some(6), APART), {"beta": 2, "threshold": 2})],
    "log_sigmoid": [((APART,), {})],
    "log_sigmoid_backward": [],  # differences leave its buffer as it is; programs hold it
    "hardtanh": [((APART,), {"min_val": -0.6, "max_val": 0.9})],
    "hardtanh_backward": [((some(6), APART), {"min_val": -0.6, "max_val": 0.9})],
    "hardsigmoid": [],  # has no second derivative in PyTorch
    "hardsigmoid_backward": [],
    "hardswish": [((APART * 2,), {})],
    "hardswish_backward": [((some(6), APART * 2), {})],
    "hardshrink": [((APART,), {})],
    "hardshrink_backward": [((some(6), APART), {})],
    "softshrink": [((APART,), {})],
    "softshrink_backward": [((some(6), APART), {})],
    "prelu": [((APART, some(6)), {})],
    "prelu_backward": [((some(6), APART, some(6)), {})],
    "glu": [((some(4, 3),), {"dim": 0}), ((some(2, 4),), {"dim": -1})],
    "glu_backward": [((some(2, 3), some(4, 3)), {"dim": 0})],
    "softmax": [((some(2, 3),), {"dim": d}) for d in (0, -1)],
    "softmax_backward": [((some(2, 3), some(2, 3)), {"dim": 1})],
    "log_softmax": [((some(2, 3),), {"dim": d}) for d in (0, -1)],
    "log_softmax_backward": [((some(2, 3), some(2, 3)), {"dim": 1})],
    "safe_softmax": [((some(2, 3),), {"dim": 1})],
}
