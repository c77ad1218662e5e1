"""Operands for losses."""

from __future__ import annotations

import numpy as np

from .making import Samples, draws_of

some = draws_of(3)

SAMPLES: Samples = {
    "mse_loss": [((some(2, 3), some(2, 3)), {"reduction": r}) for r in (0, 1, 2)],
    "mse_loss_backward": [
        ((some(2, 3), some(2, 3), some(2, 3)), {"reduction": 0}),
        ((some(), some(2, 3), some(2, 3)), {"reduction": 1}),
    ],
    "smooth_l1_loss": [((some(2, 3), some(2, 3)), {"reduction": r, "beta": 0.7}) for r in (0, 1)],
    "huber_loss": [((some(2, 3), some(2, 3)), {"reduction": r, "delta": 0.7}) for r in (0, 1)],
    "smooth_l1_loss_backward": [
        ((some(2, 3), some(2, 3), some(2, 3)), {"reduction": 0, "beta": 0.7}),
        ((np.array(0.3), some(2, 3), some(2, 3)), {"reduction": 1, "beta": 0.7}),
    ],
    "huber_loss_backward": [
        ((some(2, 3), some(2, 3), some(2, 3)), {"reduction": 0, "delta": 0.7}),
        ((np.array(0.3), some(2, 3), some(2, 3)), {"reduction": 1, "delta": 0.7}),
    ],
    "binary_cross_entropy_backward": [
        ((np.array(0.3), some(2, 3, low=0.1, high=0.9), some(2, 3, low=0.1, high=0.9), None), {"reduction": r})
        for r in (1, 2)
    ],
    "soft_margin_loss_backward": [
        ((np.array(0.3), some(4), np.array([1.0, -1.0, 1.0, -1.0])), {"reduction": r}) for r in (1, 2)
    ],
    "binary_cross_entropy": [
        ((some(4, low=0.2, high=0.8), some(4, low=0.2, high=0.8), w), {"reduction": r})
        for w, r in ((None, 1), (np.array([1.0, 2.0, 0.5, 1.0]), 0))
    ],
    "binary_cross_entropy_with_logits": [
        ((some(4), some(4, low=0.2, high=0.8), None, None), {"reduction": 1}),
        ((some(4), some(4, low=0.2, high=0.8), np.array([1.0, 2.0, 0.5, 1.0]), np.array(2.0)), {"reduction": 0}),
    ],
    "soft_margin_loss": [((some(4), np.array([1.0, -1.0, 1.0, -1.0])), {"reduction": r}) for r in (0, 1)],
    "nll_loss": [
        ((some(4, 3), np.array([0, 2, 1, -100]), w), {"reduction": r})
        for w, r in ((None, 1), (np.array([1.0, 2.0, 0.5]), 0), (np.array([1.0, 2.0, 0.5]), 2))
    ],
    "nll_loss2d": [((some(2, 3, 2, 1), np.array([[[0], [2]], [[1], [1]]]), None), {"reduction": 1})],
    "nll_loss_backward": [
        ((some(), some(3, 3), np.array([0, 2, 1]), None, np.array(3.0)), {"reduction": 1}),
        ((some(3), some(3, 3), np.array([0, 2, 1]), None, np.array(0.0)), {"reduction": 0}),
    ],
    "nll_loss2d_backward": [
        ((some(), some(2, 3, 2, 1), np.array([[[0], [2]], [[1], [1]]]), None, np.array(4.0)), {"reduction": 1})
    ],
    "ctc_loss": [],  # PyTorch refuses its second derivative: its samples hold the first
    "ctc_loss_backward": [],
}
