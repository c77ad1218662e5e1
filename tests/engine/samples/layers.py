"""Operands for layers: convolutions, norms, paddings, attention, sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine.tensor import wrap

from .making import Samples, draws_of

some = draws_of(2)


def _conv(dims: int, **changed: Any) -> dict[str, Any]:
    plain = {"stride": (1,) * dims, "padding": (0,) * dims, "dilation": (1,) * dims, "output_padding": (0,) * dims}
    return plain | changed


SAMPLES: Samples = {
    "convolution": [
        ((some(2, 2, 5), some(3, 2, 3), some(3)), _conv(1)),
        ((some(1, 2, 4, 4), some(4, 1, 2, 2), None), _conv(2, stride=(2, 1), padding=(1, 0), groups=2)),
        ((some(1, 2, 3, 3), some(2, 2, 2, 2), some(2)), _conv(2, stride=(2, 2), transposed=True)),
    ],
    "convolution_backward": [
        ((some(2, 3, 3), some(2, 2, 5), some(3, 2, 3)), _conv(1)),
        ((some(1, 4, 3, 3), some(1, 2, 4, 4), some(4, 1, 2, 2)), _conv(2, stride=(2, 1), padding=(1, 0), groups=2)),
        ((some(1, 2, 6, 6), some(1, 2, 3, 3), some(2, 2, 2, 2)), _conv(2, stride=(2, 2), transposed=True)),
    ],
    "native_batch_norm": [
        ((some(4, 2), some(2), some(2), None, None), {}),
        (
            (some(2, 2, 3), some(2), some(2), wrap(np.array([0.0, 1.0])), wrap(np.array([1.0, 2.0]))),
            {"training": False},
        ),
    ],
    # Its means and spreads, which its formula takes for those of the input, are free in a sample.
    "native_batch_norm_backward": [],
    "native_layer_norm_backward": [],
    "native_layer_norm": [((some(2, 4), some(4), some(4)), {"normalized_shape": (4,)})],
    "native_group_norm": [((some(2, 4, 3), some(4), some(4)), {"N": 2, "C": 4, "HxW": 3, "group": 2})],
    "constant_pad_nd": [((some(2, 3),), {"pad": (1, 2, 0, -1), "value": 3.0})],
    **{
        f"{mode}_pad{dims}d": [((some(1, *((3,) * dims)),), {"padding": (1, 2) * dims})]
        for mode in ("reflect", "replicate")
        for dims in (1, 2, 3)
    },
    **{
        f"{mode}_pad{dims}d_backward": [
            ((some(1, *((6,) * dims)), some(1, *((3,) * dims))), {"padding": (1, 2) * dims})
        ]
        for mode in ("reflect", "replicate")
        for dims in (1, 2, 3)
    },
    "scaled_dot_product_flash_attention_for_cpu": [],  # PyTorch refuses its second derivative: programs hold the first
    "attention_backward": [],
    "mkldnn_rnn_layer": [
        ((some(3, 2, 2), some(12, 2), some(12, 3), some(12), some(12), some(2, 3), some(2, 3)), {}),
        ((some(2, 1, 2), some(4, 2), some(4, 1), None, None, some(1, 1), some(1, 1)), {"reverse": True}),
    ],
    "pack_padded_sequence": [
        ((some(3, 2, 2), np.array([3, 1])), {}),
        ((some(2, 3, 1), np.array([2, 2])), {"batch_first": True}),
    ],
    "padded_of": [((some(4, 2), np.array([2, 1, 1])), {"sizes": (3, 2, 2)})],
    "packed_of": [((some(3, 2, 2), np.array([2, 1, 1])), {})],
    **{
        name: []  # derived once only: programs hold the first derivative
        for name in (
            "embedding_bag",
            "bag_weight",
            "bag_samples",
            "multi_margin_loss",
            "multi_margin_loss_backward",
            "multilabel_margin_loss",
            "multilabel_margin_loss_backward",
        )
    },
    "weight_norm_interface": [((some(3, 2), some(3, 1)), {}), ((some(2, 3), some(1, 3)), {"dim": 1})],
}
